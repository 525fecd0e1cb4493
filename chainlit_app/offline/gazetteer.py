"""Every name that the tools report, and how people write it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from chainlit_app.offline.lexicon import Index, Meaning, lexicon, table
from chainlit_app.offline.words import fold, is_english, phrase
from tools.models import LocationName, Names

_PARTICLES = frozenset(
    [
        "los",
        "las",
        "san",
        "santa",
        "santo",
        "sao",
        "new",
        "saint",
        "st",
        "de",
        "del",
        "la",
        "le",
        "el",
        "al",
        "da",
        "do",
        "dos",
        "of",
        "the",
        "and",
        "am",
        "an",
    ]
)
_SHORT = 3  # letters: such a code counts in capitals only
_LONG_DESCRIPTION = 6  # words: more is prose, not a name


@dataclass(frozen=True)
class Place:
    """The locations a phrase may mean: more than one is for the person to choose from."""

    names: tuple[str, ...]
    by_city: bool = False  # known by its city or description, not by its own name


@dataclass
class Gazetteer:
    """The index of names, on top of the lexicon."""

    names: Names
    index: Index
    locations: Mapping[str, LocationName]
    devices: Mapping[str, str]  # small letters -> as reported
    inside: Mapping[str, frozenset[str]] = field(default_factory=dict)  # location -> its parents
    read: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)  # texts that were read lately
    unread: set[str] = field(default_factory=set, compare=False, repr=False)  # that a defect keeps from being read

    def within(self, place: str, outer: str) -> bool:
        """Return whether a location lies in another."""
        return outer in self.inside.get(place, ())

    def at(self, *places: str) -> str:
        """Return "in" for what holds other locations, a country or a region, and "at" for a site."""
        outer = {parent for parents in self.inside.values() for parent in parents}
        return "in" if set(places) <= outer else "at"

    def of_type(self, location_type: str, outer: Iterable[str] = ()) -> list[str]:
        """Return the locations of a type, inside one of the outer ones where those are given."""
        parents = list(outer)
        return [
            place.name
            for place in self.names.locations
            if place.type == location_type and (not parents or any(self.within(place.name, p) for p in parents))
        ]

    def type_of(self, place: str) -> str:
        """Return the type of a location; empty where there is no such location."""
        return self.locations[place].type if place in self.locations else ""


def gazetteer(names: Names) -> Gazetteer:
    """Return the index of these names."""
    index = Index(longest=lexicon().longest)
    for name, meaning in (
        *(_locations(names)),
        *(_worded("device_role", names.device_roles)),
        *(_worded("prefix_role", names.prefix_roles)),
        *(_named("status", names.statuses)),
        *(_named("place_type", names.location_types)),
        *((name, Meaning("namespace", name)) for name in names.namespaces),
        *(_providers(names.providers)),
    ):
        index.add(name, meaning)
    return Gazetteer(
        names=names,
        index=index,
        locations={place.name: place for place in names.locations},
        devices={device.lower(): device for device in names.devices},
        inside={place.name: frozenset(place.path) for place in names.locations},
    )


def _locations(names: Names) -> Iterable[tuple[str, Meaning]]:
    """Yield phrases for locations: a name of its own first, then code, city and description, where they say which."""
    own = {phrase(place.name) for place in names.locations}
    other: dict[tuple[str, ...], tuple[str, list[str]]] = {}
    for place in names.locations:
        yield place.name, Meaning("place", Place((place.name,)))
        for text, exact in _also(place):
            key = phrase(text)
            if key and key not in own:
                known = other.setdefault(key, (exact, []))[1]
                if place.name not in known:
                    known.append(place.name)
    for key, (exact, found) in other.items():
        if len(found) == 1 or not exact.startswith("code:"):
            case = exact.removeprefix("code:").removeprefix("any:")
            yield " ".join(key), Meaning("place", Place(tuple(found), by_city=True), case)


def _also(place: LocationName) -> Iterable[tuple[str, str]]:
    """Yield other ways to write a location, each with how exactly it must be written ("" = in any way)."""
    yield from ((text, "") for text in place.also)
    code = re.sub(r"\d+$", "", place.name)
    if code != place.name and len(code) >= 3:
        yield code, "code:"
    for text in (place.city, place.description):
        if text and len(text.split()) <= _LONG_DESCRIPTION:
            yield text, text if len(text) <= _SHORT else ""
    yield from ((part, "") for part in _parts(place.city))
    for text in {place.name, place.city, place.description}:
        for other in _others().get(phrase(text), ()):
            yield other, other if len(other) <= _SHORT else ""


@cache
def _others() -> Mapping[tuple[str, ...], list[str]]:
    """Return the other names of countries, regions and cities of the world."""
    found = (entry for section in table("world").values() for entry in section.items())
    return {phrase(known): [known, *others] for known, others in found}


def _parts(text: str) -> Iterable[str]:
    """Yield runs of words of a city that can stand for it."""
    words = text.split()
    for size in range(1, len(words)):
        for start in range(len(words) - size + 1):
            part = [fold(word).lower().strip(",.") for word in words[start : start + size]]
            if any(word not in _PARTICLES and not is_english(word) and len(word) > 2 for word in part) and (
                part[0] not in ("and", "of") and part[-1] not in _PARTICLES
            ):
                yield " ".join(part)


def _worded(kind: str, names: Iterable[str]) -> Iterable[tuple[str, Meaning]]:
    """Yield phrases for roles: whole, by a word that only some have, and by what the lexicon calls such words."""
    roles = list(names)
    alike = table("lexicon")["like"]
    words: dict[str, list[str]] = {}
    for role in roles:
        yield role, Meaning(kind, (role,))
        for word in dict.fromkeys(phrase(role)):
            words.setdefault(word, []).append(role)
    for role in roles:
        yield from ((text, Meaning(kind, (role,))) for text in _rewordings(role, alike))
    for word, found in words.items():
        if len(word) > 2 and word != "user":
            yield word, Meaning(kind, tuple(found))
            for text in alike.get(word, ()):
                yield text.removeprefix("="), Meaning(kind, tuple(found), text[1:] if text.startswith("=") else "")


def _rewordings(role: str, alike: Mapping[str, list[str]]) -> Iterable[str]:
    """Yield a role with one of its words said in another way: "wan rtr"."""
    words = role.lower().split()
    for i, word in enumerate(words):
        for other in alike.get(word, ()):
            if not other.startswith("="):
                yield " ".join([*words[:i], other, *words[i + 1 :]])


def _named(section: str, names: Iterable[str]) -> Iterable[tuple[str, Meaning]]:
    known = table("lexicon")[section]
    for name in names:
        yield name, Meaning(section, name)
        yield from ((text, Meaning(section, name)) for text in known.get(name.lower(), ()))


def _providers(names: Iterable[str]) -> Iterable[tuple[str, Meaning]]:
    """Yield providers, also by the first word of their name where no question uses it otherwise."""
    for name in names:
        yield name, Meaning("provider", name)
        first = fold(name).lower().split()[0]
        if len(first) > 3 and first not in lexicon().words:
            yield first, Meaning("provider", name)
