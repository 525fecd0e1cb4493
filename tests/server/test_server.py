"""The server as a client sees it."""

import asyncio
import json
import logging
from typing import Any

import jsonschema
import pytest
from mcp import McpError, types
from mcp.types import CallToolRequest, CallToolRequestParams, CallToolResult, ClientRequest

from tools.answering import DEFECT
from tools.errors import BrokenQuery, NotAllowed, Unavailable, UnknownName
from tools.loading import Loading
from tools.models import ToolAnswer
from tools.settings import ToolSettings

TOOLS = [
    "search_locations",
    "get_prefixes_by_location",
    "find_prefix",
    "find_free_space",
    "get_devices_by_location",
    "get_device",
    "get_interfaces_by_device",
    "get_vlans_by_location",
    "get_circuits",
    "analyze_prefixes_dataframe",
    "export_prefixes_to_csv",
    "count_records",
    "get_rows",
    "find_problems",
    "compare_locations",
    "get_changes",
]


async def test_the_catalogue_is_sixteen_described_read_only_tools_in_a_fixed_order(connected: Any, fake: Any) -> None:
    async with connected(fake()) as client:
        listed = (await client.list_tools()).tools

    assert [tool.name for tool in listed] == TOOLS
    for tool in listed:
        assert tool.title and tool.description and tool.outputSchema, f"{tool.name} needs a title and a docstring"
        assert tool.annotations is not None and tool.annotations.readOnlyHint is True
        arguments = tool.inputSchema["properties"].items()
        bare = [name for name, argument in arguments if not argument.get("description")]
        assert bare == [], f"{tool.name}: give these a Field(description=...), for a model reads nothing else of them"
        jsonschema.Draft202012Validator.check_schema(tool.inputSchema)
        assert '"title"' not in json.dumps(tool.inputSchema)


async def test_the_catalogue_costs_a_model_at_most_4000_tokens(connected: Any, fake: Any, tokens: Any) -> None:
    async with connected(fake()) as client:
        listed = await client.list_tools()

    assert tokens(listed.model_dump_json(by_alias=True, exclude_none=True)) <= 4_000


async def test_the_catalogue_does_not_wait_for_the_source(connected: Any, fake: Any) -> None:
    nautobot = fake()
    async with connected(nautobot) as client:
        await client.list_tools()

    assert nautobot.asked == []


async def test_prefixes_of_a_location_come_with_names_figures_and_their_query(connected: Any, fake: Any) -> None:
    async with connected(fake()) as client:
        result = await client.call_tool("get_prefixes_by_location", {"location": "frankfurt"})

    answer = ToolAnswer.model_validate(result.structuredContent)
    assert not result.isError
    assert answer.outcome == "found"
    assert (answer.total, answer.shown) == (5, 5)
    assert answer.rows[0][:4] == ["10.0.1.0/24", "network", "User Data", "101 data"]
    assert answer.links[0] == "/ipam/prefixes/p1/"
    assert answer.source is not None
    assert answer.source.queries[0].file == "prefixes_by_location.graphql"
    assert answer.source.queries[0].variables == {"locations": ["FRA01"]}
    assert result.content[0].text.splitlines() == [
        "5 prefixes at FRA01: 3 User Data, 2 User Voice; all Active.",
        "Rows: 5 of 5",
        "prefix | role | vlan | location",
        "10.0.1.0/24 | User Data | 101 data | FRA01",
        "10.0.2.0/24 | User Voice | 102 data | FRA01",
        "10.0.3.0/24 | User Data | 103 data | FRA01",
        "10.0.4.0/24 | User Voice | 104 data | FRA01",
        "10.0.5.0/24 | User Data | 105 data | FRA01",
    ]


