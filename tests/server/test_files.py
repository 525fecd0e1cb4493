"""Any result as a file: for people in a chat, and for whatever program speaks MCP."""

import io
import json
from base64 import b64decode
from typing import Any

import pytest
from openpyxl import load_workbook
from pydantic import AnyUrl

from tools.answering import Answering
from tools.models import Earlier


async def test_an_earlier_result_is_saved_without_reading_anything(connected: Any, fake: Any) -> None:
    nautobot = fake()
    async with connected(nautobot) as client:
        await client.call_tool("get_prefixes_by_location", {"location": "FRA01"})
        asked = len(nautobot.asked)
        saved = await client.call_tool("export_prefixes_to_csv", {"result": "r1", "format": "json"})
        link = saved.content[-1]
        file = json.loads((await client.read_resource(link.uri)).contents[0].text)

    answer = saved.structuredContent
    assert len(nautobot.asked) == asked
    assert answer["summary"] == "A JSON file with 5 rows is ready: Prefixes at FRA01."
    assert (answer["total"], answer["notes"]) == (5, ["The file holds all that is listed: 5 rows."])
    assert (link.type, link.mimeType, str(link.uri)) == ("resource_link", "application/json", answer["file_uri"])
    assert (file["subject"], file["total"], file["tool"]) == ("prefixes at FRA01", 5, "export_prefixes_to_csv")
    assert [row["prefix"] for row in file["rows"]] == [f"10.0.{n}.0/24" for n in range(1, 6)]
    assert file["queries"][0]["file"] == "prefixes_by_location.graphql"


async def test_a_workbook_is_a_blob_that_excel_opens(connected: Any, fake: Any) -> None:
    async with connected(fake("live", "https://nautobot.example.com")) as client:
        saved = await client.call_tool("export_prefixes_to_csv", {"location": "FRA01", "format": "xlsx"})
        contents = (await client.read_resource(AnyUrl(saved.structuredContent["file_uri"]))).contents[0]

    book = load_workbook(io.BytesIO(b64decode(contents.blob)))
    rows = list(book["Rows"].values)
    assert saved.structuredContent["summary"].startswith("An Excel file with 5 rows is ready: 5 prefixes at FRA01")
    assert contents.mimeType == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert rows[0][0] == "prefix" and rows[0][-1] == "Nautobot page"
    assert rows[1][-1] == "https://nautobot.example.com/ipam/prefixes/p1/"
    assert dict(row[:2] for row in book["Source"].values)["Data"] == "Live from https://nautobot.example.com"


async def test_a_workbook_of_demo_data_says_so_and_links_nowhere(connected: Any, fake: Any) -> None:
    async with connected(fake()) as client:
        saved = await client.call_tool("export_prefixes_to_csv", {"location": "FRA01", "format": "xlsx"})
        contents = (await client.read_resource(AnyUrl(saved.structuredContent["file_uri"]))).contents[0]

    book = load_workbook(io.BytesIO(b64decode(contents.blob)))
    assert "Nautobot page" not in next(book["Rows"].values)
    assert dict(row[:2] for row in book["Source"].values)["Data"] == "DEMO DATA, not your network."


@pytest.mark.parametrize("filters", [{"location": "FRA01"}, {"role": "User Data"}, {"ip_version": 4}])
async def test_a_result_is_saved_as_it_is(fake: Any, filters: dict[str, Any]) -> None:
    answered = await Answering(fake()).answer("export_prefixes_to_csv", {"result": "r1", **filters})

    assert answered.answer.outcome == "invalid"
    assert "r1 is saved as it is: leave the filters out, or filter it with get_rows first." in answered.text


async def test_of_nothing_there_is_no_file(fake: Any) -> None:
    answering = Answering(fake(devices_by_location=[]))
    empty = await answering.answer("get_devices_by_location", {"location": "FRA01"})
    earlier = {"r1": Earlier(uri=empty.answer.result_uri, tool="get_devices_by_location", arguments={})}

    answered = await answering.answer("export_prefixes_to_csv", {"result": "r1"}, earlier=earlier)

    assert (answered.answer.outcome, answered.answer.file_uri) == ("empty", None)
    assert answered.text == "r1 (devices at FRA01) has no rows: there is nothing to save."
