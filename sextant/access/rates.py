"""How often: calls counted for each who asks, in memory or in a Redis that several Sextants share. It alone knows limits."""

import asyncio
import logging
import math
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sextant.access.policy_file import Rate

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.aio.strategies import RateLimiter

logger = logging.getLogger(__name__)

_REDIS_SECONDS = 0.5  # a call waits no longer for its count
_REDIS_PAUSE = 5.0  # seconds until a Redis that did not answer is asked again


class Rates:
    """Counts calls in sliding windows. A call that is refused is not counted."""

    def __init__(self, redis: str | None = None) -> None:
        """`redis` is the address of one, like redis://host:6379/0; None: each process counts for itself."""
        self._redis = redis
        self._shared: RateLimiter | None = None
        self._own: RateLimiter | None = None
        self._away_until = 0.0

    async def wait_for(self, who: str, rates: Mapping[str, Rate]) -> tuple[Rate, int] | None:
        """Count a call of `who` under each rate. Return the rate that allows no more and seconds to wait, else None."""
        if not rates:
            return None
        if self._redis is None or time.monotonic() < self._away_until:
            return await self._counted(self._in_memory(), who, rates)
        from redis.exceptions import RedisError

        try:
            async with asyncio.timeout(_REDIS_SECONDS):
                return await self._counted(self._in_redis(self._redis), who, rates)
        except (OSError, TimeoutError, RedisError) as error:
            # A limit that is somewhat too high for a while, rather than no tools at all.
            logger.warning("%s does not answer (%s): calls are counted here.", shown(self._redis), type(error).__name__)
            self._away_until = time.monotonic() + _REDIS_PAUSE
            return await self._counted(self._in_memory(), who, rates)

    async def trouble(self) -> str | None:
        """Return why the Redis cannot be used now; None where it can, or there is none."""
        if self._redis is None:
            return None
        from redis.exceptions import RedisError

        try:
            async with asyncio.timeout(_REDIS_SECONDS):
                answers = await self._in_redis(self._redis).storage.check()
        except (OSError, TimeoutError, RedisError) as error:
            return f"{shown(self._redis)} does not answer ({type(error).__name__})"
        return None if answers else f"{shown(self._redis)} does not answer"

    async def aclose(self) -> None:
        """Return when nothing is connected any more."""
        if self._shared is not None:
            storage: Any = self._shared.storage
            await storage.bridge.storage.aclose()
            self._shared = None

    async def _counted(self, limiter: "RateLimiter", who: str, rates: Mapping[str, Rate]) -> tuple[Rate, int] | None:
        items = {pattern: _item(rate) for pattern, rate in rates.items()}
        # Looked at first: a call that one rate refuses does not count for the others.
        for pattern, rate in rates.items():
            if not await limiter.test(items[pattern], who, pattern):
                return rate, await _wait(limiter, items[pattern], who, pattern)
        for pattern, rate in rates.items():
            if not await limiter.hit(items[pattern], who, pattern):
                return rate, await _wait(limiter, items[pattern], who, pattern)
        return None

    def _in_memory(self) -> "RateLimiter":
        if self._own is None:
            # Imported late: it takes 0.2 s, and most policies have no rates.
            from limits.aio.storage import MemoryStorage
            from limits.aio.strategies import SlidingWindowCounterRateLimiter

            self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        return self._own

    def _in_redis(self, address: str) -> "RateLimiter":
        if self._shared is None:
            from limits.aio.storage import RedisStorage
            from limits.aio.strategies import SlidingWindowCounterRateLimiter

            storage = RedisStorage(
                f"async+{address}",
                implementation="redispy",
                key_prefix="sextant",
                socket_timeout=_REDIS_SECONDS,
                socket_connect_timeout=_REDIS_SECONDS,
            )
            self._shared = SlidingWindowCounterRateLimiter(storage)
        return self._shared


def shown(address: str) -> str:
    """Return an address without its password."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _item(rate: Rate) -> "RateLimitItem":
    from limits import RateLimitItemPerSecond

    return RateLimitItemPerSecond(rate.amount, rate.seconds)


async def _wait(limiter: "RateLimiter", item: "RateLimitItem", *key: str) -> int:
    """Return whole seconds, at least one."""
    stats = await limiter.get_window_stats(item, *key)
    return max(1, math.ceil(stats.reset_time - time.time()))
