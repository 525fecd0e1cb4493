"""What the token may view: Nautobot shows of other records nothing, as if there were none."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from tools.hidden import Path, lacking, relations
from tools.live_errors import hidden
from tools.queries import Query


class Live(Protocol):
    """As much of a Nautobot as is asked."""

    async def may_read(self, root: str) -> bool | None:
        """Say whether the token may view a kind of record; None where that cannot be told."""
        ...


class Views:
    """Asks for each kind of record once in a while."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds = max(seconds, 1)
        self._clock = clock
        self._known: dict[str, tuple[float, bool]] = {}

    def forget(self) -> None:
        """Ask for every kind anew."""
        self._known.clear()

    async def why_empty(self, live: Live, root: str) -> str:
        """Tell "nothing there" from "not allowed". Raise `NotAllowed`, or return a note where it cannot be told."""
        may_read = await self._may_read(live, root)
        if may_read is None:
            return "Whether the token may read these records could not be checked."
        if not may_read:
            raise hidden(root)
        return ""

    async def hidden_relations(self, live: Live, query: Query, rows: Sequence[Mapping[str, Any]]) -> dict[Path, str]:
        """Return the relations that no row has only because the token may not view such records, and their kinds."""
        found: dict[Path, str] = {}
        for path, kind in relations(query.field).items():
            # Every record has a status: where none shows one, nobody needs to be asked.
            if lacking(rows, path) and (kind == "statuses" or await self._may_read(live, kind) is False):
                found[path] = kind
        return found

    async def _may_read(self, live: Live, root: str) -> bool | None:
        known = self._known.get(root)
        if known is None or known[0] < self._clock():
            may_read = await live.may_read(root)
            if may_read is None:
                return None
            known = self._known[root] = (self._clock() + self._seconds, may_read)
        return known[1]
