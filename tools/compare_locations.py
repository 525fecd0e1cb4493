"""Locations side by side, or one beside what is usual for its type."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field

from tools.arguments import Limit, SomeLocation, one_or_more
from tools.asking import Ask, Finding, filter_values, list_page
from tools.errors import InvalidRequest, NotAllowed
from tools.lists import Lists, lists
from tools.models import Cell
from tools.names import fold
from tools.organisation import Part
from tools.place_names import Location, in_plural
from tools.places import Places, Tree
from tools.problems.builds import PARTS, is_in_use
from tools.problems.compared import Line, side_by_side, told, with_standard
from tools.tables import Table

MOST = 12  # locations side by side: more columns nobody reads

# The related records without which a part cannot be compared.
_NEEDS: dict[Part, tuple[str, ...]] = {
    "devices": ("locations", "roles"),
    "prefixes": ("locations", "roles", "vlans"),
    "vlans": ("locations",),
    "circuits": ("circuit_terminations", "locations", "circuit_types"),
    "racks": ("locations",),
}
_PAGES = {
    "devices": "/dcim/devices/",
    "models": "/dcim/devices/",
    "prefixes": "/ipam/prefixes/",
    "vlans": "/ipam/vlans/",
    "circuits": "/circuits/circuits/",
    "racks": "/dcim/racks/",
}


async def compare_locations(
    ask: Ask,
    location: SomeLocation,
    what: Annotated[list[Part] | None, BeforeValidator(one_or_more), Field(description="Default: all.")] = None,
    limit: Limit = None,
) -> Finding:
    """Compare locations; one alone with what is usual for its type."""
    places, tree = await ask.places(location), await ask.tree()
    if places.all or len(places.locations) > MOST:
        raise InvalidRequest(f"Name one location, or 2 to {MOST} to compare with each other.")
    wanted: list[Part] = list(dict.fromkeys(what or PARTS))
    alone = len(places.locations) == 1
    read = await lists(ask, wanted, Places(tree.roots, all=True) if alone else places, tree)
    refused = read.refused({part: ((part,), _NEEDS[part]) for part in wanted})
    parts = [part for part in wanted if part not in refused]
    notes = list(dict.fromkeys(str(error) for error in refused.values()))
    if refused:
        notes.append(f"Not compared: {', '.join(refused)}.")
    compared = _with_standard if alone else _side_by_side
    found = await compared(ask, places, tree, read, parts)
    if refused and not found.table.rows:  # it would read as "there is nothing"
        raise NotAllowed(f"{found.summary} Not compared: {', '.join(refused)}. {next(iter(refused.values()))}")
    return Finding(
        subject=found.subject,
        summary=found.summary,
        table=found.table,
        notes=[*found.notes, *notes],
        limit=limit,
        narrow="Narrow with what, or raise limit.",
    )


async def _side_by_side(ask: Ask, places: Places, tree: Tree, read: Lists, parts: Sequence[Part]) -> Finding:
    columns = _columns(places.locations, tree)
    lines = await asyncio.to_thread(side_by_side, _records(read, parts), places.locations, tree)
    table = Table(
        columns=["kind", "what", *columns, "differs"],
        rows=[[line.part, line.what, *line.counts, bool(line.differs)] for line in lines],
        links=_links(lines, places, tree),
    )
    return Finding(f"comparison of {_listed(columns)}", _summary(_listed(columns), "differ", lines, columns), table)


async def _with_standard(ask: Ask, places: Places, tree: Tree, read: Lists, parts: Sequence[Part]) -> Finding:
    (place,) = places.locations
    kind, build = in_plural(place.type.casefold()), ask.organisation.build_of(place.type)
    alike = [one for one in tree.by_id.values() if fold(one.type) == fold(place.type) and is_in_use(one)]
    lines = await asyncio.to_thread(with_standard, _records(read, parts), place, alike, tree, build, parts)
    unjudged = [part for part in parts if not any(line.expected for line in lines if line.part == part)]
    if not any(line.expected for line in lines):
        of = f" in {_listed(unjudged)}" if len(parts) < len(PARTS) else ""
        raise InvalidRequest(
            f"No standard is known for {kind}{of}: name a second location to compare {place.name} with."
        )
    table = Table(
        columns=["kind", "what", place.name, "standard", "have it", "differs"],
        rows=[_row(line) for line in lines],
        links=_links(lines, places, tree),
    )
    said = _summary(f"{place.name}, beside the standard build of {kind},", "differs", lines, [place.name])
    written = " Of parts that the organisation file names, it is what is written there." if build else ""
    notes = [f"The standard build is what at least 75% of {len(alike)} {kind} in service have alike.{written}"]
    if shown := [part for part in unjudged if any(line.part == part for line in lines)]:
        notes.append(f"Not compared with it, only shown: {_listed(shown)}.")
    return Finding(f"{place.name} and the standard build of {kind}", said, table, notes=notes)


def _row(line: Line) -> list[Cell]:
    if line.expected is None:
        return [line.part, line.what, line.counts[0], None, None, None]
    have = f"{line.expected.sites} of {line.expected.of}" if line.expected.of else "as written down"
    return [line.part, line.what, line.counts[0], str(line.expected.number), have, line.differs]


def _summary(who: str, verb: str, lines: Sequence[Line], names: Sequence[str]) -> str:
    judged = [line for line in lines if line.differs is not None]
    different = sum(bool(line.differs) for line in judged)
    if not judged:
        return f"{who}: nothing is recorded of what was to be compared."
    if not different:
        return f"{who} {verb} in nothing: all {len(judged)} points are the same."
    alike = len(judged) - different
    same = f"; {alike} {'is' if alike == 1 else 'are'} the same" if alike else ""
    return f"{who} {verb} in {different} of {len(judged)} points{same}. {told(lines, names)}"


def _records(read: Lists, parts: Sequence[Part]) -> Mapping[Part, Sequence[Mapping[str, object]]]:
    return {part: read.rows[part] for part in parts}


def _columns(locations: Sequence[Location], tree: Tree) -> list[str]:
    """Return the names of the locations; with what they lie in, where two share one."""
    times = Counter(place.name for place in locations)
    return [
        ", ".join([place.name, *(above.name for above in reversed(tree.path(place)))])
        if times[place.name] > 1
        else place.name
        for place in locations
    ]


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _links(lines: Sequence[Line], places: Places, tree: Tree) -> list[str | None]:
    """Return for each line the list in Nautobot's pages that it is counted from."""
    values = filter_values(places, tree)
    pages = {
        part: list_page(path, **{"locations" if part in ("prefixes", "vlans") else "location": values})
        for part, path in _PAGES.items()
    }
    return [pages[line.part] for line in lines]
