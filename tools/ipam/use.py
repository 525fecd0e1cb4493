"""How full prefixes are, as Nautobot counts it.

The rule is `Prefix.get_utilization` of Nautobot 3.2 (nautobot/ipam/models.py):
* A container is used by the prefixes in it, a pool by its addresses, a network by both; each address counts once.
* Ranges that "count as utilized" are used as a whole, in any type.
* Of an IPv4 network of more than two addresses the network and the broadcast address are no space, unless one of the
  two is used.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tools.ipam.numbers import Networks, Numbers, Positions
from tools.ipam.spans import Spans, size, union

Type = Literal["container", "network", "pool"]


@dataclass(frozen=True)
class Use:
    """The use of prefixes, in the order of their `Networks`."""

    addresses: Numbers  # space that can be used
    used: Numbers
    reserved: NDArray[np.bool_]  # whether network and broadcast address were left out of the space

    @property
    def free(self) -> Numbers:
        return self.addresses - self.used


def use(found: Networks, types: Sequence[Type] | NDArray[np.str_], hosts: Numbers, ranges: Spans | None = None) -> Use:
    """Return the use of the prefixes of one namespace and family.

    Args:
        found: All prefixes of the namespace that can be inside another.
        types: Of each: a list in the order in which they were given, or an array in that of `found`.
        hosts: The addresses of the namespace, sorted, each once.
        ranges: First and last addresses of the ranges that count as used.
    """
    kinds = types if isinstance(types, np.ndarray) else np.array(types, dtype="U9")[found.at]
    first, last, whole = found.first, found.last, found.size
    up = found.parents
    inside = np.searchsorted(hosts, last, side="right") - np.searchsorted(hosts, first)
    zero = whole - whole
    below, below_hosts = zero.copy(), np.zeros(len(found), dtype=np.int64)
    nested = up >= 0
    np.add.at(below, up[nested], whole[nested])
    np.add.at(below_hosts, up[nested], inside[nested])
    used = np.where(kinds == "pool", zero, below)
    used = used + np.where(kinds == "network", inside - below_hosts, np.where(kinds == "pool", inside, 0))
    ends = _ends_used(found, kinds, up, hosts)
    if ranges is not None and len(ranges[0]):
        used, ends = _with_ranges(found, kinds, up, hosts, ranges, used, ends)
    reserved = (kinds == "network") & (whole > 2) & ~ends & (found.version == 4)
    return Use(whole - 2 * reserved, used, reserved)


def _ends_used(found: Networks, kinds: NDArray[Any], up: Positions, hosts: Numbers) -> NDArray[np.bool_]:
    """Tell of each network whether its first or last address is used by an address or a prefix in it."""
    first, last = found.first, found.last
    used = _among(first, hosts) | _among(last, hosts)
    nested = np.flatnonzero(up >= 0)
    above = up[nested]
    edge = ((first[nested] == first[above]) | (last[nested] == last[above])).astype(bool)
    used[above[edge]] = True
    return used


def _among(values: Numbers, hosts: Numbers) -> NDArray[np.bool_]:
    if not len(hosts):
        return np.zeros(len(values), dtype=bool)
    at = np.minimum(np.searchsorted(hosts, values), len(hosts) - 1)
    found: NDArray[np.bool_] = hosts[at] == values
    return found.astype(bool)


def _with_ranges(
    found: Networks,
    kinds: NDArray[Any],
    up: Positions,
    hosts: Numbers,
    ranges: Spans,
    used: Numbers,
    ends: NDArray[np.bool_],
) -> tuple[Numbers, NDArray[np.bool_]]:
    """Return use and used ends, with the ranges of each prefix that is the smallest around one."""
    used, ends = used.copy(), ends.copy()
    first, last = found.first, found.last
    around = smallest_around(found, ranges)
    order = np.argsort(up, kind="stable")  # the prefixes directly in one stand side by side
    nested = up[order]
    for at in np.unique(around[around >= 0]):
        inner, own = order[slice(*np.searchsorted(nested, [at, at + 1]))], around == at
        parts = [(ranges[0][own], ranges[1][own])]
        if kinds[at] != "pool":
            parts.append((first[inner], last[inner]))
        if kinds[at] != "container":
            there = hosts[np.searchsorted(hosts, first[at]) : np.searchsorted(hosts, last[at], side="right")]
            parts.append((there, there))
        taken = union(*parts)
        used[at] = size(taken)
        ends[at] = bool(taken[0][0] == first[at] or taken[1][-1] == last[at])
    return used, ends


def smallest_around(found: Networks, ranges: Spans) -> Positions:
    """Return for each range the smallest prefix that it lies in; -1 where there is none."""
    up, last = found.parents, found.last
    at: Positions = np.searchsorted(found.first, ranges[0], side="right") - 1
    while len(found) and (outside := (at >= 0) & (last[at] < ranges[1]).astype(bool)).any():
        at[outside] = up[at[outside]]
    return at
