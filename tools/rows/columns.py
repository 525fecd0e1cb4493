"""The columns of a result: which is meant, what it holds, and in which order its cells stand. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tools.errors import Ambiguous, InvalidRequest
from tools.models import Candidate, Cell
from tools.names import match, nearest, words
from tools.rows.cells import Kind, is_empty, moment, natural, nets, number, said, token, written_number

_EXAMPLES = 3
_NEAR = 5
_LOOKED_AT = 5_000  # values, for the nearest of them


@dataclass(frozen=True)
class Column:
    """One column of a result with all its cells."""

    name: str
    cells: Sequence[Cell]

    @cached_property
    def tokens(self) -> list[Any]:
        """What is equal where cells are."""
        return list(map(token, self.cells)) if self._odd else list(self.cells)

    @cached_property
    def values(self) -> dict[Any, Cell]:
        """Each cell that occurs, by its token, in the order of the rows; empty ones too."""
        values: dict[Any, Cell] = dict.fromkeys(self.tokens)
        values.update(zip(reversed(self.tokens), reversed(self.cells), strict=True))  # the first of equal ones is last
        return values

    @cached_property
    def filled(self) -> list[Cell]:
        """Each value that occurs, without empty cells; in the order of the rows."""
        return [cell for cell in self.values.values() if not is_empty(cell)]

    @cached_property
    def kind(self) -> Kind:
        """What all its cells are."""
        found = self._kinds()
        if not found:
            return "nothing"
        if found <= {"number", "whole"} or ("number" in found and found <= {"number", "whole", "decimal"}):
            return "numbers"
        found = {_OF_TEXT.get(kind, kind) for kind in found}
        if len(found) > 1:
            return "values of several kinds"
        return _KINDS[found.pop()]

    def _kinds(self) -> set[str]:
        found: set[str] = set()
        all_texts = set(map(type, self.filled)) == {str}
        for cell in self.filled:
            found.add(_kind(cell))
            if all_texts and "text" in found:
                return {"text"}  # one that is nothing else makes texts of them all
        return found

    @property
    def holds(self) -> str:
        """What it holds, with examples: "numbers, e.g. 12.5, 80"."""
        if not self.filled:
            return "no value"
        return f"{self.kind}, e.g. {', '.join(said(cell) for cell in self.filled[:_EXAMPLES])}"

    @cached_property
    def ranks(self) -> dict[Any, int]:
        """The place of each value in their order, by its token; values that are equal share one. Empty ones: none."""
        filled = [key for key, cell in self.values.items() if not is_empty(cell)]
        keys = list(map(self.order, map(self.values.__getitem__, filled)))
        ranks: dict[Any, int] = {}
        rank, before = -1, None
        for at in sorted(range(len(filled)), key=keys.__getitem__):
            if rank < 0 or keys[at] != before:
                rank, before = rank + 1, keys[at]
            ranks[filled[at]] = rank
        return ranks

    @cached_property
    def by_rank(self) -> dict[int, Cell]:
        """The value of each place, the first in the rows where several are equal."""
        found: dict[int, Cell] = {}
        for key in self.values:
            if key in self.ranks:
                found.setdefault(self.ranks[key], self.values[key])
        return found

    def order(self, cell: Cell) -> Any:
        """Return what sorts a cell among the others of this column."""
        if self.kind == "numbers":
            return number(cell)
        if self.kind == "addresses":
            return [version << 136 | address << 8 | length for version, address, length in nets(cell)]
        if self.kind == "times":
            return moment(cell)
        if self.kind == "texts":
            return natural(str(cell))
        if isinstance(cell, str):
            return (2, natural(cell))
        return (0, cell) if isinstance(cell, bool) else (1, number(cell) or 0)

    def nearest(self, written: str) -> list[str]:
        """Return the values most like what was written."""
        wanted = written_number(written)
        if self.kind == "numbers" and wanted is not None:
            apart = {cell: abs(float(number(cell) or 0) - float(wanted)) for cell in self.filled}
            return [said(cell) for cell in sorted(apart, key=apart.__getitem__)[:_NEAR]]
        return nearest(written, [said(cell) for cell in self.filled[:_LOOKED_AT]])

    @cached_property
    def _odd(self) -> bool:
        # Whether cells need tokens at all: only yes, no and what is no number have other ones.
        return bool({bool, float} & set(map(type, self.cells)))


_KINDS: dict[str, Kind] = {"yes": "yes or no", "net": "addresses", "time": "times", "text": "texts"}
_OF_TEXT = {"whole": "text", "decimal": "text"}


def _kind(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "yes"
    if not isinstance(cell, str):
        return "number" if number(cell) is not None else "text"
    if not cell[:1].isdigit() and cell[:1] not in "-:abcdefABCDEF":
        return "text"
    if number(cell) is not None:
        return "decimal" if "." in cell else "whole"
    if nets(cell):
        return "net"
    return "time" if moment(cell) else "text"


def column_named(written: str, names: Sequence[str], where: str, notes: list[str]) -> int:
    """Return the place of the column that was meant. Raise `InvalidRequest` or `Ambiguous` with what there is."""
    if names.count(written) == 1:
        return names.index(written)
    wanted = _as_named(written)
    same = [at for at, name in enumerate(names) if _as_named(name) == wanted]
    if not same:
        found = match(" ".join(wanted), names) if wanted else None
        same = [at for at, name in enumerate(names) if found and name in found.names]
        if len(same) == 1:
            notes.append(f"Read column '{said(written)}' as {names[same[0]]}.")
    if len(same) == 1:
        return same[0]
    if same:
        raise Ambiguous("column", written, [Candidate(name=names[at], detail="") for at in same])
    raise no_such_column(written, names, where)


def no_such_column(written: str, names: Sequence[str], where: str) -> InvalidRequest:
    """Return the error of a column that is not there, with those that are, the nearest first."""
    first = nearest(written, names) if written else []
    listed = [*first, *(name for name in dict.fromkeys(names) if name not in first)]
    error = InvalidRequest(f"{where} has no column '{said(written)}'. Its columns are listed, the nearest first.")
    error.candidates = [Candidate(name=name, detail="") for name in listed]
    return error


def _as_named(written: str) -> tuple[str, ...]:
    return words(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", written.replace("%", " percent ")))
