"""Logins where every request brings its own proof: the first of each in an hour, and refused ones. Knows no database."""

import contextlib
from time import monotonic

from cachetools import TTLCache

from sextant.access.principal import Principal
from sextant.audit.trail import Event, NotRecorded, Trail

_AN_HOUR = 3600.0  # seconds for which one login stands for the requests after it
_A_MINUTE = 60.0  # seconds in which an address fills one row, however often it tries
_KNOWN = 10_000  # principals, and addresses


class Logins:
    """Records who came in and who did not. Whoever tries thousands of tokens a second does not fill the disk."""

    def __init__(self, trail: Trail) -> None:
        self._trail = trail
        self._came: TTLCache[tuple[str, str], bool] = TTLCache(_KNOWN, _AN_HOUR, monotonic)
        self._refused: TTLCache[str, bool] = TTLCache(_KNOWN, _A_MINUTE, monotonic)
        self._untold: TTLCache[str, int] = TTLCache(_KNOWN, _AN_HOUR, monotonic)

    async def came(self, who: Principal, address: str) -> None:
        """Record a login, once an hour from an address. Raise `NotRecorded` where it must be and cannot."""
        if who.method == "none" or (who.id, address) in self._came:
            return
        await self._trail.record(Event("login", who, f"HTTP from {address}", "logged in"))
        self._came[who.id, address] = True

    async def refused(self, address: str, outcome: str = "refused") -> None:
        """Record that somebody was not let in; what else is tried from there within a minute is told by the next row."""
        if address in self._refused:
            self._untold[address] = self._untold.get(address, 0) + 1
            return
        self._refused[address] = True
        more = self._untold.pop(address, 0)
        tried = f", {more} more since the last row" if more else ""
        unknown = Principal("unknown", "unknown", frozenset(), "none")
        with contextlib.suppress(NotRecorded):  # they are refused in any case
            await self._trail.record(Event("login", unknown, f"HTTP from {address}{tried}", outcome))
