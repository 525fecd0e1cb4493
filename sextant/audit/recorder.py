"""The recorder: events are written beside what goes on, some at once, in the order they came."""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sextant.audit.trail import Event, NotRecorded
from sextant.telemetry import metrics

logger = logging.getLogger(__name__)

_WAITING = 20_000  # events, while the database is away; the newest are lost beyond that
_GATHER = 0.2  # seconds in which events come together where nobody waits for them: a transaction costs more than a row
_AT_ONCE = 100  # events a transaction; more would hold up the event loop while they are hashed
_WHAT = 4_000  # characters of what happened that are looked through for secrets; a row keeps fewer
_PAUSE = 1.0  # seconds until a database that is away is tried again
_LONGEST_PAUSE = 30.0
_HOUR = 3600.0  # seconds between two looks at what is too old
_GOODBYE = 10.0  # seconds for what is still to be written when Sextant ends


class Store(Protocol):
    """Where the events are written (`sextant.audit.store.AuditStore`)."""

    async def append(self, events: Sequence[Event]) -> None:
        """Write all or none; raise what says why not."""
        ...

    async def forget(self, days: float) -> int:
        """Remove what is older; return how many rows."""
        ...

    async def close(self) -> None:
        """Let go of the database."""
        ...


# Loaded late: the database, and what takes secrets out of a text.
Opening = Callable[[], Awaitable[tuple[Store, Callable[[str], str]]]]


@dataclass
class _Waiting:
    event: Event
    written: "asyncio.Future[None] | None" = None  # where somebody waits for it


class Recorder:
    """A trail that writes. `lost` counts the events that could not be written."""

    def __init__(self, opened: Opening, *, days: float | None = None, required: bool = False) -> None:
        """`days`: older rows are removed. `required`: what cannot be written must not be done."""
        self.lost = 0
        self._opened = opened
        self._days = days
        self._required = required
        self._waiting: deque[_Waiting] = deque()
        self._news = asyncio.Event()
        self._ends = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None
        self._store: Store | None = None
        self._clean: Callable[[str], str] = str
        self._away = False  # and the log says so
        self._looked = -_HOUR  # when something was last removed

    async def record(self, event: Event) -> None:
        """Take an event; `Trail.record` says when it raises `NotRecorded`."""
        if self._closing or len(self._waiting) >= _WAITING:
            self._lose(1, "too many wait to be written" if not self._closing else "it is closed")
            if self._required:
                raise _not_recorded()
            return
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        written = asyncio.get_running_loop().create_future() if self._required else None
        self._waiting.append(_Waiting(replace(event, what=_beginning(event.what)), written))
        self._news.set()
        if written is not None:
            await written

    async def aclose(self) -> None:
        """Write what waits, within seconds, and let go of the database."""
        self._ends.set()
        self._news.set()
        if self._worker is not None:
            await asyncio.wait([self._worker], timeout=_GOODBYE)
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
        if self._waiting:
            self._lose(len(self._waiting), "Sextant ended")
            self._refuse(len(self._waiting))
        if self._store is not None:
            await self._store.close()
            self._store = None

    @property
    def _closing(self) -> bool:
        return self._ends.is_set()

    async def _work(self) -> None:
        pause = _PAUSE
        while True:
            await self._news.wait()
            if not self._required and not self._closing:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._ends.wait(), _GATHER)
            self._news.clear()
            while self._waiting:
                batch = [self._waiting[at] for at in range(min(_AT_ONCE, len(self._waiting)))]
                if await self._written(batch):
                    pause = _PAUSE
                    continue
                if self._closing:
                    return
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._ends.wait(), pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            if self._closing:
                return

    async def _written(self, batch: Sequence[_Waiting]) -> bool:
        """Write events and take them from those that wait; say whether to go on at once."""
        try:
            if self._store is None:
                self._store, self._clean = await self._opened()
            await self._store.append([self._cleaned(one.event) for one in batch])
        except Exception as trouble:  # noqa: BLE001 - whatever it is, an answer must not fail with it
            return self._failed(batch, trouble)
        metrics.note(metrics.AUDIT, len(batch), outcome="written")
        for one in batch:
            self._waiting.popleft()
            if one.written is not None and not one.written.done():
                one.written.set_result(None)
        if self._away:
            self._away = False
            logger.warning("The audit can be written again; %d events were lost.", self.lost)
        await self._forget(self._store)
        return True

    def _failed(self, batch: Sequence[_Waiting], trouble: Exception) -> bool:
        if not self._away:
            self._away = True
            # At the level of an error: somebody relies on these rows.
            logger.error("Nothing is written to the audit: %s", trouble or type(trouble).__name__)
        metrics.note(metrics.AUDIT, len(batch), outcome="failed")
        if not self._required:
            return False  # they wait: a database that is started anew costs no row
        self._refuse(len(batch))
        self._lose(len(batch))
        return True

    def _refuse(self, count: int) -> None:
        """Take the first events from those that wait, and tell whoever waits for one that it is not written."""
        for _ in range(count):
            one = self._waiting.popleft()
            if one.written is not None and not one.written.done():
                one.written.set_exception(_not_recorded())

    def _cleaned(self, event: Event) -> Event:
        return replace(event, what=self._clean(event.what))

    async def _forget(self, store: Store) -> None:
        if self._days is None or time.monotonic() < self._looked + _HOUR:
            return
        self._looked = time.monotonic()
        try:
            removed = await store.forget(self._days)
        except Exception as trouble:  # noqa: BLE001 - tried again in an hour
            logger.error("Old rows of the audit could not be removed: %s", trouble)
            return
        if removed:
            logger.info("%d rows of the audit are older than %g days and were removed.", removed, self._days)

    def _lose(self, count: int, why: str = "") -> None:
        metrics.note(metrics.AUDIT, count, outcome="lost")
        if why and (not self.lost or self.lost // 1000 != (self.lost + count) // 1000):
            logger.error("The audit lost events: %s (%d so far).", why, self.lost + count)
        self.lost += count


def _beginning(text: str) -> str:
    """Return the beginning of a text that is very long, up to a blank: of a secret not even a piece may be left."""
    return text if len(text) <= _WHAT else text[:_WHAT].rpartition(" ")[0] or text[:_WHAT]


def _not_recorded() -> NotRecorded:
    return NotRecorded(
        "This must be recorded and cannot be now, so it is not done: the audit cannot be written"
        " (SEXTANT_AUDIT_REQUIRED). Whoever runs Sextant finds the reason in its log."
    )
