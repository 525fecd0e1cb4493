"""Two locations side by side, or one with the standard build of its type."""

from chainlit_app.offline.facts import facts
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.idioms import every, finished, one_or_all, section, types
from chainlit_app.offline.parts import Facts
from chainlit_app.offline.reading import Reading
from chainlit_app.offline.understand import places_of

MOST = 6  # places side by side
_COUNTS = {"two": 2, "both": 2, "three": 3, "four": 4, "five": 5, "six": 6}
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
    places, written, kept = places_of(found, names)
    places = _of_type(found, places, kept, names)
    several = len(places) > 1
    pointing = "there" in found.refers or "it" in found.refers
    # Devices are compared by their roles anyway.
    if (
        "analyze" in found.acts
        or set(found.groups) - {"role"}
        or found.site_of
        or not (several or places and (standard or pointing))
    ):
        return None
    if several and not between or not several and not standard and not pointing:
        return None
    return _reading(found, places, written, len(places))


def compared_with(text: str, places: tuple[str, ...], count: int, names: Gazetteer) -> Reading | None:
    """Read a comparison of places that the question only points at; None where it is none."""
    rest, between = every(text, section("compare", "between"), types(names))
    found = facts(every(rest, section("compare", "filling"))[0], names)
    if not between or "analyze" in found.acts or set(found.groups) - {"role"} or found.site_of:
        return None
    return _reading(found, places, "", count)


def _reading(found: Facts, places: tuple[str, ...], written: str, count: int) -> Reading:
    what = [topic for topic in found.topics if topic in WHAT]
    reading = Reading("compare", places=places, written=written, spec={"what": one_or_all(what)} if what else {})
    by_role = {"groups:role"} if what in ([], ["devices"]) else set()
    allowed = {*_ALLOWED, *by_role, *(f"topics:{topic}" for topic in what), *_numbers(count)}
    return finished(reading.but(corrected=tuple(found.corrected)), found, allowed)


def _of_type(found: Facts, places: tuple[str, ...], types: tuple[str, ...], names: Gazetteer) -> tuple[str, ...]:
    """Return the sites of a type in a country or region, where few enough are meant to stand side by side."""
    if len(places) != 1 or len(types) != 1:
        return places
    inner = names.of_type(types[0], places)
    return tuple(inner) if 2 <= len(inner) <= MOST and (found.sites or _numbers(len(inner)) & _held(found)) else places


def _numbers(count: int) -> set[str]:
    """Return the words for as many places as are compared: "the two campuses"."""
    return {f"held:{word}" for word, number in _COUNTS.items() if number == count}


def _held(found: Facts) -> set[str]:
    return {f"held:{word.lower()}" for word in found.held}
