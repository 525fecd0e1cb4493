"""What pages say over their socket, checked before Chainlit hears it."""

from typing import Any

import chainlit as cl
from chainlit.context import init_ws_context
from chainlit.session import WebsocketSession

from chainlit_app.page import view
from chainlit_app.page.asked import Questions
from chainlit_app.page.doors import close_events

_BUSY = "The question before this one is still being answered. Wait for its answer or stop it, then ask again."


def close_socket(sio: Any) -> None:
    """Let pages say only what ours say."""
    handlers = sio.handlers["/"]
    close_events(handlers)
    questions = Questions(WebsocketSession.get, _Told())
    handlers["connection_successful"] = questions.after_showing(handlers["connection_successful"])
    handlers["client_message"] = questions.one_at_a_time(handlers["client_message"])


class _Told:
    """What Chainlit says to a page."""

    async def busy(self, page: Any) -> None:
        init_ws_context(page)
        await cl.Message(_BUSY).send()

    async def running(self, page: Any) -> None:
        await init_ws_context(page).emitter.task_start()

    async def shown(self, page: Any, message: dict[str, Any]) -> None:
        step: Any = {**message, "threadId": page.thread_id, "createdAt": view.now()}
        await init_ws_context(page).emitter.send_step(step)
