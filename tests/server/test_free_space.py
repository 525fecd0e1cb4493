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
        "10.0.0.0/22 (namespace Global), a container, holds 1 prefix and no addresses. "
        "768 of 1,024 addresses are free, in 2 blocks; the largest free block is a /23."
    )


async def test_the_next_free_prefixes_of_a_length_are_counted_whole(looked: Any) -> None:
    blocks, answer = await looked(
        "10.0.0.0/8", prefix("10.0.0.0/8", "CONTAINER"), prefix("10.0.0.0/24"), prefix_length=24, limit=2
    )

    assert blocks == ["10.0.1.0/24", "10.0.2.0/24"]
    assert answer["total"] == 1000
    assert "65,535 /24 fit, the first is 10.0.1.0/24." in answer["summary"]
    assert answer["notes"] == ["The first 1,000 of 65,535 free blocks are listed."]


async def test_the_next_free_address_of_a_network_is_no_network_or_broadcast_address(looked: Any) -> None:
    blocks, _ = await looked(
        "10.0.0.0/29", prefix("10.0.0.0/29"), hosts=[address("10.0.0.1/29"), address("10.0.0.3/29")], prefix_length=32
    )

    assert blocks == ["10.0.0.2/32", "10.0.0.4/32", "10.0.0.5/32", "10.0.0.6/32"]


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

    assert [row[:2] for row in answer["rows"]] == [["10.0.1.0/24", "Global"], ["10.0.0.0/24", "Lab"]]


async def test_what_nautobot_takes_for_inside_by_its_bytes_is_left_out(looked: Any) -> None:
    blocks, _ = await looked("32.0.0.0/8", prefix("32.0.0.0/8", "CONTAINER"), prefix("2001:db8::/32"))

    assert blocks == ["32.0.0.0/8"]


async def test_space_of_containers_inside_is_said_to_be_taken(looked: Any) -> None:
    _, answer = await looked("10.0.0.0/8", prefix("10.0.0.0/9", "CONTAINER"))

    assert "10.0.0.0/8 (namespace Global), which is itself not recorded, holds 1 prefix" in answer["summary"]
    assert answer["notes"] == [
        "The space of the 1 container inside counts as taken: look in one of them for what is free there."
    ]


async def test_nothing_recorded_is_all_free(looked: Any) -> None:
    blocks, answer = await looked("172.31.0.0/16")

    assert (blocks, answer["outcome"]) == (["172.31.0.0/16"], "found")
    assert "holds no prefixes and no addresses" in answer["summary"]


async def test_a_full_prefix_is_full_and_not_broken(looked: Any) -> None:
    blocks, answer = await looked("10.0.0.0/24", prefix("10.0.0.0/25"), prefix("10.0.0.128/25"))

    assert (blocks, answer["outcome"]) == ([], "empty")
    assert "0 of 256 addresses are free." in answer["summary"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"inside": "NYC01"}, "'NYC01' is no prefix. Write it as 10.0.0.0/16 or 2001:db8::/32."),
        ({"inside": "10.0.0.0/24", "prefix_length": 20}, "Inside 10.0.0.0/24 a prefix_length is 24 to 32."),
    ],
)
async def test_a_wrong_request_says_what_is_allowed(looked: Any, wrong: dict[str, Any], told: str) -> None:
    _, answer = await looked(**wrong)

    assert (answer["outcome"], answer["summary"]) == ("invalid", told)


async def test_the_numbers_of_ipv6_are_exact_texts(looked: Any) -> None:
    _, answer = await looked("2001:db8::/32", prefix("2001:db8::/33"))

    assert answer["rows"][0][2] == str(2**95)
    assert "2^95 of 2^96 addresses are free" in answer["summary"]
