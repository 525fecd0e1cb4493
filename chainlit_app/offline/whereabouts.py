"""Where the rows before are: "at which sites are those?", "where are these?", "which of those are also at ...?"."""

import re
from collections.abc import Sequence

from chainlit_app.offline.columns import columns_of
from chainlit_app.offline.conversation import Result
from chainlit_app.offline.facts import facts
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.idioms import every, first, left, section
from chainlit_app.offline.onwards import usable
from chainlit_app.offline.reading import Reading
from chainlit_app.offline.rows import ground

_LEVELS = r"sites?|locations?|places?|offices?|campus(?:es)?|branch(?:es)?|countr(?:y|ies)|regions?|cit(?:y|ies)"
_AT = ("location", "site", "country", "region")
_BESIDE = ("location", "site", "type", "parent", "city", "country", "region")  # what rows of locations say of them
_FEW = 4  # devices that are looked up one by one
_ALLOWED = frozenset(["refers", "leads", "acts:find", "acts:detail", "site_of"])


def whereabouts(
    text: str, before: Reading, results: Sequence[Result], past: Sequence[Result], names: Gazetteer
) -> Reading | None:
    """Return how a question for the places of the rows before is read; None where it is none, or one for any rows."""
    asked = first(text, section("rows", "whose"), _LEVELS)
    if not asked or left(facts(asked[0], names), {*_ALLOWED, "topics", "weak", "device_roles", "types"}):
        return None
    there = usable(results)
    if not there:
        return Reading("ask", reason="no_rows") if results else None
    columns = columns_of(there[0], past)
    if columns[:1] and columns[0] in _AT:
        spec = {"columns": [name for name in columns if name in _BESIDE], "distinct": True}
        names_ = tuple(one.name for one in there)
        return Reading("rows", results=names_, spec=spec, base=ground(before), steps=None)
    if set(_AT) & set(columns):
        return _of_level(asked[1], columns)
    devices = ground(before).devices
    if devices and len(devices) <= _FEW:
        return Reading("records", topics=("device",), devices=devices)
    return Reading("ask", reason="no_place", words=("", ", ".join(columns)), places=ground(before).places)


def _of_level(match: re.Match[str], columns: Sequence[str]) -> Reading | None:
    """Return a question back where the rows name locations, but not the country or the city that is asked for."""
    said = (match.groupdict().get("col") or "").lower()
    level = next((name for name in ("country", "region", "city") if said.startswith(name[:4])), "")
    known = not level or level in columns
    return None if known else Reading("ask", reason="no_column", words=(level, ", ".join(columns)))


def also_at(
    text: str, before: Reading, results: Sequence[Result], past: Sequence[Result], names: Gazetteer
) -> Reading | None:
    """Read "which of those are also at ...?" as what both places have; None where it is not asked of records of one place."""
    asked = first(text, section("rows", "also_at"))
    earlier = ground(before)
    key = "vlan" if earlier.topics == ("vlans",) else ""
    if not asked or not key or before.job != "records" or len(earlier.places) != 1:
        return None
    found = facts(every(asked[0], section("rows", "filling"))[0], names)
    places = [place.names[0] for _, place in found.places if len(place.names) == 1]
    if len(places) != 1 or places[0] == earlier.places[0] or left(found, {"places", "refers", "leads", "topics:vlans"}):
        return None
    return Reading("rows", base=earlier.but(places=(earlier.places[0], places[0])), spec={"key": key, "keep": "both"})


__all__ = ["also_at", "whereabouts"]
