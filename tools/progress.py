"""How far the reads of one call are, told to whoever asked for it while they run. Pure."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Report = Callable[[int, int | None], Awaitable[None]]  # rows so far, and of how many where that is known
Count = Callable[[], Coroutine[Any, Any, int | None]]

_APART = 0.25  # seconds between two reports: people read no faster, and small pages are many


class Progress:
    """The rows that all reads of one call have brought so far. What is told only ever grows."""

    def __init__(self, report: Report, clock: Callable[[], float] = time.monotonic, apart: float = _APART) -> None:
        self._report = report
        self._apart = apart
        self._clock = clock
        self._reads: list[Read] = []
        self._told = 0
        self._next = float("-inf")

    def read(self, count: Count) -> "Read":
        """Return a read that begins."""
        self._reads.append(Read(count, self))
        return self._reads[-1]

    async def tell(self) -> None:
        """Report, where there is something new and the last report is not just out."""
        long = [read for read in self._reads if read.rows]
        done = sum(read.rows for read in long)
        now = self._clock()
        if done <= self._told or now < self._next:
            return
        self._told, self._next = done, now + self._apart
        # Of several reads the later ones are not known yet: their sum would be no total.
        total = long[0].total if len(long) == 1 else None
        await self._report(done, total if total is None or total >= done else None)


class Read:
    """One query. From its second page on it is a long one, whose rows are counted beside it."""

    def __init__(self, count: Count, progress: Progress | None = None) -> None:
        self._count = count
        self._progress = progress
        self._counting: asyncio.Task[int | None] | None = None
        self._said: int | None = None
        self.rows = 0

    async def at(self, rows: int) -> None:
        """Say that so many rows are here and that more may follow."""
        if self._progress is None:
            return
        self.rows = rows
        if self._counting is None:
            self._counting = asyncio.create_task(self._count())
        await self._progress.tell()

    async def tell(self, rows: int, total: int | None) -> None:
        """Say how far it is where it is read elsewhere, for several at once."""
        if self._progress is None:
            return
        self.rows, self._said = rows, total
        await self._progress.tell()

    @property
    def total(self) -> int | None:
        """How many rows it will be; None where that is not known, or not yet."""
        task = self._counting
        if task is None:
            return self._said
        return task.result() if task.done() and not task.cancelled() and not task.exception() else None

    def end(self) -> None:
        """Let nobody count on."""
        if self._counting is not None and not self._counting.cancel() and not self._counting.cancelled():
            self._counting.exception()  # looked at: a count that failed is only no total


_watched: ContextVar[Progress | None] = ContextVar("progress", default=None)


@contextmanager
def watched(report: Report | None, apart: float = _APART) -> Iterator[None]:
    """Have the long reads inside reported, at most once in so many seconds."""
    token = _watched.set(None if report is None else Progress(report, apart=apart))
    try:
        yield
    finally:
        _watched.reset(token)


@contextmanager
def reading(count: Count) -> Iterator[Read]:
    """Give a read that begins now and ends with the block; where nobody asked it tells nobody and counts nothing."""
    progress = _watched.get()
    read = Read(count) if progress is None else progress.read(count)
    try:
        yield read
    finally:
        read.end()


@contextmanager
def hearing() -> Iterator[Read]:
    """Give a read of which somebody else tells how far it is (`Read.tell`)."""
    with reading(_not_known) as read:
        yield read


async def _not_known() -> int | None:
    return None
