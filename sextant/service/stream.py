"""The events of a turn as Server-Sent Events."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json

from chainlit_app.record import TurnRecord
from chainlit_app.turn import TextDelta, TextReset, ToolFinished, ToolProgress, ToolStarted, TurnEvent
from sextant.service.problems import Problem, defect

logger = logging.getLogger(__name__)

PING_SECONDS = 15.0  # a proxy takes a silent connection for a dead one

Happened = TurnEvent | TurnRecord


@dataclass(frozen=True)
class _Failed:
    error: BaseException


class Listening:
    """A turn that runs in a task of its own, so that its reader can be told that it still does."""

    def __init__(self, events: AsyncGenerator[Happened, None]) -> None:
        self._heard: asyncio.Queue[Happened | _Failed | None] = asyncio.Queue()
        self._task = asyncio.create_task(self._listen(events))

    async def first(self) -> Happened:
        """Return the first event. Raise what ended the turn before it began."""
        try:
            heard = await self._heard.get()
        except asyncio.CancelledError:
            self._task.cancel()
            raise
        if isinstance(heard, _Failed):
            raise heard.error
        assert heard is not None  # a turn has at least an end
        return heard

    async def lines(self, first: Happened, path: str) -> AsyncIterator[bytes]:
        """Yield the stream of a turn. Whoever stops reading stops the turn."""
        try:
            yield line(first)
            while True:
                try:
                    heard = await asyncio.wait_for(self._heard.get(), PING_SECONDS)
                except TimeoutError:
                    yield b": still there\n\n"
                    continue
                if heard is None:
                    return
                if isinstance(heard, _Failed):
                    yield _told(heard.error, path)
                    return
                yield line(heard)
        finally:
            self._task.cancel()

    async def _listen(self, events: AsyncGenerator[Happened, None]) -> None:
        try:
            async with aclosing(events):
                async for event in events:
                    self._heard.put_nowait(event)
            self._heard.put_nowait(None)
        except BaseException as error:  # also a cancellation: who listens must not wait for ever
            self._heard.put_nowait(_Failed(error))
            if isinstance(error, asyncio.CancelledError):
                raise
            if not isinstance(error, Problem):
                logger.exception("A turn failed outside the loop")


def line(happened: Happened) -> bytes:
    """Return an event as it is sent; nothing for the end of a turn, of which the record tells all."""
    if isinstance(happened, TurnRecord):
        return b"event: answer\ndata: " + to_json(happened) + b"\n\n"
    name, data = _event(happened)
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode() if name else b""


def _event(event: TurnEvent) -> tuple[str, dict[str, Any]]:
    match event:
        case TextDelta(text):
            return "text", {"text": text}
        case TextReset():
            return "text_reset", {}
        case ToolStarted(call):
            return "tool_started", {"call": call.id, "tool": call.name, "arguments": call.arguments}
        case ToolProgress(call, done, total):
            return "tool_progress", {"call": call.id, "done": done, "total": total}
        case ToolFinished(call, result, source, repeated):
            answer = result.answer
            return "tool_finished", {
                "call": call.id,
                "tool": call.name,
                "outcome": answer.outcome if answer else "failed",
                "summary": answer.summary if answer else result.error,
                "total": answer.total if answer else 0,
                "more": answer.more if answer else 0,
                "seconds": round(result.seconds, 4),
                "source": source.number if source else None,
                "repeated": repeated,
            }
        case _:
            return "", {}


def _told(error: BaseException, path: str) -> bytes:
    problem = error if isinstance(error, Problem) else defect()
    return f"event: problem\ndata: {problem.document(path).model_dump_json(exclude_defaults=True)}\n\n".encode()
