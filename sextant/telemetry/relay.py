"""The log of a process that we have started, as a part of our own: each line at its own level. Pure."""

import json
import logging
from collections.abc import Mapping
from typing import Any

logger = logging.getLogger(__name__)

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "level", "event", "logger", "time"}


def settings() -> dict[str, str]:
    """Return the settings for such a process: lines that we can read, of the levels that we write."""
    level = logging.getLevelName(logging.getLogger().getEffectiveLevel()).lower()
    return {"SEXTANT_LOG": "json", "SEXTANT_LOG_LEVEL": level if level in _LEVELS else "error"}


def relay(line: str) -> str:
    """Write a line of its log into ours; return in a few words what it says of trouble, empty where it says of none."""
    said = _record(line)
    if said is None:
        if line.strip():
            logger.info("tools: %s", line)
        return line.strip()
    event, exception = str(said["event"]), said.get("exception")
    more = {name: value for name, value in said.items() if name not in _RECORD}
    level = _LEVELS.get(str(said.get("level")), logging.ERROR)
    logging.getLogger(str(said.get("logger", "tools"))).log(level, "%s", event, extra=more)
    if level < logging.WARNING:
        return ""
    last = str(exception).strip().rpartition("\n")[2] if exception else ""
    return f"{event}: {last}" if last else event


def _record(line: str) -> Mapping[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return said if isinstance(said, dict) and "event" in said else None
