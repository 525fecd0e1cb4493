"""The id of a request: one for a question, seen at every station on its way to Nautobot. Pure."""

import re
import secrets
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
