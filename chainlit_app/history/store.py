"""The history itself: what was asked, answered and read, each reader's own."""

import asyncio
import logging
import time
import zlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, and_, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chainlit_app.archive import ConversationRecord, FeedbackRecord, TurnRecord
from chainlit_app.history.database import engine, prepared
from chainlit_app.history.packing import PackedTurn, packed, unfinished, unpacked
from chainlit_app.history.queries import beyond, listing, own, turns_of
from chainlit_app.history.room import make_room
from chainlit_app.history.schema import VERSION, conversations, metadata, sources, turns, version
from chainlit_app.history.trouble import HistoryTrouble, NewerHistory, Overtaken, WrongFile, reason
from chainlit_app.history.where import Place

logger = logging.getLogger(__name__)

ROWS_READ = 100_000  # of the newest sources of a conversation that is opened; older ones come as a model saw them
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_PATIENCE = 30.0  # seconds for one use of the database, of whatever size


@dataclass(frozen=True)
class Listed:
    """A conversation in the list."""

    id: str
    name: str  # as its reader calls it, or its first question
    began: datetime
    changed: datetime


@dataclass(frozen=True)
class Page:
    """A part of the list, newest first."""

    listed: Sequence[Listed]
    next: str | None  # where the next part begins; None: there is none


class Store:
    """The history in one database. Every method but `close` raises `HistoryTrouble`."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._engine: AsyncEngine | None = None
        self._opening = asyncio.Lock()
        self._away = False  # since it was last used, and the log says so

    async def open(self) -> None:
        """Make the tables where there are none. Raise `NewerHistory` where a newer Sextant wrote them, or `WrongFile`."""
        async with self._using(writes=False, logs=False):
            return

    async def close(self) -> None:
        """Let go of the database."""
        if self._engine is not None:
            await self._engine.dispose()
            self._engine = None

    async def begin(self, owner: str, id: str, name: str = "") -> None:
        """Keep that there is a conversation; one that there is stays as it is."""
        async with self._using() as db:
            await _key(db, owner, id, name)

    async def asked(self, owner: str, id: str, turn_id: str, question: str, began: datetime) -> None:
        """Keep a question that is being answered."""
        async with self._using() as db:
            key = await _key(db, owner, id)
            await _touch(db, key)
            number = await _next_number(db, key)
            await db.execute(
                insert(turns).values(
                    conversation=key,
                    number=number,
                    id=turn_id,
                    began=began.timestamp(),
                    question=_text(question),
                    answer="",
                )
            )

    async def answered(self, owner: str, id: str, ended: Sequence[TurnRecord]) -> None:
        """Keep turns that have ended, with all their rows; those that are kept already are written anew.

        Raise `Overtaken` where another Sextant has kept sources of the same numbers.
        """
        written = await asyncio.to_thread(lambda: [packed(turn) for turn in ended])
        async with self._using() as db:
            key = await _key(db, owner, id)
            await _touch(db, key)
            for turn in written:
                await _write(db, key, turn)

    async def find(self, owner: str, id: str) -> ConversationRecord | None:
        """Return a reader's conversation; None where there is none of theirs."""
        async with self._using(writes=False) as db:
            found = (await db.execute(select(conversations).where(own(owner, id)))).one_or_none()
            if found is None:
                return None
            said = (
                await db.execute(select(turns).where(turns.c.conversation == found.key).order_by(turns.c.number))
            ).all()
            rows = await _rows(db, found.key)
        return await asyncio.to_thread(_conversation, found, said, rows)

    async def turns(self, owner: str, id: str) -> Mapping[str, bool]:
        """Return the ids of a conversation's turns, each with whether it is kept to its end."""
        async with self._using(writes=False) as db:
            return {row.id: row.ended for row in await db.execute(turns_of(owner, id))}

    async def list(self, owner: str, *, first: int = 20, after: str | None = None, search: str = "") -> Page:
        """Return a reader's conversations, newest first: all, or those in which all words of `search` stand."""
        query = listing(owner, search).limit(first + 1)
        if after:
            query = query.where(beyond(after))
        async with self._using(writes=False) as db:
            found = (await db.execute(query)).all()
        shown = found[:first]
        listed = [Listed(row.id, row.name or row.asked or "", _when(row.began), _when(row.changed)) for row in shown]
        return Page(listed, f"{shown[-1].changed!r}-{shown[-1].key}" if len(found) > first else None)

    async def rename(self, owner: str, id: str, name: str) -> bool:
        """Give a conversation another name; say whether there is one."""
        async with self._using() as db:
            done = await db.execute(update(conversations).where(own(owner, id)).values(name=_text(name)))
            return bool(done.rowcount)

    async def delete(self, owner: str, id: str) -> bool:
        """Delete a conversation with all that was read for it; say whether there was one."""
        async with self._using() as db:
            return bool((await db.execute(delete(conversations).where(own(owner, id)))).rowcount)

    async def set_feedback(self, owner: str, turn_id: str, said: FeedbackRecord | None) -> bool:
        """Keep what a reader says of an answer, or that they take it back; say whether there is such a turn."""
        theirs = select(conversations.c.key).where(conversations.c.owner == owner)
        async with self._using() as db:
            done = await db.execute(
                update(turns)
                .where(turns.c.id == turn_id, turns.c.conversation.in_(theirs))
                .values(feedback=said.model_dump_json() if said else None)
            )
            return bool(done.rowcount)

    async def forget(self, days: float) -> int:
        """Delete the conversations in which nothing was said for so long; return how many."""
        async with self._using() as db:
            old = conversations.c.changed < time.time() - days * 86_400
            return (await db.execute(delete(conversations).where(old))).rowcount

    async def make_room(self, rows: int) -> Sequence[tuple[str, str]]:
        """Keep a history that is in memory from growing; return what was deleted: its readers and its ids."""
        if self._place.kind != "memory":
            return []
        async with self._using() as db:
            return await make_room(db, rows)

    @asynccontextmanager
    async def _using(self, *, writes: bool = True, logs: bool = True) -> AsyncIterator[AsyncConnection]:
        """Give one transaction. What goes wrong in it is the database's; the log has it once, until it works again."""
        try:
            async with asyncio.timeout(_PATIENCE):
                opened = await self._opened()
                async with opened.execution_options(sextant_writes=writes).begin() as db:
                    yield db
        except IntegrityError as error:
            raise Overtaken("Another Sextant has gone on with this conversation meanwhile.") from error
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            trouble = HistoryTrouble(f"The history ({self._place}) {reason(error, _PATIENCE)}")
            self._log(trouble, logs)
            raise trouble from error
        except WrongFile as wrong:
            self._log(wrong, logs)
            raise
        if self._away:
            self._away = False
            logger.warning("The history (%s) can be used again.", self._place)

    def _log(self, trouble: HistoryTrouble, logs: bool) -> None:
        if logs and not self._away:
            self._away = True
            logger.warning("%s", trouble)

    async def _opened(self) -> AsyncEngine:
        async with self._opening:
            if self._engine is None:
                try:
                    opened = engine(self._place)
                except OSError as error:
                    raise WrongFile(f"The history ({self._place}) cannot be written: {error.strerror}.") from error
                self._engine = await prepared(opened, _migrate)
        return self._engine


