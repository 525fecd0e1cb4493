"""Looks a number up: in a cell, in a tool's own sentence, or as a count, a sum or a share of rows. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from chainlit_app.check.binding import Placed
from chainlit_app.check.claims import Count
from chainlit_app.check.deciding import is_type_alone
from chainlit_app.check.evidence import Evidence
from chainlit_app.check.figures import Figure, told
from chainlit_app.check.index import SourceIndex
from chainlit_app.check.mentions import Mention
from chainlit_app.check.nouns import NARROW
from chainlit_app.check.scopes import (
    NOT_FOUND,
    Figured,
    Filters,
    Scope,
    counts_rows,
    equal,
    every_row,
    is_about,
    narrowed,
    numbers_of,
    rows_in,
    scope_of,
)


def figured(count: Count, filters: Filters, cited: Sequence[int], evidence: Evidence) -> Figured:
    """Return where a number comes from."""
    decided = False
    for index in evidence.in_order(cited):
        if decided and index.number not in cited:
            break  # what is cited tells otherwise; the same number elsewhere is another matter
        if cited and not filters and index.number not in cited:
            continue  # a number alone is no reason to look elsewhere
        found = _in_figures(count, filters, index, evidence) or _none_at_all(count, filters, index)
        scope = scope_of(filters, index, evidence)
        if scope and not found:
            found = _in_rows(count, scope)
            decided = decided or (bool(filters) and index.number in cited and counts_rows(index, count))
        if found:
            return found
    return _over_sources(count, filters, cited, evidence)


def _none_at_all(count: Count, filters: Filters, index: SourceIndex) -> Figured | None:
    """Look for a nought: nothing is recorded there."""
    asked = all(any(one.key in index.everywhere for one in group.members) for group in filters)
    if count.number.value or index.rows or not index.complete or not filters or not asked:
        return None
    return Figured("found", index.number, "nothing is recorded")


def _in_figures(count: Count, filters: Filters, index: SourceIndex, evidence: Evidence) -> Figured | None:
    filters = [group for group in filters if not is_type_alone(group, evidence)]
    for figure in index.figures:
        if count.number.percent != figure.percent or not count.number.fits(figure.value):
            continue
        if all(_holds(group, figure, index, evidence) for group in filters) and _same_thing(count, filters, figure):
            return Figured("found", index.number, "the summary")
    return None


def _holds(group: Placed[Mention], figure: Figure, index: SourceIndex, evidence: Evidence) -> bool:
    sentence = 1 << (index.rows + figure.sentence)
    return any(
        member.key in figure.terms
        or (
            not _has_its_own(member, figure, index)
            and (member.key in index.everywhere or evidence.mask(index, member) & sentence)
        )
        for member in group.members
    )


def _has_its_own(member: Mention, figure: Figure, index: SourceIndex) -> bool:
    """Say whether a sentence tells another figure of a name: "12 Continental Fibre, 11 Meridian Transit"."""
    return any(
        one is not figure
        and one.sentence == figure.sentence
        and one.percent == figure.percent
        and one.tells(member.key)
        for one in index.figures
    )


def _same_thing(count: Count, filters: Filters, figure: Figure) -> bool:
    named = any(member.key in figure.terms for group in filters for member in group.members)
    return named or bool(count.nouns & figure.nouns) or bool(count.terms & figure.terms) or count.number.percent


def _in_rows(count: Count, scope: Scope) -> Figured | None:
    scope = _narrowed(count, scope)
    ways = (_in_a_cell, _in_sentences, _as_rows, _as_values, _as_sum)
    return next((found for way in ways if (found := way(count, scope))), None)


def _in_sentences(count: Count, scope: Scope) -> Figured | None:
    """Look in what a tool says of a row: "devices: 1 WAN Router; 196 of 198 branches have 2"."""
    index = scope.index
    at = next((at for at, column in enumerate(index.columns) if column.name in _SENTENCES), -1)
    alone = scope.narrowed and scope.rows.bit_count() <= _FEW and not count.named
    for row in rows_in(scope.rows) if at >= 0 else ():
        for figure in told(str(index.cells[row][at])):
            if index.counts == "change" and not count.factor:
                break  # what a rate was and became is looked for there, and nothing else
            if count.factor and equal(count, figure.value):
                return Figured("found", index.number, index.place(row, index.columns[at].name))
            rate = figure.first.startswith(_RATES)
            if (rate or not index.origins) and _is_said(count, figure, alone and not index.origins):
                return Figured("found", index.number, index.place(row, index.columns[at].name))
    return None


_SENTENCES = ("detail", "what", "what changed")
_FEW = 3  # rows of one thing
_RATES = ("kbit", "mbit", "gbit")  # of a comparison's points only these numbers are figures


def _is_said(count: Count, figure: Figure, alone: bool) -> bool:
    if count.number.percent != figure.percent or not count.number.fits(figure.value):
        return False
    own = count.nouns & figure.nouns or count.terms & figure.terms
    return alone or bool(own) or not figure.terms


def _narrowed(count: Count, scope: Scope) -> Scope:
    """Return the rows of switches where switches are counted."""
    rows = scope.rows
    for word in count.narrow:
        rows &= narrowed(scope.index, word) or rows
    return replace(scope, rows=rows, narrowed=scope.narrowed or rows != scope.rows) if rows else scope


def _in_a_cell(count: Count, scope: Scope) -> Figured | None:
    if not (scope.narrowed or count.each or count.factor) and scope.rows.bit_count() > 1 and not scope.index.supposes:
        return None
    about = [(at, column.name) for at, column in enumerate(scope.index.columns) if is_about(column.name, count)]
    for row in rows_in(scope.rows) if about else ():
        cells = scope.index.cells[row]
        for at, name in about:
            if any(equal(count, value) for value in numbers_of(cells[at], count)):
                return Figured("found", scope.index.number, scope.index.place(row, name))
    return None


def _as_rows(count: Count, scope: Scope) -> Figured | None:
    index = scope.index
    if "row" in count.nouns and count.number.value in (index.total, index.rows):
        return Figured("found", index.number, "the number of rows")
    if count.number.percent:
        return _as_share(count, scope)
    if count.factor:
        return None
    rows = scope.rows if counts_rows(index, count) else scope.rows & _of_records(index, count)
    if not index.complete or not rows:
        return None
    if count.length:
        rows &= index.of_length(count.length)
    if not rows:
        return None
    if not count.number.fits(rows.bit_count()):
        return None
    if rows == index.all_rows:
        return Figured("found", index.number, "the number of rows")
    return Figured("derived", index.number, f"count of rows with {scope.names}" if scope.names else "count of rows")


def _of_records(index: SourceIndex, count: Count) -> int:
    """Return the rows about records of the kind that is counted: changes of interfaces."""
    column = next((one for one in index.columns if one.name == "kind"), None)
    return sum(index.mask(noun) for noun in count.nouns) & index.all_rows if column and len(count.nouns) == 1 else 0


def _as_share(count: Count, scope: Scope) -> Figured | None:
    index = scope.index
    whole = index.rows
    if not (index.complete and whole and scope.narrowed):
        return None
    if count.number.fits(100 * scope.rows.bit_count() / whole):
        return Figured("derived", index.number, f"{scope.rows.bit_count():,} of {whole:,} rows, with {scope.names}")
    for at, column in enumerate(index.columns):
        if column.name in _AMOUNTS:
            cells = [row[at] for row in index.cells]
            numbers = [cell if isinstance(cell, (int, float)) else 0 for cell in cells]
            part, every = sum(numbers[row] for row in rows_in(scope.rows)), sum(numbers)
            if every and count.number.fits(100 * part / every):
                return Figured("derived", index.number, f"{part:,} of {every:,} in {column.name}")
    return None


_LISTS = ("prefixes", "addresses")  # columns whose cells list what is counted
_AMOUNTS = ("count", "prefixes", "devices", "circuits", "vlans", "locations", "racks")  # of a row of a table of groups


def _as_values(count: Count, scope: Scope) -> Figured | None:
    """Look for a number of different values: "at 3 locations"."""
    index = scope.index
    if not index.complete or count.number.percent:
        return None
    for at, column in enumerate(index.columns):
        if at and _counted(column.kind, column.name, count):
            values = {index.cells[row][at] for row in every_row(scope.rows, index.rows)} - {None, ""}
            if count.number.fits(len(values)):
                return Figured("derived", index.number, f"count of different values of {column.name}")
    return None


def _counted(kind: str, name: str, count: Count) -> bool:
    return bool(count.nouns & {kind, name}) or any(NARROW.get(word) == kind and word in name for word in count.narrow)


def _as_sum(count: Count, scope: Scope) -> Figured | None:
    index = scope.index
    if not index.complete or count.number.percent:
        return None
    for at, column in enumerate(index.columns):
        if not is_about(column.name, count):
            continue
        cells = [index.cells[row][at] for row in every_row(scope.rows, index.rows)]
        numbers = [cell for cell in cells if isinstance(cell, (int, float)) and not isinstance(cell, bool)]
        if not numbers and (column.has_nets or column.kind in _LISTS):
            numbers = [cell.count(", ") + 1 for cell in cells if isinstance(cell, str) and cell]
        if len(numbers) > 1 and equal(count, sum(numbers)):
            return Figured("derived", index.number, f"sum of {column.name}")
    return None


def _over_sources(count: Count, filters: Filters, cited: Sequence[int], evidence: Evidence) -> Figured:
    """Look for a sum over sources: 46 prefixes at two sites, with a source for each."""
    own = [index for index in evidence.indexes if index.number in cited] or list(evidence.indexes)[-6:]
    totals = [
        (index, value) for index in own if counts_rows(index, count) and (value := _whole(index, filters, evidence))
    ]
    if len(totals) > 1 and count.number.fits(sum(value for _, value in totals)):
        numbers = " and ".join(f"[{index.number}]" for index, _ in totals)
        return Figured("derived", totals[0][0].number, f"sum over {numbers}")
    return NOT_FOUND


def _whole(index: SourceIndex, filters: Filters, evidence: Evidence) -> int:
    scope = scope_of(filters, index, evidence)
    return scope.rows.bit_count() if scope and index.complete else 0


def in_one_row(
    count: Count, own: Sequence[Count], filters: Filters, cited: Sequence[int], evidence: Evidence
) -> Figured | None:
    """Look for a row by its numbers, where a clause writes it out: "prefixes 10, addresses 2,540, used 285"."""
    named = [one for one in own if one.columns][:8]
    if count not in named or len(named) < 2:
        return None
    for index in evidence.in_order(cited):
        columns = [next((at for at, c in enumerate(index.columns) if c.name in one.columns), -1) for one in named]
        if -1 in columns or index.rows > 5000:
            continue
        scope = scope_of(filters, index, evidence)
        alone = scope.rows if filters and scope and scope.rows.bit_count() == 1 else index.all_rows
        for row, cells in enumerate(index.cells):
            if not alone >> row & 1:
                continue
            fits = [
                any(equal(one, v) for v in numbers_of(cells[at], one)) for one, at in zip(named, columns, strict=True)
            ]
            if fits[named.index(count)] and sum(fits) > len(named) // 2:
                return Figured("found", index.number, index.place(row, index.columns[columns[named.index(count)]].name))
    return None


def values_of(count: Count, scope: Scope) -> Iterator[float]:
    """Yield what a source has of what is counted: a number of rows, or the numbers in them."""
    index = scope.index
    if index.complete and counts_rows(index, count):
        rows = scope.rows
        for word in count.narrow:
            rows &= narrowed(index, word) or rows
        yield rows.bit_count()
    if scope.rows.bit_count() == 1:
        for row in rows_in(scope.rows):
            for at, column in enumerate(index.columns):
                if is_about(column.name, count):
                    yield from numbers_of(index.cells[row][at], count)
