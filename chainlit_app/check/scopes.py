"""The rows of a source that a number is about, and the numbers in them. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chainlit_app.check.binding import Placed
from chainlit_app.check.claims import Count
from chainlit_app.check.evidence import Evidence
from chainlit_app.check.figures import figures
from chainlit_app.check.index import SourceIndex
from chainlit_app.check.mentions import Mention
from chainlit_app.check.nouns import NOUN
from chainlit_app.turn import Verdict
from tools.models import Cell

_MOST_ROWS = 60  # whose cells are looked at one by one
Filters = Sequence[Placed[Mention]]


@dataclass(frozen=True)
class Figured:
    """What a number is worth."""

    verdict: Verdict
    source: int | None = None
    where: str = ""


NOT_FOUND = Figured("not_found")


@dataclass(frozen=True)
class Scope:
    """The rows of a source that a number is about."""

    index: SourceIndex
    rows: int
    names: str  # for people: "User Data"
    narrowed: bool  # fewer than all that were asked for


def scope_of(filters: Filters, index: SourceIndex, evidence: Evidence) -> Scope | None:
    """Return the rows of a source that have all of some names; None where none has."""
    rows, names, narrower = index.all_rows, [], False
    for group in filters:
        mask = 0
        for member in group.members:
            mask |= evidence.mask(index, member)
        if not mask & rows:
            if all(member.kind == "location type" for member in group.members) and not _has(index, "location type"):
                continue  # "a data center with 24 devices": the devices do not say
            return None
        narrower = narrower or mask & rows != rows
        rows &= mask
        names.append(" or ".join(dict.fromkeys(member.key for member in group.members)))
    return Scope(index, rows, ", ".join(names), narrower)


def _has(index: SourceIndex, kind: str) -> bool:
    return any(column.kind == kind for column in index.columns)


def rows_in(mask: int) -> Iterator[int]:
    """Yield the rows of a set, no more than are looked at one by one."""
    for _ in range(_MOST_ROWS):
        if not mask:
            return
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def is_about(column: str, count: Count) -> bool:
    """Say whether a column may hold what is counted."""
    own = column.split()
    if column in count.columns or any(name in column for name in count.columns):
        return True
    if count.factor:
        return "kbps" in own or "speed" in own or "rate" in own
    if count.number.percent:
        return "percent" in own or "used" in own
    if column == "count":
        return True
    if "link" in count.nouns and column == "prefixes":
        return True
    return any(NOUN.get(word, word) in count.nouns or word in count.terms for word in own)


def numbers_of(cell: Cell, count: Count) -> Iterator[float]:
    """Yield the numbers of a cell; of a list, how many are in it."""
    if isinstance(cell, bool) or cell is None:
        return
    if isinstance(cell, (int, float)):
        yield cell
    elif cell.isascii() and cell.isdigit() and len(cell) < 16:
        yield float(cell)
    elif ", " in cell and not count.number.percent:
        yield float(cell.count(", ") + 1)
    elif len(cell) < 80 and any(c.isdigit() for c in cell):
        yield from (figure.value for figure in figures(cell, 0) if figure.percent == count.number.percent)


def equal(count: Count, value: float) -> bool:
    """Say whether a number is what stands in a cell, in its unit."""
    if count.factor:
        written = count.number.value * count.factor
        return value in (written, written * 1000)
    return count.number.fits(value)


def counts_rows(index: SourceIndex, count: Count) -> bool:
    """Say whether the rows of a source are what is counted."""
    if not index.columns:
        return bool(index.total == 0)
    first = next((column for column in index.columns[:2] if column.has_nets), index.columns[0])
    kind = "prefix" if first.has_nets else first.kind
    return (
        not count.nouns
        or bool(count.nouns & {kind, "row"})
        or ("link" in count.nouns and kind in ("prefix", "interface"))
    )


def narrowed(index: SourceIndex, word: str) -> int:
    """Return the rows whose role or type ends in a word: those of switches."""
    single = {word, word.removesuffix("s"), word.removesuffix("es")}
    found = 0
    for column in index.columns:
        if column.kind in ("role", "type", "location type"):
            for value in column.values:
                if value.rpartition(" ")[2] in single:
                    found |= index.mask(value)
    return found & index.all_rows


def every_row(mask: int, rows: int) -> Iterator[int]:
    """Yield all rows of a set."""
    if mask == (1 << rows) - 1:
        yield from range(rows)
        return
    for at, byte in enumerate(mask.to_bytes(rows // 8 + 1, "little")):
        if byte:
            yield from (at * 8 + bit for bit in range(8) if byte >> bit & 1)
