"""Free blocks of prefixes: what tools/ipam finds, as rows. Works on the processor: not on the event loop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.asking import Row
from tools.models import Cell
from tools.ranges import Ends
from tools.space import Network

if TYPE_CHECKING:
    from tools.ipam.address_space import Part
    from tools.ipam.free import Blocks, Free

MOST = 1_000  # blocks that are listed; how many there are is counted whole
SAFE = 2**53  # beyond, JavaScript rounds
COLUMNS = ["free block", "inside", "namespace", "addresses", "first", "last"]


@dataclass(frozen=True)
class Whole:
    """What is looked at: a prefix as it was written, a row of an earlier result, or a container of a location."""

    network: Network
    namespace: str | None = None  # any, where it was written
    places: str = ""  # of a container

    @property
    def span(self) -> tuple[int, int]:
        """Its first and last address."""
        return int(self.network.network_address), int(self.network.broadcast_address)


@dataclass(frozen=True)
class Found:
    """What is free in one block of one namespace."""

    whole: Whole
    namespace: str
    part: "Part"
    free: "Free"
    blocks: "Blocks"  # the free ones: all, or the first of a length
    count: int  # of free blocks, also those that are not listed

    @property
    def kind(self) -> str | None:
        """The type of the prefix itself; None where it is not recorded."""
        return self.part.kind(self.whole.span[0], self.whole.network.prefixlen)

    @property
    def space(self) -> int:
        """How many addresses it has: of a recorded prefix those that its use is counted of, without network and broadcast."""
        at = self.part.position(self.whole.span[0], self.whole.network.prefixlen)
        return self.whole.network.num_addresses if at is None else int(self.part.use.addresses[at])

    @property
    def prefixes(self) -> int:
        return len(self.part.inside(*self.whole.span, self.whole.network.prefixlen))

    @property
    def containers(self) -> int:
        """How many of the prefixes inside are containers."""
        inner = self.part.inside(*self.whole.span, self.whole.network.prefixlen)
        return int((self.part.kinds[inner] == "container").sum())

    @property
    def addresses(self) -> int:
        """How many addresses are recorded inside."""
        return len(self.part.held(*self.whole.span))

    @property
    def rows(self) -> list[list[Cell]]:
        """One row for each block, the first thousand."""
        from tools.ipam.numbers import BITS, text

        version, out = self.blocks.version, list[list[Cell]]()
        pairs = zip(self.blocks.first.tolist()[:MOST], self.blocks.length.tolist(), strict=False)
        for first, length in pairs:
            size = 1 << (BITS[version] - length)
            start, end = text(first, version), text(first + size - 1, version)
            out.append([f"{start}/{length}", str(self.whole.network), self.namespace, number(size), start, end])
        return out


def looked(
    wholes: Sequence[Whole],
    prefixes: Sequence[Row],
    addresses: Sequence[Row],
    ranges: Mapping[str, Sequence[Ends]],
    length: int | None,
) -> list[Found]:
    """Return what is free in each; of one that names no namespace, in each namespace that has anything there.

    `ranges` are of each namespace those whose addresses are not free.
    """
    from tools.ipam.address_space import AddressSpace

    held: dict[str, list[str]] = {}
    for row in addresses:
        held.setdefault(namespace_of(row["parent"]), []).append(row["address"])
    namespaces = [namespace_of(row) for row in prefixes]
    types = [row["type"] for row in prefixes]
    space = AddressSpace([row["prefix"] for row in prefixes], types, namespaces, held, ranges)
    # Nautobot compares the bytes of addresses: for it 2001:db8::/32 is inside 32.0.0.0/8 as well.
    return [
        found(whole, name, space.part(name, whole.network.version), length)
        for whole in wholes
        for name in _namespaces(whole, sorted({*namespaces, *held}))
    ]


def found(whole: Whole, namespace: str, part: "Part", length: int | None) -> Found:
    """Return what is free in a block of a namespace."""
    left = part.free(*whole.span, whole.network.prefixlen)
    blocks = left.blocks() if length is None else left.next(length, MOST)
    return Found(whole, namespace, part, left, blocks, len(blocks) if length is None else left.fits(length))


def largest(free: "Free") -> str:
    """Return the first of the largest free blocks, "10.0.4.0/22"; nothing where nothing is free."""
    from tools.ipam.numbers import text

    blocks = free.blocks()
    if not len(blocks):
        return ""
    at = int(blocks.length.argmin())
    return f"{text(blocks.first[at], blocks.version)}/{blocks.length[at]}"


def share(free: "Free") -> float | None:
    """Return what part of the free space its largest block is, in percent; None where nothing is free."""
    lost = free.fragmentation
    return None if lost is None else round(100 * (1 - lost), 2)


def namespace_of(row: Row | None) -> str:
    """Return the name of a record's namespace; empty where it says none."""
    return ((row or {}).get("namespace") or {}).get("name") or ""


def number(value: int) -> Cell:
    """Return a number as a cell: beyond what a browser counts exactly, as text."""
    return value if value <= SAFE else str(value)


def _namespaces(whole: Whole, all_: Sequence[str]) -> Sequence[str]:
    return [whole.namespace] if whole.namespace is not None else all_ or [""]
