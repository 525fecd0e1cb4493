"""The models, through LiteLLM. The only file that knows it; it is imported on first use, for that takes seconds."""

import asyncio
import json
import logging
import os
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from functools import cache
from typing import Any
from uuid import uuid4

from chainlit_app.model_trouble import trouble
from chainlit_app.offline import Asked, Calls, Declined, OfflineReader
from chainlit_app.offline.reader import respond
from chainlit_app.streaming import CallPieces
from chainlit_app.turn import OFFLINE_MODEL, Message, Reply, TextDelta, Usage
from tools.models import Names

logger = logging.getLogger(__name__)

_SILENCE_SECONDS = 60  # with nothing from a provider, before and within an answer
_OFFLINE = "offline"
_ONE_AT_A_TIME = threading.Lock()
# Providers that LiteLLM has had for long: a start need not load it to know them.
_USUAL = frozenset(
    ("openai", "anthropic", "azure", "bedrock", "deepseek", "gemini", "groq", "hosted_vllm", "litellm_proxy")
    + ("lm_studio", "mistral", "ollama", "ollama_chat", "openrouter", "vertex_ai", "xai")
)


def warm() -> Any:
    """Return LiteLLM, imported, quiet, and with its slow first call behind it. Any thread may ask."""
    with _ONE_AT_A_TIME:
        return _litellm()


def unknown(names: Iterable[str]) -> list[str]:
    """Return those of the names that LiteLLM knows no provider for; it is loaded for unusual ones only."""
    return [name for name in names if not _is_known(name)]


def _is_known(name: str) -> bool:
    provider, _, model = name.partition("/")
    if provider in _USUAL and model:
        return True
    litellm = warm()
    try:
        litellm.get_llm_provider(name)
    except litellm.BadRequestError:
        return False
    return True


@cache
def _litellm() -> Any:
    # Without it LiteLLM downloads a price list on import, in this very second.
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    # It would read the records of the web server and of asyncio before we do, with modules that are not loaded yet: a
    # request that is no HTTP ended the process. Our own log takes secrets out (sextant/telemetry).
    os.environ["LITELLM_DISABLE_REDACT_SECRETS"] = "true"
    import litellm

    litellm.suppress_debug_info = True  # it prints to stdout
    logging.getLogger("LiteLLM").setLevel(logging.CRITICAL)  # it logs what it also raises, keys included
    litellm.custom_provider_map = [{"provider": _OFFLINE, "custom_handler": _offline_provider(litellm)}]
    litellm.completion(
        "openai/warm",
        [{"role": "user", "content": ""}],
        tools=[{"type": "function", "function": {"name": "none", "parameters": {"type": "object"}}}],
        mock_response="warm",
    )
    return litellm


class LiteLLMModel:
    """A model by its LiteLLM name, such as openai/gpt-4o-mini or ollama_chat/qwen3."""

    def __init__(self, name: str, url: str | None = None, key: str | None = None) -> None:
        self.name = name
        self._url = url
        self._key = key

    async def stream(
        self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]]
    ) -> AsyncGenerator[TextDelta | Reply, None]:
        """Yield text as it comes, then one `Reply`. Raise `ModelTrouble`."""
        key = self._key
        if key is None and self._url and self.name.startswith("openai/"):
            key = "none"  # a server of one's own rarely wants one; and the key in OPENAI_API_KEY is not its
        options = {"api_base": self._url, "api_key": key, "stream_options": {"include_usage": True}}
        try:
            async with aclosing(_streamed(self.name, messages, tools, **options)) as pieces:
                async for piece in pieces:
                    yield piece
        except Exception as error:  # noqa: BLE001 - LiteLLM and its providers raise what they like
            logger.warning("%s: %s", self.name, type(error).__name__)  # its text may hold a key
            raise trouble(error, self.name, self._url, self._missing_keys()) from None

    def _missing_keys(self) -> Sequence[str]:
        if self._key:
            return ()
        missing: Sequence[str] = warm().validate_environment(self.name)["missing_keys"]
        return missing


