"""What pages say over their socket, checked before Chainlit hears it."""

from collections.abc import Awaitable, Callable
from typing import Any

import chainlit as cl
from chainlit.context import init_ws_context
from chainlit.session import WebsocketSession

from chainlit_app.page.doors import close_events, question_of

_BUSY = "The question before this one is still being answered. Wait for its answer or stop it, then ask again."


def close_socket(sio: Any) -> None:
    """Let pages say only what ours say."""
    handlers = sio.handlers["/"]
    close_events(handlers)
    handlers["client_message"] = _one_at_a_time(handlers["client_message"])


def _one_at_a_time(heard: Callable[[str, Any], Awaitable[None]]) -> Callable[[str, Any], Awaitable[None]]:
    async def asked(sid: str, payload: Any) -> None:
        session, question = WebsocketSession.get(sid), question_of(payload)
        if session is None or question is None:
            return
        task = session.current_task
        if task and not task.done() and session.has_first_interaction:
            # Chainlit would begin it, and Stop would then know only the second.
            init_ws_context(session)
            await cl.Message(_BUSY).send()
            return
        await heard(sid, question)

    return asked
