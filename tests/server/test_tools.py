"""The tools over the demo network: what they answer is what its files hold."""

from typing import Any

import pytest

Answer = Any


def column(answer: Answer, name: str) -> list[Any]:
    at = answer.columns.index(name)
    return [row[at] for row in answer.rows]


async def test_all_prefixes_of_a_region_are_counted_and_the_first_are_shown(
    ask_demo: Any, fixtures: Any, inside: Any
) -> None:
    here = inside("EMEA")
    expected = {
        row["prefix"] for row in fixtures("prefixes").values() if here & {x["id"] for x in row.get("locations", [])}
    }

    asked = await ask_demo("get_prefixes_by_location", location="Europe")

    assert asked.answer.total >= len(expected)
    assert (asked.answer.shown, len(asked.answer.rows)) == (60, 60)
    assert f"Rows: 60 of {asked.answer.total:,}. Narrow with" in asked.text
    assert set(column(asked.answer, "prefix")) <= expected


@pytest.mark.parametrize(
    "location",
    ["nyc01", "NYC", "New York", "new york campus", "NYC1", ["NYC01"]],
)
async def test_a_site_is_found_under_all_its_names(ask_demo: Any, location: Any) -> None:
    asked = await ask_demo("get_devices_by_location", location=location)

    assert asked.answer.source.queries[0].variables["locations"] == ["NYC01"]
    assert asked.answer.list_url == "/dcim/devices/?location=NYC01"


async def test_several_sites_are_read_in_one_query(ask_demo: Any, fixtures: Any, inside: Any) -> None:
    here = inside("LON01") | inside("PAR01")
    expected = sorted(d["name"] for d in fixtures("devices").values() if d["location"]["id"] in here)

    asked = await ask_demo("get_devices_by_location", location=["London", "Paris"])

    assert sorted(column(asked.answer, "device")) == expected
    assert asked.answer.subject == "devices at LON01 and PAR01"


@pytest.mark.parametrize("location", ["Germany", "EMEA"])
@pytest.mark.parametrize(
    ("tool", "subject"),
    [
        ("get_devices_by_location", "devices in"),
        ("get_prefixes_by_location", "prefixes in"),
        ("get_vlans_by_location", "VLANs in"),
        ("get_circuits", "circuits in"),
    ],
)
async def test_records_are_in_a_country_or_a_region(ask_demo: Any, tool: str, subject: str, location: str) -> None:
    asked = await ask_demo(tool, location=location)

    assert asked.answer.subject == f"{subject} {location}"
    assert f" in {location}" in asked.answer.summary


@pytest.mark.parametrize(
    ("tool", "arguments", "subject"),
    [
        ("get_prefixes_by_location", {"vlan": 200}, "prefixes at LON01 (VLAN 200)"),
        ("get_prefixes_by_location", {"ip_version": 4, "prefix_length": 24}, "prefixes at LON01 (/24, IPv4)"),
        ("get_vlans_by_location", {"vid": 100}, "VLANs at LON01 (VLAN 100)"),
    ],
)
async def test_filters_are_said_as_network_people_say_them(
    ask_demo: Any, tool: str, arguments: dict[str, Any], subject: str
) -> None:
    asked = await ask_demo(tool, location="LON01", **arguments)

    assert asked.answer.subject == subject


async def test_whether_ports_are_connected_is_said_in_words(ask_demo: Any) -> None:
    asked = await ask_demo("get_interfaces_by_device", device="LON01-cor001", enabled=True, connected=False)

    assert asked.answer.subject == "interfaces of LON01-cor001 (enabled, not connected)"


async def test_a_city_of_two_sites_is_ambiguous_and_nothing_is_read(ask_demo: Any) -> None:
    asked = await ask_demo("get_prefixes_by_location", location="Santiago")

    assert asked.answer.outcome == "ambiguous"
    assert not asked.failed
    assert asked.answer.summary == "'Santiago' may mean 2 locations. Name the one that is meant."
    assert [c.name for c in asked.answer.candidates] == ["SCL01", "STI01"]
    assert [run.file for run in asked.answer.source.queries] == ["locations.graphql"]
    assert asked.text.splitlines()[1:] == [
        "Candidates:",
        "- SCL01 | Campus in Chile, Santiago",
        "- STI01 | Campus in Dominican Republic, Santiago de los Caballeros",
    ]


