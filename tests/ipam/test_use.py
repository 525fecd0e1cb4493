"""How full a prefix is: Nautobot's own figures, the rule's cases one by one, and a slow count of single addresses."""

import json
import re
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import given, settings
from ipam_space import Space, each, figures, spaces

from tools.ipam.numbers import family, hosts, networks

RECORDED = json.loads((Path(__file__).parent / "nautobot_use.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("said", RECORDED["awkward"], ids=lambda said: said["prefixes"][0][0])
@pytest.mark.parametrize("version", [4, 6])
def test_awkward_prefixes_are_as_full_as_nautobot_says(said, version):
    ours, theirs = figures(said, version)

    assert ours == theirs


def test_the_recorded_prefixes_are_many_and_of_every_kind():
    prefixes = [one for said in RECORDED["awkward"] for one in said["prefixes"]]
    assert len(prefixes) == 2000
    assert {one[1] for one in prefixes} == {"container", "network", "pool"}
    assert {family(one[0]) for one in prefixes} == {4, 6}
    assert sum(len(said["ranges"]) for said in RECORDED["awkward"]) > 100
    assert {one[0].partition("/")[2] for one in prefixes} >= {"24", "30", "31", "32", "128"}


CASES = {
    "an empty network: its two ends are no space": ({"10.0.0.0/24": "network"}, [], (0, 254)),
    "a host": ({"10.0.0.0/24": "network"}, ["10.0.0.7/24"], (1, 254)),
    "the broadcast address in use is space, and so is the network's": (
        {"10.0.0.0/24": "network"},
        ["10.0.0.255"],
        (1, 256),
    ),
    "a /31 has no broadcast": ({"10.0.0.0/31": "network"}, ["10.0.0.0", "10.0.0.1"], (2, 2)),
    "a /32 is one address": ({"10.0.0.0/32": "network"}, ["10.0.0.0"], (1, 1)),
    "a pool has no broadcast": ({"10.0.0.0/29": "pool"}, ["10.0.0.3"], (1, 8)),
    "a pool does not count prefixes": ({"10.0.0.0/29": "pool", "10.0.0.0/30": "network"}, [], (0, 8)),
    "a container does not count addresses": ({"10.0.0.0/24": "container"}, ["10.0.0.9"], (0, 256)),
    "a container counts what is in it whole": ({"10.0.0.0/24": "container", "10.0.0.0/25": "network"}, [], (128, 256)),
    "a child at the edge makes the ends space": ({"10.0.0.0/24": "network", "10.0.0.0/25": "network"}, [], (128, 256)),
    "a child in the middle does not": ({"10.0.0.0/24": "network", "10.0.0.64/26": "network"}, [], (64, 254)),
    "an address in a child counts once": (
        {"10.0.0.0/24": "network", "10.0.0.64/26": "network"},
        ["10.0.0.65", "10.0.0.3"],
        (65, 254),
    ),
    "a child of a child counts once": (
        {"10.0.0.0/24": "container", "10.0.0.0/25": "container", "10.0.0.0/26": "network"},
        [],
        (128, 256),
    ),
    "the same host with two masks counts once": ({"10.0.0.0/24": "network"}, ["10.0.0.7/24", "10.0.0.7/32"], (1, 254)),
    "IPv6 has no broadcast": ({"2001:db8::/64": "network"}, ["2001:db8::1"], (1, 2**64)),
    "a child in IPv6": ({"2001:db8::/32": "container", "2001:db8::/48": "network"}, [], (2**80, 2**96)),
}


@pytest.mark.parametrize("case", CASES)
def test_use_counts_as_the_rule_says(case):
    types, addresses, wanted = CASES[case]
    space = Space(family(next(iter(types))), types, addresses)

    found = space.use

    assert (space.in_order(found.used)[0], space.in_order(found.addresses)[0]) == wanted
    assert space.in_order(found.free)[0] == wanted[1] - wanted[0]


@settings(deadline=None)
@given(spaces())
def test_use_is_what_counting_each_address_gives(space):
    found = space.use

    assert space.in_order(found.used) == [len(used) for used in counted(space)]
    assert space.in_order(found.addresses) == [room(space, at, used) for at, used in enumerate(counted(space))]


def counted(space: Space) -> list[set[int]]:
    nets = space.nets
    held = {int(ip_address(one)) for one in space.addresses}
    used = []
    for net, kind in zip(nets, space.types.values(), strict=True):
        own = held & each(net) if kind != "container" else set()
        if kind != "pool":
            own |= {one for other in nets if other != net and other.subnet_of(net) for one in each(other)}
        used.append(own)
    for first, last in space.ranges:
        around = [at for at, net in enumerate(nets) if int(net[0]) <= first <= last <= int(net[-1])]
        if around:
            used[max(around, key=lambda at: nets[at].prefixlen)] |= set(range(first, last + 1))
    return used


def room(space: Space, at: int, used: set[int]) -> int:
    net, kind = space.nets[at], list(space.types.values())[at]
    ends = {int(net[0]), int(net[-1])}
    reserved = kind == "network" and space.version == 4 and net.num_addresses > 2 and not ends & used
    return net.num_addresses - 2 * reserved


@pytest.mark.parametrize("wrong", ["10.0.0.0/33", "10.0.0/8", "10.0.0.0/x", "2001:db8::/129", "10.0.0.0/-1"])
def test_what_is_no_prefix_is_named(wrong):
    with pytest.raises(ValueError, match=re.escape(wrong)):
        networks(["10.0.0.0/8", "2001:db8::/32", wrong], family(wrong))


def test_what_is_no_address_is_named():
    with pytest.raises(ValueError, match=r"10\.0\.0\.256 is no IPv4 address"):
        hosts(["10.0.0.1", "10.0.0.256"], 4)


def test_nothing_is_nothing():
    empty = Space(4, {})
    assert (len(empty.networks), len(empty.use.used), len(hosts([], 6))) == (0, 0, 0)
