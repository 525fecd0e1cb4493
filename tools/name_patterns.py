"""Patterns of names that can be written without regular expressions: "{location}-acc{number:3}". Pure.

A part in braces stands for something, all else for itself, letter for letter; what stands in square brackets may be
missing. A name is matched in time that grows with its length only: no pattern can stall an answer.

    {location}     the name of the location where the record is, or of one around it
    {number}       digits; {number:3} exactly three of them, {number:2-4} two to four
    {letters}      letters a to z, in any case; {letters:2} two of them
    {word}         letters and digits
    {any}          anything
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_KINDS: dict[str, Callable[[str], bool]] = {
    "number": lambda char: char in "0123456789",
    "letters": lambda char: char.isascii() and char.isalpha(),
    "word": str.isalnum,
    "any": lambda _: True,
}
_LONGEST = 255  # characters of a name or a pattern; Nautobot's own limit
_TOKEN = re.compile(r"\{([^{}]*)\}|([\[\]])|([^{}\[\]]+)|(.)", re.DOTALL)
_ALLOWED = (
    "{location}, {number}, {number:3}, {number:2-4}, {letters}, {letters:2}, {word}, {any} and [what may be missing]"
)


@dataclass(frozen=True)
class _Literal:
    text: str


@dataclass(frozen=True)
class _Run:
    """So many characters of a kind."""

    kind: str
    least: int
    most: int


@dataclass(frozen=True)
class _Place:
    """The name of the location, or of one around it."""


@dataclass(frozen=True)
class _Optional:
    parts: tuple["_Part", ...]


_Part = _Literal | _Run | _Place | _Optional


@dataclass(frozen=True)
class NamePattern:
    """A pattern as it was written, and its parts."""

    written: str
    parts: tuple[_Part, ...]

    @classmethod
    def read(cls, written: object) -> "NamePattern":
        """Return a pattern. Raise `ValueError` with what is wrong and what is allowed."""
        if not isinstance(written, str) or not written.strip() or len(written) > _LONGEST:
            raise ValueError(
                f'a pattern is a text such as "{{location}}-acc{{number:3}}", of {_LONGEST} characters at most'
            )
        stack: list[list[_Part]] = [[]]
        for braces, bracket, literal, stray in _TOKEN.findall(written):
            if bracket == "[":
                stack.append([])
            elif bracket:
                if len(stack) == 1:
                    raise ValueError(f"'{written}' has a ] without its [; allowed are {_ALLOWED}")
                inner = stack.pop()
                stack[-1].append(_Optional(tuple(inner)))
            elif literal:
                stack[-1].append(_Literal(literal))
            elif stray:
                raise ValueError(f"'{written}' has a {stray} without its partner; allowed are {_ALLOWED}")
            else:
                stack[-1].append(_in_braces(braces, written))
        if len(stack) > 1:
            raise ValueError(f"'{written}' has a [ without its ]; allowed are {_ALLOWED}")
        return cls(written, tuple(stack[0]))

    def fits(self, name: str, places: Sequence[str]) -> bool:
        """Say whether a name is of this pattern; `places` are the names that {location} may stand for."""
        return len(name) in _ends(self.parts, name, {0}, places) if len(name) <= _LONGEST else False

    def __str__(self) -> str:
        return self.written


def _in_braces(inside: str, pattern: str) -> _Part:
    kind, colon, size = (part.strip() for part in inside.partition(":"))
    if kind == "location" and not colon:
        return _Place()
    if kind not in _KINDS:
        raise ValueError(f"'{pattern}': {{{inside}}} is not known; allowed are {_ALLOWED}")
    if not colon:
        return _Run(kind, 1, _LONGEST)
    least, dash, most = size.partition("-")
    if not least.isdecimal() or (dash and not most.isdecimal()) or len(size) > 9:
        raise ValueError(f"'{pattern}': {{{inside}}} needs a length such as {{{kind}:3}} or {{{kind}:2-4}}")
    return _Run(kind, int(least), int(most or least))


def _ends(parts: Sequence[_Part], name: str, starts: set[int], places: Sequence[str]) -> set[int]:
    """Return all positions in the name where the parts can end that begin at one of the starts."""
    for part in parts:
        starts = {end for start in starts for end in _end(part, name, start, places)}
    return starts


def _end(part: _Part, name: str, start: int, places: Sequence[str]) -> set[int]:
    match part:
        case _Literal(text):
            return {start + len(text)} if name.startswith(text, start) else set()
        case _Place():
            return {start + len(place) for place in places if place and name.startswith(place, start)}
        case _Optional(parts):
            return {start} | _ends(parts, name, {start}, places)
        case _Run(kind, least, most):
            is_one, run = _KINDS[kind], 0
            while start + run < len(name) and run < most and is_one(name[start + run]):
                run += 1
            return set(range(start + least, start + run + 1))
