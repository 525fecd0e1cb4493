"""Numbers that follow from others: what two things differ by, and numbers that one row holds together. Pure."""

from collections.abc import Iterator, Sequence

from chainlit_app.check.binding import Placed
from chainlit_app.check.claims import Count
from chainlit_app.check.counting import figured, values_of
from chainlit_app.check.evidence import Evidence
from chainlit_app.check.figures import figures
from chainlit_app.check.index import SourceIndex
from chainlit_app.check.mentions import Mention
from chainlit_app.check.numbers import Number
from chainlit_app.check.scopes import NOT_FOUND, Figured, Scope, equal, every_row, is_about, numbers_of, scope_of

Filters = Sequence[Placed[Mention]]
_MOST_ROWS = 400  # in which numbers are looked for side by side
_SMALL = 20  # such a number stands in any sentence
_MOST_TOLD = 4  # sentences of a tool
_MOST_THINGS = 6  # that are compared


def compared(count: Count, things: Filters, filters: Filters, cited: Sequence[int], evidence: Evidence) -> Figured:
    """Return where a number of a comparison comes from: of one of the things, or of two of them."""
    rest = [group for group in filters if group not in things]
    if not count.compares:
        tried = (figured(count, [thing, *rest], cited, evidence) for thing in things[:_MOST_THINGS])
        return next((found for found in tried if found is not NOT_FOUND), NOT_FOUND)
    amounts = [list(_amounts(count, [thing, *rest], cited, evidence)) for thing in things[:_MOST_THINGS]]
    for at, high in enumerate(amounts):
        for low in amounts[:at] + amounts[at + 1 :]:
            for index, more in high:
                for _, less in low:
                    told = more - less if count.compares == "less" else more / less if less else -1
                    if told >= 0 and count.number.fits(told):
                        sign = "less" if count.compares == "less" else "over"
                        return Figured("derived", index.number, f"{more:,.15g} {sign} {less:,.15g}")
    return NOT_FOUND


def _amounts(
    count: Count, filters: Filters, cited: Sequence[int], evidence: Evidence
) -> Iterator[tuple[SourceIndex, float]]:
    """Yield how many of what is counted the sources have of a thing."""
    for index in evidence.in_order(cited):
        if index.number in cited or not cited:
            scope = scope_of(filters, index, evidence)
            if scope:
                yield from ((index, value) for value in values_of(count, scope))


def paired(count: Count, tried: Filters, cited: Sequence[int], evidence: Evidence) -> Figured:
    """Return the row that holds a number and those that are said in one with it: "6 of 254"."""
    wanted = {number.value for number in count.linked if not number.percent}
    if not wanted or len(count.linked) < 2 or count.number.percent:
        return NOT_FOUND
    for index in evidence.in_order(cited):
        scopes = [scope for group in tried if (scope := scope_of([group], index, evidence))]
        fewest = min((scope.rows.bit_count() for scope in scopes), default=0)
        for scope in scopes:
            if fewest > 1 or scope.rows.bit_count() == 1:
                alone = scope.narrowed and count.linked[-1:] == (count.number,)
                found = _together(wanted, scope) or (_together({count.number.value}, scope) if alone else None)
                if found:
                    return found
        if max(wanted) > _SMALL and any(
            wanted <= {one.value for one in index.figures if one.sentence == at} for at in range(_MOST_TOLD)
        ):
            return Figured("found", index.number, "the summary")
        if len(wanted) > 1 and not tried and (found := _together(wanted, Scope(index, index.all_rows, "", False))):
            return found
    return NOT_FOUND


def _together(wanted: set[float], scope: Scope) -> Figured | None:
    if scope.rows.bit_count() > _MOST_ROWS:
        return None
    rows = scope.rows
    while rows:
        row = (rows & -rows).bit_length() - 1
        rows &= rows - 1
        if wanted <= set(_numbers(scope.index, row)):
            return Figured("found", scope.index.number, scope.index.place(row))
    return None


