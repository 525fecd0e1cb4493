"""Free space: what of a block nothing uses, in aligned blocks.

A block is free where no prefix and no address lies in it: `Prefix.get_available_prefixes` of Nautobot takes away the
prefixes below; addresses that stand in a container without a network of their own are taken away here as well, for a
network cut there would hold them.
"""

from dataclasses import dataclass

import numpy as np

from tools.ipam.numbers import BITS, Numbers, Positions, Version, numbers
from tools.ipam.spans import Spans, gaps, size


@dataclass(frozen=True)
class Blocks:
    """Aligned blocks, in order of their first address."""

    version: Version
    first: Numbers
    length: Positions

    def __len__(self) -> int:
        return len(self.length)


@dataclass(frozen=True)
class Free:
    """The free space of one block."""

    version: Version
    spans: Spans

    @property
    def addresses(self) -> int:
        return size(self.spans)

    @property
    def largest(self) -> int | None:
        """The length of the largest aligned block that is free; None where nothing is."""
        found = self.blocks()
        return int(found.length.min()) if len(found) else None

    @property
    def fragmentation(self) -> float | None:
        """The part of the free space that its largest aligned block does not hold: 0 in one piece, nearly 1 in crumbs."""
        if self.largest is None:
            return None
        return 1 - (1 << (BITS[self.version] - self.largest)) / self.addresses

    def fits(self, length: int) -> int:
        """Return how many blocks of a length can be cut from it."""
        whole = 1 << (BITS[self.version] - length)
        first, last = self.spans
        if not len(first):
            return 0
        counts = (last + 1) // whole - (first + whole - 1) // whole
        return int(np.maximum(counts, 0).sum())

    def next(self, length: int, count: int = 1) -> Blocks:
        """Return the first blocks of a length that are free, at most `count`."""
        whole = 1 << (BITS[self.version] - length)
        found: list[int] = []
        for first, last in zip(*self.spans, strict=True):
            start = -(-int(first) // whole) * whole
            while start + whole - 1 <= last and len(found) < count:
                found.append(start)
                start += whole
            if len(found) == count:
                break
        return Blocks(self.version, numbers(found, self.version), np.full(len(found), length, dtype=np.int64))

    def blocks(self) -> Blocks:
        """Return the fewest aligned blocks that make up the free space."""
        first, last = self.spans
        starts, lengths = [], []
        for bits in range(BITS[self.version] + 1):
            whole = 1 << bits
            left = ((first <= last) & (first // whole % 2 == 1)).astype(bool)
            starts.append(first[left])
            first = np.where(left, first + whole, first)
            right = ((first <= last) & ((last + 1) // whole % 2 == 1)).astype(bool)
            starts.append((last + 1 - whole)[right])
            last = np.where(right, last - whole, last)
            lengths.append(np.full(int(left.sum() + right.sum()), BITS[self.version] - bits, dtype=np.int64))
            open_ = (first <= last).astype(bool)
            first, last = first[open_], last[open_]
            if not len(first):
                break
        start, length = np.concatenate(starts), np.concatenate(lengths)
        order = np.argsort(start, kind="stable")
        return Blocks(self.version, start[order], length[order])


def free(version: Version, first: int, last: int, taken: Spans) -> Free:
    """Return the free space between two addresses, both included."""
    return Free(version, gaps(taken, first, last))
