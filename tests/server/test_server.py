"""The server as a client sees it."""

from typing import Any


async def test_prefixes_of_a_location_come_with_names_figures_and_their_query(connected: Any, fake: Any) -> None:
    async with connected(fake()) as client:
        result = await client.call_tool("get_prefixes_by_location", {"location": "frankfurt"})

    answer = result.structuredContent
    assert not result.isError
    assert answer["outcome"] == "found"
    assert (answer["total"], answer["shown"]) == (5, 5)
    assert answer["rows"][0][:4] == ["10.0.1.0/24", "network", "User Data", "101 data"]
    assert answer["links"][0] == "/ipam/prefixes/p1/"
    assert answer["source"]["queries"][0]["file"] == "prefixes_by_location.graphql"
    assert answer["source"]["queries"][0]["variables"] == {"locations": ["FRA01"]}
    assert result.content[0].text.splitlines() == [
        "5 prefixes at FRA01: 3 User Data, 2 User Voice; all Active.",
        "Rows: 5 of 5",
        "prefix | role | vlan | location",
        "10.0.1.0/24 | User Data | 101 data | FRA01",
        "10.0.2.0/24 | User Voice | 102 data | FRA01",
        "10.0.3.0/24 | User Data | 103 data | FRA01",
        "10.0.4.0/24 | User Voice | 104 data | FRA01",
        "10.0.5.0/24 | User Data | 105 data | FRA01",
    ]
