"""A request over HTTP, from its first byte in to its last byte out: its id. Knows ASGI, and no framework."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from sextant.telemetry import request

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_HEADER = request.HEADER.lower().encode("ascii")


class RequestIds:
    """Gives every request an id: its caller's X-Request-ID where it is one, or a new one. The answer names it."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, under its id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with request.within(_said(scope) or request.new_request_id()) as id:

            async def named(event: Event) -> None:
                if event["type"] == "http.response.start":
                    kept = [(name, value) for name, value in event.get("headers", []) if name.lower() != _HEADER]
                    event["headers"] = [*kept, (_HEADER, id.encode("ascii"))]
                await send(event)

            await self._app(scope, receive, named)


def _said(scope: Scope) -> str | None:
    said = [value for name, value in scope.get("headers", []) if name.lower() == _HEADER]
    # Of two, nobody knows which one is meant.
    return request.accepted(said[0].decode("latin-1")) if len(said) == 1 else None
