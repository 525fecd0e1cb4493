"""The source of truth: runs the query files, all pages of them, against a Nautobot or the demo network.

One path for both: only the transport at its end differs. In DEMO_MODE=auto a call that finds Nautobot away is run again,
whole, on demo data; no call and no turn ever mixes the two.
"""

import time
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, TypeVar

from gql.transport import AsyncTransport

from tools.cache import NAMES, Cache
from tools.checks import live_checks, organisation_file, query_files
from tools.choice import Choice
from tools.demo import DemoTransport
from tools.errors import BrokenQuery, NotServed, SourceError, Unavailable, UnknownName
from tools.hidden import without
from tools.live import AsWritten, Live
from tools.live_errors import from_graphql, problems, rows_of
from tools.models import Check, Mode, QueryRun, Status
from tools.packaged import folder
from tools.paging import CHANGED, Pages
from tools.queries import Queries, Query, checked
from tools.settings import ToolSettings
from tools.views import Views

T = TypeVar("T")
Row = dict[str, Any]

_FRESH = 10.0  # seconds: names that are younger are not read again for one that they lack


@dataclass(frozen=True)
class Rows:
    """All rows of one query, and where they come from."""

    rows: list[Row]
    run: QueryRun
    mode: Mode
    url: str | None  # Nautobot's base URL; None for demo data
    retrieved_at: datetime
    note: str = ""
    hidden: frozenset[str] = frozenset()  # kinds of related records that the token may not view; the rows lack them
    whole: bool = True  # no record came or went while they were read
    age: float = 0.0  # seconds since they were read, where they were kept


@dataclass
class _Call:
    """One tool call: all its reads are of one kind."""

    mode: Mode
    since: datetime | None = None  # nothing that was read before may answer it
    has_read: bool = False


