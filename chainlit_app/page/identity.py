"""Who reads: without a login each browser is a reader of its own, told from others by a random cookie."""

import hashlib
import os
import re
import secrets
from contextvars import ContextVar
from http.cookies import CookieError, SimpleCookie

import chainlit as cl
from chainlit.auth import cookie as login_cookie
from chainlit.auth import create_jwt
from chainlit.config import config
from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.middleware import Middleware

from chainlit_app.page.guard import App, Event, Receive, Scope, Send

COOKIE = "sextant_reader"
_KEPT = 400 * 24 * 3600  # seconds: no browser keeps a cookie longer; each page renews it
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")

# The reader whose request is being served: what a data layer of Chainlit is not told.
asking: ContextVar[str] = ContextVar("asking", default="")


def identify(app: FastAPI) -> None:
    """Give every browser an identity of its own; nobody logs in."""
    # Nothing outside this process ever holds a token: it may have another secret after each start.
    os.environ["CHAINLIT_AUTH_SECRET"] = secrets.token_urlsafe(48)
    cl.header_auth_callback(_reader_of)
    # Inside the guard: what comes from elsewhere is refused before it is anybody's.
    app.user_middleware.append(Middleware(Readers))
    config.ui.custom_css_attributes = 'data-logins="none"'  # sextant.css: there is nothing to log out of


class Readers:
    """Tell readers apart by a cookie that only their browser and this app know.

    Chainlit wants to be shown a token that it has signed, and sends a browser without one to a page for logins. So the
    token is put into each request on its way in; the browser never holds it.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on as its reader's."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        cookies = cookies_of(scope)
        secret = cookies.get(COOKIE, "")
        if not _SECRET.fullmatch(secret):
            secret = ""
        if secret:
            asking.set(identifier(secret))
            scope = with_login(scope, cookies, create_jwt(cl.User(identifier(secret))))
        if not _is_page(scope):
            await self._app(scope, receive, send)
            return
        kept = set_cookie(COOKIE, secret or secrets.token_urlsafe(32), secure=is_https(scope))

        async def with_cookie(event: Event) -> None:
            if event["type"] == "http.response.start":
                event["headers"] = [*event.get("headers", []), (b"set-cookie", kept)]
            await send(event)

        await self._app(scope, receive, with_cookie)


def identifier(secret: str) -> str:
    """Return the name under which a reader's conversations are kept; the cookie cannot be made from it."""
    return hashlib.sha256(secret.encode("ascii")).hexdigest()[:40]


def cookies_of(scope: Scope) -> dict[str, str]:
    """Return the cookies of a request; none where they cannot be read."""
    found: SimpleCookie = SimpleCookie()
    for name, value in scope.get("headers", []):
        if name.lower() == b"cookie":
            try:
                found.load(value.decode("latin-1"))
            except CookieError:
                continue
    return {name: morsel.value for name, morsel in found.items()}


def with_login(scope: Scope, cookies: dict[str, str], token: str | None) -> Scope:
    """Return a request that carries this token of Chainlit's, and no other."""
    name = login_cookie._auth_cookie_name
    others = {key: value for key, value in cookies.items() if not key.startswith(name)}
    if token is not None:
        others[name] = token
    line = "; ".join(f"{key}={value}" for key, value in others.items()).encode("latin-1")
    headers = [(key, value) for key, value in scope["headers"] if key.lower() != b"cookie"]
    return {**scope, "headers": [*headers, (b"cookie", line)]}


def set_cookie(name: str, value: str, *, secure: bool) -> bytes:
    """Return a Set-Cookie line for a secret that no script reads."""
    # Lax, not Strict: who follows a link to a conversation from another site would come without the cookie, be given
    # a new one, and lose all conversations. What could be forged from elsewhere is refused by its origin.
    line = f"{name}={value}; Path=/; Max-Age={_KEPT}; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"
    return line.encode("ascii")


def is_https(scope: Scope) -> bool:
    """Say whether the reader's browser speaks https, also where a proxy in front of the app does that."""
    said = Headers(scope=scope).get("x-forwarded-proto", "")
    return scope.get("scheme") in ("https", "wss") or said.split(",")[0].strip() == "https"


def _is_page(scope: Scope) -> bool:
    """Say whether a browser loads a page, not a part of one."""
    return (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and "text/html" in Headers(scope=scope).get("accept", "").lower()
    )


async def _reader_of(headers: Headers) -> cl.User | None:
    # Chainlit asks only where a page came without the cookie, which a browser that keeps cookies never does.
    name = asking.get()
    return cl.User(name) if name else None
