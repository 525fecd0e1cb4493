"""Results that stay: the rows of past answers, whole, bounded in memory and age.

Each is kept under an id that cannot be guessed. Who knows the id may have the rows: a host gives an id only to the
conversation that asked, and the server alone only to the session that asked.
"""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json, to_json

from tools.models import Cell, ColumnType, Earlier, ResultTable, Source
from tools.typed import column_types

SCHEME = "sextant://results/"
_OVERHEAD = 1_000  # bytes that an entry takes beside its rows


class Missing(LookupError):
    """An address that leads to nothing; the message says what to do."""


class Expired(Missing):
    """A result that is no longer kept."""


@dataclass(frozen=True)
class About:
    """What is known of rows beside themselves."""

    tool: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    source: Source | None = None
    base: str = ""  # Nautobot's address, which the links begin with
    list_url: str | None = None
    notes: Sequence[str] = ()
    places: Sequence[tuple[str, ...]] = ()  # the ids of each row's locations, see tools/tables.py
    hidden: frozenset[str] = frozenset()  # kinds of records that the token may not view, which the rows lack
    unshown: Sequence[str] = ()  # columns that a model is shown only where it names them; people get every column


@dataclass(frozen=True)
class Result:
    """An earlier result, as a tool works on it. All its parts may be handed on; change none of them."""

    name: str  # "r3"
    subject: str  # "devices at FRA01"
    columns: list[str]
    rows: list[list[Cell]]
    links: list[str | None]  # a row's page in Nautobot, as a path: what a `Table` takes
    types: list[ColumnType]
    about: About
    more: int | None = 0  # as in its answer

    @property
    def total(self) -> int:
        return len(self.rows)

    @property
    def tool(self) -> str:
        return self.about.tool

    @property
    def arguments(self) -> Mapping[str, Any]:
        return self.about.arguments

    @property
    def source(self) -> Source | None:
        return self.about.source

    @property
    def unshown(self) -> Sequence[str]:
        """The columns that a model is shown only where it names them; of rows that a host hands back none are known."""
        return self.about.unshown

    @property
    def places(self) -> Sequence[tuple[str, ...]]:
        """The ids of each row's locations, as many as there are rows; empty where they are not known."""
        return self.about.places

    def column(self, name: str) -> list[Cell]:
        """Return the cells of a column. Raise `ValueError` where there is none."""
        at = self.columns.index(name)
        return [row[at] for row in self.rows]


def handed(name: str, earlier: Earlier) -> Result | None:
    """Return a result of the rows that the host hands back; None where it hands none.

    Which locations its rows are at is then told by their names alone.
    """
    table, source = earlier.table, earlier.source
    if table is None or source is None:
        return None
    base = (source.url or "").rstrip("/")
    links = [link.removeprefix(base) if link else None for link in table.links]
    about = About(earlier.tool, earlier.arguments, source, base, earlier.list_url, earlier.notes)
    types = column_types(table.columns, table.rows)
    return Result(name, table.subject, table.columns, table.rows, links, types, about, table.more)


@dataclass(frozen=True)
class _Kept:
    json: bytes  # a third of what the same rows take as objects
    about: About
    until: float


class Results:
    """The results of the last calls; where there are too many the ones longest unread go first."""

    def __init__(
        self, most_bytes: int = 256_000_000, seconds: float = 43_200, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most_bytes, self._seconds, self._clock = most_bytes, seconds, clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()  # large ones are written and read off the event loop

    def keep(self, table: ResultTable, about: About | None = None) -> str:
        """Keep a table and return its address; what stands behind it as a file is in tools/server.py."""
        typed = table if table.types else table.model_copy(update={"types": column_types(table.columns, table.rows)})
        key = secrets.token_urlsafe(12).replace("-", "x").replace("_", "y")
        kept = _Kept(to_json(typed, inf_nan_mode="null"), about or About(), self._clock() + self._seconds)
        with self._lock:
            self._kept[key] = kept
            self._bytes += _size(kept)
            self._make_room()
        return SCHEME + key

    def json(self, address: str) -> bytes:
        """Return a result as the JSON of a `ResultTable`. Raise `Expired`."""
        return self._of(address).json

    def table(self, address: str) -> ResultTable:
        """Return a result's table. Raise `Expired`. Of many rows it takes a while: not for an event loop."""
        return ResultTable.model_construct(**from_json(self.json(address)))  # it was valid when it was kept

    def about(self, address: str) -> About:
        """Return what is known beside the rows. Raise `Expired`."""
        return self._of(address).about

    def result(self, name: str, address: str) -> Result:
        """Return a result for a tool. Raise `Expired`. Of many rows it takes a while: not for an event loop."""
        table, about = self.table(address), self.about(address)
        links = [link.removeprefix(about.base) if link else None for link in table.links]
        return Result(name, table.subject, table.columns, table.rows, links, table.types, about, table.more)

    def _of(self, address: str) -> _Kept:
        key = address.removeprefix(SCHEME).partition(".")[0]
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.until < self._clock():
                raise Expired("This result is no longer kept. Ask the same question again to get it anew.")
            self._kept.move_to_end(key)
        return kept

    def _make_room(self) -> None:
        # The longest unread first: whatever stands before it, one that nobody may read any more goes in its turn.
        # The newest stays even where it alone is too big: its answer has just been promised.
        while len(self._kept) > 1 and (self._bytes > self._most_bytes or self._oldest.until < self._clock()):
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= _size(dropped)

    @property
    def _oldest(self) -> _Kept:
        return next(iter(self._kept.values()))


def _size(kept: _Kept) -> int:
    return len(kept.json) + 8 * len(kept.about.places) + _OVERHEAD
