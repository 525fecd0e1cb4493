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


async def test_the_other_side_of_every_reference_is_there(ask: Ask) -> None:
    result = await ask(
        """{locations(name:["site9"]){parent{name children{name}} devices{name} prefixes{prefix} vlans{vid}
        circuit_terminations{circuit{cid}} location_type{name parent{name}}}}"""
    )

    assert result.data["locations"] == [
        {
            "parent": {"name": "North", "children": [{"name": "site9"}, {"name": "site10"}]},
            "devices": [{"name": "site9-acc9"}, {"name": "site9-acc10"}, {"name": "site9-core1"}],
            "prefixes": [{"prefix": "10.9.0.0/24"}, {"prefix": "10.10.0.0/31"}, {"prefix": "2001:db8::/64"}],
            "vlans": [{"vid": 100}, {"vid": 200}],
            "circuit_terminations": [{"circuit": {"cid": "c1"}}],
            "location_type": {"name": "Site", "parent": {"name": "Region"}},
        }
    ]


async def test_a_prefix_knows_what_follows_from_its_text(ask: Ask) -> None:
    result = await ask('{prefixes(prefix:["10.10.0.0/31"]){id url network broadcast prefix_length ip_version type}}')

    (row,) = result.data["prefixes"]
    assert row == {
        "id": row["id"],
        "url": f"/api/ipam/prefixes/{row['id']}/",
        "network": "10.10.0.0",
        "broadcast": "10.10.0.1",
        "prefix_length": 31,
        "ip_version": 4,
        "type": "NETWORK",
    }


async def test_prefixes_come_by_namespace_then_family_then_number(ask: Ask) -> None:
    result = await ask("{prefixes{prefix namespace{name}}}")

    assert [(row["namespace"]["name"], row["prefix"]) for row in result.data["prefixes"]] == [
        ("Global", "10.0.0.0/8"),
        ("Global", "10.9.0.0/24"),
        ("Global", "10.10.0.0/31"),
        ("Global", "2001:db8::/64"),
        ("Lab", "10.9.0.0/24"),
    ]


async def test_what_a_fixture_leaves_out_has_nautobots_default(ask: Ask) -> None:
    result = await ask(
        """{interfaces(name:["Vlan100"]){enabled mgmt_only label mtu mode tags{name}} statuses(name:["Active"]){color}
        devices(name:["site9-acc9"]){serial asset_tag comments tenant{name} rack{name} _custom_field_data}}"""
    )

    assert result.data == {
        "interfaces": [{"enabled": True, "mgmt_only": False, "label": "", "mtu": None, "mode": None, "tags": []}],
        "statuses": [{"color": "9e9e9e"}],
        "devices": [
            {
                "serial": "",
                "asset_tag": None,
                "comments": "",
                "tenant": None,
                "rack": None,
                "_custom_field_data": {},
            }
        ],
    }


async def test_a_cable_may_end_at_a_circuit(ask: Ask) -> None:
    result = await ask(
        """{interfaces(device:["site9-acc10"]){connected_endpoint{__typename ... on CircuitTerminationType{circuit{cid}}}
        connected_interface{name} connected_circuit_termination{term_side} cable{termination_a_type termination_b_type}}
        circuits{circuit_termination_a{connected_endpoint{... on InterfaceType{name}}} circuit_termination_z{term_side}}}"""
    )

    assert result.data["interfaces"] == [
        {
            "connected_endpoint": {"__typename": "CircuitTerminationType", "circuit": {"cid": "c1"}},
            "connected_interface": None,
            "connected_circuit_termination": {"term_side": "A"},
            "cable": {"termination_a_type": "circuits.circuittermination", "termination_b_type": "dcim.interface"},
        }
    ]
    assert result.data["circuits"] == [
        {"circuit_termination_a": {"connected_endpoint": {"name": "Ethernet1"}}, "circuit_termination_z": None}
    ]


async def test_the_primary_address_is_the_one_there_is(ask: Ask) -> None:
    rows = (await ask("{devices{name primary_ip{address}}}")).data["devices"]

    assert [row["name"] for row in rows if row["primary_ip"]] == ["site9-core1"]


async def test_the_old_single_location_fails_where_there_are_two(ask: Ask) -> None:
    result = await ask('{prefixes(location:["site10"]){prefix location{name}}}')

    assert result.data == {"prefixes": [{"prefix": "10.10.0.0/31", "location": None}]}
    assert result.errors[0]["message"] == "Multiple Location objects returned. Please refer to locations."
    assert (await ask("{vlans(vid:[200,300]){location{name}}}")).data == {
        "vlans": [{"location": {"name": "site9"}}, {"location": None}]
    }


async def test_one_record_is_found_by_its_id(ask: Ask) -> None:
    one = (await ask('{devices(name:["site9-acc9"]){id}}')).data["devices"][0]["id"]

    assert (await ask("query($id:ID){device(id:$id){name}}", id=one)).data == {"device": {"name": "site9-acc9"}}
    assert (await ask("{device{name}}")).data == {"device": None}
    other = "00000000-0000-4000-8000-000000000000"
    assert (await ask("query($id:ID){device(id:$id){name}}", id=other)).data == {"device": None}
    assert (await ask('{device(id:"x"){name}}')).errors[0]["message"] == "“%(value)s” is not a valid UUID."


async def test_an_unknown_field_gets_graphqls_own_hint(ask: Ask) -> None:
    result = await ask("{locations{nam}}")

    assert result.data is None
    assert result.errors[0]["message"] == "Cannot query field 'nam' on type 'LocationType'. Did you mean 'name'?"
