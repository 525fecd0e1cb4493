"""Prefixes above or below a share of use, asked in one go: their use first, then those that fit."""

from chainlit_app.offline.columns import PERCENT
from chainlit_app.offline.facts import facts
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.grouping import level
from chainlit_app.offline.idioms import every, left, section
from chainlit_app.offline.listing import expanded
from chainlit_app.offline.parts import Facts
from chainlit_app.offline.plan import uncarried
from chainlit_app.offline.reading import Reading
from chainlit_app.offline.refine import refined
from chainlit_app.offline.understand import understand

_COLUMNS = (PERCENT, "used", "free")


def above(text: str, names: Gazetteer, before: Reading | None) -> Reading | None:
    """Read "prefixes at ... that are more than 80% used"; None where no share is named.

    `before`: what read the rows before; None for the first question of a conversation.
    """
    done = refined(text, _COLUMNS, names)
    if set(done.spec) - {"not"} != {"where"} or done.spec.get("not"):
        return None
    found = facts(done.rest, names)
    alone = not (found.places or found.whole)
    pointing = found.refers or found.leads or not found.topics and every(text, section("rows", "points"))[1]
    if before is not None and alone and pointing:
        base = _of_those(found, before)
    else:
        base = _base(found, understand(found, names), names)
    if base is None:
        return None
    place = before.places[0] if before and len(before.places) == 1 else ""
    named = pointing or base.places or found.whole or not place
    narrower = "" if named else f"{text.strip().rstrip('?.! ')} {names.at(place)} {place}?"
    where = {"where": done.spec["where"]}
    return Reading("rows", base=base, spec=where, steps=where, narrower=narrower)


def _of_those(found: Facts, before: Reading) -> Reading | None:
    """Return the use of the prefixes that were listed before: "which of those are over 90 % full?"."""
    base = before.but(job="analyze", groups=("prefix",), order="fullest", top=None, counting=False)
    said = left(found, {"refers", "leads", "topics:prefixes", "acts:analyze", "acts:count"})
    prefixes = before.topics == ("prefixes",) and before.job == "records" and not (before.either or before.site_of)
    return None if said or not prefixes or uncarried(base) else base


def _base(found: Facts, alone: Reading, names: Gazetteer) -> Reading | None:
    """Return the reading whose use is asked for: prefixes each by itself, or sites."""
    filters = alone.filters
    if len(filters.prefix_roles) > 1 or found.refused or found.unknown or found.refers or alone.order or alone.top:
        return None
    if alone.topics == ("locations",) and alone.job == "records" and not filters and not found.strange:
        sites = expanded(alone.but(topics=("prefixes",)), names)
        return sites.but(job="analyze", groups=level(alone.types), outer=(), types=())
    if alone.topics != ("prefixes",) or alone.job not in ("records", "analyze") or filters.type or filters.vid:
        return None
    # A ranking leaves out links: two addresses, both in use.
    return alone.but(job="analyze", groups=("prefix",), order="fullest", top=None)
