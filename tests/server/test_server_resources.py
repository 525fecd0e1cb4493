"""What the server offers beside its tools, and what an answer may cost a model."""

import csv
import io
from typing import Any

import pytest
from mcp import McpError
from pydantic import AnyUrl, TypeAdapter

from tools.answering import DEFECT, Answering
from tools.errors import NotAllowed, Unavailable
from tools.models import Check, Names, ResultTable, Status


async def test_the_host_gets_all_rows_and_the_model_some(connected: Any, fake: Any) -> None:
    async with connected(fake()) as client:
        result = await client.call_tool("get_prefixes_by_location", {"location": "FRA01", "limit": 2})
        answer = result.structuredContent
        whole = await client.read_resource(AnyUrl(answer["result_uri"]))
        file = await client.read_resource(AnyUrl(answer["csv_uri"]))

    table = ResultTable.model_validate_json(whole.contents[0].text)
    assert (answer["total"], answer["shown"], len(answer["rows"]), len(answer["links"])) == (5, 2, 2, 2)
    assert "Rows: 2 of 5. Narrow with role" in result.content[0].text
    assert len(table.rows) == len(table.links) == 5
    assert file.contents[0].mimeType == "text/csv"
    assert list(csv.reader(io.StringIO(file.contents[0].text, newline="")))[1][0] == "10.0.1.0/24"
    assert file.contents[0].text.count("\r\n") == 6


async def test_rows_shown_by_default_can_be_set(connected: Any, fake: Any) -> None:
    async with connected(fake(), rows_shown=3) as client:
        result = await client.call_tool("get_prefixes_by_location", {"location": "FRA01"})

    assert result.structuredContent["shown"] == 3


@pytest.mark.parametrize("uri", ["sextant://results/none", "sextant://results/none.csv"])
async def test_a_result_that_is_gone_is_said_to_be_gone(connected: Any, fake: Any, uri: str) -> None:
    async with connected(fake()) as client:
        with pytest.raises(McpError, match="no longer kept"):
            await client.read_resource(AnyUrl(uri))


async def test_a_resource_that_is_not_there_is_an_error(connected: Any, fake: Any) -> None:
    async with connected(fake()) as client:
        with pytest.raises(McpError, match="There is no resource"):
            await client.read_resource(AnyUrl("sextant://secrets"))


async def test_status_names_and_checks_are_resources(connected: Any, demo: Any, fixtures: Any) -> None:
    async with connected(demo) as client:
        listed = {str(r.uri): r.mimeType for r in (await client.list_resources()).resources}
        texts = {uri: (await client.read_resource(AnyUrl(uri))).contents[0].text for uri in listed}
        templates = (await client.list_resource_templates()).resourceTemplates

    names = Names.model_validate_json(texts["sextant://names"])
    assert set(listed) == {"sextant://status", "sextant://names", "sextant://checks", "sextant://refresh"}
    assert Status.model_validate_json(texts["sextant://status"]).mode == "demo"
    assert all(check.ok for check in TypeAdapter(list[Check]).validate_json(texts["sextant://checks"]))
    assert len(names.locations) == len(fixtures("locations"))
    assert len(names.devices) == len(fixtures("devices"))
    assert names.location_types[:2] == ["Region", "Country"]
    assert {"WAN Router", "Access Switch"} <= set(names.device_roles)
    assert {"User Data", "User Voice"} <= set(names.prefix_roles)
    assert (set(names.namespaces), set(names.providers)) == tuple(
        {row["name"] for row in fixtures(kind).values()} for kind in ("namespaces", "providers")
    )
    assert {template.uriTemplate for template in templates} == {
        "sextant://results/{id}",
        *(f"sextant://results/{{id}}.{kind}" for kind in ("csv", "json", "xlsx", "figure.json")),
    }


async def test_names_that_the_token_may_not_read_are_left_empty(connected: Any, fake: Any) -> None:
    async with connected(fake(providers=NotAllowed("no"), device_names=[{"id": "1", "name": None}])) as client:
        read = await client.read_resource(AnyUrl("sextant://names"))

    names = Names.model_validate_json(read.contents[0].text)
    assert names.providers == names.devices == []
    assert names.locations


async def test_names_that_cannot_be_read_now_are_an_error_in_plain_words(
    connected: Any, fake: Any, caplog: Any
) -> None:
    async with connected(fake(locations=Unavailable("Nautobot does not answer."))) as client:
        with pytest.raises(McpError, match="Nautobot does not answer"):
            await client.read_resource(AnyUrl("sextant://names"))
    async with connected(fake(locations=RuntimeError("secret"))) as client:
        with pytest.raises(McpError, match=DEFECT[:-1]):
            await client.read_resource(AnyUrl("sextant://names"))

    assert "secret" in caplog.text


@pytest.mark.parametrize("location", ["all", "NAM", "LATAM", ["USD01", "CAD01", "ARD01"]])
async def test_fifty_devices_cost_a_model_at_most_1700_tokens(demo: Any, tokens: Any, location: Any) -> None:
    answered = await Answering(demo).answer("get_devices_by_location", {"location": location, "limit": 50})

    assert answered.answer.shown == 50
    assert answered.answer.columns[:6] == ["device", "role", "model", "status", "location", "primary address"]
    assert "Spine Switch DCS-7280CR3-32P4" in answered.text
    assert tokens(answered.text) <= 1_700


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("search_locations", {}),
        ("get_prefixes_by_location", {"location": "all"}),
        ("get_prefixes_by_location", {"location": "all", "ip_version": 6}),
        ("find_prefix", {"target": "10.0.0.0/8"}),
        ("find_prefix", {"target": "2001:db8::/32"}),
        ("get_devices_by_location", {}),
        ("get_devices_by_location", {"role": "leaf"}),
        ("get_device", {"device": "NYC01-wan001"}),
        ("get_interfaces_by_device", {"device": ["USD01-spn001", "USD01-lea1001", "NYC01-acc001", "NYC01-cor001"]}),
        ("get_vlans_by_location", {"location": "all"}),
        ("get_circuits", {}),
        ("analyze_prefixes_dataframe", {"group_by": ["location", "role", "vlan"]}),
        ("analyze_prefixes_dataframe", {"group_by": "prefix"}),
        ("export_prefixes_to_csv", {}),
        ("count_records", {"record": "devices", "group_by": "location"}),
    ],
)
async def test_no_answer_costs_a_model_more_than_8000_tokens(
    demo: Any, tokens: Any, tool: str, arguments: dict[str, Any]
) -> None:
    answered = await Answering(demo).answer(tool, arguments)

    assert answered.answer.outcome == "found"
    assert tokens(answered.text) <= 8_000
