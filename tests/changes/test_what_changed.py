"""What a change changed is told from what the record held, and nothing is made up."""

from typing import Any

import pytest

from tools.changes import differences, facts, parent_prefix, place_ids, told, with_devices

ACTIVE = {"id": "s1", "name": "Active", "color": "4caf50"}
PLANNED = {"id": "s2", "name": "Planned", "color": "00bcd4"}


def change(**record: Any) -> dict[str, Any]:
    return {"object_data_v2": record}


def between(before: dict[str, Any], after: dict[str, Any]) -> str:
    return told(differences(change(**before), change(**after)))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"status": PLANNED}, {"status": ACTIVE}, "status: Planned -> Active"),
        ({"description": ""}, {"description": "New"}, "description: empty -> New"),
        ({"serial": "A1"}, {"serial": None}, "serial: A1 -> empty"),
        ({"enabled": True}, {"enabled": False}, "enabled: yes -> no"),
        ({"commit_rate": 200000}, {"commit_rate": 500000}, "commit rate kbps: 200000 -> 500000"),
        (
            {"type": {"value": "network", "label": "Network"}},
            {"type": {"value": "pool", "label": "Pool"}},
            "type: network -> pool",
        ),
        (
            {"custom_fields": {"owner": "a"}},
            {"custom_fields": {"owner": "b"}},
            "owner: a -> b",
        ),
        ({"vid": 10, "name": "a"}, {"name": "a"}, "vid: 10 -> empty"),
        ({"tags": [{"id": "t1", "name": "x"}]}, {"tags": []}, "tags: x -> empty"),
    ],
)
def test_a_field_that_differs_is_told_before_and_after(before: Any, after: Any, said: str) -> None:
    assert between(before, after) == said


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"last_updated": "1"}, {"last_updated": "2"}),
        ({"display": "a", "rack_count": 1}, {"display": "b", "rack_count": 2}),
        ({"status": ACTIVE}, {"status": {**ACTIVE, "name": "In use", "color": "ffffff"}}),
        ({"description": ""}, {"description": None}),
        ({"tags": [{"id": "1"}, {"id": "2"}]}, {"tags": [{"id": "2"}, {"id": "1"}]}),
        ({"comments": None}, {}),
    ],
)
def test_what_is_not_a_change_of_the_record_is_not_told_as_one(before: Any, after: Any) -> None:
    assert between(before, after) == "saved without a change of a field"


def test_forms_of_different_age_are_compared_in_the_one_that_both_have() -> None:
    old = {"object_data": {"status": "s2", "name": "a"}, "object_data_v2": None}
    new = {"object_data": {"status": "s1", "name": "a"}, "object_data_v2": {"status": ACTIVE, "name": "a"}}

    assert differences(old, new) == [("status", "s2", "s1")]


@pytest.mark.parametrize("name", ["snmp_community", "password", "auth_token", "ipsec_psk"])
def test_a_secret_is_never_shown(name: str) -> None:
    said = between({"custom_fields": {name: "hunter1"}}, {"custom_fields": {name: "hunter2"}})

    assert "hunter" not in said + facts({"custom_fields": {name: "hunter2"}}, short=False)
    assert "(not shown) -> (not shown)" in said


def test_long_values_and_many_fields_are_shortened_and_kept_in_full() -> None:
    before = {f"field{n}": "a" * 500 for n in range(9)}
    found = differences(change(**before), change(**dict.fromkeys(before, "b\nc")))

    assert len(told(found)) < 400
    assert told(found).endswith("; and 5 more")
    assert told(found, short=False).count("a" * 500 + " -> b c") == 9


def test_a_new_record_is_told_by_what_it_is() -> None:
    record = {
        "name": "x",
        "comments": "",
        "role": None,
        "status": PLANNED,
        "description": "New office",
        "enabled": False,
    }

    assert facts(record) == "status: Planned; description: New office"


def test_locations_are_told_of_every_kind_of_record() -> None:
    site = {"id": "l1", "name": "Oslo"}

    assert place_ids("dcim.device", "d", {"location": site}) == [("l1", "Oslo")]
    assert place_ids("ipam.prefix", "p", {"locations": [site, {"id": "l2"}]}) == [("l1", "Oslo"), ("l2", "")]
    assert place_ids("dcim.interface", "i", {"device": {"id": "d", "location": {"id": "l1"}}}) == [("l1", "")]
    assert place_ids("circuits.circuit", "c", {"circuit_termination_a": {"location": site}}) == [("l1", "Oslo")]
    assert place_ids("dcim.location", "l1", {"name": "Oslo", "parent": {"id": "l0"}}) == [("l1", "Oslo"), ("l0", "")]
    assert place_ids("dcim.device", "d", {"location": "l1"}) == [("l1", "")]  # of an old change
    assert place_ids("extras.tag", "t", {"name": "x"}) == []


def test_an_address_is_told_by_its_network_and_the_devices_of_its_interfaces() -> None:
    record = {
        "parent": {"id": "p", "prefix": "10.0.0.0/24"},
        "interfaces": [
            {"id": "i", "name": "Vlan100", "device": {"id": "d"}},
            {"id": "j", "name": "lo", "device": None},
        ],
    }

    named = with_devices(change(**record), {"d": "sw1"})["object_data_v2"]["interfaces"]

    assert parent_prefix(record) == ("p", "10.0.0.0/24")
    assert parent_prefix({"parent": "p"}) is None
    assert [port["name"] for port in named] == ["sw1 Vlan100", "lo"]