async def test_a_tool_is_answered_under_the_name_that_it_once_had(ask_demo: Any) -> None:
    now = await ask_demo("get_devices_by_location", location="Munich", role="WAN Router")
    then = await ask_demo("get_devices_by_location_and_role", location="Munich", role="WAN Router")

    assert then.answer.tool == "get_devices_by_location"
    assert then.answer.rows == now.answer.rows != []


async def test_nothing_there_is_another_answer_than_no_such_place(ask_demo: Any) -> None:
    empty = await ask_demo("get_prefixes_by_location", location="SFO01", prefix_length=26)
    unknown = await ask_demo("get_prefixes_by_location", location="ATL99")

    assert (empty.answer.outcome, empty.failed, empty.answer.total) == ("empty", False, 0)
    assert empty.text == "No prefixes recorded at SFO01 (/26)."
    assert (unknown.answer.outcome, unknown.failed) == ("unknown", True)
    assert unknown.answer.candidates


async def test_roles_and_statuses_are_found_by_their_spellings(ask_demo: Any) -> None:
    asked = await ask_demo("get_devices_by_location", location="Munich", role="access switches", status="active")

    assert set(column(asked.answer, "role")) == {"Access Switch"}
    assert asked.answer.list_url == "/dcim/devices/?location=MUC01&role=Access+Switch&status=Active"


async def test_a_word_that_two_roles_share_is_not_guessed(ask_demo: Any) -> None:
    asked = await ask_demo("get_devices_by_location", role="routers")

    assert asked.answer.outcome == "ambiguous"
    assert [c.name for c in asked.answer.candidates] == ["Core Router", "WAN Router"]


@pytest.mark.parametrize(
    ("filters", "column_name", "value"),
    [
        ({"role": "compute"}, "role", "Compute"),
        ({"type": "container"}, "type", "container"),
        ({"prefix_length": "24"}, "prefix length", 24),
        ({"ip_version": 6}, "ip version", 6),
        ({"vlan": "1001"}, "vlan", "1001 compute-1001"),
        ({"namespace": "global"}, "namespace", "Global"),
        ({"status": "active"}, "status", "Active"),
    ],
)
async def test_prefixes_are_narrowed_by_each_filter(ask_demo: Any, filters: Any, column_name: str, value: Any) -> None:
    asked = await ask_demo("get_prefixes_by_location", location="USD01", **filters)

    assert asked.answer.rows
    assert set(column(asked.answer, column_name)) == {value}


async def test_every_row_links_to_its_record(ask_demo: Any, fixtures: Any) -> None:
    devices = {row["name"]: key for key, row in fixtures("devices").items()}

    asked = await ask_demo("get_devices_by_location", location="FRA01")

    expected = [f"/dcim/devices/{devices[name]}/" for name in column(asked.answer, "device")]
    assert asked.answer.links == expected


async def test_devices_without_a_primary_address_are_listed(ask_demo: Any, fixtures: Any) -> None:
    expected = {
        d["name"] for d in fixtures("devices").values() if not d.get("primary_ip4") and not d.get("primary_ip6")
    }

    asked = await ask_demo("get_devices_by_location", only="no_primary_ip")

    assert set(column(asked.answer, "device")) == expected


async def test_devices_named_like_another_site_are_listed(ask_demo: Any, fixtures: Any) -> None:
    names = {key: row["name"] for key, row in fixtures("locations").items()}
    expected = {d["name"] for d in fixtures("devices").values() if not d["name"].startswith(names[d["location"]["id"]])}

    asked = await ask_demo("get_devices_by_location", only="name_not_of_location")

    assert set(column(asked.answer, "device")) == expected


async def test_a_model_is_found_by_a_part_of_its_name(ask_demo: Any) -> None:
    asked = await ask_demo("get_devices_by_location", location="NYC01", model="c9300")

    assert set(column(asked.answer, "model")) == {"C9300-48P"}


