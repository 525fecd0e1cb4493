"""Two locations side by side, or one with the standard build of its type."""

from chainlit_app.offline.facts import facts
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.idioms import every, finished, one_or_all, section, types
from chainlit_app.offline.reading import Reading
from chainlit_app.offline.understand import places_of

WHAT = ("devices", "prefixes", "vlans", "circuits", "racks")
_ALLOWED = frozenset(
    ["places", "strange", "refers", "leads", "acts:compare", "acts:detail", "acts:overview", "acts:find", "types", "topics:locations", "held:between", "held:each"]
)  # fmt: skip


def compared(text: str, names: Gazetteer) -> Reading | None:
    """Read a comparison of locations as a whole; None where it is none, or one of figures."""
    rest, standard = every(text, section("compare", "standard"), types(names))
    rest, between = every(rest, section("compare", "between"), types(names))
    if not (standard or between):
        return None
    rest = every(rest, section("compare", "filling"))[0]
    found = facts(rest, names)
    places, written, _ = places_of(found, names)
    several = len(places) > 1
    pointing = "there" in found.refers or "it" in found.refers
    if "analyze" in found.acts or found.groups or found.site_of or not (several or places and (standard or pointing)):
        return None
    if several and not between or not several and not standard and not pointing:
        return None
    what = [topic for topic in found.topics if topic in WHAT]
    reading = Reading("compare", places=places, written=written, spec={"what": one_or_all(what)} if what else {})
    allowed = {*_ALLOWED, *(f"topics:{topic}" for topic in what)}
    return finished(reading.but(corrected=tuple(found.corrected)), found, allowed)
