"""Records of a kind that no call can ask for: circuits by their type, devices by their maker, all but those of a status.

They are read first, and then picked.
"""

import re

from chainlit_app.offline.account import accounted
from chainlit_app.offline.facts import facts
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.idioms import first, section
from chainlit_app.offline.reading import Reading
from chainlit_app.offline.understand import understand

_OURS = re.compile(
    r"\b(?:we|our|us|there|any)\b|^\W*(?:which|what|list|show|find|count|how\s+many|all)\b", re.IGNORECASE
)
_WITH_STATUS = ("devices", "prefixes", "circuits", "vlans", "locations")
_KINDS = (
    ("circuits", "circuits", "type"),
    ("platforms", "devices", "platform"),
    ("devices", "devices", "manufacturer"),
)


def of_a_kind(text: str, names: Gazetteer, *, follows: bool) -> Reading | None:
    """Read "MPLS links at ...", "Arista boxes in ..."; None where it names no such kind or goes on from rows before."""
    if but := _but_status(text, names, follows=follows):
        return but
    for rule, topic, column in _KINDS:
        found = first(text, section("kinds", rule))
        if not found:
            continue
        rest, match = found
        # The noun that the kind was written with stays: "internet lines" are circuits.
        whole = facts(f"{rest} {topic}" if topic == "circuits" else rest, names)
        base = understand(whole, names)
        if base.job != "records" or base.topics != (topic,) or follows and (whole.refers or whole.leads):
            continue
        if accounted(whole, base, names) is not base or not (base.places or whole.whole or _OURS.search(text)):
            continue  # "does Cisco make good routers?" asks nothing of this network
        return _picked(base, column, "contains", match["kind"])
    return None


def _but_status(text: str, names: Gazetteer, *, follows: bool) -> Reading | None:
    """Read "devices in ... that are not Active"."""
    statuses = "|".join(re.escape(status) for status in names.names.statuses)
    found = first(text, section("kinds", "not_status"), statuses) if statuses else None
    if not found:
        return None
    whole = facts(found[0], names)
    base = understand(whole, names)
    pointing = follows and (whole.refers or whole.leads) or whole.statuses
    if pointing or base.job != "records" or len(base.topics) != 1 or base.topics[0] not in _WITH_STATUS:
        return None
    status = next(one for one in names.names.statuses if one.lower() == found[1]["status"].lower())
    return _picked(base, "status", "not_equals", status) if accounted(whole, base, names) is base else None


def _picked(base: Reading, column: str, test: str, value: str) -> Reading:
    where = {"where": [{"column": column, "is": test, "value": value}]}
    return Reading("rows", base=base, spec=where, steps=where)
