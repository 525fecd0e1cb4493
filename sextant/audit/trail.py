"""The words of the audit: one event, and who takes it. Pure."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal, Protocol

from sextant.access.principal import Principal
from sextant.telemetry.request import request_id as current_request
from tools.models import Mode

Kind = Literal[
    "question",  # a turn, as it ended
    "tool",  # a call that was allowed, as it ended
    "allow",  # what the policy decided, before the call
    "deny",
    "export",  # rows or a conversation, taken away as a file
    "login",  # also one that failed
    "key",  # made, rotated, revoked
    "trail",  # of the audit itself: its beginning, and what its own retention removed
]


UNREADABLE = "unreadable"  # the digest of what has no JSON, such as lists nested thousands deep


def digest(value: Any) -> str:
    """Return the SHA-256 of a value's canonical JSON; what the value was cannot be read back. Never raises.

    `jq -acjS .arguments | sha256sum` gives the same.
    """
    try:
        return sha256(canonical(value)).hexdigest()
    except (TypeError, ValueError, RecursionError):
        return UNREADABLE


def canonical(value: Any) -> bytes:
    """Return the one JSON text that a value has, whatever order its keys came in: no blanks, ASCII only.

    Raise `TypeError`, `ValueError` or `RecursionError` where it has none.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a person or a program did, or was refused."""

    kind: Kind
    who: Principal
    what: str  # the tool, the question, the file, the name that logged in
    outcome: str  # "answered", "found", "denied", "failed", ...
    arguments_digest: str = ""  # `digest` of what it was called with; never the arguments
    rows: int | None = None
    seconds: float | None = None
    mode: Mode | None = None  # of the data; None: no data
    request_id: str | None = field(default_factory=current_request.get)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


class NotRecorded(Exception):
    """An event could not be written where it must be (SEXTANT_AUDIT_REQUIRED); the message is one sentence for people."""


class Trail(Protocol):
    """Where events go."""

    async def record(self, event: Event) -> None:
        """Take an event. It returns at once and never raises, unless events must be written before anything is given out.

        Then it returns when the event is written, and raises `NotRecorded` where it cannot be: what the event tells of
        must not be done, or not be given out.
        """
        ...


class NoTrail:
    """Keeps nothing."""

    async def record(self, event: Event) -> None:
        """Forget the event."""

    async def aclose(self) -> None:
        """Nothing to let go of."""
