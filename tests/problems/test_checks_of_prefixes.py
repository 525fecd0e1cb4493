"""Overlaps and what is unused: nesting is normal, and only what breaks it is a problem."""

from typing import Any

import pytest

from tools.problems.prefixes import overlaps, prefixes_without_location, unused_prefixes, vlans_without_prefix


def told(found: list[Any]) -> list[tuple[str, str]]:
    return [(one.record, one.detail) for one in found]


def test_containers_with_networks_with_pools_do_not_overlap(prefix: Any, tree: Any) -> None:
    nested = [
        prefix("10.0.0.0/8", type="CONTAINER"),
        prefix("10.1.0.0/16", "H1", type="CONTAINER"),
        prefix("10.1.1.0/24", "F1"),
        prefix("10.1.1.64/26", "H1", type="POOL"),
        prefix("2001:db8::/32", "H2", type="CONTAINER"),
    ]

    assert overlaps(nested, tree) == []


@pytest.mark.parametrize(
    ("outer", "inner", "rule"),
    [
        ("NETWORK", "NETWORK", "a network holds only pools"),
        ("NETWORK", "CONTAINER", "a network holds only pools"),
        ("POOL", "NETWORK", "a pool holds no prefixes"),
        ("POOL", "POOL", "a pool holds no prefixes"),
    ],
)
def test_what_a_prefix_of_that_type_does_not_hold_overlaps_it(
    prefix: Any, tree: Any, outer: str, inner: str, rule: str
) -> None:
    found = overlaps([prefix("10.1.1.0/24", "H1", type=outer), prefix("10.1.1.0/25", "H1", type=inner)], tree)

    (record, detail), *others = told(found)
    assert record == "10.1.1.0/25" and detail.endswith(f"10.1.1.0/24 at H1: {rule}.") and not others


def test_one_space_of_two_places_overlaps(prefix: Any, tree: Any) -> None:
    found = overlaps([prefix("10.1.0.0/16", "H1", type="CONTAINER"), prefix("10.1.1.0/24", "H2")], tree)

    assert told(found) == [("10.1.1.0/24", "The same space is held by the container 10.1.0.0/16 at H1, another place.")]
    assert found[0].places == ("H2", "H1")


def test_a_prefix_of_two_places_may_hold_those_of_each(prefix: Any, tree: Any) -> None:
    assert overlaps([prefix("10.1.0.0/16", "H1", "H2", type="CONTAINER"), prefix("10.1.1.0/24", "H2")], tree) == []


def test_the_same_prefix_in_two_namespaces_is_told_once(prefix: Any, tree: Any) -> None:
    found = overlaps([prefix("10.1.1.0/24", "H1"), prefix("10.1.1.0/24", "H2", namespace="Lab")], tree)

    assert told(found) == [("10.1.1.0/24 (Lab)", "Also recorded in namespace Global at H1.")]


def test_space_that_another_namespace_only_sets_aside_is_free_to_be_used(prefix: Any, tree: Any) -> None:
    apart = [prefix("10.0.0.0/8", type="CONTAINER"), prefix("10.1.1.0/24", "H2", namespace="Lab")]

    assert overlaps(apart, tree) == []


def test_a_network_within_a_network_of_another_namespace_is_told(prefix: Any, tree: Any) -> None:
    found = overlaps([prefix("10.1.0.0/16"), prefix("10.1.1.0/24", namespace="Lab")], tree)

    assert told(found) == [("10.1.1.0/24 (Lab)", "Lies in 10.1.0.0/16, recorded in namespace Global.")]


def test_a_container_needs_no_location_and_a_network_does(prefix: Any) -> None:
    found = prefixes_without_location(
        [prefix("10.0.0.0/8", type="CONTAINER"), prefix("10.1.1.0/24"), prefix("10.2.0.0/24", "H1")]
    )

    assert [one.record for one in found] == ["10.1.1.0/24"]


def test_a_prefix_is_in_use_by_an_address_a_vlan_or_a_prefix_in_it(prefix: Any) -> None:
    records = [
        prefix("10.0.0.0/16", type="CONTAINER"),
        prefix("10.0.1.0/24"),
        prefix("10.0.2.0/24", vlan={"vid": 7}),
        prefix("10.0.3.0/24"),
        prefix("10.9.0.0/16", type="CONTAINER"),
    ]

    found = unused_prefixes(records, {"Global 10.0.1.0/24"})

    assert told(found) == [
        ("10.0.3.0/24", "Active network (namespace Global) with no addresses, no VLAN and no prefixes in it."),
        ("10.9.0.0/16", "Active container (namespace Global) with no prefixes in it."),
    ]


def test_a_vlan_without_prefix_is_told() -> None:
    vlans = [
        {"id": "a", "vid": 1, "name": "x", "prefixes": [{"id": "p"}]},
        {"id": "b", "vid": 2, "name": "y", "prefixes": []},
    ]

    assert [one.record for one in vlans_without_prefix(vlans)] == ["2 y"]
