"""A block of addresses and what lies in it, cut into strips of equal size. Pure; exact for IPv6 as well."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from socket import AF_INET, AF_INET6, inet_pton

from tools.models import Cell, ResultTable

Span = tuple[int, int]  # first and last address
_TYPES = ("container", "network", "pool")
_FEWEST_FREE = 2
_CUT_OFF = 1_000  # rows: find_free_space lists no more blocks than that
CELLS = 128  # of a strip: what is smaller is drawn as large as one


@dataclass(frozen=True)
class Item:
    """A prefix, or an address, as a row of a result tells of it."""

    span: Span
    name: str
    kind: str
    namespace: str
    version: int
    holds: bool = False  # a container: its own space is free until something in it takes it
    address: bool = False
    told: Sequence[str] = ()

    @property
    def size(self) -> int:
        return self.span[1] - self.span[0] + 1

    def covers(self, other: "Item") -> bool:
        """Say whether all of another lies in it."""
        return self.version == other.version and self.span[0] <= other.span[0] and other.span[1] <= self.span[1]


@dataclass(frozen=True)
class Block:
    """A prefix with all that lies in it."""

    whole: Item
    inside: Sequence[Item]  # of the same namespace and family, the large ones first
    left_out: int  # of other namespaces and families
    complete: bool  # all that is recorded in it is known, so what is not here is free

    @property
    def taken(self) -> list[Item]:
        """What takes space: prefixes that are no containers; addresses where the block holds no prefix."""
        prefixes = [item for item in self.inside if not item.holds and not item.address]
        return prefixes or [item for item in self.inside if item.address]

    @property
    def of_addresses(self) -> bool:
        """Whether it is drawn address by address."""
        return all(item.address for item in self.taken)

    @property
    def free(self) -> list[Span]:
        """The space between them."""
        out, at = list[Span](), self.whole.span[0]
        for first, last in sorted(item.span for item in self.taken):
            if first > at:
                out.append((at, first - 1))
            at = max(at, last + 1)
        return [*out, (at, self.whole.span[1])] if at <= self.whole.span[1] else out

    @property
    def share(self) -> float:
        """How much of the block is taken, as a part of 1."""
        return 1 - sum(last - first + 1 for first, last in self.free) / self.whole.size

    def address(self, number: int) -> str:
        """Return an address of the block as it is written."""
        return str(IPv4Address(number) if self.whole.version == 4 else IPv6Address(number))

    def largest_free(self) -> str | None:
        """Return the largest prefix that would still fit; None where nothing is free."""
        found = [fitting for span in self.free for fitting in [largest(span)]]
        if not found:
            return None
        bits, first = max(found, key=lambda one: (one[0], -one[1]))
        return f"{self.address(first)}/{(32 if self.whole.version == 4 else 128) - bits}"


@dataclass
class Piece:
    """What is drawn in one place of a strip."""

    row: int
    left: float  # as a part of the strip
    width: float
    items: list[Item] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return Counter(item.kind for item in self.items).most_common(1)[0][0]


def largest(span: Span) -> tuple[int, int]:
    """Return the largest aligned power of two within a span: its exponent, and where it begins."""
    first, last = span
    for bits in range((last - first + 1).bit_length() - 1, -1, -1):
        start = -(-first >> bits) << bits
        if start + (1 << bits) - 1 <= last:
            return bits, start
    raise ValueError("a span has at least one address")


def block_of(table: ResultTable) -> Block | None:
    """Return the block that the rows are of: the one that holds all others of its namespace and family."""
    items = _items(table)
    families: dict[tuple[int, str], list[Item]] = {}
    for item in items:
        families.setdefault((item.version, item.namespace), []).append(item)
    own = max(families.values(), key=len, default=[])
    prefixes = [item for item in own if not item.address]
    if not prefixes:
        return None
    whole = max(prefixes, key=lambda item: item.size)
    inside = [item for item in own if item is not whole]
    if not all(whole.covers(item) for item in inside):
        return None
    inside.sort(key=lambda item: (-item.size, item.span))
    return Block(whole, inside, len(items) - len(own), complete="relation" in table.columns)


def free_block(table: ResultTable) -> Block | None:
    """Return the block that rows of free blocks lie in, with these as what takes space; None for other rows.

    All that is free has to be there: the first blocks of a length leave out what is free but shorter.
    """
    if not {"free block", "inside"} <= set(table.columns) or not table.subject.startswith("free space "):
        return None
    at = {name: table.columns.index(name) for name in ("free block", "inside", "namespace")}
    wholes = {(str(row[at["inside"]]), str(row[at["namespace"]] or "")) for row in table.rows}
    spans = [(str(row[at["free block"]]), _span(str(row[at["free block"]]), True)) for row in table.rows]
    if len(wholes) != 1 or not _FEWEST_FREE <= len(spans) < _CUT_OFF:
        return None
    ((written, namespace),) = wholes
    version = 6 if ":" in written else 4
    whole = _span(written, True)
    inside = [Item(span, name, "free", namespace, version) for name, span in spans if span]
    return Block(Item(whole, written, "", namespace, version), inside, 0, complete=True) if whole else None


def strips(block: Block) -> int:
    """Return into how many strips a block is cut: 16, fewer where it is small."""
    return 1 << min(4, (block.whole.size.bit_length() - 1) // 2)


def pieces(block: Block, items: Iterable[Item]) -> list[Piece]:
    """Return where items are drawn. What is too small to be seen shares a cell with its neighbours."""
    height = block.whole.size // strips(block)
    out: list[Piece] = []
    cells: dict[tuple[int, int], Piece] = {}
    for item in items:
        if item.size * CELLS <= height:
            row, rest = divmod(item.span[0] - block.whole.span[0], height)
            at = rest * CELLS // height
            if (row, at) not in cells:
                cells[row, at] = Piece(row, at / CELLS, 1 / CELLS)
                out.append(cells[row, at])
            cells[row, at].items.append(item)
        else:
            out += [Piece(row, left, width, [item]) for row, left, width in cut(block, item.span)]
    return out


def cut(block: Block, span: Span) -> list[tuple[int, float, float]]:
    """Return the parts of a span, strip by strip: the strip, where in it a part begins, how wide it is."""
    height = block.whole.size // strips(block)
    first, last = span[0] - block.whole.span[0], span[1] - block.whole.span[0]
    parts = []
    for row in range(first // height, last // height + 1):
        left = max(first, row * height) - row * height
        right = min(last + 1, (row + 1) * height) - row * height
        parts.append((row, left / height, (right - left) / height))
    return parts


def _items(table: ResultTable) -> list[Item]:
    names = [name for name in ("record", "prefix") if name in table.columns]
    if not names or "type" not in table.columns:
        return []
    cells = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    made = (_item(row, str(row[names[0]] or "")) for row in cells if row.get("relation") != "covers it")
    return [item for item in made if item is not None]


def _item(row: dict[str, Cell], written: str) -> Item | None:
    kind = str(row["type"] or "")
    prefix = kind in _TYPES
    span = _span(written, prefix)
    if span is None:
        return None
    told = [str(row[name]) for name in ("vlan", "location", "used by", "used", "description") if row.get(name)]
    return Item(
        span,
        written,
        str(row.get("role") or ("no role" if prefix else f"{kind} address".strip())),
        str(row.get("namespace") or ""),
        6 if ":" in written else 4,
        holds=kind == "container",
        address=not prefix,
        told=told,
    )


def _span(written: str, prefix: bool) -> Span | None:
    """Read a prefix, or an address without the length of its network; None where it is neither.

    By the C library: `ipaddress` takes a second for the rows of a large block.
    """
    host, _, length = written.partition("/")
    six = ":" in host
    try:
        first = int.from_bytes(inet_pton(AF_INET6 if six else AF_INET, host), "big")
        free = (128 if six else 32) - int(length) if prefix else 0
        return (first, first | ((1 << free) - 1))
    except (OSError, ValueError):
        return None
