"""Who asks over HTTP: what AUTH_MODE chooses."""

import logging
from collections.abc import Mapping
from typing import Protocol

from chainlit_app.settings import AppSettings
from sextant.access.policy import Policy
from sextant.access.principal import Principal
from sextant.access.settings import LOOPBACK, AccessSettings
from tools.settings import WrongSetting

logger = logging.getLogger(__name__)


class Authenticator(Protocol):
    """Knows who sent a request."""

    async def authenticate(self, headers: Mapping[str, str], address: str = "") -> Principal:
        """Return who asks, by the headers of a request (names in lower case) and the address it came from.

        Raise `Unauthenticated`, `TooMany` or `Unavailable`.
        """
        ...

    async def aclose(self) -> None:
        """Return when nothing is connected any more."""
        ...


class Everybody:
    """Lets in whoever asks: all are the same one, with the roles of those who are not named."""

    def __init__(self, policy: Policy) -> None:
        self._principal = Principal("none", "everybody", policy.others, "none")

    async def authenticate(self, headers: Mapping[str, str], address: str = "") -> Principal:
        """Return the one who everybody is."""
        return self._principal

    async def aclose(self) -> None:
        """Nothing is connected."""


def authenticator(host: str, policy: Policy, access: AccessSettings, app: AppSettings) -> Authenticator:
    """Return what knows who asks a server that listens at `host`. Raise `WrongSetting` where it must not start so."""
    # Imported late: each of them brings a library of its own.
    match access.auth_mode:
        case "none":
            _check_open(host, app)
            return Everybody(policy)
        case "api_key":
            from sextant.access.api_keys import ApiKeys
            from sextant.access.key_store import KeyStore

            return ApiKeys(KeyStore(access.keys(app.history)))
        case "basic":
            from chainlit_app.passwords import Passwords, WrongPasswords
            from sextant.access.basic import BasicLogins

            if app.passwords is None:
                raise WrongSetting(
                    "AUTH_MODE=basic needs SEXTANT_PASSWORDS: a file that `sextant password NAME` makes."
                )
            try:
                return BasicLogins(Passwords(app.passwords), policy)
            except WrongPasswords as wrong:
                raise WrongSetting(f"SEXTANT_PASSWORDS: {wrong}") from wrong
        case "bearer":
            from sextant.access.bearer import BearerTokens, Tokens
            from sextant.access.issuer import Issuer

            issuer = Issuer(access.sextant_oidc_issuer or "")
            return BearerTokens(Tokens(issuer, access.audiences, access.algorithms), access, policy)


def _check_open(host: str, app: AppSettings) -> None:
    if host not in LOOPBACK and not app.open:
        raise WrongSetting(
            f"AUTH_MODE=none: at {host} other machines reach this, and everyone on the network could ask. Choose api_key,"
            " basic or bearer, or listen on 127.0.0.1. Where something in front of it lets in only who may ask,"
            " SEXTANT_OPEN=true starts it."
        )
    reached = "whoever uses this machine" if host in LOOPBACK else "everyone who reaches this address (SEXTANT_OPEN)"
    logger.warning("AUTH_MODE=none: %s may ask. AUTH_MODE=api_key, basic or bearer ask who it is.", reached)
