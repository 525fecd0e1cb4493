"""Which numbers of a clause are claims about the data, and what they count. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chainlit_app.check.clauses import Item
from chainlit_app.check.mentions import Mention
from chainlit_app.check.nouns import NARROW, NOUN, QUIET
from chainlit_app.check.numbers import Number, linked
from chainlit_app.check.words import Word

_BEFORE_NO = {
    "top", "first", "last", "layer", "version", "step", "page", "line", "row", "rule", "option", "python", "nautobot",
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "rfc", "day", "week", "question", "source", "sources", "next", "point",
}  # fmt: skip
_UNITS = {
    "ms", "s", "sec", "second", "seconds", "minute", "minutes", "min", "hour", "hours", "day", "days", "week", "weeks",
    "month", "months", "year", "years", "gb", "mb", "kb", "tb", "am", "pm", "utc", "way", "ways", "times", "options",
    "option", "things", "thing", "steps", "questions", "question", "reasons", "examples", "sentence", "sentences",
}  # fmt: skip
KBPS = {"kbps": 1.0, "kbit": 1.0, "mbps": 1e3, "mbit": 1e3, "gbps": 1e6, "gbit": 1e6}
_TOTAL = {"total", "totals", "count", "altogether", "sum", "overall", "them"}
_REST = {"other", "others", "remaining", "rest", "more", "fewer", "less", "remainder"}
_COUNTED = {"role", "status", "model", "location type", "platform", "manufacturer", "provider", "type"}
_REACH = 5  # words from a number to its noun


@dataclass(frozen=True)
class Count:
    """A number that the data can decide."""

    number: Number
    nouns: frozenset[str]  # what it counts: "prefix"; empty where the sentence does not say
    narrow: frozenset[str]  # words for a part of that: "switch"
    terms: frozenset[str]  # the words around it
    factor: float | None  # of its unit, in kilobits a second
    columns: frozenset[str]  # the columns that its words name: "commit rate kbps"
    rest: bool  # the rest of something: "the other 18"
    of: bool  # a part of the number behind it: 12 of 23


@dataclass(frozen=True)
class Terms:
    """The words of the sources that make a number a claim."""

    columns: frozenset[str]  # names of columns
    said: frozenset[str]  # what tools put behind numbers: "enabled"


def counts(text: str, words: Sequence[Word], items: Sequence[Item], terms: Terms) -> Iterator[Count]:
    """Yield the numbers of a clause that are claims."""
    nouns: frozenset[str] = frozenset()
    numbers = [item for item in items if isinstance(item, Number)]
    places = {item: at for at, item in enumerate(items)}
    for order, number in enumerate(numbers):
        at = places[number]
        later = numbers[order + 1] if order + 1 < len(numbers) else None
        end = later.first if later else len(words)
        behind = [word.key for word in words[number.last + 1 : min(end, number.last + 9)]]
        last = linked(words, numbers, order)
        after = numbers[last + 1].first if last + 1 < len(numbers) else len(words)
        start = numbers[last].last + 1
        together = [word.key for word in words[start : min(after, start + 8)]]
        before = [word.key for word in words[max(0, number.first - 3) : number.first]]
        own = _nouns(behind)
        of = bool(later and behind == ["of"]) or behind[:2] == ["out", "of"]
        count = Count(
            number,
            own or _nouns(together),
            frozenset(word for word in behind[:_REACH] if word in NARROW),
            frozenset(word for word in (*together, *before) if word not in QUIET),
            next((KBPS[word] for word in behind[:2] if word in KBPS), None),
            frozenset(name for name in _named(before) if name in terms.columns),
            bool(_REST & {*behind[:2], *before[-2:]}),
            of,
        )
        if _is_claim(text, words, items, at, count, of, before, behind, terms, bool(nouns)):
            nouns = count.nouns or nouns
            yield count


def _is_claim(
    text: str,
    words: Sequence[Word],
    items: Sequence[Item],
    at: int,
    count: Count,
    of: bool,
    before: Sequence[str],
    behind: Sequence[str],
    terms: Terms,
    going: bool,
) -> bool:
    number = count.number
    if (before and before[-1] in _BEFORE_NO) or (behind and behind[0] in _UNITS):
        return False
    if number.spelled and number.value == 1 and not count.nouns:
        return False
    if number.first == 0 and text[number.end : number.end + 1] == ":":
        return False  # what is counted: "24: 10 prefixes" is about /24
    if number.percent or count.nouns or count.narrow or of or count.factor or count.columns:
        return True
    if number.decimals:
        return False
    if _TOTAL & {*before, *behind[:3]} or (behind and behind[0] in terms.said):
        return True
    return _by_a_name(text, words, items, at, going)


def _by_a_name(text: str, words: Sequence[Word], items: Sequence[Item], at: int, going: bool) -> bool:
    """Say whether a number stands right before or behind a name: "12 Access Switch", "User Data: 5", "LON01 22"."""
    number = items[at]
    if at + 1 < len(items):
        name = items[at + 1]
        if isinstance(name, Mention) and name.first == number.last + 1:
            return name.kind in _COUNTED or bool(name.kinds & _COUNTED)
    if at:
        name = items[at - 1]
        if isinstance(name, Mention) and name.last == number.first - 1:
            gap = text[name.end : number.start]
            return going or any(mark in gap for mark in ":(=|×–—-")
    return False


def _nouns(behind: Sequence[str]) -> frozenset[str]:
    for word in behind[:_REACH]:
        noun = NOUN.get(word) or NARROW.get(word)
        if noun:
            return frozenset({noun})
    return frozenset()


def _named(before: Sequence[str]) -> Iterator[str]:
    """Yield what the words before a number may name: "commit rate" of "commit rate of 500"."""
    named = [word for word in before if word not in QUIET]
    for start in range(len(named)):
        yield " ".join(named[start:])
