"""A real Nautobot that holds the demo network answers exactly as the demo does: rows, fields, order and refusals."""

import json
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType, OperationDefinitionNode, build_schema, get_named_type, is_leaf_type, parse

from tools.demo_fields import TYPES
from tools.packaged import folder

Answer = dict[str, Any]
Ask = Callable[..., Answer]

against_nautobot = pytest.mark.nautobot

QUERIES = {file.name.removesuffix(".graphql"): file.read_text() for file in folder("graphql").iterdir()}
EVERYWHERE = ["NAM", "ASPAC", "EMEA", "LATAM", "null"]
NOWHERE = "XEL01"  # has no branch LAN, no racks, no IPv6
NYC01 = "bf4e3ea7-8e76-5c2c-bbdc-4d9013e396d9"

_PREFIXES: list[Answer] = [
    {"locations": ["NYC01"]},
    {"locations": [NYC01]},
    {"locations": ["NYC01", "SCL01", "USD01"]},
    {"locations": ["United States"], "role": ["User Data", "Compute"]},
    {"locations": ["NOPE1"]},
    {"locations": ["nyc01"]},
    {"locations": ["NYC01"], "role": ["Nope"]},
    {"locations": ["NYC01"], "role": ["Compute"]},
    {"locations": ["null"]},
    {"locations": ["NAM"], "status": ["Active"], "limit": 30},
    {"locations": ["NAM"], "status": ["Reserved", "Deprecated"]},
    {"locations": ["NAM"], "type": ["container"]},
    {"locations": ["EMEA"], "type": ["Pool"]},
    {"locations": ["NAM"], "type": ["nonsense"]},
    {"locations": ["NAM"], "prefix_length": [24, 16], "limit": 40, "offset": 20},
    {"locations": EVERYWHERE, "ip_version": 6},
    {"locations": ["NAM"], "vlan": [100, 1001]},
    {"locations": EVERYWHERE, "namespace": ["Lab"]},
    {"locations": EVERYWHERE, "namespace": ["Nope"]},
    {"locations": EVERYWHERE},
    {"locations": EVERYWHERE, "limit": 1000, "offset": 1000},
    {"locations": EVERYWHERE, "limit": 1000, "offset": 9000},
    {"locations": EVERYWHERE, "limit": -1},
]
_DEVICES: list[Answer] = [
    {"locations": ["NYC01"]},
    {"locations": ["US"]},
    {"locations": ["NYC01", "USD01"]},
    {"locations": ["Dominican Republic"], "status": ["Active"]},
    {"locations": ["NOPE1"]},
    {"locations": ["EMEA"], "model": ["C9300-48P"], "limit": 20, "offset": 10},
    {"locations": ["EMEA"], "model": ["No such model"]},
    {"locations": EVERYWHERE, "has_primary_ip": False},
    {"locations": ["NAM"], "has_primary_ip": True},
    {"locations": ["NAM"], "status": ["Planned"]},
    {"locations": EVERYWHERE},
    {"locations": ["null"]},
]
_CIRCUITS: list[Answer] = [
    {"provider": ["Pacific Arc"]},
    {"status": ["Active"], "limit": 20, "offset": 5},
    {"status": ["Planned", "Decommissioned"]},
    {"provider": ["Nobody"]},
]

