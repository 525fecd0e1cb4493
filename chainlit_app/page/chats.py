"""The conversations behind the pages: each belongs to one reader, and only that reader finds it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import chainlit as cl

from chainlit_app.conversation import Conversation


@dataclass
class Chats:
    """Conversations by the id of their thread, which is the `id` of the conversation."""

    _open: dict[str, tuple[str, Conversation]] = field(default_factory=dict)

    def begin(self, id: str, owner: str) -> Conversation:
        """Return a new conversation of that reader under that id."""
        conversation = Conversation(id=id)
        self._open[id] = (owner, conversation)
        return conversation

    async def find(self, id: str, owner: str) -> Conversation | None:
        """Return a reader's own conversation; None where there is none of theirs."""
        whose, conversation = self._open.get(id, ("", None))
        return conversation if whose == owner else None


chats = Chats()


def reader() -> str:
    """Return who uses the page that is being served: the identifier of Chainlit's user."""
    user = cl.context.session.user
    return user.identifier if user else ""


async def current() -> Conversation:
    """Return the conversation of the page that is being served."""
    id = cl.context.session.thread_id
    return await chats.find(id, reader()) or chats.begin(id, reader())


def number_of(said: Mapping[str, object]) -> int | None:
    """Return the number of the source that a page speaks of."""
    number = said.get("number")
    return number if isinstance(number, int) else None
