"""The policy as a file: roles with their tools and rates, and who has which."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

Action = Literal["keys", "audit"]  # what may be done beside tools
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_SAID = {1: "a second", 60: "a minute", 3600: "an hour", 86_400: "a day"}
_RATE = re.compile(r"([1-9]\d{0,5})\s*/\s*(second|minute|hour|day)")
_RATES_SAID = "a rate is like 60/minute: 1 to 999999 a second, minute, hour or day"

RoleName = Annotated[str, StringConstraints(pattern=r"^[^\s,*?\[\]\x00-\x1f]{1,64}$")]
Pattern = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.*?\[\]!/-]{1,128}$")]


class WrongPolicy(ValueError):
    """The file cannot be used; the message says what is wrong, where, and what is allowed."""


class Rate(BaseModel):
    """How many calls, in how many seconds."""

    model_config = ConfigDict(frozen=True)
    amount: int
    seconds: int

    @property
    def a_second(self) -> float:
        return self.amount / self.seconds

    def __str__(self) -> str:
        return f"{self.amount:,} {_SAID[self.seconds]}"


def _rate(said: object) -> object:
    found = _RATE.fullmatch(said.strip()) if isinstance(said, str) else None
    if found is None:
        raise ValueError(_RATES_SAID)
    return Rate(amount=int(found[1]), seconds=_SECONDS[found[2]])


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RoleSaid(_Part):
    """A role as the file has it."""

    includes: list[RoleName] = []
    tools: list[Pattern] = []
    rates: dict[Pattern, Annotated[Rate, BeforeValidator(_rate)]] = {}
    may: list[Action] = []


class PolicySaid(_Part):
    """The whole file."""

    roles: dict[RoleName, RoleSaid] = {}
    people: dict[str, list[RoleName]] = {}  # by the names they log in with
    groups: dict[str, list[RoleName]] = {}  # by what an issuer's token calls them
    others: list[RoleName] | None = None


def read(file: Path | None) -> PolicySaid:
    """Return a policy: the built-in one, with what the file says in the place of its roles. Raise `WrongPolicy`."""
    built_in = _parsed((files("sextant.access") / "policy.yaml").read_text(encoding="utf-8"), "policy.yaml")
    if file is None:
        return built_in
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise WrongPolicy(f"{file} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise WrongPolicy(f"{file} is not a text file") from error
    own = _parsed(text, str(file))
    others = built_in.others if own.others is None else own.others
    said = own.model_copy(update={"roles": {**built_in.roles, **own.roles}, "others": others})
    _check_names(said, str(file))
    return said


def _parsed(text: str, name: str) -> PolicySaid:
    try:
        said = yaml.load(text, _Strict) or {}
    except yaml.YAMLError as error:
        raise WrongPolicy(f"{name} is not YAML: {_line_of(error)}") from error
    if not isinstance(said, dict):
        raise WrongPolicy(f"{name}: not a mapping. Allowed: {', '.join(PolicySaid.model_fields)}")
    try:
        return PolicySaid.model_validate(said)
    except ValidationError as error:
        raise WrongPolicy(f"{name}: {'; '.join(_in_words(one) for one in error.errors())}") from None


class _Strict(yaml.SafeLoader):
    """YAML in which no key stands twice: the second would take the place of the first without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if twice := next((key for at, key in enumerate(keys) if key in keys[:at]), None):
            raise yaml.constructor.ConstructorError(None, None, f"{twice!r} stands there twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _line_of(error: yaml.YAMLError) -> str:
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None) or "it cannot be read"
    return f"line {mark.line + 1}, {problem}" if mark else problem


_ALLOWED: Mapping[str, str] = {
    "extra_forbidden": "there is no key {key!r}. Allowed: {keys}",
    "literal_error": "there is no {input!r}. Allowed: keys, audit",
    "string_pattern_mismatch": "{input!r} cannot be used",
    "list_type": "a list is wanted, such as [viewer]",
    "dict_type": "a mapping is wanted",
    "model_type": "a mapping is wanted",
    "string_type": "a word is wanted",
}


def _in_words(problem: Any) -> str:
    where = [str(part) for part in problem["loc"]]
    keys = RoleSaid.model_fields if where[:1] == ["roles"] and len(where) > 2 else PolicySaid.model_fields
    said = problem.get("ctx", {}).get("error")
    told = _ALLOWED.get(problem["type"], "this cannot be used")
    reason = str(said) if said else told.format(key=where[-1], keys=", ".join(keys), input=problem["input"])
    return f"{' > '.join(where)}: {reason}"


def _check_names(said: PolicySaid, name: str) -> None:
    """Raise `WrongPolicy` where a role is named that there is not, or one includes itself."""
    named = [
        *(("roles", role, one) for role, its in said.roles.items() for one in its.includes),
        *(("people", person, one) for person, theirs in said.people.items() for one in theirs),
        *(("groups", group, one) for group, theirs in said.groups.items() for one in theirs),
        *(("others", "", one) for one in said.others or ()),
    ]
    for part, key, role in named:
        if role not in said.roles:
            close = get_close_matches(role, said.roles, n=1)
            raise WrongPolicy(
                f"{name}: {part}{f' > {key}' if key else ''}: there is no role {role!r}."
                f" {f'Is {close[0]} meant? ' if close else ''}There are {', '.join(said.roles)}"
            )
    for role in said.roles:
        _with_included(said.roles, role, (), name)


def _with_included(roles: Mapping[str, RoleSaid], role: str, path: tuple[str, ...], name: str) -> None:
    if role in path:
        raise WrongPolicy(f"{name}: roles > {role}: it includes itself, by {' > '.join((*path, role))}")
    for one in roles[role].includes:
        _with_included(roles, one, (*path, role), name)
