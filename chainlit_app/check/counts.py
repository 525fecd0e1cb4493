"""Which numbers of a clause are claims about the data, and what they count. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chainlit_app.check.clauses import Item
from chainlit_app.check.mentions import Mention
from chainlit_app.check.nouns import NARROW, NOUN, QUIET, SAME
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
_REST_ALONE = {"other", "others", "remaining", "rest", "remainder"}
_COUNTED = {"role", "status", "model", "location type", "platform", "manufacturer", "provider", "type"}
_TO_A_NAME = {"are", "is", "were", "was", "of", "them", "the", "have", "has", "in", "with", "role", "model", "status"}
_REACH = 5  # words from a number to its noun


@dataclass(frozen=True)
class Count:
    """A number that the data can decide."""

    number: Number
    nouns: frozenset[str]  # what it counts: "prefix"; empty where the sentence does not say
    narrow: frozenset[str]  # words for a part of that: "switch"
    terms: frozenset[str]  # the words around it
    factor: float | None = None  # of its unit, in kilobits a second
    columns: frozenset[str] = frozenset()  # the columns that its words name: "commit rate kbps"
    rest: bool = False  # the rest of something: "the other 18"
    of: bool = False  # a part of the number behind it: 12 of 23
    each: bool = False  # so many for each of several


@dataclass(frozen=True)
class Terms:
    """The words of the sources that make a number a claim."""

    columns: frozenset[str]  # names of columns
    said: frozenset[str]  # what tools put behind numbers: "enabled"


@dataclass(frozen=True)
class _Place:
    """A number among the words and names of its clause."""

    text: str
    words: Sequence[Word]
    number: Number
    name_before: Mention | None
    name_behind: Mention | None
    number_behind: Number | None
    before: Sequence[str]  # the words
    behind: Sequence[str]
    together: Sequence[str]  # the words behind all numbers that are said with it


def counts(text: str, words: Sequence[Word], items: Sequence[Item], terms: Terms) -> Iterator[Count]:
    """Yield the numbers of a clause that are claims."""
    going: frozenset[str] = frozenset()  # the noun of the number before
    each = any(word.key == "each" for word in words)
    for place in _places(text, words, items):
        count = _count(place, terms, going, each)
        if _is_claim(place, count, terms, bool(going)):
            going = count.nouns or going
            yield count


def cell_count(number: Number, head: Sequence[Word], terms: Terms) -> Count:
    """Return a number in a table under its head."""
    keys = [word.key for word in head]
    name = " ".join(keys)
    nouns = frozenset(NOUN[key] for key in keys if key in NOUN)
    named = frozenset({name}) if name in terms.columns else frozenset[str]()
    factor = next((KBPS[key] for key in keys if key in KBPS), None)
    return Count(number, nouns, frozenset(), frozenset(_same(keys)), factor, named)


def _places(text: str, words: Sequence[Word], items: Sequence[Item]) -> Iterator[_Place]:
    numbers = [item for item in items if isinstance(item, Number)]
    where = {item: at for at, item in enumerate(items)}
    for order, number in enumerate(numbers):
        at = where[number]
        last = linked(words, numbers, order)
        end = numbers[order + 1].first if order + 1 < len(numbers) else len(words)
        after = numbers[last + 1].first if last + 1 < len(numbers) else len(words)
        start = numbers[last].last + 1
        left, right = items[at - 1] if at else None, items[at + 1] if at + 1 < len(items) else None
        yield _Place(
            text,
            words,
            number,
            left if isinstance(left, Mention) else None,
            right if isinstance(right, Mention) else None,
            right if isinstance(right, Number) else None,
            [word.key for word in words[max(0, number.first - 3) : number.first]],
            [word.key for word in words[number.last + 1 : min(end, number.last + 9)]],
            [word.key for word in words[start : min(after, start + 8)]],
        )


def _count(place: _Place, terms: Terms, going: frozenset[str], each: bool) -> Count:
    reach = _reach(place)
    return Count(
        place.number,
        _nouns(place.behind[:reach]) or _nouns(place.together[:_REACH]) if not _points(place) else going,
        frozenset(word for word in place.behind[:_REACH] if word in NARROW),
        frozenset(_same([*place.together, *place.before])),
        next((KBPS[word] for word in place.behind[:2] if word in KBPS), None),
        frozenset(name for name in _named(place.before) if name in terms.columns),
        bool(_REST & {*place.behind[:2], *place.before[-2:]}),
        bool(place.number_behind) and _is_of(place.behind),
        each,
    )


def _is_of(behind: Sequence[str]) -> bool:
    return "of" in behind[:2] and not set(behind) - {"out", "of", "all", "the", "its", "these", "those"}


def _points(place: _Place) -> bool:
    """Say whether the noun behind a number only introduces a name: "2 the model ISR4451-X"."""
    name = place.name_behind
    return name is not None and all(word in _TO_A_NAME for word in place.behind[: name.first - place.number.last - 1])


def _reach(place: _Place) -> int:
    name = place.name_behind
    if name and name.kind in _COUNTED:
        return _REACH + name.last - name.first
    return _REACH


def _same(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        if word not in QUIET:
            yield word
            yield SAME.get(word, word)


def _is_claim(place: _Place, count: Count, terms: Terms, going: bool) -> bool:
    number, behind = place.number, place.behind
    if (place.before and place.before[-1] in _BEFORE_NO) or (behind and behind[0] in _UNITS) or _is_bound(place):
        return False
    by_name = _before_a_name(place)
    if 1900 <= number.value <= 2100 and place.before[-1:] in (["in"], ["since"]) and not behind:
        return False  # a year
    if number.spelled and number.value == 1 and (count.of or behind[:1] == ["of"] or not (count.nouns or by_name)):
        return False
    if number.start == place.words[0].start and place.text[number.end : number.end + 1] == ":":
        return False  # what is counted: "24: 10 prefixes" is about /24
    if number.percent or count.nouns or count.narrow or count.of or count.factor or count.columns:
        return True
    if number.decimals:
        return False
    if going and _REST_ALONE & {*behind[:1], *place.before[-1:]}:
        return True
    if _TOTAL & {*place.before, *behind[:3]} or (behind and behind[0] in terms.said):
        return True
    return by_name or _behind_a_name(place, going)


def _is_bound(place: _Place) -> bool:
    """Say whether a number is a bound of a question rather than a figure: "fewer than 2", "at least 10"."""
    before = list(place.before)
    if before[-2:] == ["more", "than"]:
        return place.number.value < 100
    return before[-1:] == ["than"] or before[-2:] in (["at", "least"], ["at", "most"], ["up", "to"])


def _before_a_name(place: _Place) -> bool:
    """Say whether a name that can be counted follows: "12 Access Switch", "three are Planned"."""
    name = place.name_behind
    return name is not None and _points(place) and (name.kind in _COUNTED or bool(name.kinds & _COUNTED))


def _behind_a_name(place: _Place, going: bool) -> bool:
    """Say whether a name stands right before: "User Data: 5", "LON01 22"."""
    name = place.name_before
    if not name or name.last != place.number.first - 1 or (place.number_behind and not place.number_behind.percent):
        return False
    return going or any(mark in place.text[name.end : place.number.start] for mark in ":(=|×–—-")


def _nouns(behind: Sequence[str]) -> frozenset[str]:
    for word in behind:
        noun = NOUN.get(word) or NARROW.get(word)
        if noun:
            return frozenset({noun})
    return frozenset()


def _named(before: Sequence[str]) -> Iterator[str]:
    """Yield what the words before a number may name: "commit rate" of "commit rate of 500"."""
    named = [word for word in before if word not in QUIET]
    for start in range(len(named)):
        yield " ".join(named[start:])
