"""The tools that tell one record, search or count, over the demo network."""

from collections import Counter
from ipaddress import ip_network
from typing import Any

import pytest

Answer = Any


def column(answer: Answer, name: str) -> list[Any]:
    at = answer.columns.index(name)
    return [row[at] for row in answer.rows]


async def test_circuits_tell_where_they_end(ask_demo: Any, fixtures: Any) -> None:
    everywhere = await ask_demo("get_circuits", limit=500)
    there = await ask_demo("get_circuits", location="New York", status="active")
    provider = column(there.answer, "provider")[0]
    of_provider = await ask_demo("get_circuits", location="NYC01", provider=provider.split()[0].lower())

    assert everywhere.answer.total == len(fixtures("circuits"))
    # What each is connected to costs Nautobot queries a row: too dear for the whole network.
    assert "connected to" not in everywhere.answer.columns
    assert all("NYC01-wan00" in end for end in column(there.answer, "connected to"))
    assert set(column(of_provider.answer, "provider")) == {provider}


async def test_locations_are_searched_by_words_type_and_place(ask_demo: Any, fixtures: Any) -> None:
    everything = await ask_demo("search_locations")
    tokyo = await ask_demo("search_locations", query="tokyo")
    branches = await ask_demo("search_locations", location="Japan", location_type="branches")
    typo = await ask_demo("search_locations", query="frankfort")
    nothing = await ask_demo("search_locations", query="Atlantis")

    assert everything.answer.total == len(fixtures("locations"))
    assert column(tokyo.answer, "location") == ["TYO01"]
    assert set(column(branches.answer, "type")) == {"Branch"}
    assert set(column(branches.answer, "parent")) == {"Japan"}
    assert column(typo.answer, "location") == ["FRA01"]
    assert typo.answer.notes == ["Nothing is written 'frankfort'; these are nearly so."]
    assert (nothing.answer.outcome, nothing.failed) == ("empty", False)


async def test_an_address_is_told_with_what_covers_it_and_who_uses_it(ask_demo: Any) -> None:
    asked = await ask_demo("find_prefix", target="10.0.11.1")

    relations = dict(zip(column(asked.answer, "record"), column(asked.answer, "relation"), strict=True))
    assert relations["10.0.0.0/16"] == relations["10.0.11.0/24"] == "covers it"
    assert relations["10.0.11.1/24"] == "exact"
    assert "used by NYC01-acc001 Vlan100 at NYC01." in asked.answer.summary
    assert asked.answer.links[-1].startswith("/ipam/ip-addresses/")


async def test_an_address_on_two_devices_is_told_as_that(ask_demo: Any) -> None:
    asked = await ask_demo("find_prefix", target="10.73.13.1")

    assert "used by 2 devices: MEL01-acc005 Vlan100, MEL01-acc003 Vlan100 at MEL01." in asked.answer.summary


async def test_a_prefix_is_told_with_its_figures_and_its_addresses(ask_demo: Any, fixtures: Any) -> None:
    net = ip_network("10.0.11.0/24")
    inside = {
        a["address"]
        for a in fixtures("ip_addresses").values()
        if ":" not in a["address"] and ip_network(a["address"].split("/")[0]).subnet_of(net)
    }

    asked = await ask_demo("find_prefix", target="10.0.11.0/24", namespace="global")

    records = column(asked.answer, "record")
    assert {record for record in records if record.startswith("10.0.11.")} == {"10.0.11.0/24", *inside}
    assert f"{len(inside)} of 254" in asked.answer.summary


async def test_what_is_recorded_nowhere_is_said_to_be_so(ask_demo: Any) -> None:
    asked = await ask_demo("find_prefix", target="192.0.2.17")

    assert asked.answer.outcome == "empty"
    assert (
        asked.answer.summary == "Nothing in Nautobot covers 192.0.2.17, is inside it, or uses it: it is not recorded."
    )


async def test_what_is_no_address_is_refused_with_an_example(ask_demo: Any) -> None:
    asked = await ask_demo("find_prefix", target="10.0.0.300")

    assert asked.answer.outcome == "invalid"
    assert "10.0.11.0/24" in asked.answer.summary


async def test_an_export_holds_every_row(ask_demo: Any, fixtures: Any) -> None:
    asked = await ask_demo("export_prefixes_to_csv")

    assert asked.answer.total == len(fixtures("prefixes"))
    assert asked.answer.shown == 5
    assert asked.answer.csv_uri == f"{asked.answer.result_uri}.csv"


async def test_counts_of_places_hold_those_with_none(ask_demo: Any, fixtures: Any) -> None:
    kinds = {row["name"]: key for key, row in fixtures("location_types").items()}
    roles = {row["name"]: key for key, row in fixtures("roles").items()}
    branches = {k: r["name"] for k, r in fixtures("locations").items() if r["location_type"]["id"] == kinds["Branch"]}
    routers = Counter(
        d["location"]["id"] for d in fixtures("devices").values() if d["role"]["id"] == roles["WAN Router"]
    )
    expected = {name: routers[key] for key, name in branches.items() if routers[key] < 2}

    asked = await ask_demo(
        "count_records", record="devices", role="WAN router", location_type="branches", fewer_than="2"
    )
    all_of_them = await ask_demo("count_records", record="racks", location_type="Campus")

    assert dict(zip(column(asked.answer, "location"), column(asked.answer, "count"), strict=True)) == expected
    assert set(column(all_of_them.answer, "count")) == {0}


@pytest.mark.parametrize(
    ("record", "group_by"),
    [
        ("devices", "role"),
        ("devices", "status"),
        ("devices", "model"),
        ("devices", "platform"),
        ("devices", "region"),
        ("devices", "country"),
        ("devices", "location_type"),
        ("devices", None),
        ("prefixes", "role"),
        ("prefixes", "status"),
        ("vlans", "region"),
        ("vlans", None),
        ("circuits", "provider"),
        ("racks", "location"),
        ("locations", "location_type"),
        ("locations", "status"),
    ],
)
async def test_every_record_is_counted(ask_demo: Any, fixtures: Any, record: str, group_by: str | None) -> None:
    asked = await ask_demo("count_records", record=record, **({"group_by": group_by} if group_by else {}))

    assert sum(column(asked.answer, "count")) == len(fixtures(record))


async def test_where_nothing_is_counted_no_locations_are_told_of(ask_demo: Any, fixtures: Any) -> None:
    housing = {row["location"]["id"] for row in fixtures("racks").values()}
    kinds = {key for key, row in fixtures("location_types").items() if row["name"] == "Campus"}
    site = next(
        row["name"]
        for key, row in fixtures("locations").items()
        if key not in housing and row["location_type"]["id"] in kinds
    )
    asked = await ask_demo("count_records", record="racks", location=site, status="Planned", group_by="location")

    assert (asked.answer.outcome, asked.answer.total, asked.answer.notes) == ("empty", 0, [])
    assert asked.answer.summary == f"No racks at {site} (status Planned)."


async def test_counting_by_what_records_do_not_have_is_refused(ask_demo: Any) -> None:
    by_model = await ask_demo("count_records", record="vlans", group_by="model")
    with_role = await ask_demo("count_records", record="circuits", role="WAN Router")

    assert by_model.answer.summary == "Only devices have a model."
    assert with_role.answer.summary == "Circuits have no role. Leave role out."
