"""Free blocks of a prefix: which there are, the next of a length, and how many fit."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from tools.arguments import Limit, Namespace, PrefixLength
from tools.asking import Ask, Finding, Row, filter_values, list_page, number_of
from tools.errors import InvalidRequest
from tools.models import Cell
from tools.space import Network, network, target
from tools.tables import Table

if TYPE_CHECKING:
    from tools.ipam.free import Blocks, Free

_MOST = 1_000  # blocks that are listed; how many there are is counted whole
_SAFE = 2**53  # beyond, JavaScript rounds
_SINGLY = 3  # blocks up to here are told of one by one
_COLUMNS = ["free block", "inside", "namespace", "addresses", "first", "last"]
_NUMBERS = re.compile(r"[\d./]+|[\da-fA-F.:/]*:[\da-fA-F.:/]*")


@dataclass(frozen=True)
class _Whole:
    """What is looked at: a prefix as it was written, or a container of a location."""

    network: Network
    namespace: str | None = None  # any, where it was written
    places: str = ""  # of a container


async def find_free_space(
    ask: Ask,
    inside: Annotated[str, Field(description="Prefix, or a location whose containers are meant.")],
    prefix_length: PrefixLength = None,
    namespace: Namespace = None,
    limit: Limit = None,
) -> Finding:
    """Free blocks inside a prefix. prefix_length: the next free ones of it and how many fit; 32 for addresses."""
    name = await ask.namespace(namespace)
    written = target(inside)
    label, wholes = (str(written), [_Whole(written, name)]) if written else await _containers(ask, inside, name)
    ask.needs("namespaces")
    if not wholes:
        told = f"No container is recorded at {label}: free space is looked for in containers. Name a prefix instead."
        return Finding(subject=f"free space at {label}", summary=told, table=Table(_COLUMNS))
    fitting = [whole for whole in wholes if _fits(whole.network, prefix_length)]
    if not fitting:
        first = wholes[0].network
        raise InvalidRequest(f"Inside {first} a prefix_length is {first.prefixlen} to {first.max_prefixlen}.")
    targets = sorted({str(whole.network) for whole in fitting})
    prefixes, addresses = await asyncio.gather(
        ask.rows("prefixes_within", targets=targets, namespace=[name] if name else None),
        ask.rows("addresses_in_use", prefixes=targets, namespace=[name] if name else None),
    )
    ask.needs("ip_addresses", "namespaces")
    # numpy takes a while to import and works on the processor: not on the event loop.
    found = await asyncio.to_thread(_looked, fitting, prefixes, addresses, prefix_length)
    rows = [row for one in found for row in one.rows]
    return Finding(
        subject=f"{_sought(fitting, prefix_length)} {'in' if written else 'at'} {label}",
        summary=_summary(found, prefix_length, label),
        table=Table(_COLUMNS, rows, [None] * len(rows), {"inside": "quiet", "namespace": "quiet"}),
        list_page=list_page("/ipam/prefixes/", within_include=targets, namespace=name),
        notes=_notes(found),
        limit=limit,
        narrow="Give a prefix_length, or look in a smaller prefix.",
    )


async def _containers(ask: Ask, written: str, name: str | None) -> tuple[str, list[_Whole]]:
    """Return how a location is called, and its containers; where it has none itself, those of the locations in it."""
    if _NUMBERS.fullmatch(written.strip()):
        raise InvalidRequest(f"'{written}' is no prefix. Write it as 10.0.0.0/16 or 2001:db8::/32.")
    places = await ask.places(written)
    rows = await ask.rows(
        "prefixes_by_location",
        locations=filter_values(places, await ask.tree()),
        type=["container"],
        namespace=[name] if name else None,
    )
    meant = {place.id for place in places.locations}
    own = [row for row in rows if any(place["id"] in meant for place in row.get("locations") or [])]
    return places.label, [_Whole(network(row["prefix"]), _namespace(row), _places(row)) for row in own or rows]


def _fits(whole: Network, length: int | None) -> bool:
    return length is None or whole.prefixlen <= length <= whole.max_prefixlen


def _sought(wholes: Sequence[_Whole], length: int | None) -> str:
    if length is None:
        return "free space"
    return "free addresses" if length == wholes[0].network.max_prefixlen else f"free /{length}"


@dataclass(frozen=True)
class _Found:
    """What is free in one block of one namespace."""

    whole: _Whole
    namespace: str
    row: Row | None  # the record of the prefix itself
    prefixes: int  # inside it
    containers: int  # among these
    addresses: int
    free: "Free"
    largest: str  # free block; empty where nothing is free
    blocks: "Blocks"
    count: int  # of free blocks, also those that are not listed
    rows: Sequence[list[Cell]]


def _looked(
    wholes: Sequence[_Whole], prefixes: Sequence[Row], addresses: Sequence[Row], length: int | None
) -> list[_Found]:
    nets, held = dict[str, list[Row]](), dict[str, list[str]]()
    for row in prefixes:
        nets.setdefault(_namespace(row), []).append(row)
    for row in addresses:
        held.setdefault(_namespace(row["parent"]), []).append(row["address"])
    return [
        _of_namespace(whole, space, nets.get(space, []), held.get(space, []), length)
        for whole in wholes
        for space in ([whole.namespace] if whole.namespace is not None else sorted({*nets, *held}) or [""])
    ]


def _of_namespace(
    whole: _Whole, space: str, rows: Sequence[Row], addresses: Sequence[str], length: int | None
) -> _Found:
    from tools.ipam.free import free
    from tools.ipam.numbers import hosts, networks, numbers
    from tools.ipam.spans import union, within

    net = whole.network
    version = net.version
    first, last = int(net.network_address), int(net.broadcast_address)
    own = next((row for row in rows if network(row["prefix"]) == net), None)
    inner = networks([row["prefix"] for row in rows], version)
    # Of several containers the rows of all are here; and Nautobot compares the bytes of addresses: for it
    # 2001:db8::/32 is inside 32.0.0.0/8 as well.
    inner = inner.part((inner.first >= first) & (inner.last <= last) & (inner.length > net.prefixlen))
    held = hosts(addresses, version)
    held = held[((held >= first) & (held <= last)).astype(bool)]
    taken = union(within((inner.first, inner.last), first, last), (held, held))
    if own and str(own["type"]).lower() == "network" and version == 4 and last - first > 1:
        ends = numbers([first, last], version)  # the network and the broadcast address are no hosts
        taken = union(taken, (ends, ends))
    left = free(version, first, last, taken)
    all_ = left.blocks()
    blocks = all_ if length is None else left.next(length, _MOST)
    count = len(blocks) if length is None else left.fits(length)
    types = [str(rows[at]["type"]).lower() for at in inner.at.tolist()]
    return _Found(
        whole,
        space,
        own,
        len(inner),
        types.count("container"),
        len(held),
        left,
        _largest(all_),
        blocks,
        count,
        _rows(blocks, str(net), space),
    )


def _largest(blocks: "Blocks") -> str:
    from tools.ipam.numbers import text

    if not len(blocks):
        return ""
    at = int(blocks.length.argmin())
    return f"{text(blocks.first[at], blocks.version)}/{blocks.length[at]}"


def _rows(blocks: "Blocks", inside: str, space: str) -> list[list[Cell]]:
    from tools.ipam.numbers import BITS, text

    version, out = blocks.version, list[list[Cell]]()
    for first, length in zip(blocks.first.tolist()[:_MOST], blocks.length.tolist(), strict=False):
        size = 1 << (BITS[version] - length)
        start = text(first, version)
        out.append([f"{start}/{length}", inside, space, _number(size), start, text(first + size - 1, version)])
    return out


def _summary(found: Sequence[_Found], length: int | None, label: str) -> str:
    if len(found) <= _SINGLY:
        several = len({one.namespace for one in found}) > 1
        return " ".join(_told(one, length, several) for one in found)
    free, whole = sum(one.free.addresses for one in found), sum(one.whole.network.num_addresses for one in found)
    where = f"the {len(found)} containers of {label}"
    if length is None:
        blocks = number_of(sum(one.count for one in found), "free block", "free blocks")
        return f"{_share(free, whole, ' addresses are free in ')}{where}: {blocks}."
    first = next((one for one in found if one.count), None)
    if first is None:
        return f"No /{length} fits in {where}."
    told = f"{sum(one.count for one in found):,} /{length} fit in {where}"
    return f"{told}; the next free one is {first.rows[0][0]} in {_where(first, several=False)}."


def _told(found: _Found, length: int | None, several: bool) -> str:
    where = _where(found, several)
    free, whole = found.free.addresses, found.whole.network.num_addresses
    if not found.largest:
        return f"{where} is full: no address of it is free. {_held(found)}"
    if length is None:
        blocks = number_of(found.count, "free block", "free blocks")
        told = f"{where} has {_share(free, whole, ' addresses free, in ')}{blocks}; the largest is {found.largest}."
    elif length == found.whole.network.max_prefixlen:
        told = f"The next free address in {where} is {found.rows[0][4]}{_share(free, whole, ' are free', '; ')}."
    else:
        fit = f"{found.count:,} {'fits' if found.count == 1 else 'fit'}"
        told = f"The next free /{length} in {where} is {found.rows[0][0]}; {fit}." if found.count else ""
        told = told or f"No /{length} fits in {where}."
        told += f"{_share(free, whole, ' addresses are free.', ' ')} The largest free block is {found.largest}."
    return f"{told} {_held(found)}"


def _where(found: _Found, several: bool) -> str:
    space = f" (namespace {found.namespace})" if several and found.namespace else ""
    return f"{found.whole.network}{f' at {found.whole.places}' if found.whole.places else ''}{space}"


def _held(found: _Found) -> str:
    kind = f"is a {str(found.row['type']).lower()}" if found.row else "is itself not recorded"
    held = f"{number_of(found.prefixes, 'prefix', 'prefixes')} and {number_of(found.addresses, 'address', 'addresses')}"
    return f"{found.whole.network} {kind} and holds {held}."


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


def _places(row: Row) -> str:
    return ", ".join(place["name"] for place in row.get("locations") or [])


def _namespace(row: Row | None) -> str:
    return ((row or {}).get("namespace") or {}).get("name") or ""


def _number(number: int) -> Cell:
    return number if number <= _SAFE else str(number)


def _share(free: int, whole: int, after: str, before: str = "") -> str:
    """Return "246 of 256" with the words around it; nothing where it is too long to be read, as mostly in IPv6."""
    said = [_plain(number) for number in (free, whole)]
    return f"{before}{' of '.join(said)}{after}" if all(said) else ""


def _plain(number: int) -> str:
    exponent = number.bit_length() - 1
    if number <= _SAFE:
        return f"{number:,}"
    return f"2^{exponent}" if number == 2**exponent else ""
