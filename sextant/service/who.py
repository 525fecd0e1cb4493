"""Who asks: each request is somebody's, or is refused. ASGI."""

import logging

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from sextant.access.authenticator import Authenticator
from sextant.access.refusals import Refusal, TooMany, Unavailable
from sextant.audit.logins import Logins
from sextant.audit.trail import NotRecorded, Trail
from sextant.service.problems import of_refusal
from sextant.telemetry.request import request_id

# Open to all: they say nothing of the network, of accounts or of addresses.
OPEN = frozenset({"/healthz", "/readyz", "/docs", "/docs/style.css", "/openapi.json"})
_WELL_KNOWN = "/.well-known/"  # RFC 8615: what clients look up before they know how to log in

# Whoever has not shown who they are reads no address of ours.
_LATER = "It cannot be found out now who asks. Try again in a moment; whoever runs Sextant finds the reason in its log."

_OUTCOMES = {TooMany: "too many", Unavailable: "unavailable"}

logger = logging.getLogger(__name__)


class Who:
    """Asks of each request whose it is, before a byte of its body is read."""

    def __init__(self, app: ASGIApp, *, authenticator: Authenticator, trail: Trail) -> None:
        self._app, self._authenticator, self._logins = app, authenticator, Logins(trail)
        self._trouble = ""  # why nobody can be found out; it is logged once

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on as its principal's. Raise `Problem`."""
        if scope["type"] != "http" or scope["path"] in OPEN or scope["path"].startswith(_WELL_KNOWN):
            await self._app(scope, receive, send)
            return
        headers = {name: value for name, value in Headers(scope=scope).items()}
        address = str((scope.get("client") or ("",))[0])
        try:
            who = await self._authenticator.authenticate(headers, address)
            self._trouble = ""
            await self._logins.came(who, address)
        except Unavailable as unavailable:
            if str(unavailable) != self._trouble:
                self._trouble = str(unavailable)
                logger.error("Nobody can be let in: %s", self._trouble)
            await self._logins.refused(address, _OUTCOMES[Unavailable])
            raise of_refusal(Unavailable(_LATER)) from unavailable
        except Refusal as refusal:
            await self._logins.refused(address, _OUTCOMES.get(type(refusal), "refused"))
            raise of_refusal(refusal) from refusal
        except NotRecorded as no:
            raise of_refusal(no) from no
        state = {**scope.get("state", {}), "principal": who, "request_id": request_id.get()}
        await self._app({**scope, "state": state}, receive, send)
