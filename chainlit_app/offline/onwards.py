"""What goes on from the results before by their names: as files, their sites, their devices, two of them compared."""

import re
from collections.abc import Sequence

from chainlit_app.offline.account import accounted
from chainlit_app.offline.columns import columns_of
from chainlit_app.offline.conversation import Result
from chainlit_app.offline.facts import facts
from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.idioms import every, first, left, section, types
from chainlit_app.offline.plan import uncarried
from chainlit_app.offline.reading import Filters, Reading
from chainlit_app.offline.rows import ground
from chainlit_app.offline.side_by_side import MOST, compared_with
from chainlit_app.offline.understand import understand

_PLAIN = ("records", "analyze", "count", "export")
_AT = frozenset({"location", "site", "country", "region"})  # columns that lead to locations
_EXISTING = re.compile(r"\bhow\s+many\b|^\W*(?:is|are)\s+there\b", re.IGNORECASE)  # no place is meant by it
_FORMATS = ("xlsx", "json", "csv")


def usable(results: Sequence[Result]) -> list[Result]:
    """Return the results with rows that a later call may name."""
    return [one for one in results if one.outcome == "found" and one.name and one.call.name != "export_prefixes_to_csv"]


def written_format(text: str) -> tuple[str, str]:
    """Return the text without the kind of file that it names, and that kind."""
    for kind in _FORMATS:
        text, number = every(text, section("rows", f"format_{kind}"))
        if number:
            return text, kind
    return text, ""


def as_file(
    text: str, before: Reading, results: Sequence[Result], past: Sequence[Result], names: Gazetteer
) -> Reading | None:
    """Read "export that", "csv of those devices"; None where it names records of its own."""
    rest, kind = written_format(text)
    rest, asked = every(rest, section("rows", "export"))
    if not (asked or kind):
        return None
    found = facts(every(rest, section("rows", "filling"))[0], names)
    whole = facts(text, names)
    pointing = bool({"them", "it"} & set(whole.refers)) or not found.topics
    if not pointing or left(found, {"refers", "leads", "topics", "acts:export", "acts:more"}) or found.whole:
        return None
    there = usable(results) or [one for one in past if one.name in before.results]
    # Rows that others were picked from are not what is asked for.
    there = [one for one in there if one.call.name == "get_rows"] or there
    if not there:
        return None
    spec = {"format": kind} if kind else {}
    steps = before.steps if before.job == "rows" else {}
    said = tuple(dict.fromkeys(one.name for one in there))
    return Reading("file", results=said, spec=spec, base=ground(before), steps=steps)


def altogether(
    text: str, before: Reading, results: Sequence[Result], past: Sequence[Result], names: Gazetteer
) -> Reading | None:
    """Read "how many is that altogether, both countries?" as what was asked last at one place after the other."""
    asked = first(text, section("rows", "altogether"))
    rest, together = every(asked[0], section("rows", "together")) if asked else ("", 0)
    if not together or before.job != "records" or len(before.topics) != 1 or re.search(r"\w", rest):
        return None
    places: list[str] = []
    last = usable(past)[-1:]
    for one in reversed(usable(past)):
        place = one.call.arguments.get("location")
        if not isinstance(place, str) or _but_place(one) != _but_place(last[0]):
            break
        places.insert(0, place)
    several = tuple(dict.fromkeys(places))
    if len(several) < 2:
        return None
    counted = before.but(places=several, written=" and ".join(several), counting=True)
    summed = counted.but(job="count", groups=(), either=())
    return counted if uncarried(summed) or before.topics[0] in ("interfaces", "device") else summed


def _but_place(result: Result) -> tuple[str, list[tuple[str, str]]]:
    said = {name: str(value) for name, value in result.call.arguments.items() if name != "location"}
    return result.call.name, sorted(said.items())


def at_those(
    text: str, before: Reading, results: Sequence[Result], past: Sequence[Result], names: Gazetteer
) -> Reading | None:
    """Read "the devices at those sites", "interfaces of those devices" as of every row before, not of those shown."""
    if every(text, section("space", "rack"))[1]:
        return None  # free rack units are no devices
    there = usable(results)
    sites = [one for one in there if {"location", "site"} & set(columns_of(one, past)[:1])]
    if sites and (found := first(text, section("rows", "sites"), types(names)) or _they(text, names)):
        rest = found[0]
        reading = understand(facts(rest, names), names)
        if reading.job in _PLAIN and not _placed(reading):
            groups = reading.groups or (("location",) if reading.job == "analyze" else ())
            said = tuple(one.name for one in sites)
            return reading.but(places=said, written="", groups=groups, outer=())
    return None if sites else _of_unnamed(text, before, there, past, names)


def _of_unnamed(
    text: str, before: Reading, there: Sequence[Result], past: Sequence[Result], names: Gazetteer
) -> Reading | None:
    """Read "circuits at those sites" after rows that name their sites beside other things; ask where they name none."""
    found = first(text, section("rows", "sites"), types(names))
    ground_ = ground(before)
    if not found or not there or ground_.places or ground_.devices or ground_.targets:
        return None
    reading = understand(facts(found[0], names), names)
    if reading.job not in _PLAIN or _placed(reading):
        return None
    at = tuple(one.name for one in there if _AT & set(columns_of(one, past)))
    if not at:
        return Reading("ask", reason="no_place", words=("", ", ".join(columns_of(there[0], past))))
    return reading.but(places=at, written="", outer=())