async def test_live_answers_carry_their_address_in_every_link(connected: Any, fake: Any) -> None:
    async with connected(fake("live", "https://nautobot.example.com/")) as client:
        result = await client.call_tool("get_prefixes_by_location", {"location": "FRA01"})

    answer = result.structuredContent
    assert answer["source"]["mode"] == "live"
    assert answer["source"]["url"] == "https://nautobot.example.com/"
    assert answer["source"]["retrieved_at"] == "2026-01-02T03:04:05Z"
    assert answer["links"][0] == "https://nautobot.example.com/ipam/prefixes/p1/"
    assert answer["list_url"] == "https://nautobot.example.com/ipam/prefixes/?locations=FRA01"


async def test_demo_data_in_place_of_a_silent_nautobot_says_so_to_the_model(connected: Any, fake: Any) -> None:
    async with connected(fake("fallback", None, "Nautobot does not answer: this is demo data.")) as client:
        result = await client.call_tool("get_prefixes_by_location", {"location": "FRA01"})

    assert "Note: Nautobot does not answer: this is demo data." in result.content[0].text
    assert result.structuredContent["source"]["mode"] == "fallback"


async def test_a_call_belongs_to_the_turn_of_its_meta(connected: Any, fake: Any) -> None:
    nautobot = fake()
    params = CallToolRequestParams.model_validate(
        {"name": "get_prefixes_by_location", "arguments": {"location": "FRA01"}, "_meta": {"sextant/turn": "t1"}}
    )
    async with connected(nautobot) as client:
        await client.send_request(ClientRequest(CallToolRequest(params=params)), CallToolResult)

    assert {turn for _, turn, _ in nautobot.asked} == {"t1"}
    assert nautobot.fresh == [False]


async def test_a_call_may_want_nothing_from_memory(connected: Any, fake: Any) -> None:
    nautobot = fake()
    params = CallToolRequestParams.model_validate(
        {"name": "get_prefixes_by_location", "arguments": {"location": "FRA01"}, "_meta": {"sextant/fresh": True}}
    )
    async with connected(nautobot) as client:
        await client.send_request(ClientRequest(CallToolRequest(params=params)), CallToolResult)

    assert nautobot.fresh == [True]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, "Location is missing: Name, city, country or region; or several."),
        ({"location": "FRA01", "site": "x"}, "There is no argument 'site'; allowed are location, role, status"),
        ({"location": []}, "location is an empty list."),
        ({"location": 7}, "Location cannot be 7:"),
        (
            {"location": "FRA01", "prefix_length": 200},
            "Prefix_length cannot be 200: input should be less than or equal",
        ),
        ({"location": "FRA01", "type": "subnet"}, "Type cannot be 'subnet': input should be 'container', 'network' or"),
        ({"location": "FRA01", "limit": 0}, "Limit cannot be 0: input should be greater than or equal to 1."),
        ({"location": "FRA01", "ip_version": 5}, "Ip_version cannot be 5: input should be 4 or 6."),
    ],
)
async def test_arguments_that_cannot_be_right_are_told_so(
    connected: Any, fake: Any, arguments: dict[str, Any], told: str
) -> None:
    nautobot = fake()
    async with connected(nautobot) as client:
        result = await client.call_tool("get_prefixes_by_location", arguments)

    assert result.isError
    assert result.structuredContent["outcome"] == "invalid"
    assert told in result.content[0].text
    assert nautobot.asked == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"location": "FRA01", "prefix_length": "24"},
        {"location": ["FRA01"], "prefix_length": 24, "role": None, "status": ""},
    ],
)
async def test_what_models_send_loosely_is_understood(connected: Any, fake: Any, arguments: dict[str, Any]) -> None:
    nautobot = fake()
    async with connected(nautobot) as client:
        result = await client.call_tool("get_prefixes_by_location", arguments)

    assert not result.isError
    assert nautobot.asked[-1][2] == {"locations": ["FRA01"], "prefix_length": [24]}


