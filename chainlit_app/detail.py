"""How much an answer tells: a line of the instructions, for every model alike. Pure."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Literal

from chainlit_app.turn import LLM, Message, Reply, TextDelta

Detail = Literal["short", "normal", "full"]

_LINES: dict[Detail, str] = {
    "short": "- The reader wants short answers: the figures in one or two sentences, and nothing more.",
    "normal": "",
    "full": "- The reader wants full answers: what stands out in the rows as well, in up to ten lines.",
}


class Detailed:
    """A model whose answers tell as much as its reader wants."""

    def __init__(self, llm: LLM, detail: Detail) -> None:
        self._llm = llm
        self._line = _LINES[detail]
        self.name = llm.name

    async def stream(
        self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]]
    ) -> AsyncGenerator[TextDelta | Reply, None]:
        """Yield what the model says when it has read the wish with its instructions."""
        async with aclosing(self._llm.stream(self._told(messages), tools)) as pieces:
            async for piece in pieces:
                yield piece

    def _told(self, messages: Sequence[Message]) -> list[Message]:
        first, *rest = messages
        if not self._line or first["role"] != "system":
            return [first, *rest]
        return [{**first, "content": f"{first['content'].rstrip()}\n{self._line}\n"}, *rest]


def detail_of(messages: Sequence[Mapping[str, Any]]) -> Detail:
    """Return how much the instructions of a conversation want told; what the offline reader goes by."""
    told = messages[0].get("content") if messages and messages[0].get("role") == "system" else ""
    lines = str(told).splitlines()
    return next((detail for detail, line in _LINES.items() if line and line in lines), "normal")
