"""What pages say over their socket, checked before Chainlit hears it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakKeyDictionary

import chainlit as cl
from chainlit.context import init_ws_context
from chainlit.session import WebsocketSession

from chainlit_app.page import view
from chainlit_app.page.doors import close_events, question_of

_BUSY = "The question before this one is still being answered. Wait for its answer or stop it, then ask again."


Heard = Callable[..., Awaitable[None]]


def close_socket(sio: Any) -> None:
    """Let pages say only what ours say."""
    handlers = sio.handlers["/"]
    close_events(handlers)
    questions = _Questions()
    handlers["connection_successful"] = questions.after_showing(handlers["connection_successful"])
    handlers["client_message"] = questions.one_at_a_time(handlers["client_message"])


class _Questions:
    """What pages ask: once their conversation is shown, and one at a time."""

    def __init__(self) -> None:
        self._shown: WeakKeyDictionary[WebsocketSession, asyncio.Event] = WeakKeyDictionary()
        self._waiting: set[str] = set()  # ids of sessions whose question came before that

    def after_showing(self, show: Heard) -> Heard:
        async def connected(sid: str) -> None:
            session = WebsocketSession.get(sid)
            if session and session.restored and session.has_first_interaction:
                # What was said while the line was cut is lost: the page gets the conversation anew.
                session.thread_id_to_resume = session.thread_id
            try:
                await show(sid)
            finally:
                if session:
                    self._showing(session).set()
            if session and session.current_task and not session.current_task.done():
                await init_ws_context(session).emitter.task_start()  # which can still be stopped

        return connected

    def one_at_a_time(self, ask: Heard) -> Heard:
        async def asked(sid: str, payload: Any) -> None:
            session, question = WebsocketSession.get(sid), question_of(payload)
            if session is None or question is None:
                return
            task = session.current_task
            if session.id in self._waiting or (task and not task.done() and session.has_first_interaction):
                # Chainlit would begin it, and Stop would then know only the second.
                init_ws_context(session)
                await cl.Message(_BUSY).send()
                return
            if not self._showing(session).is_set():
                await self._shown_again(session, question)
            await ask(session.socket_id, question)

        return asked

    async def _shown_again(self, session: WebsocketSession, question: dict[str, Any]) -> None:
        """Wait for the conversation, which takes all off the page that was there: the question as well."""
        self._waiting.add(session.id)
        try:
            await self._showing(session).wait()
        finally:
            self._waiting.discard(session.id)
        message: Any = {**question["message"], "threadId": session.thread_id, "createdAt": view.now()}
        await init_ws_context(session).emitter.send_step(message)

    def _showing(self, session: WebsocketSession) -> asyncio.Event:
        return self._shown.setdefault(session, asyncio.Event())
