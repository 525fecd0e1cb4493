"""Tool calls put together from the pieces in which providers stream them, each in its own way. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from chainlit_app.turn import ToolCall


@dataclass
class _Growing:
    index: int
    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass
class CallPieces:
    """The calls of one message while it streams.

    LiteLLM has a builder of its own; it drops a call that has no id and glues parallel calls that share an index.
    """

    _calls: list[_Growing] = field(default_factory=list)

    def add(self, pieces: Sequence[Any]) -> None:
        """Take the tool calls of one delta."""
        for piece in pieces:
            function = piece.function
            call = self._call_of(piece)
            call.id = call.id or piece.id or ""
            if function is not None:
                call.name = call.name or function.name or ""
                call.arguments += function.arguments or ""  # null: some send it for a call without arguments

    def whole(self) -> list[ToolCall]:
        """Return the calls in their order."""
        return [ToolCall(call.id, call.name, _object(call.arguments), call.arguments) for call in self._calls]

    def _call_of(self, piece: Any) -> _Growing:
        same = [call for call in self._calls if call.index == piece.index]
        if same and not _begins_another(piece, same[-1]):
            return same[-1]
        self._calls.append(_Growing(piece.index))
        return self._calls[-1]


def _begins_another(piece: Any, last: _Growing) -> bool:
    """Return whether a piece of the same index is another call: some providers number all of them 0."""
    if piece.id and last.id:
        return bool(piece.id != last.id)
    named_again = piece.function is not None and piece.function.name and last.name
    return bool(named_again and _object(last.arguments) is not None)


def _object(arguments: str) -> dict[str, Any] | None:
    """Return the arguments; None when they are not a JSON object. No arguments at all are an empty one."""
    try:
        value = json.loads(arguments) if arguments.strip() else {}
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
