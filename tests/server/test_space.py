"""Address space as arithmetic, against Python's own sets of addresses."""

from ipaddress import IPv4Network, ip_address, ip_network
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.space import Space, Usage, common, merged, network, size, target, usage

SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)).map(lambda s: (s[0], s[0] + s[1])), max_size=8)
BASE = int(ip_address("10.0.0.0"))
NETWORKS = st.integers(24, 32).flatmap(
    lambda length: st.integers(0, 2 ** (length - 24) - 1).map(
        lambda number: IPv4Network((BASE + number * 2 ** (32 - length), length))
    )
)
SPACES = st.builds(
    Space,
    NETWORKS,
    st.sampled_from(["network", "pool", "container"]),
    st.just(()),
    st.just(()),
)


def members(spans: list[tuple[int, int]]) -> set[int]:
    return {number for first, last in spans for number in range(first, last + 1)}


def filled(space: Space, others: list[Space], hosts: set[int]) -> Space:
    children = [o.network for o in others if o.network != space.network and o.network.subnet_of(space.network)]
    first, last = space.span
    return Space(space.network, space.type, children, sorted(h for h in hosts if first <= h <= last))


@given(SPANS)
def test_merging_keeps_every_address_once(spans: list[tuple[int, int]]) -> None:
    made = merged(spans)

    assert members(made) == members(spans)
    assert size(made) == len(members(spans))
    assert all(left[1] + 1 < right[0] for left, right in pairwise(made))


@given(SPANS, SPANS)
def test_what_is_common_is_in_both(some: list[tuple[int, int]], others: list[tuple[int, int]]) -> None:
    assert members(common(some, others)) == members(some) & members(others)


@given(NETWORKS, st.sampled_from(["network", "pool", "container"]), st.lists(NETWORKS, max_size=4), st.data())
def test_one_prefix_is_used_as_nautobot_says(
    net: IPv4Network, kind: str, nets: list[IPv4Network], data: st.DataObject
) -> None:
    hosts = data.draw(
        st.sets(st.integers(0, net.num_addresses - 1).map(lambda n: int(net.network_address) + n), max_size=6)
    )
    children = [child for child in nets if child != net and child.subnet_of(net)]

    # Prefix.get_utilization, with sets of addresses.
    used = set(hosts) if kind != "container" else set()
    if kind != "pool":
        used |= {int(address) for child in children for address in child}
    denominator = net.num_addresses
    ends = {int(net.network_address), int(net.broadcast_address)}
    if denominator > 2 and kind == "network" and not ends & used:
        denominator -= 2

    assert usage([Space(net, kind, children, sorted(hosts))]) == Usage(denominator, len(used))


@given(st.lists(SPACES, min_size=1, max_size=6), st.sets(st.integers(BASE, BASE + 255), max_size=12))
def test_together_every_address_counts_once(spaces: list[Space], hosts: set[int]) -> None:
    made = [filled(space, spaces, hosts) for space in spaces]

    whole = {int(a) for space in made for a in space.network}
    used = {number for space in made for number in members(space.used)}
    reserved = {number for space in made for number in members(space.reserved)}
    assert usage(made) == Usage(len(whole - (reserved - used)), len(used))
    assert usage(made).free >= 0


def test_ipv6_is_exact() -> None:
    lan = Space(network("2001:db8::/64"), "network", [], [int(ip_address("2001:db8::1"))])

    assert usage([lan]) == Usage(2**64, 1)
    assert usage([lan]).free == 2**64 - 1


def test_the_ends_of_a_network_count_where_one_is_used() -> None:
    net = network("10.0.0.0/24")
    first, last = int(net.network_address), int(net.broadcast_address)

    assert usage([Space(net, "network")]).addresses == 254
    assert usage([Space(net, "pool")]).addresses == 256
    assert usage([Space(net, "network", [], [last])]).addresses == 256
    assert usage([Space(network("10.0.0.0/31"), "network", [], [first])]) == Usage(2, 1)


def test_no_space_has_no_percentage() -> None:
    assert Usage(0, 0).used_percent is None
    assert Usage(254, 8).used_percent == 3.15


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("10.0.11.77", "10.0.11.77/32"),
        (" 10.0.11.77. ", "10.0.11.77/32"),
        ("10.0.11.77/24", "10.0.11.77/32"),
        ("10.0.11.0/24", "10.0.11.0/24"),
        ("10.0.11.0/255.255.255.0", "10.0.11.0/24"),
        ("2001:DB8::1", "2001:db8::1/128"),
        ("2001:db8::/32", "2001:db8::/32"),
        ("0.0.0.0/0", "0.0.0.0/0"),
    ],
)
def test_addresses_and_prefixes_are_told_apart(written: str, meant: str) -> None:
    assert target(written) == ip_network(meant)


@pytest.mark.parametrize(
    "written", ["10.0.0.300", "10.0.11", "10.0.0.0/33", "NYC01", "", "10.0.0.0/-1", "1.2.3.4 or 5"]
)
def test_what_is_neither_is_said_to_be_neither(written: str) -> None:
    assert target(written) is None


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    assert target(text) is None or target(text) is not None