async def _migrate(db: AsyncConnection) -> None:
    await db.run_sync(metadata.create_all)
    written = (await db.execute(select(version.c.version))).scalar_one_or_none()
    if written is None:
        await db.execute(insert(version).values(version=VERSION))
    elif written > VERSION:
        raise NewerHistory(
            f"A newer Sextant has written this history (version {written}; this one knows {VERSION}):"
            " install that one, or name another place in SEXTANT_HISTORY."
        )


async def _key(db: AsyncConnection, owner: str, id: str, name: str = "") -> int:
    """Return the key of a conversation, which is made where there is none."""
    now = time.time()
    made = _INSERT[db.dialect.name](conversations).on_conflict_do_nothing()
    await db.execute(made.values(owner=owner, id=id, name=_text(name), began=now, changed=now))
    return int((await db.execute(select(conversations.c.key).where(own(owner, id)))).scalar_one())


async def _next_number(db: AsyncConnection, key: int) -> int:
    last = (await db.execute(select(func.max(turns.c.number)).where(turns.c.conversation == key))).scalar_one()
    return (last or 0) + 1


async def _touch(db: AsyncConnection, key: int) -> None:
    """Note that a conversation has changed. Who writes to it does so first: others wait until its transaction ends."""
    await db.execute(update(conversations).where(conversations.c.key == key).values(changed=time.time()))


async def _write(db: AsyncConnection, key: int, turn: PackedTurn) -> None:
    """Write a turn over its question, or behind the last turn."""
    this = and_(turns.c.conversation == key, turns.c.id == turn.id)
    number = (await db.execute(select(turns.c.number).where(this))).scalar_one_or_none()
    said = {"answer": _text(turn.answer), "record": turn.record}
    if number is None:
        number = await _next_number(db, key)
        said |= {"question": _text(turn.question), "id": turn.id}
        said |= {"feedback": turn.feedback} if turn.feedback else {}
        await db.execute(insert(turns).values(conversation=key, number=number, began=turn.began, **said))
    else:
        await db.execute(update(turns).where(this).values(said))
        await db.execute(delete(sources).where(sources.c.conversation == key, sources.c.turn == number))
    for one in turn.sources:
        await db.execute(
            insert(sources).values(
                conversation=key, number=one.number, turn=number, count=one.count, first=one.first, rows=one.rows
            )
        )


async def _rows(db: AsyncConnection, key: int) -> dict[int, bytes]:
    """Return the rows of a conversation's sources: all of the newest, of older ones what a model saw."""
    counts = (
        await db.execute(
            select(sources.c.number, sources.c.count)
            .where(sources.c.conversation == key)
            .order_by(sources.c.number.desc())
        )
    ).all()
    whole: list[int] = []
    left = ROWS_READ
    for number, count in counts:
        left -= count
        if left >= 0 or not whole:
            whole.append(number)
    this = sources.c.conversation == key
    all_rows = select(sources.c.number, sources.c.rows).where(this, sources.c.number.in_(whole))
    first_rows = select(sources.c.number, sources.c.first).where(this, sources.c.number.not_in(whole))
    found = [*(await db.execute(all_rows)).all(), *(await db.execute(first_rows)).all()]
    return {number: rows for number, rows in found}


def _conversation(found: Row[Any], said: Sequence[Row[Any]], rows: Mapping[int, bytes]) -> ConversationRecord:
    try:
        kept = [
            unpacked(turn.record, turn.feedback, rows)
            if turn.record
            else unfinished(turn.id, turn.began, turn.question)
            for turn in said
        ]
        return ConversationRecord(id=found.id, name=found.name, began=_when(found.began), turns=kept)
    except (ValueError, zlib.error) as error:
        logger.warning("The conversation %s is damaged in the history.", found.id)
        raise HistoryTrouble("This conversation cannot be read from the history: it is damaged there.") from error


def _when(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _text(said: str) -> str:
    return said.replace("\x00", "")  # PostgreSQL takes none
