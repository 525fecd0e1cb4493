"""Results that stay: what was read once can be gone on with by its name."""

import weakref
from typing import Any

import pytest
from mcp.types import CallToolRequest, CallToolRequestParams, CallToolResult, ClientRequest

from tools.answering import Answered, Answering
from tools.models import Earlier, ResultTable
from tools.results import About, Expired, Results


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


async def test_a_query_that_led_to_several_results_is_named_once(fake: Any) -> None:
    answering = Answering(fake(devices_by_location=[device("a", "FRA01")]))
    devices = await ask(answering, "get_devices_by_location", location="Germany")
    grouped = await ask(answering, "get_rows", of={"r1": devices}, result="r1", group_by=["location"])
    saved = await ask(answering, "export_prefixes_to_csv", of={"r2": grouped}, result="r2")

    for answered in (devices, grouped, saved):
        queries = [(run.file, str(run.variables)) for run in answered.answer.source.queries]
        assert len(queries) == len(set(queries))


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


async def test_columns_of_a_result_are_typed(fake: Any) -> None:
    answering = Answering(fake())
    prefixes = await ask(answering, "get_prefixes_by_location", location="FRA01")

    kept = answering.results.result("r1", prefixes.answer.result_uri)

    assert dict(zip(kept.columns, kept.types, strict=True)) == {
        "prefix": "prefix",
        "type": "text",
        "role": "text",
        "vlan": "text",
        "status": "text",
        "namespace": "text",
        "location": "text",
        "description": "text",
        "prefix length": "integer",
        "ip version": "integer",
    }
    assert kept.links[0] == "/ipam/prefixes/p1/"
    assert (kept.total, kept.tool, kept.arguments) == (5, "get_prefixes_by_location", {"location": "FRA01"})


async def test_two_locations_of_one_name_stay_apart(fake: Any, locations: Any) -> None:
    floors = [
        {**locations[6], "id": "floor-1", "name": "Floor 1"},
        {**locations[11], "id": "floor-2", "name": "Floor 1"},
    ]
    nautobot = fake(locations=[*locations, *floors], devices_by_location=[device("a", "Floor 1", "floor-2")])
    answering = Answering(nautobot)
    devices = await ask(answering, "get_devices_by_location")

    await ask(answering, "get_prefixes_by_location", of={"r1": devices}, location="r1")

    assert nautobot.asked[-1][2] == {"locations": ["floor-2"]}


async def test_results_and_names_may_be_mixed(fake: Any) -> None:
    nautobot = fake(devices_by_location=[device("a", "FRA01")])
    answering = Answering(nautobot)
    devices = await ask(answering, "get_devices_by_location")

    for location in (["r1", "London"], ["r1", "r1", "LON01"]):
        await ask(answering, "get_prefixes_by_location", of={"r1": devices}, location=location)
        assert sorted(nautobot.asked[-1][2]["locations"]) == ["FRA01", "LON01"]


async def test_a_location_that_is_called_like_a_result_is_that_location(fake: Any, locations: Any) -> None:
    nautobot = fake(locations=[*locations, {**locations[6], "id": "id-r1", "name": "r1"}])
    answering = Answering(nautobot)
    devices = await ask(answering, "get_devices_by_location", location="LON01")

    await ask(answering, "get_prefixes_by_location", of={"r1": devices}, location="r1")

    assert nautobot.asked[-1][2] == {"locations": ["r1"]}


