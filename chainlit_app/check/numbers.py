"""Numbers in a sentence: how they are written, and what they may be compared with. Pure."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from chainlit_app.check.words import Word

_WORDS = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
]  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SPELLED = (
    {word: value for value, word in enumerate(_WORDS)}
    | {word: (at + 2) * 10 for at, word in enumerate(_TENS)}
    | {"dozen": 12, "hundred": 100, "single": 1}
)
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3}){1,12}|\d{1,39})(?:\.(\d{1,6}))?(%?)$")
_LARGE = re.compile(r"(?:2\^(\d{1,3})|(\d\.\d\d)e(\d\d))$")
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3})+$")
_ABOUT = {"about", "around", "roughly", "approximately", "nearly", "almost", "circa", "ca", "some", "over", "approx"}
_MOST_LINKED = 3  # numbers in "7 of 254 (2.76 %)"
OF = {"out", "of", "all", "the", "its", "these", "those", "their", "our", "a", "total"}
_PERCENT = {"%", "percent", "per cent", "pct"}


class Number(NamedTuple):
    """A number as it stands in an answer. `first` and `last` count words."""

    start: int
    end: int
    value: float
    first: int
    last: int
    decimals: int = 0
    percent: bool = False
    about: bool = False  # said to be about so much
    other: float | None = None  # what it may also mean: 1.680 is 1,680 in some countries
    spelled: bool = False

    def __hash__(self) -> int:
        return self.start

    def fits(self, value: float) -> bool:
        """Say whether a figure is what was written, rounded as it was written."""
        if self.about:
            return abs(value - self.value) <= 0.05 * max(abs(value), 1)
        near = abs(value - self.value) <= 0.5 * 10**-self.decimals + 1e-9
        exact = near if self.percent or self.decimals else value == self.value
        return exact or (self.other is not None and value == self.other)


def number_at(words: Sequence[Word], at: int) -> Number | None:
    """Return the number that a word is; None where it is none."""
    word = words[at]
    text = word.text.lower()
    if not text[0].isdigit():
        value = _spelled(text)
        if value is None:
            return None
        return Number(word.start, word.end, value, at, at, about=_is_about(words, at), spelled=True)
    if large := _LARGE.match(text):  # as tools/amounts.py writes what has too many digits
        rounded = f"{large[2]}e{large[3]}" if large[2] else ""
        meant = float(rounded) if rounded else 1 << int(large[1])
        return Number(word.start, word.end, meant, at, at, about=bool(rounded))
    found = _NUMBER.match(text)
    if not found:
        return None
    about = _is_about(words, at)
    whole = found[1].replace(",", "")
    amount = float(f"{whole}.{found[2]}") if found[2] else int(whole)
    percent = bool(found[3])
    last = at
    if not percent and at + 1 < len(words) and words[at + 1].key in _PERCENT:
        percent, last = True, at + 1
    other = int(text.replace(".", "")) if _DOTTED.match(text) else None
    return Number(word.start, words[last].end, amount, at, last, len(found[2] or ""), percent, about, other)


def _spelled(text: str) -> int | None:
    if text in SPELLED:
        return SPELLED[text]
    first, dash, rest = text.partition("-")
    return SPELLED[first] + SPELLED[rest] if dash and first in SPELLED and rest in SPELLED else None


def _is_about(words: Sequence[Word], at: int) -> bool:
    before = words[at - 1].key if at else ""
    if words[at].text[0] == "~" or before in _ABOUT:
        return True
    return at > 1 and words[at - 2].key == "more" and before == "than"


def linked(words: Sequence[Word], numbers: Sequence[Number], at: int) -> int:
    """Return the last of the numbers that are said together: the third of "7 of 254 (2.76 %)"."""
    for _ in range(_MOST_LINKED):
        if at + 1 >= len(numbers):
            break
        between = [word.key for word in words[numbers[at].last + 1 : numbers[at + 1].first][:4]]
        of = "of" in between[:2] and (len(between) <= 2 or not set(between) - OF)
        if not of and (between or not numbers[at + 1].percent):
            return at
        at += 1
    return at
