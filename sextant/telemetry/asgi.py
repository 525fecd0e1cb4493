"""A request over HTTP, from its head to the end of its answer: its id and its time. Knows ASGI, and no framework."""

import re
import time
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from sextant.telemetry import metrics, request, traces

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


class Timed:
    """Times every request and opens a span around it, by its route."""

    def __init__(self, app: App, routes: Sequence[str] = ()) -> None:
        """`routes` are those by which requests are told apart, such as /results/{id}; all others are "other"."""
        self._app = app
        self._routes = [(re.compile(re.sub(r"\{[^}]+\}", "[^/]+", route)), route) for route in routes]
        metrics.learn(metrics.ROUTES, routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), ""
        method, route = (
            metrics.bounded(metrics.HTTP, "http_request_method", scope["method"]),
            self._route(scope["path"]),
        )

        async def heard(event: Event) -> None:
            nonlocal status
            if event["type"] == "http.response.start":
                status = str(event["status"])
            await send(event)

        id = request.request_id.get()
        with traces.span(f"{method} {route}", "server", _carrier(scope), sextant__request_id=id) as span:
            # For what a session's own task does: it knows only the request that the session began with.
            scope["state"] = {**scope.get("state", {}), "span": span}
            try:
                await self._app(scope, receive, heard)
            finally:
                labels = {"http_request_method": method, "http_route": route, "http_response_status_code": status}
                metrics.note(metrics.HTTP, time.perf_counter() - began, **labels)
                span.set(http__request__method=method, http__route=route)
                span.set(http__response__status_code=int(status) if status else None)
                if status.startswith("5"):
                    span.failed(status)

    def _route(self, path: str) -> str:
        return next((route for pattern, route in self._routes if pattern.fullmatch(path)), metrics.OTHER)


def _carrier(scope: Scope) -> dict[str, str] | None:
    """Return what a caller says of the trace that its request is a part of; None where nothing."""
    headers = {name.lower(): value for name, value in scope.get("headers", [])}
    names = ("traceparent", "tracestate")
    return {one: headers[one.encode()].decode("latin-1") for one in names if one.encode() in headers} or None


def _said(scope: Scope) -> str | None:
    said = [value for name, value in scope.get("headers", []) if name.lower() == _HEADER]
    # Of two, nobody knows which one is meant.
    return request.accepted(said[0].decode("latin-1")) if len(said) == 1 else None
