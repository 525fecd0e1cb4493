"""How full groups of prefixes are, against sets of single addresses."""

from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ipam_space import Network, Space, each, spaces

from tools.ipam.address_space import AddressSpace
from tools.ipam.figures import Usage


def recorded(*spaces_: Space) -> AddressSpace:
    """Each space in a namespace of its own: "0", "1" and so on."""
    prefixes = [(net, kind, str(at)) for at, space in enumerate(spaces_) for net, kind in space.types.items()]
    return AddressSpace(
        [one[0] for one in prefixes],
        [one[1] for one in prefixes],
        [one[2] for one in prefixes],
        {str(at): space.addresses for at, space in enumerate(spaces_)},
        {str(at): [(text(first), text(last)) for first, last in space.ranges] for at, space in enumerate(spaces_)},
    )


def text(number: int) -> str:
    return str(ip_address(number))


def used(space: Space, net: Network) -> set[int]:
    """Return the used addresses of one prefix by Nautobot's rule."""
    kind = space.types[str(net)]
    out = {int(ip_address(one)) for one in space.addresses} & each(net) if kind != "container" else set()
    if kind != "pool":
        out |= {one for other in space.nets if other != net and other.subnet_of(net) for one in each(other)}
    for first, last in space.ranges:
        around = [other for other in space.nets if int(other[0]) <= first <= last <= int(other[-1])]
        if around and max(around, key=lambda other: other.prefixlen) == net:
            out |= set(range(first, last + 1))
    return out


def counted(space: Space, group: list[Network]) -> Usage:
    whole, taken, ends = set[int](), set[int](), set[int]()
    for net in group:
        if (kind := space.types[str(net)]) == "container":
            continue
        mine, edge = used(space, net), {int(net[0]), int(net[-1])}
        whole |= each(net)
        taken |= mine
        if kind == "network" and space.version == 4 and net.num_addresses > 2 and not edge & mine:
            ends |= edge
    return Usage(len(whole - (ends - taken)), len(taken))


@settings(deadline=None)
@given(spaces(), spaces(), st.data())
def test_each_address_of_a_group_counts_once_a_namespace(one: Space, other: Space, data: st.DataObject) -> None:
    nets = [(space, net) for space in (one, other) for net in space.nets]
    members = data.draw(
        st.lists(st.tuples(st.integers(0, max(len(nets) - 1, 0)), st.integers(0, 2)), max_size=15 if nets else 0)
    )

    found = recorded(one, other).use_of_groups([at for at, _ in members], [group for _, group in members], 3)

    for group in range(3):
        mine = [nets[at] for at, its in members if its == group]
        wanted = sum(
            (counted(space, [net for its, net in mine if its is space]) for space in (one, other)), Usage(0, 0)
        )
        assert found[group] == wanted


@settings(deadline=None)
@given(spaces())
def test_one_prefix_alone_is_as_full_as_its_group_of_one(space: Space) -> None:
    whole = recorded(space)
    alone = whole.use_of_groups(range(len(space.types)), range(len(space.types)), len(space.types))

    for use, group, kind in zip(whole.use_of_each(), alone, space.types.values(), strict=True):
        assert group == (Usage(0, 0) if kind == "container" else use)


def test_no_space_has_no_percentage() -> None:
    assert Usage(0, 0).used_percent is None
    assert Usage(254, 8).used_percent == 3.15


def test_nothing_recorded_has_no_use() -> None:
    nothing = AddressSpace([], [], [], {})
    assert (nothing.use_of_each(), nothing.use_of_groups([], [], 2)) == ([], [Usage(0, 0), Usage(0, 0)])


def test_the_families_of_a_namespace_are_counted_apart() -> None:
    space = AddressSpace(
        ["10.0.0.0/24", "2001:db8::/64"], ["NETWORK", "network"], ["", ""], {"": ["10.0.0.1/24", "2001:db8::1"]}
    )

    assert space.use_of_each() == [Usage(254, 1), Usage(2**64, 1)]
    assert space.use_of_groups([0, 1], [0, 1], 2) == [Usage(254, 1), Usage(2**64, 1)]


def test_a_range_is_used_as_a_whole_in_its_own_prefix_and_namespace() -> None:
    space = AddressSpace(
        ["10.0.0.0/16", "10.0.0.0/24", "10.0.0.0/24"],
        ["container", "network", "network"],
        ["", "", "Lab"],
        {"": ["10.0.0.100/24", "10.0.0.7/24"], "Lab": []},
        {"": [("10.0.0.100", "10.0.0.199")]},
    )

    assert space.use_of_each() == [Usage(65536, 256), Usage(254, 101), Usage(254, 0)]
    assert space.use_of_groups([0, 1, 2], [0, 0, 0], 1) == [Usage(508, 101)]


def test_a_range_that_no_prefix_is_around_is_used_by_none() -> None:
    space = AddressSpace(
        ["10.0.0.0/24"], ["network"], [""], {}, {"": [("10.0.0.250", "10.0.1.5")], "Lab": [("::1", "::2")]}
    )

    assert space.use_of_each() == [Usage(254, 0)]
    assert space.part("Lab", 6).use.used.tolist() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"prefixes": ["10.0.0.0/33"]},
        {"addresses": {"": ["10.0.0.x"]}},
        {"ranges": {"": [("10.0.0.1", "10.0.0.x")]}},
    ],
)
def test_what_is_no_address_or_prefix_is_refused(wrong: dict[str, object]) -> None:
    given = {"prefixes": ["10.0.0.0/24"], "addresses": {}} | wrong
    with pytest.raises(ValueError, match="is no IPv4"):
        AddressSpace(types=["network"], namespaces=[""], **given)  # type: ignore[arg-type]
