"""Who may speak to the app, and what its pages may load: one ASGI layer around all of it."""

import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST = re.compile(r"[A-Za-z0-9.:\[\]_-]+")
_REFUSED = b"This page may not speak to Sextant: it comes from another origin."


class Guard:
    """Answer 403 to pages of other origins, and tell browsers to load nothing from anywhere else.

    `known_hosts` is asked at each request: the names under which the app may be addressed, None for any. Without it a
    foreign name that resolves to this machine would count as the app's own origin.
    """

    def __init__(self, app: App, known_hosts: Callable[[], Iterable[str] | None] = lambda: None) -> None:
        self._app = app
        self._known_hosts = known_hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with safe headers, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = {name.lower(): value.decode("latin-1") for name, value in scope.get("headers", [])}
        host = headers.get(b"host", "")
        if not self._allowed(host, headers.get(b"origin")):
            await _refuse(scope, receive, send)
            return

        async def with_headers(event: Event) -> None:
            if event["type"] == "http.response.start":
                event["headers"] = [*event.get("headers", []), *_safe_headers(host)]
            await send(event)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)

    def _allowed(self, host: str, origin: str | None) -> bool:
        if not _HOST.fullmatch(host):
            return False
        known = self._known_hosts()
        if known is not None and (urlsplit(f"//{host}").hostname or "") not in known:
            return False
        return origin is None or urlsplit(origin).netloc.lower() == host.lower()


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": "another origin"})
        return
    start = {"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]}
    await send(start)
    await send({"type": "http.response.body", "body": _REFUSED})


def _safe_headers(host: str) -> list[tuple[bytes, bytes]]:
    # Inline scripts and eval are Chainlit's own: its page carries one, and its custom elements are compiled in the
    # browser. Nothing may be loaded or sent elsewhere, images included: a model could write an address into one.
    policy = (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; "
        f"connect-src 'self' ws://{host} wss://{host}; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )
    return [
        (b"content-security-policy", policy.encode("latin-1")),
        (b"referrer-policy", b"no-referrer"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
    ]
