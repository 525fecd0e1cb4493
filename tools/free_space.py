"""Free blocks of a prefix: which there are, the next of a length, and how many fit."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from tools.arguments import Limit, Namespace, PrefixLength
from tools.asking import Ask, Finding, Row, list_page, number_of
from tools.errors import InvalidRequest
from tools.models import Cell
from tools.space import Network, network, target
from tools.tables import Table

if TYPE_CHECKING:
    from tools.ipam.free import Blocks, Free

_MOST = 1_000  # blocks that are listed; how many there are is counted whole
_SAFE = 2**53  # beyond, JavaScript rounds
_COLUMNS = ["free block", "namespace", "addresses", "first", "last"]


async def find_free_space(
    ask: Ask,
    inside: Annotated[str, Field(description="Prefix to look in, e.g. 10.0.0.0/16.")],
    prefix_length: PrefixLength = None,
    namespace: Namespace = None,
    limit: Limit = None,
) -> Finding:
    """Free blocks inside a prefix. prefix_length: the next free ones of it and how many fit; 32 for addresses."""
    whole = _prefix(inside)
    if prefix_length is not None and not whole.prefixlen <= prefix_length <= whole.max_prefixlen:
        raise InvalidRequest(f"Inside {whole} a prefix_length is {whole.prefixlen} to {whole.max_prefixlen}.")
    name = await ask.namespace(namespace)
    spaces = [name] if name else None
    prefixes, addresses = await asyncio.gather(
        ask.rows("prefixes_within", targets=[str(whole)], namespace=spaces),
        ask.rows("addresses_in_use", prefixes=[str(whole)], namespace=spaces),
    )
    ask.needs("ip_addresses", "namespaces")
    # numpy takes a while to import and works on the processor: not on the event loop.
    found = await asyncio.to_thread(_looked, whole, prefixes, addresses, prefix_length, name)
    return Finding(
        subject=f"free space in {whole}" + (f" for a /{prefix_length}" if prefix_length is not None else ""),
        summary=" ".join(_told(whole, one, prefix_length) for one in found),
        table=Table(_COLUMNS, [row for one in found for row in one.rows], [None] * sum(len(o.rows) for o in found)),
        list_page=list_page("/ipam/prefixes/", within_include=str(whole), namespace=name),
        notes=_notes(found),
        limit=limit,
        narrow="Give a prefix_length, or look in a smaller prefix.",
    )


def _prefix(written: str) -> Network:
    found = target(written)
    if found is None:
        raise InvalidRequest(f"'{written}' is no prefix. Write it as 10.0.0.0/16 or 2001:db8::/32.")
    return found


@dataclass(frozen=True)
class _Found:
    """What is free in one namespace."""

    namespace: str
    row: Row | None  # the record of the prefix itself
    prefixes: int  # inside it
    containers: int  # among these
    addresses: int
    free: "Free"
    blocks: "Blocks"
    count: int  # of free blocks, also those that are not listed
    rows: Sequence[list[Cell]]


def _looked(
    whole: Network, prefixes: Sequence[Row], addresses: Sequence[Row], length: int | None, name: str | None
) -> list[_Found]:
    spaces = {_namespace(row) for row in prefixes} | {_namespace(row["parent"]) for row in addresses}
    return [
        _of_namespace(
            whole,
            space,
            [row for row in prefixes if _namespace(row) == space],
            [row["address"] for row in addresses if _namespace(row["parent"]) == space],
            length,
        )
        for space in sorted(spaces) or [name or ""]
    ]


def _of_namespace(
    whole: Network, space: str, rows: Sequence[Row], addresses: Sequence[str], length: int | None
) -> _Found:
    from tools.ipam.free import free
    from tools.ipam.numbers import hosts, networks, numbers
    from tools.ipam.spans import union, within

    version = whole.version
    first, last = int(whole.network_address), int(whole.broadcast_address)
    own = next((row for row in rows if network(row["prefix"]) == whole), None)
    inner = networks([row["prefix"] for row in rows if row is not own], version)
    held = hosts(addresses, version)
    # Nautobot compares the bytes of addresses: for it 2001:db8::/32 is inside 32.0.0.0/8 as well.
    taken = union(within((inner.first, inner.last), first, last), within((held, held), first, last))
    if own and str(own["type"]).lower() == "network" and version == 4 and last - first > 1:
        ends = numbers([first, last], version)  # the network and the broadcast address are no hosts
        taken = union(taken, (ends, ends))
    left = free(version, first, last, taken)
    blocks = left.blocks() if length is None else left.next(length, _MOST)
    count = len(blocks) if length is None else left.fits(length)
    containers = sum(row is not own and str(row["type"]).lower() == "container" for row in rows)
    return _Found(space, own, len(inner), containers, len(held), left, blocks, count, _rows(blocks, space))


def _rows(blocks: "Blocks", space: str) -> list[list[Cell]]:
    from tools.ipam.numbers import BITS, text

    version, out = blocks.version, list[list[Cell]]()
    for first, length in zip(blocks.first.tolist()[:_MOST], blocks.length.tolist(), strict=False):
        size = 1 << (BITS[version] - length)
        start = text(first, version)
        out.append([f"{start}/{length}", space, _number(size), start, text(first + size - 1, version)])
    return out


def _told(whole: Network, found: _Found, length: int | None) -> str:
    where = f"{whole}{f' (namespace {found.namespace})' if found.namespace else ''}"
    kind = f", a {str(found.row['type']).lower()}," if found.row else ", which is itself not recorded,"
    held = f"{number_of(found.prefixes, 'prefix', 'prefixes')} and {number_of(found.addresses, 'address', 'addresses')}"
    free = found.free.addresses
    told = f"{where}{kind} holds {held}. {_plain(free)} of {_plain(whole.num_addresses)} addresses are free"
    if not free:
        return told + "."
    told += f", in {number_of(found.count, 'block', 'blocks')}" if length is None else ""
    told += f"; the largest free block is a /{found.free.largest}."
    if length is not None:
        fit = number_of(found.count, f"/{length} fits", f"/{length} fit")
        told += f" {fit}" + (f", the first is {found.rows[0][0]}." if found.count else ".")
    return told


def _notes(found: Sequence[_Found]) -> list[str]:
    notes = [
        f"The first {len(one.rows):,} of {one.count:,} free blocks are listed."
        for one in found
        if one.count > len(one.rows)
    ]
    if containers := sum(one.containers for one in found):
        inside = number_of(containers, "container", "containers")
        notes.append(f"The space of the {inside} inside counts as taken: look in one of them for what is free there.")
    return notes


def _namespace(row: Row | None) -> str:
    return ((row or {}).get("namespace") or {}).get("name") or ""


def _number(number: int) -> Cell:
    return number if number <= _SAFE else str(number)


def _plain(number: int) -> str:
    exponent = number.bit_length() - 1
    return f"2^{exponent}" if number > _SAFE and number == 2**exponent else f"{number:,}"