async def test_a_tool_that_is_not_there_is_answered_with_those_that_are(connected: Any, fake: Any) -> None:
    async with connected(fake()) as client:
        result = await client.call_tool("reboot", {})

    assert result.isError
    assert "There is no tool 'reboot'. There are search_locations, get_prefixes" in result.content[0].text


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [
        (UnknownName("No such role."), "unknown"),
        (NotAllowed("The token may not read prefixes."), "not_allowed"),
        (Unavailable("Nautobot does not answer."), "unavailable"),
        (BrokenQuery("prefixes_by_location.graphql, line 3: no such field."), "defect"),
    ],
)
async def test_each_family_of_trouble_is_an_answer_of_its_own(
    connected: Any, fake: Any, trouble: Exception, outcome: str
) -> None:
    async with connected(fake(prefixes_by_location=trouble)) as client:
        result = await client.call_tool("get_prefixes_by_location", {"location": "FRA01"})

    assert result.isError
    assert result.structuredContent["outcome"] == outcome
    assert result.content[0].text.startswith(str(trouble))
    assert result.structuredContent["source"]["queries"][0]["file"] == "locations.graphql"


async def test_a_bug_is_logged_and_its_text_is_not_shown(connected: Any, fake: Any, caplog: Any) -> None:
    with caplog.at_level(logging.ERROR):
        async with connected(fake(prefixes_by_location=KeyError("secret"))) as client:
            result = await client.call_tool("get_prefixes_by_location", {"location": "FRA01"})

    assert result.structuredContent["outcome"] == "defect"
    assert result.content[0].text.startswith(f"{DEFECT} Request ")
    assert "secret" not in json.dumps(result.structuredContent)
    assert "KeyError: 'secret'" in caplog.text


class Slow:
    """A Nautobot that answers when told to, and knows when nobody waits any more."""

    def __init__(self, quick: Any) -> None:
        self.quick = quick
        self.begun, self.given_up, self.answer_now = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def rows(self, query: str, *, turn: str | None = None, **variables: Any) -> Any:
        if query == "prefixes_by_location":
            self.begun.set()
            try:
                await self.answer_now.wait()
            except asyncio.CancelledError:
                self.given_up.set()
                raise
        return await self.quick.rows(query, turn=turn, **variables)

    async def answering(self, turn: str | None, work: Any, *, fresh: bool = False) -> Any:
        return await work()


async def test_calls_run_beside_each_other(connected: Any, fake: Any) -> None:
    nautobot = Slow(fake())
    async with connected(nautobot) as client, asyncio.timeout(10):
        slow = asyncio.create_task(client.call_tool("get_prefixes_by_location", {"location": "FRA01"}))
        await nautobot.begun.wait()
        quick = await client.call_tool("search_locations", {"query": "london"})
        assert not slow.done()
        nautobot.answer_now.set()
        assert not (await slow).isError

    assert quick.structuredContent["total"] == 1


async def test_a_cancelled_call_stops_its_work(connected: Any, fake: Any) -> None:
    nautobot = Slow(fake())
    async with connected(nautobot) as client, asyncio.timeout(10):
        number = client._request_id
        call = asyncio.create_task(client.call_tool("get_prefixes_by_location", {"location": "FRA01"}))
        await nautobot.begun.wait()
        params = types.CancelledNotificationParams(requestId=number)
        await client.send_notification(types.ClientNotification(types.CancelledNotification(params=params)))
        await nautobot.given_up.wait()
        with pytest.raises(McpError, match="cancelled"):
            await call
        again = await client.call_tool("search_locations", {"query": "london"})

    assert not again.isError


async def test_a_call_has_a_deadline_of_its_own(connected: Any, fake: Any) -> None:
    nautobot = Slow(fake())
    async with connected(nautobot, seconds=0.01) as client:
        result = await client.call_tool("get_prefixes_by_location", {"location": "FRA01"})

    assert result.structuredContent["outcome"] == "unavailable"
    assert "took longer than 0.01 seconds. Ask for less" in result.content[0].text
    assert nautobot.given_up.is_set()


async def test_the_deadline_comes_before_that_of_the_host() -> None:
    seconds = {
        given: (await Loading(ToolSettings.load(demo_mode="true", sextant_call_seconds=given)).answering()).seconds
        for given in (60, 600)
    }

    assert seconds == {60: pytest.approx(55), 600: pytest.approx(550)}
