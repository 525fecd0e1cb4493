"""A turn on the page while it runs: events become steps, a streaming answer, tables, files and openable sources."""

from typing import Any, assert_never

import chainlit as cl
from chainlit.session import WebsocketSession

from chainlit_app import words
from chainlit_app.conversation import Conversation, Step, Turn
from chainlit_app.page import view
from chainlit_app.page.markdown import Stream
from chainlit_app.turn import (
    TextDelta,
    TextReset,
    ToolCall,
    ToolFinished,
    ToolProgress,
    ToolStarted,
    TurnEnded,
    TurnEvent,
)


class TurnView:
    """One turn as its reader sees it. What it looks like is said by `view`, also for history."""

    def __init__(self, conversation: Conversation, id: str) -> None:
        """`id` is that of the turn; it has begun when the first event comes."""
        self._conversation = conversation
        self._id = id
        self._emitter: Any = cl.context.emitter  # its steps are typed dicts, ours are plain ones
        self._running: dict[str, view.Dict] = {}  # steps, by the id of their call
        self._calls = 0
        self._streaming = False
        self._stream = Stream()
        self._line = ""  # on which the answer streams

    async def show(self, event: TurnEvent) -> None:
        """Show what has happened, as it happens."""
        match event:
            case TextDelta(text):
                await self._text(text)
            case TextReset():
                await self._reset()
            case ToolStarted(call):
                await self._started(call)
            case ToolProgress():
                await self._progress(event)
            case ToolFinished():
                await self._finished(event)
            case TurnEnded():
                await self._answer()
            case _:
                assert_never(event)

    async def stopped(self) -> None:
        """Say that the reader stopped the turn, and leave nothing running on the page."""
        for step in self._running.values():
            await self._emitter.update_step({**step, "name": f"{step['name']} · stopped", "end": view.now()})
        await self._answer()

    @property
    def _turn(self) -> Turn:
        return next(turn for turn in reversed(self._conversation.turns) if turn.id == self._id)

    async def _text(self, text: str) -> None:
        piece, whole = self._stream.add(text)
        line = cl.context.session.socket_id if isinstance(cl.context.session, WebsocketSession) else ""
        if line != self._line:  # or the page has come back meanwhile
            piece, whole = self._stream.sent, True
        self._line = line
        if self._streaming:
            await self._emitter.send_token(view.part_id(self._id, "answer"), piece, is_sequence=whole)
            return
        self._streaming = True
        begun = view.answer_message(self._conversation, self._turn, piece)
        await self._emitter.stream_start({**begun, "streaming": True})

    async def _reset(self) -> None:
        self._stream = Stream()
        if self._streaming:
            await self._emitter.delete_step(view.answer_message(self._conversation, self._turn, ""))
        self._streaming = False

    async def _started(self, call: ToolCall) -> None:
        step = view.call_started(self._conversation, self._turn, self._calls, call)
        self._calls += 1
        self._running[call.id] = step
        await self._emitter.send_step(step)

    async def _progress(self, event: ToolProgress) -> None:
        # Told, not kept: where the call is stopped, these rows are not in the answer.
        await self._emitter.update_step({**self._running[event.call.id], "name": words.call_running(event)})

    async def _finished(self, event: ToolFinished) -> None:
        began = self._running.pop(event.call.id)
        number = event.source.number if event.source else None
        step = Step(event.call, event.result, number, event.repeated)
        await self._emitter.update_step(view.call_ended(began, step, view.now()))

    async def _answer(self) -> None:
        message = view.answer_message(self._conversation, self._turn)
        await (self._emitter.update_step if self._streaming else self._emitter.send_step)(message)
        # One after the other: what is sent at the same time arrives in any order.
        async for element in view.elements_shown(self._conversation, self._turn):
            await self._emitter.send_element(element)
