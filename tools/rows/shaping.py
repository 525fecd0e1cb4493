"""Rows of a result in another shape: fewer of them, in another order, other columns, each once. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import compress, takewhile
from typing import Any

from tools.models import Cell
from tools.rows.cells import token
from tools.rows.columns import Column, column_named
from tools.rows.conditions import Condition, Fulfilled, fulfilled

_SAID = 6  # conditions that a sentence names


@dataclass(frozen=True)
class Rows:
    """Rows with what belongs to each: its page in Nautobot, and the ids of its locations where they are known."""

    name: str  # how a message calls them: "r3 (prefixes at NYC01)"
    columns: list[str]
    rows: list[list[Cell]]
    links: list[str | None]
    places: Sequence[tuple[str, ...]] = ()  # one a row, or none at all
    notes: list[str] = field(default_factory=list)  # how names were read, and what is not to be overlooked

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, written: str) -> Column:
        """Return the column that was meant. Raise `InvalidRequest` or `Ambiguous` with what there is."""
        return self.column_at(column_named(written, self.columns, self.name, self.notes))

    def column_at(self, at: int) -> Column:
        return Column(self.columns[at], [row[at] for row in self.rows])

    def at(self, written: Sequence[str]) -> list[int]:
        """Return the places of columns, each once. Raise as `column` does."""
        return list(dict.fromkeys(column_named(one, self.columns, self.name, self.notes) for one in written))

    def taken(self, order: Sequence[int]) -> "Rows":
        """Return some of the rows, by their numbers."""
        return Rows(
            self.name,
            self.columns,
            [self.rows[at] for at in order],
            [self.links[at] for at in order],
            [self.places[at] for at in order] if self.places else (),
            self.notes,
        )


@dataclass(frozen=True)
class Filtered:
    """The rows that fulfil all conditions."""

    rows: Rows
    conditions: Sequence[Fulfilled]

    @property
    def words(self) -> str:
        """The conditions in words: "role is User Data and used percent is greater than 80"."""
        said = [one.words for one in self.conditions]
        more = len(said) - _SAID
        return " and ".join([*said[:_SAID], *([f"{more:,} other conditions hold"] if more > 1 else said[_SAID:])])


def filtered(rows: Rows, conditions: Iterable[Condition]) -> Filtered:
    """Return the rows that fulfil all conditions. Raise `InvalidRequest` where one cannot be asked of its column."""
    keep = [True] * len(rows)
    met = []
    for condition in conditions:
        column = rows.column(condition.column)
        found = fulfilled(condition, column, rows.name)
        keep = [kept and key in found.tokens for kept, key in zip(keep, column.tokens, strict=True)]
        met.append(found)
        rows.notes.extend(note for note in found.notes if note not in rows.notes)
    return Filtered(rows.taken(list(compress(range(len(rows)), keep))) if met else rows, met)


def distinct(rows: Rows) -> Rows:
    """Return each row once, the first of its like; where several were alike it has no page of its own."""
    first: dict[tuple[Any, ...], int] = {}
    alike: dict[int, list[int]] = {}
    for at, row in enumerate(rows.rows):
        stands = first.setdefault(tuple(map(token, row)), at)
        if stands != at:
            alike.setdefault(stands, [stands]).append(at)
    found = rows.taken(list(first.values()))
    for number, at in enumerate(first.values()):
        if at in alike:
            found.links[number] = only(rows.links[one] for one in alike[at])
    places = [together(rows.places, alike.get(at, [at])) for at in first.values()] if rows.places else ()
    return Rows(found.name, found.columns, found.rows, found.links, places, found.notes)


def only(links: Iterable[str | None]) -> str | None:
    """Return the page that all these rows have; None where they are of several records."""
    found = set(links)
    return found.pop() if len(found) == 1 else None


def together(places: Sequence[tuple[str, ...]], members: Iterable[int]) -> tuple[str, ...]:
    """Return the locations of some rows, each once."""
    return tuple(dict.fromkeys(key for at in members for key in places[at]))


def picked(rows: Rows, names: Sequence[str]) -> Rows:
    """Return the rows with these columns only, in this order."""
    chosen = rows.at(names)
    cells = [[row[at] for at in chosen] for row in rows.rows]
    return Rows(rows.name, [rows.columns[at] for at in chosen], cells, rows.links, rows.places, rows.notes)


@dataclass(frozen=True)
class Sorted:
    """Rows in an order."""

    rows: Rows
    words: str  # "used percent, largest first"
    places: Sequence[Any]  # of the rows, in their order; equal for rows between which it says nothing

    def sharing(self, count: int) -> int:
        """Return how many rows behind the first `count` share the place of the last of these."""
        last = self.places[count - 1] if self.places else None
        return sum(1 for _ in takewhile(lambda place: place == last, self.places[count:]))


def ordered(rows: Rows, names: Sequence[str]) -> Sorted:
    """Return the rows by columns, "-name" with the largest first; empty cells are last either way."""
    keys: list[list[int]] = []
    words = []
    size = len(rows) + 2  # places: of the values, and a last one for empty cells
    for written in names:
        # A column may be called "-x" itself.
        falling = written.startswith("-") and written not in rows.columns
        column = rows.column(written[1:] if falling else written)
        places = column.ranks
        if falling:
            places = {key: len(rows) - rank for key, rank in places.items()}
        keys.append([places.get(key, size - 1) for key in column.tokens])
        words.append(f"{column.name}{_falling(column) if falling else ''}")
    if not keys:
        return Sorted(rows, "", ())
    joined = keys[0]
    for own in keys[1:]:  # one number a row sorts faster than several
        joined = [place * size + one for place, one in zip(joined, own, strict=True)]
    order = sorted(range(len(rows)), key=joined.__getitem__)
    return Sorted(rows.taken(order), " and ".join(words), [joined[at] for at in order])


def _falling(column: Column) -> str:
    if column.kind == "times":
        return ", latest first"
    return ", largest first" if column.kind in ("numbers", "nothing") else ", last first"
