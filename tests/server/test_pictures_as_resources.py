"""What stands behind the address of a result: by its id or by its name in the session, as rows, files and a picture."""

import json
from typing import Any

import pytest
from mcp import McpError
from pydantic import AnyUrl

from chainlit_app.page.served import KINDS
from chainlit_app.turn import Source, ToolCall
from tools.models import ResultTable, ToolAnswer

DRAWN = [
    ("analyze_prefixes_dataframe", {"group_by": ["region"]}),
    ("find_prefix", {"target": "10.201.200.0/21"}),
    ("find_free_space", {"inside": "10.201.200.0/21"}),
    ("find_free_space", {"inside": "USD01", "of": "rack_units"}),
    ("get_changes", {"since": "2026-10-01", "limit": 5}),
]


@pytest.mark.parametrize(("tool", "arguments"), DRAWN, ids=lambda given: given if isinstance(given, str) else "")
async def test_the_tool_server_gives_the_figure_that_the_page_draws(
    connected: Any, demo: Any, tool: str, arguments: dict[str, Any]
) -> None:
    async with connected(demo) as client:
        answer = ToolAnswer.model_validate((await client.call_tool(tool, arguments)).structuredContent)
        table = (await client.read_resource(AnyUrl(f"{answer.result_uri}"))).contents[0].text
        figure = (await client.read_resource(AnyUrl(f"{answer.result_uri}.figure.json"))).contents[0]

    source = Source(1, ToolCall("1", tool, arguments, ""), answer, ResultTable.model_validate_json(table), 0.1)
    drawn = KINDS["figure.json"].made(source)
    assert figure.mimeType == "application/vnd.plotly.v1+json"
    assert drawn is not None
    assert figure.text == drawn.decode()
    assert {"data", "layout", "config"} == json.loads(figure.text).keys()


async def test_rows_that_a_table_says_as_well_have_no_picture_and_say_where_the_rows_are(
    connected: Any, fake: Any
) -> None:
    async with connected(fake()) as client:
        answer = (await client.call_tool("get_prefixes_by_location", {"location": "FRA01"})).structuredContent
        with pytest.raises(McpError, match=r"than a table\. Read sextant://results/\w{16}\.csv, or \.xlsx"):
            await client.read_resource(AnyUrl(f"{answer['result_uri']}.figure.json"))


@pytest.mark.parametrize("kind", ["", ".csv", ".json"])
async def test_a_name_of_the_session_leads_to_its_result(connected: Any, fake: Any, kind: str) -> None:
    async with connected(fake()) as client:
        answer = (await client.call_tool("get_prefixes_by_location", {"location": "FRA01"})).structuredContent
        named, given = [
            (await client.read_resource(AnyUrl(f"{address}{kind}"))).contents[0]
            for address in ("sextant://results/r1", answer["result_uri"])
        ]

    assert answer["result"] == "r1"
    assert named.model_dump(exclude={"uri"}) == given.model_dump(exclude={"uri"})


async def test_a_name_that_the_session_does_not_have_is_told_from_an_old_result(connected: Any, fake: Any) -> None:
    async with connected(fake()) as client:
        with pytest.raises(McpError, match=r"^r2 is a name .* result_uri: sextant://results/ and 16 letters"):
            await client.read_resource(AnyUrl("sextant://results/r2.csv"))


async def test_the_names_of_one_session_lead_nowhere_in_another(connected: Any, fake: Any) -> None:
    source = fake()
    async with connected(source) as mine, connected(source) as other:
        await mine.call_tool("get_prefixes_by_location", {"location": "FRA01"})
        with pytest.raises(McpError, match="this session has no such result"):
            await other.read_resource(AnyUrl("sextant://results/r1.csv"))


async def test_an_ending_that_there_is_not_is_answered_with_those_there_are(connected: Any, fake: Any) -> None:
    async with connected(fake()) as client:
        answer = (await client.call_tool("get_prefixes_by_location", {"location": "FRA01"})).structuredContent
        with pytest.raises(McpError, match=r"no \.png of a result\. There are \.csv, \.json, \.xlsx, \.figure\.json"):
            await client.read_resource(AnyUrl(f"{answer['result_uri']}.png"))


async def test_one_row_is_spoken_of_as_one(connected: Any, fake: Any) -> None:
    async with connected(fake(prefixes_by_location=[])) as client:
        none = await client.call_tool("get_prefixes_by_location", {"location": "FRA01"})
    async with connected(fake()) as client:
        one = await client.call_tool("find_free_space", {"inside": "10.9.0.0/24"})

    assert len(none.content) == 1
    assert one.structuredContent["total"] == 1
    assert one.content[1].text == "Its row is kept as r1."
