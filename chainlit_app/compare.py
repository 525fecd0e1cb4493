"""What has changed between two readings of the same rows. Pure."""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from tools.models import Cell, ResultTable


@dataclass(frozen=True)
class Row:
    """A row, and its page in Nautobot."""

    cells: tuple[Cell, ...]
    link: str | None


@dataclass(frozen=True)
class CellChange:
    """A cell that reads another way now."""

    column: str
    before: Cell
    now: Cell


@dataclass(frozen=True)
class Changed:
    """A record that is in both readings, not the same in each."""

    name: str  # its first cell
    link: str | None
    cells: tuple[CellChange, ...]


@dataclass(frozen=True)
class Difference:
    """What is not the same. Another order of rows is no change, nor is another order of columns."""

    added: tuple[Row, ...] = ()  # cells in the order of the columns now
    removed: tuple[Row, ...] = ()  # cells in the order of the columns before
    changed: tuple[Changed, ...] = ()
    new_columns: tuple[str, ...] = ()
    lost_columns: tuple[str, ...] = ()

    @property
    def none(self) -> bool:
        """Say whether both readings are the same."""
        return self == Difference()


def compare(before: ResultTable, now: ResultTable) -> Difference:
    """Return what has changed. A record is known by its page in Nautobot, or else by its first cell.

    Where several rows are one record's, those that are equal belong together, and of the others the first to the first.
    """
    columns = [name for name in now.columns if name in before.columns]
    old, new = _Reading(before, columns), _Reading(now, columns)
    by_link = old.linked and new.linked
    added: list[Row] = []
    removed: list[Row] = []
    changed: list[Changed] = []
    old_groups, new_groups = old.groups(by_link), new.groups(by_link)
    for identity in {**old_groups, **new_groups}:
        gone, come = _without_equals(old, old_groups.get(identity, []), new, new_groups.get(identity, []))
        changed += [_changed(columns, old, a, new, b) for a, b in zip(gone, come, strict=False)]
        removed += [old.row(at) for at in gone[len(come) :]]
        added += [new.row(at) for at in come[len(gone) :]]
    return Difference(
        tuple(added), tuple(removed), tuple(changed), _beyond_those(now, before), _beyond_those(before, now)
    )


def _beyond_those(table: ResultTable, other: ResultTable) -> tuple[str, ...]:
    """Return the columns that only this table has. An answer without rows may have none, and lost none by that."""
    if not table.rows or not other.rows:
        return ()
    return tuple(name for name in table.columns if name not in other.columns)


class _Reading:
    """One reading, its rows as far as the other has the same columns."""

    def __init__(self, table: ResultTable, columns: Sequence[str]) -> None:
        places = [table.columns.index(name) for name in columns]
        self._table = table
        self.shared = [tuple(row[place] for place in places) for row in table.rows]
        self.linked = bool(table.rows) and all(self.link(at) for at in range(len(table.rows)))

    def link(self, at: int) -> str | None:
        return self._table.links[at] if at < len(self._table.links) else None

    def row(self, at: int) -> Row:
        return Row(tuple(self._table.rows[at]), self.link(at))

    def groups(self, by_link: bool) -> dict[Hashable, list[int]]:
        """Return the rows of each record."""
        found: dict[Hashable, list[int]] = {}
        for at, cells in enumerate(self.shared):
            # Without a column in common there is nothing to know a record by.
            identity: Hashable = self.link(at) if by_link else _typed(cells[:1])
            found.setdefault(identity, []).append(at)
        return found


def _without_equals(old: _Reading, mine: list[int], new: _Reading, theirs: list[int]) -> tuple[list[int], list[int]]:
    """Return those rows of a record that the other reading does not have."""
    equal = Counter(_typed(old.shared[at]) for at in mine) & Counter(_typed(new.shared[at]) for at in theirs)
    return list(_beyond(old, mine, equal)), list(_beyond(new, theirs, equal))


def _beyond(reading: _Reading, rows: list[int], equal: Counter[Hashable]) -> Iterator[int]:
    left = equal.copy()
    for at in rows:
        if left[cells := _typed(reading.shared[at])]:
            left[cells] -= 1
        else:
            yield at


def _typed(cells: tuple[Cell, ...]) -> Hashable:
    """Return cells so that `True` and `1` are not the same; a number is, however it is written."""
    return tuple((isinstance(cell, bool), cell) for cell in cells)


def _changed(columns: Sequence[str], old: _Reading, a: int, new: _Reading, b: int) -> Changed:
    before, now = old.shared[a], new.shared[b]
    cells = [
        CellChange(name, x, y) for name, x, y in zip(columns, before, now, strict=True) if _typed((x,)) != _typed((y,))
    ]
    return Changed(str(now[0]) if now else "", new.link(b), tuple(cells))
