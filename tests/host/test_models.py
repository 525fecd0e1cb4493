"""LiteLLM's own code against a provider on a real socket: what a stream becomes, and what each trouble is told as."""

import asyncio
import json
from typing import Any

import pytest

from chainlit_app.llm import LiteLLMModel
from chainlit_app.turn import ContextOverflow, ModelTrouble, Reply, TextDelta, ToolCall

SECRET = "sk-very-secret-123"
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_device",
            "description": "d",
            "parameters": {"type": "object", "properties": {"device": {"type": "string"}}},
        },
    }
]


def piece(index: int, id: str | None = None, name: str | None = None, arguments: str | None = None) -> dict[str, Any]:
    """Return a delta with a piece of one call, without the keys that are None but for the arguments."""
    function = {"arguments": arguments} | ({"name": name} if name is not None else {})
    return {"tool_calls": [{"index": index, "function": function, "type": "function"} | ({"id": id} if id else {})]}


async def said(provider: Any, **options: Any) -> list[TextDelta | Reply]:
    model = LiteLLMModel(options.pop("name", "openai/m"), options.pop("url", provider.url), options.pop("key", SECRET))
    return [item async for item in model.stream([{"role": "user", "content": "Which?"}], TOOLS)]


async def reply(provider: Any) -> Reply:
    last = (await said(provider))[-1]
    assert isinstance(last, Reply)
    return last


def asked(*calls: ToolCall) -> list[tuple[str, Any]]:
    return [(call.name, call.arguments) for call in calls]


async def test_text_comes_as_it_is_streamed_and_then_as_a_whole(provider):
    provider.says({"role": "assistant", "content": ""}, {"content": "Two "}, {"content": "routers."})
    assert [item.text for item in await said(provider)] == ["Two ", "routers.", "Two routers."]


async def test_the_tools_and_the_conversation_reach_the_provider(provider):
    provider.says({"content": "ok"})
    await said(provider)
    assert provider.requests[0]["tools"][0]["function"]["name"] == "get_device"
    assert provider.requests[0]["messages"] == [{"role": "user", "content": "Which?"}]
    assert f"Bearer {SECRET}" in provider.headers[0]


async def test_tokens_are_the_providers_own_count_and_an_unknown_price_is_unknown(provider):
    provider.says({"content": "ok"})
    usage = (await reply(provider)).usage
    assert (usage.input_tokens, usage.output_tokens, usage.cost) == (11, 7, None)


async def test_where_a_provider_counts_no_tokens_litellm_counts_them(provider):
    provider.says({"content": "ok"}, usage=False)
    assert (await reply(provider)).usage.output_tokens == 1


async def test_a_known_price_becomes_a_cost(provider):
    provider.says({"content": "ok"})
    last = (await said(provider, name="openai/gpt-4o-mini"))[-1]
    assert last.usage.cost == pytest.approx(11 * 0.15e-6 + 7 * 0.6e-6)


async def test_parallel_calls_streamed_in_turns_are_put_together(provider):
    provider.says(
        piece(0, "a", "get_device", ""),
        piece(1, "b", "get_vlans", ""),
        piece(0, arguments='{"device"'),
        piece(1, arguments='{"vid":'),
        piece(0, arguments=': "x"}'),
        piece(1, arguments=" 7}"),
        finish="tool_calls",
    )
    calls = (await reply(provider)).tool_calls
    assert asked(*calls) == [("get_device", {"device": "x"}), ("get_vlans", {"vid": 7})]
    assert [call.id for call in calls] == ["a", "b"]


async def test_arguments_in_one_piece_with_the_name_are_read(provider):
    provider.says(piece(0, "a", "get_device", '{"device": "x"}'), finish="tool_calls")
    assert asked(*(await reply(provider)).tool_calls) == [("get_device", {"device": "x"})]


async def test_parallel_calls_that_all_say_index_0_stay_apart(provider):
    provider.says(piece(0, "a", "one", '{"x": 1}'), piece(0, "b", "two", '{"y": 2}'), finish="tool_calls")
    assert asked(*(await reply(provider)).tool_calls) == [("one", {"x": 1}), ("two", {"y": 2})]


async def test_calls_without_an_id_are_not_lost(provider):
    provider.says(piece(0, None, "one", '{"x": 1}'), piece(0, None, "two", "{}"), finish="tool_calls")
    assert asked(*(await reply(provider)).tool_calls) == [("one", {"x": 1}), ("two", {})]


async def test_an_id_and_name_repeated_with_every_piece_are_one_call(provider):
    provider.says(piece(0, "a", "one", '{"x"'), piece(0, "a", "", ":"), piece(0, "a", "one", "1}"), finish="tool_calls")
    assert asked(*(await reply(provider)).tool_calls) == [("one", {"x": 1})]


@pytest.mark.parametrize("nothing", [None, "", "  "])
async def test_a_call_without_arguments_has_empty_ones(provider, nothing):
    provider.says(piece(0, "a", "one", nothing), finish="tool_calls")
    assert asked(*(await reply(provider)).tool_calls) == [("one", {})]


