"""Prefixes that overlap: CIDR blocks either lie one in the other, are the same, or have nothing in common."""

from collections.abc import Sequence

import numpy as np

from tools.ipam.numbers import Networks, Positions

Pairs = tuple[Positions, Positions]  # the smaller ones and those around them, as positions in what was given


def nested(found: Networks) -> Pairs:
    """Return each prefix with the smallest other one that it lies in."""
    up = found.parents
    inner = np.flatnonzero(up >= 0)
    return found.at[inner], found.at[up[inner]]


def across(found: Networks, namespaces: Sequence[str]) -> Pairs:
    """Return each prefix with the smallest one of another namespace that it lies in, or equals.

    Of two equal ones the first in the order of the given ones counts as the outer.
    """
    up = found.parents.tolist()
    names = [namespaces[at] for at in found.at.tolist()]
    inner, outer = [], []
    for at, name in enumerate(names):
        above = up[at]
        while above >= 0 and names[above] == name:
            above = up[above]
        if above >= 0:
            inner.append(at)
            outer.append(above)
    return found.at[inner], found.at[outer]


def duplicates(found: Networks) -> list[list[int]]:
    """Return the positions of the prefixes that are given more than once, a list for each."""
    if not len(found):
        return []
    same = ((found.first[1:] == found.first[:-1]) & (found.length[1:] == found.length[:-1])).astype(bool)
    group = np.concatenate([[0], np.cumsum(~same)])
    counts = np.bincount(group)
    return [sorted(found.at[group == number].tolist()) for number in np.flatnonzero(counts > 1)]
