"""The numbers in a tool's own sentences, with the words that say what they count. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from chainlit_app.check.nouns import NARROW, NOUN, QUIET, SAME
from chainlit_app.check.numbers import linked, number_at
from chainlit_app.check.words import phrases, words

_ONE = re.compile(r"(?:Only|One) ([a-z]+)\b")


@dataclass(frozen=True)
class Figure:
    """A number that a tool computed."""

    value: float
    decimals: int
    percent: bool
    nouns: frozenset[str]  # what it counts: "prefix"
    terms: frozenset[str]  # words and names around it, up to the numbers before and after
    sentence: int
    first: str = ""  # the words right behind it, as one

    def tells(self, name: str) -> bool:
        """Say whether it is the number of what has this name: it stands right before it."""
        return bool(name) and (self.first == name or self.first.startswith(f"{name} "))


@lru_cache(maxsize=4096)
def told(sentence: str) -> tuple[Figure, ...]:
    """Return the numbers of a sentence in a cell; "Only circuit A" says that there is one of them."""
    found = list(figures(sentence, 0))
    one = _ONE.match(sentence)
    if one and one[1] in NOUN:
        found.append(Figure(1, 0, False, frozenset({NOUN[one[1]]}), frozenset({one[1]}), 0))
    return tuple(found)


def figures(sentence: str, at: int) -> Iterator[Figure]:
    """Yield the numbers of a sentence."""
    found = list(words(sentence[:4000]))[:400]
    numbers = [
        number
        for place in range(len(found))
        if (number := number_at(found, place)) and not (number.spelled and number.value == 1)
    ]
    for place, number in enumerate(numbers):
        last = linked(found, numbers, place)
        end = numbers[last + 1].first if last + 1 < len(numbers) else len(found)
        behind = found[numbers[last].last + 1 : end]
        yield Figure(
            number.value,
            number.decimals,
            number.percent,
            frozenset(noun for word in behind if (noun := NOUN.get(word.key) or NARROW.get(word.key))),
            frozenset(SAME.get(term, term) for term in phrases(behind, 4) if term not in QUIET),
            at,
            " ".join(word.key for word in behind[:6]),
        )
