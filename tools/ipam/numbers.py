"""Prefixes and addresses as columns of numbers.

IPv4 is held as 64-bit integers and IPv6 as Python's, in numpy arrays of the same operations: exact for both, and fast
for the family of which there are many.
"""

import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]  # int64 for IPv4, Python integers for IPv6
Positions = NDArray[np.int64]
Version = Literal[4, 6]

BITS: dict[Version, int] = {4: 32, 6: 128}
_FAMILY: dict[Version, int] = {4: socket.AF_INET, 6: socket.AF_INET6}


@dataclass(frozen=True)
class Networks:
    """Prefixes of one family, sorted: what lies inside another stands behind it.

    `at` tells where each stood among those that were given.
    """

    version: Version
    first: Numbers
    length: Positions
    at: Positions

    def __len__(self) -> int:
        return len(self.length)

    @property
    def size(self) -> Numbers:
        """How many addresses each has."""
        bits = BITS[self.version]
        return numbers([1 << (bits - length) for length in range(bits + 1)], self.version)[self.length]

    @property
    def last(self) -> Numbers:
        return self.first + self.size - 1

    @cached_property
    def parents(self) -> Positions:
        """For each prefix the position of the smallest that it lies in; -1 where none does."""
        out = np.full(len(self), -1, dtype=np.int64)
        open_: list[int] = []
        lasts = self.last.tolist()
        for at, first in enumerate(self.first.tolist()):
            while open_ and lasts[open_[-1]] < first:
                open_.pop()
            if open_:
                out[at] = open_[-1]
            open_.append(at)
        return out

    def part(self, chosen: NDArray[Any]) -> "Networks":
        """Return some of them, by a mask or by positions in rising order."""
        return Networks(self.version, self.first[chosen], self.length[chosen], self.at[chosen])


def numbers(values: Iterable[int], version: Version) -> Numbers:
    """Return addresses or sizes of a family as an array."""
    return np.array(list(values), dtype=np.int64 if version == 4 else object)


def networks(written: Sequence[str], version: Version) -> Networks:
    """Return the prefixes of one family among those written ("10.0.0.0/8"); host bits are cut off.

    Raises:
        ValueError: one is no prefix.
    """
    at = _of_family(written, version)
    bits = BITS[version]
    parts = [written[position].partition("/") for position in at]
    try:
        length = np.array([int(part[2] or bits) for part in parts], dtype=np.int64)
        first = _numbers([part[0] for part in parts], version)
    except (OSError, ValueError) as wrong:
        raise ValueError(_first_wrong(parts, version)) from wrong
    if len(length) and not 0 <= length.min() <= length.max() <= bits:
        raise ValueError(_first_wrong(parts, version))
    made = Networks(version, first, length, np.array(at, dtype=np.int64))
    first = first - first % made.size if len(at) else first
    order = np.argsort(first * (bits * 2) + length, kind="stable")
    return Networks(version, first[order], length[order], made.at[order])


def hosts(written: Sequence[str], version: Version) -> Numbers:
    """Return the addresses of one family among those written ("10.0.11.5" or "10.0.11.5/24"), sorted, each once.

    Raises:
        ValueError: one is no address.
    """
    texts = [one.partition("/")[0] for one in of_family(written, version)]
    try:
        found = np.sort(_numbers(texts, version))
    except OSError as wrong:
        raise ValueError(_first_wrong([(text, "", "") for text in texts], version)) from wrong
    # np.unique hashes, which takes ten times as long.
    return found[np.concatenate([[True], found[1:] != found[:-1]]).astype(bool)] if len(found) else found


def address(written: str) -> int:
    """Return an address as a number. Raise `ValueError` for what is none."""
    version = family(written)
    try:
        return int.from_bytes(socket.inet_pton(_FAMILY[version], written))
    except OSError as wrong:
        raise ValueError(_first_wrong([(written, "", "")], version)) from wrong


def family(written: str) -> Version:
    """Return the family of what is an address or a prefix."""
    return 6 if ":" in written else 4


def text(number: int, version: Version) -> str:
    """Return an address as people write it."""
    return socket.inet_ntop(_FAMILY[version], int(number).to_bytes(BITS[version] // 8, "big"))


def of_family(written: Sequence[str], version: Version) -> Sequence[str]:
    """Return those of one family among addresses or prefixes."""
    if ":" not in "\n".join(written):  # a hundred times as fast as asking each
        return written if version == 4 else ()
    wanted = version == 6
    return [one for one in written if (":" in one) is wanted]


def _of_family(written: Sequence[str], version: Version) -> list[int]:
    wanted = version == 6
    return [position for position, one in enumerate(written) if (":" in one) is wanted]


def _numbers(texts: Sequence[str], version: Version) -> Numbers:
    kind = _FAMILY[version]
    packed = b"".join([socket.inet_pton(kind, one) for one in texts])
    if version == 4:
        return np.frombuffer(packed, dtype=">u4").astype(np.int64)
    halves = np.frombuffer(packed, dtype=">u8").astype(object)
    return (halves[::2] << 64) + halves[1::2] if len(texts) else halves


def _first_wrong(parts: Sequence[tuple[str, str, str]], version: Version) -> str:
    for address, slash, length in parts:
        try:
            socket.inet_pton(_FAMILY[version], address)
            right = not slash or 0 <= int(length) <= BITS[version]
        except (OSError, ValueError):
            right = False
        if not right:
            return f"{address}{slash}{length} is no IPv{version} address or prefix."
    return "No prefix."
