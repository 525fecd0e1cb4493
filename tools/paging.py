"""All pages of a query, and whether records came or went between them. Pure."""

from collections.abc import Awaitable, Callable
from typing import Any

from tools.live_errors import not_sensible
from tools.progress import Read, reading

Row = dict[str, Any]

CHANGED = "Records were added or deleted in Nautobot while these were read: some may be missing. Ask again."


class Pages:
    """The pages of one query."""

    def __init__(
        self, page: Callable[[int], Awaitable[list[Row]]], size: int, count: Callable[[], Awaitable[int | None]]
    ) -> None:
        """`page` gives the rows from an offset on, `count` says how many there are; None: it cannot be told."""
        self._page = page
        self._size = size
        self._count = count
        self._total: int | None = None

    async def rows(self) -> tuple[list[Row], bool]:
        """Return all rows, and whether they stayed in place: where they did not, all pages are read once more."""
        with reading(self._known) as progress:
            rows, in_place = await self._read(progress)
            return (rows, True) if in_place else await self._read(progress)

    async def _read(self, progress: Read) -> tuple[list[Row], bool]:
        found: dict[Any, Row] = {}  # by id: a record that is added meanwhile shifts others onto the next page
        offset = 0
        while True:
            page = await self._page(offset)
            known, offset = len(found), offset + len(page)
            found |= {row["id"]: row for row in page}
            if len(page) < self._size:
                return list(found.values()), len(found) == offset and (offset < self._size or await self._unchanged())
            if len(found) == known:  # the same page again: it would never end
                raise not_sensible()
            if not known:
                self._total = await self._count()
            await progress.at(len(found))

    async def _unchanged(self) -> bool:
        """Say whether there are as many as before: where one is deleted, another moves onto a page that was read."""
        return self._total is None or await self._count() in (self._total, None)

    async def _known(self) -> int | None:
        return self._total
