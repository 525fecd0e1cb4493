"""Which prefixes lie in which, and which are there twice."""

from hypothesis import given, settings
from hypothesis import strategies as st
from ipam_space import spaces

from tools.ipam.numbers import networks
from tools.ipam.overlaps import across, duplicates, nested


def pairs(found):
    return sorted(zip(found[0].tolist(), found[1].tolist(), strict=True))


def test_a_prefix_lies_in_the_smallest_one_around_it():
    assert pairs(nested(networks(["10.0.0.0/8", "10.1.2.0/24", "10.1.0.0/16", "192.168.0.0/24"], 4))) == [
        (1, 2),
        (2, 0),
    ]


def test_another_namespace_is_told_past_those_of_its_own():
    found = networks(["10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24"], 4)
    assert pairs(across(found, ["lab", "lab", "Global"])) == [(2, 1)]
    assert pairs(across(found, ["lab", "Global", "Global"])) == [(1, 0), (2, 0)]


def test_the_same_prefix_in_two_namespaces_is_there_twice():
    found = networks(["10.0.0.0/8", "10.1.0.0/16", "10.0.0.0/8", "2001:db8::/32"], 4)
    assert duplicates(found) == [[0, 2]]
    assert pairs(across(found, ["lab", "lab", "Global", "lab"])) == [(1, 2), (2, 0)]


@settings(deadline=None)
@given(spaces())
def test_nesting_is_what_comparing_all_with_all_gives(space):
    nets = space.nets
    wanted = []
    for at, net in enumerate(nets):
        around = [other for other in range(len(nets)) if other != at and net.subnet_of(nets[other])]
        if around:
            wanted.append((at, max(around, key=lambda other: nets[other].prefixlen)))
    assert pairs(nested(space.networks)) == wanted


@settings(deadline=None)
@given(spaces(), st.lists(st.integers(0, 9), max_size=5))
def test_duplicates_are_those_that_are_written_alike(space, again):
    once = list(space.types)
    given = once + [once[at] for at in again if at < len(once)]
    wanted = [[at for at, one in enumerate(given) if one == name] for name in once]
    assert sorted(duplicates(networks(given, space.version))) == sorted(found for found in wanted if len(found) > 1)
