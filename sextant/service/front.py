"""The first and the last to see a request: which pages may speak to the service, headers, and what nobody caught. ASGI."""

import logging
import re
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sextant.service.mcp_session import PATH
from sextant.service.problems import Problem, defect

logger = logging.getLogger(__name__)

_HOST = re.compile(r"[A-Za-z0-9.:\[\]_-]{1,255}")
_FOREIGN = "This page may not speak to Sextant: it comes from another origin. SEXTANT_SERVE_ORIGINS lists who else may."
_UNKNOWN = (
    "Sextant is not known under this name. SEXTANT_SERVE_HOSTNAMES lists the names under which it may be addressed."
)
_TWO_LENGTHS = (
    "The request says twice where its body ends, by Content-Length and by Transfer-Encoding: send one of them."
)
_HEADERS = (
    # What is served is data and one page without scripts.
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)


class Front:
    """Refuses pages of other origins, and gives every answer the headers that browsers go by."""

    def __init__(self, app: ASGIApp, *, hostnames: Collection[str] | None, origins: Collection[str] = ()) -> None:
        """`hostnames`: under which the service may be addressed, None for any; `origins` beside its own that may use it."""
        self._app = app
        self._hostnames, self._origins = hostnames, origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if scope["method"] == "HEAD" and scope["path"] != PATH:  # there GET is a stream without an end
            scope = {**scope, "method": "GET"}  # of the answer uvicorn sends the headers

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _with_ours(message.get("headers", []))}
            await send(message)

        try:
            self._check(headers)
        except Problem as problem:
            await problem.response(str(scope["path"]))(scope, receive, answer)
        else:
            await self._app(scope, receive, answer)

    def _check(self, headers: dict[bytes, str]) -> None:
        """Raise `Problem` for what a page elsewhere sent, also one whose name was made to lead here (DNS rebinding).

        And for what two servers on the way may read as different requests (RFC 9112, 6.1).
        """
        if b"content-length" in headers and b"transfer-encoding" in headers:
            raise Problem(400, _TWO_LENGTHS, headers={"Connection": "close"})
        host = headers.get(b"host", "")
        if not _HOST.fullmatch(host) or not self._is_known(host):
            raise Problem(403, _UNKNOWN)
        origin = headers.get(b"origin")
        if origin is None:
            # Images and plain forms of other pages carry no Origin, but browsers say where they come from.
            if headers.get(b"sec-fetch-site", "none") not in ("none", "same-origin"):
                raise Problem(403, _FOREIGN)
        elif origin.lower() not in self._origins and _netloc(origin) != host.lower():
            raise Problem(403, _FOREIGN)

    def _is_known(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return bool(name) and (self._hostnames is None or name in self._hostnames)


class Caught:
    """Answers for what is refused or breaks further in; within CORS, so that pages of listed origins can read it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except Problem as problem:
            if not started:
                await problem.response(str(scope["path"]))(scope, receive, answer)
        except Exception:
            if scope["type"] != "http":
                raise
            logger.exception("A request failed: %s %s", scope["method"], scope["path"])
            if not started:
                await defect().response(str(scope["path"]))(scope, receive, answer)


def _netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def _with_ours(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    there = {name.lower() for name, _ in headers}
    ours = list(_HEADERS) if b"cache-control" in there else [*_HEADERS, (b"cache-control", b"no-store")]
    return [*headers, *ours]
