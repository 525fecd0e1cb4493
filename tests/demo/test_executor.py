"""The demo answers as Nautobot does: relations, order, filters and their oddities, on a network of a few records."""

from collections.abc import Callable
from typing import Any

Ask = Callable[..., Any]


async def names(ask: Ask, query: str, **variables: Any) -> list[Any]:
    result = await ask(query, **variables)
    assert not result.errors
    (rows,) = result.data.values()
    return [next(iter(row.values())) for row in rows]


async def test_locations_come_in_natural_order(ask: Ask) -> None:
    assert await names(ask, "{locations{name}}") == ["North", "South", "site9", "site10"]


async def test_a_location_means_everything_below_it(ask: Ask) -> None:
    query = "query($l:[String!]!){devices(location:$l){name}}"

    assert await names(ask, query, l=["North"]) == ["site9-acc9", "site9-acc10", "site9-core1", "site10-acc1"]
    assert await names(ask, query, l=["site10"]) == ["site10-acc1"]
    assert await names(ask, query, l=["South"]) == []


async def test_an_interface_names_what_its_cable_leads_to(ask: Ask) -> None:
    result = await ask(
        """{interfaces(device:["site9-core1"]){name connected_endpoint{__typename ... on InterfaceType{name device{name}}}
        connected_interface{name} ip_addresses{address} tagged_vlans{vid} device{location{parent{name}}}}}"""
    )

    assert [row["name"] for row in result.data["interfaces"]] == ["Ethernet9", "Ethernet10", "Vlan100"]
    assert result.data["interfaces"][1]["connected_endpoint"] == {
        "__typename": "InterfaceType",
        "name": "Ethernet1",
        "device": {"name": "site9-acc9"},
    }
    assert result.data["interfaces"][2]["tagged_vlans"] == [{"vid": 100}, {"vid": 200}]
    assert result.data["interfaces"][2]["ip_addresses"] == [{"address": "10.9.0.1/24"}, {"address": "2001:db8::1/64"}]
