"""Every filter of the demo lets through what Nautobot's does."""

from collections.abc import Callable
from typing import Any

import pytest

from tools.demo_arguments import FILTERS

Ask = Callable[..., Any]

CASES = [
    # names, ids and "null"
    ('devices(name:["site9-acc9","nobody"]){name}', "site9-acc9"),
    ('devices(name__n:["site9-acc9"]){name}', "site9-acc10 site9-core1 site10-acc1"),
    ('devices(name__ic:["ACC1"]){name}', "site9-acc10 site10-acc1"),
    ('devices(name__nic:["acc"]){name}', "site9-core1"),
    ('devices(name__isw:["Site10"]){name}', "site10-acc1"),
    ('devices(name__iew:["ACC9"]){name}', "site9-acc9"),
    ('locations(name__ie:["SITE9"]){name}', "site9"),
    ('locations(q:"oslo"){name}', "site9 site10"),
    ('locations(q:"second"){name}', "site10"),
    ('locations(parent:["North"]){name}', "site9 site10"),
    ('locations(parent:["null"]){name}', "North South"),
    ('locations(subtree:["North","South"]){name}', "North site9 site10 South"),  # each before those below it
    ('locations(location_type:["Site"]){name}', "site9 site10"),
    ('locations(location_type__n:["Site"]){name}', "North South"),
    ("locations(has_devices:false){name}", "North South"),
    ('devices(role:["Core"]){name}', "site9-core1"),
    ('devices(role:["Core"],location:["site10"]){name}', ""),
    ('devices(location__n:["site9"]){name}', "site10-acc1"),
    ('devices(device_type:["X1"],limit:1){name}', "site9-acc9"),
    ('devices(manufacturer:["Acme"],offset:3){name}', "site10-acc1"),
    ('devices(platform:["null"],limit:1,offset:1){name}', "site9-acc10"),
    ("devices(has_primary_ip:true){name}", "site9-core1"),
    ("devices(has_ip_addresses:true){name}", "site9-core1"),
    ("devices(has_interfaces:false){name}", "site10-acc1"),
    ('devices(q:"spare"){name}', "site10-acc1"),
    ('interfaces(device:["site9-acc9","site9-acc10"]){name}', "Ethernet1 Ethernet1"),
    ("interfaces(enabled:false){name}", "Ethernet9"),
    ("interfaces(has_ip_addresses:true){name}", "Vlan100"),
    ('interfaces(has_cable:false,device:["site9-core1"]){name}', "Ethernet9 Vlan100"),
    ('interfaces(tagged_vlans:["200"]){name}', "Vlan100"),
    ('interfaces(type:["1000base-t"],limit:1,device:["site9-core1"]){name}', "Ethernet9"),
    ('interfaces(type__ie:["VIRTUAL"]){name}', ""),
    ('interfaces(location:["North"]){name}', ""),  # exact here, unlike everywhere else
    # networks
    ('prefixes(prefix:["10.9.0.77/24"]){prefix}', "10.9.0.0/24 10.9.0.0/24"),
    ('prefixes(prefix:["10.9.0.0/24"],namespace:["Lab"]){prefix}', "10.9.0.0/24"),
    ('prefixes(contains:["10.9.0.77"]){prefix}', "10.0.0.0/8 10.9.0.0/24 10.9.0.0/24"),
    ('prefixes(contains:["10.9.0.0/24"],namespace__n:["Lab"]){prefix}', "10.0.0.0/8 10.9.0.0/24"),
    ('prefixes(contains:["2001:db8::7"]){prefix}', "2001:db8::/64"),
    ('prefixes(within:["10.0.0.0/8"],namespace:["Global"]){prefix}', "10.9.0.0/24 10.10.0.0/31"),
    ('prefixes(within_include:["10.0.0.0/8"],namespace:["Global"]){prefix}', "10.0.0.0/8 10.9.0.0/24 10.10.0.0/31"),
    ('prefixes(within_include:["garbage"]){prefix}', ""),
    ("prefixes(prefix_length:[31,64]){prefix}", "10.10.0.0/31 2001:db8::/64"),
    ("prefixes(prefix_length__lte:[8]){prefix}", "10.0.0.0/8"),
    ("prefixes(prefix_length__n:[24]){prefix}", "10.0.0.0/8 10.10.0.0/31 2001:db8::/64"),
    ("prefixes(ip_version:6){prefix}", "2001:db8::/64"),
    ("prefixes(vlan_vid:[100]){prefix}", "10.9.0.0/24"),
    ('prefixes(type:["container"]){prefix}', "10.0.0.0/8"),
    ('prefixes(type__ie:["Pool"]){prefix}', "10.9.0.0/24"),
    ('prefixes(locations:["site10"]){prefix}', "10.10.0.0/31"),
    ('prefixes(locations:["null"]){prefix}', "10.9.0.0/24"),
    ('prefixes(locations:["South","null"]){prefix}', "10.9.0.0/24"),
    ('prefixes(role:["null"],ip_version:6){prefix}', "2001:db8::/64"),
    ('ip_addresses(address:["10.9.0.1"]){address}', "10.9.0.1/24 10.9.0.1/24"),
    ('ip_addresses(address:["10.9.0.1/32"]){address}', ""),
    ('ip_addresses(address:["10.9.0.10/24"]){address}', "10.9.0.10/24"),
    ('ip_addresses(prefix:["10.9.0.0/28"],namespace:["Global"]){address}', "10.9.0.1/24 10.9.0.10/24"),
    ('ip_addresses(device:["site9-core1"]){address}', "10.9.0.1/24 2001:db8::1/64"),
    ('ip_addresses(device:["nobody"]){address}', ""),
    ('ip_addresses(dns_name__ic:["GW"]){address}', "10.9.0.1/24"),
    ("ip_addresses(has_interface_assignments:false){address}", "10.9.0.1/24 10.9.0.10/24"),
    ('prefixes(q:"10.9"){prefix}', "10.0.0.0/8 10.9.0.0/24 10.9.0.0/24"),
    ('prefixes(q:"SIX"){prefix}', "2001:db8::/64"),
    ('prefixes(q:"2001:db8:"){prefix}', "2001:db8::/64"),
    ('prefixes(q:"2001"){prefix}', "2001:db8::/64"),
    ('prefixes(q:"10"){prefix}', "10.0.0.0/8 10.9.0.0/24 10.10.0.0/31 10.9.0.0/24"),
    ('prefixes(q:"10.9.0.0/24"){prefix}', "10.0.0.0/8 10.9.0.0/24 10.9.0.0/24"),
    ('prefixes(q:"no such words"){prefix}', ""),
    ('ip_addresses(q:"10.9.0.1"){address}', "10.9.0.1/24 10.9.0.1/24"),
    ('ip_addresses(q:"gw."){address}', "10.9.0.1/24"),
    ('ip_addresses(q:"2001:db8::1"){address}', "2001:db8::1/64"),
    # VLANs, circuits, roles
    ('vlans(q:"200"){name}', "voice"),
    ('devices(q:"acme",limit:1){name}', "site9-acc9"),
    ('vlans(locations:["site10"]){name}', "data"),
    ('vlans(locations:["North","null"]){name}', "data voice nowhere"),
    ("vlans(vid:[200]){name}", "voice"),
    ('vlans(name__ic:["OI"]){name}', "voice"),
    ('circuits(location:["North"]){cid}', "c1"),
    ('circuits(location:["South"]){cid}', ""),
    ('circuits(provider:["Telenor"]){cid}', "c1"),
    ('providers(location:["site9"]){name}', "Telenor"),
    ("roles{name}", "Core Access Users"),
    ('roles(content_types:["dcim.device"]){name}', "Core Access"),
    ('roles(content_types:["ipam.vlan","ipam.prefix"]){name}', "Users"),
    ('roles(content_types:["ipam.vlan","dcim.device"]){name}', "Core Access Users"),  # any of them
    ('statuses(content_types:["ipam.vlan","dcim.device"]){name}', ""),  # all of them
]


