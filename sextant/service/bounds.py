"""What one request may take, and all of them together: size, nesting, time to send it, how many at once. ASGI."""

import asyncio
import json
import math
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sextant.service.problems import Problem

# Always answered: whoever watches the service must see it also where it is full or about to stop.
WATCHED = frozenset({"/healthz", "/readyz", "/metrics"})
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))
# Either a whole pair of surrogates, or (named) half of one, or any other escape: no backslash is looked at twice.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F])|.)", re.DOTALL
)
# Where a number may be one that is infinite, or none: only then a body is read twice.
_PERHAPS_INFINITE = re.compile(rb"[eE]\+?[0-9]{3}|[0-9]{300}|NaN|Infinity")
_FULL_PAUSE = 1.0  # seconds after which a client may try again
_STOPPED = "Sextant stopped before this was answered (SEXTANT_SERVE_STOP_SECONDS). Ask again in a few seconds."
_STOPPING = "Sextant is stopping. Ask again in a few seconds: another may have taken its place by then."


@dataclass
class Running:
    """What is being answered, and whether more may begin."""

    parallel: int = 64
    most_connections: int = 2_000
    connections: Callable[[], int] = lambda: 0  # there are now
    stopping: bool = False
    given_up: bool = False
    _tasks: "set[asyncio.Task[object]]" = field(default_factory=set)

    @property
    def count(self) -> int:
        """How many are being answered."""
        return len(self._tasks)

    def begin(self) -> None:
        """Count a request in. Raise `Problem` where there is no room."""
        if self.stopping:
            raise Problem(503, _STOPPING, retry_after=5, headers={"Connection": "close"})
        if self.count >= self.parallel:
            said = f"Sextant answers {self.parallel} requests at once, and as many are running."
            raise Problem(429, f"{said} Ask again in a second.", retry_after=_FULL_PAUSE)
        if task := asyncio.current_task():
            self._tasks.add(task)

    def check_connections(self) -> None:
        """Raise `Problem` where there are more than there may be, the one that asks included."""
        if self.connections() > self.most_connections:
            said = (
                f"Sextant has {self.most_connections:,} connections (SEXTANT_SERVE_CONNECTIONS). Ask again in a moment."
            )
            raise Problem(503, said, retry_after=5, headers={"Connection": "close"})

    def end(self) -> None:
        """Count a request out."""
        if task := asyncio.current_task():
            self._tasks.discard(task)

    def give_up(self) -> None:
        """End what is being answered."""
        self.given_up = True
        for task in self._tasks:
            task.cancel()


class Bounds:
    """Refuses what is too large, too deep or too slow to come, and more than is answered at once."""

    def __init__(
        self, app: ASGIApp, *, running: Running, size: int, depth: int, seconds: float, news: str = ""
    ) -> None:
        """`size` in bytes of a body, `depth` of lists and objects in it, `seconds` for it to come.

        `news` is the path of which a GET is a stream that waits for news.
        """
        self._app, self._running, self._news = app, running, news
        self._size, self._depth, self._seconds = size, depth, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Raise `Problem`."""
        if scope["type"] != "http" or scope["path"] in WATCHED:
            await self._app(scope, receive, send)
            return
        self._running.check_connections()
        # A stream that waits for news is nobody's answer: it takes no place and holds up no end.
        counted = (scope["method"], scope["path"]) != ("GET", self._news)
        if counted or self._running.stopping:
            self._running.begin()
        try:
            await self._app(scope, await self._read(scope, receive), send)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not self._running.given_up or task is None:
                raise
            task.uncancel()
            raise Problem(503, _STOPPED, retry_after=5, headers={"Connection": "close"}) from None
        finally:
            if counted:
                self._running.end()

    async def _read(self, scope: Scope, receive: Receive) -> Receive:
        """Return what gives the whole body at once. Raise `Problem`."""
        if not self._has_body(dict(scope["headers"])):
            return receive
        waiting: deque[Message] = deque()
        try:
            async with asyncio.timeout(self._seconds):
                body = await self._whole(receive, waiting)
        except TimeoutError:
            said = f"The body did not come within {self._seconds:g} s (SEXTANT_SERVE_READ_SECONDS): send it at once."
            raise Problem(408, said, headers={"Connection": "close"}) from None
        if unreadable(body):
            raise Problem(400, "The body is no JSON in UTF-8 whose text is whole characters.")
        if deeper(body, self._depth):
            raise Problem(413, f"The body nests lists and objects deeper than {self._depth} (SEXTANT_SERVE_DEPTH).")
        if infinite(body):
            raise Problem(400, "The body holds a number that is too large, or none (NaN, Infinity).")
        waiting.appendleft({"type": "http.request", "body": body, "more_body": False})

        async def replay() -> Message:
            return waiting.popleft() if waiting else await receive()

        return replay

    def _has_body(self, headers: dict[bytes, bytes]) -> bool:
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit():
            raise Problem(400, "Content-Length is no number.")
        if int(declared) > self._size:
            raise self._too_large()
        return declared != b"0" or b"transfer-encoding" in headers

    async def _whole(self, receive: Receive, waiting: deque[Message]) -> bytes:
        """Return the body; a message that is none of it goes to those that wait."""
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                waiting.append(message)
                break
            body += message.get("body", b"")
            if len(body) > self._size:
                raise self._too_large()
            if not message.get("more_body"):
                break
        return bytes(body)

    def _too_large(self) -> Problem:
        said = f"The body is larger than {self._size:,} bytes (SEXTANT_SERVE_BODY_KB)."
        # The rest of it is not read: the connection is of no further use.
        return Problem(413, said, headers={"Connection": "close"})


def unreadable(body: bytes) -> bool:
    """Say whether a JSON text is in another encoding, or holds half of a surrogate pair: text that nobody can write again."""
    if b"\0" in body:  # every other encoding of JSON has some; `deeper` and what follows could be led astray by them
        return True
    try:
        body.decode()  # the reader of JSON lets halves of pairs in as bytes too
    except UnicodeDecodeError:
        return True
    return (b"\\ud" in body or b"\\uD" in body) and any(found["half"] for found in _ESCAPE.finditer(body))


def infinite(body: bytes) -> bool:
    """Say whether a JSON text holds a number that is not finite. On its way such a number becomes null, and null is "all"."""
    if not _PERHAPS_INFINITE.search(body):
        return False
    found: list[str] = []
    try:
        json.loads(body, parse_constant=found.append, parse_float=lambda said: _finite(said, found))
    except (ValueError, RecursionError):
        return False  # no JSON at all: whoever reads it says so
    return bool(found)


def _finite(said: str, found: list[str]) -> float:
    number = float(said)
    if math.isinf(number):
        found.append(said)
    return number


def deeper(body: bytes, depth: int) -> bool:
    """Say whether a JSON text nests lists and objects deeper than so many."""
    if body.count(b"[") + body.count(b"{") <= depth:
        return False
    now = 0
    for bracket in _STRING.sub(b"", body).translate(None, _NO_BRACKET):
        now += 1 if bracket in b"[{" else -1
        if now > depth:
            return True
    return False
