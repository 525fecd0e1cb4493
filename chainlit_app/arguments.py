"""Whether a model's call can be sent to a tool; where not, what it should do instead. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chainlit_app.turn import ToolCall

_RAW_SHOWN = 200  # characters of unreadable arguments that go back to the model


def key(call: ToolCall) -> str:
    """Return the same text for calls that ask the same."""
    return f"{call.name} {json.dumps(call.arguments, sort_keys=True)}"


def refusal(call: ToolCall, tools: Sequence[Mapping[str, Any]]) -> str | None:
    """Return why a call cannot be sent and what to send instead; None when it can.

    Values are the server's to judge: it knows more than its schema says.
    """
    schemas = {tool["function"]["name"]: tool["function"].get("parameters") or {} for tool in tools}
    if call.name not in schemas:
        return f"There is no tool {call.name!r}. The tools are: {', '.join(schemas)}."
    schema = schemas[call.name]
    if call.arguments is None:
        sent = call.raw[:_RAW_SHOWN]
        return f"The arguments are not a JSON object: {sent!r}. Call {call.name} again. {_allowed(schema)}"
    wrong = [
        *(f"There is no argument {name!r}." for name in call.arguments if name not in schema.get("properties", {})),
        *(f"The argument {name!r} is missing." for name in schema.get("required", ()) if name not in call.arguments),
    ]
    return " ".join([*wrong, f"Call {call.name} again.", _allowed(schema)]) if wrong else None


def _allowed(schema: Mapping[str, Any]) -> str:
    required = schema.get("required", ())
    named = [
        name + _choices(found) + (" (required)" if name in required else "")
        for name, found in schema.get("properties", {}).items()
    ]
    return f"It takes: {', '.join(named)}." if named else "It takes no arguments: send {}."


def _choices(schema: Mapping[str, Any]) -> str:
    found = list(_enums(schema))
    return f" (one of {', '.join(str(choice) for choice in found)})" if found else ""


def _enums(schema: Mapping[str, Any]) -> Iterator[Any]:
    yield from schema.get("enum", ())
    for inner in schema.get("anyOf", ()):
        yield from _enums(inner)