@pytest.mark.parametrize(("query", "expected"), CASES, ids=[query for query, _ in CASES])
async def test_a_filter_lets_through(ask: Ask, query: str, expected: str) -> None:
    result = await ask(f"{{{query}}}")

    assert not result.errors
    (rows,) = result.data.values()
    assert " ".join(next(iter(row.values())) for row in rows) == expected


@pytest.mark.parametrize("value", [None, []])
async def test_an_empty_filter_is_no_filter(ask: Ask, value: Any) -> None:
    result = await ask("query($l:[String]){locations(name:$l){name}}", l=value)

    assert len(result.data["locations"]) == 4


async def test_a_limit_of_nothing_is_no_limit_and_past_the_end_is_nothing(ask: Ask) -> None:
    assert len((await ask("{locations(limit:0){name}}")).data["locations"]) == 4
    assert (await ask("{locations(offset:9){name}}")).data["locations"] == []


REFUSED = [
    (
        'prefixes(locations:["site9","NOPE"]){id}',
        "{'locations': ['Select a valid choice. NOPE is not one of the available choices.']}",
    ),
    (
        'prefixes(locations:["SITE9"]){id}',
        "{'locations': ['Select a valid choice. SITE9 is not one of the available choices.']}",
    ),
    (
        'devices(location:["no"],role:["what"]){id}',
        (
            "{'location': ['Select a valid choice. no is not one of the available choices.'], "
            "'role': ['Select a valid choice. what is not one of the available choices.']}"
        ),
    ),
    (
        'prefixes(type:["NETWORK"]){id}',
        "{'type': ['Select a valid choice. NETWORK is not one of the available choices.']}",
    ),
    (
        'roles(content_types:["dcim.nothing"]){id}',
        "{'content_types': ['Select a valid choice. dcim.nothing is not one of the available choices.']}",
    ),
    ('devices(id:["x"]){id}', "{'id': ['Enter a valid UUID.']}"),
    ('ip_addresses(parent:["x"]){id}', "{'parent': ['“x” is not a valid UUID.']}"),
    ('ip_addresses(address:["zzz"]){id}', "invalid IPNetwork zzz"),
    ('interfaces(tagged_vlans:["x"]){id}', "Field 'vid' expected a number but got 'x'."),
    ("prefixes(limit:-1){id}", "Negative indexing is not supported."),
    ("prefixes(offset:-1){id}", "Negative indexing is not supported."),
]


