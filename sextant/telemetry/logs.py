"""Where log lines go and what they look like. Nothing is loaded for them before the first one is written."""

import logging
import sys
from collections.abc import Callable, Iterable
from typing import Literal, TextIO

Form = Literal["console", "json"]
Level = Literal["debug", "info", "warning", "error"]
Secrets = Callable[[], Iterable[str]]

# They say what we say ourselves, or name every request with its address.
_QUIET = (
    "httpx",
    "httpcore",
    "mcp",
    "chainlit",
    "socketio",
    "engineio",
    "urllib3",
    "asyncio",
    "aiosqlite",
    "watchfiles",
)


class _Handler(logging.StreamHandler[TextIO]):
    """Writes to what is standard error when a line comes; it may have been replaced since the start."""

    def __init__(self, form: Form, secrets: Secrets) -> None:
        logging.Handler.__init__(self)
        self._form: Form = form
        self._secrets = secrets

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr

    def format(self, record: logging.LogRecord) -> str:
        if self.formatter is None:
            from sextant.telemetry.lines import formatter  # structlog takes a while

            self.formatter = formatter(self._form, self._secrets())
        return super().format(record)


def configure(form: Form, level: Level, secrets: Secrets = lambda: ()) -> None:
    """Write all logs of this process to standard error from now on: one line a record, without `secrets`.

    `secrets` is asked once, when the first line is written.
    """
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if type(handler) in (logging.StreamHandler, _Handler):  # what a test listens with is left alone
            root.removeHandler(handler)
    root.addHandler(_Handler(form, secrets))
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("LiteLLM").setLevel(logging.CRITICAL)  # it logs what it also raises, keys included
    adopt()


def adopt() -> None:
    """Let loggers that write on their own, as a web server's do, write like all others."""
    for name in list(logging.root.manager.loggerDict):
        logger = logging.getLogger(name)
        if logger.handlers and not logger.propagate:
            logger.handlers.clear()
            logger.propagate = True
    # A line for every request, with its address: a proxy's business, and ours in metrics.
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)
