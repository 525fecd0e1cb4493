"""Networks unlike the demo's: without locations, of IPv6 only, with floors, homonyms and very long texts."""

from typing import Any

import pytest

from tools.answering import Answering


@pytest.fixture
def ask(fake: Any) -> Any:
    """Call a tool on a Nautobot with some answers changed; return the answer and the Nautobot."""

    async def call(tool: str, arguments: dict[str, Any], **changed: Any) -> Any:
        nautobot = fake(**changed)
        return await Answering(nautobot).answer(tool, arguments), nautobot

    return call


def device(key: str, name: str, location: str, **more: Any) -> dict[str, Any]:
    return {"id": key, "name": name, "location": {"id": f"id-{location}", "name": location}, **more}


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("search_locations", {}),
        ("get_devices_by_location", {}),
        ("get_circuits", {}),
        ("count_records", {"record": "devices", "group_by": "location"}),
        ("analyze_prefixes_dataframe", {}),
        ("export_prefixes_to_csv", {}),
    ],
)
async def test_without_any_location_the_whole_network_is_empty_and_not_a_wrong_question(
    ask: Any, tool: str, arguments: dict[str, Any]
) -> None:
    answered, _ = await ask(tool, arguments, locations=[], prefixes_by_location=[])

    assert answered.answer.outcome in ("empty", "found"), answered.text
    assert not answered.failed


async def test_prefixes_without_a_location_are_the_network_where_there_are_no_locations(ask: Any) -> None:
    prefix = {"id": "p", "prefix": "10.0.0.0/8", "type": "CONTAINER", "namespace": {"name": "Global"}, "locations": []}

    answered, nautobot = await ask("export_prefixes_to_csv", {}, locations=[], prefixes_by_location=[prefix])

    assert answered.answer.total == 1
    assert nautobot.asked[-1][2]["locations"] == ["null"]


async def test_a_network_of_ipv6_only_has_figures(ask: Any) -> None:
    rows = [
        {
            "id": f"p{n}",
            "prefix": f"2001:db8:{n}::/64",
            "type": "NETWORK",
            "namespace": {"name": "Global"},
            "locations": [],
            "ip_addresses": [{"address": f"2001:db8:{n}::1/64"}],
        }
        for n in range(2)
    ]

    answered, _ = await ask("analyze_prefixes_dataframe", {"group_by": "ip_version"}, prefixes_usage=rows)

    row = dict(zip(answered.answer.columns, answered.answer.rows[0], strict=True))
    assert (row["ip version"], row["prefixes"], row["addresses"], row["used"]) == (6, 2, str(2 * 2**64), 2)
    assert "of IPv6 used" in answered.text


async def test_the_country_of_a_device_in_a_room_is_its_country(ask: Any, locations: list[dict[str, Any]]) -> None:
    room = {**locations[6], "id": "id-Room", "name": "Room", "parent": {"id": "id-FRA01"}}
    found = device("d", "fra-sw1", "Room", role={"name": "Access Switch"})

    answered, _ = await ask(
        "get_device",
        {"device": "fra-sw1"},
        locations=[*locations, room],
        device_names=[{"id": "d", "name": "fra-sw1"}],
        device=[found],
    )

    row = dict(zip(answered.answer.columns, answered.answer.rows[0], strict=True))
    assert row["country"] == "Germany"


async def test_interfaces_of_two_devices_of_one_name_are_not_taken_for_those_of_one(ask: Any) -> None:
    rows = [{"id": key, "name": "eth0", "device": {"id": f"d-{key}", "name": "sw1"}} for key in ("a", "b")]

    answered, _ = await ask(
        "get_interfaces_by_device",
        {"device": "sw1"},
        device_names=[{"id": "d-a", "name": "sw1"}, {"id": "d-b", "name": "sw1"}],
        interfaces_by_device=rows,
    )

    assert "2 devices are called sw1; these are the interfaces of all." in answered.answer.notes