def there(
    text: str, before: Reading, results: Sequence[Result], past: Sequence[Result], names: Gazetteer
) -> Reading | None:
    """Read "which devices are there?" as at the locations of rows that were picked or ranked, of whatever network."""
    at = rows_at(before, results, past)
    if not at or not re.search(r"\bthere\b", text, re.IGNORECASE) or _EXISTING.search(text):
        return None
    found = facts(text, names)
    reading = understand(found, names)
    if reading.job not in _PLAIN or reading.topics == ("locations",) or _placed(reading) or reading.groups:
        return None
    return accounted(found, reading.but(places=at), names)


def rows_at(before: Reading, results: Sequence[Result], past: Sequence[Result]) -> tuple[str, ...]:
    """Return the names of the results whose rows were picked or ranked and lead to locations."""
    of_one_place = ground(before).places or ground(before).devices
    if before.job != "rows" and (of_one_place or not (before.top or before.order)):
        return ()
    return tuple(one.name for one in usable(results) if _AT & set(columns_of(one, past)))


def sides(
    text: str, before: Reading, results: Sequence[Result], past: Sequence[Result], names: Gazetteer
) -> Reading | None:
    """Read "compare those two sites": the sites of the rows before, or those that were asked about last."""
    found = facts(text, names)
    back = {"there", "them", "it"} & set(found.refers)
    if not back or found.places or found.strange or found.devices or found.targets:
        return None
    rows = [one for one in usable(results) if {"location", "site"} & set(columns_of(one, past)[:1])]
    several = len(rows) == 1 and 2 <= rows[0].total <= MOST
    count = rows[0].total if several else 2
    said = (rows[0].name,) if several else _asked_last(past, count, names)
    return compared_with(text, said, count, names) if several or len(said) == count else None


def _asked_last(past: Sequence[Result], count: int, names: Gazetteer) -> tuple[str, ...]:
    """Return the last sites that calls were made for, in the order in which they were asked about."""
    asked = [place for one in past if isinstance(place := one.call.arguments.get("location"), str)]
    known = [place for place in asked if place in names.locations]
    return tuple(reversed(list(dict.fromkeys(reversed(known)))[:count]))


def _they(text: str, names: Gazetteer) -> tuple[str, None] | None:
    """Return the text without "they" or "their" where that can only be the sites before."""
    rest, number = every(
        text,
        [
            r"\b(?:do|does|have)?\s*\b(?:they|their)\b(?:\s+have)?",
            r"\b(?:at|of|in|for|from)\s+(?:all\s+(?:of\s+)?)?(?:those|these|them)\b\W*$",
        ],
    )
    return (rest, None) if number else None


def of_vlans(
    text: str, before: Reading, results: Sequence[Result], past: Sequence[Result], names: Gazetteer
) -> Reading | None:
    """Read "prefixes of those" after VLANs as the prefixes in them, not as all at their sites."""
    found = facts(text, names)
    if ground(before).topics != ("vlans",) or before.job != "records" or not ({"them", "it"} & set(found.refers)):
        return None
    if (
        left(found, {"refers", "leads", "topics:prefixes", "acts:count", "acts:detail"})
        or "prefixes" not in found.topics
    ):
        return None
    one = before.filters.vid is not None
    base = before.but(topics=("prefixes",), counting=False, filters=Filters(vid=before.filters.vid))
    vlans = [vid for result in usable(results) for vid in result.column("vlan")]
    if one or not vlans or any(result.total > len(result.rows) for result in results):
        return base if one else None
    where = {"where": [{"column": "vlan", "is": "starts_with", "value": [f"{vid} " for vid in dict.fromkeys(vlans)]}]}
    return Reading("rows", base=base, spec=where, steps=where)


def by_type(
    text: str, before: Reading, results: Sequence[Result], past: Sequence[Result], names: Gazetteer
) -> Reading | None:
    """Read "and per type?" after circuits as of their own type, which no call counts by; not of locations."""
    earlier = ground(before)
    if (
        earlier.topics != ("circuits",)
        or not every(text, [r"^\W*(?:and\s+)?(?:now\s+)?(?:by|per)\s+(?:each\s+)?types?\W*$"])[1]
    ):
        return None
    base = earlier.but(job="records", groups=(), order="", top=None, counting=False, fewer=None, more=None)
    return Reading("rows", base=base, spec={"group_by": "type"}, steps={"group_by": "type"})


def _placed(reading: Reading) -> bool:
    return bool(reading.places or reading.devices or reading.targets or reading.site_of or reading.types)


def devices_of(before: Reading, results: Sequence[Result], past: Sequence[Result]) -> tuple[str, ...]:
    """Return the names of the results before whose rows are devices."""
    there = usable(results)
    return tuple(
        one.name
        for one in there
        if columns_of(one, past)[:1] == ("device",) and one.call.name != "get_interfaces_by_device"
    )
