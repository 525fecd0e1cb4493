"""MCP over HTTP: sessions, bounded in number and idle time, each of the one who opened it."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.types import Receive, Scope, Send

from sextant.access.principal import Principal
from sextant.service.mcp_server import Answers
from sextant.service.problems import Problem
from sextant.service.served import Served

PATH = "/mcp"
_SDK = logging.getLogger("mcp.server.streamable_http")
_FULL = "Sextant has as many MCP sessions as it takes (SEXTANT_MCP_SESSIONS). Ask again in a minute: idle ones end."


def _is_news(said: logging.LogRecord) -> bool:
    # The SDK logs the end of each session as an error of its streams.
    return not (said.exc_info and isinstance(said.exc_info[1], anyio.ClosedResourceError))


class Sessions:
    """The endpoint of MCP as an ASGI app."""

    def __init__(self, served: Served) -> None:
        settings = served.settings
        self._most = settings.sextant_mcp_sessions
        self._manager = StreamableHTTPSessionManager(
            Answers(served).server,
            session_idle_timeout=settings.sextant_mcp_idle_minutes * 60,
            max_sessions=self._most,
            max_request_body_size=settings.sextant_serve_body_kb * 1024,
        )

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Let sessions begin while this is entered; all end with it."""
        _SDK.addFilter(_is_news)
        async with self._manager.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Raise `Problem` where there is no room for another session."""
        if not any(name == b"mcp-session-id" for name, _ in scope["headers"]) and self.count >= self._most:
            raise Problem(503, _FULL, retry_after=60)
        # The manager keeps a session to whoever opened it, by this.
        scope["user"] = _user(scope["state"]["principal"])
        await self._manager.handle_request(scope, receive, send)

    @property
    def count(self) -> int:
        """How many are open."""
        return len(self._manager._server_instances)


def _user(who: Principal) -> AuthenticatedUser:
    return AuthenticatedUser(AccessToken(token="", client_id=who.id, scopes=[], subject=who.id))
