"""A turn on the page: events become steps, a streaming answer, tables, files and openable sources."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, assert_never
from uuid import uuid4

import chainlit as cl
from chainlit.utils import utc_now

from chainlit_app.page import words
from chainlit_app.page.markdown import Stream, escaped, shown
from chainlit_app.page.tables import table_element
from chainlit_app.turn import (
    Source,
    TextDelta,
    TextReset,
    ToolCall,
    ToolFinished,
    ToolProgress,
    ToolResult,
    ToolStarted,
    TurnEnded,
    TurnEvent,
)

_ICONS = {"search": "search", "get": "database", "find": "radar", "analyze": "chart-column", "export": "file-down"}


class TurnView:
    """One turn as its reader sees it."""

    def __init__(self, sources: Mapping[int, Source]) -> None:
        """`sources` are those of the whole conversation: an answer may cite what an earlier one read."""
        self._sources = dict(sources)
        self._steps: dict[str, cl.Step] = {}
        self._began = time.monotonic()
        self._candidates: list[str] = []
        self._answer: cl.Message | None = None
        self._stream = Stream()

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
                await self._ended(event)
            case _:
                assert_never(event)

    async def stopped(self) -> None:
        """Say that the reader stopped the turn, and leave nothing running on the page."""
        for step in self._steps.values():
            if not step.end:
                step.name += " · stopped"
                step.end = utc_now()
                await step.update()
        message = self._message()
        said = shown(self._stream.raw).rstrip()
        message.content = (
            f"{said} …\n\n*Stopped. Ask again or ask something else.*"
            if said
            else ("*Stopped. Ask again or ask something else.*")
        )
        await message.update() if message.streaming else await message.send()

    async def _text(self, text: str) -> None:
        piece, whole = self._stream.add(text)
        await self._message().stream_token(piece, is_sequence=whole)

    def _message(self) -> cl.Message:
        if self._answer is None:
            self._answer = cl.Message("", id=str(uuid4()))
        return self._answer

    async def _reset(self) -> None:
        self._stream = Stream()
        if self._answer is not None:
            await self._answer.remove()
        self._answer = None

    async def _started(self, call: ToolCall) -> None:
        icon = _ICONS.get(call.name.split("_")[0], "database")
        step = cl.Step(words.call_title(call), type="tool", show_input="json", icon=icon, parent_id=_run_id())
        step.input = call.arguments if call.arguments is not None else call.raw
        step.start = utc_now()
        self._steps[call.id] = step
        await step.send()

    async def _progress(self, event: ToolProgress) -> None:
        step = self._steps[event.call.id]
        step.name = words.call_running(event)
        await step.update()

    async def _finished(self, event: ToolFinished) -> None:
        step = self._steps[event.call.id]
        step.name = words.call_done(event.call, event.result, repeated=event.repeated)
        step.end = utc_now()
        step.is_error = words.is_trouble(event.result)
        step.output = _result_text(event.result, event.source)
        step.language = None
        await step.update()
        if event.source:
            self._sources[event.source.number] = event.source
        if event.result.answer and event.result.answer.outcome == "ambiguous":
            self._candidates += [found.name for found in event.result.answer.candidates]

    async def _ended(self, ended: TurnEnded) -> None:
        message = self._message()
        streamed = message.streaming
        text, questions = words.next_questions(ended)
        body = shown(text)
        if ended.failed:
            partial = shown(self._stream.raw).rstrip()
            body = f"{partial} …\n\n{escaped(ended.text)}" if partial else escaped(ended.text)
        message.content = f"{body}\n\n*{escaped(words.footer(ended, time.monotonic() - self._began))}*"
        if ended.outcome == "ambiguous" and not questions:
            questions = list(dict.fromkeys(self._candidates))
        await (message.update() if streamed else message.send())
        await _below(message.id, ended.sources, questions[:8])
        for source in words.cited(body, self._sources):
            await _chip(source, message.id)


async def _below(message_id: str, sources: Sequence[Source], questions: list[str]) -> None:
    """Show tables and next questions one after the other: elements that a message sends itself overtake each other."""
    for source in sources:
        if table := table_element(cl.context.session.thread_id, source, for_id=message_id):
            await cl.context.emitter.emit("element", table)
    if questions:
        offered = cl.CustomElement(name="NextQuestions", props={"questions": questions}, display="inline")
        await offered.send(for_id=message_id)


async def _chip(source: Source, message_id: str) -> None:
    """Make `[1]` in a message openable. The display is none of Chainlit's: its own would open by itself, over the answer."""
    element: dict[str, Any] = {
        "id": str(uuid4()),
        "type": "text",
        "name": f"[{source.number}]",
        "display": "source",
        "forId": message_id,
        "url": "#",
    }
    await cl.context.emitter.emit("element", element)


def _result_text(result: ToolResult, source: Source | None) -> str:
    if result.answer is None:
        return escaped(result.error or result.text)
    lines = [escaped(result.error or result.answer.summary), *(f"- {escaped(note)}" for note in result.answer.notes)]
    lines += [f"- {escaped(found.name)}: {escaped(found.detail)}" for found in result.answer.candidates]
    if source:
        lines.append(f"Source {source.number}")
    return "\n".join(lines)


def _run_id() -> str | None:
    run = cl.context.current_run
    return run.id if run else None
