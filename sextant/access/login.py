"""A login by an OpenID Connect issuer: the authorization code flow with PKCE and a nonce (RFC 9700), for the page."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from sextant.access.bearer import Tokens, WrongToken, principal_of, said_of
from sextant.access.issuer import Issuer, NoIssuer, place_in
from sextant.access.policy import Policy
from sextant.access.principal import Principal
from sextant.access.settings import AccessSettings

_PATIENCE = 10.0  # seconds


class IssuerLogin:
    """Sends people to an issuer, and knows them when they come back."""

    def __init__(self, settings: AccessSettings, policy: Policy) -> None:
        self._settings, self._policy = settings, policy
        self._client = settings.sextant_oidc_client_id or ""
        self._issuer = Issuer(settings.sextant_oidc_issuer or "")
        self._tokens = Tokens(self._issuer, [self._client], settings.algorithms)
        self._key = secrets.token_bytes(32)  # a login that a restart interrupts begins anew

    async def begin(self, back: str) -> tuple[str, str]:
        """Return where to send a browser, and the state that it has to bring back to `back`. Raise `NoIssuer`."""
        state = secrets.token_urlsafe(32)
        verifier = self._derived("verifier", state)
        asked = {
            "response_type": "code",
            "client_id": self._client,
            "redirect_uri": back,
            "scope": self._settings.sextant_oidc_scopes,
            "state": state,
            "nonce": self._derived("nonce", state),
            "code_challenge": _base64(hashlib.sha256(verifier.encode("ascii")).digest()),
            "code_challenge_method": "S256",
        }
        there = await self._place("authorization_endpoint")
        return f"{there}{'&' if '?' in there else '?'}{urlencode(asked)}", state

    async def end(self, code: str, back: str, state: str) -> Principal:
        """Return who has logged in. Raise `WrongToken` for what is not the end of a login that began here, or `NoIssuer`."""
        told = await self._exchanged(code, back, state)
        claims = await self._tokens.claims(str(told.get("id_token", "")))
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), self._derived("nonce", state).encode()):
            raise WrongToken("it is of another login")
        if claims.get("azp", self._client) != self._client:
            raise WrongToken("it is for another client (azp)")
        if not said_of(claims, self._settings.sextant_oidc_roles):
            claims = {**await self._more(told.get("access_token"), claims), **claims}
        return principal_of(claims, self._settings, self._policy)

    async def _exchanged(self, code: str, back: str, state: str) -> Mapping[str, Any]:
        secret = self._settings.sextant_oidc_client_secret
        password = secret.get_secret_value() if secret else ""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": self._derived("verifier", state),
        }
        known = (await self._issuer.about()).get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if "client_secret_basic" not in known:
            return await self._asked(
                "token_endpoint", data={**form, "client_id": self._client, "client_secret": password}
            )
        auth = httpx.BasicAuth(quote(self._client, safe=""), quote(password, safe=""))
        return await self._asked("token_endpoint", data=form, auth=auth)

    async def _more(self, access_token: object, claims: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what the issuer says of somebody beside their token: some keep groups out of it."""
        about = await self._issuer.about()
        if not self._settings.sextant_oidc_roles or not access_token or not about.get("userinfo_endpoint"):
            return {}
        headers = {"authorization": f"Bearer {access_token}"}
        told = await self._asked("userinfo_endpoint", headers=headers)
        return told if told.get("sub") == claims["sub"] else {}

    async def _asked(self, place: str, data: Mapping[str, str] | None = None, **more: Any) -> Mapping[str, Any]:
        there = await self._place(place)
        try:
            async with httpx.AsyncClient(timeout=_PATIENCE) as client:
                response = await client.request("POST" if data is not None else "GET", there, data=data, **more)
                told = response.json()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NoIssuer(f"{there} does not answer ({type(error).__name__}).") from error
        except ValueError as error:
            raise NoIssuer(f"{there} does not answer with JSON.") from error
        if response.status_code >= 500 or not isinstance(told, dict):
            raise NoIssuer(f"{there} answers with {response.status_code}.")
        if response.status_code != 200:
            raise WrongToken(f"the issuer refuses it ({response.status_code})")
        return told

    async def _place(self, name: str) -> str:
        return place_in(await self._issuer.about(), name, self._issuer.address)

    def _derived(self, what: str, state: str) -> str:
        """Return a secret of one login: nothing has to be kept until its end, and only this process can make it."""
        return _base64(hmac.digest(self._key, f"{what} {state}".encode(), hashlib.sha256))


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")
