"""A question and what comes of it: the loop of the page and of `ask`, with its limits, for whoever asks over HTTP."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass
from uuid import uuid4

from chainlit_app import watching
from chainlit_app.agent import answer
from chainlit_app.conversation import Conversation
from chainlit_app.history.chats import AWAY, Chats
from chainlit_app.history.trouble import HistoryTrouble
from chainlit_app.host import Host
from chainlit_app.limits import Refused
from chainlit_app.record import TurnRecord, record
from chainlit_app.turn import LLM, Toolbox, TurnEnded, TurnEvent
from chainlit_app.watching import Way
from sextant.access.gate import LOOP
from sextant.access.principal import Principal
from sextant.access.refusals import Refusal
from sextant.audit.questions import asked as recorded
from sextant.audit.trail import NotRecorded
from sextant.service.owners import Owners
from sextant.service.problems import Problem, of_refusal

CONVERSATION = r"[A-Za-z0-9._-]{1,64}"
_NAME = re.compile(CONVERSATION)
_STATUS = {"long": 413, "busy": 409, "full": 429, "many": 429}
_NO_CONVERSATION = "You have no conversation of this name. GET /conversations lists those you have."


@dataclass(frozen=True)
class Asked:
    """A question as a client sends it."""

    question: str
    conversation: str | None = None  # its name; None: the question stands alone, and nothing of it is kept
    model: str | None = None  # None: the first of those that may be chosen from


@dataclass
class Turns:
    """Answers questions. One for a process."""

    host: Host
    chats: Chats
    owners: Owners

    async def events(
        self, asked: Asked, who: Principal, toolbox: Toolbox, way: Way = "http"
    ) -> AsyncGenerator[TurnEvent | TurnRecord, None]:
        """Yield what happens, then the record of the turn. Raise `Problem` before anything is yielded."""
        model = self._model(asked.model)
        if not asked.question.strip():
            raise Problem(422, "The question is empty.")
        conversation = await self._conversation(asked, who)
        turn = uuid4().hex
        try:
            async with recorded(self.host.trail, who, asked.question) as noted:
                await self.host.gate.enter(who, LOOP, {"question": asked.question})
                with self.host.limits.turn(who.id, conversation.id, asked.question), watching.turn(way) as watched:
                    noted.heard = watched
                    async with (
                        self._keeping(asked, conversation, who, turn),
                        aclosing(
                            answer(
                                asked.question, conversation, model, toolbox, self.host.budget, turn, self.host.names
                            )
                        ) as events,
                    ):
                        async for event in events:
                            watched.hear(event)
                            yield event
                            if isinstance(event, TurnEnded):
                                self.owners.note_sources(who.id, event.sources)
                yield await asyncio.to_thread(record, conversation.turns[-1])
        except (Refusal, NotRecorded) as no:
            raise of_refusal(no) from no
        except Refused as refused:
            status = _STATUS[refused.why]
            raise Problem(status, str(refused), retry_after=refused.seconds if status in (409, 429) else None) from None

    async def find(self, name: str, who: Principal) -> Conversation:
        """Return a principal's own conversation. Raise `Problem`."""
        _check(name)
        with _history():
            found = await self.chats.find(name, who.id)
        if found is None:
            raise Problem(404, _NO_CONVERSATION)
        return found

    async def delete(self, name: str, who: Principal) -> None:
        """Delete a principal's own conversation. Raise `Problem`."""
        await self.find(name, who)
        with _history():
            await self.chats.delete(name, who.id)

    async def listed(self, who: Principal, after: str | None) -> tuple[list[dict[str, object]], str | None]:
        """Return a part of a principal's conversations, newest first, and where the next part begins."""
        with _history():
            page = await self.chats.store.list(who.id, first=100, after=after)
        return [
            {"conversation": one.id, "title": one.name, "began": one.began, "changed": one.changed}
            for one in page.listed
        ], page.next

    def _model(self, name: str | None) -> LLM:
        if name is None:
            return self.host.llm
        if name not in self.host.models:
            raise Problem(404, f"There is no model {name!r} to choose. There are: {', '.join(self.host.models)}.")
        return self.host.models[name]

    async def _conversation(self, asked: Asked, who: Principal) -> Conversation:
        if asked.conversation is None:
            return Conversation()
        _check(asked.conversation)
        with _history():
            return await self.chats.current(asked.conversation, who.id, new=False)

    @asynccontextmanager
    async def _keeping(
        self, asked: Asked, conversation: Conversation, who: Principal, turn: str
    ) -> AsyncIterator[None]:
        if asked.conversation is None:
            yield
            return
        async with self.chats.keeping(conversation, who.id, turn, asked.question):
            yield


def _check(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise Problem(422, "A conversation's name has 1 to 64 letters, digits, dots, dashes and underscores.")


@contextmanager
def _history() -> Iterator[None]:
    try:
        yield
    except HistoryTrouble as trouble:
        raise Problem(503, AWAY, retry_after=5) from trouble
