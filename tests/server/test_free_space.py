"""Free blocks of a prefix, through the tool server."""

from typing import Any

import pytest


def prefix(cidr: str, kind: str = "NETWORK", namespace: str = "Global") -> dict[str, Any]:
    return {"id": f"{namespace}-{cidr}", "prefix": cidr, "type": kind, "namespace": {"name": namespace}}


def address(host: str, namespace: str = "Global") -> dict[str, Any]:
    return {"id": f"{namespace}-{host}", "address": host, "parent": {"id": "p", "namespace": {"name": namespace}}}


@pytest.fixture
def looked(fake: Any, connected: Any) -> Any:
    """Look for free space among some records: the free blocks, and the whole answer."""

    async def look(
        inside: str, *prefixes: dict[str, Any], hosts: list[Any] | None = None, **more: Any
    ) -> tuple[list[Any], Any]:
        source = fake(prefixes_within=list(prefixes), addresses_in_use=hosts or [], namespaces=[{"name": "Global"}])
        async with connected(source) as client:
            result = await client.call_tool("find_free_space", {"inside": inside, **more})
        answer = result.structuredContent
        return [row[0] for row in answer["rows"]], answer

    return look


async def test_free_blocks_are_what_no_prefix_below_covers(looked: Any) -> None:
    blocks, answer = await looked("10.0.0.0/22", prefix("10.0.0.0/22", "CONTAINER"), prefix("10.0.1.0/24"))

    assert blocks == ["10.0.0.0/24", "10.0.2.0/23"]
    assert answer["summary"] == (
        "10.0.0.0/22 has 768 of 1,024 addresses free, in 2 free blocks; the largest is 10.0.2.0/23, 66.67 % of what is free. "
        "10.0.0.0/22 is a container and holds 1 prefix and no addresses."
    )


async def test_the_next_free_prefixes_of_a_length_are_counted_whole(looked: Any) -> None:
    blocks, answer = await looked(
        "10.0.0.0/8", prefix("10.0.0.0/8", "CONTAINER"), prefix("10.0.0.0/24"), prefix_length=24, limit=2
    )

    assert blocks == ["10.0.1.0/24", "10.0.2.0/24"]
    assert answer["total"] == 1000
    assert answer["summary"].startswith(
        "The next free /24 in 10.0.0.0/8 is 10.0.1.0/24; 65,535 fit. "
        "16,776,960 of 16,777,216 addresses are free. The largest free block is 10.128.0.0/9, 50 % of what is free."
    )
    assert answer["notes"] == ["The first 1,000 of 65,535 free blocks are listed."]


async def test_the_next_free_address_of_a_network_is_no_network_or_broadcast_address(looked: Any) -> None:
    blocks, answer = await looked(
        "10.0.0.0/29", prefix("10.0.0.0/29"), hosts=[address("10.0.0.1/29"), address("10.0.0.3/29")], prefix_length=32
    )

    assert blocks == ["10.0.0.2/32", "10.0.0.4/32", "10.0.0.5/32", "10.0.0.6/32"]
    assert answer["summary"].startswith("The next free address in 10.0.0.0/29 is 10.0.0.2; 4 of 6 are free.")


@pytest.mark.parametrize(("cidr", "kind"), [("10.0.0.0/31", "NETWORK"), ("10.0.0.0/31", "POOL")])
async def test_a_link_and_a_pool_give_all_of_their_addresses(looked: Any, cidr: str, kind: str) -> None:
    blocks, _ = await looked(cidr, prefix(cidr, kind), prefix_length=32)

    assert blocks == ["10.0.0.0/32", "10.0.0.1/32"]


async def test_an_address_without_a_network_of_its_own_is_in_the_way(looked: Any) -> None:
    blocks, _ = await looked(
        "10.0.0.0/23", prefix("10.0.0.0/23", "CONTAINER"), hosts=[address("10.0.0.9/24")], prefix_length=24
    )

    assert blocks == ["10.0.1.0/24"]


