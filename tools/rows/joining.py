"""Two results beside each other by a key: what is in one only, in both, or all of it as one table. Pure.

A row without a key, or with an empty part of it, matches nothing. Keys are equal as they are written; where none is, as
people write them: a VLAN as its number or "101 data", a name in any case.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any, Literal

from tools.errors import InvalidRequest
from tools.models import Cell
from tools.rows.cells import is_empty, nets, number, plain, said, token
from tools.rows.columns import Column
from tools.rows.shaping import Rows

Keep = Literal["only_first", "only_second", "both", "all"]
Key = Any  # of one column what it holds, of several a tuple
Pair = tuple[int | None, int | None]  # a row of the first and one of the second
IN = "found in"
_MOST = 1_000_000  # rows of a join; ten times what a result is expected to have


@dataclass(frozen=True)
class Side:
    """One of two results, and which of its rows have their like in the other."""

    short: str  # "r3"
    rows: Rows
    by: Sequence[int]  # the places of its key's columns
    keys: Sequence[Key | None]  # of the rows; None matches nothing
    matched: Sequence[bool]

    @property
    def both(self) -> list[int]:
        """The rows whose key the other has."""
        return list(compress(range(len(self.matched)), self.matched))

    @property
    def alone(self) -> list[int]:
        """The rows whose key the other lacks, those without a key among them."""
        return [at for at, found in enumerate(self.matched) if not found]


@dataclass(frozen=True)
class Compared:
    """Two results by a key."""

    first: Side
    second: Side
    notes: Sequence[str]

    @property
    def key(self) -> str:
        """What it is called: "vlan", "vlan and location"."""
        return " and ".join(self.first.rows.columns[at] for at in self.first.by)

    @property
    def in_both(self) -> int:
        """How many keys are in both."""
        return len({key for key in self.first.keys if key is not None} & set(self.second.keys))


def compared(first: Rows, second: Rows, key: Sequence[str], names: tuple[str, str]) -> Compared:
    """Return two results by a key; without one by the first column of a result that the other has as well.

    Raise `InvalidRequest` or `Ambiguous` where one of them lacks the key.
    """
    by = (first.at(key), second.at(key)) if key else _shared(first, second)
    if len(by[0]) != len(by[1]):
        raise InvalidRequest(f"The key is not the same in both: {_listed(first, by[0])} and {_listed(second, by[1])}.")
    columns = [[rows.column_at(at) for at in own] for rows, own in zip((first, second), by, strict=True)]
    keys, common = _matching(columns, _exactly)
    notes = []
    if not common:
        keys, common = _matching(columns, _loosely)
        notes = [_LOOSE.format(_listed(first, by[0]))] if common else []
    sides = [
        Side(name, rows, at, own, [one in common for one in own])
        for name, rows, at, own in zip(names, (first, second), by, keys, strict=True)
    ]
    return Compared(sides[0], sides[1], [*notes, *_of_empty_keys(sides)])


def kept(found: Compared, keep: Keep) -> Rows:
    """Return what is kept of two results: rows of one of them, or of both side by side. Raise `InvalidRequest`."""
    if keep == "only_first":
        return found.first.rows.taken(found.first.alone)
    if keep == "only_second":
        return found.second.rows.taken(found.second.alone)
    return _joined(found, everything=keep == "all")


def _joined(found: Compared, *, everything: bool) -> Rows:
    """Return the rows of both that match side by side, and then, where `everything` is, those that do not."""
    first, second = found.first, found.second
    notes = [*first.rows.notes, *(note for note in second.rows.notes if note not in first.rows.notes)]
    pairs: list[Pair] = list(_pairs(found, notes))
    where = ["both"] * len(pairs)
    if everything:
        pairs += [*((at, None) for at in first.alone), *((None, at) for at in second.alone)]
        where += [first.short] * len(first.alone) + [second.short] * len(second.alone)
    own = [at for at in range(len(second.rows.columns)) if at not in second.by]
    into = dict(zip(first.by, second.by, strict=True))
    width = range(len(first.rows.columns))
    there = [[row[at] for at in own] for row in second.rows.rows]
    nothing: list[Cell] = [None] * len(own)

    def row_of(one: int | None, other: int | None) -> list[Cell]:
        right = nothing if other is None else there[other]
        if one is not None:
            return first.rows.rows[one] + right
        known = second.rows.rows[other or 0]  # of its columns only the key has a place among those of the first
        return [known[into[at]] if at in into else None for at in width] + right

    rows = [row_of(one, other) for one, other in pairs]
    if everything:
        rows = [[word, *row] for word, row in zip(where, rows, strict=True)]
    name = f"{first.rows.name} and {second.rows.name}"
    return Rows(name, _columns(found, own, everything), rows, *_belongings(found, pairs), notes)


def _pairs(found: Compared, notes: list[str]) -> Iterator[tuple[int, int]]:
    partners: dict[Key, list[int]] = {}
    for at, key in enumerate(found.second.keys):
        if key is not None:
            partners.setdefault(key, []).append(at)
    there = [partners.get(key, []) if key is not None else [] for key in found.first.keys]
    size = sum(map(len, there))
    if size > _MOST:
        raise InvalidRequest(
            f"By {found.key} this makes {size:,} rows, as its values stand many times on both sides. Use a key that "
            "tells the rows apart, or group one of them first."
        )
    more = max(len(found.first.both), len(found.second.both))
    if size > more:
        notes.append(
            f"The same {found.key} stands in several rows of both: every pair of these is a row, {size:,} in all."
        )
    return ((one, other) for one, others in enumerate(there) for other in others)


def _columns(found: Compared, own: Sequence[int], everything: bool) -> list[str]:
    """Return the names of a join's columns; one that both have gets the name of its result in front."""
    first, second = found.first, found.second
    right = [second.rows.columns[at] for at in own]
    twice = set(right) & set(first.rows.columns) | ({IN} if everything else set())
    names = [
        f"{first.short} {name}" if name in twice and at not in first.by else name
        for at, name in enumerate(first.rows.columns)
    ]
    names += [f"{second.short} {name}" if name in twice else name for name in right]
    return [*([IN] if everything else []), *names]


