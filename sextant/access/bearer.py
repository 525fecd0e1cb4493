"""Who asks, by a token of an OpenID Connect issuer (RFC 6750, RFC 9068). The only file of accounts that knows PyJWT."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from sextant.access.issuer import Issuer
from sextant.access.metadata import challenge
from sextant.access.policy import Policy
from sextant.access.principal import Principal
from sextant.access.refusals import Unauthenticated
from sextant.access.settings import AccessSettings

LEEWAY = 60  # seconds that two clocks may differ
_LONGEST = 16_384  # characters of a token
_FAMILIES = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}  # which kind of key makes which signatures


class WrongToken(Exception):
    """A token that does not count; the message says why, and nothing of what is in it."""


@dataclass(frozen=True)
class Tokens:
    """Says what a token claims, once it is known that its issuer claims it."""

    issuer: Issuer
    audiences: Collection[str]
    algorithms: Collection[str]

    async def claims(self, token: str) -> Mapping[str, Any]:
        """Return the claims of a token. Raise `WrongToken`, or `NoIssuer` where it cannot be found out now."""
        if len(token) > _LONGEST:
            raise WrongToken("it is too long")
        try:
            header = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError as error:
            raise WrongToken("it is no JSON Web Token") from error
        key = await self._key(header)
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=list(self.algorithms),
                audience=list(self.audiences),
                issuer=self.issuer.address,
                leeway=LEEWAY,
                options={"require": ["exp", "iss", "aud", "sub"], "enforce_minimum_key_length": True},
            )
        except jwt.PyJWTError as error:
            raise WrongToken(_why(error)) from error
        if not str(claims["sub"]).strip():
            raise WrongToken("it lacks sub")  # all whom an issuer gives no name would be one
        return claims

    async def _key(self, header: Mapping[str, Any]) -> jwt.PyJWK:
        algorithm, id = header.get("alg"), header.get("kid", "")
        if algorithm not in self.algorithms or not isinstance(id, str):
            # Before any key is looked for: alg none has none, and HS256 would take a public key for a secret.
            raise WrongToken("its signature is of a kind that does not count here")
        found = await self.issuer.key(id)
        if found is None:
            raise WrongToken("its key is not one of the issuer's")
        if found.get("alg", algorithm) != algorithm or found.get("kty") != _FAMILIES[algorithm[:2]]:
            raise WrongToken("its signature is of another kind than its key")
        try:
            return jwt.PyJWK(dict(found), algorithm)
        except jwt.PyJWTError as error:
            raise WrongToken("its key cannot be used") from error


class BearerTokens:
    """Knows people and programs by the tokens of an issuer."""

    def __init__(self, tokens: Tokens, settings: AccessSettings, policy: Policy) -> None:
        self._tokens = tokens
        self._settings = settings
        self._policy = policy

    async def authenticate(self, headers: Mapping[str, str], address: str = "") -> Principal:
        """Return whose token that is. Raise `Unauthenticated`, or `Unavailable` where the issuer does not answer."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            told = f"This takes a token of {self._settings.sextant_oidc_issuer} (Authorization: Bearer)."
            raise Unauthenticated(told, challenge(self._settings, headers))
        try:
            claims = await self._tokens.claims(token.strip())
        except WrongToken as wrong:
            # It goes back to who sent the token, in a header: one line, without anything that stood in the token.
            raise Unauthenticated(
                f"This token does not count: {wrong}.", challenge(self._settings, headers, error=str(wrong))
            ) from wrong
        return principal_of(claims, self._settings, self._policy)

    async def aclose(self) -> None:
        """Nothing is connected."""


def principal_of(claims: Mapping[str, Any], settings: AccessSettings, policy: Policy) -> Principal:
    """Return who an issuer says it is."""
    subject = str(claims["sub"])
    names = (claims.get(name) for name in ("preferred_username", "email", "name", "client_id", "azp"))
    name = next((one for one in names if isinstance(one, str) and one.strip() and one.isprintable()), subject)
    roles = policy.roles_of_groups(said_of(claims, settings.sextant_oidc_roles)) or settings.default_roles
    return Principal(f"oidc:{settings.sextant_oidc_issuer}#{subject}", name[:100], roles, "bearer")


def said_of(claims: Mapping[str, Any], claim: str | None) -> frozenset[str]:
    """Return the words of a claim: by its whole name, or by a path with dots like realm_access.roles."""
    if not claim:
        return frozenset()
    found: Any = claims.get(claim)
    if found is None:
        found = claims
        for part in claim.split("."):
            found = found.get(part) if isinstance(found, dict) else None
    if isinstance(found, str):
        return frozenset(found.split())  # as scope has them
    return frozenset(one for one in found if isinstance(one, str)) if isinstance(found, list) else frozenset()


_REASONS: Mapping[type[Exception], str] = {
    jwt.ExpiredSignatureError: "it has expired",
    jwt.ImmatureSignatureError: "it does not count yet",
    jwt.InvalidAudienceError: "it is for somebody else (aud)",
    jwt.InvalidIssuerError: "it is of another issuer (iss)",
    jwt.InvalidSignatureError: "its signature is not the issuer's",
}


def _why(error: Exception) -> str:
    if isinstance(error, jwt.MissingRequiredClaimError):
        return f"it lacks {error.claim}"
    return _REASONS.get(type(error), "it cannot be used")
