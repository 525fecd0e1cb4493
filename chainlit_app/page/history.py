"""The history as Chainlit's page asks for it: the list at the side, conversations opened again, thumbs.

Chainlit would keep every step and element that it shows. Here a conversation is kept as what it is, and what the page
shows of it is made from that anew: what Chainlit wants kept is let go.
"""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from chainlit.data.base import BaseDataLayer
from chainlit.types import Feedback as Thumb
from chainlit.types import PageInfo, PaginatedResponse, Pagination, ThreadDict, ThreadFilter
from chainlit.user import PersistedUser, User
from fastapi import HTTPException

from chainlit_app.conversation import Conversation, Feedback
from chainlit_app.history.chats import AWAY, Chats
from chainlit_app.history.store import Listed
from chainlit_app.history.trouble import HistoryTrouble
from chainlit_app.page import view
from chainlit_app.page.commands import typed
from chainlit_app.page.identity import asking

_NAME = 80  # characters of a question that name a conversation
_COMMENT = 4_000  # characters
_LISTED = 100  # at once


class History(BaseDataLayer):
    """Conversations of the reader who asks; of nobody else's does it know."""

    def __init__(self, chats: Chats) -> None:
        self._chats = chats

    async def get_user(self, identifier: str) -> PersistedUser | None:
        """Return a reader: whoever came this far is one."""
        return PersistedUser(id=identifier, createdAt="1970-01-01T00:00:00Z", identifier=identifier)

    async def create_user(self, user: User) -> PersistedUser | None:
        """Return the same."""
        return await self.get_user(user.identifier)

    async def list_threads(self, pagination: Pagination, filters: ThreadFilter) -> PaginatedResponse[ThreadDict]:
        """Return a part of the list, newest first; a search looks into questions and answers as well."""
        try:
            page = await self._chats.store.list(
                asking.get(),
                first=min(max(pagination.first, 1), _LISTED),
                after=pagination.cursor,
                search=(filters.search or "")[:200],
            )
        except HistoryTrouble as trouble:
            raise _unavailable(trouble) from trouble
        info = PageInfo(hasNextPage=page.next is not None, startCursor=None, endCursor=page.next)
        return PaginatedResponse(pageInfo=info, data=[_listed(one) for one in page.listed])

    async def get_thread(self, thread_id: str) -> ThreadDict | None:
        """Return a conversation as the page shows it; None where the reader has none like it.

        One that cannot be read now says so in its place: Chainlit would say that it was not found, and leave it.
        """
        try:
            conversation = await self._chats.find(thread_id, asking.get())
        except HistoryTrouble:
            return unread(thread_id, asking.get())
        if conversation is None:
            return None
        return await asyncio.to_thread(thread, conversation, asking.get())  # it looks for pictures in all rows

    async def get_thread_author(self, thread_id: str) -> str:
        """Return the reader who asks where it is theirs; else nobody, so that it counts as not there."""
        try:
            return asking.get() if await self._chats.find(thread_id, asking.get()) else ""
        except HistoryTrouble as trouble:
            raise _unavailable(trouble) from trouble

    async def update_thread(
        self,
        thread_id: str,
        name: str | None = None,
        user_id: str | None = None,
        metadata: dict[str, Any] | None = None,
        tags: list[str] | None = None,
    ) -> None:
        """Keep that a conversation has begun, or its new name."""
        if name is None:
            return
        if user_id is None:
            return await self._rename(thread_id, name)
        with suppress(HistoryTrouble):  # the turn that follows says so on the page
            await self._chats.note(thread_id, user_id, "" if typed(name) else named(name))

    async def delete_thread(self, thread_id: str) -> None:
        """Delete a conversation and all that was read for it."""
        try:
            await self._chats.delete(thread_id, asking.get())
        except HistoryTrouble as trouble:
            raise _unavailable(trouble) from trouble

    async def upsert_feedback(self, feedback: Thumb) -> str:
        """Keep a thumb and its comment with the turn."""
        comment = (feedback.comment or "").strip()[:_COMMENT]
        return await self._say(feedback.forId, Feedback("up" if feedback.value else "down", comment))

    async def delete_feedback(self, feedback_id: str) -> bool:
        """Take a thumb back."""
        return bool(await self._say(feedback_id, None))

    async def close(self) -> None:
        """Let go of the database."""
        await self._chats.store.close()

    async def build_debug_url(self) -> str:
        return ""

    # What is kept elsewhere, or not at all.

    async def create_step(self, step_dict: Any) -> None: ...
    async def update_step(self, step_dict: Any) -> None: ...
    async def delete_step(self, step_id: str) -> None: ...
    async def create_element(self, element: Any) -> None: ...
    async def get_element(self, thread_id: str, element_id: str) -> None: ...
    async def delete_element(self, element_id: str, thread_id: str | None = None) -> None: ...
    async def get_favorite_steps(self, user_id: str) -> list[Any]:
        return []

    async def _rename(self, id: str, name: str) -> None:
        try:
            await self._chats.rename(id, asking.get(), named(name))
        except HistoryTrouble as trouble:
            raise _unavailable(trouble) from trouble

    async def _say(self, run_id: str, said: Feedback | None) -> str:
        try:
            await self._chats.say(run_id, asking.get(), said)
        except HistoryTrouble as trouble:
            raise _unavailable(trouble) from trouble
        return run_id


def thread(conversation: Conversation, owner: str) -> ThreadDict:
    """Return a conversation with everything that its page shows."""
    steps = [step for turn in conversation.turns for step in view.turn_steps(conversation, turn)]
    name = conversation.name or named(conversation.turns[0].question if conversation.turns else "")
    return _thread(conversation, name, owner, steps, list(_elements(conversation)))


def unread(id: str, owner: str) -> ThreadDict:
    """Return what the page shows of a conversation that cannot be read now."""
    conversation = Conversation(id=id)
    return _thread(conversation, "", owner, [view.notice(conversation, AWAY)], [])


def _thread(conversation: Conversation, name: str, owner: str, steps: list[Any], elements: list[Any]) -> ThreadDict:
    return {
        "id": conversation.id,
        "createdAt": view.time_of(conversation.began),
        "name": name,
        "userId": owner,
        "userIdentifier": owner,
        "tags": [],
        "metadata": {},
        "steps": steps,
        "elements": elements,
    }


def named(question: str) -> str:
    """Return the name of a conversation that begins with a question."""
    words = " ".join(question.split())
    if len(words) <= _NAME:
        return words
    return f"{words[: _NAME - 2].rsplit(' ', 1)[0]} …"


def _elements(conversation: Conversation) -> Iterator[Any]:
    for turn in conversation.turns:
        for element in view.turn_elements(conversation, turn):
            yield {**element, "threadId": conversation.id}


def _listed(one: Listed) -> ThreadDict:
    return {
        "id": one.id,
        "createdAt": view.time_of(one.changed),  # what the page orders and groups by
        "name": named(one.name),
        "userId": None,
        "userIdentifier": None,
        "tags": [],
        "metadata": {},
        "steps": [],
        "elements": [],
    }


def _unavailable(trouble: HistoryTrouble) -> HTTPException:
    return HTTPException(503, str(trouble))
