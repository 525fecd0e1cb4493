"""Addresses that are there twice, or stand in no network; devices without one."""

from typing import Any

import pytest

from tools.problems.addresses import addresses_outside_prefixes, duplicate_addresses, no_primary_address


def test_a_host_in_two_namespaces_is_one_problem(address: Any, prefix: Any, tree: Any) -> None:
    both = [
        address("10.1.1.1/24", "sw1", around=prefix("10.1.1.0/24", "H1")),
        address("10.1.1.1/25", around=prefix("10.1.1.0/25", "H2", namespace="Lab")),
    ]

    (found,) = duplicate_addresses(both, tree)

    assert found.record == "10.1.1.1" and found.places == ("H1", "H2")
    assert found.detail == "Recorded in several namespaces: Global at H1 on sw1 e1; Lab at H2 on no interface."


def test_a_host_twice_in_one_namespace_is_told_as_that(address: Any, prefix: Any, tree: Any) -> None:
    both = [address("10.1.1.1/24", around=prefix("10.1.1.0/24")), address("10.1.1.1/32", around=prefix("10.1.1.1/32"))]

    assert duplicate_addresses(both, tree)[0].detail.startswith("Recorded more than once in a namespace: ")


def test_one_address_on_two_devices_is_a_duplicate(address: Any, prefix: Any, tree: Any) -> None:
    (found,) = duplicate_addresses([address("10.1.1.1/24", "sw1", "sw2", around=prefix("10.1.1.0/24"))], tree)

    assert found.detail == "One address on sw1 e1 and sw2 e1."


@pytest.mark.parametrize("role", ["VRRP", "Anycast", "hsrp"])
def test_an_address_that_devices_share_on_purpose_is_none(address: Any, prefix: Any, tree: Any, role: str) -> None:
    assert duplicate_addresses([address("10.1.1.1/24", "a", "b", around=prefix("10.1.1.0/24"), role=role)], tree) == []


def test_an_address_in_a_container_alone_stands_in_no_network(address: Any, prefix: Any, tree: Any) -> None:
    rows = [
        address("10.1.1.1/24", around=prefix("10.1.1.0/24")),
        address("10.1.2.1/24", around=prefix("10.1.0.0/16", "H1", type="CONTAINER")),
        address("10.1.3.1/24", around=None),
    ]

    assert [one.detail for one in addresses_outside_prefixes(rows, tree)] == [
        "No network is around it, only the container 10.1.0.0/16 at H1.",
        "No network is around it, nor a container.",
    ]


def test_only_devices_in_service_need_an_address(device: Any) -> None:
    without = {"primary_ip4": None}
    rows = [
        device("a", "H1"),
        device("b", "H1", **without),
        device("c", "H1", **without, status={"name": "Planned"}),
        device("d", "H1", primary_ip4=None, primary_ip6={"address": "2001:db8::1/64"}),
    ]

    assert [one.record for one in no_primary_address(rows)] == ["b"]
