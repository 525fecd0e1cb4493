"""How much address space is left by location, country and region, through the tool server."""

from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


def container(cidr: str, *places: str, hosts: tuple[str, ...] = (), namespace: str = "Global") -> dict[str, Any]:
    return {
        "id": f"{namespace}-{cidr}", "prefix": cidr, "type": "CONTAINER", "namespace": {"name": namespace},
        "locations": [{"id": f"id-{place}", "name": place} for place in places],
        "ip_addresses": [{"address": host} for host in hosts],
    }  # fmt: skip


def network(cidr: str, namespace: str = "Global") -> dict[str, Any]:
    return container(cidr, namespace=namespace) | {"type": "NETWORK"}


@pytest.fixture
def left(fake: Any, connected: Any) -> Any:
    async def look(inside: Any, by: str, *rows: dict[str, Any], **more: Any) -> Any:
        containers = [row for row in rows if row["type"] == "CONTAINER" and row["locations"]]
        source = fake(prefixes_usage=containers, prefixes_within=list(rows), namespaces=[{"name": "Global"}])
        async with connected(source) as client:
            result = await client.call_tool("find_free_space", {"inside": inside, "of": by, **more})
        answer = result.structuredContent
        return {row[0]: dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"]}, answer

    return look


async def test_each_site_tells_what_its_containers_have_left(left: Any) -> None:
    rows, answer = await left(
        "Germany",
        "location",
        container("10.0.0.0/22", "FRA01"),
        container("10.1.0.0/22", "MUC01", hosts=("10.1.3.9/22",)),
        network("10.0.0.0/24"),
        network("10.1.0.0/23"),
        prefix_length=24,
    )

    assert list(rows) == ["FRA01", "MUC01"]
    assert rows["FRA01"]["free"] == 768
    assert rows["FRA01"]["largest free block"] == "10.0.2.0/23"
    assert (rows["MUC01"]["free"], rows["MUC01"]["free percent"], rows["MUC01"]["/24 that fit"]) == (511, 49.9, 1)
    assert answer["summary"] == (
        "In Germany, 1,279 of 2,048 IPv4 addresses are free (62.45 %) in 2 containers, by location. "
        "Most is left at FRA01 (768 of 1,024), least at MUC01 (511 of 1,024). 4 /24 fit, at 2 of 2."
    )
    assert any("How long it will last is not said" in note for note in answer["notes"])
    assert any("3 locations there have no container" in note for note in answer["notes"])


async def test_sites_that_have_as_much_left_are_counted_and_none_is_said_to_have_the_most(left: Any) -> None:
    same = [container(f"10.{at}.0.0/24", site) for at, site in enumerate(("FRA01", "MUC01", "LON01"))]
    taken = network("10.1.0.0/25")
    _, alike = await left("all", "location", *same)
    _, most = await left("all", "location", *same, taken)
    _, around = await left("all", "location", container("10.0.0.0/8", "NORTH"), *same, taken)

    assert "Each of these 3 has 256 of 256 left." in alike["summary"]
    assert "Most is left at FRA01 and 1 more (256 of 256), least at MUC01 (128 of 256)." in most["summary"]
    assert "The sites have from 256 of 256 (FRA01 and 1 more) to 128 of 256 (MUC01)." in around["summary"]
    assert "Most" not in around["summary"]


async def test_a_container_in_another_adds_no_space_and_takes_none_twice(left: Any) -> None:
    rows, answer = await left(
        "NORTH", "region", container("10.0.0.0/22", "NORTH"), container("10.0.0.0/24", "FRA01"), network("10.0.0.0/25")
    )

    assert (rows["NORTH"]["containers"], rows["NORTH"]["addresses"], rows["NORTH"]["free"]) == (2, 1024, 896)
    assert answer["summary"].startswith("In NORTH, 896 of 1,024 IPv4 addresses are free (87.5 %) in 2 containers")


async def test_a_container_at_two_countries_counts_at_each_and_once_in_all(left: Any) -> None:
    rows, answer = await left("all", "country", container("10.0.0.0/24", "FRA01", "LON01"))

    assert set(rows) == {"Germany", "United Kingdom"}
    assert "256 of 256 IPv4 addresses are free" in answer["summary"]
    assert any("counts at each" in note for note in answer["notes"])


async def test_the_families_are_rows_of_their_own(left: Any) -> None:
    _, answer = await left("FRA01", "location", container("10.0.0.0/24", "FRA01"), container("2001:db8::/48", "FRA01"))

    assert [row[answer["columns"].index("ip version")] for row in answer["rows"]] == [4, 6]
    assert answer["rows"][1][answer["columns"].index("free")] == str(2**80)


async def test_without_containers_nothing_is_counted(left: Any) -> None:
    rows, answer = await left("FRA01", "location")

    assert (rows, answer["outcome"]) == ({}, "empty")
    assert answer["summary"] == "No container is recorded at FRA01: what is left is counted in containers."


async def test_nothing_is_taken_by_place(left: Any) -> None:
    _, answer = await left("FRA01", "location", take=True, prefix_length=24)

    assert answer["outcome"] == "invalid"


BLOCKS = st.integers(24, 29).flatmap(
    lambda length: st.integers(0, 2 ** (length - 24) - 1).map(
        lambda at: str(ip_network((int(ip_network("10.0.0.0/24")[0]) + (at << (32 - length)), length)))
    )
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(BLOCKS, st.sampled_from(["FRA01", "MUC01", "LON01", "network"]), min_size=1, max_size=7))
async def test_what_is_left_is_what_taking_away_each_address_gives(left: Any, blocks: dict[str, str]) -> None:
    rows = [network(one) if place == "network" else container(one, place) for one, place in blocks.items()]
    found, _ = await left("all", "location", *rows)

    for place in ("FRA01", "MUC01", "LON01"):
        free = set[Any]()
        for own in (ip_network(one) for one, at in blocks.items() if at == place):
            inner = (ip_network(one) for one in blocks)
            taken = {address for net in inner if net != own and net.subnet_of(own) for address in net}
            free |= set(own) - taken
        assert found.get(place, {"free": 0})["free"] == len(free)