async def test_each_namespace_has_free_space_of_its_own(looked: Any) -> None:
    _, answer = await looked("10.0.0.0/23", prefix("10.0.0.0/24"), prefix("10.0.1.0/24", namespace="Lab"))

    assert [row[::2][:2] for row in answer["rows"]] == [["10.0.1.0/24", "Global"], ["10.0.0.0/24", "Lab"]]
    assert "10.0.0.0/23 (namespace Lab) has 256 of 512 addresses free" in answer["summary"]


async def test_what_nautobot_takes_for_inside_by_its_bytes_is_left_out(looked: Any) -> None:
    blocks, _ = await looked("32.0.0.0/8", prefix("32.0.0.0/8", "CONTAINER"), prefix("2001:db8::/32"))

    assert blocks == ["32.0.0.0/8"]


async def test_space_of_containers_inside_is_said_to_be_taken(looked: Any) -> None:
    _, answer = await looked("10.0.0.0/8", prefix("10.0.0.0/9", "CONTAINER"))

    assert "10.0.0.0/8 is itself not recorded and holds 1 prefix" in answer["summary"]
    assert answer["notes"] == [
        "The space of the 1 container inside counts as taken: look in one of them for what is free there."
    ]


async def test_nothing_recorded_is_all_free(looked: Any) -> None:
    blocks, answer = await looked("172.31.0.0/16")

    assert (blocks, answer["outcome"]) == (["172.31.0.0/16"], "found")
    assert "172.31.0.0/16 is itself not recorded and holds no prefixes and no addresses." in answer["summary"]


async def test_a_full_prefix_is_full_and_not_broken(looked: Any) -> None:
    blocks, answer = await looked("10.0.0.0/24", prefix("10.0.0.0/25"), prefix("10.0.0.128/25"))

    assert (blocks, answer["outcome"]) == ([], "empty")
    assert "10.0.0.0/24 is full: no address of it is free." in answer["summary"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"inside": "10.0.0.0/33"}, "'10.0.0.0/33' is no prefix. Write it as 10.0.0.0/16 or 2001:db8::/32."),
        ({"inside": "10.0.0"}, "'10.0.0' is no prefix. Write it as 10.0.0.0/16 or 2001:db8::/32."),
        (
            {"inside": ["FRA01", "10.0.0.0/24"]},
            "10.0.0.0/24 is a prefix, and others of these are not: look in prefixes or in locations.",
        ),
        ({"inside": "10.0.0.0/24", "prefix_length": 20}, "Inside 10.0.0.0/24 a prefix_length is 24 to 32."),
    ],
)
async def test_a_wrong_request_says_what_is_allowed(looked: Any, wrong: dict[str, Any], told: str) -> None:
    _, answer = await looked(**wrong)

    assert (answer["outcome"], answer["summary"]) == ("invalid", told)


async def test_the_numbers_of_ipv6_are_exact_texts(looked: Any) -> None:
    _, answer = await looked("2001:db8::/32", prefix("2001:db8::/33"))

    assert answer["rows"][0][3] == str(2**95)
    assert "2^95 of 2^96 addresses free, in 1 free block" in answer["summary"]


async def test_a_number_of_ipv6_that_nobody_can_read_is_not_told(looked: Any) -> None:
    _, answer = await looked("2001:db8::/32", prefix("2001:db8::/48"))

    assert answer["summary"].startswith(
        "2001:db8::/32 has 16 free blocks; the largest is 2001:db8:8000::/33, 50 % of what is free."
    )


