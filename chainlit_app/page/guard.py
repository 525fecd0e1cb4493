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
_REFUSED = "This page may not speak to Sextant: it comes from another origin."
_DATA = ("/sextant/", "/project/", "/ws/")  # what is no page is of no use to a link from elsewhere


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
        known = self._is_known(host)

        async def with_headers(event: Event) -> None:
            if event["type"] == "http.response.start":
                event["headers"] = [*event.get("headers", []), *_safe_headers(host if known else "")]
            await send(event)

        answer = with_headers if scope["type"] == "http" else send
        if known and _is_from_here(scope, host, headers):
            await self._app(scope, receive, answer)
        else:
            await _refuse(scope, receive, answer)

    def _is_known(self, host: str) -> bool:
        if not _HOST.fullmatch(host):
            return False
        known = self._known_hosts()
        return known is None or (urlsplit(f"//{host}").hostname or "") in known


def own_names(host: str, hostnames: frozenset[str] | None) -> frozenset[str] | None:
    """Return under which names an app that listens at `host` may be addressed; None: under any."""
    if hostnames is None and host not in LOOPBACK:
        return None
    return LOOPBACK | (hostnames or frozenset())


def _is_from_here(scope: Scope, host: str, headers: dict[bytes, str]) -> bool:
    """Say whether a request comes from a page of ours, from no page at all, or is a link to one of our pages."""
    origin = headers.get(b"origin")
    if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
        return False
    # Images, scripts and plain forms of other pages carry no Origin, but browsers say where they come from. Another
    # port of this machine is "same-site": its pages are not ours either.
    if headers.get(b"sec-fetch-site", "none") in ("none", "same-origin"):
        return True
    a_link = headers.get(b"sec-fetch-mode") == "navigate" and headers.get(b"sec-fetch-dest") == "document"
    return a_link and scope.get("method") in ("GET", "HEAD") and not str(scope.get("path", "")).startswith(_DATA)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": "another origin"})
        return
    await say(send, 403, _REFUSED)


async def say(send: Send, status: int, sentence: str) -> None:
    """Answer a request with a sentence."""
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence.encode()})


def _safe_headers(host: str) -> list[tuple[bytes, bytes]]:
    # Inline scripts and eval are Chainlit's own: its page carries one, and its custom elements are compiled in the
    # browser. Nothing may be loaded or sent elsewhere, images included: a model could write an address into one.
    socket = f" ws://{host} wss://{host}" if host else ""
    policy = (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; "
        f"frame-src 'none'; media-src 'none'; connect-src 'self'{socket}; base-uri 'self'; form-action 'self'; "
        "frame-ancestors 'none'"
    )
    return [
        (b"content-security-policy", policy.encode("latin-1")),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
        (b"referrer-policy", b"no-referrer"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-dns-prefetch-control", b"off"),  # or a browser looks up the host of a link before anybody clicks on it
        (b"x-frame-options", b"DENY"),
    ]
