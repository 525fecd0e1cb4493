"""Reads that are kept for a while, and reads that several wait for at once: what is asked twice is read once."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Generic, Literal, Protocol, TypeVar

from cachetools import TLRUCache
from pydantic_core import to_json

from tools import progress, watching

# What names are looked up in: small, slow to change, asked for by nearly every call.
NAMES = frozenset({"locations", "roles", "statuses", "namespaces", "providers", "device_names"})

_SAMPLE = 50  # rows that are measured of a read
_IN_MEMORY = 6  # bytes of Python objects for each byte of JSON
_AN_ENTRY = 2_000  # bytes that even a read without rows takes

Came = Literal["read", "joined", "kept"]


class Read(Protocol):
    """What one query gave."""

    @property
    def rows(self) -> Sequence[Any]: ...
    @property
    def retrieved_at(self) -> datetime: ...
    @property
    def whole(self) -> bool:
        """Return whether records stayed in place while it was read."""
        ...


R = TypeVar("R", bound=Read)


@dataclass(frozen=True)
class _Kept(Generic[R]):
    read: R
    began: float  # on the cache's clock
    seconds: float  # it is kept for
    size: int


@dataclass(eq=False)
class _Flight(Generic[R]):
    """A read that is under way, and who waits for it."""

    began: datetime
    task: "asyncio.Task[R]"
    waiting: int = 0
    listening: list[progress.Read] = field(default_factory=list)


class Cache(Generic[R]):
    """Reads by what they were asked with: the identity that asks, the query and its variables."""

    def __init__(self, megabytes: float, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: TLRUCache[Hashable, _Kept[R]] = TLRUCache(
            megabytes * 1_000_000, ttu=_until, timer=clock, getsizeof=lambda kept: kept.size
        )
        self._flights: dict[Hashable, _Flight[R]] = {}
        self._forgotten = datetime.min.replace(tzinfo=UTC)
        self.counts: dict[Came, int] = {"read": 0, "joined": 0, "kept": 0}

    async def get(
        self, key: Hashable, seconds: float, read: Callable[[], Awaitable[R]], since: datetime | None = None
    ) -> tuple[R, float]:
        """Return a read, and its age in seconds: 0 where it was read just now.

        One that is kept, one that another caller waits for, or a new one, which is then kept for so many `seconds`. An
        error, or a read during which records came or went, is never kept. `since`: nothing that was read before may
        answer. Raise what `read` raises.
        """
        kept = self._kept.get(key) if seconds else None
        if kept is not None and (since is None or kept.read.retrieved_at >= since):
            self._count("kept")
            return kept.read, max(0.0, self._clock() - kept.began)
        flight = self._flights.get(key)
        if flight is None or (since is not None and flight.began < since):
            self._count("read")
            flight = self._start(key, seconds, read)
        else:
            self._count("joined")
        return await self._landed(flight), 0.0

    def _count(self, came: Came) -> None:
        self.counts[came] += 1
        watching.read(came)

    def forget(self) -> None:
        """Forget what is kept; what is being read now answers only those who wait for it already."""
        self._kept.clear()
        self._flights.clear()
        self._forgotten = datetime.now(UTC)

    def drop(self, older: float, keys: Callable[[Any], bool]) -> bool:
        """Forget what was read more than so many seconds ago, of those keys; say whether there was any."""
        old = [key for key, kept in self._items() if keys(key) and self._clock() - kept.began > older]
        for key in old:
            del self._kept[key]
        return bool(old)

    def _items(self) -> Iterable[tuple[Hashable, _Kept[R]]]:
        self._kept.expire()
        return list(self._kept.items())

    def _start(self, key: Hashable, seconds: float, read: Callable[[], Awaitable[R]]) -> _Flight[R]:
        began, at = datetime.now(UTC), self._clock()
        listening: list[progress.Read] = []

        async def told(rows: int, total: int | None) -> None:
            for one in tuple(listening):
                with contextlib.suppress(Exception):  # whoever left hears nothing, and stops nobody
                    await one.tell(rows, total)

        async def fly() -> R:
            # A task of its own: it belongs to all who wait, not to the first of them.
            try:
                with progress.watched(told, apart=0):
                    found = await read()
                if seconds and found.whole and began >= self._forgotten:
                    self._keep(key, _Kept(found, at, seconds, _size(found.rows)))
                return found
            finally:
                if self._flights.get(key) is flight:
                    del self._flights[key]

        flight = self._flights[key] = _Flight(began, asyncio.create_task(fly()), listening=listening)
        flight.task.add_done_callback(_looked_at)
        return flight

    async def _landed(self, flight: _Flight[R]) -> R:
        flight.waiting += 1
        try:
            with _listening(flight):
                return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done():
                # Nobody wants it any more, and who asks now must not wait for what was just stopped.
                self._flights = {key: one for key, one in self._flights.items() if one is not flight}
                flight.task.cancel()
                await asyncio.wait([flight.task])

    def _keep(self, key: Hashable, kept: _Kept[R]) -> None:
        with contextlib.suppress(ValueError):  # larger than all the room
            self._kept[key] = kept


@contextlib.contextmanager
def _listening(flight: _Flight[Any]) -> Iterator[None]:
    with progress.hearing() as read:
        flight.listening.append(read)
        try:
            yield
        finally:
            flight.listening.remove(read)


def _until(key: Hashable, kept: _Kept[Any], now: float) -> float:
    return kept.began + kept.seconds


def _size(rows: Sequence[Any]) -> int:
    """Return about how many bytes rows take in memory, by a few of them."""
    step = max(1, len(rows) // _SAMPLE)
    sample = rows[::step][:_SAMPLE]
    return _AN_ENTRY + (len(to_json(sample)) * _IN_MEMORY * len(rows) // len(sample) if sample else 0)


def _looked_at(task: "asyncio.Task[Any]") -> None:
    # Else the loop tells of an error that nobody waited for any more.
    _ = task.cancelled() or task.exception()
