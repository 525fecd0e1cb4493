"""The names of a network, and the shapes that names have there: what makes a word a claim."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from chainlit_app.check.words import phrase
from tools.models import Names

FREE_TEXT = {"description", "comments"}  # columns whose words are no names
SENTENCES = {"detail", "what changed", "in full"}  # columns whose cells are sentences of a tool
TEXTS = SENTENCES | {"what"}
DATE = re.compile(r"\d{4}-\d\d-\d\d")
_STAMP_WORDS = 4  # "2026 11 19 14:25"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_RUNS = re.compile(r"[A-Za-z]+|\d+|.")
_SHORT = re.compile(r"([A-Za-z]{0,20})(\d{1,3}(?:/\d{1,3}){1,3})$")
_SEPARATED = re.compile(r"[-_./]")


@dataclass
class Known:
    """Names by kind, the most words that a name with this first word has, and shapes of identifiers."""

    kinds: dict[str, set[str]] = field(default_factory=dict)
    heads: dict[str, int] = field(default_factory=dict)
    shapes: dict[str, str] = field(default_factory=dict)  # the shape of an identifier, and its kind
    rough: dict[str, str] = field(default_factory=dict)
    parts: set[str] = field(default_factory=set)  # the parts between hyphens of identifiers
    proper: set[str] = field(default_factory=set)  # names that are written with a capital
    within: dict[str, set[str]] = field(default_factory=dict)  # a place, and the places in it; a city, and its sites

    def add(self, name: str, kind: str) -> None:
        """Take in a name as it is written."""
        found = phrase(name)
        if not found:
            return
        self.kinds.setdefault(found, set()).add(kind)
        if name[0].isupper() or any(map(str.isupper, name)):
            self.proper.add(found)
        first, _, rest = found.partition(" ")
        self.heads[first] = max(self.heads.get(first, 0), 1 + rest.count(" ") + bool(rest))
        if kind in _IN_PLURAL and not rest:
            for plural in _plurals(first):
                self.heads.setdefault(plural, 1)
        if STAMP.match(name):
            self.shapes.setdefault(shape(name[:10]), kind)
            self.shapes.setdefault(shape(name[11:16]), kind)
            self.heads.setdefault(name[:4], _STAMP_WORDS)
        elif DATE.fullmatch(name):
            self.shapes.setdefault(shape(name), kind)
        elif kind in SHAPED and " " not in name.strip() and any(c.isdigit() for c in name):
            self.shapes.setdefault(shape(name), kind)
            if _SEPARATED.search(name):
                self.rough.setdefault(rough_shape(name), kind)
                self.parts.update(part for part in _SEPARATED.split(name.casefold()) if part)


_IN_PLURAL = {"role", "location type"}  # kinds whose names stand in the plural where they are counted
SHAPED = ("device", "location", "circuit", "rack", "serial", "interface", "group", "name", "model")


def shape(text: str) -> str:
    """Return the shape of an identifier with the length of each run: "NYC01-acc001" is "a3 92 - a3 93"."""
    return "".join(_run(run, len(run)) for run in _RUNS.findall(text))


def rough_shape(text: str) -> str:
    """Return the shape without lengths."""
    return "".join(_run(run, 0) for run in _RUNS.findall(text))


def _run(run: str, length: int) -> str:
    return f"a{length}" if run[0].isalpha() else f"9{length}" if run[0].isdigit() else run


def known_names(names: Names | None) -> Known:
    """Return what the tools report of the network."""
    known = Known()
    if names is None:
        return known
    groups: list[tuple[str, Iterable[str]]] = [
        ("device", names.devices),
        ("role", [*names.device_roles, *names.prefix_roles]),
        ("status", names.statuses),
        ("namespace", names.namespaces),
        ("provider", names.providers),
        ("location type", names.location_types),
        ("location", [place.name for place in names.locations]),
        ("location", [place.city for place in names.locations]),
    ]
    for kind, values in groups:
        for value in values:
            known.add(value, kind)
    for place in names.locations:
        own = phrase(place.name)
        for around in (*place.path, place.city):
            if around:
                known.within.setdefault(phrase(around), set()).add(own)
    return known


class Vocabulary:
    """The names of the network and those of all sources, as one."""

    def __init__(self, parts: Sequence[Known]) -> None:
        self.parts = parts
        self.heads: dict[str, int] = {}
        for part in parts:
            for first, most in part.heads.items():
                if self.heads.get(first, 0) < most:
                    self.heads[first] = most
        self.within = parts[0].within if parts else {}
        self._looked_up: dict[str, tuple[str, frozenset[str]]] = {}
        self._shaped: dict[str, str | None] = {}

    def kinds(self, name: str) -> set[str]:
        """Return the kinds of thing that have a name; none where nothing has it."""
        return {kind for part in self.parts for kind in part.kinds.get(name, ())}

    def look_up(self, name: str) -> tuple[str, frozenset[str]]:
        """Return a name as it is recorded, also where it is written in the plural, and its kinds."""
        found = self._looked_up.get(name)
        if found is None:
            found = self._looked_up[name] = self._look_up(name)
        return found

    def _look_up(self, name: str) -> tuple[str, frozenset[str]]:
        for form in _singulars(name):
            kinds = self.kinds(form)
            if kinds:
                return form, frozenset(kinds)
        return name, frozenset()

    def interface(self, text: str, stem: str = "") -> str | None:
        """Return the name of which "Gi1/0/1" is short, or "1/0/2" behind one with that stem; None where it is no such."""
        found = _SHORT.match(text)
        if not found or not (found[1] or stem):
            return None
        start = found[1].casefold() or stem
        stems = [one for part in self.parts for one, kinds in part.kinds.items() if "stem" in kinds]
        full = sorted({one for one in stems if one.startswith(start)}, key=lambda one: (one != start, one))
        names = [f"{one}{found[2].replace('/', ' ')}" for one in full]
        return next((name for name in names if self.kinds(name)), names[0] if names else None)

    def is_proper(self, name: str) -> bool:
        """Say whether a name is written with a capital where it is recorded."""
        return any(name in part.proper for part in self.parts)

    def shaped(self, text: str) -> str | None:
        """Return the kind of thing whose names look like this; None where none does."""
        if text not in self._shaped:
            self._shaped[text] = self._shape(text)
        return self._shaped[text]

    def _shape(self, text: str) -> str | None:
        exact = shape(text)
        for part in self.parts:
            if exact in part.shapes:
                return part.shapes[exact]
        if not _SEPARATED.search(text):
            return None
        rough = rough_shape(text)
        own = [piece for piece in _SEPARATED.split(text.casefold()) if piece]
        for part in self.parts:
            if rough in part.rough and any(piece in part.parts for piece in own):
                return part.rough[rough]
        return None


def _plurals(name: str) -> Iterator[str]:
    yield f"{name}s"
    yield f"{name}es"
    if name.endswith("y"):
        yield f"{name[:-1]}ies"


def _singulars(name: str) -> Iterator[str]:
    yield name
    if name.endswith("ies"):
        yield f"{name[:-3]}y"
    if name.endswith("es"):
        yield name[:-2]
    if name.endswith("s"):
        yield name[:-1]
