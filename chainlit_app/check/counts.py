"""The numbers of a clause that are claims about the data, and what they count. Pure."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal

from chainlit_app.check.claims import (
    COUNTED,
    LENGTH,
    TOTAL,
    Count,
    Going,
    Place,
    Terms,
    before_a_name,
    behind_a_name,
    is_claim,
    is_difference,
    points,
)
from chainlit_app.check.clauses import Item
from chainlit_app.check.mentions import Mention
from chainlit_app.check.nouns import NARROW, NOUN, QUIET, SAME
from chainlit_app.check.numbers import OF, Number, linked
from chainlit_app.check.words import Word

KBPS = {"kbps": 1.0, "kbit": 1.0, "mbps": 1e3, "mbit": 1e3, "gbps": 1e6, "gbit": 1e6}
_REST = {"other", "others", "remaining", "rest", "more", "fewer", "less", "remainder"}
_DIFFERS = {"more", "fewer", "less"}
_FEWEST_LISTED = 3  # names with a number each
_REACH = 5  # words from a number to its noun


def counts(text: str, words: Sequence[Word], items: Sequence[Item], terms: Terms, going: Going) -> Iterator[Count]:
    """Yield the numbers of a clause that are claims."""
    each = any(word.key in ("each", "apiece", "respectively") for word in words)
    for place in _places(text, words, items):
        count = _count(place, terms, going, each)
        if is_claim(place, count, terms, bool(going.nouns)):
            going = Going(count.nouns, count.narrow, count.terms) if count.nouns else going
            yield count


def cell_count(number: Number, head: Sequence[Word], terms: Terms, within: tuple[Mention, ...] = ()) -> Count:
    """Return a number in a table under its head."""
    keys = [word.key for word in head]
    name = " ".join(keys)
    nouns = frozenset(NOUN[key] for key in keys if key in NOUN)
    named = frozenset({name}) if name in terms.columns else frozenset[str]()
    factor = next((KBPS[key] for key in keys if key in KBPS), None)
    return Count(number, nouns, frozenset(), frozenset(_same(keys)), factor, named, within=within)


def _places(text: str, words: Sequence[Word], items: Sequence[Item]) -> Iterator[Place]:
    numbers = [item for item in items if isinstance(item, Number)]
    where = {item: at for at, item in enumerate(items)}
    pairs = _pairs(items)
    places = [one for one in pairs if isinstance(one, Mention) and one.kind == "location"]
    listed = (
        len(pairs) >= _FEWEST_LISTED
        or len(places) > 1
        or (len(items) == len(words[:2]) == len(pairs) * 2 and bool(numbers))
    )
    for order, number in enumerate(numbers):
        at = where[number]
        last = linked(words, numbers, order)
        end = numbers[order + 1].first if order + 1 < len(numbers) else len(words)
        after = numbers[last + 1].first if last + 1 < len(numbers) else len(words)
        start = numbers[last].last + 1
        left, right = items[at - 1] if at else None, items[at + 1] if at + 1 < len(items) else None
        yield Place(
            text,
            words,
            number,
            left if isinstance(left, Mention) else None,
            right if isinstance(right, Mention) else None,
            right if isinstance(right, Number) else None,
            [word.key for word in words[max(0, number.first - 3) : number.first]],
            [word.key for word in words[number.last + 1 : min(end, number.last + 9)]],
            [word.key for word in words[start : min(after, start + 8)]],
            _linked(words, numbers, order),
            listed and left in pairs,
        )


def _pairs(items: Sequence[Item]) -> list[Item]:
    """Return the names right behind which a number stands."""
    return [
        one
        for one, other in pairwise(items)
        if isinstance(one, Mention) and isinstance(other, Number) and other.first == one.last + 1
    ]


def _linked(words: Sequence[Word], numbers: Sequence[Number], order: int) -> tuple[Number, ...]:
    """Return the numbers that are said in one with a number, itself among them."""
    first = order
    while first and order - first < 3 and linked(words, numbers, first - 1) > first - 1:
        first -= 1
    return tuple(numbers[first : linked(words, numbers, order) + 1])


def _count(place: Place, terms: Terms, going: Going, each: bool) -> Count:
    reach = _reach(place)
    own = frozenset[str]() if points(place) else _nouns(place.behind[:reach]) or _nouns(place.together[:_REACH])
    of = bool(place.number_behind) and _is_of(place.behind)
    behind = [*place.behind[:_REACH], *(place.together[:_REACH] if of else ())]
    narrow = frozenset(word for word in behind if word in NARROW)
    length = _length(place)
    if length:
        own, narrow = frozenset({"prefix"}), frozenset()
    inherits = not own and not narrow
    if {"which", "whom"} & set(place.behind[:2]):
        own, going = frozenset(), Going()
    return Count(
        place.number,
        own or (frozenset(NARROW[word] for word in narrow) or going.nouns),
        going.narrow if inherits and not place.name_behind else narrow,
        frozenset(_same([*place.together, *place.before])) | (going.terms if inherits else frozenset()),
        next((KBPS[word] for word in place.behind[:2] if word in KBPS), None),
        frozenset(name for name in _named(place.before) if name in terms.columns),
        bool(_REST & {*place.behind[:2], *place.before[-2:]}),
        of,
        each,
        tuple(_beside(place)),
        place.linked,
        bool(own or narrow),
        "less" if is_difference(place) else _compared(place.behind),
        total=bool(TOTAL & {*place.before[-2:], *place.behind[:3]}),
        but=list(place.before[-2:]) in (["all", "but"], ["all", "except"]),
        length=length,
        again=place.before[-1:] in (["the"], ["all"], ["these"], ["those"]),
    )


def _length(place: Place) -> int:
    behind = place.words[place.number.last + 1 : place.number.last + 3]
    behind = behind[1:] if behind and behind[0].key in ("x", "of", "times") else behind[:1]
    return next((int(found[1]) for word in behind if (found := LENGTH.match(word.text))), 0)


def _compared(behind: Sequence[str]) -> Literal["", "less", "times"]:
    if behind[:1] == ["times"] and {"as", "more"} & set(behind[1:3]):
        return "times"
    return "less" if _DIFFERS & set(behind[:2]) and "than" in behind[1:] else ""


def _beside(place: Place) -> Iterator[Mention]:
    if place.name_behind and before_a_name(place):
        yield place.name_behind
    own = place.name_before and place.behind[:1] != ["more"] and behind_a_name(place, going=True)
    if place.name_before and own and ("," not in _gap(place, place.name_before) or place.listed):
        yield place.name_before


def _gap(place: Place, name: Mention) -> str:
    return place.text[name.end : place.number.start]


def _is_of(behind: Sequence[str]) -> bool:
    return "of" in behind[:2] and not set(behind) - OF


def _reach(place: Place) -> int:
    name = place.name_behind
    if name and name.kind in COUNTED:
        return _REACH + name.last - name.first
    return _REACH


def _same(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        if word not in QUIET:
            yield word
            yield SAME.get(word, word)


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


def with_its_name(count: Count) -> tuple[int, int]:
    """Return where a number stands with the name right beside it: nobody can say which of the two is wrong."""
    number = count.number
    behind = next((one for one in count.beside if one.first == number.last + 1), None)
    before = next((one for one in count.beside if one.last == number.first - 1), None)
    if behind or before is None:
        return number.start, behind.end if behind else number.end
    return before.start, number.end
