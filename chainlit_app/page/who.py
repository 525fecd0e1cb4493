"""Who uses the page, as the policy knows them. Pure."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from sextant.access.policy import Policy
from sextant.access.principal import Principal

OF_ISSUER = "oidc:"  # how the identifiers of those begin whom an issuer knows; no name of a password file holds a colon
_KEPT = 10_000  # people of an issuer


@dataclass(frozen=True)
class Login:
    """What an issuer said of somebody when they logged in."""

    name: str
    roles: frozenset[str]
    at: float  # seconds since 1970


class People:
    """The readers of this page."""

    def __init__(self, policy: Policy, reader: Callable[[], str], *, logins: bool) -> None:
        """`reader` returns the identifier of who uses the page that is being served.

        `logins`: whether readers have names; without, each is a browser.
        """
        self._reader = reader
        self._policy = policy
        self._logins = logins
        self._of_issuer: OrderedDict[str, Login] = OrderedDict()

    def came(self, identifier: str, login: Login) -> None:
        """Keep what an issuer says of a reader; of several logins the newest counts."""
        known = self._of_issuer.pop(identifier, login)
        self._of_issuer[identifier] = max(known, login, key=lambda one: one.at)
        while len(self._of_issuer) > _KEPT:
            self._of_issuer.popitem(last=False)

    def principal(self, identifier: str) -> Principal:
        """Return who a reader is, by the identifier of Chainlit's user."""
        if identifier.startswith(OF_ISSUER):
            login = self._of_issuer.get(identifier)
            return Principal(identifier, login.name if login else "", login.roles if login else frozenset(), "page")
        if not self._logins:
            return Principal(f"page:{identifier}", "this browser", self._policy.others, "page")
        return Principal(f"page:{identifier}", identifier, self._policy.roles_of(identifier), "page")

    def here(self) -> Principal:
        """Return who uses the page that is being served."""
        return self.principal(self._reader())
