"""Prefixes above or below a share of use, asked in one go: their use first, then those that fit."""

from chainlit_app.offline.columns import PERCENT
from chainlit_app.offline.facts import facts
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.reading import Reading
from chainlit_app.offline.refine import refined
from chainlit_app.offline.understand import understand

_COLUMNS = (PERCENT,)


def above(text: str, names: Gazetteer, follows: bool) -> Reading | None:
    """Read "prefixes at ... that are more than 80% used"; None where no share is named."""
    done = refined(text, _COLUMNS, names)
    if set(done.spec) - {"not"} != {"where"} or done.spec.get("not") or len(done.spec["where"]) != 1:
        return None
    found = facts(done.rest, names)
    if follows and not (found.places or found.whole):
        return None
    alone = understand(found, names)
    filters = alone.filters
    if alone.topics != ("prefixes",) or alone.job not in ("records", "analyze") or filters.type or filters.vid:
        return None
    if len(filters.prefix_roles) > 1 or found.refused or found.unknown or found.refers:
        return None
    base = alone.but(job="analyze", groups=("prefix",), order="", top=None)
    return Reading("rows", base=base, spec={"where": done.spec["where"]}, steps={"where": done.spec["where"]})
