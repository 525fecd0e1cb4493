"""What if a block were taken, through the tool server."""

from typing import Any

import pytest


def prefix(cidr: str, kind: str = "NETWORK", namespace: str = "Global") -> dict[str, Any]:
    return {"id": f"{namespace}-{cidr}", "prefix": cidr, "type": kind, "namespace": {"name": namespace}}


@pytest.fixture
def taken(fake: Any, connected: Any) -> Any:
    """Suppose something of 10.0.0.0/22 is taken, where 10.0.1.0/24 and 10.0.3.7 are in use."""

    async def suppose(take: Any, inside: str = "10.0.0.0/22", *more: Any, **arguments: Any) -> Any:
        host = {"id": "a", "address": "10.0.3.7/24", "parent": {"id": "p", "namespace": {"name": "Global"}}}
        rows = [prefix("10.0.0.0/22", "CONTAINER"), prefix("10.0.1.0/24"), *more]
        source = fake(prefixes_within=rows, addresses_in_use=[host], namespaces=[{"name": "Global"}])
        async with connected(source) as client:
            result = await client.call_tool("find_free_space", {"inside": inside, "take": take, **arguments})
        return result.structuredContent

    return suppose


async def test_the_next_free_block_is_supposed_to_be_taken(taken: Any) -> None:
    answer = await taken(True, prefix_length=24)

    assert answer["summary"] == (
        "Taking 10.0.0.0/24, the next free /24 in 10.0.0.0/22, leaves 511 of 1,024 addresses free (767 before). "
        "The largest free block is then 10.0.2.0/24, 50.1 % of what is free. 1 /24 still fits (2 before)."
    )
    assert answer["columns"] == [
        "when", "free addresses", "free blocks", "largest free block", "largest percent", "/24 that fit",
    ]  # fmt: skip
    assert answer["rows"] == [
        ["before", 767, 10, "10.0.0.0/24", 33.38, 2],
        ["after", 511, 9, "10.0.2.0/24", 50.1, 1],
    ]


async def test_a_block_that_was_written_is_taken(taken: Any) -> None:
    answer = await taken("10.0.2.0/24")

    assert answer["subject"] == "10.0.2.0/24 taken in 10.0.0.0/22"
    assert answer["summary"].startswith("Taking 10.0.2.0/24 in 10.0.0.0/22 leaves 511 of 1,024 addresses free")


async def test_a_length_alone_means_the_next_of_it(taken: Any) -> None:
    assert (await taken("/24"))["rows"] == (await taken(True, prefix_length=24))["rows"]


async def test_another_length_can_be_counted_than_the_one_that_is_taken(taken: Any) -> None:
    assert (await taken("10.0.2.0/24", prefix_length=25))["rows"][1][-2:] == [50.1, 3]


async def test_what_is_in_the_way_is_listed(taken: Any) -> None:
    answer = await taken("10.0.0.0/23")

    assert answer["summary"] == "10.0.0.0/23 is not free in 10.0.0.0/22: 1 prefix overlaps it, first 10.0.1.0/24."
    assert [row[:2] for row in answer["rows"]] == [["10.0.1.0/24", "network"]]


async def test_an_address_alone_is_in_the_way_too(taken: Any) -> None:
    answer = await taken("10.0.3.0/24")

    assert answer["rows"] == [["10.0.3.7", "address", "Global"]]


async def test_what_fits_nowhere_is_not_taken(taken: Any) -> None:
    answer = await taken(True, prefix_length=23)

    assert answer["outcome"] == "empty"
    assert answer["summary"].startswith("No /23 fits in 10.0.0.0/22.")


async def test_taking_all_that_is_left_leaves_nothing(taken: Any) -> None:
    answer = await taken(True, "10.0.8.0/24", prefix_length=24)

    assert (
        answer["summary"] == "Taking 10.0.8.0/24, the next free /24 in 10.0.8.0/24, leaves nothing free in 10.0.8.0/24."
    )


@pytest.mark.parametrize(
    ("take", "told"),
    [
        (True, "Say which prefix_length is to be taken, or write the prefix as `take`."),
        ("ten", "'ten' is no prefix to take. Write it as 10.0.4.0/22, or take: true."),
        ("10.9.0.0/24", "10.9.0.0/24 is not inside 10.0.0.0/22: name the block around it as `inside`."),
    ],
)
async def test_what_cannot_be_taken_says_why(taken: Any, take: Any, told: str) -> None:
    answer = await taken(take)

    assert (answer["outcome"], answer["summary"]) == ("invalid", told)
