"""Logins by an OpenID Connect issuer, through Chainlit's own OAuth."""

import logging
import time

import chainlit as cl
from chainlit import oauth_providers
from chainlit.auth.cookie import set_oauth_state_cookie
from chainlit.server import get_user_facing_url
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from chainlit_app.page.identity import recorded, state_brought
from chainlit_app.page.who import Login, People
from sextant.access.bearer import WrongToken
from sextant.access.issuer import NoIssuer
from sextant.access.login import IssuerLogin
from sextant.access.principal import Principal
from sextant.audit.trail import Trail

logger = logging.getLogger(__name__)

NAME = "sso"  # in the address that the issuer sends people back to: /auth/oauth/sso/callback


class IssuerProvider(oauth_providers.OAuthProvider):
    """The issuer, as Chainlit's OAuth asks for one."""

    id = NAME

    def __init__(self, login: IssuerLogin, trail: Trail) -> None:
        self._login = login
        self._trail = trail

    def is_configured(self) -> bool:
        return True

    async def get_token(self, code: str, url: str) -> str:
        """Return the code: Chainlit has no other use for a token than to ask with it who that is."""
        return f"{code} {url}"

    async def get_user_info(self, token: str) -> tuple[dict[str, str], cl.User]:
        """Return who has logged in, for Chainlit to sign."""
        code, _, back = token.rpartition(" ")
        try:
            who = await self._login.end(code, back, state_brought.get())
        except (WrongToken, NoIssuer) as trouble:
            logger.warning("A login by the issuer failed: %s", trouble)
            await recorded(self._trail, "unknown", "refused")
            return {}, cl.User("")  # nobody: what is raised Chainlit would log as a defect
        await recorded(self._trail, who.name, "logged in", who.id)
        return {}, user_of(who)


def login_by_issuer(app: FastAPI, login: IssuerLogin, trail: Trail) -> None:
    """Let in who logs in at the issuer, and offer no other of Chainlit's providers, whatever else is set."""

    async def begin(request: Request) -> Response:
        try:
            there, state = await login.begin(f"{get_user_facing_url(request.url)}/callback")
        except NoIssuer as trouble:
            logger.warning("%s", trouble)
            return PlainTextResponse("The issuer of logins does not answer: try again in a minute.", status_code=503)
        response = RedirectResponse(there, headers={"cache-control": "no-store"})
        set_oauth_state_cookie(response, state)
        return response

    oauth_providers.providers[:] = [IssuerProvider(login, trail)]
    cl.oauth_callback(_user)
    app.router.routes.insert(0, Route(f"/auth/oauth/{NAME}", begin))


def user_of(who: Principal) -> cl.User:
    """Return somebody as the page's signed cookie has them."""
    metadata = {"oidc": {"name": who.name, "roles": sorted(who.roles), "at": time.time()}}
    return cl.User(who.id, display_name=who.name, metadata=metadata)


def is_known(user: cl.User, people: People, hours: float) -> bool:
    """Say whether a login by the issuer still counts, and keep what it says of its reader."""
    said = user.metadata.get("oidc")
    if not isinstance(said, dict) or time.time() > said["at"] + hours * 3600:
        return False
    people.came(user.identifier, Login(said["name"], frozenset(said["roles"]), said["at"]))
    return True


async def _user(
    provider: str, token: str, said: dict[str, str], user: cl.User, id_token: str | None = None
) -> cl.User | None:
    return user if user.identifier else None
