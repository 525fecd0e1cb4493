"""Who asks. Pure."""

from dataclasses import dataclass
from typing import Literal

Method = Literal["none", "api_key", "basic", "bearer", "page", "terminal"]


@dataclass(frozen=True, slots=True)
class Principal:
    """One who asks, however they came in."""

    id: str  # opaque and stable: what results, limits and records of use are bound to, such as "key:ab12", "page:anna"
    name: str  # what people call them
    roles: frozenset[str]
    method: Method


# Who sits at the machine's own terminal has its settings and its token anyway.
LOCAL = Principal("local", "local", frozenset({"admin"}), "terminal")
