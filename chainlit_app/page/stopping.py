"""The page told to stop: running answers end, new questions and pages are refused, and then its web server ends."""

import asyncio
import signal
import time
from collections.abc import Callable, Collection
from types import FrameType
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from chainlit_app.limits import STOPPING, Limits

ANSWER_SECONDS = 7.0  # for running answers to end
GIVEN_UP_SECONDS = 1.0  # for those that do not to be kept as they are, and for their readers to be told
CLOSE_SECONDS = 1  # for connections to close after that
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopping:
    """Stands between the signals and the web server."""

    def __init__(
        self,
        limits: Limits,
        seconds: float = ANSWER_SECONDS,
        give_up: Callable[[], Collection["asyncio.Task[Any]"]] = tuple,
    ) -> None:
        """`give_up` cancels the answers that still run, and returns their tasks."""
        self._limits, self._seconds, self._give_up = limits, seconds, give_up
        self._ends: dict[int, Any] = {}  # what the web server does at a signal
        self._waiting: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop

    def listen(self) -> None:
        """Take the signals over from the web server, which has its own handlers by now."""
        self._loop = asyncio.get_running_loop()
        for kind in _SIGNALS:
            self._ends[kind] = end = signal.getsignal(kind)
            if config := getattr(getattr(end, "__self__", None), "config", None):
                config.timeout_graceful_shutdown = CLOSE_SECONDS  # uvicorn would wait for every page to be closed
            signal.signal(kind, self.told)

    def told(self, kind: int, frame: FrameType | None) -> None:
        """Begin to stop; told twice, stop at once."""
        if self._limits.stopping:
            self._end(kind)
            return
        self._limits.stopping = True
        self._loop.call_soon_threadsafe(self._wait, lambda: self._end(kind))

    def _wait(self, end: Callable[[], None]) -> None:
        self._waiting = asyncio.create_task(self._when_answered(end))

    async def _when_answered(self, end: Callable[[], None]) -> None:
        until = time.monotonic() + self._seconds
        while self._limits.running and time.monotonic() < until:
            await asyncio.sleep(0.05)
        if left := self._give_up():
            await asyncio.wait(left, timeout=GIVEN_UP_SECONDS)
        end()

    def _end(self, kind: int) -> None:
        if callable(end := self._ends[kind]):
            end(kind, None)


class Leaving:
    """Sends new readers, and whoever asks for its health, to another instance once this one stops. ASGI."""

    def __init__(self, app: ASGIApp, *, limits: Limits) -> None:
        self._app, self._limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        new = scope["type"] == "http" and (scope["path"] == "/health" or _is_page(scope))
        if self._limits.stopping and new:
            answer = PlainTextResponse(f"{STOPPING}\n", 503, {"Retry-After": "5"})
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_page(scope: Scope) -> bool:
    return any(name == b"accept" and b"text/html" in value.lower() for name, value in scope["headers"])
