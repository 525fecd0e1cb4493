"""What the offline reader answers with, piece by piece. Pure values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Call:
    """A wish to call a tool."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Calls:
    """Tool calls that may run at once; the reader is asked again with their results."""

    calls: Sequence[Call]


@dataclass(frozen=True)
class Declined:
    """The reader did not understand, or may not do it; the text before says which."""


@dataclass(frozen=True)
class Asked:
    """The reader asked back; the text before holds its question."""


Piece = str | Calls | Declined | Asked
