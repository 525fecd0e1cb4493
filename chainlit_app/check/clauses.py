"""Sentences as clauses: what is stated, what is denied, and what belongs together. Pure."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chainlit_app.check.asides import asides
from chainlit_app.check.mentions import Mention
from chainlit_app.check.numbers import Number
from chainlit_app.check.words import Word

Item = Mention | Number

_TURNS = {"but", "while", "whereas", "although", "however", "though"}
_DENY = {
    "not", "never", "none", "nothing", "neither", "nor", "unknown", "cannot", "can't", "couldn't", "isn't", "aren't",
    "doesn't", "don't", "didn't", "wasn't", "weren't", "hasn't", "haven't", "unable", "unrecorded", "missing", "would",
    "could", "can", "if", "asked", "meant", "mean", "assume", "suppose", "perhaps",
}  # fmt: skip
_EXCEPT = {"except", "excepting", "excluding", "besides", "apart", "aside"}
_BUT = {"but"}
_ALL = {"all", "every", "everything", "none", "nothing", "any", "each", "anything"}
_NEAR = 3  # words between what is left out
_COMPARE = {"than", "as", "compared", "vs", "versus", "against", "twice", "unlike", "like", "similarly"}
_DENY_NEXT = {"no", "without", "any"}
_NO, _BUT_FOR = _DENY | _DENY_NEXT, _EXCEPT | _BUT
_CITES = re.compile(r"\[\d")
_NO_STATEMENT = re.compile(
    r"(?:next|read as|(?P<example>for example|e\.g\.)|did you mean|would you|do you|shall i|should i|let me know|tell me|"
    r"(?:you (?:can|could|may)|i can|i could|please|try|ask|show|list|count|compare|export|find|give|check|name|"
    r"describe|look|get|open|see|say)(?! of\b| shows?\b|:| is\b| are\b))\b"
)
PRONOUN = {"it", "its", "they", "their", "them", "there", "this", "these", "that", "those", "both", "all", "each"}


@dataclass(frozen=True)
class Clause:
    """A part of a sentence whose names belong together."""

    words: Sequence[Word]
    items: Sequence[Item]
    denied: frozenset[int]  # items by their start: what is said of them is that it is not so
    refers: bool = False  # it begins with "it", or goes on in a sentence: its subject was named before
    counted: Sequence[Any] = ()  # numbers of a table, that need no words beside them to be claims
    excepts: bool = False  # "all but", "except": what it says of all is not said of all
    compares: bool = False  # "than", "as many as": its names are of different things
    first: int = 0  # its first word

    @property
    def unknown(self) -> bool:
        """Say whether its subject is an "it" that stands for something of an answer before."""
        return self.first == 0 and self.words[0].key == "it"

    taken: frozenset[int] = frozenset()  # names by their start that have a number of their own in parentheses


def states(sentence: str) -> bool:
    """Say whether a sentence states something: a question, an offer or an example without a source does not."""
    bare = sentence.strip(" \t\n*_>-")[:60].lower()
    no = _NO_STATEMENT.match(bare)
    if no and no["example"] and _CITES.search(sentence):
        no = None
    return not no and "?" not in sentence.rstrip()[-4:]


def clauses(text: str, words: Sequence[Word], items: Sequence[Item]) -> Iterator[Clause]:
    """Yield the clauses of a sentence that have something in them."""
    starts = [item.first for item in items]
    first = 0
    stops = bool(words) and text.find(";", words[0].start, words[-1].end) >= 0
    for at, word in enumerate(words):
        turns = word.key in _TURNS and not (word.key in _BUT and at and words[at - 1].key in _ALL)
        turn = turns or (stops and at and ";" in text[words[at - 1].end : word.start])
        if turn and at > first:
            yield from _clause(text, words, items, starts, first, at)
            first = at
    yield from _clause(text, words, items, starts, first, len(words))


def _clause(
    text: str, words: Sequence[Word], items: Sequence[Item], starts: Sequence[int], first: int, end: int
) -> Iterator[Clause]:
    own = items[bisect_left(starts, first) : bisect_left(starts, end)]
    if own:
        refers = first > 0 or (words[first].key in PRONOUN and words[first].start != own[0].start)
        keys = {word.key for word in words[first:end]}
        denied = frozenset(_denied(text, words, own, first, end)) if keys & _NO else frozenset[int]()
        excepted = frozenset(_excepted(words, own, first, end)) if keys & _BUT_FOR else frozenset[int]()
        compares = not keys.isdisjoint(_COMPARE)
        taken = frozenset(_taken(parts := list(asides(text, words[first].start, words[end - 1].end, own))))
        for part in parts:
            no = denied | excepted if part is parts[-1] else denied
            yield Clause(
                words,
                part,
                no,
                refers,
                (),
                bool(excepted),
                compares,
                first,
                taken if part is parts[-1] else frozenset(),
            )


def _taken(parts: Sequence[Sequence[Item]]) -> Iterator[int]:
    """Yield the names behind which a number stands in parentheses: "Continental Fibre (12)"."""
    for part in parts[:-1]:
        if len(part) > 1 and isinstance(part[1], Number):
            yield part[0].start


def _excepted(words: Sequence[Word], items: Sequence[Item], first: int, end: int) -> Iterator[int]:
    """Yield the items right behind "except" and "all but": what is said is not said of them."""
    for at in range(first, end):
        if words[at].key in _EXCEPT or (words[at].key in _BUT and at > first and words[at - 1].key in _ALL):
            behind = [item for item in items if item.first > at]
            for order, item in enumerate(behind):
                if item.first - (behind[order - 1].last if order else at) > _NEAR:
                    break
                yield item.start


def _denied(text: str, words: Sequence[Word], items: Sequence[Item], first: int, end: int) -> Iterator[int]:
    """Yield the items of the parts between commas that say no."""
    part = first
    for at in range(first, end + 1):
        if at < end and not (at > first and _parts(text[words[at - 1].end : words[at].start])):
            continue
        span = words[part:at]
        whole = any(word.key in _DENY for word in span)
        after = next((word.start for word in span if word.key in _DENY_NEXT), None)
        if whole or after is not None:
            low = span[0].start if whole or after is None else after
            yield from _between(items, low, span[-1].end)
        part = at


def _between(items: Sequence[Item], low: int, high: int) -> Iterator[int]:
    for item in items[bisect_left([one.start for one in items], low) :]:
        if item.start >= high:
            return
        yield item.start


def _parts(gap: str) -> bool:
    return any(mark in gap for mark in ",:—–(")
