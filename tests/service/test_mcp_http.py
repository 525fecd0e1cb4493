"""MCP over HTTP: the tools and resources of the tool server, and the whole loop as a tool."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from mcp import ClientSession, McpError
from mcp.client.streamable_http import streamable_http_client
from pydantic import AnyUrl

from chainlit_app.turn import ModelTrouble, Reply

DEVICES = "get_devices_by_location"
RESULT = "sextant://results/abcdefgh12345678"


@asynccontextmanager
async def session(url: str, logging: Any = None, **headers: str) -> AsyncIterator[ClientSession]:
    """Give a session of a foreign client."""
    async with (
        httpx.AsyncClient(headers=headers, timeout=30) as http,
        streamable_http_client(f"{url}/mcp", http_client=http) as (reading, writing, _),
        ClientSession(reading, writing, logging_callback=logging) as opened,
    ):
        await opened.initialize()
        yield opened


async def test_a_client_gets_the_tools_of_the_server_and_the_loop_as_one_more(listening: Any) -> None:
    service = await listening()
    async with session(service.url) as client:
        listed = await client.list_tools()
    assert [tool.name for tool in listed.tools] == [DEVICES, "get_device", "llm_chat"]
    assert all(tool.annotations.readOnlyHint for tool in listed.tools if tool.annotations)


async def test_the_newest_version_of_the_protocol_is_spoken(listening: Any) -> None:
    service = await listening()
    async with (
        streamable_http_client(f"{service.url}/mcp") as (reading, writing, _),
        ClientSession(reading, writing) as client,
    ):
        assert (await client.initialize()).protocolVersion == "2025-11-25"


async def test_results_are_named_r1_r2_of_each_session_on_its_own(listening: Any, tools: Any, fakes: Any) -> None:
    tools.answers["NYC01"] = fakes.answer("sw1").model_copy(update={"result_uri": RESULT})
    service = await listening()
    for _ in range(2):
        async with session(service.url) as client:
            first = await client.call_tool(DEVICES, {"location": "NYC01"})
            second = await client.call_tool(DEVICES, {"location": "NYC01"})
            assert first.structuredContent and second.structuredContent
            assert (first.structuredContent["result"], second.structuredContent["result"]) == ("r1", "r2")


async def test_a_call_hands_the_tool_server_the_results_that_it_names(listening: Any, tools: Any, fakes: Any) -> None:
    tools.answers["NYC01"] = fakes.answer("sw1").model_copy(update={"result_uri": RESULT})
    handed: list[Any] = []
    plain = tools.call

    async def call(call: Any, turn: str, report: Any = None, earlier: Any = None) -> Any:
        handed.append(dict(earlier))
        return await plain(call, turn, report, earlier)

    tools.call = call
    tools.answers["r1"] = fakes.answer("sw1")
    service = await listening()
    async with session(service.url) as client:
        await client.call_tool(DEVICES, {"location": "NYC01"})
        await client.call_tool(DEVICES, {"location": "r1"})
    assert [sorted(one) for one in handed] == [[], ["r1"]]
    assert handed[1]["r1"].uri == RESULT


async def test_a_long_read_is_told_to_who_wants_to_hear_it(listening: Any, tools: Any, fakes: Any) -> None:
    async def slow(report: Callable[[int, int | None], None]) -> Any:
        report(100, 300)
        report(300, 300)
        return fakes.answer("sw1")

    tools.answers["NYC01"] = slow
    heard: list[tuple[float, float | None]] = []

    async def hear(done: float, total: float | None, message: str | None) -> None:
        heard.append((done, total))

    service = await listening()
    async with session(service.url) as client:
        await client.call_tool(DEVICES, {"location": "NYC01"}, progress_callback=hear)
    assert heard == [(100, 300), (300, 300)]


async def test_a_question_is_answered_with_its_sources_and_its_steps_are_told(listening: Any, fakes: Any) -> None:
    service = await listening(Reply("", [fakes.call()]), Reply("Two: sw1 [1] and sw2 [1]."))
    steps: list[str | None] = []

    async def hear(done: float, total: float | None, message: str | None) -> None:
        steps.append(message)

    async with session(service.url) as client:
        answer = await client.call_tool("llm_chat", {"question": "Devices at NYC01?"}, progress_callback=hear)
    assert answer.structuredContent is not None
    assert answer.structuredContent["answer"] == "Two: sw1 [1] and sw2 [1]."
    assert [source["number"] for source in answer.structuredContent["sources"]] == [1]
    assert "[1] devices" in answer.content[0].text  # type: ignore[union-attr]
    assert len(steps) == 2


async def test_questions_under_one_name_follow_one_another_over_sessions(listening: Any, fakes: Any) -> None:
    service = await listening(Reply("First."), Reply("Second."))
    for question in ("One?", "Two?"):
        async with session(service.url) as client:
            await client.call_tool("llm_chat", {"question": question, "conversation": "mine"})
    assert any("One?" in str(message) for message in service.model.heard[-1])


async def test_a_question_without_an_answer_is_an_error_for_a_model(listening: Any) -> None:
    service = await listening(ModelTrouble("The model does not answer: try later."))
    async with session(service.url) as client:
        answer = await client.call_tool("llm_chat", {"question": "Which devices?"})
    assert answer.isError
    assert answer.content[0].text.startswith("The model does not answer: try later.")  # type: ignore[union-attr]


@pytest.mark.parametrize("arguments", [{}, {"question": ""}, {"question": "x", "more": 1}, {"question": 7}])
async def test_a_question_that_cannot_be_read_is_a_result_that_says_what_to_send(
    listening: Any, arguments: Any
) -> None:
    service = await listening()
    async with session(service.url) as client:
        answer = await client.call_tool("llm_chat", arguments)
    assert answer.isError
    assert "llm_chat takes question" in answer.content[0].text  # type: ignore[union-attr]


async def test_a_bug_tells_the_client_the_id_of_its_request_and_nothing_of_itself(listening: Any, tools: Any) -> None:
    async def broken() -> None:
        raise KeyError("secret-of-the-inside")

    tools.catalogue = broken
    service = await listening()
    async with session(service.url, **{"X-Request-ID": "look-me-up"}) as client:
        with pytest.raises(McpError) as error:
            await client.list_tools()
    assert "look-me-up" in str(error.value)
    assert "secret" not in str(error.value)


async def test_rows_are_read_by_the_address_that_an_answer_has(listening: Any, tools: Any, fakes: Any) -> None:
    tools.answers["NYC01"] = fakes.answer("sw1").model_copy(update={"result_uri": RESULT})
    tools.files = {f"{RESULT}.csv": b"name\r\nsw1\r\n"}
    service = await listening()
    async with session(service.url) as client:
        await client.call_tool(DEVICES, {"location": "NYC01"})
        read = await client.read_resource(AnyUrl(f"{RESULT}.csv"))
        named = await client.read_resource(AnyUrl("sextant://results/r1.csv"))
    assert read.contents[0].text == named.contents[0].text == "name\r\nsw1\r\n"  # type: ignore[union-attr]


async def test_prompts_take_names_and_complete_them(listening: Any, tools: Any) -> None:
    from tools.models import LocationName, Names

    async def names() -> Names:
        place = LocationName(name="OSL1", type="Site", path=[], city="Oslo", description="", also=["Oslo Fjord"])
        return Names.model_validate({**dict.fromkeys(Names.model_fields, ()), "mode": "demo", "locations": [place]})

    tools.names = names
    service = await listening()
    async with session(service.url) as client:
        prompts = (await client.list_prompts()).prompts
        text = (await client.get_prompt("find_room", {"location": "OSL1", "size": "/26"})).messages[0].content
        from mcp.types import PromptReference

        found = await client.complete(
            PromptReference(type="ref/prompt", name="find_room"), {"name": "location", "value": "os"}
        )
        with pytest.raises(McpError, match="needs location"):
            await client.get_prompt("review_location", {})
    assert [prompt.name for prompt in prompts] == ["review_location", "find_room", "describe_device"]
    assert "/26 fit at OSL1" in text.text  # type: ignore[union-attr]
    assert found.completion.values == ["OSL1", "Oslo Fjord"]


async def test_what_was_read_is_logged_to_a_client_that_asks_for_it(listening: Any) -> None:
    service = await listening()
    logged: list[Any] = []

    async def hear(params: Any) -> None:
        logged.append((params.level, params.data["tool"], params.data["rows"]))

    async with session(service.url, hear) as client:
        await client.call_tool(DEVICES, {"location": "NYC01"})
        await client.set_logging_level("info")
        await client.call_tool(DEVICES, {"location": "NYC01"})
        await client.set_logging_level("error")
        await client.call_tool(DEVICES, {"location": "NYC01"})
    assert logged == [("info", DEVICES, 2)]


async def test_more_sessions_than_are_allowed_are_told_to_come_back(listening: Any) -> None:
    service = await listening(sextant_mcp_sessions=1)
    async with session(service.url):
        refused = await service.post("/mcp", json={}, headers={"Accept": "application/json, text/event-stream"})
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "60")
    async with session(service.url) as again:
        assert (await again.list_tools()).tools


async def test_a_session_that_nobody_uses_ends(listening: Any, soon: Any) -> None:
    service = await listening(sextant_mcp_sessions=1, sextant_mcp_idle_minutes=0.01)
    start = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    }
    headers = {"Accept": "application/json, text/event-stream"}
    opened = await service.post("/mcp", json=start, headers=headers)
    id = opened.headers["mcp-session-id"]

    async def status() -> int:
        ping = {"jsonrpc": "2.0", "id": 2, "method": "ping"}
        return int((await service.post("/mcp", json=ping, headers={**headers, "Mcp-Session-Id": id})).status_code)

    assert await status() == 200
    await soon(lambda: not service.sessions.count)
    assert await status() == 404
