"""Records of Nautobot as tables: known columns first, then whatever else a query file asks for. Pure."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from tools.models import Cell

Flat = Mapping[str, Cell]
Shown = Literal["always", "quiet", "never"]  # to a model; people get every column

MANY = 500  # records; fewer take less than a change of threads is worth
_NAMELESS = ("name", "display", "label")
_NOT_SHOWN = {"id", "__typename"}


@dataclass(frozen=True)
class Column:
    """A column that a tool knows. `leaves` are the dotted fields it is made of, such as "role.name"."""

    name: str
    leaves: tuple[str, ...] = ()
    cell: Callable[[Flat], Cell] | None = None
    shown: Shown = "always"  # quiet: not where all rows have the same
    told_by: str = ""  # a column that often determines this one: then one note says it all

    @property
    def reader(self) -> Callable[[Flat], Cell]:
        """What returns the cell of a record."""
        leaf = self.fields[0]
        return self.cell or (lambda flat: flat.get(leaf))

    @property
    def fields(self) -> tuple[str, ...]:
        return self.leaves or (self.name,)

    def covers(self, leaf: str) -> bool:
        """Say whether a leaf is shown by this column; a null object ends its own leaves early."""
        return any(leaf == own or own.startswith(leaf + ".") for own in self.fields)


@dataclass(frozen=True)
class Table:
    """Rows with names instead of ids, and a path in Nautobot's pages for each."""

    columns: list[str] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    links: list[str | None] = field(default_factory=list)
    shown: dict[str, Shown] = field(default_factory=dict)  # "always" where not said
    told_by: dict[str, str] = field(default_factory=dict)
    # The ids of each row's locations, where they are known: two locations may share a name. Who picks rows hands on
    # those of the rows.
    places: Sequence[tuple[str, ...]] = ()

    def column(self, name: str) -> list[Cell]:
        """Return the cells of a column; empty cells where the table has no such column."""
        if name not in self.columns:
            return [None] * len(self.rows)
        at = self.columns.index(name)
        return [row[at] for row in self.rows]


def table(records: Sequence[Mapping[str, Any]], known: Sequence[Column], page: str | None) -> Table:
    """Return records as a table. `page` is the path of a record's page with `{id}` in it."""
    flats = [flatten(record) for record in records]
    columns = _columns(tuple(dict.fromkeys(leaf for flat in flats for leaf in flat)), tuple(known))
    readers = [column.reader for column in columns]
    return Table(
        columns=[column.name for column in columns],
        rows=[[read(flat) for read in readers] for flat in flats],
        links=[page.format(id=record["id"]) if page and record.get("id") else None for record in records],
        shown={column.name: column.shown for column in columns if column.shown != "always"},
        told_by={column.name: column.told_by for column in columns if column.told_by},
        places=_places(records, page),
    )


async def tabled(records: Sequence[Mapping[str, Any]], known: Sequence[Column], page: str | None) -> Table:
    """Return the same as `table`; many records are not worked on in the event loop, which all calls share."""
    if len(records) < MANY:
        return table(records, known, page)
    return await asyncio.to_thread(table, records, known, page)


def _places(records: Sequence[Mapping[str, Any]], page: str | None) -> list[tuple[str, ...]]:
    shared: dict[tuple[str, ...], tuple[str, ...]] = {}  # one object for all rows of a location
    found = [_places_of(record, page) for record in records]
    return [shared.setdefault(ids, ids) for ids in found] if any(found) else []


def _places_of(record: Mapping[str, Any], page: str | None) -> tuple[str, ...]:
    if page and page.startswith("/dcim/locations/"):
        return (record["id"],) if record.get("id") else ()
    ends = record.get("circuit_terminations") or ()
    held = [record.get("location"), *(record.get("locations") or ()), *(end.get("location") for end in ends)]
    return tuple(dict.fromkeys(place["id"] for place in held if isinstance(place, Mapping) and place.get("id")))


def flatten(record: Mapping[str, Any]) -> dict[str, Cell]:
    """Return the leaves of a record by their dotted names; the values of a list are joined by ", "."""
    flat: dict[str, Cell] = {}
    _walk(record, "", flat)
    return flat


