"""What an organisation writes down about its own network: other names of places, names of things, standard builds. Pure.

A YAML file that `SEXTANT_ORGANISATION` names; docs/organisation.md describes it. All of it is checked at the start.
"""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from tools.name_patterns import NamePattern
from tools.names import fold

_MOST_BYTES = 1_000_000
_MOST_TOLD = 5  # mistakes of a file that are listed at once

Part = Literal["devices", "prefixes", "vlans", "circuits", "racks"]


class WrongOrganisation(ValueError):
    """The file cannot be used; the text names file, line, key and what is allowed."""


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Number(_Closed):
    """How many there should be: 6, "2-4" or "2+"."""

    least: int
    most: int | None  # None: no end

    def holds(self, count: int) -> bool:
        """Say whether a count is as it should be."""
        return count >= self.least and (self.most is None or count <= self.most)

    def __str__(self) -> str:
        if self.most is None:
            return f"{self.least} or more"
        return str(self.least) if self.least == self.most else f"{self.least} to {self.most}"


def _number(written: object) -> object:
    text = str(written).replace(" ", "")
    least, dash, most = text.removesuffix("+").partition("-")
    wrong = isinstance(written, bool) or not least.isdecimal() or (dash and (not most.isdecimal() or "+" in text))
    if wrong or len(text) > 20 or (dash and int(most) < int(least)):
        raise ValueError('write a number such as 6, a span such as "2-4", or "2+" for two or more')
    if text.endswith("+"):
        return Number(least=int(least), most=None)
    return Number(least=int(least), most=int(most or least))


def _patterns(written: object) -> object:
    return [NamePattern.read(one) for one in (written if isinstance(written, list) else [written])]


def _listed(written: object) -> object:
    if written in (None, [], ""):
        raise ValueError("write the name of a location, or a list of them")
    return written if isinstance(written, list) else [written]


def _vlans(written: object) -> object:
    # A list says that each is there once; YAML reads a lone `100` as a number.
    return {str(one): 1 for one in written} if isinstance(written, list) else written


Count = Annotated[Number, BeforeValidator(_number)]
Patterns = Annotated[list[NamePattern], BeforeValidator(_patterns)]
Names = Annotated[list[str], BeforeValidator(_listed)]
ByRole = dict[str, Patterns]

DEFAULT = "default"  # the pattern of what has no role, or a role that is not named


class Naming(_Closed):
    """Patterns of names, by the kind of record and the role that it has."""

    devices: ByRole = {}
    vlans: ByRole = {}
    racks: ByRole = {}  # by role
    circuits: ByRole = {}  # by circuit type
    locations: ByRole = {}  # by location type


class Build(_Closed):
    """What a location of a type should hold."""

    devices: dict[str, Count] = {}  # by role
    prefixes: dict[str, Count] = {}  # "User Data /24"
    vlans: Annotated[dict[str, Count], BeforeValidator(_vlans)] = {}  # "100 data"
    circuits: dict[str, Count] = {}  # by circuit type; "any" for all of them
    racks: dict[str, Count] = {}  # "rack of 42 units"; "any"

    def parts(self) -> dict[tuple[Part, str], Number]:
        """Return what is asked for, by what it is part of."""
        kinds: tuple[Part, ...] = ("devices", "prefixes", "vlans", "circuits", "racks")
        return {(kind, what): number for kind in kinds for what, number in getattr(self, kind).items()}


class Organisation(_Closed):
    """The whole file; empty where there is none."""

    aliases: dict[str, Names] = {}
    naming: Naming = Naming()
    standard_builds: dict[str, Build] = {}

    def __str__(self) -> str:
        kinds = [kind for kind in Naming.model_fields if getattr(self.naming, kind)]
        number = len(self.aliases)
        parts = [
            f"{number} {'alias' if number == 1 else 'aliases'}",
            f"naming patterns for {', '.join(kinds) or 'nothing'}",
            f"standard builds of {', '.join(self.standard_builds) or 'nothing'}",
        ]
        return "; ".join(parts)

    @cached_property
    def by_alias(self) -> dict[str, list[str]]:
        """The names of locations by a folded alias."""
        return {fold(alias): names for alias, names in self.aliases.items()}

    def other_names(self, location: str) -> list[str]:
        """Return what the organisation calls a location."""
        wanted = fold(location)
        return [alias for alias, names in self.aliases.items() if wanted in map(fold, names)]

    def build_of(self, location_type: str) -> Build | None:
        """Return the standard build of a location type; None where none is written down."""
        named = {fold(name): build for name, build in self.standard_builds.items()}
        return named.get(fold(location_type))


NONE = Organisation()


def read_organisation(file: Path) -> Organisation:
    """Return what a file says. Raise `WrongOrganisation`."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise WrongOrganisation(f"{file} is larger than 1 MB")
        return _read(file, file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise WrongOrganisation(f"{file} cannot be read as UTF-8 text") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise WrongOrganisation(
            f"{file}{where}: not YAML ({getattr(error, 'problem', None) or 'unreadable'})"
        ) from None
    except RecursionError:
        raise WrongOrganisation(f"{file} is nested too deeply") from None


def _read(file: Path, text: str) -> Organisation:
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):  # a few lines of them can stand for gigabytes, or for themselves
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise WrongOrganisation(f"{file}, line {line}: write it out instead of *{event.anchor}")
    node, written = yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text)
    if written is None:
        return NONE
    if twice := _written_twice(node):
        raise WrongOrganisation(f"{file}, line {twice.start_mark.line + 1}: {twice.value} is written twice")
    if not isinstance(written, Mapping):
        raise WrongOrganisation(f"{file}, line 1: write `key: value`; the keys are {_keys(Organisation)}")
    try:
        return Organisation.model_validate(written)
    except ValidationError as error:
        told = [_told(file, problem, node) for problem in error.errors(include_url=False)]
        more = [f"and {len(told) - _MOST_TOLD} more"] if len(told) > _MOST_TOLD else []
        raise WrongOrganisation("; ".join([*told[:_MOST_TOLD], *more])) from None


def _told(file: Path, problem: Mapping[str, Any], node: yaml.Node | None) -> str:
    keys = [str(key) for key in problem["loc"]]
    line = _line(node, keys)
    where = f"{file}, line {line}, {'.'.join(keys)}"
    if problem["type"] == "extra_forbidden":
        owner: type[BaseModel] = Organisation if len(keys) == 1 else Naming if len(keys) == 2 else Build
        return f"{where}: there is no such key; allowed are {_keys(owner)}"
    said = str(problem.get("ctx", {}).get("error") or problem["msg"])
    return f"{where}: {said[:1].lower()}{said[1:]}"


def _keys(model: type[BaseModel]) -> str:
    return ", ".join(model.model_fields)


def _line(node: yaml.Node | None, keys: list[str]) -> int:
    line = 1
    for key in keys:
        found = None
        if isinstance(node, yaml.MappingNode):
            found = next((pair for pair in node.value if str(pair[0].value) == key), None)
        elif isinstance(node, yaml.SequenceNode) and key.isdecimal() and int(key) < len(node.value):
            found = (node.value[int(key)],) * 2
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line


def _written_twice(node: Any) -> yaml.Node | None:
    """Return a key that stands twice in one mapping: YAML would silently take the second."""
    seen: set[str] = set()
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if str(key.value) in seen:
            found: yaml.Node = key
            return found
        seen.add(str(key.value))
        if inner := _written_twice(value):
            return inner
    return None
