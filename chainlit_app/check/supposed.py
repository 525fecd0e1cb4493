"""What a supposed change would do: a figure of before is none of after. Pure."""

from collections.abc import Sequence

from chainlit_app.check.claims import Count
from chainlit_app.check.index import SourceIndex
from chainlit_app.check.scopes import numbers_of
from chainlit_app.check.words import Word

_WHEN = ("before", "after")
_FROM = {"from", "was", "were", "previously", "originally", "currently"}
_THEN = {"left", "remain", "remains", "still", "afterwards"}
_LEAVES = {"leaves", "leave", "leaving", "left", "becomes", "to"}
_NEAR = 8  # words behind a number


def swapped(count: Count, words: Sequence[Word], index: SourceIndex) -> str:
    """Return where a number stands that is said of before and is one of after, or the other way; "" where none is."""
    if not index.supposes:
        return ""
    when = count.when or _when(count, words)
    own, other = ([*_numbers(count, index, one)] for one in ((when, *(set(_WHEN) - {when})) if when else _WHEN))
    if not when or any(count.number.fits(value) for value, _ in own):
        return ""
    return next((index.place(row) for value, row in other if count.number.fits(value)), "")


def _numbers(count: Count, index: SourceIndex, when: str) -> list[tuple[float, int]]:
    at = next(at for at, column in enumerate(index.columns) if column.name == "when")
    told = [at for at, column in enumerate(index.columns) if column.name in count.columns]
    return [
        (value, row)
        for row, cells in enumerate(index.cells)
        if cells[at] == when
        for place, cell in enumerate(cells)
        if (place in told or not told) and isinstance(cell, (int, float))
        for value in numbers_of(cell, count)
    ]


def _when(count: Count, words: Sequence[Word]) -> str:
    """Return whether a number is said of before or of after; "" where the sentence does not say."""
    number = count.number
    ahead = [word.key for word in words[max(0, number.first - 2) : number.first]]
    behind = [word.key for word in words[number.last + 1 : number.last + 1 + _NEAR]]
    more = (at for at in range(1, len(behind)) if behind[at][0].isdigit() and behind[at - 1] != "of")
    behind = behind[: next(more, _NEAR)]  # what stands behind the next number is said of that
    if ahead[-1:] and ahead[-1] in _FROM or ahead in (["instead", "of"], ["rather", "than"]) or "before" in behind[:1]:
        return "before"
    if (ahead[-1:] and ahead[-1] in _LEAVES) or _THEN & set(behind):
        return "after"
    return ""
