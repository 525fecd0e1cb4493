"""Numbers that are read less strictly before they are doubted: of a thing named near them, or of each of several. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from chainlit_app.check.binding import Placed
from chainlit_app.check.claims import Count
from chainlit_app.check.counting import figured
from chainlit_app.check.evidence import Evidence
from chainlit_app.check.mentions import Mention
from chainlit_app.check.scopes import NOT_FOUND, Figured, Filters, equal, numbers_of

_SMALL = 12  # such a number stands in many a row
_MOST = 6  # things that are tried


def loosely(
    count: Count, here: Sequence[Mention], before: Sequence[Mention], cited: Sequence[int], evidence: Evidence
) -> Figured:
    """Return a number of the row of the thing nearest to it; a great one may be of a thing that was named before."""
    number = count.number
    ahead = [name for name in here if name.end <= number.start]
    near = (ahead[-1:] or here[:1]) if not count.named else []
    told = not number.spelled and (number.value > _SMALL or number.decimals)
    things = [*near, *(before if told else ())][:_MOST]
    found = (one for thing in things for one in _cells(count, thing, cited, evidence))
    return next(found, NOT_FOUND)


def _cells(count: Count, thing: Mention, cited: Sequence[int], evidence: Evidence) -> Iterator[Figured]:
    for index in evidence.in_order(cited):
        rows = evidence.mask(index, thing) & index.all_rows
        if (cited and index.number not in cited) or rows.bit_count() != 1:
            continue
        row = rows.bit_length() - 1
        for cell, column in zip(index.cells[row], index.columns, strict=True):
            if ", " not in str(cell) and any(equal(count, value) for value in numbers_of(cell, count)):
                yield Figured("found", index.number, index.place(row, column.name))


def for_each(count: Count, filters: Filters, cited: Sequence[int], evidence: Evidence) -> Figured:
    """Return a number that each of several things has: "A and B have two circuits each"."""
    several = next((group for group in filters if len(group.members) > 1), None)
    if not count.each or several is None:
        return NOT_FOUND
    rest = [group for group in filters if group is not several]
    own = replace(count, each=False)
    ways = [
        figured(own, [Placed(one.start, one.end, (one,)), *rest], cited, evidence) for one in several.members[:_MOST]
    ]
    return ways[0] if NOT_FOUND not in ways else NOT_FOUND


def enumerated(count: Count, things: Sequence[Mention], evidence: Evidence) -> Figured:
    """Return a number of things that the sentence itself names: "two circuits, A and B"."""
    wanted = {"device" if noun == "interface" else noun for noun in count.nouns} | count.nouns
    for kind in wanted:
        own = {name.key for name in things if name.kind == kind}
        holders = [evidence.holder(name, ()) for name in things if name.key in own]
        if len(own) > 1 and count.number.value == len(own) and holders[0] is not None:
            return Figured("derived", holders[0].number, "the names beside it")
    return NOT_FOUND