SETS: dict[str, list[Answer]] = {
    "locations": [{}, {"limit": 100, "offset": 200}, {"limit": 0}, {"offset": 1000}],
    "prefixes_by_location": _PREFIXES,
    "prefixes_usage": _PREFIXES,
    "prefixes_containing": [
        {"targets": ["10.0.11.77"]},
        {"targets": ["10.0.11.0/24"]},
        {"targets": ["10.0.11.5/24", "10.64.0.1"]},
        {"targets": ["192.0.2.1"]},
        {"targets": ["2001:db8::1"]},
        {"targets": ["10.0.11.77"], "namespace": ["Lab"]},
        {"targets": ["10.0.11.77"], "namespace": ["Global"], "limit": 1, "offset": 1},
        {"targets": ["zz"]},
    ],
    "prefixes_within": [
        {"targets": ["10.0.0.0/16"]},
        {"targets": ["10.0.0.0/16", "10.64.11.0/24"], "limit": 20, "offset": 3},
        {"targets": ["10.0.11.0/24"], "namespace": ["Lab"]},
        {"targets": ["198.51.100.0/24"]},
        {"targets": ["2001:db8::/32"]},
        {"targets": ["garbage"]},
    ],
    "addresses_by_address": [
        {"addresses": ["10.0.11.1"]},
        {"addresses": ["10.0.11.1/24", "10.0.255.1"]},
        {"addresses": ["10.0.11.1"], "namespace": ["Global"], "limit": 5, "offset": 0},
        {"addresses": ["203.0.113.9"]},
        {"addresses": ["zzz"]},
    ],
    "addresses_within": [
        {"prefixes": ["10.0.255.0/24"]},
        {"prefixes": ["10.0.11.0/24"], "namespace": ["Global"], "limit": 10, "offset": 5},
        {"prefixes": ["10.0.11.0/24"]},
        {"prefixes": ["203.0.113.0/24"]},
        {"prefixes": ["zzz"]},
    ],
    "addresses": [
        {"limit": 50},
        {"namespace": ["Global"], "limit": 10, "offset": 300},
        {"namespace": ["zzz"]},
    ],
    "addresses_in_use": [
        {"prefixes": ["10.0.11.0/24"]},
        {"prefixes": ["10.0.0.0/16"], "namespace": ["Global"], "limit": 10, "offset": 5},
        {"prefixes": ["203.0.113.0/24"]},
        {"prefixes": ["zzz"]},
    ],
    "ip_address_ranges": [{}, {"namespace": ["Global"], "limit": 10, "offset": 0}, {"namespace": ["zzz"]}],
    "devices_by_location": _DEVICES,
    "devices_by_location_and_role": [
        *({**variables, "role": ["Access Switch"]} for variables in _DEVICES),
        {"locations": ["NYC01"], "role": ["WAN Router", "Core Router"]},
        {"locations": ["NYC01"], "role": ["Nope"]},
        {"locations": ["NYC01"], "role": ["User Data"]},
        {"locations": ["NYC01"], "role": ["Leaf Switch"]},
    ],
    "device": [
        {"names": ["NYC01-acc001"]},
        {"names": ["USD01-lea1001", "USD01-spn001", "nobody"], "limit": 2, "offset": 1},
        {"names": ["nyc01-acc001"]},
    ],
    "device_names": [{}, {"limit": 100, "offset": 850}],
    "interfaces_by_device": [
        {"devices": ["NYC01-acc001"]},
        {"devices": ["NYC01-wan001", "NYC01-cor001"]},
        {"devices": ["USD01-spn001", "USD01-lea1001"], "limit": 10, "offset": 5},
        {"devices": ["NYC01-acc001"], "enabled": False},
        {"devices": ["NYC01-acc001"], "enabled": True},
        {"devices": ["nobody"]},
    ],
    "vlans_by_location": [
        {"locations": ["NYC01"]},
        {"locations": ["NYC01", "USD01"], "limit": 5, "offset": 1},
        {"locations": EVERYWHERE},
        {"locations": ["NAM"], "vid": [100, 1003]},
        {"locations": ["NAM"], "name": ["VOICE"]},
        {"locations": ["NYC01"], "vid": [77]},
        {"locations": ["NOPE1"]},
    ],
    "circuits_by_location": [
        {"locations": ["NYC01"]},
        {"locations": ["Mexico", "JPD01"]},
        {"locations": ["NOPE1"]},
        {"locations": EVERYWHERE},
        *({**variables, "locations": ["ASPAC"]} for variables in _CIRCUITS),
    ],
    "circuits": [{}, *_CIRCUITS],
    "roles": [
        {"content_types": ["dcim.device"]},
        {"content_types": ["ipam.prefix"], "limit": 2, "offset": 1},
        {"content_types": ["dcim.rack"]},
        {"content_types": ["dcim.nothing"]},
    ],
    "statuses": [
        {"content_types": ["dcim.device"]},
        {"content_types": ["ipam.prefix"], "limit": 2, "offset": 1},
        {"content_types": ["dcim.location", "dcim.device"]},
        {"content_types": ["dcim.nothing"]},
    ],
    "providers": [{}, {"limit": 1, "offset": 1}],
    "namespaces": [{}, {"limit": 1, "offset": 1}],
    "rack_names": [{}, {"limit": 9, "offset": 3}],
    "rack_units": [
        {"locations": ["USD01"], "limit": 3, "offset": 2},
        {"locations": ["GBD01"]},
        {"locations": EVERYWHERE},
        {"locations": ["NAM"], "names": ["USD01-R02"]},
    ],
    "changes": [
        {},
        {"limit": 20, "offset": 130},
        {"kind": "ipam.prefix"},
        {"kind": "DCIM.Device", "action": ["create", "delete"]},
        {"kind": "dcim.nothing"},
        {"kind": "nonsense"},
        {"action": ["UPDATE"]},
        {"user": ["MRossi", "nobody"]},
        {"name": ["fra01-COR001", "10.193.16.0/23"]},
        {"beginning": ["voice ("]},
        {"records": ["342d8662-0f66-573b-ab36-eee37b2868fc", NYC01]},
        {"records": ["nonsense"]},
        {"since": ["2026-11-06T10:30:00Z"], "until": ["2026-11-12T01:30:05+00:00"]},
        {"since": ["2026-11-18"]},
        {"until": ["2026-10-06T15:40:01+02:00"]},
        {"since": ["last week"]},
    ],
    "changes_in_full": [
        {"changes": ["279a4c50-3fa5-55e5-9cbf-241639391c76", NYC01]},
        {
            "changes": ["279a4c50-3fa5-55e5-9cbf-241639391c76", "1b05482f-a0ea-5c6e-82f1-d16ad5fffcdd"],
            "limit": 1,
            "offset": 1,
        },
        {"changes": ["nonsense"]},
    ],
    "racks_by_location": [
        {"locations": ["USD01"]},
        {"locations": ["NAM"], "status": ["Active"], "limit": 7, "offset": 7},
        {"locations": [NOWHERE]},
        {"locations": ["NOPE1"]},
        {"locations": EVERYWHERE},
    ],
}
OTHERS = (Path(__file__).parent / "other_queries.txt").read_text(encoding="utf-8").splitlines()
SCHEMA = build_schema((folder("demo_fixtures") / "schema.graphql").read_text(encoding="utf-8"))