async def test_devices_of_a_result_are_asked_for_by_name_and_by_id_where_they_share_one(fake: Any) -> None:
    twin = {**device("a", "LON01"), "id": "d-twin"}
    nautobot = fake(
        devices_by_location=[device("a", "FRA01"), device("b", "FRA01")],
        device_names=[device("a", "FRA01"), twin, device("b", "FRA01")],
        device=[device("a", "FRA01"), twin, device("b", "FRA01")],
    )
    answering = Answering(nautobot)
    of = {"r1": await ask(answering, "get_devices_by_location", location="FRA01")}

    ports = await ask(answering, "get_interfaces_by_device", of=of, device="r1")
    assert nautobot.asked[-1][2] == {"devices": ["d-a", "b"]}
    assert ports.answer.notes == ["r1 stands for the 2 devices of its rows."]

    one_by_one = await ask(answering, "get_device", of=of, device=["r1"])
    assert [link for link in one_by_one.answer.links] == ["/dcim/devices/d-a/", "/dcim/devices/d-b/"]


async def test_a_result_without_what_is_wanted_says_which_columns_it_has(fake: Any) -> None:
    answering = Answering(fake())
    of = {"r1": await ask(answering, "get_prefixes_by_location", location="FRA01")}

    answered = await ask(answering, "get_device", of=of, device="r1")

    assert answered.answer.outcome == "invalid"
    assert answered.text.startswith("r1 (prefixes at FRA01) names no devices: its columns are prefix, type, role, vlan")


async def test_nothing_follows_from_a_result_without_rows(fake: Any) -> None:
    nautobot = fake(devices_by_location=[])
    answering = Answering(nautobot)
    of = {"r1": await ask(answering, "get_devices_by_location", location="FRA01")}

    answered = await ask(answering, "get_prefixes_by_location", of=of, location="r1")

    assert (answered.answer.outcome, answered.failed) == ("empty", False)
    assert answered.text == "r1 (devices at FRA01) has no rows: there is nothing to go on with."
    assert nautobot.asked[-1][0] == "locations"  # and above all not the whole network


async def test_rows_without_a_location_are_told(fake: Any) -> None:
    nowhere = {**device("b", ""), "location": None}
    answering = Answering(fake(devices_by_location=[device("a", "FRA01"), nowhere]))
    of = {"r1": await ask(answering, "get_devices_by_location")}

    answered = await ask(answering, "get_prefixes_by_location", of=of, location="r1")

    assert answered.answer.notes == ["r1 stands for the 1 location of its rows; 1 of its 2 rows have none."]


def table(text: str) -> ResultTable:
    return ResultTable(subject="s", columns=["a"], rows=[[text]], links=[None])


def test_a_result_is_kept_for_a_while() -> None:
    now = [0.0]
    results = Results(seconds=60, clock=lambda: now[0])
    address = results.keep(table("x"))
    now[0] = 60
    assert results.json(address)
    now[0] = 61
    with pytest.raises(Expired):
        results.json(address)


def test_what_is_too_old_makes_room() -> None:
    class Rows(list[tuple[str, ...]]):
        """Rows that tell when they are gone."""

    now = [0.0]
    results = Results(seconds=60, clock=lambda: now[0])
    places = Rows()
    gone = weakref.ref(places)
    results.keep(table("old"), About(places=places))
    del places
    now[0] = 30
    young = results.keep(table("young"))
    assert gone() is not None
    now[0] = 61

    newest = results.keep(table("newest"))

    assert gone() is None
    assert results.json(young)
    assert results.json(newest)


async def test_a_hundred_thousand_rows_are_kept_in_some_twenty_megabytes() -> None:
    rows = [[f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}/32", f"Role {n % 20}", n] for n in range(100_000)]
    links = [f"https://nautobot.example.com/ipam/prefixes/{n:036}/" for n in range(100_000)]
    results = Results(most_bytes=20_000_000)
    first = results.keep(table("x"))
    address = results.keep(
        ResultTable(subject="s", columns=["prefix", "role", "n"], rows=rows, links=links),
        About(base="https://nautobot.example.com"),
    )

    kept = results.result("r2", address)

    assert results.json(first)  # there was room for both
    assert (kept.total, kept.rows[99_999], kept.types) == (100_000, rows[99_999], ["prefix", "text", "integer"])
    assert kept.links[1] == f"/ipam/prefixes/{1:036}/"
