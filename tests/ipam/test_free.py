"""Free space of a block: which blocks, how many of a length, the next, how much in crumbs."""

from ipaddress import ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ipam_space import BASE, ROOM, each, spaces

from tools.ipam.free import Free, free
from tools.ipam.numbers import BITS, networks, text


def left(block: str, *taken: str) -> Free:
    net = ip_network(block)
    used = networks(list(taken), net.version)
    return free(net.version, int(net[0]), int(net[-1]), (used.first, used.last))


def written(found) -> list[str]:
    return [
        f"{text(first, found.version)}/{length}"
        for first, length in zip(found.first.tolist(), found.length.tolist(), strict=True)
    ]


def test_an_empty_block_is_one_free_block():
    found = left("10.0.0.0/22")
    assert (found.addresses, written(found.blocks()), found.fragmentation) == (1024, ["10.0.0.0/22"], 0)


def test_a_full_block_has_nothing_free():
    found = left("10.0.0.0/24", "10.0.0.0/25", "10.0.0.128/25")
    assert (found.addresses, found.largest, found.fragmentation, found.fits(32)) == (0, None, None, 0)
    assert written(found.next(24)) == []


def test_free_blocks_are_the_fewest_aligned_ones():
    assert written(left("10.0.0.0/22", "10.0.1.0/26").blocks()) == [
        "10.0.0.0/24",
        "10.0.1.64/26",
        "10.0.1.128/25",
        "10.0.2.0/23",
    ]


def test_the_next_free_prefix_starts_where_its_length_allows():
    assert written(left("10.0.0.0/22", "10.0.0.0/26").next(24, 2)) == ["10.0.1.0/24", "10.0.2.0/24"]


def test_how_many_fit_does_not_count_across_what_is_used():
    found = left("10.0.0.0/22", "10.0.0.0/26", "10.0.2.0/25")
    assert (found.fits(24), found.fits(25), found.fits(22)) == (2, 6, 0)


def test_fragmentation_is_what_the_largest_block_does_not_hold():
    found = left("10.0.0.0/24", "10.0.0.64/26")
    assert (found.addresses, found.largest, round(found.fragmentation, 4)) == (192, 25, round(1 - 128 / 192, 4))


def test_ipv6_is_exact():
    found = left("2001:db8::/32", "2001:db8::/48")
    assert found.addresses == 2**96 - 2**80
    assert (found.largest, found.fits(48), written(found.next(48))) == (33, 65535, ["2001:db8:1::/48"])


@pytest.mark.parametrize("block", ["0.0.0.0/0", "::/0"])
def test_all_addresses_are_a_block_as_well(block):
    assert written(left(block).blocks()) == [block]


@settings(deadline=None)
@given(spaces(), st.integers(0, 8))
def test_free_space_is_what_taking_away_each_address_gives(space, shorter):
    base, bits = BASE[space.version], BITS[space.version]
    length, whole = bits - shorter, 1 << shorter
    taken = space.networks
    gone = {one for net in space.nets for one in each(net)}

    found = free(space.version, base, base + ROOM - 1, (taken.first, taken.last))

    rest = set(range(base, base + ROOM)) - gone
    blocks = found.blocks()
    starts = [first for first in range(base, base + ROOM, whole) if rest.issuperset(range(first, first + whole))]
    assert found.addresses == len(rest)
    assert [one for block in written(blocks) for one in sorted(each(ip_network(block)))] == sorted(rest)
    assert found.fits(length) == len(starts)
    assert found.next(length, ROOM).first.tolist() == starts
