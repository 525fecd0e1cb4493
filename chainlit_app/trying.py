"""One tool called by hand: a turn like any other, but that no model reads the question. Pure."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any
from uuid import uuid4

from chainlit_app.conversation import Conversation, Step
from chainlit_app.offline.compose import plain
from chainlit_app.turn import Message, Reply, TextDelta, ToolCall

BY_HAND = "called by hand, no model"


def hand_call(tool: str, arguments: Mapping[str, Any]) -> ToolCall:
    """Return the call of a tool with what a reader filled in; what was left empty is not sent."""
    given = {name: value for name, value in arguments.items() if value not in (None, "", [])}
    return ToolCall(f"call_{uuid4().hex[:12]}", tool, given, "")


def tried(call: ToolCall) -> str:
    """Return the question of such a turn: "Tried get_device (device: NYC01-cor001)"."""
    given = ", ".join(f"{name}: {_said(value)}" for name, value in (call.arguments or {}).items())
    return f"Tried {call.name}" + (f" ({given})" if given else "")


class ByHand:
    """In a model's place: makes the one call, and tells what came of it."""

    name = BY_HAND

    def __init__(self, call: ToolCall, conversation: Conversation) -> None:
        self._call = call
        self._conversation = conversation

    async def stream(
        self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]]
    ) -> AsyncGenerator[TextDelta | Reply, None]:
        """Yield the call, and once it has come back what it says."""
        steps = self._conversation.turns[-1].steps
        if not steps:
            yield Reply("", [self._call])
            return
        text = told(steps[-1])
        yield TextDelta(text)
        yield Reply(text)


def told(step: Step) -> str:
    """Return what came of a call as the answer of a turn: every outcome, with the names it offers."""
    result, answer = step.result, step.result.answer
    if answer is None:
        return plain(result.text)  # a call that cannot be sent: it says what the tool takes
    cite = f" [{step.source}]" if step.source else ""
    lines = [plain(answer.summary) + cite, *(f"Note: {plain(note)}" for note in answer.notes)]
    if answer.candidates:
        lines += ["", *(f"- {plain(': '.join(filter(None, (one.name, one.detail))))}" for one in answer.candidates)]
    return "\n".join(lines)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