async def test_one_device_is_told_with_its_serial_and_place(ask_demo: Any, fixtures: Any) -> None:
    (record,) = (d for d in fixtures("devices").values() if d["name"] == "NYC01-wan001")

    asked = await ask_demo("get_device", device="nyc01-WAN1")

    assert column(asked.answer, "serial") == [record["serial"]]
    assert asked.answer.summary.startswith("NYC01-wan001 is a WAN Router at NYC01 (New York campus, United States): ")
    assert asked.answer.notes == ["Read 'nyc01-WAN1' as NYC01-wan001."]


async def test_interfaces_tell_their_addresses_peers_and_circuits(ask_demo: Any) -> None:
    asked = await ask_demo("get_interfaces_by_device", device="NYC01-wan001")

    answer = asked.answer
    assert column(answer, "connected device") == [None, "NYC01-cor001"]
    assert [bool(cid) for cid in column(answer, "circuit")] == [True, False]
    assert column(answer, "addresses")[1].endswith("/31")


@pytest.mark.parametrize(
    ("filters", "check"),
    [
        ({"connected": True}, lambda row: row["connected device"] or row["circuit"]),
        ({"connected": False}, lambda row: not row["connected device"] and not row["circuit"]),
        ({"enabled": "true"}, lambda row: row["enabled"] is True),
        ({"match": "uplink"}, lambda row: "uplink" in row["description"]),
        ({"match": "cor001"}, lambda row: "cor001" in (row["connected device"] or "")),
        ({"match": "vlan100"}, lambda row: row["interface"] == "Vlan100"),
    ],
)
async def test_interfaces_are_narrowed_by_each_filter(ask_demo: Any, filters: Any, check: Any) -> None:
    asked = await ask_demo("get_interfaces_by_device", device="NYC01-acc001", **filters)

    rows = [dict(zip(asked.answer.columns, row, strict=True)) for row in asked.answer.rows]
    assert rows
    assert all(check(row) for row in rows)


async def test_a_filter_that_leaves_no_interface_says_how_many_there_are(ask_demo: Any) -> None:
    asked = await ask_demo("get_interfaces_by_device", device="NYC01-acc001", match="nothing like it")

    assert asked.answer.outcome == "empty"
    assert asked.answer.notes == ["Without this filter there are 28 interfaces."]


async def test_a_place_instead_of_a_device_is_told_which_tool_to_use(ask_demo: Any) -> None:
    asked = await ask_demo("get_device", device="Frankfurt")

    assert asked.answer.outcome == "unknown"
    assert "get_devices_by_location" in asked.answer.summary


async def test_vlans_come_with_their_prefixes(ask_demo: Any) -> None:
    asked = await ask_demo("get_vlans_by_location", location="FRA01")
    one = await ask_demo("get_vlans_by_location", location="FRA01", vid=100)
    named = await ask_demo("get_vlans_by_location", location="FRA01", name="VOI")
    none = await ask_demo("get_vlans_by_location", location="FRA01", vid=4000)

    assert column(asked.answer, "vlan") == [100, 200]
    assert asked.answer.summary == "2 VLANs at FRA01: VLAN 100 data, VLAN 200 voice."
    assert column(one.answer, "name") == ["data"]
    assert column(named.answer, "name") == ["voice"]
    assert none.answer.outcome == "empty"


async def test_sites_of_a_kind_that_never_has_any_are_among_those_without(ask_demo: Any, fixtures: Any) -> None:
    counted = await ask_demo("count_records", record="circuits", fewer_than=1)

    places = fixtures("locations").values()
    linked = {end["location"]["id"] for end in fixtures("circuit_terminations").values() if "location" in end}
    parents = {place["parent"]["id"] for place in places if "parent" in place}
    without = {place["name"] for place in places if place["id"] not in linked | parents}
    assert without
    assert set(column(counted.answer, "location")) == without


async def test_counts_begin_with_the_largest_or_with_the_smallest_where_few_are_asked_for(ask_demo: Any) -> None:
    most = column((await ask_demo("count_records", record="devices", group_by="location")).answer, "count")
    few = column((await ask_demo("count_records", record="devices", fewer_than=30)).answer, "count")
    fewest = column(
        (await ask_demo("count_records", record="devices", group_by="location", first="fewest")).answer, "count"
    )

    assert len(set(most)) > 1 < len(set(few))
    assert most == sorted(most, reverse=True)
    assert few == sorted(few)
    assert fewest == sorted(fewest)
