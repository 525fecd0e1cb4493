"""Results that stay: what was read once can be gone on with by its name."""

from typing import Any

import pytest
from mcp.types import CallToolRequest, CallToolRequestParams, CallToolResult, ClientRequest

from tools.answering import Answered, Answering
from tools.models import Earlier


def device(name: str, at: str, id: str = "") -> dict[str, Any]:
    location = {"id": id or f"id-{at}", "name": at}
    return {"id": f"d-{name}", "name": name, "role": {"name": "Edge"}, "location": location}


async def ask(answering: Answering, tool: str, *, of: dict[str, Answered] | None = None, **arguments: Any) -> Answered:
    """Ask as a host does: with the results that may be named."""
    earlier = {
        name: Earlier(uri=kept.answer.result_uri, tool=kept.answer.tool, arguments={"location": "all"})
        for name, kept in (of or {}).items()
    }
    return await answering.answer(tool, arguments, earlier=earlier)


async def test_a_result_stands_for_the_locations_of_its_rows(fake: Any) -> None:
    nautobot = fake(devices_by_location=[device("a", "FRA01"), device("b", "LON01"), device("c", "FRA01")])
    answering = Answering(nautobot)
    devices = await ask(answering, "get_devices_by_location")

    prefixes = await ask(answering, "get_prefixes_by_location", of={"r1": devices}, location="r1")

    assert nautobot.asked[-1] == ("prefixes_by_location", None, {"locations": ["FRA01", "LON01"]})
    assert prefixes.answer.subject == "prefixes at FRA01 and LON01"
    assert prefixes.answer.notes == ["r1 stands for the 2 locations of its rows."]
    assert [run.file for run in prefixes.answer.source.queries][:2] == [
        "prefixes_by_location.graphql",
        "devices_by_location.graphql",
    ]


async def test_a_session_names_its_results_itself_where_no_host_does(connected: Any, fake: Any) -> None:
    async with connected(fake(devices_by_location=[device("a", "FRA01")])) as client:
        first = await client.call_tool("get_prefixes_by_location", {"location": "Germany"})
        second = await client.call_tool("get_devices_by_location", {"location": "r1"})

    assert first.structuredContent["result"] == "r1"
    assert first.content[1].text == "All 5 rows are kept as r1."
    assert second.structuredContent["subject"] == "devices at FRA01"
    assert second.structuredContent["result"] == "r2"


async def test_a_host_that_names_results_hears_no_other_names(connected: Any, fake: Any) -> None:
    params = {"name": "get_prefixes_by_location", "arguments": {"location": "FRA01"}, "_meta": {"sextant/results": {}}}
    async with connected(fake()) as client:
        request = CallToolRequest(params=CallToolRequestParams.model_validate(params))
        answer = await client.send_request(ClientRequest(request), CallToolResult)

    assert answer.structuredContent["result"] is None
    assert len(answer.content) == 1


@pytest.mark.parametrize("name", ["r2", "R7", "[2]"])
async def test_a_name_that_nobody_gave_leads_nowhere(connected: Any, fake: Any, name: str) -> None:
    nautobot = fake()
    async with connected(nautobot) as client:
        await client.call_tool("get_prefixes_by_location", {"location": "FRA01"})
        guessed = await client.call_tool("get_devices_by_location", {"location": name})

    assert guessed.structuredContent["outcome"] == "unknown"
    assert "No result is called" in guessed.content[0].text
    assert nautobot.asked[-1][0] == "locations"


async def test_one_session_cannot_name_the_results_of_another(fake: Any, connected: Any) -> None:
    nautobot = fake()
    async with connected(nautobot) as mine, connected(nautobot) as theirs:
        await mine.call_tool("get_prefixes_by_location", {"location": "FRA01"})
        guessed = await theirs.call_tool("get_devices_by_location", {"location": "r1"})

    assert guessed.structuredContent["outcome"] == "unknown"


async def test_a_result_that_is_gone_says_how_to_get_it_back(fake: Any) -> None:
    answering = Answering(fake())
    gone = Earlier(uri="sextant://results/none", tool="get_devices_by_location", arguments={"location": "FRA01"})

    answered = await answering.answer("get_prefixes_by_location", {"location": "r3"}, earlier={"r3": gone})

    assert (answered.answer.outcome, answered.failed) == ("gone", True)
    assert answered.text == (
        'The rows of r3 are no longer kept. Call get_devices_by_location with {"location": "FRA01"} again, '
        "and go on with the new result."
    )


async def test_demo_and_live_results_never_meet(fake: Any) -> None:
    demo = Answering(fake(devices_by_location=[device("a", "FRA01")]))
    live = Answering(fake("live", "https://nautobot.example.com"), results=demo.results)
    of = {"r1": await ask(demo, "get_devices_by_location")}

    answered = await ask(live, "get_prefixes_by_location", of=of, location="r1")

    assert answered.answer.outcome == "invalid"
    assert "Demo and live data are never mixed: r1 is demo data, what is read now is live." in answered.text
