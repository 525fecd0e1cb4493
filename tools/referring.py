"""What an earlier result stands for where a tool wants locations, devices or prefixes: those of its rows. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tools.errors import Ambiguous, Empty, InvalidRequest
from tools.models import Cell, result_name
from tools.place_names import Location
from tools.places import Places, Tree
from tools.results import Result

_BETWEEN = re.compile(r"\s*(?:,|;|\+|&|\s)\s*(?:and\s+)?")
_PLACES = ("location", "site", "country", "region")  # columns that name locations, the closest first
_PAGE = re.compile(r"^/dcim/(locations|devices)/([^/]+)/$")


@dataclass(frozen=True)
class Devices:
    """The devices that were meant."""

    names: list[str]
    ids: Mapping[str, frozenset[str]]  # of names that several devices have: those that are meant, where that is known

    @property
    def values(self) -> list[str]:
        """What a query that takes ids or names is asked with."""
        return [value for name in self.names for value in sorted(self.ids.get(name, ())) or [name]]

    @property
    def label(self) -> str:
        """The names; of many the first."""
        if len(self.names) == 1:
            return self.names[0]
        listed = self.names if len(self.names) <= 5 else [*self.names[:3], f"{len(self.names) - 3:,} more"]
        return f"{len(self.names):,} devices ({', '.join(listed)})"

    def has(self, id: str, name: str) -> bool:
        """Say whether a device of one of these names is meant."""
        return name not in self.ids or id in self.ids[name]


def parts(written: str | Sequence[str]) -> list[str]:
    """Return names one by one: "r3 and r4" are two where each is the name of a result."""
    if not isinstance(written, str):
        return [part for one in written for part in parts(one)]
    split = [part for part in _BETWEEN.split(written.strip()) if part]
    return split if len(split) > 1 and all(map(result_name, split)) else [written]


def places_of(result: Result, tree: Tree) -> Places:
    """Return the locations of a result's rows. Raise `InvalidRequest` where it has none, `Ambiguous`, or `Empty`."""
    _needs_rows(result)
    column = next((name for name in _PLACES if name in result.columns), None)
    cells = result.column(column) if column else [None] * result.total
    linked = result.places or [_id_of(link, "locations") for link in result.links]
    by_name: dict[str, list[Location]] = {}
    for place in tree.by_id.values():
        by_name.setdefault(place.name, []).append(place)
    found: dict[str, Location] = {}
    nowhere = 0
    for (ids, cell), times in _counted(zip(linked, cells, strict=True)).items():
        here = [tree.by_id[id] for id in ids if id in tree.by_id] or list(_named(cell, by_name, tree))
        found |= {place.id: place for place in here}
        nowhere += 0 if here else times
    if not found:
        raise InvalidRequest(f"{_of(result)} leads to no location: its columns are {', '.join(result.columns)}.")
    note = f"{result.name} stands for the {_number(len(found), 'location')} of its rows"
    note += f"; {nowhere:,} of its {result.total:,} rows have none." if nowhere else "."
    return Places(list(found.values()), notes=[note], hold_others=all(tree.children.get(key) for key in found))


def devices_of(result: Result) -> tuple[dict[str, frozenset[str]], str]:
    """Return the names of the devices of a result's rows with their ids, where known, and a note.

    Raise `InvalidRequest` where it has none, or `Empty`.
    """
    _needs_rows(result)
    column = next((name for name in ("device", "name") if name in result.columns), None)
    linked = [_id_of(link, "devices") for link in result.links]
    if column is None or (column == "name" and not any(linked)):
        raise InvalidRequest(f"{_of(result)} names no devices: its columns are {', '.join(result.columns)}.")
    found: dict[str, frozenset[str]] = {}
    unnamed = 0
    for ids, cell in zip(linked, result.column(column), strict=True):
        if cell in (None, ""):
            unnamed += 1
        else:
            found[str(cell)] = found.get(str(cell), frozenset()) | frozenset(ids)
    if not found:
        raise InvalidRequest(f"No row of {_of(result)} names a device.")
    note = f"{result.name} stands for the {_number(len(found), 'device')} of its rows"
    return found, note + (f"; {unnamed:,} of its {result.total:,} rows name none." if unnamed else ".")


def prefixes_of(result: Result) -> tuple[list[tuple[str, str | None]], str]:
    """Return the prefixes of a result's rows, each with its namespace where that is known, and a note.

    Raise `InvalidRequest` where it has none, or `Empty`.
    """
    _needs_rows(result)
    of_prefixes = [name for name, kind in zip(result.columns, result.types, strict=True) if kind == "prefix"]
    column = "prefix" if "prefix" in of_prefixes else of_prefixes[0] if of_prefixes else None
    if column is None:
        raise InvalidRequest(f"{_of(result)} names no prefixes: its columns are {', '.join(result.columns)}.")
    spaces = result.column("namespace") if "namespace" in result.columns else [None] * result.total
    pairs = zip(result.column(column), spaces, strict=True)
    found = list(dict.fromkeys((str(cell), str(space) if space else None) for cell, space in pairs if cell))
    without = result.column(column).count(None) + result.column(column).count("")
    note = f"{result.name} stands for the {_number(len(found), 'prefix', 'prefixes')} of its rows"
    return found, note + (f"; {without:,} of its {result.total:,} rows name none." if without else ".")


def _needs_rows(result: Result) -> None:
    if not result.rows:
        raise Empty(f"{_of(result)} has no rows: there is nothing to go on with.")


def _of(result: Result) -> str:
    return f"{result.name} ({result.subject})"


def _id_of(link: str | None, kind: str) -> tuple[str, ...]:
    found = _PAGE.match(link or "")
    return (found[2],) if found and found[1] == kind else ()


def _counted(pairs: Iterator[tuple[tuple[str, ...], Cell]]) -> dict[tuple[tuple[str, ...], Cell], int]:
    counts: dict[tuple[tuple[str, ...], Cell], int] = {}
    for ids, cell in pairs:
        counts[tuple(ids), cell] = counts.get((tuple(ids), cell), 0) + 1
    return counts


def _named(cell: Cell, by_name: Mapping[str, list[Location]], tree: Tree) -> Iterator[Location]:
    names = [str(cell)] if str(cell) in by_name else str(cell or "").split(", ")
    for name in names:
        places = by_name.get(name, [])
        if len(places) > 1:
            raise Ambiguous("location", name, [tree.candidate(place) for place in places])
        yield from places


def _number(count: int, singular: str, plural: str = "") -> str:
    return f"1 {singular}" if count == 1 else f"{count:,} {plural or singular + 's'}"
