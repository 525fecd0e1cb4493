"""What is said to be more or fewer than another: looked up in the numbers that both have. Pure."""

from collections.abc import Iterator, Sequence

from chainlit_app.check.evidence import Evidence
from chainlit_app.check.index import SourceIndex
from chainlit_app.check.mentions import Mention
from chainlit_app.check.nouns import NARROW, NOUN
from chainlit_app.check.numbers import number_at
from chainlit_app.check.said import CitedAt, Found
from chainlit_app.check.words import Word
from tools.models import Cell

_MORE = {"more", "larger", "bigger", "higher", "busier", "fuller", "faster", "ahead"}
_LESS = {"fewer", "less", "smaller", "lower", "slower", "emptier", "quieter"}
_WORDS = _MORE | _LESS
_THINGS = ("circuit", "prefix", "location", "area", "device", "role", "provider")
_NEAR = 10  # words between a comparison and what is compared
_DENY = {"not", "no", "if", "nor", "without", "neither"}


def unequal(words: Sequence[Word], items: Sequence[object], cited: CitedAt, evidence: Evidence) -> Iterator[Found]:
    """Yield the words of a sentence that say more or fewer where no number of the two things compared does."""
    if all(word.key not in _WORDS for word in words):
        return
    names = [item for item in items if isinstance(item, Mention) and item.kind in _THINGS and item.known]
    for at, word in enumerate(words):
        if word.key not in _WORDS or _DENY & {one.key for one in words[max(0, at - 5) : at]}:
            continue
        than = next((n for n in range(at + 1, min(at + _NEAR, len(words))) if words[n].key in ("than", "of")), None)
        if than is None or (words[than].key == "of") != (word.key == "ahead"):
            continue
        one = next((name for name in reversed(names) if name.last < at and at - name.last < _NEAR), None)
        other = next((name for name in names if than < name.first <= than + 2), None)
        if one is None or other is None or one.kind != other.kind or any(map(str.isdigit, words[than + 1].text[:1])):
            continue
        if number_at(words, than + 1) is None:
            yield from _judged(one, other, words[at : than + 1], cited, evidence)


def _judged(one: Mention, other: Mention, said: Sequence[Word], cited: CitedAt, evidence: Evidence) -> Iterator[Found]:
    around = cited(other)
    nouns = {NOUN.get(word.key, NARROW.get(word.key, "")) for word in said} - {""}
    for index in evidence.in_order(around.numbers):
        if around.numbers and index.number not in around.numbers:
            return
        pairs = list(_pairs(index, evidence.mask(index, one), evidence.mask(index, other), nouns))
        if pairs:
            more = said[0].key in _MORE
            if not any(mine > theirs if more else mine < theirs for mine, theirs in pairs):
                where = "; ".join(f"{mine:,.15g} and {theirs:,.15g}" for mine, theirs in pairs[:3])
                yield Found(said[0].start, said[0].end, "count", "not_found", index.number, where, around)
            return


def _pairs(index: SourceIndex, one: int, other: int, nouns: set[str]) -> Iterator[tuple[float, float]]:
    """Yield the numbers that two things have in the same column, in those that are spoken of where any is."""
    rows = [mask & index.all_rows for mask in (one, other)]
    if any(mask.bit_count() != 1 for mask in rows):
        return
    mine, theirs = (index.cells[mask.bit_length() - 1] for mask in rows)
    named = [at for at, column in enumerate(index.columns) if {NOUN.get(w, w) for w in column.name.split()} & nouns]
    every = named if any(_is_number(mine[at]) for at in named) else range(len(index.columns))
    for at in every:
        low, high = mine[at], theirs[at]
        if isinstance(low, (int, float)) and isinstance(high, (int, float)) and _is_number(low) and _is_number(high):
            yield low, high


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)
