"""The models, through LiteLLM. The only file that knows it; it is imported on first use, for that takes seconds."""

import json
import os
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from chainlit_app.turn import Message, ModelTrouble, Reply, TextDelta, ToolCall, Usage


def warm() -> Any:
    """Import LiteLLM, quiet and without its download of a price list; return the module."""
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    import logging

    import litellm

    litellm.suppress_debug_info = True
    logging.getLogger("LiteLLM").setLevel(logging.ERROR)
    return litellm


class LiteLLMModel:
    """A model by its LiteLLM name, such as openai/gpt-4o-mini or ollama_chat/qwen3."""

    def __init__(self, name: str, url: str | None = None, key: str | None = None) -> None:
        self.name = name
        self._options: dict[str, Any] = {"model": name, "api_base": url, "api_key": key}

    async def stream(
        self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]]
    ) -> AsyncGenerator[TextDelta | Reply, None]:
        """Yield text as it comes, then one `Reply`. Raise `ModelTrouble`."""
        litellm = warm()
        chunks = []
        try:
            async for chunk in await litellm.acompletion(
                **self._options,
                messages=list(messages),
                tools=list(tools),
                stream=True,
                stream_options={"include_usage": True},
            ):
                chunks.append(chunk)
                if chunk.choices and chunk.choices[0].delta.content:
                    yield TextDelta(chunk.choices[0].delta.content)
        except Exception as error:
            raise ModelTrouble(f"The model does not answer ({type(error).__name__}).") from error
        yield _reply(litellm.stream_chunk_builder(chunks))


def _reply(response: Any) -> Reply:
    message = response.choices[0].message
    calls = [
        ToolCall(
            call.id or "", call.function.name or "", _object(call.function.arguments), call.function.arguments or ""
        )
        for call in message.tool_calls or ()
    ]
    fields = message.provider_specific_fields or {}
    said = fields.get("sextant")
    usage = Usage(response.usage.prompt_tokens, response.usage.completion_tokens)
    return Reply(message.content or "", calls, usage, declined=said == "declined", asks=said == "asks")


def _object(arguments: str | None) -> dict[str, Any] | None:
    try:
        value = json.loads(arguments or "{}")
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


class OfflineModel:
    """The offline reader, behind LiteLLM like every model."""

    name = "offline reader, no language model"

    def __init__(self, names: Any) -> None:
        self._names = names

    async def stream(
        self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]]
    ) -> AsyncGenerator[TextDelta | Reply, None]:
        """Yield text as it comes, then one `Reply`. Raise `ToolboxTrouble` when the names cannot be read."""
        names = await self._names()
        from chainlit_app.offline import Asked, Calls, Declined, OfflineReader

        text, calls, said = "", [], ""
        async for piece in OfflineReader().respond(messages, tools, names):
            match piece:
                case str():
                    text += piece
                    yield TextDelta(piece)
                case Calls(found):
                    calls = [ToolCall("", call.name, call.arguments, json.dumps(call.arguments)) for call in found]
                case Declined():
                    said = "declined"
                case Asked():
                    said = "asks"
        yield Reply(text, calls, Usage(), declined=said == "declined", asks=said == "asks")
