"""Which of some locations a few words name: by name, city or description, or nearly. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tools.names import contains_words, fold, initials, is_slip, words

_ANY_TYPE = {"site", "location", "office", "place"}
_FILLERS = {"the", "in", "at", "of", "our", "all", "every", "each", "any", "region", "country", "city"}


@dataclass(frozen=True)
class Location:
    """A location as the tree knows it."""

    id: str
    name: str
    type: str
    status: str
    parent: str | None
    city: str
    description: str


def without_fillers(text: str) -> str:
    """Return a text without the words that name no place: "the", "site"."""
    kept = [word for word in text.split() if word not in _FILLERS and " ".join(words(word)) not in _ANY_TYPE]
    return " ".join(kept)


def in_plural(text: str) -> str:
    """Return the words of a location type in the plural."""
    if text.endswith("y"):
        return text[:-1] + "ies"
    return text + ("es" if text.endswith(("s", "x", "ch", "sh")) else "s")


_Step = Callable[[Location, str], bool]
BY_NAME_OR_CITY: tuple[_Step, ...] = (
    lambda place, text: fold(place.name).replace(" ", "") == text.replace(" ", ""),
    lambda place, text: re.fullmatch(rf"{re.escape(text.replace(' ', ''))}[0-9]+", fold(place.name)) is not None,
    lambda place, text: fold(place.description) == text or initials(place.name) == text,
    lambda place, text: contains_words(place.city, words(text)),
)
_BY_ANYTHING: tuple[_Step, ...] = (
    *BY_NAME_OR_CITY,
    lambda place, text: contains_words(place.description, words(text)) or contains_words(place.name, words(text)),
)


def search(folded: str, pool: Sequence[Location], steps: tuple[_Step, ...] = _BY_ANYTHING) -> list[Location]:
    """Return what a text names exactly, by its code without number, by city, or by description; the first that finds."""
    for step in steps if folded else ():
        if found := [place for place in pool if step(place, folded)]:
            return found
    return []


def slips(folded: str, pool: Sequence[Location]) -> list[Location]:
    """Return what a text nearly names: a name, a city, a description, or one longer word of a city."""
    if not folded:  # no letters: it is nothing's slip
        return []
    found = [p for p in pool if any(is_slip(folded, fold(text)) for text in (p.name, p.city) if text)]
    if not found:
        found = [p for p in pool if is_slip(folded.replace(" ", ""), fold(p.name).replace(" ", ""))]
    near = {word for p in pool for word in fold(p.city).split() if len(word) > 4 and is_slip(folded, word)}
    for word in sorted(near):
        found += [p for p in search(word, pool) if p not in found]
    return found
