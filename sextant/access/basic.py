"""Who asks, by name and password (RFC 7617): those of the page's own file."""

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping

from cachetools import TTLCache

from chainlit_app.passwords import Passwords, Patience
from chainlit_app.passwords import TooMany as Waiting
from sextant.access.policy import Policy
from sextant.access.principal import Principal
from sextant.access.refusals import TooMany, Unauthenticated

CHALLENGE = 'Basic realm="Sextant", charset="UTF-8"'
_KEPT = 60.0  # seconds that a password need not be checked again: each check takes 64 MiB and a core
_MOST = 1_000  # passwords that are kept so long, as digests that only this process can make
_LONGEST = 4_096  # characters of a header


class BasicLogins:
    """Knows people by the names and passwords of a file."""

    def __init__(self, passwords: Passwords, policy: Policy, clock: Callable[[], float] = time.monotonic) -> None:
        self._passwords = passwords
        self._policy = policy
        self._patience = Patience(clock=clock)
        self._right: TTLCache[bytes, None] = TTLCache(_MOST, _KEPT, timer=clock)
        self._digest_key = secrets.token_bytes(32)

    async def authenticate(self, headers: Mapping[str, str], address: str = "") -> Principal:
        """Return whose password that is. Raise `Unauthenticated`, or `TooMany` where too many wrong ones came."""
        sent = headers.get("authorization", "")
        scheme, _, told = sent.partition(" ")
        if scheme.lower() != "basic":
            raise Unauthenticated("This takes a name and a password (Authorization: Basic).", CHALLENGE)
        pair = _pair(told.strip()) if len(sent) <= _LONGEST else None
        if pair is None or not await self._fits(*pair, address):
            raise Unauthenticated("This name and password are not known together.", CHALLENGE)
        name = pair[0]
        return Principal(f"page:{name}", name, self._policy.roles_of(name), "basic")

    async def aclose(self) -> None:
        """Nothing is connected."""

    async def _fits(self, name: str, password: str, address: str) -> bool:
        # With the mark a password that was changed, or a name that is gone, is another thing to be right about.
        mark = self._passwords.mark(name) or ""
        said = b"\0".join(part.encode() for part in (name, password, mark))
        seen = hmac.digest(self._digest_key, said, hashlib.sha256)
        if seen in self._right:
            return True
        try:
            self._patience.check(name, address)
        except Waiting as waiting:
            raise TooMany(str(waiting), waiting.seconds) from waiting
        self._patience.wrong(name, address)  # counted before it is looked at: many at once are many
        if not await self._passwords.match(name, password):
            return False
        self._patience.right(name, address)
        self._right[seen] = None
        return True


def _pair(told: str) -> tuple[str, str] | None:
    try:
        name, colon, password = base64.b64decode(told, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return (name, password) if colon and name else None
