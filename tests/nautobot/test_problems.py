"""Problems and comparisons of a running Nautobot that holds the demo network, with the accounts of its tests."""

from typing import Any

import pytest

from tools.answering import Answering
from tools.models import ToolAnswer

pytestmark = pytest.mark.nautobot


async def asked(answering: Answering, tool: str, **arguments: Any) -> ToolAnswer:
    return (await answering.answer(tool, arguments)).answer


async def test_the_same_problems_are_found_as_in_the_demo(account: Any) -> None:
    real, demo = await asked(account(1), "find_problems"), await asked(account(None), "find_problems")

    assert real.summary == demo.summary
    assert {(row[0], row[1]) for row in real.rows} == {(row[0], row[1]) for row in demo.rows}
    assert real.total == 33


@pytest.mark.parametrize("location", [["FRA01", "MUC01"], ["YVR01", "NYC01", "ARD01"], ["AQP01"]])
async def test_locations_compare_as_in_the_demo(account: Any, location: list[str]) -> None:
    real, demo = [await asked(account(digit), "compare_locations", location=location) for digit in (1, None)]

    assert (real.columns, real.rows, real.summary) == (demo.columns, demo.rows, demo.summary)


async def test_who_may_not_see_addresses_is_told_so_and_of_the_rest(account: Any) -> None:
    blind = account(6)

    assert (await asked(blind, "find_problems", problems=["duplicate_addresses"])).outcome == "not_allowed"
    assert (await asked(blind, "find_problems", problems=["no_primary_address"])).outcome == "not_allowed"
    assert (await asked(blind, "find_problems", problems=["naming"])).total == 3
    rest = await asked(blind, "find_problems")
    assert rest.summary.endswith(
        "Not allowed to look for: duplicate addresses, addresses outside prefixes, unused prefixes, "
        "devices without primary address."
    )


@pytest.mark.parametrize("digit", [2, 3])
async def test_who_may_see_little_or_nothing_is_not_told_that_all_is_well(account: Any, digit: int) -> None:
    limited = account(digit)

    assert (await asked(limited, "find_problems")).outcome == "not_allowed"
    assert (await asked(limited, "compare_locations", location=["FRA01", "MUC01"])).outcome == "not_allowed"
