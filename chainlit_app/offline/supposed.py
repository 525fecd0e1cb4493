"""Free space beside the next free block: what is left once a block is taken, free rack units, fragmentation."""

from typing import Any

from chainlit_app.offline.facts import facts
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.idioms import every, finished, first, section
from chainlit_app.offline.parts import Facts
from chainlit_app.offline.reading import Filters, Reading
from chainlit_app.offline.understand import places_of

_MOST = 4  # places that are looked at, each with an answer of its own
_EVERYWHERE = "all locations"
_ALLOWED = frozenset(
    ["places", "strange", "refers", "leads", "types", "topics:locations", "topics:prefixes", "acts:count", "acts:detail", "acts:overview", "acts:taken", "acts:analyze", "room", "namespaces"]
)  # fmt: skip


def racks(text: str, names: Gazetteer) -> Reading | None:
    """Read a question for free rack units; None where it is none."""
    rest, said = every(text, section("space", "rack"))
    units = first(rest, section("space", "units"))
    named = tuple(name for name in facts(text, names).devices if name.lower() not in names.devices)
    word = every(text, section("space", "rack_word"))[1]
    rest, free = every(rest, section("space", "units_free"))
    if not (said or units and word or named and (word or free) and free):
        return None
    rest = every(
        every(units[0], section("space", "units_free"))[0] if units else rest, section("space", "rack_filling")
    )[0]
    found = facts(rest, names)
    at_least = int(units[1]["units"]) if units else None
    reading = Reading("racks", spec={"of": "rack_units"}, more=at_least)
    # A name like a device's that no device has is a rack's.
    return _where(
        reading.but(targets=tuple(found.devices)) if named else reading, found, names, *(["devices"] if named else [])
    )


def supposed(text: str, names: Gazetteer) -> Reading | None:
    """Read "what if I take a /22 in ...?"; None where nothing is supposed."""
    rest, said = every(text, [*section("space", "take_order"), *section("space", "take")])
    taking = first(rest, section("space", "taking"))
    if not (said and taking):
        return None
    found = facts(every(taking[0], section("space", "take_filling"))[0], names)
    targets = [target for target in found.targets if "/" in target]
    take: bool | str = True
    if len(targets) == 2:
        inside = [one for one in targets if _length(one) == min(map(_length, targets))]
        take = next(one for one in targets if one != inside[0])
        targets = inside[:1]
    elif not found.lengths:
        return None
    filters = Filters(length=found.lengths[0] if found.lengths else None)
    reading = Reading("free", targets=tuple(targets), filters=filters, spec={"take": take})
    reading = _where(reading, found, names, "lengths", "targets")
    # "Take a /22 in ...": nothing is taken here; what would be left can be told.
    order = first(text, section("space", "take_order")) is not None and reading.job == "free"
    return Reading("ask", reason="what_if", proposal=reading, places=reading.places) if order else reading


def fragmented(text: str, names: Gazetteer) -> Reading | None:
    """Read "how fragmented is ...?"; None where that is not asked."""
    rest, said = every(text, section("space", "fragmented"))
    if not said:
        return None
    found = facts(every(rest, section("space", "fragmented_filling"))[0], names)
    targets = tuple(target for target in found.targets if "/" in target)
    return _where(Reading("free", topics=("prefixes",), targets=targets), found, names, "targets")


def left_by_place(text: str, names: Gazetteer) -> Reading | None:
    """Read "how much address space is left in ... by site?"; None where it is not asked by place."""
    rest, said = every(text, section("space", "left"))
    by = first(rest, section("space", "left_by"))
    if not (said and by):
        return None
    found = facts(every(by[0], section("space", "left_filling"))[0], names)
    level = by[1]["by"].lower()
    reading = Reading("free", spec={"of": "location" if level == "site" else level})
    reading = _where(reading, found, names)
    # By place, all of them are one table.
    return reading.proposal.but(places=(_EVERYWHERE,)) if reading.proposal and not reading.places else reading


def _where(reading: Reading, found: Facts, names: Gazetteer, *allowed: str) -> Reading:
    places, written, _ = places_of(found, names)
    namespace = found.namespaces[0] if found.namespaces else ""
    filters: dict[str, Any] = {**vars(reading.filters), "namespace": namespace}
    reading = reading.but(written=written, filters=Filters(**filters), corrected=tuple(found.corrected))
    if not reading.targets:
        reading = reading.but(places=places or ((_EVERYWHERE,) if found.whole else ()))
    elif places and not isinstance(
        reading.spec.get("take"), str
    ):  # a block that is written out may be given to a place
        return finished(reading, found, {*_ALLOWED, *allowed} - {"places"})
    done = finished(reading, found, {*_ALLOWED, *allowed})
    nowhere = not (reading.targets or reading.places) or len(reading.places) > _MOST
    if done is not reading or not nowhere:
        return done
    return reading.but(job="ask", reason="racks_where" if reading.job == "racks" else "free_where", proposal=reading)


def _length(prefix: str) -> int:
    return int(prefix.partition("/")[2])
