"""What a number in an answer may count, and whether it is a claim that the data can decide. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from chainlit_app.check.mentions import Mention
from chainlit_app.check.nouns import SAME
from chainlit_app.check.numbers import Number
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
TOTAL = {"total", "totals", "count", "altogether", "sum", "overall", "them", "together", "combined"}
_REST_ALONE = {"other", "others", "remaining", "rest", "remainder"}
_HOLDS = {
    "has", "have", "had", "only", "just", "with", "follow", "follows", "followed", "by", "holds", "uses", "at", "is", "are",
    "together", "and", "another", "even", "contains", "comes", "to", "still", "a", "mere", "each",
}  # fmt: skip
_STILL = {"are", "is", "still", "were", "currently", "remain", "remaining"}
COUNTED = {"role", "status", "model", "location type", "platform", "manufacturer", "provider", "type"}
_TO_A_NAME = {
    "which",
    "whom",
    "those",
    "still",
    "currently",
    "are",
    "is",
    "were",
    "was",
    "of",
    "them",
    "the",
    "have",
    "has",
    "in",
    "with",
    "role",
    "model",
    "status",
}
LENGTH = re.compile(r"/(\d{1,2})s?$")


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
    beside: tuple[Mention, ...] = ()  # the names right beside it: what it counts has them
    linked: tuple[Number, ...] = ()  # the numbers that are said in one with it: "6 of 254"
    named: bool = False  # a noun or a name of its own stands behind it
    compares: Literal["", "less", "times"] = ""  # it tells how much more one is than another, or how many times as much
    again: bool = False  # "of the 58"
    total: bool = False  # "altogether"
    within: tuple[Mention, ...] = ()  # the names at the head of its column
    length: int = 0  # of the prefixes that are counted: "ten /24 networks"
    but: bool = False  # "all but two"
    when: str = ""  # "before" or "after", at the head of its column or row


@dataclass(frozen=True)
class Going:
    """What the number before counts, for those behind it that do not say: "7 data networks, and FRA01 only 5"."""

    nouns: frozenset[str] = frozenset()
    narrow: frozenset[str] = frozenset()
    terms: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Terms:
    """The words of the sources that make a number a claim."""

    columns: frozenset[str]  # names of columns
    said: frozenset[str]  # what tools put behind numbers: "enabled"


@dataclass(frozen=True)
class Place:
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
    linked: tuple[Number, ...] = ()
    listed: bool = False  # in a list of names with a number each: "LON01 22, PAR01 23, FRA01 23"


def points(place: Place) -> bool:
    """Say whether the noun behind a number only introduces a name: "2 the model ISR4451-X"."""
    name = place.name_behind
    return name is not None and all(word in _TO_A_NAME for word in place.behind[: name.first - place.number.last - 1])


def is_claim(place: Place, count: Count, terms: Terms, going: bool) -> bool:
    """Say whether a number is said of the data. `going`: the number before says what is counted."""
    if _is_no_claim(place, count):
        return False
    if count.compares or count.but or count.length or place.number.percent or is_difference(place):
        return True
    own = count.nouns if count.named or count.of else frozenset[str]()
    if own or count.narrow or count.of or count.factor or count.columns:
        return True
    return not place.number.decimals and _goes_on(place, terms, going)


def _is_no_claim(place: Place, count: Count) -> bool:
    number, behind = place.number, place.behind
    if (place.before and place.before[-1] in _BEFORE_NO) or _is_bound(place) or _by_arithmetic(place):
        return True
    if tuple(behind[:2]) in _FOR_EACH or (behind and (behind[0] in _LARGEST or _FRACTION.match(behind[0]))):
        return True
    if number.spelled and place.before[-1:] == ["in"] and not (count.nouns and count.named):
        return True  # "one device in three"
    if "per" in behind[:4] and not place.number.percent:
        return True  # one number for each of another: no row holds such a quotient
    if behind and (behind[0] == "per" or (behind[0] in _UNITS and not count.compares)):
        return True
    if 1900 <= number.value <= 2100 and place.before[-1:] in (["in"], ["since"]) and not behind:
        return True  # a year
    if number.start == place.words[0].start and place.text[number.end : number.end + 1] == ":":
        return True  # what is counted: "24: 10 prefixes" is about /24
    one = number.spelled and number.value == 1
    return one and (
        count.each
        or place.before[-1:] in (["every"], ["the"], ["only"])
        or place.behind[:1] == ["fewer"]
        or not (place.name_before or place.name_behind)
        or count.of
        or behind[:1] == ["of"]
        or not (count.nouns or before_a_name(place))
    )


def is_difference(place: Place) -> bool:
    """Say whether a number is "a difference of 33"."""
    if place.before[-1:] == ["by"]:
        near = place.words[max(0, place.number.first - 6) : place.number.first]
        return any(word.key.startswith(("outnumber", "exceed", "outweigh")) for word in near)
    return list(place.before[-2:]) in (["difference", "of"], ["gap", "of"], ["difference", "is"])


def _goes_on(place: Place, terms: Terms, going: bool) -> bool:
    """Say whether a number without a noun counts what the number before does, or what a name beside it tells."""
    near = {*place.behind[:1], *place.before[-1:]}
    if going and (_in_comparison(place) or _at_a_place(place) or _REST_ALONE & near):
        return True
    said = _first_said(place.behind) in terms.said and place.before[-1:] != ["the"]
    total = bool(TOTAL & {*place.before, *place.behind[:3]})
    if place.before[-1:] == ["all"] and place.behind[:1] in (["are"], ["have"], ["were"]) and not place.number.spelled:
        return True
    return total or said or place.listed or before_a_name(place) or behind_a_name(place, going)


def _by_arithmetic(place: Place) -> bool:
    """Say whether a number is what every prefix of that length has: "a /31 has two addresses"."""
    near = place.words[max(0, place.number.first - 6) : place.number.first]
    lengths = [int(found[1]) for word in near if (found := LENGTH.match(word.text))]
    return any(place.number.value in (2 ** (32 - one), 2 ** (32 - one) - 2) for one in lengths if one <= 32)


def _in_comparison(place: Place) -> bool:
    """Say whether a number stands in "(25 vs. 23)" or "8 against 2"."""
    near = {*place.before[-2:], *place.behind[:2]}
    return bool(near & {"vs", "versus", "against", "compared"})


def _is_bound(place: Place) -> bool:
    """Say whether a number is a bound of a question rather than a figure: "fewer than 2", "at least 10"."""
    before = list(place.before)
    if before[-2:] == ["more", "than"]:
        return place.number.value < 100
    if before[-1:] in (["than"], ["below"], ["under"], ["above"], ["exceeds"]) or tuple(place.behind[:2]) in _OR_SO:
        return True
    return before[-2:] in (["at", "least"], ["at", "most"], ["up", "to"])


_FOR_EACH = {("at", "each"), ("in", "each"), ("for", "each"), ("to", "each")}
_FRACTION = re.compile(r"(?:half|halves|(?:third|quarter|fifth|sixth|seventh|eighth|ninth|tenth)s?)$")
_LARGEST = {"largest", "biggest", "smallest", "busiest", "fullest", "most", "least", "fastest", "slowest"}
_OR_SO = {("or", "less"), ("or", "more"), ("or", "fewer"), ("or", "below"), ("or", "above"), ("or", "higher")}


def _first_said(behind: Sequence[str]) -> str:
    word = next((word for word in behind[:3] if word not in _STILL), "")
    return SAME.get(word, word)


def _at_a_place(place: Place) -> bool:
    """Say whether a place follows at once: "four at DED01, two at GBD01"."""
    name = place.name_behind
    return (
        name is not None
        and name.kind in ("location", "area")
        and name.first - place.number.last == 2
        and place.behind[0] in ("at", "in", "for", "from", "on")
    )


def before_a_name(place: Place) -> bool:
    """Say whether a name that can be counted follows: "12 Access Switch", "three are Planned"."""
    name = place.name_behind
    return name is not None and points(place) and (name.kind in COUNTED or bool(name.kinds & COUNTED))


def behind_a_name(place: Place, going: bool) -> bool:
    """Say whether a name stands right before: "User Data: 5", "LON01 22"."""
    name = place.name_before
    if not name or (place.number_behind and not place.number_behind.percent and name.last == place.number.first - 1):
        return False
    glue = place.words[name.last + 1 : place.number.first]
    if glue:
        return going and len(glue) <= 3 and all(word.key in _HOLDS for word in glue)
    return going or any(mark in place.text[name.end : place.number.start] for mark in ":(=|×–—-")
