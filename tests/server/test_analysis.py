"""Figures on address space."""

from typing import Any

import pytest

from tools.frames import frame
from tools.ipam.figures import Usage
from tools.places import Tree


def prefix(cidr: str, *hosts: str, kind: str = "NETWORK", namespace: str = "Global", **more: Any) -> dict[str, Any]:
    return {
        "id": f"{namespace}-{cidr}",
        "prefix": cidr,
        "type": kind,
        "role": {"name": "User Data"},
        "status": {"name": "Active"},
        "vlan": None,
        "namespace": {"name": namespace},
        "locations": [{"id": "id-FRA01", "name": "FRA01"}],
        "ip_addresses": [{"address": host} for host in hosts],
        **more,
    }


@pytest.fixture
def analysed(fake: Any, connected: Any) -> Any:
    """Analyse some prefixes: the rows by the first column, and the whole answer."""

    async def analyse(*rows: dict[str, Any], **arguments: Any) -> tuple[dict[Any, list[Any]], dict[str, Any]]:
        async with connected(fake(prefixes_usage=list(rows))) as client:
            result = await client.call_tool("analyze_prefixes_dataframe", arguments)
        answer = result.structuredContent
        return {row[0]: row[1:] for row in answer["rows"]}, answer

    return analyse


async def test_addresses_and_child_prefixes_use_a_network(analysed: Any) -> None:
    rows, answer = await analysed(
        prefix("10.0.0.0/24", "10.0.0.1/24", "10.0.0.2/24"),
        prefix("10.0.0.128/26", "10.0.0.129/26", role={"name": "Lab"}),
        group_by="role",
        role="User Data",
    )

    assert answer["columns"] == ["role", "prefixes", "addresses", "used", "free", "used percent"]
    assert rows == {"User Data": [1, 254, 66, 188, 25.98]}


async def test_overlapping_prefixes_count_once_a_namespace(analysed: Any) -> None:
    rows, _ = await analysed(
        prefix("10.0.0.0/24"),
        prefix("10.0.0.0/25"),
        prefix("10.0.0.0/24", namespace="Lab"),
        group_by="namespace",
    )

    # The smaller prefix uses the first address of the larger one, which therefore counts as space.
    assert rows["Global"] == [2, 256, 128, 128, 50]
    assert rows["Lab"] == [1, 254, 0, 254, 0]


async def test_a_container_adds_a_prefix_but_no_space(analysed: Any) -> None:
    rows, answer = await analysed(
        prefix("10.0.0.0/16", kind="CONTAINER", role=None), prefix("10.0.0.0/24"), group_by="role"
    )

    assert rows == {"User Data": [1, 254, 0, 254, 0], "no role": [1, 0, 0, 0, None]}
    assert any("1 container among the prefixes adds no addresses" in note for note in answer["notes"])


async def test_ipv6_is_never_added_to_ipv4(analysed: Any) -> None:
    lans = [prefix("10.0.0.0/24"), prefix("2001:db8::/64", "2001:db8::1/64")]

    together, answer = await analysed(*lans, group_by="role")
    apart, _ = await analysed(*lans, group_by="ip_version")

    assert together == {"User Data": [2, 254, 0, 254, 0]}
    assert any("1 IPv6 prefix is counted as prefixes only" in note for note in answer["notes"])
    assert apart[6] == [1, str(2**64), 1, str(2**64 - 1), 0]


async def test_a_prefix_at_two_locations_counts_at_each_and_once_in_total(analysed: Any) -> None:
    both = [{"id": "id-FRA01", "name": "FRA01"}, {"id": "id-LON01", "name": "LON01"}]

    rows, answer = await analysed(prefix("10.0.0.0/24", locations=both), group_by="location")

    assert set(rows) == {"FRA01", "LON01"}
    assert answer["summary"].startswith("1 prefix at all locations: 0 of 254 addresses used")
    assert any("several locations" in note for note in answer["notes"])


async def test_what_has_no_location_or_vlan_is_still_counted(analysed: Any) -> None:
    rows, _ = await analysed(prefix("10.0.0.0/24", locations=[]), group_by=["region", "vlan"])

    assert rows == {"no region": ["no VLAN", 1, 254, 0, 254, 0]}


async def test_the_fullest_and_the_emptiest_prefixes_are_ranked(analysed: Any) -> None:
    lans = [prefix(f"10.0.{n}.0/24", *(f"10.0.{n}.{k}/24" for k in range(1, n + 1))) for n in range(5)]
    link = prefix("10.9.0.0/31", "10.9.0.0/31", "10.9.0.1/31")

    fullest, answer = await analysed(*lans, link, group_by="prefix", top=2)
    emptiest, _ = await analysed(*lans, link, group_by="prefix", bottom=2)
    most_free, _ = await analysed(*lans, link, group_by="prefix", sort_by="free", top=1)

    assert list(fullest) == ["10.0.4.0/24", "10.0.3.0/24"]
    assert "1 prefix of one or two addresses, such as links, are not ranked." in answer["notes"]
    assert list(emptiest) == ["10.0.0.0/24", "10.0.1.0/24"]
    assert list(most_free) == ["10.0.0.0/24"]
    assert answer["links"][0] == "/ipam/prefixes/Global-10.0.4.0/24/"


async def test_groups_come_in_their_own_order_unless_sorted(analysed: Any) -> None:
    lans = [prefix("10.0.0.0/24"), prefix("10.1.0.0/25", "10.1.0.1/25"), prefix("10.2.0.0/9")]

    by_length, _ = await analysed(*lans, group_by="prefix_length")
    by_use, _ = await analysed(*lans, group_by="prefix_length", sort_by="used")

    assert list(by_length) == [9, 24, 25]
    assert next(iter(by_use)) == 9 or next(iter(by_use)) == 25


async def test_nothing_to_analyse_is_empty(analysed: Any) -> None:
    rows, answer = await analysed(location="FRA01")

    assert (rows, answer["outcome"]) == ({}, "empty")
    assert answer["summary"] == "No prefixes at FRA01 are recorded."


async def test_the_whole_network_is_figured_by_region_and_a_site_by_role(analysed: Any) -> None:
    _, whole = await analysed(prefix("10.0.0.0/24"))
    _, site = await analysed(prefix("10.0.0.0/24"), location="FRA01")

    assert (whole["columns"][0], site["columns"][0]) == ("region", "role")


async def test_figures_can_be_taken_of_any_part_of_the_frame(locations: list[dict[str, Any]]) -> None:
    made = frame([prefix("10.0.0.0/24", "10.0.0.1/24"), prefix("10.0.1.0/24")], Tree(locations))

    assert made.measured(made.data) == Usage(508, 1)
    assert made.measured(made.data[made.data["prefix"] == "10.0.1.0/24"]) == Usage(254, 0)
    assert set(made.data["country"]) == {"Germany"}


async def test_every_prefix_and_address_of_the_demo_network_is_in_the_figures(ask_demo: Any, fixtures: Any) -> None:
    asked = await ask_demo("analyze_prefixes_dataframe", group_by=["namespace", "ip_version"])

    columns = asked.answer.columns
    assert sum(row[columns.index("prefixes")] for row in asked.answer.rows) == len(fixtures("prefixes"))
    assert all(0 <= row[columns.index("used percent")] <= 100 for row in asked.answer.rows)
