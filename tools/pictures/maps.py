"""A map of a block of addresses: strips to scale, what is in them, and what is free. Pure."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from tools.models import ResultTable
from tools.pictures.blocks import Block, Item, Piece, Span, block_of, cut, free_block, pieces, strips
from tools.pictures.canvas import BLOCK, FREE, OTHERS, SERIES, TEXT, USED, axis, bars, ink, label, plain

_FEWEST = 8
_LEAST = 0.1  # of a block that a list must take: less is a picture of nothing in particular
_SAID = 6  # prefixes that are named where many share a place
_OTHERS = "others"


def address_map(table: ResultTable) -> dict[str, Any] | None:
    """Return a map of the block that the rows are of; None where they are of no one block, or few."""
    block = block_of(table)
    if block is None or len(block.inside) < _FEWEST or (not block.complete and block.share < _LEAST):
        return None
    free = _free(block)
    kinds = [kind for kind, _ in Counter(item.kind for item in block.taken).most_common()]
    data = [
        _trace(free, FREE, [(at, _free_told(block, span, free)) for span in block.free for at in cut(block, span)]),
        _drawn("container", BLOCK, block, pieces(block, [item for item in block.inside if item.holds])),
        *_by_kind(block, kinds),
    ]
    height = block.whole.size // strips(block)
    starts = [block.address(block.whole.span[0] + row * height) for row in range(strips(block))]
    return bars(
        [trace for trace in data if trace["x"]],
        [label(start) for start in starts],
        title=_title(block),
        told=f"A map of {block.whole.name} in {len(starts)} strips, the lowest addresses first.",
        legend=True,
        barmode="overlay",
        bargap=0.16,
        margin={"l": 8, "r": 12, "t": 44, "b": 8, "pad": 6},
        xaxis=axis(1),
    )


def free_map(table: ResultTable) -> dict[str, Any] | None:
    """Return a map of the block that free blocks lie in; None where these are of several, or not all of them."""
    block = free_block(table)
    if block is None:
        return None
    # What is free is what takes space here, and the space between is used.
    used = [(at, _free_told(block, span, "used")) for span in block.free for at in cut(block, span)]
    data = [_trace("used", USED, used), _drawn("free", FREE, block, pieces(block, block.taken), TEXT)]
    height = block.whole.size // strips(block)
    starts = [block.address(block.whole.span[0] + row * height) for row in range(strips(block))]
    largest = max(block.taken, key=lambda item: item.size)
    share = math.floor(10_000 * block.share) / 100
    return bars(
        [trace for trace in data if trace["x"]],
        [label(start) for start in starts],
        title=f"Map of {block.whole.name}: {share:g} % of its addresses are free; the largest free block is {largest.name}",
        told=f"A map of what is free in {block.whole.name}, in {len(starts)} strips, the lowest addresses first.",
        legend=True,
        barmode="overlay",
        bargap=0.16,
        margin={"l": 8, "r": 12, "t": 44, "b": 8, "pad": 6},
        xaxis=axis(1),
    )


def _free(block: Block) -> str:
    """Return what the space between is called: free only where one knows all that is recorded."""
    if block.of_addresses:
        return "not recorded"  # a network's first and last address are nobody's to use
    return "free" if block.complete else "in none of these"


def _by_kind(block: Block, kinds: Sequence[str]) -> list[dict[str, Any]]:
    """Return one series for each kind, the rare ones together."""
    shown, traces = kinds[: len(SERIES)], []
    every = pieces(block, block.taken)
    for at, kind in enumerate([*shown, _OTHERS]):
        rest = at == len(shown)
        own = [piece for piece in every if (piece.kind not in shown if rest else piece.kind == kind)]
        traces.append(_drawn(kind, OTHERS if rest else SERIES[at], block, own, ink(0 if rest else at)))
    return traces


def _drawn(name: str, color: str, block: Block, drawn: Sequence[Piece], text: str = "") -> dict[str, Any]:
    trace = _trace(name, color, [((p.row, p.left, p.width), _told(p.items)) for p in drawn])
    if text:
        named = set[str]()
        trace["text"] = [_said(block, piece, named) for piece in drawn]
        trace |= {"textposition": "inside", "insidetextanchor": "start", "textangle": 0, "textfont": {"color": text}}
    return trace


def _trace(name: str, color: str, parts: Sequence[tuple[tuple[int, float, float], str]]) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": plain(name),
        "y": [row for (row, _, _), _ in parts],
        "base": [left for (_, left, _), _ in parts],
        "x": [width for (_, _, width), _ in parts],
        "marker": {"color": color},
        "hoverinfo": "text",
        "hovertext": [told for _, told in parts],
    }


def _said(block: Block, piece: Piece, named: set[str]) -> str:
    """Return what stands in a piece: its prefix, without what all of the block has in common; once."""
    item = piece.items[0]
    if len(piece.items) > 1 or item.name in named:
        return ""
    named.add(item.name)
    return "" if item.address else plain(_short(block.whole.name, item.name) if item.version == 4 else item.name)


def _short(whole: str, prefix: str) -> str:
    """Return an IPv4 prefix without the octets that all of the block share, and without those beyond its length."""
    host, _, length = prefix.partition("/")
    octets = host.split(".")[: -(-int(length) // 8)]
    return f"{'.'.join(octets[int(whole.partition('/')[2]) // 8 :])}/{length}"


def _told(items: Sequence[Item]) -> str:
    if len(items) == 1:
        (item,) = items
        return "<br>".join(plain(told) for told in (f"{item.name} · {item.kind}", *item.told))
    names = [plain(item.name) for item in items[:_SAID]]
    more = [f"and {len(items) - _SAID:,} more"] if len(items) > _SAID else []
    kinds = Counter(item.kind for item in items).most_common()
    told = ", ".join(f"{number:,} {plain(kind)}" for kind, number in kinds)
    return "<br>".join([f"{len(items):,} side by side: {told}", *names, *more])


def _free_told(block: Block, span: Span, free: str) -> str:
    first, last = span
    return f"{free}: {last - first + 1:,} addresses<br>{block.address(first)} to {block.address(last)}"


def _title(block: Block) -> str:
    """Return the figures of a map in a line."""
    left_out = f" ({block.left_out:,} of other namespaces or IP versions left out)" if block.left_out else ""
    if block.of_addresses:
        return f"Map of {block.whole.name}: {len(block.taken):,} addresses are recorded{left_out}"
    share = round(100 * block.share, 2)
    said = f"{share:g} %" if share or not block.share else "less than 0.01 %"
    if not block.complete:
        return f"Map of {block.whole.name}: {said} of its addresses are in these prefixes{left_out}"
    largest = block.largest_free()
    free = f"; the largest free block is {largest}" if largest else ""
    return f"Map of {block.whole.name}: {said} of its addresses are in prefixes{free}{left_out}"
