"""The id of a request: one for a question, seen at every station on its way to Nautobot. Pure."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

META_KEY: Final = "sextant/request"  # in the _meta of a tool call
HEADER: Final = "X-Request-ID"  # over HTTP: from whoever asks us, and to Nautobot

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

_ALLOWED = re.compile(r"[A-Za-z0-9._-]{1,64}")


def new_request_id() -> str:
    """Return a fresh id: 16 hexadecimal digits, short enough to be read out to somebody."""
    return secrets.token_hex(8)


def accepted(said: object) -> str | None:
    """Return an id that came from outside; None where it could forge a header or a line of a log."""
    return said if isinstance(said, str) and _ALLOWED.fullmatch(said) else None


def told(sentence: str) -> str:
    """Return a sentence about something that went wrong, with the id that leads whoever runs Sextant to its cause."""
    id = request_id.get()
    return f"{sentence} Request {id}: give this to whoever runs Sextant." if id else sentence


@contextmanager
def within(id: str | None = None) -> Iterator[str]:
    """Let everything that runs inside have this id: the one given, or that of what is running, or a new one."""
    id = id or request_id.get() or new_request_id()
    before = request_id.get()
    request_id.set(id)
    try:
        yield id
    finally:
        # Not by a token: what is streamed may be left from another context than the one it began in.
        request_id.set(before)
