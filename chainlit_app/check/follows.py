"""Numbers that follow from others of the same answer: four with 60 each are 240 in total. Pure."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import combinations

from chainlit_app.check.numbers import Number, number_at
from chainlit_app.check.said import Found
from chainlit_app.check.words import words

_MOST = 10  # numbers before one from which it may follow
_NEAR = 24  # characters around a number in which a word says that it follows
_SUM = {"total", "totals", "altogether", "together", "combined", "sum", "all", "between", "makes", "so", "+"}
_REST = {"rest", "remaining", "remain", "remains", "left", "other", "others", "only", "free", "leaves", "leaving"}


def followed(text: str, facts: Sequence[Found], sentences: Sequence[int]) -> Iterator[Found]:
    """Yield the facts of an answer, those numbers that follow from others as derived. `sentences`: where they start."""
    sound: list[tuple[int, float]] = []  # the sentence and the value of each number that was found
    for fact in facts:
        number = _number(text, fact) if fact.kind == "count" else None
        at = bisect_right(sentences, fact.start)
        if number and fact.verdict != "not_found":
            sound.append((at, number.value))
        told = number and fact.verdict == "not_found" and _told(number, _cues(text, number), _near(sound, at))
        yield fact._replace(verdict="derived", where=told) if told else fact


def _number(text: str, fact: Found) -> Number | None:
    own = list(words(text, fact.start, fact.end))
    return next((number for at in range(len(own)) if (number := number_at(own, at))), None)


def _near(sound: Sequence[tuple[int, float]], sentence: int) -> list[float]:
    return [value for own, value in sound if sentence - 1 <= own <= sentence][-_MOST:]


def _cues(text: str, number: Number) -> set[str]:
    around = words(text, max(0, number.start - _NEAR), number.end + _NEAR)
    return {word.key for word in around}


def _told(number: Number, cues: set[str], near: Sequence[float]) -> str:
    """Return how a number comes from those before it, where a word beside it says that it does."""
    if cues & _SUM:
        for first in range(len(near)):
            for last in range(first + 2, len(near) + 1):
                if number.fits(sum(near[first:last])):
                    return " + ".join(f"{value:,.15g}" for value in near[first:last])
        for one, other in combinations(near, 2):
            if number.fits(one * other):
                return f"{one:,.15g} × {other:,.15g}"
    if cues & _REST:
        for high, low in combinations(near, 2):
            if number.fits(high - low):
                return f"{high:,.15g} less {low:,.15g}"
    return ""
