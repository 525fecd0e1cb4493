"""The lexicon as an index: phrases of stems, and what each may mean. Words live in `lexicon.toml` and `world.toml`."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from chainlit_app.offline.words import phrase

ARTICLES = frozenset({"a", "an", "the", "my", "our", "your", "his"})


@dataclass(frozen=True)
class Meaning:
    """What a phrase may mean."""

    kind: str
    value: Any
    exact: str = ""  # counts only where it is written so


@dataclass
class Index:
    """Phrases by their stems."""

    phrases: dict[tuple[str, ...], list[Meaning]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)  # every stem in any phrase
    longest: int = 1

    def add(self, text: str, meaning: Meaning, *, joined: bool = True) -> None:
        """Add a phrase, and its words run together where that is long enough to be no accident."""
        key = tuple(word for word in _stems(text) if word not in ARTICLES)
        if not key:
            return
        self._put(key, meaning)
        for word in key:
            self.words.update(_forms(word))
        together = "".join(key)
        if joined and len(key) > 1 and len(together) >= 7 and "#" not in key:
            self._put((together,), meaning)
            self.words.update(_forms(together))

    def _put(self, key: tuple[str, ...], meaning: Meaning) -> None:
        known = self.phrases.setdefault(key, [])
        if meaning not in known:
            known.append(meaning)
        self.longest = max(self.longest, len(key))


def _stems(text: str) -> list[str]:
    return [stem for part in text.split() for stem in (["#"] if part == "#" else phrase(part))]


def _forms(word: str) -> Iterable[str]:
    """Yield a stem and its plural, as typing errors are compared with them."""
    if word.isalpha():
        yield word
        if word.endswith("y"):
            yield f"{word[:-1]}ies"
        yield f"{word}es" if word.endswith(("s", "x", "ch", "sh")) else f"{word}s"
    elif word != "#":
        yield word


@cache
def table(name: str) -> Mapping[str, Mapping[str, list[str]]]:
    """Return a word file of this package."""
    return tomllib.loads((files(__package__) / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def _rewrites() -> list[tuple[re.Pattern[str], str]]:
    return [
        (re.compile(pattern, re.IGNORECASE), f" {said} ")
        for said, patterns in table("lexicon")["rewrite"].items()
        for pattern in patterns
    ]


def rewritten(text: str) -> str:
    """Return a question with its idioms said in words of the lexicon."""
    for pattern, said in _rewrites():
        text = pattern.sub(said, text)
    return text


def idiom(said: str, text: str) -> str:
    """Return the words of a text that were read as this; the same back where there are none."""
    for pattern, meant in _rewrites():
        if meant.strip() == said and (match := pattern.search(text)):
            return match[0].strip()
    return said


@cache
def lexicon() -> Index:
    """Return the index of the lexicon; `like`, `status` and `place_type` are for the gazetteer, which knows the names."""
    index = Index()
    for kind, meanings in table("lexicon").items():
        if kind in ("like", "status", "place_type", "rewrite"):
            continue
        for value, phrases in meanings.items():
            for text in phrases:
                exact = text.removeprefix("=") if text.startswith("=") else ""
                index.add(exact or text, Meaning(kind, value, exact), joined=kind != "fill")
    return index
