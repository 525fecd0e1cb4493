"""Several windows on one conversation: each shows what is answered in another."""

import asyncio
from collections.abc import Iterator
from typing import Any

import chainlit as cl
from chainlit.server import sio
from chainlit.session import WebsocketSession, ws_sessions_id

from chainlit_app.conversation import Conversation
from chainlit_app.page import view


async def show_elsewhere(conversation: Conversation, turn_id: str) -> None:
    """Show a turn that has ended in the other windows on its conversation, also in one that was just loaded again."""
    here = cl.context.session
    turn = next((turn for turn in conversation.turns if turn.id == turn_id), None)
    if turn is None or not isinstance(here, WebsocketSession):
        return
    for other in others(here):
        send: Any = other.emit  # a coroutine function, whatever its type says
        for step in view.turn_steps(conversation, turn):
            await send("new_message", step)
        async for element in view.elements_shown(conversation, turn):
            await send("element", element)


def stop_all() -> set["asyncio.Task[Any]"]:
    """Stop what runs for any page; return the tasks that end by it."""
    tasks = {task for session in ws_sessions_id.values() if (task := session.current_task) and not task.done()}
    for task in tasks:
        task.cancel()
    return tasks


def is_watched_elsewhere(session: WebsocketSession) -> bool:
    """Say whether the reader has another window on the conversation."""
    return any(True for _ in others(session))


def others(session: WebsocketSession) -> Iterator[WebsocketSession]:
    """Yield the same reader's other windows on the same conversation."""
    for other in list(ws_sessions_id.values()):
        same = other is not session and other.thread_id == session.thread_id and _reader(other) == _reader(session)
        if same and sio.manager.is_connected(other.socket_id, "/"):
            yield other


def _reader(session: WebsocketSession) -> str | None:
    return session.user.identifier if session.user else None