class OfflineModel:
    """The offline reader; it travels through LiteLLM like every model."""

    name = OFFLINE_MODEL

    def __init__(self, names: Callable[[], Awaitable[Names]]) -> None:
        self._names = names

    async def warm(self) -> None:
        """Return when the lexicon is read and the names are indexed. Raise `ToolboxTrouble`, as `stream` does."""
        await asyncio.to_thread(respond, [{"role": "user", "content": "prefixes, qwx"}], [], await self._names())

    async def stream(
        self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]]
    ) -> AsyncGenerator[TextDelta | Reply, None]:
        """Yield text as it comes, then one `Reply`. Raise `ToolboxTrouble` when the names cannot be read."""
        names = await self._names()
        async with aclosing(_streamed(f"{_OFFLINE}/reader", messages, tools, names=lambda: names)) as pieces:
            async for piece in pieces:
                yield piece


async def _streamed(
    model: str, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]], **options: Any
) -> AsyncGenerator[TextDelta | Reply, None]:
    litellm = await asyncio.to_thread(warm)  # seconds, the first time
    text, calls, said, usage = "", CallPieces(), None, Usage()
    response = await litellm.acompletion(
        model=model,
        messages=list(messages),
        tools=list(tools),
        stream=True,
        timeout=_SILENCE_SECONDS,
        drop_params=True,  # what a provider does not know (stream_options, for one) is left out
        **options,
    )
    async with aclosing(response):
        async for chunk in response:
            if getattr(chunk, "usage", None):
                usage = _usage(litellm, model, chunk.usage)
            if not chunk.choices:
                continue
            delta = chunk.choices[0].delta
            said = (getattr(delta, "provider_specific_fields", None) or {}).get(_OFFLINE) or said
            calls.add(delta.tool_calls or ())
            if delta.content:
                text += delta.content
                yield TextDelta(delta.content)
    yield Reply(text, calls.whole(), usage, declined=said == "declined", asks=said == "asks")


def _usage(litellm: Any, model: str, counted: Any) -> Usage:
    tokens = counted.prompt_tokens or 0, counted.completion_tokens or 0
    try:
        cost = sum(litellm.cost_per_token(model=model, usage_object=counted))
    except Exception:  # noqa: BLE001 - LiteLLM raises a bare Exception for a model whose price it does not know
        return Usage(*tokens)
    return Usage(*tokens, cost=cost)


def _offline_provider(litellm: Any) -> Any:
    """Return the offline reader as a provider of LiteLLM."""

    class OfflineProvider(litellm.CustomLLM):  # type: ignore[misc] # known only once it is imported
        async def astreaming(self, model: str, messages: Any, *_: Any, **request: Any) -> Any:
            given = request["optional_params"]
            calls: Sequence[Any] = ()
            said = None
            async for piece in OfflineReader().respond(messages, given.get("tools", ()), given["names"]()):
                match piece:
                    case str():
                        yield _chunk(text=piece)
                    case Calls(found):
                        calls = found
                    case Declined():
                        said = "declined"
                    case Asked():
                        said = "asks"
            for index, call in enumerate(calls):
                function = {"name": call.name, "arguments": json.dumps(call.arguments, ensure_ascii=False)}
                use = {"id": f"call_{uuid4().hex[:12]}", "type": "function", "index": index, "function": function}
                yield _chunk(tool_use=use)
            if said:
                yield _chunk(provider_specific_fields={_OFFLINE: said})
            yield _chunk(is_finished=True, finish_reason="tool_calls" if calls else "stop")

    return OfflineProvider()


def _chunk(**given: Any) -> dict[str, Any]:
    return {"text": "", "is_finished": False, "finish_reason": "", "index": 0, "usage": None, "tool_use": None, **given}
