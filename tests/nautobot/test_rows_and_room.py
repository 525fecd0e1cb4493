"""Results that are gone on with, free space and racks of a running Nautobot, with the accounts of its tests."""

from typing import Any

import pytest

from tools.models import Earlier, ToolAnswer

pytestmark = pytest.mark.nautobot

BLIND = 6  # may not view addresses
NOTHING = 2  # may view nothing


async def chain(answering: Any, *calls: tuple[str, dict[str, Any]]) -> list[ToolAnswer]:
    """Return what calls answer, each of which may name the ones before it: r1, r2 ..."""
    earlier: dict[str, Earlier] = {}
    answers: list[ToolAnswer] = []
    for tool, arguments in calls:
        answers.append((await answering.answer(tool, arguments, earlier=earlier)).answer)
        known = Earlier(uri=answers[-1].result_uri, tool=tool, arguments=arguments)
        earlier[f"r{len(answers)}"] = known
    return answers


def told(answers: list[ToolAnswer]) -> list[Any]:
    return [(one.outcome, one.summary, one.notes, one.columns, sorted(map(str, one.rows))) for one in answers]


CHAINS = {
    "which of those, by what": [
        ("get_devices_by_location", {"location": "Germany"}),
        ("get_rows", {"result": "r1", "where": [{"column": "role", "is": "contains", "value": "switch"}]}),
        ("get_rows", {"result": "r2", "group_by": ["location"], "sort_by": ["-count"]}),
        ("get_vlans_by_location", {"location": "r3"}),
    ],
    "what one has and the other lacks": [
        ("get_circuits", {"location": "FRA01"}),
        ("get_circuits", {"location": "MUC01"}),
        ("get_rows", {"result": "r1", "compare_with": "r2", "key": ["provider"], "keep": "only_first"}),
    ],
    "use of what was found": [
        ("analyze_prefixes_dataframe", {"location": "NAM", "group_by": ["prefix"]}),
        ("get_rows", {"result": "r1", "where": [{"column": "used percent", "is": "greater", "value": 50}]}),
        (
            "get_rows",
            {"result": "r2", "figures": [{"figure": "sum", "column": "used"}, {"figure": "max", "column": "used"}]},
        ),
    ],
    "room": [
        ("find_free_space", {"inside": "10.201.200.0/21"}),
        ("find_free_space", {"inside": "10.201.200.0/21", "prefix_length": 26, "take": True}),
        ("find_free_space", {"inside": "EMEA", "of": "location"}),
        ("find_free_space", {"inside": "USD01", "of": "rack_units"}),
    ],
}


@pytest.mark.parametrize("calls", CHAINS.values(), ids=CHAINS.keys())
async def test_a_chain_of_calls_tells_the_same_as_over_the_demo(account: Any, calls: Any) -> None:
    real, demo = [await chain(account(digit), *calls) for digit in (1, None)]

    assert all(answer.outcome in ("found", "empty") for answer in real)
    assert told(real) == told(demo)
    assert {answer.source.mode for answer in real if answer.source} == {"live"}


async def test_rows_tell_what_their_token_may_not_view_and_have_no_column_for_it(account: Any) -> None:
    devices, by_address = await chain(
        account(BLIND),
        ("get_devices_by_location", {"location": "NYC01"}),
        ("get_rows", {"result": "r1", "where": [{"column": "primary address", "is": "is_empty"}]}),
    )

    assert "primary address" not in devices.columns
    assert by_address.outcome == "invalid"
    assert by_address.source is not None
    assert by_address.source.note == "The token may not read IP addresses: they are not shown."


@pytest.mark.parametrize("arguments", [{"inside": "10.0.11.0/24"}, {"inside": "EMEA", "of": "location"}])
async def test_free_space_is_refused_where_addresses_may_not_be_viewed(account: Any, arguments: Any) -> None:
    [refused] = await chain(account(BLIND), ("find_free_space", arguments))

    assert (refused.outcome, refused.total) == ("not_allowed", 0)
    assert "ipam.view_ipaddress" in refused.summary


async def test_who_may_view_nothing_is_told_so_of_racks(account: Any) -> None:
    [racks] = await chain(account(NOTHING), ("find_free_space", {"inside": "USD01", "of": "rack_units"}))

    assert racks.outcome == "not_allowed"