def _declared(text: str) -> set[str]:
    (operation,) = parse(text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    return {definition.variable.name.value for definition in operation.variable_definitions or ()}


def _settled(value: Any, name: str = "") -> Any:
    """The value with an order where Nautobot has none: among addresses of equal number, among content types."""
    if isinstance(value, dict):
        return {key: _settled(item, key) for key, item in value.items()}
    if not isinstance(value, list):
        return value
    rows = [_settled(item) for item in value]
    if name == "content_types":
        return sorted(rows, key=json.dumps)
    if all(isinstance(row, dict) and "address" in row for row in rows):
        groups = (group for _, group in groupby(rows, key=lambda row: row["address"]))
        return [row for group in groups for row in sorted(group, key=json.dumps)]
    return rows


def _refusals(answer: Answer) -> list[tuple[Any, str]]:
    """What each error is about, and its family: several unknown names are told in no certain order."""
    return [
        (error.get("path"), "unknown name" if "Select a valid choice" in error["message"] else error["message"])
        for error in answer.get("errors") or ()
    ]


@pytest.fixture
def same(ask_nautobot: Ask, ask_demo: Ask, own_ids: dict[str, str]) -> Callable[..., Answer]:
    """Asks both, compares all of both answers, and returns the demo's."""

    def compare(query: str, variables: Answer | None = None) -> Answer:
        text = json.dumps(ask_nautobot(query, variables))
        for theirs, ours in own_ids.items():
            text = text.replace(theirs, ours)
        real, demo = json.loads(text), ask_demo(query, variables)
        assert _refusals(demo) == _refusals(real)
        assert _settled(demo.get("data")) == _settled(real.get("data"))
        return demo

    return compare


def test_every_query_file_is_compared_with_every_one_of_its_variables() -> None:
    assert SETS.keys() == QUERIES.keys()
    for name, text in QUERIES.items():
        assert {variable for variables in SETS[name] for variable in variables} == _declared(text), name


@against_nautobot
@pytest.mark.parametrize(
    ("name", "variables"),
    [pytest.param(name, variables, id=f"{name} {variables}") for name, sets in SETS.items() for variables in sets],
)
def test_a_query_file_gets_the_same_answer_from_both(same: Callable[..., Answer], name: str, variables: Answer) -> None:
    same(QUERIES[name], variables)


@against_nautobot
@pytest.mark.parametrize("query", OTHERS)
def test_a_query_that_a_user_may_write_gets_the_same_answer_from_both(same: Callable[..., Answer], query: str) -> None:
    same(query)


@against_nautobot
@pytest.mark.parametrize("type_name", TYPES)
def test_every_plain_field_of_every_record_is_the_same_in_both(same: Callable[..., Answer], type_name: str) -> None:
    served = SCHEMA.type_map[type_name]
    assert isinstance(served, GraphQLObjectType)
    leaves = [name for name, field in served.fields.items() if is_leaf_type(get_named_type(field.type))]

    demo = same(f"{{{TYPES[type_name][0]}{{{' '.join(leaves)}}}}}")

    assert not demo["errors"]


@against_nautobot
@pytest.mark.parametrize(
    ("plural", "argument"),
    [
        ("prefixes", "locations"),
        ("vlans", "locations"),
        ("devices", "location"),
        ("racks", "location"),
        ("circuits", "location"),
    ],
)
def test_the_top_locations_and_null_are_the_whole_network(ask_nautobot: Ask, plural: str, argument: str) -> None:
    everywhere = ask_nautobot(f"query($l: [String!]!) {{{plural}({argument}: $l) {{id}}}}", {"l": EVERYWHERE})

    assert everywhere == ask_nautobot(f"{{{plural} {{id}}}}")
