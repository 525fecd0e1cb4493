"""Text into tokens: folding, plurals, and the shapes that need no lexicon (addresses, lengths, interface names)."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_TOKEN = re.compile(
    r"""
      (?P<net>(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,3})?(?![\w.]*\w)
         |(?<![\w:])(?=[0-9a-fA-F:]*:[0-9a-fA-F:]*:)[0-9a-fA-F:]{3,}(?:/\d{1,3})?)
    | (?P<length>(?<![\w/])/\s?\d{1,3}(?=s?\b))s?
    | (?P<port>[A-Za-z]{2,20}[ -]?\d+(?:/\d+)+(?:[.:]\d+)?|(?<![\w.])\d+(?:/\d+)+(?:\.\d+)?)
    | (?P<number>(?<![\w.])\#?\d+(?![\w-]|[.]\w))
    | (?P<word>[^\W_](?:[\w.'+&-]*\w)?)
    | (?P<mark>[,;:!?()/])
    """,
    re.VERBOSE,
)
_NUMBERS = dict(
    zip(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        range(13),
        strict=True,
    )
)
_SPECIAL = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "ß": "ss", "’": "'", "‘": "'", "`": "'"})
_NO_PLURAL = ("ss", "us", "is", "os")
MAX_LENGTH = 2000  # characters of a question that are read


@dataclass(frozen=True)
class Token:
    """A piece of a question."""

    text: str  # as written, without accents
    kind: str  # net, length, port, number, word, mark
    number: int | None = None

    @property
    def lower(self) -> str:
        """Return the text in small letters."""
        return self.text.lower()

    @property
    def stem(self) -> str:
        """Return the text in small letters and without a plural ending."""
        return stem(self.lower) if self.kind == "word" else self.lower


def fold(text: str) -> str:
    """Return text without accents and typographic quotes."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_SPECIAL))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def number_of(text: str) -> int:
    """Return a number that is written in digits or as a word."""
    return int(text) if text.isdigit() else _NUMBERS[text.lower()]


@cache
def stem(word: str) -> str:
    """Return a small-letter word without a plural ending; the same for names and questions, so never wrong alone."""
    if len(word) <= 3 or word.endswith(_NO_PLURAL) or not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    return word[:-1].removesuffix("'")


def tokens(text: str) -> list[Token]:
    """Return the tokens of a text; words that are joined by a hyphen stay one."""
    return list(_tokens(fold(text[:MAX_LENGTH])))


def phrase(text: str) -> tuple[str, ...]:
    """Return the stems of a name or a lexicon's phrase, as questions are matched with them."""
    return tuple(part for token in tokens(text) if token.kind != "mark" for part in _parts(token))


def split(token: Token) -> list[Token]:
    """Return the parts of a word with hyphens or dots inside."""
    return [_word(part) for part in re.split(r"[-.&+]", token.text) if part]


def _parts(token: Token) -> list[str]:
    return [part.stem for part in split(token)] if token.kind == "word" else [token.stem]


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        found = match[kind]
        if kind == "word":
            yield from _words(found)
        elif kind in ("number", "length"):
            yield Token(found, kind, int(re.sub(r"\D", "", found)[:9]))
        else:
            yield Token(found, kind)


def _words(found: str) -> Iterator[Token]:
    lower = found.lower()
    if lower.endswith("n't") or lower in ("dont", "doesnt", "isnt", "arent", "hasnt", "havent", "wont", "cant"):
        yield _word(re.sub(r"n'?t$", "", found, flags=re.IGNORECASE))
        yield Token("not", "word")
        return
    base, quote, ending = found.partition("'")
    yield _word(base if quote and ending.lower() in ("s", "re", "ve", "ll", "d", "m", "") else found)


def _word(text: str) -> Token:
    return Token(text, "word", _NUMBERS.get(text.lower(), int(text) if text.isascii() and text.isdigit() else None))


@cache
def english() -> frozenset[str]:
    """Return common English words: neither a typing error nor the name of a place."""
    text = (files(__package__) / "english.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


_ENDINGS = (
    ("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("ly", ""), ("er", ""), ("er", "e"),
)  # fmt: skip


@cache
def is_english(word: str) -> bool:
    """Return whether a small-letter word is a common English one, inflected or not."""
    known = english()
    return word in known or any(
        word.endswith(ending) and not word.endswith("ss") and word[: -len(ending)] + instead in known
        for ending, instead in _ENDINGS
    )