def _belongings(found: Compared, pairs: Sequence[Pair]) -> tuple[list[str | None], Sequence[tuple[str, ...]]]:
    """Return the page of each row, that of the first where it has one, and the locations of both."""
    one, other = found.first.rows, found.second.rows
    links = [one.links[left] if left is not None else other.links[right or 0] for left, right in pairs]
    if not (one.places or other.places):
        return links, ()
    places = []
    for left, right in pairs:
        here = one.places[left] if left is not None and one.places else ()
        there = other.places[right] if right is not None and other.places else ()
        places.append(tuple(dict.fromkeys((*here, *there))))
    return links, places


def _shared(first: Rows, second: Rows) -> tuple[list[int], list[int]]:
    """Return the column that both are known by: the first of the first that the second has, with a word on it."""
    for at, name in enumerate(first.columns):
        if name in second.columns:
            first.notes.append(f"Compared by {name}; give key for another column.")
            return [at], [second.columns.index(name)]
    raise InvalidRequest(
        f"{first.name} and {second.name} have no column in common: {', '.join(first.columns)}; "
        f"{', '.join(second.columns)}. Group them by what they share first."
    )


def _matching(
    columns: Sequence[Sequence[Column]], read: Callable[[Column, Cell], Any]
) -> tuple[list[list[Key | None]], set[Key | None]]:
    """Return the keys of both, and those that are in both."""
    keys = [_keys(own, read) for own in columns]
    return keys, (set(keys[0]) & set(keys[1])) - {None}


def _keys(by: Sequence[Column], read: Callable[[Column, Cell], Any]) -> list[Key | None]:
    """Return what each row is known by; None where a part of it is empty."""
    parts = []
    for column in by:
        if read is _exactly and column.kind in ("texts", "yes or no"):  # which the tokens are
            parts.append([None if key == "" else key for key in column.tokens])
            continue
        own = {key: None if is_empty(cell) else read(column, cell) for key, cell in column.values.items()}
        parts.append([own[key] for key in column.tokens])
    if len(parts) == 1:
        return parts[0]
    return [None if None in key else key for key in zip(*parts, strict=True)]


def _exactly(column: Column, cell: Cell) -> Any:
    """Return what is equal for what is written alike, and for addresses and numbers for the same ones."""
    if column.kind == "addresses":
        return tuple(nets(cell))
    if column.kind == "numbers" and isinstance(cell, str):
        return number(cell)
    return token(cell)


def _loosely(column: Column, cell: Cell) -> Any:
    """Return what is equal for what people take for the same: a name in any case, a VLAN's number or "101 data"."""
    if column.kind == "addresses":
        return tuple(nets(cell))
    text = said(cell) if isinstance(cell, bool) else plain(str(cell))
    first, space, rest = text.partition(" ")
    return first if space and rest and first.isascii() and first.isdigit() else text


_LOOSE = "No {} is written the same in both: compared without case, and a number with a name as the number."


def _of_empty_keys(sides: Sequence[Side]) -> Iterator[str]:
    for side in sides:
        if empty := sum(key is None for key in side.keys):
            rows = "1 row" if empty == 1 else f"{empty:,} rows"
            key = _listed(side.rows, side.by)
            yield f"{rows} of {side.short} without {key} {'matches' if empty == 1 else 'match'} nothing."


def _listed(rows: Rows, by: Sequence[int]) -> str:
    return " and ".join(rows.columns[at] for at in by)
