"""Who may do what. A role allows the tools that its patterns name; what none of one's roles allows is denied."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase, translate
from pathlib import Path
from typing import Any

from sextant.access.policy_file import Action, PolicySaid, Rate, RoleSaid, read
from sextant.access.principal import Principal


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether somebody may do something; where not, one sentence for them."""

    allowed: bool
    reason: str


@dataclass(frozen=True)
class _Role:
    """A role with all that it includes."""

    tools: re.Pattern[str]
    patterns: frozenset[str]
    rates: Mapping[str, Rate]
    may: frozenset[Action]

    def rates_of(self, tool: str) -> dict[str, Rate]:
        return {pattern: rate for pattern, rate in self.rates.items() if fnmatchcase(tool, pattern)}


_ALLOWED = Decision(True, "")


class Policy:
    """The roles of a Sextant, and who has which."""

    def __init__(self, said: PolicySaid) -> None:
        self._roles = {name: _role(said.roles, name) for name in said.roles}
        self._said = said

    @property
    def roles(self) -> Sequence[str]:
        """The names of all roles."""
        return list(self._roles)

    def decide(self, who: Principal, tool: str, arguments: Mapping[str, Any] | None = None) -> Decision:
        """Say whether somebody may call a tool. No rule looks at arguments yet."""
        if any(role.tools.match(tool) for role in self._of(who)):
            return _ALLOWED
        return Decision(False, self._why_not(who, tool, [n for n, one in self._roles.items() if one.tools.match(tool)]))

    def tools_of(self, who: Principal, names: Iterable[str]) -> list[str]:
        """Return those of the names that somebody may call, in their order."""
        return [name for name in names if self.decide(who, name).allowed]

    def may(self, who: Principal, action: Action) -> Decision:
        """Say whether somebody may do what is no tool."""
        if any(action in role.may for role in self._of(who)):
            return _ALLOWED
        return Decision(False, self._why_not(who, action, [n for n, one in self._roles.items() if action in one.may]))

    def rates_of(self, who: Principal, tool: str) -> Mapping[str, Rate]:
        """Return the rates that count for a call, by their patterns: those of the role that allows most calls."""
        allowing = [role.rates_of(tool) for role in self._of(who) if role.tools.match(tool)]
        return max(allowing, key=_generosity, default={})

    def roles_of(self, name: str) -> frozenset[str]:
        """Return the roles of who logs in with a name."""
        return frozenset(self._said.people.get(name, self._said.others or ()))

    @property
    def others(self) -> frozenset[str]:
        """The roles of those who are not named, or need no name."""
        return frozenset(self._said.others or ())

    def roles_of_groups(self, groups: Collection[str]) -> frozenset[str]:
        """Return the roles of somebody by what an issuer says of them: names of roles, or of groups that have some."""
        named = {role for group in groups for role in self._said.groups.get(group, ())}
        return frozenset(named | (set(groups) & set(self._roles)))

    def strangers(self, tools: Collection[str]) -> list[str]:
        """Return the patterns that name no tool: misspelt ones, perhaps."""
        patterns = sorted({pattern for role in self._roles.values() for pattern in (*role.patterns, *role.rates)})
        return [one for one in patterns if not any(fnmatchcase(tool, one) for tool in tools)]

    def _of(self, who: Principal) -> list[_Role]:
        return [role for name in who.roles if (role := self._roles.get(name))]

    def _why_not(self, who: Principal, what: str, roles: Sequence[str]) -> str:
        if not roles:
            return f"No role may use {what}."
        has = ", ".join(sorted(set(who.roles) & set(self._roles))) or "none"
        return (
            f"{who.name} may not use {what}: that takes the role {' or '.join(roles)}, and theirs is {has}."
            " Whoever runs this Sextant gives roles."
        )


def load(file: Path | None = None) -> Policy:
    """Return the policy of a file, or the built-in one. Raise `WrongPolicy`."""
    return Policy(read(file))


def _role(roles: Mapping[str, RoleSaid], name: str) -> _Role:
    said = roles[name]
    included = [_role(roles, one) for one in said.includes]
    patterns = frozenset(said.tools).union(*(one.patterns for one in included))
    rates = {pattern: rate for one in included for pattern, rate in one.rates.items()} | said.rates
    may = frozenset(said.may).union(*(one.may for one in included))
    # Without a pattern nothing matches, not even the empty name.
    return _Role(re.compile("|".join(map(translate, sorted(patterns))) or r"(?!)"), patterns, rates, may)


def _generosity(rates: Mapping[str, Rate]) -> float:
    return min((rate.a_second for rate in rates.values()), default=float("inf"))
