"""The tool calls of one turn: at once, in order, none sent twice, and never two kinds of data. Pure."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from chainlit_app import arguments, wording
from chainlit_app.check.index import SourceIndex, index_of
from chainlit_app.conversation import Conversation, Line, Turn, kind_of
from chainlit_app.reports import Reports
from chainlit_app.turn import Reply, Source, Toolbox, ToolCall, ToolFinished, ToolProgress, ToolResult, ToolStarted
from tools.models import Mode, result_names


@dataclass
class Calls:
    """What one turn asked of the tools, and what came of it."""

    conversation: Conversation
    turn: Turn
    toolbox: Toolbox
    deadline: float  # of the turn, on the loop's clock
    count: int = 0
    mode: Mode | None = None
    results: list[ToolResult] = field(default_factory=list)  # of what was sent to a tool
    _asked: dict[str, "asyncio.Task[ToolResult]"] = field(default_factory=dict)
    _sources: dict[str, Source] = field(default_factory=dict)
    _refused: set[str] = field(default_factory=set)
    _ids: set[str] = field(default_factory=set)
    _reports: Reports = field(default_factory=Reports)

    async def run(
        self, reply: Reply, tools: Sequence[Mapping[str, Any]], limit: int
    ) -> AsyncGenerator[ToolStarted | ToolProgress | ToolFinished, None]:
        """Run the calls of a reply, the first `limit` of them, and put them with their results into the turn.

        Raise `TimeoutError` at the turn's deadline; what was found by then is kept.
        """
        calls = [self._normal(call) for call in reply.tool_calls[:limit]]
        self.count += len(calls)
        lines: list[Line] = []
        late = False
        started: list[tuple[ToolCall, asyncio.Task[ToolResult], bool]] = []
        try:
            for call in calls:
                started.append((call, *self._start(call, tools)))
                yield ToolStarted(call)
            for call, task, repeated in started:
                while news := await self._reports.news(task, self.deadline):
                    for progress in news:
                        yield progress
                result = await self._result(task)
                self._reports.finished(call)
                late = late or result is None
                finished = self._finished(call, result or _too_late(), repeated)
                lines.append(wording.told(call, finished.result, finished.source))
                self.turn.note(call, finished.result, finished.source, repeated)
                yield finished
        finally:
            # Also when the reader stops in the middle: a call without a result makes a history unusable.
            for call in calls[len(lines) :]:
                lines.append(wording.unfinished(call))
                self.turn.note(call, wording.STOPPED, None)
            self.turn.lines += [wording.asked(reply.text, calls), *lines]
            await _cancel([task for _, task, _ in started])
        if late:
            raise TimeoutError

    def _normal(self, call: ToolCall) -> ToolCall:
        """Return the call under an id of its own (some providers send none, or equal ones), without nulls."""
        if not call.id or call.id in self._ids:
            call = replace(call, id=f"call_{uuid4().hex[:12]}")
        self._ids.add(call.id)
        if call.arguments is None:
            return call
        # null is how some models write "not given"
        return replace(call, arguments={name: value for name, value in call.arguments.items() if value is not None})

    def _start(self, call: ToolCall, tools: Sequence[Mapping[str, Any]]) -> tuple["asyncio.Task[ToolResult]", bool]:
        """Return the running call, and whether it had been asked before."""
        key = arguments.key(call)
        known = self._asked.get(key)
        if known and not (known.done() and _worth_another_try(known)):
            return known, True
        refused = arguments.refusal(call, tools)
        if refused:
            self._refused.add(key)
        asking = _refusal(refused) if refused else self._answered(call)
        self._asked[key] = asyncio.ensure_future(asking)
        return self._asked[key], False

    async def _answered(self, call: ToolCall) -> ToolResult:
        """Return what a tool answers; where the server no longer keeps what the call names, of the rows kept here."""
        report = self._reports.of(call)
        result = await self.toolbox.call(call, self.turn.id, report, self.conversation.results_named(call))
        if result.answer is None or result.answer.outcome != "gone":
            return result
        kept = self.conversation.results_named(call, rows=True)
        if not any(one.table for one in kept.values()):
            return result
        return await self.toolbox.call(call, self.turn.id, report, kept)

    async def _result(self, task: "asyncio.Task[ToolResult]") -> ToolResult | None:
        """Return what came of a call; None when the turn's time is over."""
        try:
            async with asyncio.timeout_at(self.deadline):
                return await asyncio.shield(task)
        except TimeoutError:
            return None

    def _finished(self, call: ToolCall, result: ToolResult, repeated: bool) -> ToolFinished:
        key = arguments.key(call)
        if repeated:
            return ToolFinished(call, result, self._sources.get(key), repeated=True)
        result = self._of_one_kind(result)
        if result.answer and result.answer.outcome == "gone":
            self._forget(result_names(call.arguments))
        if key not in self._refused:
            self.results.append(result)
        source = self.conversation.cite(self.turn, call, result)
        if source:
            self._sources[key] = source
            # Made ready while the model reads the rows, for whoever waits for the check at the end of the answer.
            ready = asyncio.get_running_loop().run_in_executor(None, index_of, source)
            ready.add_done_callback(_taken_in)
        return ToolFinished(call, result, source)

    def _forget(self, names: set[str]) -> None:
        """Let the calls that gave these results be made once more: what they gave is no longer kept."""
        for key, source in self._sources.items():
            if f"r{source.number}" in names:
                self._asked.pop(key, None)

    def _of_one_kind(self, result: ToolResult) -> ToolResult:
        """Return the result; what is live where this turn began with demo data, or the reverse, as a failure.

        The server keeps one kind a turn, but it forgets the turn when it has to be started again.
        """
        if result.answer is None or result.answer.source is None:
            return result
        mode = result.answer.source.mode
        if self.mode is None:
            self.mode, self.turn.kind = mode, kind_of(mode)
        if kind_of(mode) == self.turn.kind:
            return result
        sentence = "Nautobot came or went while this was being answered: ask again."
        return ToolResult(
            f"{sentence} This result is of another kind than those before it and must not be mixed with them.",
            failed=True,
            seconds=result.seconds,
            error=sentence,
        )


def _taken_in(ready: "asyncio.Future[SourceIndex]") -> None:
    # What went wrong is raised again where the answer is checked, and logged there; here it would be told as forgotten.
    _ = ready.cancelled() or ready.exception()


def _worth_another_try(task: "asyncio.Task[ToolResult]") -> bool:
    answer = task.result().answer
    return answer is not None and answer.outcome == "unavailable"


async def _refusal(reason: str) -> ToolResult:
    return ToolResult(reason, failed=True, seconds=0.0, error="The model called this tool wrongly, and was told how.")


def _too_late() -> ToolResult:
    sentence = "The time for this question was over before this had an answer."
    return ToolResult(sentence, failed=True, seconds=0.0, error=sentence)


async def _cancel(tasks: Sequence["asyncio.Task[ToolResult]"]) -> None:
    running = [task for task in tasks if not task.done()]
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