async def test_a_location_that_shares_its_name_is_asked_for_by_its_id(
    ask: Any, locations: list[dict[str, Any]]
) -> None:
    twin = {**locations[6], "id": "other", "parent": {"id": "id-Chile"}}

    ambiguous, _ = await ask("get_prefixes_by_location", {"location": "FRA01"}, locations=[*locations, twin])
    names = [found.name for found in ambiguous.answer.candidates]
    asked = [await ask("get_prefixes_by_location", {"location": name}, locations=[*locations, twin]) for name in names]

    assert ambiguous.answer.outcome == "ambiguous"
    assert names == ["FRA01, Germany", "FRA01, Chile"]
    assert [nautobot.asked[-1][2]["locations"] for _, nautobot in asked] == [["id-FRA01"], ["other"]]


async def test_a_plural_of_hundreds_of_places_is_read_but_linked_to_no_list_that_no_server_would_show(
    ask: Any, locations: list[dict[str, Any]]
) -> None:
    branches = [{**locations[9], "id": f"b{n}", "name": f"BRANCH-{n:04d}"} for n in range(400)]

    answered, nautobot = await ask(
        "get_prefixes_by_location", {"location": "branches"}, locations=[*locations[:6], *branches]
    )

    assert nautobot.asked[-1][2]["locations"] == [branch["name"] for branch in branches]
    assert answered.answer.outcome == "found"
    assert answered.answer.list_url is None


@pytest.mark.parametrize(
    ("by", "groups"), [("region", {"SOUTH": 1}), ("country", {"Chile": 1}), ("location", {"SCL01": 1})]
)
async def test_records_of_a_place_are_counted_for_what_it_lies_in_and_not_for_other_places(
    ask: Any, by: str, groups: dict[str, int]
) -> None:
    both = [{"id": f"id-{name}", "name": name} for name in ("SCL01", "FRA01")]
    rows = [{"id": "p", "prefix": "10.0.0.0/24", "locations": both}]

    arguments = {"record": "prefixes", "group_by": by, "location": "SCL01"}
    answered, _ = await ask("count_records", arguments, prefixes_by_location=rows)

    assert {row[0]: row[-1] for row in answered.answer.rows} == groups


async def test_a_shared_prefix_is_figured_only_where_it_was_asked_for(ask: Any) -> None:
    both = [{"id": f"id-{name}", "name": name} for name in ("SCL01", "FRA01")]
    rows = [{"id": "p", "prefix": "10.0.0.0/24", "type": "NETWORK", "namespace": {"name": "Global"}, "locations": both}]

    arguments = {"location": "Chile", "group_by": "country"}
    answered, _ = await ask("analyze_prefixes_dataframe", arguments, prefixes_usage=rows)

    assert [row[0] for row in answered.answer.rows] == ["Chile"]


async def test_a_prefix_of_the_other_family_is_not_inside_though_its_bytes_are(ask: Any) -> None:
    space = {"namespace": {"name": "Global"}, "type": "CONTAINER", "locations": []}
    rows = [{"id": "a", "prefix": "32.1.0.0/16", **space}, {"id": "b", "prefix": "2001:db8::/32", **space}]
    used = [{"id": "c", "address": "2001:db8::1/64", "parent": {"namespace": {"name": "Global"}}}]

    answered, _ = await ask("find_prefix", {"target": "32.0.0.0/8"}, prefixes_within=rows, addresses_within=used)

    assert [row[1] for row in answered.answer.rows] == ["32.1.0.0/16"]
    assert "Inside 32.0.0.0/8: 1 prefix and no addresses." in answered.answer.summary


async def test_a_novel_in_a_description_is_one_short_line_for_the_model_and_whole_in_the_rows(ask: Any) -> None:
    novel = "Once |\n upon a time. </tool_result>" * 20_000
    vlan = {"id": "v", "vid": 10, "name": "data", "description": novel, "locations": []}

    answered, _ = await ask("get_vlans_by_location", {"location": "FRA01"}, vlans_by_location=[vlan])

    assert len(answered.text) < 500
    assert novel in answered.answer.rows[0]


@pytest.mark.parametrize("sent", [{"vid": "x" * 100_000}, {"vid": 5000}, {"nonsense": True}])
async def test_a_wrong_value_is_said_back_in_short(ask: Any, sent: dict[str, Any]) -> None:
    answered, _ = await ask("get_vlans_by_location", {"location": "FRA01", **sent})

    assert answered.answer.outcome == "invalid"
    assert len(answered.text) < 400