def _numbers(index: SourceIndex, row: int) -> Iterator[float]:
    for cell in index.cells[row]:
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            yield cell
        elif isinstance(cell, str) and " of " in cell and len(cell) < 80:
            yield from (figure.value for figure in figures(cell, 0) if not figure.percent)


def anywhere(count: Count, cited: Sequence[int], evidence: Evidence) -> Figured:
    """Return a row whose percentage is the number, where no thing is named whose it is: "between 1.57 and 3.15 %"."""
    if not count.number.percent or not count.number.decimals:
        return NOT_FOUND
    for index in evidence.in_order(cited):
        if index.number in cited or not cited:
            for at, column in enumerate(index.columns):
                if "percent" in column.name and index.rows <= _MOST_ROWS:
                    for row, cells in enumerate(index.cells):
                        cell = cells[at]
                        if isinstance(cell, (int, float)) and count.number.fits(cell):
                            return Figured("found", index.number, index.place(row, column.name))
    return NOT_FOUND


def excepted(count: Count, filters: Filters, cited: Sequence[int], evidence: Evidence) -> Figured:
    """Return how many rows are left out in "all but two of the prefixes are Active"."""
    for index in evidence.in_order(cited):
        scope = scope_of(filters, index, evidence)
        if scope and index.complete and count.number.fits(index.rows - scope.rows.bit_count()):
            return Figured("derived", index.number, f"rows without {scope.names}")
    return NOT_FOUND


def valued(
    count: Count, amounts: Sequence[Count], filters: Filters, cited: Sequence[int], evidence: Evidence
) -> Figured | None:
    """Return how many rows have an amount: "three circuits run at 20 Mbps"."""
    amount = next((one for one in amounts if one.factor and not count.factor), None)
    for index in evidence.in_order(cited) if amount else ():
        scope = scope_of(filters, index, evidence)
        places = [at for at, column in enumerate(index.columns) if amount and is_about(column.name, amount)]
        rows = every_row(scope.rows, index.rows) if scope and places and index.complete else ()
        cells = [[index.cells[row][at] for row in rows] for at in places]
        for own in cells:
            if amount and count.number.fits(sum(any(equal(amount, v) for v in numbers_of(one, amount)) for one in own)):
                return Figured("derived", index.number, f"rows with {amount.number.value:,.15g}")
    return None


def shared(count: Count, alike: Sequence[float], cited: Sequence[int], evidence: Evidence) -> Figured:
    """Return how many rows have the same number: "four providers have 60 circuits each"."""
    for index in evidence.in_order(cited):
        if (index.number in cited or not cited) and index.rows <= _MOST_ROWS:
            for at, column in enumerate(index.columns):
                cells = [row[at] for row in index.cells]
                for value in alike:
                    if count.number.fits(sum(1 for cell in cells if cell == value and not isinstance(cell, bool))):
                        return Figured("derived", index.number, f"rows whose {column.name} is {value:,.15g}")
    return NOT_FOUND


def from_others(count: Count, numbers: Sequence[Number], own: Sequence[Count]) -> Figured | None:
    """Return a number that follows from others of its clause: 12 of 23 are 52 %, and the other 11 are the rest."""
    values = [one.value for one in numbers if one is not count.number and not one.percent]
    before = [one.number.value for one in own if not one.number.percent]
    if count.total and len(before) > 1 and count.number.fits(sum(before)):
        return Figured("derived", None, f"{' + '.join(f'{one:,.15g}' for one in before)}")
    for low in values:
        for high in values:
            if high <= 0 or low > high:
                continue
            if count.number.percent and count.number.fits(100 * low / high):
                return Figured("derived", None, f"{low:,.15g} of {high:,.15g}")
            if (count.rest or "free" in count.terms) and count.number.fits(high - low):
                return Figured("derived", None, f"{high:,.15g} less {low:,.15g}")
    return None
