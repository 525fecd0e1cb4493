"""A request over HTTP, from its head to the end of its answer: its id and its time. Knows ASGI, and no framework."""

import re
import time
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from sextant.telemetry import metrics, request

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_HEADER = request.HEADER.lower().encode("ascii")


class RequestIds:
    """Gives every request an id: its caller's X-Request-ID where it is one, or a new one. The answer names it."""

    def __init__(self, app: App, routes: Sequence[str] = ()) -> None:
        """`routes` are those by which requests are told apart in the figures, such as /results/{id}."""
        self._app = app
        self._routes = [(re.compile(re.sub(r"\{[^}]+\}", "[^/]+", route)), route) for route in routes]
        metrics.learn(metrics.ROUTES, routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, under its id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), ""
        with request.within(_said(scope) or request.new_request_id()) as id:

            async def named(event: Event) -> None:
                nonlocal status
                if event["type"] == "http.response.start":
                    status = str(event["status"])
                    kept = [(name, value) for name, value in event.get("headers", []) if name.lower() != _HEADER]
                    event["headers"] = [*kept, (_HEADER, id.encode("ascii"))]
                await send(event)

            try:
                await self._app(scope, receive, named)
            finally:
                metrics.note(
                    metrics.HTTP,
                    time.perf_counter() - began,
                    http_request_method=str(scope["method"]),
                    http_route=self._route(str(scope["path"])),
                    http_response_status_code=status,
                )

    def _route(self, path: str) -> str:
        return next((route for pattern, route in self._routes if pattern.fullmatch(path)), metrics.OTHER)


def _said(scope: Scope) -> str | None:
    said = [value for name, value in scope.get("headers", []) if name.lower() == _HEADER]
    # Of two, nobody knows which one is meant.
    return request.accepted(said[0].decode("latin-1")) if len(said) == 1 else None