class TestALocation:
    """Instead of a prefix: its containers are meant."""

    @pytest.fixture
    def at(self, fake: Any, connected: Any) -> Any:
        async def look(place: str, containers: dict[str, str], *inner: str, **more: Any) -> Any:
            rows = [
                prefix(cidr, "CONTAINER") | {"locations": [{"id": f"id-{where}", "name": where}]}
                for cidr, where in containers.items()
            ]
            within = rows + [prefix(cidr) for cidr in inner]
            source = fake(
                prefixes_by_location=rows, prefixes_within=within, addresses_in_use=[], namespaces=[{"name": "Global"}]
            )
            async with connected(source) as client:
                result = await client.call_tool("find_free_space", {"inside": place, **more})
            return result.structuredContent

        return look

    async def test_its_own_container_is_looked_in(self, at: Any) -> None:
        answer = await at("FRA01", {"10.0.0.0/22": "FRA01"}, "10.0.0.0/24", prefix_length=24)

        assert [row[0] for row in answer["rows"]] == ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"]
        assert answer["subject"] == "free /24 at FRA01"
        assert answer["summary"].startswith("The next free /24 in 10.0.0.0/22 at FRA01 is 10.0.1.0/24; 3 fit.")

    async def test_of_several_containers_each_row_names_its_own(self, at: Any) -> None:
        answer = await at("FRA01", {"10.0.0.0/24": "FRA01", "10.9.0.0/24": "FRA01"}, "10.9.0.0/25")

        assert [row[:2] for row in answer["rows"]] == [["10.0.0.0/24", "10.0.0.0/24"], ["10.9.0.128/25", "10.9.0.0/24"]]

    async def test_a_container_of_a_location_below_does_not_count_where_there_is_one_above(self, at: Any) -> None:
        answer = await at("NORTH", {"10.0.0.0/8": "NORTH", "10.0.0.0/9": "FRA01"})

        assert [row[:2] for row in answer["rows"]] == [["10.128.0.0/9", "10.0.0.0/8"]]

    async def test_without_one_of_its_own_those_of_the_locations_in_it_count(self, at: Any) -> None:
        answer = await at("NORTH", {f"10.{at}.0.0/24": "FRA01" for at in range(4)}, prefix_length=25)

        assert answer["summary"] == (
            "8 /25 fit in the 4 containers of NORTH; the next free one is 10.0.0.0/25 in 10.0.0.0/24 at FRA01."
        )

    async def test_containers_that_a_length_cannot_be_in_are_left_out(self, at: Any) -> None:
        answer = await at("FRA01", {"10.0.0.0/24": "FRA01", "2001:db8::/48": "FRA01"}, prefix_length=64, limit=1)

        assert answer["rows"][0][:2] == ["2001:db8::/64", "2001:db8::/48"]

    async def test_one_without_any_container_is_told_so(self, at: Any) -> None:
        answer = await at("FRA01", {})

        assert answer["outcome"] == "empty"
        assert answer["summary"].startswith("No container is recorded at FRA01")

    async def test_a_name_of_no_location_is_unknown(self, at: Any) -> None:
        assert (await at("Atlantis", {}))["outcome"] == "unknown"


@pytest.mark.parametrize(
    ("kind", "hosts", "free", "used"),
    [
        ("NETWORK", ["10.0.0.5"], "253 of 254", "1 of 254"),
        ("NETWORK", ["10.0.0.0", "10.0.0.5"], "253 of 256", "2 of 256"),  # as its network address is used
        ("POOL", ["10.0.0.5"], "255 of 256", "1 of 256"),
        ("CONTAINER", [], "256 of 256", "0 of 256"),
    ],
)
async def test_what_is_free_and_what_is_used_are_parts_of_the_same(
    looked: Any, connected: Any, fake: Any, kind: str, hosts: list[str], free: str, used: str
) -> None:
    own, held = prefix("10.0.0.0/24", kind), [address(f"{one}/24") for one in hosts]
    _, answer = await looked("10.0.0.0/24", own, hosts=held, prefix_length=32)
    nautobot = fake(prefixes_containing=[own], prefixes_within=[own], addresses_within=held)
    async with connected(nautobot) as client:
        found = (await client.call_tool("find_prefix", {"target": "10.0.0.0/24"})).structuredContent

    assert f"{free} are free" in answer["summary"]
    assert f"{used} (" in found["summary"]
