"""Looks a number up: in a cell, in a tool's own sentence, or as a count, a sum or a share of rows. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chainlit_app.check.binding import Placed
from chainlit_app.check.counts import Count
from chainlit_app.check.evidence import Evidence
from chainlit_app.check.figures import Figure, figures
from chainlit_app.check.index import SourceIndex
from chainlit_app.check.mentions import Mention
from chainlit_app.check.nouns import NARROW, NOUN
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


def figured(count: Count, filters: Filters, cited: Sequence[int], evidence: Evidence) -> Figured:
    """Return where a number comes from."""
    decided = False
    for index in evidence.in_order(cited):
        if decided and index.number not in cited:
            break  # what is cited tells otherwise; the same number elsewhere is another matter
        found = _in_figures(count, filters, index, evidence) or _none_at_all(count, filters, index)
        scope = _scope(filters, index, evidence)
        if scope and not found:
            found = _in_rows(count, scope)
            decided = decided or (bool(filters) and index.number in cited and _counts_rows(index, count))
        if found:
            return found
    return _over_sources(count, filters, cited, evidence)


def _none_at_all(count: Count, filters: Filters, index: SourceIndex) -> Figured | None:
    """Look for a nought: nothing is recorded there."""
    asked = all(any(one.key in index.everywhere for one in group.members) for group in filters)
    if count.number.value or index.total or index.rows or not filters or not asked:
        return None
    return Figured("found", index.number, "nothing is recorded")


def _scope(filters: Filters, index: SourceIndex, evidence: Evidence) -> Scope | None:
    rows, names, narrowed = index.all_rows, [], False
    for group in filters:
        mask = 0
        for member in group.members:
            mask |= evidence.mask(index, member)
        if not mask & rows:
            return None
        narrowed = narrowed or mask & rows != rows
        rows &= mask
        names.append(" or ".join(dict.fromkeys(member.key for member in group.members)))
    return Scope(index, rows, ", ".join(names), narrowed)


def _in_figures(count: Count, filters: Filters, index: SourceIndex, evidence: Evidence) -> Figured | None:
    for figure in index.figures:
        if count.number.percent != figure.percent or not count.number.fits(figure.value):
            continue
        if all(_holds(group, figure, index, evidence) for group in filters) and _same_thing(count, filters, figure):
            return Figured("found", index.number, "the summary")
    return None


def _holds(group: Placed[Mention], figure: Figure, index: SourceIndex, evidence: Evidence) -> bool:
    sentence = 1 << (index.rows + figure.sentence)
    return any(
        member.key in index.everywhere or member.key in figure.terms or evidence.mask(index, member) & sentence
        for member in group.members
    )


def _same_thing(count: Count, filters: Filters, figure: Figure) -> bool:
    named = any(member.key in figure.terms for group in filters for member in group.members)
    return named or bool(count.nouns & figure.nouns) or bool(count.terms & figure.terms) or count.number.percent


def _in_rows(count: Count, scope: Scope) -> Figured | None:
    return _in_a_cell(count, scope) or _as_rows(count, scope) or _as_values(count, scope) or _as_sum(count, scope)


def _in_a_cell(count: Count, scope: Scope) -> Figured | None:
    if not scope.narrowed and scope.rows.bit_count() > 1 and not count.each:
        return None
    for row in _rows(scope.rows):
        for at, column in enumerate(scope.index.columns):
            cell = scope.index.cells[row][at]
            if _about(column.name, count) and any(_equal(count, value) for value in _values(cell, count)):
                return Figured("found", scope.index.number, f"row {row + 1}, {column.name}")
    return None


def _rows(mask: int) -> Iterator[int]:
    for _ in range(_MOST_ROWS):
        if not mask:
            return
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _about(column: str, count: Count) -> bool:
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
    return any(NOUN.get(word, word) in count.nouns or word in count.terms for word in own)


def _values(cell: Cell, count: Count) -> Iterator[float]:
    if isinstance(cell, bool) or cell is None:
        return
    if isinstance(cell, (int, float)):
        yield cell
    elif cell.isascii() and cell.isdigit() and len(cell) < 16:
        yield float(cell)
    elif len(cell) < 80 and any(c.isdigit() for c in cell):
        yield from (figure.value for figure in figures(cell, 0) if figure.percent == count.number.percent)


def _equal(count: Count, value: float) -> bool:
    if count.factor:
        written = count.number.value * count.factor
        return value in (written, written * 1000)
    return count.number.fits(value)


def _counts_rows(index: SourceIndex, count: Count) -> bool:
    """Say whether the rows of a source are what is counted."""
    if not index.columns:
        return bool(index.total == 0)
    first = index.columns[0]
    kind = "prefix" if first.has_nets else first.kind
    return not count.nouns or bool(count.nouns & {kind, "row"}) or ("link" in count.nouns and kind == "prefix")


def _as_rows(count: Count, scope: Scope) -> Figured | None:
    index = scope.index
    if "row" in count.nouns and count.number.value in (index.total, index.rows):
        return Figured("found", index.number, "the number of rows")
    if count.number.percent:
        return _as_share(count, scope)
    if not index.complete or not _counts_rows(index, count):
        return None
    rows = scope.rows
    for word in count.narrow:
        rows &= _narrowed(index, word) or rows
    if not rows:
        return None
    if not count.number.fits(rows.bit_count()):
        return None
    if rows == index.all_rows:
        return Figured("found", index.number, "the number of rows")
    return Figured("derived", index.number, f"count of rows with {scope.names}" if scope.names else "count of rows")


def _narrowed(index: SourceIndex, word: str) -> int:
    """Return the rows whose role or type ends in a word: those of switches."""
    single = {word, word.removesuffix("s"), word.removesuffix("es")}
    found = 0
    for column in index.columns:
        if column.kind in ("role", "type", "location type"):
            for value in column.values:
                if value.rpartition(" ")[2] in single:
                    found |= index.mask(value)
    return found & index.all_rows


def _as_share(count: Count, scope: Scope) -> Figured | None:
    index = scope.index
    whole = index.rows
    if not (index.complete and whole and scope.narrowed):
        return None
    if count.number.fits(100 * scope.rows.bit_count() / whole):
        return Figured("derived", index.number, f"{scope.rows.bit_count():,} of {whole:,} rows, with {scope.names}")
    return None


def _as_values(count: Count, scope: Scope) -> Figured | None:
    """Look for a number of different values: "at 3 locations"."""
    index = scope.index
    if not index.complete or count.number.percent:
        return None
    for at, column in enumerate(index.columns):
        if at and _counted(column.kind, column.name, count):
            values = {index.cells[row][at] for row in _all(scope.rows, index.rows)} - {None, ""}
            if count.number.fits(len(values)):
                return Figured("derived", index.number, f"count of different values of {column.name}")
    return None


def _counted(kind: str, name: str, count: Count) -> bool:
    return bool(count.nouns & {kind, name}) or any(NARROW.get(word) == kind and word in name for word in count.narrow)


def _all(mask: int, rows: int) -> Iterator[int]:
    if mask == (1 << rows) - 1:
        yield from range(rows)
        return
    for at, byte in enumerate(mask.to_bytes(rows // 8 + 1, "little")):
        if byte:
            yield from (at * 8 + bit for bit in range(8) if byte >> bit & 1)


def _as_sum(count: Count, scope: Scope) -> Figured | None:
    index = scope.index
    if not index.complete or count.number.percent:
        return None
    for at, column in enumerate(index.columns):
        if not _about(column.name, count):
            continue
        cells = [index.cells[row][at] for row in _all(scope.rows, index.rows)]
        numbers = [cell for cell in cells if isinstance(cell, (int, float)) and not isinstance(cell, bool)]
        if len(numbers) > 1 and _equal(count, sum(numbers)):
            return Figured("derived", index.number, f"sum of {column.name}")
    return None


def _over_sources(count: Count, filters: Filters, cited: Sequence[int], evidence: Evidence) -> Figured:
    """Look for a sum over sources: 46 prefixes at two sites, with a source for each."""
    own = [index for index in evidence.indexes if index.number in cited] or list(evidence.indexes)[-6:]
    totals = [
        (index, value) for index in own if _counts_rows(index, count) and (value := _whole(index, filters, evidence))
    ]
    if len(totals) > 1 and count.number.fits(sum(value for _, value in totals)):
        numbers = " and ".join(f"[{index.number}]" for index, _ in totals)
        return Figured("derived", totals[0][0].number, f"sum over {numbers}")
    return NOT_FOUND


def _whole(index: SourceIndex, filters: Filters, evidence: Evidence) -> int:
    scope = _scope(filters, index, evidence)
    return scope.rows.bit_count() if scope and index.complete else 0


def in_one_row(count: Count, own: Sequence[Count], cited: Sequence[int], evidence: Evidence) -> Figured | None:
    """Look for a row by its numbers, where a clause writes it out: "prefixes 10, addresses 2,540, used 285"."""
    named = [one for one in own if one.columns][:8]
    if count not in named or len(named) < 2:
        return None
    for index in evidence.in_order(cited):
        columns = [next((at for at, c in enumerate(index.columns) if c.name in one.columns), -1) for one in named]
        if -1 in columns or index.rows > 5000:
            continue
        for row, cells in enumerate(index.cells):
            fits = [
                any(_equal(one, v) for v in _values(cells[at], one)) for one, at in zip(named, columns, strict=True)
            ]
            if fits[named.index(count)] and sum(fits) > len(named) // 2:
                return Figured(
                    "found", index.number, f"row {row + 1}, {index.columns[columns[named.index(count)]].name}"
                )
    return None
