"""The audit in one database: rows are added, read and verified; only the retention removes some, and leaves a mark."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chainlit_app.history.database import engine, prepared, take_turns
from chainlit_app.history.trouble import reason
from chainlit_app.history.where import Place
from sextant.access.principal import Principal
from sextant.audit import chain, schema
from sextant.audit.chain import Head, Record, Verifier
from sextant.audit.trail import Event

_PATIENCE = 10.0  # seconds for one use of the database; reading a whole trail may take longer
_AT_ONCE = 5_000  # rows
_ITSELF = Principal("sextant", "Sextant", frozenset(), "none")


class AuditTrouble(Exception):
    """The audit cannot be read or written now; the message is one sentence for people."""


@dataclass(frozen=True)
class Wanted:
    """Which rows; None: all."""

    since: datetime | None = None
    who: str | None = None  # an id or a name
    kind: str | None = None
    newest: int | None = None  # so many of them


class AuditStore:
    """One trail. Every method but `close` raises `AuditTrouble`."""

    def __init__(self, place: Place, key: str | None = None) -> None:
        """`key` seals the end of the trail: who has only the database cannot write it anew."""
        self.place = place
        self._key = key
        self._engine: AsyncEngine | None = None
        self._opening = asyncio.Lock()

    async def append(self, events: Sequence[Event]) -> None:
        """Add the rows of these events, all or none. Writers of one database take turns."""
        async with self._using(writes=True) as db:
            await _append(db, await _locked(db), events, self._key)

    async def forget(self, days: float) -> int:
        """Remove the rows that are older, up to the first one that is not; return how many.

        What stays still verifies: the head keeps the hash that the first of them follows, and a new row tells of it.
        """
        oldest = chain.when(datetime.now(UTC) - timedelta(days=days))
        async with self._using(writes=True) as db:
            head = await _locked(db)
            if head is None:
                return 0
            first = select(func.min(schema.rows.c.number)).where(schema.rows.c.at >= oldest)
            kept = (await db.execute(first)).scalar_one_or_none()
            last = head.number if kept is None else int(kept) - 1
            if last <= head.removed:
                return 0
            found = select(schema.rows.c.hash).where(schema.rows.c.number == last)
            mark = str((await db.execute(found)).scalar_one())
            told = _of_itself(chain.removal(last), chain.REMOVED, mark, rows=last - head.removed)
            await _append(db, Head(head.number, head.hash, last, mark), [told], self._key)
            await db.execute(delete(schema.rows).where(schema.rows.c.number <= last))
            return last - head.removed

    async def head(self) -> Head | None:
        """Return where the trail ends; None: there is none yet."""
        async with self._using() as db:
            return await _head(db)

    async def records(self, wanted: Wanted | None = None) -> AsyncGenerator[Record, None]:
        """Yield rows, the oldest first."""
        wanted = wanted or Wanted()
        async with self._using(patience=None) as db:
            if wanted.newest is not None:
                newest = _query(wanted).order_by(schema.rows.c.number.desc()).limit(wanted.newest)
                for row in reversed((await db.execute(newest)).all()):
                    yield _record(row)
                return
            async for record in _all(db, _query(wanted)):
                yield record

    async def verify(self, anchor: tuple[int, str] | None = None) -> Verifier:
        """Look at every row; return what was found. The trail is seen as it is at one moment."""
        async with self._using(patience=None) as db:
            found = Verifier(await _head(db), self._key, anchor)
            async for record in _all(db, select(schema.rows)):
                found.take(record)
        found.end()
        return found

    async def close(self) -> None:
        """Let go of the database."""
        if self._engine is not None:
            await self._engine.dispose()
            self._engine = None

    @asynccontextmanager
    async def _using(
        self, *, writes: bool = False, patience: float | None = _PATIENCE
    ) -> AsyncIterator[AsyncConnection]:
        try:
            async with asyncio.timeout(patience):
                opened = await self._opened()
                # All reads of a transaction see one moment, also in PostgreSQL; writers see what the one before wrote.
                level = {} if writes or self.place.kind != "postgresql" else {"isolation_level": "REPEATABLE READ"}
                async with opened.execution_options(sextant_writes=writes, **level).begin() as db:
                    yield db
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            raise AuditTrouble(f"The audit ({self.place}) {reason(error, _PATIENCE)}") from error

    async def _opened(self) -> AsyncEngine:
        async with self._opening:
            if self._engine is None:
                self._engine = await prepared(engine(self.place), self._prepare)
        return self._engine

    async def _prepare(self, db: AsyncConnection) -> None:
        await db.run_sync(schema.metadata.create_all)
        written = (await db.execute(select(schema.head.c.version))).scalar_one_or_none()
        if written is not None and written > schema.VERSION:
            raise AuditTrouble(f"The audit ({self.place}) was written by a newer Sextant: use that one.")


async def _append(db: AsyncConnection, head: Head | None, events: Sequence[Event], key: str | None) -> None:
    begins = head is None
    number, previous = (head.number, head.hash) if head else (-1, chain.FIRST_PREVIOUS)
    made: list[Record] = []
    beginning = [_of_itself("the audit", chain.BEGUN, at=events[0].at)] if begins else []
    for event in [*beginning, *events]:
        number += 1
        made.append(chain.record(event, number, previous))
        previous = made[-1].hash
    await db.execute(insert(schema.rows), [asdict(record) for record in made])
    removed = (head.removed, head.removed_hash) if head else (-1, chain.FIRST_PREVIOUS)
    values = asdict(Head(number, previous, *removed).sealed(key))
    if begins:
        await db.execute(insert(schema.head).values(id=1, version=schema.VERSION, **values))
    else:
        await db.execute(update(schema.head).values(values))


def _of_itself(what: str, outcome: str, mark: str = "", **given: Any) -> Event:
    return Event("trail", _ITSELF, what, outcome, mark, request_id=None, **given)


async def _locked(db: AsyncConnection) -> Head | None:
    await take_turns(db)
    return await _head(db)


async def _head(db: AsyncConnection) -> Head | None:
    c = schema.head.c
    found = (await db.execute(select(c.number, c.hash, c.removed, c.removed_hash, c.seal))).one_or_none()
    return Head(*found) if found else None


def _query(wanted: Wanted) -> Select[Any]:
    c, query = schema.rows.c, select(schema.rows)
    if wanted.since is not None:
        query = query.where(c.at >= chain.when(wanted.since))
    if wanted.who is not None:
        query = query.where(or_(c.who == wanted.who, c.name == wanted.who))
    return query if wanted.kind is None else query.where(c.kind == wanted.kind)


async def _all(db: AsyncConnection, query: Select[Any]) -> AsyncIterator[Record]:
    """Yield rows in the order of their numbers, never holding more than some thousand."""
    last: int | None = None
    while True:
        more = query if last is None else query.where(schema.rows.c.number > last)
        found = (await db.execute(more.order_by(schema.rows.c.number).limit(_AT_ONCE))).all()
        for row in found:
            yield _record(row)
        if len(found) < _AT_ONCE:
            return
        last = int(found[-1].number)


def _record(row: Row[Any]) -> Record:
    return Record(**row._mapping)
