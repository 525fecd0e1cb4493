"""Who asks, by an API key in X-API-Key."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from cachetools import TTLCache

from sextant.access.key_store import KeyStore, KeysTrouble
from sextant.access.key_words import Key, fits, parts_of
from sextant.access.principal import Principal
from sextant.access.refusals import Unauthenticated, Unavailable

CHALLENGE = 'ApiKey realm="Sextant", header="X-API-Key"'
_HEADER = "x-api-key"
_KEPT = 0.5  # seconds: a key that is revoked counts no longer
_MOST = 10_000  # keys that are kept so long


class ApiKeys:
    """Knows people and programs by their keys."""

    def __init__(
        self,
        store: KeyStore,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`now` says when a key has ended; `clock` for how long one is kept: no clock that somebody may set back."""
        self._store = store
        self._now = now
        self._known: TTLCache[str, Key | None] = TTLCache(_MOST, _KEPT, timer=clock)

    async def authenticate(self, headers: Mapping[str, str], address: str = "") -> Principal:
        """Return whose key that is. Raise `Unauthenticated`, or `Unavailable` where the keys cannot be read."""
        sent = headers.get(_HEADER)
        if not sent:
            raise Unauthenticated(
                "This takes an API key in the header X-API-Key: `sextant keys make` makes one.", CHALLENGE
            )
        parts = parts_of(sent.strip())
        key = await self._key(parts[0]) if parts else None
        if parts is None or not fits(parts[1], key) or key is None:
            raise Unauthenticated("This API key is not known.", CHALLENGE)
        if why := key.ended(self._now()):
            # Only who has the whole secret is told.
            raise Unauthenticated(f"This API key is {why}: ask whoever runs Sextant for another.", CHALLENGE)
        return Principal(f"key:{key.id}", key.name, key.roles, "api_key")

    async def aclose(self) -> None:
        """Return when nothing is connected any more."""
        await self._store.close()

    async def _key(self, id: str) -> Key | None:
        try:
            return self._known[id]
        except KeyError:
            pass
        try:
            found = await self._store.find(id)
        except KeysTrouble as trouble:
            raise Unavailable(str(trouble)) from trouble
        self._known[id] = found
        return found
