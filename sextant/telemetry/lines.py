"""A record of a log as a line: for people, or as JSON. The only file that knows structlog.

Whatever is in the data that a record speaks of, it stays one record: in JSON everything is escaped, for people control
characters are, and the lines of a traceback are set apart by a margin that no record begins with.
"""

import json
import logging
import re
from collections.abc import Iterable
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from sextant.telemetry.logs import Form
from sextant.telemetry.request import request_id
from sextant.telemetry.secrets import Redaction

_LONGEST = 8_000  # characters of one text; a record is no place for more
_MARGIN = "    | "
# What moves a cursor, ends a line, or turns the direction of reading around.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
_FIRST = ("time", "level", "logger", "event", "request_id")  # in JSON, in this order; then the rest
_OWN = frozenset(_FIRST)
_FORMATTED = frozenset({"message", "asctime", "litellm_redacted"})  # what another handler has noted on the record


def formatter(form: Form, secrets: Iterable[str]) -> logging.Formatter:
    """Return what makes a line of a record."""
    redaction = Redaction(secrets)

    def safe(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
        plain = {str(key): _plain(value) for key, value in event.items() if key not in _FORMATTED}
        # Cut afterwards: of a secret, not even a piece may be left.
        found = {key: _cut(value) for key, value in redaction.value(plain).items() if key != "exception"}
        if "exception" in plain:
            found["exception"] = redaction.text(str(plain["exception"]))[-_LONGEST:]  # what it comes to is at its end
        return found

    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.stdlib.ExtraAdder(),
        _with_request,
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            safe,
            _json if form == "json" else _console,
        ],
    )


def _with_request(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    # A record that another process has sent us brings its own.
    if id := request_id.get():
        event.setdefault("request_id", id)
    return event


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    return value if isinstance(value, str) else str(value)


def _cut(value: Any) -> Any:
    """Return a value no longer than a record can take."""
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"{value[:_LONGEST]}... ({len(value):,} characters)"
    shown = value if value is None or isinstance(value, str | bool | int | float) else json.dumps(value)
    return value if not isinstance(shown, str) or len(shown) <= _LONGEST else _cut(shown)


def _json(logger: WrappedLogger, name: str, event: EventDict) -> str:
    ordered = {key: event[key] for key in _FIRST if key in event}
    return json.dumps({**ordered, **event}, ensure_ascii=True, default=str)


def _console(logger: WrappedLogger, name: str, event: EventDict) -> str:
    exception = event.pop("exception", None)
    more = [f"{key}={_shown(value)}" for key, value in event.items() if key not in _OWN]
    head = [str(event.get("time", ""))[:19], str(event.get("level", "")).ljust(7), _one_line(str(event.get("logger")))]
    if id := event.get("request_id"):
        head.append(f"[{_one_line(str(id))}]")
    line = " ".join([*head, _one_line(str(event.get("event", ""))), *more])
    margin = [_MARGIN + _one_line(each) for each in str(exception).split("\n")] if exception else []
    return "\n".join([line, *margin])


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    escaped = _one_line(text)
    return f'"{escaped}"' if not escaped or " " in escaped or "=" in escaped else escaped


def _one_line(text: str) -> str:
    """Return a text in which what could forge a line is written out, a line break as backslash and n."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
