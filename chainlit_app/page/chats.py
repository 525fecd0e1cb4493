"""The conversations behind the pages, for what serves them: the hooks, the routes, the history at the side."""

from collections.abc import Mapping

import chainlit as cl

from chainlit_app.conversation import Conversation
from chainlit_app.history.chats import Chats

_BEGUN = "begun"  # this page's session has had its conversation


async def _warn(sentence: str) -> None:
    await cl.context.emitter.send_toast(sentence, "warning")


chats = Chats(_warn)


def reader() -> str:
    """Return who uses the page that is being served: the identifier of Chainlit's user."""
    user = cl.context.session.user
    return user.identifier if user else ""


async def current() -> Conversation:
    """Return the conversation of the page that is being served. Raise `HistoryTrouble` where it cannot be read now."""
    session = cl.context.session
    new = not session.thread_id_to_resume and not cl.user_session.get(_BEGUN)
    found = await chats.current(session.thread_id, reader(), new=new)
    cl.user_session.set(_BEGUN, True)
    return found


def number_of(said: Mapping[str, object]) -> int | None:
    """Return the number of the source that a page speaks of."""
    number = said.get("number")
    return number if isinstance(number, int) else None