class Nautobot:
    """Where all facts come from. `demo` and `clock` are for tests."""

    def __init__(
        self,
        settings: ToolSettings,
        *,
        demo: AsyncTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self.queries = Queries(settings.sextant_queries)
        self.live = Live(settings) if settings.kind != "demo" else None
        self._demo = demo
        self._clock = clock
        self._choice = Choice(clock)
        self._call: ContextVar[_Call | None] = ContextVar("call", default=None)
        self.cache: Cache[Rows] = Cache(settings.sextant_cache_mb, clock)
        self._identity = _identity(settings)
        self._views = Views(settings.sextant_cache_seconds, clock)
        self._lacking: dict[tuple[Mode, str], tuple[float, NotServed]] = {}  # lists that this Nautobot does not have

    async def rows(self, query: str, *, turn: str | None = None, **variables: Any) -> Rows:
        """Return all rows of a query file. A variable that is None is left out: no such filter.

        The list of rows may be shared with other callers: do not change it. Raise a `SourceError`.
        """
        return await self.answering(turn, lambda: self._rows(query, variables))

    async def answering(self, turn: str | None, work: Callable[[], Awaitable[T]], *, fresh: bool = False) -> T:
        """Run a whole tool call so that all its reads are of one kind, and those of its turn as well.

        `fresh`: what was kept, names included, is read anew. In DEMO_MODE=auto `work` may run twice: again on demo data, where
        Nautobot went away while it ran. Raise `Unavailable` where it only fails at this.
        """
        if self._call.get() is not None:
            return await work()
        since = datetime.now(UTC) if fresh else None
        if self.settings.kind != "auto":
            return await self._on(_Call(self.settings.kind, since), turn, work)
        if await self._falls_back(turn):
            return await self._on(_Call("fallback", since), turn, work)
        try:
            answer = await self._on(_Call("live", since), turn, work)
        except Unavailable as trouble:
            if await self.is_back():  # too much was asked of it, which makes it slow or ill for a moment, not away
                raise
            self._choice.away(str(trouble))
            if self._choice.of(turn) == "live":
                raise Unavailable(
                    f"{trouble} This answer began with live data and is not mixed with demo data: ask again."
                ) from trouble
            return await self._on(_Call("fallback", since), turn, work)
        if self._choice.of(turn) == "fallback":  # a call beside this one found Nautobot away
            return await self._on(_Call("fallback", since), turn, work)
        return answer

    async def _on(self, call: _Call, turn: str | None, work: Callable[[], Awaitable[T]]) -> T:
        token = self._call.set(call)
        try:
            answer = await self._with_new_names(work)
        except Unavailable:
            raise
        except Exception:
            if call.has_read:
                self._choice.keep(turn, call.mode)
            raise
        finally:
            self._call.reset(token)
        if call.has_read:
            self._choice.keep(turn, call.mode)
        return answer

    async def _with_new_names(self, work: Callable[[], Awaitable[T]]) -> T:
        """Run `work`, once more where it knew no such name: what was added since the names were read has one."""
        try:
            return await work()
        except SourceError as error:
            old = error.outcome == "unknown" and self.cache.drop(
                _FRESH, lambda key: key[0] == "live" and key[2] in NAMES
            )
            if not old:
                raise
        return await work()

    async def _falls_back(self, turn: str | None) -> bool:
        kept = self._choice.of(turn)
        if kept is not None:
            return kept == "fallback"
        if not self._choice.away_because:
            return False
        return not (self._choice.time_to_look() and await self.is_back())

    async def is_back(self, within: float = 2.0) -> bool:
        """Look whether Nautobot answers, within so many seconds. A refused token is an answer."""
        if self.live is None:
            return False
        try:
            await self._page(self.live, self.queries.get("namespaces"), {}, 0, 1, within=within)
        except Unavailable:
            return False
        except SourceError:
            pass
        self._choice.back()
        return True

    async def _rows(self, name: str, variables: dict[str, Any]) -> Rows:
        call = self._call.get()
        assert call is not None
        query = self.queries.get(name)
        given = checked(query, variables)
        key = (call.mode, self._identity, query.name, query.text, repr(sorted(given.items())))
        seconds = self.settings.kept_seconds(name, is_name=name in NAMES)
        found, age = await self.cache.get(key, seconds, lambda: self._served(query, given, call.mode), call.since)
        call.has_read = True
        # Names may be older: they only say which rows are meant.
        return replace(found, age=age) if age and name not in NAMES else found

    def refresh(self) -> None:
        """Forget what was kept: rows, names, what the token may view and what this Nautobot does not have."""
        self.cache.forget()
        self._views.forget()
        self._lacking.clear()

    async def _served(self, query: Query, given: dict[str, Any], mode: Mode) -> Rows:
        """Read a list; one that this Nautobot does not have is asked for once in a while only."""
        until, lacking = self._lacking.get((mode, query.text), (0.0, None))
        if lacking and until > self._clock():
            raise NotServed(str(lacking), lacking.root)
        try:
            return await self._all(query, given, mode)
        except NotServed as error:
            self._lacking[mode, query.text] = (self._clock() + self.settings.sextant_cache_seconds, error)
            raise

    async def _all(self, query: Query, given: dict[str, Any], mode: Mode) -> Rows:
        began, now = time.perf_counter(), datetime.now(UTC)
        live = self.live if mode == "live" else None
        source = live or self._demo_network()
        size = self.settings.nautobot_page_size
        pages = Pages(
            lambda offset: self._page(source, query, given, offset, size), size, lambda: _count(source, query, given)
        )
        rows, in_place = await pages.rows()
        note = "" if in_place else CHANGED
        if live is not None and not rows:
            note = await self._views.why_empty(live, query.root)
        hidden_relations = await self._views.hidden_relations(live, query, rows) if live is not None else {}
        if hidden_relations:
            rows = without(rows, hidden_relations)
        if mode == "fallback":
            # It may be back while a turn that began without it goes on.
            because = f" ({self._choice.away_because})" if self._choice.away_because else ""
            note = f"Nautobot does not answer: this is demo data, not your network.{because}"
        seconds = round(time.perf_counter() - began, 4)
        hidden = frozenset(hidden_relations.values())
        run = QueryRun(file=query.file, variables=given, rows=len(rows), seconds=seconds, text=query.text)
        return Rows(rows, run, mode, live.url if live else None, now, note, hidden, whole=in_place)

    async def _page(
        self, source: Live | AsyncTransport, query: Query, given: dict[str, Any], offset: int, size: int, **options: Any
    ) -> list[Row]:
        # In auto, one failure says little: the whole call decides.
        with self._choice.heard() if self.settings.kind == "live" else nullcontext():
            return await self._sent(source, query, given, offset, size, **options)

    async def _sent(
        self, source: Live | AsyncTransport, query: Query, given: dict[str, Any], offset: int, size: int, **options: Any
    ) -> list[Row]:
        request = AsWritten(query, {**given, "limit": size, "offset": offset})
        result = await source.execute(request, **options)
        if result.errors:
            version = self.live.version if self.live else None
            trouble = from_graphql(problems(result), query, given, version)
            if isinstance(trouble, UnknownName):
                self.cache.forget()  # a name that was known a moment ago may be gone
            raise await source.diagnosed(trouble) if isinstance(source, Live) else trouble
        return rows_of(result, query)

    def _demo_network(self) -> AsyncTransport:
        if self._demo is None:
            self._demo = DemoTransport(folder("demo_fixtures"))
        return self._demo

    async def checks(self) -> list[Check]:
        """Look at everything that answers depend on, for `sextant doctor`."""
        found = [Check(name="Data", ok=True, detail=self.status().detail)]
        if self.live is not None:
            trouble: SourceError | None = None
            try:
                await self._page(self.live, self.queries.get("namespaces"), {}, 0, 1)
            except BrokenQuery:
                pass  # said below
            except SourceError as error:
                trouble = error
            found += await live_checks(self.live, trouble)
        own = self.settings.sextant_organisation
        return [*found, query_files(self.queries), *([organisation_file(own)] if own else [])]

    async def looked(self) -> Status:
        """Say what the next answer would be read from, where needed after a look whether Nautobot answers."""
        # In auto, one failure says little: only a call decides.
        unsure = self._choice.in_doubt or (self.settings.kind == "live" and self._choice.long_unheard())
        if unsure and self._choice.time_to_look():
            await self.is_back(within=4.0)  # a status is waited for five seconds
        return self.status()

    def status(self) -> Status:
        """Say what is known of that, without asking anyone."""
        kind, url = self.settings.kind, self.settings.nautobot_url
        if kind == "demo":
            return Status(mode="demo", setting=kind, url=None, detail="Demo data: the network of demo_fixtures.")
        if self._choice.away_because and kind == "live":
            return Status(mode="live", setting=kind, url=url, detail=self._choice.away_because, answers=False)
        if self._choice.away_because:
            detail = f"Nautobot does not answer, demo data instead. {self._choice.away_because}"
            return Status(mode="fallback", setting=kind, url=url, detail=detail)
        version = f" {self.live.version}" if self.live and self.live.version else ""
        return Status(mode="live", setting=kind, url=url, detail=f"Live data: Nautobot{version} at {url}.")

    async def aclose(self) -> None:
        """Close the connections to Nautobot."""
        if self.live is not None:
            await self.live.aclose()


def _identity(settings: ToolSettings) -> str:
    """Return who reads what: what one may see is never given to another."""
    token = settings.nautobot_token.get_secret_value() if settings.nautobot_token else ""
    return sha256(f"{settings.nautobot_url}\n{token}".encode()).hexdigest()


async def _count(source: Live | AsyncTransport, query: Query, given: dict[str, Any]) -> int | None:
    # What others put in place of the demo network may not know how to count.
    return await source.count(query.root, query.filters(given)) if isinstance(source, Live | DemoTransport) else None