@pytest.mark.parametrize(("query", "message"), REFUSED, ids=[query for query, _ in REFUSED])
async def test_a_value_is_refused_in_nautobots_words(ask: Ask, query: str, message: str) -> None:
    result = await ask(f"{{{query}}}")

    assert [error["message"] for error in result.errors] == [message]
    assert result.errors[0]["path"] == [query.split("(", maxsplit=1)[0]]
    assert list(result.data.values()) == [None]


async def test_an_error_stands_beside_the_data_of_other_fields(ask: Ask) -> None:
    result = await ask('{a:locations(name:["site9"]){name} b:devices(location:["NOPE"]){name}}')

    assert result.data == {"a": [{"name": "site9"}], "b": None}
    assert result.errors[0]["path"] == ["b"]


async def test_an_id_serves_as_well_as_a_name(ask: Ask) -> None:
    found = (await ask('{locations(name:["site9"]){id}}')).data["locations"][0]["id"]

    by_id = await ask("query($l:[String]){devices(location:$l){name}}", l=[found])
    assert len(by_id.data["devices"]) == 3
    assert (await ask("query($l:[String]){locations(id:$l){name}}", l=[found])).data["locations"] == [{"name": "site9"}]


def test_every_list_has_filters_by_id_but_for_two() -> None:
    assert {name for name, filters in FILTERS.items() if "id" not in filters} == {
        "cable_to_cable_terminations",
        "circuit_terminations",
    }
