"""IP address ranges: used as a whole where they are marked so, not free where they are exclusive, and not always there."""

from typing import Any

import pytest

from tools.errors import BrokenQuery, NotServed
from tools.live_errors import hidden

NET = {
    "id": "net",
    "prefix": "10.0.0.0/24",
    "type": "NETWORK",
    "role": {"name": "User Data"},
    "status": {"name": "Active"},
    "vlan": None,
    "namespace": {"name": "Global"},
    "locations": [{"id": "id-FRA01", "name": "FRA01"}],
    "ip_addresses": [{"address": "10.0.0.7/24"}, {"address": "10.0.0.100/24"}],
}
PARENT = {"id": "net", "prefix": "10.0.0.0/24", "namespace": {"name": "Global"}}


def span(first: str, last: str, parent: Any = PARENT, *, used: bool = True, exclusive: bool = False) -> dict[str, Any]:
    return {
        "id": f"{first}-{last}",
        "name": "DHCP",
        "start_host": first,
        "end_host": last,
        "count_as_utilized": used,
        "is_exclusive": exclusive,
        "parent": parent,
    }


@pytest.fixture
def ask(fake: Any, connected: Any) -> Any:
    """Call a tool on one network with two addresses, and with ranges: the answer."""

    async def call(tool: str, arguments: dict[str, Any], ranges: Any) -> dict[str, Any]:
        hosts = [{"id": one["address"], **one, "parent": PARENT} for one in NET["ip_addresses"]]
        source = fake(
            prefixes_usage=[NET],
            prefixes_within=[NET],
            prefixes_containing=[NET],
            prefixes_by_location=[NET],
            addresses_within=hosts,
            addresses_in_use=hosts,
            ip_address_ranges=ranges,
        )
        async with connected(source) as client:
            answer: dict[str, Any] = (await client.call_tool(tool, arguments)).structuredContent
        return answer

    return call


DHCP = span("10.0.0.100", "10.0.0.199")


async def test_a_range_that_counts_as_used_is_used_as_a_whole(ask: Any) -> None:
    answer = await ask("analyze_prefixes_dataframe", {"group_by": "role"}, [DHCP])

    assert answer["rows"] == [["User Data", 1, 254, 101, 153, 39.76]]


@pytest.mark.parametrize(
    "other",
    [
        span("10.0.0.100", "10.0.0.199", used=False),
        span("10.0.0.100", "10.0.0.199", {**PARENT, "id": "a smaller prefix, at another location"}),
        span("10.0.0.100", "10.0.0.199", None),
    ],
    ids=["not marked", "in another prefix", "in a prefix that may not be seen"],
)
async def test_another_range_uses_nothing(ask: Any, other: Any) -> None:
    answer = await ask("analyze_prefixes_dataframe", {"group_by": "role"}, [other])

    assert answer["rows"][0][3] == 2


async def test_an_older_nautobot_has_no_ranges_and_nothing_is_missing(ask: Any) -> None:
    answer = await ask("analyze_prefixes_dataframe", {"group_by": "role"}, NotServed("...", "ip_address_ranges"))

    assert (answer["outcome"], answer["rows"][0][3], answer["notes"]) == ("found", 2, [])


async def test_ranges_that_the_token_may_not_read_are_said_to_be_missing(ask: Any) -> None:
    answer = await ask("analyze_prefixes_dataframe", {"group_by": "role"}, hidden("ip_address_ranges"))

    assert answer["rows"][0][3] == 2
    assert answer["notes"] == ["The token may not read IP address ranges: those that count as used are not counted."]


@pytest.mark.parametrize("trouble", [NotServed("A slip in line 4.", "ip_address_rangez"), BrokenQuery("A slip.")])
async def test_a_slip_in_the_query_file_is_no_lack_of_ranges(ask: Any, trouble: Exception) -> None:
    answer = await ask("analyze_prefixes_dataframe", {"group_by": "role"}, trouble)

    assert (answer["outcome"], answer["summary"]) == ("defect", str(trouble))


async def test_a_prefix_is_shown_with_its_ranges_and_their_use(ask: Any) -> None:
    answer = await ask("find_prefix", {"target": "10.0.0.0/24"}, [span("10.0.0.250", "10.0.0.251", used=False), DHCP])

    rows = [dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"]]
    assert [(row["record"], row["type"], row["used"]) for row in rows if row["type"] == "range"] == [
        ("10.0.0.100-10.0.0.199", "range", "used as a whole"),
        ("10.0.0.250-10.0.0.251", "range", None),
    ]
    assert "101 of 254 (39.76 %) used" in answer["summary"]
    assert answer["summary"].endswith("2 IP address ranges there, the first 10.0.0.100-10.0.0.199.")


async def test_an_address_in_a_range_is_said_to_be_in_it(ask: Any) -> None:
    inside = await ask("find_prefix", {"target": "10.0.0.120"}, [DHCP])
    outside = await ask("find_prefix", {"target": "10.0.0.200"}, [DHCP])

    assert inside["summary"].endswith("It is in the range 10.0.0.100-10.0.0.199 (DHCP, used as a whole).")
    assert "range" not in outside["summary"]


@pytest.mark.parametrize("mark", [{"used": True}, {"used": False, "exclusive": True}], ids=["used", "exclusive"])
async def test_the_addresses_of_a_marked_range_are_not_free(ask: Any, mark: Any) -> None:
    answer = await ask("find_free_space", {"inside": "10.0.0.0/24"}, [span("10.0.0.100", "10.0.0.130", **mark)])

    assert "222 of 254 addresses free" in answer["summary"]
    assert "10.0.0.96/30" in [row[0] for row in answer["rows"]]
    assert not any(row[4].startswith("10.0.0.12") for row in answer["rows"])


async def test_the_addresses_of_an_unmarked_range_are_free(ask: Any) -> None:
    answer = await ask("find_free_space", {"inside": "10.0.0.0/24"}, [span("10.0.0.8", "10.0.0.20", used=False)])

    assert "252 of 254 addresses free" in answer["summary"]


async def test_a_range_in_the_way_of_a_block_is_named(ask: Any) -> None:
    answer = await ask("find_free_space", {"inside": "10.0.0.0/24", "take": "10.0.0.128/26"}, [DHCP])

    assert answer["rows"] == [["10.0.0.100-10.0.0.199", "range", "Global"]]
    assert "1 range overlaps it" in answer["summary"]


async def test_a_prefix_with_a_range_is_not_unused(ask: Any) -> None:
    asked = ("find_problems", {"problems": ["unused_prefixes"]})

    assert (await ask(*asked, []))["total"] == 1
    assert (await ask(*asked, [span("10.0.0.8", "10.0.0.20", used=False)]))["total"] == 0
