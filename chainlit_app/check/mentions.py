"""What a sentence names and counts: prefixes, addresses, VLANs, names of the network, numbers. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from chainlit_app.check.dates import date_at, day_at, is_month
from chainlit_app.check.nouns import NOUN
from chainlit_app.check.numbers import SPELLED, Number, number_at
from chainlit_app.check.vocabulary import DATE, Vocabulary
from chainlit_app.check.words import MOST_WORDS, Word, key, net_keys

# Where a name is of several kinds, the first of these is meant; kinds that are not listed come last.
_FIRST = ("device", "interface", "circuit", "location", "role", "status", "provider", "model", "vlan")
_CLOCK = re.compile(r"(\d\d:\d\d)(?::\d\d)?Z?$")
_VLAN = re.compile(r"vlans?$")
_VLAN_ID = re.compile(r"vlan[-_]?(\d{1,4})$")
_PARTIAL = re.compile(r"\.(\d{1,3})$")
_BETWEEN = {"and", "or", "to", "through", "plus", "und", "&"}
_LONG_USER = 6  # characters of a user's name that is hardly an English word
_ACTIONS = {"created", "updated", "deleted", "changed", "made", "set", "removed", "added", "renamed", "did", "moved"}
_NEAR_STATUS = {"all", "are", "is", "status", "both", "as", "still", "also", "currently", "marked", "every"}


class Mention(NamedTuple):
    """A name or an address in an answer, and the form in which it is looked up. `first` and `last` count words."""

    start: int
    end: int
    kind: str
    key: str
    first: int
    last: int
    kinds: frozenset[str] = frozenset()
    known: bool = True  # False: it only looks like a name
    plain: bool = False  # one word without digits: it may be ordinary English

    def __hash__(self) -> int:
        return self.start


@dataclass
class Scanner:
    """Reads one answer from its first word to its last: ".1" is an address of the prefix that was spoken of."""

    vocabulary: Vocabulary
    network: str = ""  # the first three numbers of the prefix or address that was named last
    stem: str = ""  # of the interface that was named last: "1/0/2" may be another of the kind

    def scan(self, words: Sequence[Word]) -> list["Mention | Number"]:
        """Return what a run of words names and counts, in order."""
        found: list[Mention | Number] = []
        at = 0
        heads = self.vocabulary.heads
        while at < len(words):
            text, own = words[at].text, words[at].key
            dated = text.isalpha() and at + 1 < len(words) and words[at + 1].text[0].isdigit() and is_month(own)
            if not dated and text.isalpha() and own not in heads and own not in SPELLED and not own.startswith("vlan"):
                at += 1  # an ordinary word
                continue
            items, length = self._at(words, at)
            found += items
            at += length
        return found

    def _at(self, words: Sequence[Word], at: int) -> tuple[Sequence["Mention | Number"], int]:
        word = words[at]
        if (
            word.text[0] in ".0123456789:abcdefABCDEF"
            and not word.text.isalnum()
            and (nets := list(self._nets(word, at, _is_of_each(words, at))))
        ):
            return nets, 1
        if word.key.startswith("vlan") and (vlans := _vlans(words, at)):
            return vlans, vlans[-1].last - at + 1
        told = word.text[0].isdigit() or is_month(word.key)
        date = date_at(words, at) if told else None
        if date:
            found = self._date(words, at, date)
            return found, found[-1].last - at + 1 if found else 3
        if told and (day := day_at(words, at)) and self.vocabulary.shaped("00:00") == "time":
            return [Mention(word.start, words[at + 1].end, "time", f"day:{day}", at, at + 1, frozenset({"time"}))], 2
        name = self._name(words, at)
        if name:
            return [name], name.last - at + 1
        number = number_at(words, at)
        return ([number], number.last - at + 1) if number else ((), 1)

    def _nets(self, word: Word, at: int, of_each: bool) -> Iterator[Mention]:
        for part, start in _ends(word):
            partial = _PARTIAL.match(part)
            if partial and of_each:
                return  # "the .1 of each network"
            if partial and self.network:
                part_key = f"a:{self.network}.{int(partial[1])}"
                yield Mention(start, start + len(part), "address", part_key, at, at)
                continue
            keys = net_keys(part)
            if not keys:
                continue
            if ":" not in keys[-1][2:]:
                self.network = keys[-1][2:].rpartition(".")[0]
            if not _is_mask(keys[0]):
                kind = "prefix" if keys[0].startswith("n:") else "address"
                yield Mention(start, start + len(part), kind, keys[0], at, at)

    def _name(self, words: Sequence[Word], at: int) -> Mention | None:
        word = words[at]
        most = self.vocabulary.heads.get(word.key.partition(" ")[0], 0)
        if most > 1:
            most = min(most, _unbroken(words, at))
        for length in range(most, 0, -1):
            run = words[at : at + length]
            name, kinds = self.vocabulary.look_up(" ".join(one.key for one in run))
            if kinds and not name.isdigit() and (length > 1 or self._may_be_name(words, at, name, kinds)):
                plain = name.isalpha()
                end = run[-1].end
                kind = _kind(kinds)
                if kind == "interface":
                    self.stem = name.rstrip("0123456789 ")
                if kind == "location" and name in self.vocabulary.within:
                    kind = "area"  # a country or a city: it has places in it
                return Mention(word.start, end, kind, name, at, at + length - 1, kinds, plain=plain)
        return self._moment(words, at, 1) or self._shaped(words, at)

    def _moment(self, words: Sequence[Word], at: int, length: int, date: str = "") -> Mention | None:
        """Return a day with its hour, "2026-11-19 14:25" or "19 November 2026 at 14:25", as a time is recorded."""
        day = date or words[at].text
        behind = at + length + (at + length < len(words) and words[at + length].key == "at")
        clock = _CLOCK.match(words[behind].text) if behind < len(words) else None
        if not clock or not DATE.fullmatch(day) or self.vocabulary.shaped(clock[1]) != "time":
            return None
        own = f"{key(day)} {clock[1]}"
        return Mention(words[at].start, words[behind].end, "time", own, at, behind, frozenset({"time"}), known=False)

    def _date(self, words: Sequence[Word], at: int, date: str) -> Sequence[Mention]:
        if moment := self._moment(words, at, 3, date):
            return [moment]
        kind = self.vocabulary.shaped(date)
        own = Mention(words[at].start, words[at + 2].end, kind or "", key(date), at, at + 2, known=False)
        return [own._replace(kinds=frozenset({kind}))] if kind else []

    def _shaped(self, words: Sequence[Word], at: int) -> Mention | None:
        word = words[at]
        short = self.vocabulary.interface(word.text, self.stem) if "/" in word.text else None
        if short:
            known = bool(self.vocabulary.kinds(short))
            return Mention(word.start, word.end, "interface", short, at, at, frozenset({"interface"}), known=known)
        if len(word.text) > 60 or word.text.isalpha() or not (_is_mixed(word.text) or DATE.fullmatch(word.text)):
            return None
        kind = self.vocabulary.shaped(word.text)
        if not kind or (DATE.fullmatch(word.text) and at and words[at - 1].key == "of"):
            return None  # "as of 2026-11-21" is when it was read
        return Mention(word.start, word.end, kind, word.key, at, at, frozenset({kind}), known=False)

    def _may_be_name(self, words: Sequence[Word], at: int, name: str, kinds: frozenset[str]) -> bool:
        """Say whether a single word is meant as a name: "Active" is, "data" in a sentence is not."""
        word = words[at]
        if not name.isalpha() or ("user" in kinds and (len(name) >= _LONG_USER or _acts(words, at))):
            return True
        proper = self.vocabulary.is_proper(name)
        if proper and word.text[0].isupper():
            return True
        before = words[at - 1] if at else None
        if not (proper and kinds & {"status", "role"}):
            return False
        if "status" in kinds and at + 1 < len(words) and words[at + 1].key in NOUN:
            return True
        return bool(before and (before.key in _NEAR_STATUS or number_at(words, at - 1)))


def _acts(words: Sequence[Word], at: int) -> bool:
    """Say whether a word stands where a user does: "by admin", "admin created"."""
    before = words[at - 1].key if at else ""
    behind = words[at + 1].key if at + 1 < len(words) else ""
    return before in ("by", "user") or behind in _ACTIONS


def _is_of_each(words: Sequence[Word], at: int) -> bool:
    """Say whether ".1" is that of several networks: "each takes the .1 of its network"."""
    behind = words[at + 1].key if at + 1 < len(words) else ""
    return at > 0 and words[at - 1].key == "the" and behind in ("of", "and", "in")


def joined(items: Sequence[Mention], words: Sequence[Word]) -> list[list[Mention]]:
    """Return runs of names of one kind with nothing but commas and "and" between them."""
    groups: list[list[Mention]] = []
    for item in items:
        last = groups[-1][-1] if groups else None
        if last and all(word.key in _BETWEEN for word in words[last.last + 1 : item.first]):
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def _unbroken(words: Sequence[Word], at: int) -> int:
    """Return how many words follow one another with no more than a space between."""
    last = at
    while last + 1 < len(words) and last - at < MOST_WORDS and words[last + 1].start - words[last].end <= 1:
        last += 1
    return last - at + 1


def _is_mixed(text: str) -> bool:
    return any(map(str.isdigit, text)) and any(map(str.isalpha, text))


@lru_cache(maxsize=256)
def _kind(kinds: frozenset[str]) -> str:
    return next((kind for kind in _FIRST if kind in kinds), min(kinds))


def _ends(word: Word) -> Iterator[tuple[str, int]]:
    """Yield a word, or both ends where it is a range such as 10.0.1.0/24-10.0.4.0/24."""
    left, dash, right = word.text.partition("-")
    if not dash or not net_keys(left):
        yield word.text, word.start
        return
    yield left, word.start
    at = word.start + len(left) + 1
    yield (f".{right}" if right.isdecimal() else right), at - right.isdecimal()


def _is_mask(net: str) -> bool:
    """Say whether an address is a netmask such as 255.255.255.0."""
    return net.startswith("a:255.")


def _vlans(words: Sequence[Word], at: int) -> list[Mention]:
    """Return the VLANs of "VLANs 100, 200 and 300", "VLAN ID 100" or "vlan100"."""
    word = words[at]
    own = _VLAN_ID.match(word.text.lower())
    if own:
        return [Mention(word.start, word.end, "vlan", f"v:{int(own[1])}", at, at)]
    if not _VLAN.match(word.key):
        return []
    found: list[Mention] = []
    place = at + 1
    if place < len(words) and words[place].key in ("id", "ids", "number", "vid"):
        place += 1
    while place < len(words):
        here = words[place]
        parts = here.text.split("/")
        if all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
            found += [
                Mention(word.start if not found else here.start, here.end, "vlan", f"v:{int(part)}", place, place)
                for part in parts
            ]
        elif here.key not in _BETWEEN:
            break
        place += 1
    return found
