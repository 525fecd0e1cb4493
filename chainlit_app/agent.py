"""The loop: one question becomes a stream of `TurnEvent`s. Pure: no Chainlit, no LiteLLM, no MCP."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

from chainlit_app import watching
from chainlit_app.calls import Calls
from chainlit_app.check import check
from chainlit_app.conversation import Conversation, Turn
from chainlit_app.turn import (
    LLM,
    Checked,
    ContextOverflow,
    Message,
    ModelTrouble,
    Reply,
    TextDelta,
    TextReset,
    Toolbox,
    ToolboxTrouble,
    TurnEnded,
    TurnEvent,
    TurnOutcome,
    Usage,
)
from sextant.telemetry.request import told
from tools.models import Names, Outcome

logger = logging.getLogger(__name__)

_NAMES_AWAITED = 5.0  # seconds; without names an answer is checked by the names in its sources alone
_LOOK_IT_UP = (
    "These are facts about the network that no tool result of this conversation holds: {facts}. Look them up with the"
    " tools now and answer from what they return, with [n] behind each fact. If no tool can tell, say that you do not"
    " know."
)
_WAY_ON = "Ask for less at once; what was found so far is kept."

# Of several failures, the one that a reader can do most about gives the turn its name.
_FAILURES: dict[Outcome, TurnOutcome] = {
    "ambiguous": "ambiguous",
    "unknown": "unknown",
    "not_allowed": "not_allowed",
    "unavailable": "unavailable",
    "gone": "unavailable",
    "defect": "unavailable",
    "invalid": "not_understood",
}


@dataclass(frozen=True)
class Budget:
    """What one turn may spend."""

    rounds: int = 8
    calls: int = 24
    turn_seconds: float = 120
    call_seconds: float = 60  # kept by the toolbox
    history_tokens: int = 24_000


class _LimitReached(Exception):
    """A budget is spent; the message is one sentence for people."""


@cache
def instructions() -> str:
    """Return the system prompt."""
    return (files("chainlit_app") / "prompts" / "system.md").read_text(encoding="utf-8")


async def answer(
    question: str,
    conversation: Conversation,
    llm: LLM,
    toolbox: Toolbox,
    budget: Budget | None = None,
    id: str | None = None,
    names: Callable[[], Awaitable[Names]] | None = None,
) -> AsyncGenerator[TurnEvent, None]:
    """Answer a question. The last event is always `TurnEnded`, also when something goes wrong.

    Only a caller that is cancelled or stops listening sees no last event: the conversation then holds the turn as
    stopped (`conversation.turns[-1].ended`), and the next question goes on from there. `id` is that of the new turn.
    `names` returns what the network calls its things: with them more of an answer can be checked.
    """
    budget = budget or Budget()
    turn = conversation.begin(question, id)
    deadline = asyncio.get_running_loop().time() + budget.turn_seconds
    run = _Run(conversation, turn, llm, Calls(conversation, turn, toolbox, deadline), budget, deadline, names)
    ended = None
    try:
        async with aclosing(run.rounds(toolbox)) as events:
            async for event in events:
                yield event
        ended = run.answered()
    except _LimitReached as limit:
        ended = run.failed("limit", str(limit))
    except TimeoutError:
        ended = run.failed("limit", f"I stopped after {budget.turn_seconds:g} s without an answer. {_WAY_ON}")
    except ModelTrouble as trouble:
        ended = run.failed("unavailable", told(str(trouble)))
    except ToolboxTrouble as trouble:
        ended = run.failed(trouble.outcome, told(str(trouble)))
    except Exception:
        logger.exception("A turn failed")
        ended = run.failed("unavailable", told("Something in Sextant itself went wrong; its log says what."))
    finally:
        ended = run.keep(ended or run.failed("stopped", "Stopped. Ask again or ask something else."))
    yield ended


@dataclass
class _Run:
    """One turn while it runs."""

    conversation: Conversation
    turn: Turn
    llm: LLM
    calls: Calls
    budget: Budget
    deadline: float
    names: Callable[[], Awaitable[Names]] | None
    check: Checked | None = None
    first: TurnEnded | None = None  # the answer that the model was asked to look up
    reminder: list[Message] = field(default_factory=list)  # sent once and not kept
    reply: Reply = field(default_factory=lambda: Reply(""))
    usage: Usage = field(default_factory=Usage)

    async def rounds(self, toolbox: Toolbox) -> AsyncGenerator[TurnEvent, None]:
        """Let the model speak and call until it answers. Raise what `answer` knows to end with."""
        async with asyncio.timeout_at(self.deadline):
            tools = await toolbox.schemas()
        if not tools:
            # A model without tools answers from memory, and that looks like data.
            raise ToolboxTrouble("The tool server offers no tools: start Sextant again, and look at its log.")
        for left_rounds in reversed(range(self.budget.rounds)):
            async with aclosing(self._listen(tools)) as pieces:
                async for piece in pieces:
                    yield piece
            if not self.reply.tool_calls:
                self.check = await self._checked()
                if self.first or not left_rounds or not self._remind():
                    return
            if self.reply.text:
                self.turn.said = ""
                yield TextReset()
            if not self.reply.tool_calls:
                continue
            left = self.budget.calls - self.calls.count
            async with aclosing(self.calls.run(self.reply, tools, left)) as events:
                async for event in events:
                    yield event
            if len(self.reply.tool_calls) > left:
                raise _LimitReached(f"I stopped after {self.budget.calls} tool calls without an answer. {_WAY_ON}")
        raise _LimitReached(f"I stopped after {self.budget.rounds} rounds of tool calls without an answer. {_WAY_ON}")

    async def _listen(self, tools: Sequence[Mapping[str, Any]]) -> AsyncGenerator[TextDelta, None]:
        """Yield what the model says; the whole of it is in `reply` afterwards."""
        try:
            async with aclosing(self._stream(tools, tight=False)) as pieces:
                async for piece in pieces:
                    yield piece
        except ContextOverflow:
            async with aclosing(self._stream(tools, tight=True)) as pieces:
                async for piece in pieces:
                    yield piece
        self.reminder = []

    async def _stream(self, tools: Sequence[Mapping[str, Any]], *, tight: bool) -> AsyncGenerator[TextDelta, None]:
        messages = self.conversation.for_model(instructions(), self.budget.history_tokens, tight=tight)
        messages += self.reminder
        self.reply = Reply("")
        async with aclosing(watching.replied(self.llm, messages, tools)) as stream:
            while (piece := await self._next(stream)) is not None:
                if isinstance(piece, TextDelta):
                    self.turn.said += piece.text
                    yield piece
                else:
                    self.reply = piece
        self.usage += self.reply.usage
        if not (self.reply.text.strip() or self.reply.tool_calls):
            raise ModelTrouble(f"The model ({self.llm.name}) sent an empty answer: ask again, or in other words.")

    async def _next(self, stream: AsyncGenerator[TextDelta | Reply, None]) -> TextDelta | Reply | None:
        # Only this wait is under the clock, never whoever consumes our events; and in this very task: what a
        # provider's client opens in one task it cannot close in another.
        async with asyncio.timeout_at(self.deadline):
            return await anext(stream, None)

    async def _checked(self) -> Checked | None:
        """Return what the answer's facts are worth; None where it states none, or where the check has a bug."""
        if self.reply.declined or self.reply.asks:
            return None
        offered = [result.text for result in self.calls.results if result.failed or result.answer is None]
        # What could not be looked up may be named: "may not read the addresses at NYC01" claims nothing of it.
        offered += [str(step.call.arguments) for step in self.turn.steps if step.result.failed]
        try:
            # In a thread: the first look into a table of many thousand rows takes a while.
            return await asyncio.to_thread(
                check, self.reply.text, tuple(self.conversation.sources), await self._names(), offered
            )
        except Exception:
            logger.exception("An answer could not be checked")
            return None

    async def _names(self) -> Names | None:
        if self.names is None:
            return None
        try:
            async with asyncio.timeout(_NAMES_AWAITED):
                return await self.names()
        except (ToolboxTrouble, TimeoutError):
            return None

    def _remind(self) -> bool:
        """Say whether the model has to look something up first: it called nothing, and no source holds what it says."""
        unknown = [fact.text for fact in self.check.facts if fact.verdict == "not_found"] if self.check else []
        if not unknown or self.calls.count:
            return False
        self.first = self.answered()
        told = _LOOK_IT_UP.format(facts=", ".join(dict.fromkeys(unknown[:10])))
        self.reminder = [{"role": "assistant", "content": self.reply.text}, {"role": "user", "content": told}]
        return True

    def answered(self) -> TurnEnded:
        """Return the end of a turn that has the model's answer."""
        text = self.check.text if self.check else self.reply.text
        return replace(self._ended(self._outcome(), text), check=self.check)

    def failed(self, outcome: TurnOutcome, sentence: str) -> TurnEnded:
        """Return the end of a turn that has none, or only the one that was to be looked up."""
        ended = self._ended(outcome, sentence, failed=True)
        if self.first is None or self.first.check is None:
            return ended
        text = f"{self.first.text}\n\nThis could not be looked up: {sentence}"
        kept = replace(self.first, text=text, check=replace(self.first.check, text=text))
        return replace(kept, sources=ended.sources, mode=ended.mode, usage=ended.usage)

    def keep(self, ended: TurnEnded) -> TurnEnded:
        """Return the end, which the conversation has from now on."""
        return self.conversation.end(self.turn, ended)

    def _outcome(self) -> TurnOutcome:
        outcomes = [result.answer.outcome for result in self.calls.results if result.answer]
        if "found" in outcomes:
            return "answered"
        named = next((name for failure, name in _FAILURES.items() if failure in outcomes), None)
        if named:
            return named
        if outcomes:
            return "empty"
        if self.calls.results:  # and none of them an answer
            return "unavailable"
        if self.reply.asks:
            return "ambiguous"
        return "not_understood" if self.reply.declined else "answered"

    def _ended(self, outcome: TurnOutcome, text: str, *, failed: bool = False) -> TurnEnded:
        return TurnEnded(
            outcome=outcome,
            text=text,
            sources=tuple(self.turn.sources),
            mode=self.calls.mode,
            usage=self.usage,
            model=self.llm.name,
            failed=failed,
            declined=self.reply.declined and not failed,
        )
