"""What if a block were taken: what is left then, before and after in one table."""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.asking import number_of
from tools.errors import InvalidRequest
from tools.free_blocks import Found, largest, number, share
from tools.free_words import amount, where_of
from tools.models import Cell
from tools.space import Network
from tools.tables import Table


@dataclass(frozen=True)
class Taken:
    """The answer: a sentence, and the state before and after."""

    summary: str
    table: Table


def taken(found: Sequence[Found], written: Network | None, length: int) -> Taken | None:
    """Suppose the next free block of a length is taken, or one that was written; None where no such block is free.

    Raises:
        InvalidRequest: the written block lies in none of those that are looked in.
    """
    several = len({one.namespace for one in found}) > 1
    if written is None:
        one = next((one for one in found if one.count), None)
        return None if one is None else _left(one, str(one.rows[0][0]), length, several, nth="the next free ")
    holding = [one for one in found if _holds(one.whole.network, written)]
    if not holding:
        raise InvalidRequest(f"{written} is not inside {found[0].whole.network}: name the block around it as `inside`.")
    one = next((one for one in holding if _is_free(one, written)), None)
    return _left(one, str(written), length, several) if one else _in_the_way(holding[0], written, several)


def _left(found: Found, block: str, length: int, several: bool, nth: str = "") -> Taken:
    from tools.ipam.numbers import networks

    whole = found.whole
    net = networks([block], whole.network.version)
    span = (int(net.first[0]), int(net.last[0]))
    before, after = found.free, found.part.free(*whole.span, whole.network.prefixlen, [span])
    fits = f"/{length} that fit"
    columns = ["when", "free addresses", "free blocks", "largest free block", "largest percent", fits]
    rows: list[list[Cell]] = [
        [when, number(free.addresses), len(free.blocks()), largest(free) or None, share(free), free.fits(length)]
        for when, free in (("before", before), ("after", after))
    ]
    table = Table(columns, rows, [None, None])
    label = f"{nth}/{length} in {where_of(found, several)}" if nth else where_of(found, several)
    start = f"Taking {block}, {label}," if nth else f"Taking {block} in {label}"
    size = found.space
    left = (
        amount(after.addresses, size, " addresses free", " leaves ")
        or f" leaves {number_of(len(after.blocks()), 'free block', 'free blocks')}"
    )
    was = amount(before.addresses, size, " before)", " (").replace(f" of {size:,}", "")
    if not after.addresses:
        return Taken(f"{start} leaves nothing free in {whole.network}.", table)
    fit = "fits" if after.fits(length) == 1 else "fit"
    same = "stays" if largest(after) == largest(before) else "is then"
    part = f", {share(after):g} % of what is free" if share(after) != 100 else ""
    told = f"{start}{left}{was}. The largest free block {same} {largest(after)}{part}."
    return Taken(f"{told} {after.fits(length):,} /{length} still {fit} ({before.fits(length):,} before).", table)


def _in_the_way(found: Found, block: Network, several: bool) -> Taken:
    from tools.ipam.numbers import text

    nets, version = found.part.found, block.version
    inner = found.part.inside(*found.whole.span, found.whole.network.prefixlen)
    first, last = int(block.network_address), int(block.broadcast_address)
    inner = inner[((nets.first[inner] <= last) & (nets.last[inner] >= first)).astype(bool)]
    rows: list[list[Cell]] = [
        [f"{text(nets.first[at], version)}/{nets.length[at]}", str(found.part.kinds[at]), found.namespace]
        for at in inner.tolist()
    ]
    covered = [(int(nets.first[at]), int(nets.last[at])) for at in inner.tolist()]
    held = found.part.held(first, last).tolist()
    alone = [one for one in held if not any(start <= one <= end for start, end in covered)]
    rows += [[text(one, version), "address", found.namespace] for one in alone]
    spans = [(start, end) for start, end in zip(*found.part.ranges, strict=True) if start <= last and end >= first]
    rows += [[f"{text(start, version)}-{text(end, version)}", "range", found.namespace] for start, end in spans]
    where = where_of(found, several)
    if not rows:
        told = f"{block} is not free in {where}: it holds its network or broadcast address."
    else:
        told = f"{block} is not free in {where}: {_overlap(len(inner), len(alone), len(spans))} it, first {rows[0][0]}."
    columns = ["in the way", "type", "namespace"]
    return Taken(told, Table(columns, rows, [None] * len(rows), {"namespace": "quiet"}))


def _overlap(prefixes: int, addresses: int, ranges: int) -> str:
    counts = [number_of(prefixes, "prefix", "prefixes")] * (prefixes > 0)
    counts += [number_of(addresses, "address", "addresses")] * (addresses > 0)
    counts += [number_of(ranges, "range", "ranges")] * (ranges > 0)
    return f"{' and '.join(counts)} {'overlaps' if prefixes + addresses + ranges == 1 else 'overlap'}"


def _holds(outer: Network, inner: Network) -> bool:
    return outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type]


def _is_free(found: Found, block: Network) -> bool:
    first, last = int(block.network_address), int(block.broadcast_address)
    starts, ends = found.free.spans
    return bool(((starts <= first) & (ends >= last)).any())
