"""Figures of groups of rows: count, sum, min, max, mean, distinct. Pure.

Sums are exact: whole numbers as they are, others as they are written, so 0.1 and 0.2 are 0.3. Means are rounded to two
decimals, halves away from zero. Empty cells are in no figure but the count of rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any, Literal

from tools.errors import InvalidRequest
from tools.models import Cell
from tools.rows.cells import SAFE, is_empty, number
from tools.rows.columns import Column
from tools.rows.shaping import Rows, together

Name = Literal["count", "sum", "min", "max", "mean", "distinct"]
_DECIMALS = 2


@dataclass(frozen=True)
class Figure:
    """What is computed of each group; of a column, or of its rows."""

    figure: Name
    column: str | None = None


@dataclass(frozen=True)
class _Of:
    """A figure of a column of given rows."""

    figure: Name
    column: Column | None
    label: str

    def of(self, members: Sequence[int]) -> Cell:
        if self.column is None:
            return len(members)
        tokens = self.column.tokens
        filled = [at for at in members if tokens[at] is not None and tokens[at] != ""]
        if self.figure == "count":
            return len(filled)
        if self.figure == "distinct":
            return len({tokens[at] for at in filled})
        if not filled:
            return None
        if self.figure in ("min", "max"):
            return self._extreme(filled)
        values, scale = self._scaled
        total = sum(values[tokens[at]] for at in filled)
        return cell_of(Fraction(total, scale)) if self.figure == "sum" else mean_of(Fraction(total, scale), len(filled))

    @cached_property
    def _scaled(self) -> tuple[dict[Any, int], int]:
        """Each value as a whole number, and what it was multiplied with for that: sums of these are exact and fast."""
        assert self.column is not None
        exact = {key: fraction(cell) for key, cell in self.column.values.items() if not is_empty(cell)}
        scale = lcm(*{one.denominator for one in exact.values()})
        return {key: one.numerator * (scale // one.denominator) for key, one in exact.items()}, scale

    def _extreme(self, members: Sequence[int]) -> Cell:
        assert self.column is not None
        ranked = [self.column.ranks[self.column.tokens[at]] for at in members]
        return self.column.by_rank[min(ranked) if self.figure == "min" else max(ranked)]


def grouped(rows: Rows, by: Sequence[str], figures: Sequence[Figure]) -> Rows:
    """Return one row a group, in the order of the groups' values, empty ones last; without `by` one row of all.

    Raise `InvalidRequest` where a figure cannot be had of its column.
    """
    keys = [rows.column_at(at) for at in rows.at(by)]
    wanted = [_figure(rows, figure) for figure in dict.fromkeys(figures or [Figure("count")])]
    members = _members(rows, keys)
    made: list[list[Cell]] = []
    for key, at in members.items():
        made.append([*(column.values[one] for column, one in zip(keys, key, strict=True)), *(f.of(at) for f in wanted)])
    _tell_of_empty(rows, wanted)
    links = [rows.links[at[0]] if len(at) == 1 else None for at in members.values()]
    places = [together(rows.places, at) for at in members.values()] if rows.places else ()
    columns = [*(column.name for column in keys), *(figure.label for figure in wanted)]
    return Rows(rows.name, columns, made, links, places, rows.notes)


def _members(rows: Rows, keys: Sequence[Column]) -> dict[tuple[Any, ...], list[int]]:
    if not keys:
        return {(): list(range(len(rows)))}
    found: dict[tuple[Any, ...], list[int]] = {}
    for at, key in enumerate(zip(*(column.tokens for column in keys), strict=True)):
        found.setdefault(key, []).append(at)
    ranks = [column.ranks for column in keys]
    last = len(rows)

    def place(key: tuple[Any, ...]) -> list[tuple[int, bool]]:
        return [(own.get(one, last), one is not None) for own, one in zip(ranks, key, strict=True)]

    return {key: found[key] for key in sorted(found, key=place)}


def _figure(rows: Rows, figure: Figure) -> _Of:
    if figure.column is None:
        if figure.figure != "count":
            raise InvalidRequest(f"The figure '{figure.figure}' needs a column. Those of {rows.name}: {_listed(rows)}.")
        return _Of("count", None, "count")
    column = rows.column(figure.column)
    if figure.figure in ("sum", "mean") and column.kind not in ("numbers", "nothing"):
        raise InvalidRequest(f"{rows.name}: {column.name} holds {column.holds}; no {figure.figure} of these.")
    if figure.figure in ("min", "max") and column.kind == "values of several kinds":
        raise InvalidRequest(f"{rows.name}: {column.name} holds {column.holds}; none of these is the {figure.figure}.")
    return _Of(figure.figure, column, f"{figure.figure} {column.name}")


def _listed(rows: Rows) -> str:
    return ", ".join(rows.columns)


def _tell_of_empty(rows: Rows, figures: Iterable[_Of]) -> None:
    for name, column in {f.column.name: f.column for f in figures if f.column is not None}.items():
        empty = sum(map(is_empty, column.cells))
        if empty:
            told = "1 row has" if empty == 1 else f"{empty:,} rows have"
            rows.notes.append(f"{told} no {name} and {'is' if empty == 1 else 'are'} in no figure of it.")
    if any(f.figure == "mean" for f in figures):
        rows.notes.append("Means are rounded to two decimals.")


def fraction(cell: Cell) -> Fraction:
    """Return a cell that is a number, exactly as it is written: 0.1 is a tenth."""
    value = number(cell)
    return Fraction(repr(value)) if isinstance(value, float) else Fraction(value or 0)


def cell_of(value: Fraction) -> Cell:
    """Return an exact number as a cell; one that a float would round, or a browser, as text."""
    if value.denominator == 1:
        whole = int(value)
        return whole if abs(whole) <= SAFE else str(whole)
    near = float(value)
    return near if Fraction(repr(near)) == value else _decimal(value, 20)


def mean_of(total: Fraction, count: int) -> Cell:
    """Return a mean, rounded to two decimals, halves away from zero."""
    scaled = total / count * 10**_DECIMALS
    rounded = int(abs(scaled) + Fraction(1, 2))
    return cell_of(Fraction(rounded if scaled >= 0 else -rounded, 10**_DECIMALS))


def _decimal(value: Fraction, decimals: int) -> str:
    sign, scaled = "-" if value < 0 else "", round(abs(value) * 10**decimals)
    digits = str(scaled).rjust(decimals + 1, "0")
    return (sign + digits[:-decimals] + "." + digits[-decimals:]).rstrip("0").rstrip(".")