@pytest.mark.parametrize("broken", ['{"device": ', "[1]", "null", "NYC01"])
async def test_arguments_that_are_no_json_object_are_kept_as_they_were_sent(provider, broken):
    provider.says(piece(0, "a", "one", broken), finish="tool_calls")
    (call,) = (await reply(provider)).tool_calls
    assert (call.arguments, call.raw) == (None, broken)


async def test_a_call_counts_although_the_provider_says_it_stopped(provider):
    provider.says({"content": "Looking."}, piece(0, "a", "one", "{}"), finish="stop")
    assert asked(*(await reply(provider)).tool_calls) == [("one", {})]


@pytest.mark.parametrize(
    ("status", "words", "code", "told"),
    [
        (401, f"Incorrect API key provided: {SECRET}", "invalid_api_key", "refuses the key: check SEXTANT_MODEL_KEY"),
        (403, "Forbidden for org-abc", None, "look at the rights of the account"),
        (404, "The model `m` does not exist", "model_not_found", "check SEXTANT_MODEL"),
        (429, "Rate limit reached in org-abc", "rate_limit_exceeded", "wait a minute and ask again"),
        (429, "You exceeded your current quota", "insufficient_quota", "look at its quota"),
        (400, "m does not support tools", None, "set a SEXTANT_MODEL that can call tools"),
        (500, "oops", None, "ask again in a minute"),
        (503, "overloaded", None, "ask again in a minute"),
    ],
)
async def test_a_refusal_is_one_sentence_that_says_what_to_do(provider, caplog, status, words, code, told):
    provider.refuses(status, words, code)
    with pytest.raises(ModelTrouble) as trouble:
        await said(provider)
    sentence = str(trouble.value)
    assert told in sentence
    assert words not in sentence
    assert sentence.count("\n") == 0
    assert SECRET not in sentence + caplog.text + repr(trouble.value.__cause__)


async def test_too_long_a_conversation_is_told_apart(provider):
    provider.refuses(400, "This model's maximum context length is 8192 tokens.", "context_length_exceeded")
    with pytest.raises(ContextOverflow, match="begin a new chat"):
        await said(provider)


async def test_a_stream_that_breaks_off_is_told_after_the_text_that_came(provider):
    provider.says({"content": "Two "}, broken=True)
    stream = LiteLLMModel("openai/m", provider.url, SECRET).stream([{"role": "user", "content": "?"}], TOOLS)
    assert await anext(stream) == TextDelta("Two ")
    with pytest.raises(ModelTrouble, match="broke off in the middle of its answer: ask again"):
        await anext(stream)


async def test_a_refused_connection_names_the_address(provider):
    await provider.stop()
    with pytest.raises(ModelTrouble, match=f"Nothing answers at {provider.url}: start the model there"):
        await said(provider)


async def test_a_refused_connection_of_another_client_names_the_address_too(provider):
    await provider.stop()
    with pytest.raises(ModelTrouble, match="Nothing answers at"):
        await said(provider, name="ollama_chat/m", url=provider.url.removesuffix("/v1"), key=None)


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("openai/gpt-4o-mini", "OPENAI_API_KEY"),
        ("anthropic/claude-3-5-haiku-latest", "ANTHROPIC_API_KEY"),
        ("gemini/gemini-2.0-flash", "GEMINI_API_KEY"),
    ],
)
async def test_a_missing_key_is_named_whatever_the_provider_makes_of_it(provider, monkeypatch, name, variable):
    for known in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY"):
        monkeypatch.delenv(known, raising=False)
    with pytest.raises(ModelTrouble, match=f"There is no key for {name}: set SEXTANT_MODEL_KEY or .*{variable}"):
        await said(provider, name=name, url=None, key=None)


async def test_a_model_server_of_ones_own_needs_no_key_and_never_sees_the_one_of_openai(provider, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    provider.says({"content": "ok"})
    await said(provider, key=None)
    assert SECRET not in provider.headers[0]


@pytest.mark.parametrize("name", ["foo", "foo/bar"])
async def test_a_name_without_a_known_provider_is_told_with_an_example(provider, name):
    with pytest.raises(ModelTrouble, match=f"No provider is known for {name}: write SEXTANT_MODEL as provider/model"):
        await said(provider, name=name, url=None)


async def test_a_stopped_answer_hangs_up_on_the_provider(provider):
    provider.hangs({"content": "Two "})
    stream = LiteLLMModel("openai/m", provider.url, SECRET).stream([{"role": "user", "content": "?"}], TOOLS)
    await anext(stream)
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.wait({waiting}, timeout=0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await stream.aclose()
    async with asyncio.timeout(5):
        await provider.hung_up.wait()


async def test_nothing_is_printed(provider, capfd):
    provider.refuses(401, "no")
    with pytest.raises(ModelTrouble):
        await said(provider)
    assert json.dumps(capfd.readouterr()) == '["", ""]'