@lru_cache(maxsize=256)
def _columns(leaves: tuple[str, ...], known: tuple[Column, ...]) -> tuple[Column, ...]:
    used = [column for column in known if any(column.covers(leaf) for leaf in leaves)]
    extra = _extra_columns([leaf for leaf in leaves if not any(c.covers(leaf) for c in used)], used)
    return (*used, *extra)


def choice(leaf: str) -> Callable[[Flat], Cell]:
    """Read a choice as Nautobot writes it elsewhere: GraphQL's `A_10GBASE_X_SFPP` is "10gbase-x-sfpp"."""

    def cell(flat: Flat) -> Cell:
        value = flat.get(leaf)
        if not isinstance(value, str):
            return value
        plain = value[2:] if value.startswith("A_") and value[2:3].isdigit() else value
        return plain.lower().replace("_", "-")

    return cell


def joined(*leaves: str) -> Callable[[Flat], Cell]:
    """Read several leaves as one text: vid and name of a VLAN as "100 data"."""

    def cell(flat: Flat) -> Cell:
        return " ".join(str(flat[leaf]) for leaf in leaves if flat.get(leaf) not in (None, "")) or None

    return cell


def counted(values: Iterable[Cell], what: str, most: int = 6) -> str:
    """Return how often each value occurs: "12 User Data, 5 User Voice"; "all Active" where there is but one."""
    counts = Counter("without " + what if value in (None, "") else str(value) for value in values)
    if len(counts) == 1:
        (only,) = counts
        return f"all {only}" if counts[only] > 1 else only
    if len(counts) <= most and set(counts.values()) == {1}:
        return ", ".join(sorted(counts))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    parts = [f"{number:,} {value}" for value, number in ranked[: most if len(ranked) > most + 1 else most + 1]]
    if len(ranked) > len(parts):
        rest = ranked[len(parts) :]
        parts.append(f"{sum(number for _, number in rest):,} of {len(rest)} others")
    return ", ".join(parts)


def figures(made: Table, *names: str) -> str:
    """Return how often each value occurs in those of these columns that the table has; what was not read has none."""
    return "; ".join(counted(made.column(name), name) for name in names if name in made.columns)


def _walk(record: Mapping[str, Any], prefix: str, flat: dict[str, Cell]) -> None:
    for key, value in record.items():
        if key not in _NOT_SHOWN:
            _leaf(value, prefix + key, flat)


def _leaf(value: Any, path: str, flat: dict[str, Cell]) -> None:
    if isinstance(value, dict):
        _walk(value, path + ".", flat)
    elif isinstance(value, list):
        _walk_list(value, path, flat)
    else:
        flat[path] = value


def _walk_list(values: list[Any], path: str, flat: dict[str, Cell]) -> None:
    parts: dict[str, list[str]] = {}
    for value in values:
        inner: dict[str, Cell] = {}
        _leaf(value, path, inner)
        for leaf, cell in inner.items():
            parts.setdefault(leaf, []).extend([] if cell in (None, "") else [str(cell)])
    if not parts:
        flat[path] = None
    for leaf, texts in parts.items():
        flat[leaf] = ", ".join(texts) or None


def _extra_columns(leaves: Sequence[str], used: Sequence[Column]) -> list[Column]:
    taken, extra = {column.name for column in used}, dict[str, list[str]]()
    for leaf in leaves:
        label = _label(leaf)
        extra.setdefault(leaf.replace(".", " ") if label in taken else label, []).append(leaf)
    return [Column(label, tuple(own), _first(own)) for label, own in extra.items()]


def _first(leaves: Sequence[str]) -> Callable[[Flat], Cell]:
    # A null object is a leaf of its own ("tenant"), beside the one of those that have it ("tenant.name").
    return lambda flat: next((flat[leaf] for leaf in leaves if flat.get(leaf) is not None), None)


def _label(leaf: str) -> str:
    parts = leaf.removeprefix("_custom_field_data.").split(".")
    if len(parts) > 1 and parts[-1] in _NAMELESS:
        parts.pop()
    return " ".join(parts)
