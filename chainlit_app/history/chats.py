"""The conversations of a process: each belongs to one reader, and only that reader finds it. Knows no page."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from chainlit_app.archive import FeedbackRecord, TurnRecord
from chainlit_app.conversation import Conversation, Feedback, Turn
from chainlit_app.history.store import Store
from chainlit_app.history.trouble import HistoryTrouble, Overtaken

logger = logging.getLogger(__name__)

OPEN = 100  # conversations in memory; others wait in the history
ROWS_OPEN = 500_000  # of their sources
_LOOK_SECONDS = 2.0  # for the history to say whether another Sextant went on with a conversation; it goes on without
AWAY = (
    "The history cannot be read now, so this conversation cannot go on. Ask again in a moment, or begin a new chat."
    " Sextant's log says what is wrong."
)
_OVERTAKEN = (
    "This answer is not kept: another question of this conversation was answered at the same moment, by another Sextant."
    " The conversation goes on from there; ask this one again."
)
_NOT_KEPT = "This conversation is not being kept: it will be gone when Sextant ends. Its log says why."


@dataclass
class _Open:
    """A conversation in memory."""

    conversation: Conversation
    running: int = 0  # turns
    kept: dict[str, bool] = field(default_factory=dict)  # ids of turns that the history has: to their ends?
    warned: bool = False  # its reader knows that it is not being kept
    deleted: bool = False

    @property
    def rows(self) -> int:
        return sum(len(source.table.rows) for source in self.conversation.sources)

    @property
    def unkept(self) -> list[Turn]:
        """The turns that have ended and that the history does not have."""
        return [turn for turn in self.conversation.turns if turn.ended and turn.id not in self.kept]


class Chats:
    """Conversations by the id of their thread, which is the `id` of the conversation, and their reader."""

    def __init__(self, warn: Callable[[str], Awaitable[None]]) -> None:
        """`warn` tells the reader whose turn has ended that something is wrong."""
        self._warn_reader = warn
        self.rows_open = ROWS_OPEN
        self._store: Store | None = None
        self._open: dict[tuple[str, str], _Open] = {}  # the one used last at the end
        self._loading: dict[tuple[str, str], asyncio.Lock] = {}

    def use(self, store: Store) -> None:
        """Keep conversations there from now on."""
        self._store = store

    @property
    def store(self) -> Store:
        """Where conversations are kept."""
        if self._store is None:
            raise HistoryTrouble("There is no history yet.")
        return self._store

    def begin(self, id: str, owner: str) -> Conversation:
        """Return a new conversation of that reader under that id."""
        conversation = Conversation(id=id)
        self._put(owner, _Open(conversation))
        return conversation

    async def current(self, id: str, owner: str, *, new: bool) -> Conversation:
        """Return a reader's conversation; one that there is not yet begins. `new`: nothing was said under that id.

        Raise `HistoryTrouble` where there may be one that cannot be read now: a second one under its id would number
        its sources like those of the first, and could never be kept.
        """
        try:
            found = await self.find(id, owner)
        except HistoryTrouble:
            if not new:
                raise
            found = None
        return found or self.begin(id, owner)

    async def find(self, id: str, owner: str) -> Conversation | None:
        """Return a reader's own conversation; None where there is none. Raise `HistoryTrouble`."""
        key = (owner, id)
        await self._let_go_of_old(key)
        if key not in self._open and self._store is not None:
            try:
                async with self._loading.setdefault(key, asyncio.Lock()):
                    if key not in self._open:
                        await self._load(id, owner)
            finally:
                self._loading.pop(key, None)
        found = self._open.get(key)
        if found is None:
            return None
        self._put(owner, found)
        return found.conversation

    async def note(self, id: str, owner: str, name: str) -> None:
        """Keep that a conversation has begun. Raise `HistoryTrouble`."""
        await self.store.begin(owner, id, name)
        await self._make_room_in(self.store)

    @asynccontextmanager
    async def keeping(self, conversation: Conversation, owner: str, turn_id: str, question: str) -> AsyncIterator[None]:
        """Keep a turn: its question now, all of it at its end. What goes wrong there never ends a turn."""
        held = self._held(conversation, owner)
        held.running += 1
        asked = asyncio.create_task(self._asked(held, owner, turn_id, question))
        try:
            yield
        finally:
            held.running -= 1
            # In a task of its own: a reader who stops a turn does not stop this.
            await asyncio.shield(asyncio.create_task(self._ended(held, owner, asked)))
            self._make_room()

    async def delete(self, id: str, owner: str) -> None:
        """Delete a conversation here and in the history. Raise `HistoryTrouble`."""
        await self.store.delete(owner, id)
        if found := self._open.pop((owner, id), None):
            found.deleted = True

    async def rename(self, id: str, owner: str, name: str) -> None:
        """Give a conversation another name. Raise `HistoryTrouble`."""
        await self.store.rename(owner, id, name)
        if found := self._open.get((owner, id)):
            found.conversation.name = name

    async def say(self, turn_id: str, owner: str, said: Feedback | None) -> None:
        """Keep what a reader says of an answer. Raise `HistoryTrouble`."""
        for (whose, _), found in self._open.items():
            for turn in found.conversation.turns if whose == owner else ():
                if turn.id == turn_id:
                    turn.feedback = said
        record = FeedbackRecord(value=said.value, comment=said.comment) if said else None
        await self.store.set_feedback(owner, turn_id, record)

    async def forget(self, days: float) -> None:
        """Delete the conversations in which nothing was said for so many days."""
        try:
            count = await self.store.forget(days)
        except HistoryTrouble:
            return
        if count:
            logger.info("%d conversations are older than %g days: deleted", count, days)
            # Those that are still there are read anew when they are wanted.
            self._open = {key: found for key, found in self._open.items() if found.running or found.unkept}

    async def _load(self, id: str, owner: str) -> None:
        kept = await self.store.turns(owner, id)
        record = await self.store.find(owner, id)
        if record:
            conversation = await asyncio.to_thread(record.restore)
            if (owner, id) not in self._open:  # or what was said meanwhile would be lost
                self._put(
                    owner, _Open(conversation, kept={turn.id: kept.get(turn.id, False) for turn in conversation.turns})
                )

    async def _let_go_of_old(self, key: tuple[str, str]) -> None:
        """Forget a conversation that another Sextant has gone on with or deleted: it is to be read anew."""
        held = self._open.get(key)
        if held is None or self._store is None or held.running or held.unkept:
            return
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                now = await self._store.turns(*key)
        except (HistoryTrouble, TimeoutError):
            return
        if now != held.kept and not held.running and self._open.get(key) is held:
            del self._open[key]

    async def _asked(self, held: _Open, owner: str, turn_id: str, question: str) -> None:
        # Where earlier turns are still to be written the question waits for them: it would stand before them.
        if self._store is not None and not held.unkept:
            with suppress(HistoryTrouble):  # its end is written with the question once more
                await self._store.asked(owner, held.conversation.id, turn_id, question, datetime.now(UTC))

    async def _ended(self, held: _Open, owner: str, asked: asyncio.Task[None]) -> None:
        await asked
        if held.deleted or self._store is None:
            return
        # With it those that could not be written before: sources are numbered through all of them.
        turns = held.unkept
        try:
            records = await asyncio.to_thread(lambda: [TurnRecord.of(turn) for turn in turns])
            await self._store.answered(owner, held.conversation.id, records)
            held.kept |= {turn.id: True for turn in turns}
            await self._make_room_in(self._store)
            if held.deleted:  # while it was written
                await self._store.delete(owner, held.conversation.id)
        except Overtaken:
            logger.warning(
                "Another Sextant answered in this conversation at the same moment: turns not kept: %d", len(turns)
            )
            if self._open.get((owner, held.conversation.id)) is held:
                del self._open[owner, held.conversation.id]  # it is read anew
            await self._warn_reader(_OVERTAKEN)
        except HistoryTrouble:
            logger.warning("A turn is not kept.")
            await self._warn(held)
        except Exception:
            logger.exception("A turn could not be kept")
            await self._warn(held)

    async def _warn(self, held: _Open) -> None:
        if not held.warned:
            held.warned = True
            await self._warn_reader(_NOT_KEPT)

    def _held(self, conversation: Conversation, owner: str) -> _Open:
        """Return a conversation as it is held, also one that had to make room since its page got it."""
        found = self._open.get((owner, conversation.id))
        if found is None or found.conversation is not conversation:
            found = _Open(conversation)
            self._put(owner, found)
        return found

    def _put(self, owner: str, found: _Open) -> None:
        key = (owner, found.conversation.id)
        self._open.pop(key, None)
        self._open[key] = found
        self._make_room()

    async def _make_room_in(self, store: Store) -> None:
        """Delete what a history in memory has no room for; it is gone here as well, or is kept anew as a whole."""
        for key in await store.make_room(self.rows_open):
            found = self._open.get(key)
            if found and found.running:
                found.kept.clear()
            else:
                self._open.pop(key, None)

    def _make_room(self) -> None:
        """Forget what nobody used for longest, first of what the history has."""
        rows = sum(found.rows for found in self._open.values())
        if len(self._open) <= OPEN and rows <= self.rows_open:
            return
        for key, found in sorted(list(self._open.items())[:-1], key=lambda item: bool(item[1].unkept)):
            if len(self._open) <= OPEN and rows <= self.rows_open:
                return
            if found.running:
                continue
            if lost := len(found.unkept):
                logger.warning(
                    "A conversation made room for others that the history does not have: turns lost: %d", lost
                )
            rows -= found.rows
            del self._open[key]
