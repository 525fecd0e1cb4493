"""Which location a name means: looked up in the tree of all locations, nothing guessed. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tools.errors import Ambiguous, NoSuchName
from tools.models import Candidate
from tools.names import fold, initials, nearest, words
from tools.place_names import BY_NAME_OR_CITY, Location, in_plural, search, slips, without_fillers

EVERYWHERE = {
    "all",
    "everywhere",
    "anywhere",
    "all locations",
    "all sites",
    "whole network",
    "the whole network",
    "network",
}
_BETWEEN = re.compile(r"\s*(?:,|;|\+|&| and )\s*")
_SHORT_NAMES = {"usa": "united states", "u s a": "united states", "u s": "united states", "u k": "united kingdom"}


@dataclass(frozen=True)
class Places:
    """The locations that were meant. `all` stands for the whole network, also for what has no location."""

    locations: list[Location]
    all: bool = False
    notes: list[str] = field(default_factory=list)
    hold_others: bool = False

    @property
    def at(self) -> str:
        """As in "prefixes at NYC01": "in" what holds other locations, a country or a region."""
        return f"{'in' if self.hold_others and not self.all else 'at'} {self.label}"

    @property
    def label(self) -> str:
        """The names alone; of many the first."""
        if self.all:
            return "all locations"
        names = [location.name for location in self.locations]
        if len(names) > 4:
            return f"{', '.join(names[:3])} and {len(names) - 3} more"
        return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]

    def and_also(self, others: "Places") -> "Places":
        """Return these and others as well, each once."""
        found = {place.id: place for place in (*self.locations, *others.locations)}
        both = [places.hold_others for places in (self, others) if places.locations]
        return Places(list(found.values()), self.all, [*self.notes, *others.notes], all(both))


class Tree:
    """All locations, and what is inside what."""

    def __init__(self, rows: Iterable[Mapping[str, Any]], aliases: Mapping[str, Sequence[str]] | None = None) -> None:
        self.aliases = aliases or {}  # names of locations by what an organisation calls them, folded
        self.by_id = {row["id"]: _location(row) for row in rows}
        self.children: dict[str | None, list[Location]] = {}
        for location in self.by_id.values():
            parent = location.parent if location.parent in self.by_id else None
            self.children.setdefault(parent, []).append(location)

    @property
    def roots(self) -> list[Location]:
        """Those at the top, also those whose parent the token may not see."""
        return self.children.get(None, [])

    @cached_property
    def types(self) -> list[str]:
        """The types of location in use, from the top of the tree downwards."""
        depth: dict[str, int] = {}
        for location in self.by_id.values():
            depth.setdefault(location.type, len(self.path(location)))
        return sorted(depth, key=lambda name: (depth[name], name))

    def path(self, location: Location) -> list[Location]:
        """Return the parents of a location, the top one first."""
        path: list[Location] = []
        while (parent := self.by_id.get(location.parent or "")) and parent not in path:
            path.insert(0, parent)
            location = parent
        return path

    def inside(self, locations: Iterable[Location]) -> dict[str, Location]:
        """Return these locations and everything below them, by id."""
        found: dict[str, Location] = {}
        waiting = list(locations)
        while waiting:
            location = waiting.pop(0)
            if location.id not in found:
                found[location.id] = location
                waiting.extend(self.children.get(location.id, []))
        return found

    @cached_property
    def _ancestors(self) -> dict[tuple[str, str], Location | None]:
        return {}

    def ancestor(self, location_id: str, location_type: str) -> Location | None:
        """Return the location of a type that one is or lies in."""
        known, key = self._ancestors, (location_id, location_type)
        if key not in known:
            location = self.by_id.get(location_id)
            line = [location, *reversed(self.path(location))] if location else []
            known[key] = next((place for place in line if fold(place.type) == fold(location_type)), None)
        return known[key]

    def is_name(self, written: str) -> bool:
        """Say whether a location is called exactly so."""
        return any(place.name == written.strip() for place in self.by_id.values())

    def candidate(self, location: Location) -> Candidate:
        """Describe a location so that a reader can choose: type, country, city."""
        path = self.path(location)
        parts = [f"{location.type} in {path[-1].name}" if path else location.type, location.city]
        detail = ", ".join(part for part in parts if part)
        if location.status.casefold() not in ("", "active"):
            detail += f" ({location.status})"
        return Candidate(name=location.name, detail=detail)

    def _candidates(self, found: Sequence[Location]) -> list[Candidate]:
        """Describe locations, each by a name that means it alone: of those that share one, "Floor 1, NYC01"."""
        shared = {name for name, number in Counter(place.name for place in found).items() if number > 1}
        alike = [place for place in self.by_id.values() if place.name in shared]
        inside = Counter((place.name, above.id) for place in alike for above in self.path(place))
        typed = Counter((place.name, place.type) for place in alike)

        def name(place: Location) -> str:
            for above in reversed(self.path(place) if place.name in shared else []):
                if inside[place.name, above.id] == 1 and len(self._named(fold(above.name))) == 1:
                    return f"{place.name}, {above.name}"
            return f"{place.name} ({place.type})" if typed[place.name, place.type] == 1 else place.name

        return [self.candidate(place).model_copy(update={"name": name(place)}) for place in found]

    def find(self, written: str | Sequence[str] | None) -> Places:
        """Return the locations that names mean; none given is the whole network.

        Raise `NoSuchName` with the nearest names, or `Ambiguous` with all that a name may mean.
        """
        if written is None:
            return Places(self.roots, all=True)
        found: dict[str, Location] = {}
        notes: list[str] = []
        for name in [written] if isinstance(written, str) else written:
            if fold(name) in EVERYWHERE and not self._named(fold(name)):
                return Places(self.roots, all=True)
            for location in self._one(name, notes):
                found[location.id] = location
        return Places(list(found.values()), notes=notes, hold_others=all(self.children.get(key) for key in found))

    def _one(self, written: str, notes: list[str]) -> list[Location]:
        exact = [place for place in self.by_id.values() if place.name == written.strip()]  # also one without letters
        found = exact or self._named(fold(written))
        if len(found) == 1:
            return found
        if not found and (known := self._by_alias(written, notes)):
            return known
        parts = [part for part in _BETWEEN.split(written) if fold(part)]
        if len(parts) > 1 and not found:
            return self._several(written, parts, notes)
        found, read_as = self._matches(written)
        if not found:
            raise NoSuchName("location", written, self._nearest(written))
        if len(found) > 1 and not read_as.several:
            raise Ambiguous("location", written, self._candidates(found))
        if read_as.slip:
            notes.append(f"Read '{written}' as {found[0].name} ({self._known_as(found[0])}).")
        elif read_as.several and len(found) > 1:
            notes.append(f"Read '{written}' as {len(found)} locations: {Places(found).label}.")
        return found

    def _by_alias(self, written: str, notes: list[str]) -> list[Location]:
        """Return the locations that the organisation calls so; none where it calls none so."""
        folded = fold(written)
        meant = self.aliases.get(folded) or self.aliases.get(without_fillers(folded)) or ()
        found: list[Location] = []
        for name in meant:
            if not (own := self._named(fold(name))):
                raise NoSuchName("location", name, self._nearest(name), f"The organisation file reads '{written}' so.")
            found += own
        if found:
            notes.append(f"Read '{written}' as {Places(found).label}.")
        return found

    def _several(self, written: str, parts: list[str], notes: list[str]) -> list[Location]:
        """Read "Santiago, Chile" as one place inside another, "LON01 and PAR01" as two places."""
        first, _ = self._matches(parts[0])
        outer, _ = self._matches(parts[-1])
        within = self.inside(outer)
        if len(parts) == 2 and "," in written and (inner := [p for p in first if p.id in within and p not in outer]):
            if len(inner) > 1:
                raise Ambiguous("location", written, self._candidates(inner))
            return inner
        return [place for part in parts for place in self._one(part, notes)]

    def _matches(self, written: str) -> tuple[list[Location], "_Reading"]:
        folded = fold(written)
        folded = _SHORT_NAMES.get(folded, folded)
        everything = list(self.by_id.values())
        if found := self._named(folded) or search(folded, everything, BY_NAME_OR_CITY):
            return found, _Reading()
        rest, kind, plural = self._without_type(folded)
        pool = [place for place in everything if kind is None or place.type == kind]
        if rest and (found := self._outermost(search(rest, pool))):
            return found, _Reading(several=plural, slip=len(found) == 1 and fold(found[0].name) not in folded)
        if kind and rest:
            if found := self._of_type_inside(rest, kind):
                return found, _Reading(several=plural)
            if found := self._named(rest):  # the name is right, the type beside it is not
                return found, _Reading(slip=True)
        if kind and plural and not rest:
            return pool, _Reading(several=True)
        found = slips(rest or folded, pool) or self._one_inside_another(folded)
        return found, _Reading(slip=True)

    def _outermost(self, found: list[Location]) -> list[Location]:
        """Return the one place that holds all the others found: "Korea" is South Korea and not each branch there."""
        return next(([place] for place in found if self.inside([place]).keys() >= {p.id for p in found}), found)

    def _of_type_inside(self, rest: str, kind: str) -> list[Location]:
        """Return what "Germany data center" means: those of a type inside one other place."""
        everything = list(self.by_id.values())
        outer = search(rest, everything) or slips(rest, everything)
        if len(outer) != 1:
            return []
        return [place for place in self.inside(outer).values() if place.type == kind]

    def _one_inside_another(self, folded: str) -> list[Location]:
        """Read "santiago chile": the words of a city, then those of where it lies."""
        parts, everything = without_fillers(folded).split(), list(self.by_id.values())
        for at in range(1, len(parts)):
            outer = search(" ".join(parts[at:]), everything)
            inside = [place for place in self.inside(outer).values() if place not in outer]
            if len(outer) == 1 and (found := search(" ".join(parts[:at]), inside)):
                return found
        return []

    def _without_type(self, folded: str) -> tuple[str, str | None, bool]:
        """Return the words without those of a location type, that type, and whether it was in the plural."""
        text = folded.replace("centre", "center").replace("datacenter", "data center")
        for kind in sorted(self.types, key=len, reverse=True):
            singular_form = " ".join(words(kind))
            for form, plural in ((fold(kind), False), (singular_form, False), (in_plural(singular_form), True)):
                if re.search(rf"\b{re.escape(form)}\b", text) and text != fold(kind):
                    return without_fillers(re.sub(rf"\b{re.escape(form)}\b", " ", text)), kind, plural
            if (short := initials(kind)) and re.search(rf"\b{short}s?\b", text):
                return (
                    without_fillers(re.sub(rf"\b{short}s?\b", " ", text)),
                    kind,
                    bool(re.search(rf"\b{short}s\b", text)),
                )
        return without_fillers(text), None, False

    def _named(self, folded: str) -> list[Location]:
        return self._by_name.get(folded, []) if folded else []

    @cached_property
    def _by_name(self) -> dict[str, list[Location]]:
        named: dict[str, list[Location]] = {}
        for place in self.by_id.values():
            named.setdefault(fold(place.name), []).append(place)
        return named

    def _nearest(self, written: str) -> list[Candidate]:
        known = {f"{place.name} {place.city}".strip(): place for place in self.by_id.values()}
        rest, _, _ = self._without_type(fold(written))
        names = nearest(rest or written, [*known, *(place.name for place in self.by_id.values())], limit=10)
        by_name = {place.name: place for place in self.by_id.values()}
        found = {place.id: place for name in names if (place := known.get(name) or by_name.get(name))}
        return [self.candidate(place) for place in list(found.values())[:5]]

    def _known_as(self, location: Location) -> str:
        return location.description or location.city or location.type


@dataclass(frozen=True)
class _Reading:
    slip: bool = False  # the name is nearly that
    several: bool = False  # a plural: all of them are meant


def _location(row: Mapping[str, Any]) -> Location:
    return Location(
        id=row["id"],
        name=row["name"],
        type=(row.get("location_type") or {}).get("name", ""),
        status=(row.get("status") or {}).get("name", ""),
        parent=(row.get("parent") or {}).get("id"),
        city=row.get("facility") or "",
        description=row.get("description") or "",
    )
