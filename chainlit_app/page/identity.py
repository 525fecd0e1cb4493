"""Who reads: those who log in, or without a login each browser, told from others by a random cookie."""

import contextlib
import hashlib
import logging
import os
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any

import chainlit as cl
from chainlit.auth import cookie as login_cookie
from chainlit.auth import create_jwt
from chainlit.auth.jwt import decode_jwt
from chainlit.config import config
from fastapi import FastAPI, HTTPException
from jwt import InvalidTokenError
from starlette.datastructures import Headers
from starlette.middleware import Middleware

from chainlit_app.page.guard import App, Receive, Scope, Send
from chainlit_app.page.guard import Event as Message
from chainlit_app.page.who import OF_ISSUER
from chainlit_app.passwords import Passwords, Patience, TooMany
from sextant.access.principal import Principal
from sextant.audit.trail import Event, NotRecorded, Trail

logger = logging.getLogger(__name__)

COOKIE = "sextant_reader"
_KEPT = 400 * 24 * 3600  # seconds: no browser keeps a cookie longer; each page renews it
_NAME = 100  # characters of a name that are recorded: whoever tries one may send any
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")

# The reader whose request is being served: what a data layer of Chainlit is not told.
asking: ContextVar[str] = ContextVar("asking", default="")
came_from: ContextVar[str] = ContextVar("came_from", default="")  # the address of that request
# What Chainlit compares where somebody comes back from an issuer, and then does not hand on.
state_brought: ContextVar[str] = ContextVar("state_brought", default="")


def identify(
    app: FastAPI,
    passwords: Passwords | None,
    folder: Path | None,
    trail: Trail,
    of_issuer: Callable[[cl.User], bool] | None = None,
) -> None:
    """Tell readers apart: by the names they log in with, or without a login by their browsers.

    `folder` is for the secret that logins are signed with, so that they outlive a restart; None: they do not.
    `of_issuer` says whether a login by an issuer still counts; None: there are none.
    """
    # Cookies do not know ports: two Sextants on one machine would end each other's logins.
    login_cookie._auth_cookie_name = f"sextant_login_{config.run.port}"
    layer: Any
    if passwords is None and of_issuer is None:
        # Nothing outside this process ever holds a token: it may have another secret after each start.
        os.environ["CHAINLIT_AUTH_SECRET"] = secrets.token_urlsafe(48)
        config.ui.custom_css_attributes = 'data-logins="none"'  # history.css: there is nothing to log out of
        cl.header_auth_callback(_reader_of)
        layer = Middleware(Readers)
    else:
        os.environ["CHAINLIT_AUTH_SECRET"] = kept_secret(folder) if folder else secrets.token_urlsafe(48)
        if passwords is not None:
            cl.password_auth_callback(Login(passwords, trail).user)
        layer = Middleware(Logins, passwords=passwords, of_issuer=of_issuer or (lambda user: False))
    # Inside the guard: what comes from elsewhere is refused before it is anybody's.
    app.user_middleware.append(layer)


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

        async def with_cookie(event: Message) -> None:
            if event["type"] == "http.response.start":
                event["headers"] = [*event.get("headers", []), (b"set-cookie", kept)]
            await send(event)

        await self._app(scope, receive, with_cookie)


class Logins:
    """Let a login count for as long as its name has the password it was made with, or its issuer's word holds."""

    def __init__(self, app: App, passwords: Passwords | None, of_issuer: Callable[[cl.User], bool]) -> None:
        self._app = app
        self._passwords = passwords
        self._of_issuer = of_issuer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on as its reader's, or as nobody's."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        came_from.set(str((scope.get("client") or ("",))[0]))
        cookies = cookies_of(scope)
        state_brought.set(cookies.get(login_cookie._state_cookie_name, ""))
        token = login_cookie.get_token_from_cookies(cookies)
        name = self._name(token) if token else None
        asking.set(name or "")
        https = is_https(scope)

        async def secured(event: Message) -> None:
            if event["type"] == "http.response.start" and https:
                event["headers"] = [_secure(*header) for header in event.get("headers", [])]
            await send(event)

        await self._app(with_login(scope, cookies, token if name else None), receive, secured)

    def _name(self, token: str) -> str | None:
        try:
            user = decode_jwt(token)
        except (InvalidTokenError, TypeError, ValueError):
            return None
        if user.identifier.startswith(OF_ISSUER):
            return user.identifier if self._of_issuer(user) else None
        mark = self._passwords.mark(user.identifier) if self._passwords else None
        return user.identifier if mark and mark == user.metadata.get("mark") else None


class Login:
    """What the page's form asks."""

    def __init__(self, passwords: Passwords, trail: Trail) -> None:
        self._passwords = passwords
        self._trail = trail
        self._patience = Patience()

    async def user(self, name: str, password: str) -> cl.User | None:
        """Return who logs in; None for a wrong name or password."""
        address = came_from.get()
        try:
            self._patience.check(name, address)
        except TooMany as many:
            logger.warning("Login from %s refused: %s", address, many)
            await recorded(self._trail, name, "too many")
            raise HTTPException(429, "toomany") from many
        # Counted before it is looked at: many at once are many.
        self._patience.wrong(name, address)
        if not await self._passwords.match(name, password):
            await recorded(self._trail, name, "wrong password")
            return None
        self._patience.right(name, address)
        await recorded(self._trail, name, "logged in")
        return cl.User(name, metadata={"mark": self._passwords.mark(name)})


async def recorded(trail: Trail, name: str, outcome: str, id: str | None = None) -> None:
    """Record a login. Raise `HTTPException` where it must be recorded and cannot."""
    who = Principal(id or f"page:{name[:_NAME]}", name[:_NAME], frozenset(), "page")
    try:
        await trail.record(Event("login", who, "the page", outcome))
    except NotRecorded as trouble:
        logger.warning("Login refused: %s", trouble)
        raise HTTPException(503, "default") from trouble


def kept_secret(folder: Path) -> str:
    """Return the secret in that folder, which is made where there is none; one that cannot be kept ends with us."""
    file = folder / "login-secret"
    made = secrets.token_urlsafe(48)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(FileExistsError):
            with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as new:
                new.write(made)
            return made
        kept = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        logger.warning("Logins end when Sextant ends: %s cannot be used (%s).", file, error)
        return made
    return kept if len(kept) >= len(made) else made


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
    # Chainlit would take a token from there as well, past what is checked here.
    headers = [(key, value) for key, value in scope["headers"] if key.lower() not in (b"cookie", b"authorization")]
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


def _secure(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    if name.lower() == b"set-cookie" and b"; secure" not in value.lower():
        return name, value + b"; Secure"
    return name, value


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
