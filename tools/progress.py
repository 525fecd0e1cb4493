"""How far the reads of one call are, told to whoever asked for it while they run. Pure."""

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Report = Callable[[int, int | None], Awaitable[None]]  # rows so far, and of how many where that is known

_APART = 0.25  # seconds between two reports: people read no faster, and small pages are many


class Progress:
    """The rows that all reads of one call have brought so far. What is told only ever grows."""

    def __init__(self, report: Report, clock: Callable[[], float] = time.monotonic) -> None:
        self._report = report
        self._clock = clock
        self._reads: list[Read] = []
        self._told = 0
        self._next = float("-inf")

    def read(self) -> "Read":
        """Return a read that begins."""
        self._reads.append(Read(self))
        return self._reads[-1]

    async def tell(self) -> None:
        """Report, where there is something new and the last report is not just out."""
        long = [read for read in self._reads if read.rows]
        done = sum(read.rows for read in long)
        now = self._clock()
        if done <= self._told or now < self._next:
            return
        self._told, self._next = done, now + _APART
        # Of several reads the later ones are not known yet: their sum would be no total.
        total = long[0].total if len(long) == 1 else None
        await self._report(done, total if total is None or total >= done else None)


class Read:
    """One query of several pages."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self.rows = 0
        self.total: int | None = None

    async def at(self, rows: int, total: int | None = None) -> None:
        """Say that so many rows are here and that more follow."""
        self.rows, self.total = rows, total
        if self._progress is not None:
            await self._progress.tell()


_watched: ContextVar[Progress | None] = ContextVar("progress", default=None)


@contextmanager
def watched(report: Report | None) -> Iterator[None]:
    """Have the long reads inside reported."""
    token = _watched.set(Progress(report) if report else None)
    try:
        yield
    finally:
        _watched.reset(token)


def reading() -> Read:
    """Return a read that begins now; it tells nobody where nobody asked."""
    progress = _watched.get()
    return progress.read() if progress else Read(None)
