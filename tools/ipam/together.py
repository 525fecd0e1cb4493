"""How full groups of prefixes are: each alone by Nautobot's rule, together with every address counted once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.ipam.numbers import BITS, Networks, Numbers, Positions
from tools.ipam.spans import Spans, joined, union
from tools.ipam.use import smallest_around

Kinds = NDArray[np.str_]  # "container", "network" or "pool", in the order of the networks


@dataclass(frozen=True)
class Members:
    """Which prefixes are in which groups: positions in `Networks`, and the number of a group for each."""

    prefix: Positions
    group: Positions

    def part(self, chosen: NDArray[Any]) -> "Members":
        """Return some of them, by a mask."""
        return Members(self.prefix[chosen], self.group[chosen])


def together(
    found: Networks,
    kinds: Kinds,
    reserved: NDArray[np.bool_],
    hosts: Numbers,
    ranges: Spans,
    members: Members,
    groups: int,
) -> tuple[Numbers, Numbers]:
    """Return for each of the groups the space of its networks and pools, and how much of that is used.

    A container adds nothing: its space is that of the prefixes in it. Members of a group may overlap, and a prefix may
    be in several groups; `found` are all prefixes of the namespace and family, also those that are in no group.
    """
    once = np.unique(members.group * max(len(found), 1) + members.prefix)
    members = Members(once % max(len(found), 1), once // max(len(found), 1))
    members = members.part(kinds[members.prefix] != "container")
    first, last = found.first, found.last
    step = 1 << (BITS[found.version] + 1)  # each group counts in a range of its own, and no two of these touch

    def spans(of: Members, held: Spans) -> Spans:
        base = of.group.astype(first.dtype) * step
        return held[0][of.prefix] + base, held[1][of.prefix] + base

    def summed(runs: Spans, values: Numbers) -> Numbers:
        out = np.zeros(groups, dtype=first.dtype)
        np.add.at(out, (runs[0] // step).astype(np.int64), values)
        return out

    def size_and_hosts(runs: Spans) -> tuple[Numbers, Numbers]:
        starts, ends = runs[0] % step, runs[1] % step
        held = np.searchsorted(hosts, ends, side="right") - np.searchsorted(hosts, starts)
        return summed(runs, runs[1] - runs[0] + 1), summed(runs, held)

    networks = members.part(kinds[members.prefix] == "network")
    # A range counts in the smallest prefix around it, whatever the type.
    whole = joined(spans(members, (first, last)))
    taken = union(
        spans(_inside(found.parents, networks), (first, last)),
        spans(_inside(smallest_around(found, ranges), members), ranges),
    )
    addresses, held = size_and_hosts(whole)
    used, held_within = size_and_hosts(taken)
    ends = members.part(reserved[members.prefix])
    base = ends.group.astype(first.dtype) * step
    lost = np.concatenate([first[ends.prefix] + base, last[ends.prefix] + base])
    lost = lost[~_covered(lost, taken)]
    return addresses - summed((lost, lost), np.ones(len(lost), dtype=np.int64)), used + held - held_within


def _inside(up: Positions, members: Members) -> Members:
    """Return what lies directly in the members, in the groups of these. `up` tells of each which prefix it lies in."""
    order = np.argsort(up, kind="stable")
    start, end = np.searchsorted(up[order], members.prefix), np.searchsorted(up[order], members.prefix, side="right")
    many = end - start
    # Of each member the positions start, start + 1, ... end - 1.
    at = np.arange(int(many.sum())) + np.repeat(start - np.concatenate([[0], np.cumsum(many)[:-1]]), many)
    return Members(order[at], np.repeat(members.group, many))


def _covered(values: Numbers, runs: Spans) -> NDArray[np.bool_]:
    """Tell of each value whether it lies in one of the runs, which are in order and apart."""
    if not len(runs[0]):
        return np.zeros(len(values), dtype=bool)
    at = np.searchsorted(runs[0], values, side="right") - 1
    inside: NDArray[np.bool_] = ((at >= 0) & (values <= runs[1][np.maximum(at, 0)])).astype(bool)
    return inside
