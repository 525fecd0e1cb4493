"""Rows of a source beside rows that are true: what is lost, what is too much, which cell is wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_FIRST = 3  # differences of a kind that a report names


@dataclass(frozen=True)
class Compared:
    """How a table differs from the truth."""

    lost: Sequence[str]
    extra: Sequence[str]
    wrong: Sequence[str]

    @property
    def same(self) -> bool:
        """Whether every row is there, no other, and each cell is right."""
        return not (self.lost or self.extra or self.wrong)

    @property
    def rows(self) -> str:
        """Which rows are lost or too many, in a line."""
        return _told(("lost", self.lost), ("not true", self.extra))

    @property
    def cells(self) -> str:
        """Which cells are wrong, in a line."""
        return _told(("wrong", self.wrong))


def _told(*parts: tuple[str, Sequence[str]]) -> str:
    return "; ".join(
        f"{len(found)} {word}: {', '.join(found[:_FIRST])}{' ...' if len(found) > _FIRST else ''}"
        for word, found in parts
        if found
    )


def plain(cell: Any) -> str:
    """Return a cell as it is compared: numbers to two decimals, lists in order, words without case."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{cell:.2f}".rstrip("0").rstrip(".")
    if isinstance(cell, list | tuple):
        return ", ".join(sorted(plain(one) for one in cell))
    text = str(cell).strip().lower()
    return ", ".join(sorted(text.split(", "))) if ", " in text else text


def compare(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], true: Sequence[Mapping[str, Any]], key: Sequence[str] = ()
) -> Compared:
    """Return how rows differ from true ones.

    A row is that of a true one where the values of its key stand in its cells, in whatever column; of columns that both
    have every cell is compared.
    """
    if not true:
        return Compared([], [_named(row) for row in rows], [])
    names = list(key) or [next(iter(true[0]))]
    cells = [[plain(cell) for cell in row] for row in rows]
    by_cell: dict[str, list[int]] = {}
    for at, row in enumerate(cells):
        for cell in set(row):
            by_cell.setdefault(cell, []).append(at)
    lost, wrong, met = [], [], set[int]()
    shared = [(at, name) for at, name in enumerate(columns) if name in true[0]]
    for fact in true:
        keys = [plain(fact[name]) for name in names]
        same = [at for at in by_cell.get(keys[0], ()) if at not in met and set(keys) <= set(cells[at])]
        if not same:
            lost.append(" ".join(str(fact[name]) for name in names))
            continue
        best = min(same, key=lambda at: len(_differences(cells[at], fact, shared)))
        met.add(best)
        wrong += [f"{' '.join(keys)} {told}" for told in _differences(cells[best], fact, shared)]
    return Compared(lost, [_named(rows[at]) for at in range(len(rows)) if at not in met], wrong)


def _differences(cells: Sequence[str], fact: Mapping[str, Any], shared: Iterable[tuple[int, str]]) -> list[str]:
    return [
        f"{name} is {plain(fact[name]) or 'nothing'}, not {cells[at] or 'nothing'}"
        for at, name in shared
        if name in fact and cells[at] != plain(fact[name])
    ]


def _named(row: Sequence[Any]) -> str:
    return " ".join(str(cell) for cell in row[:2])
