"""Free blocks of a prefix: which there are, the next of a length, how many fit, and what is left where one is taken."""

import asyncio
import re
from typing import Annotated, Literal

from pydantic import Field

from tools.arguments import Limit, Names, Namespace, PrefixLength
from tools.asking import Ask, Finding, filter_values, list_page
from tools.errors import InvalidRequest
from tools.free_blocks import COLUMNS, Found, Whole, looked, namespace_of
from tools.free_words import notes, summary
from tools.rack_units import rack_units
from tools.ranges import ranges
from tools.ranges import taken as taken_as_a_whole
from tools.room_left import room_left
from tools.space import Network, network, target
from tools.tables import Table
from tools.take import taken

_NUMBERS = re.compile(r"[\d./]+|[\da-fA-F.:/]*:[\da-fA-F.:/]*")
_LENGTH = re.compile(r"/(\d{1,3})")


async def find_free_space(
    ask: Ask,
    inside: Annotated[Names, Field(description="Prefix, location (its containers) or rack.")],
    prefix_length: PrefixLength = None,
    namespace: Namespace = None,
    take: Annotated[bool | str | None, Field(description="What if taken: true = the next one; or a prefix.")] = None,
    of: Annotated[
        Literal["rack_units", "location", "country", "region"] | None,
        Field(description="Address space left by place; or free rack units."),
    ] = None,
    limit: Limit = None,
) -> Finding:
    """Free blocks inside a prefix. prefix_length: the next free ones of it and how many fit; 32 for addresses."""
    if of == "rack_units":
        if prefix_length is not None or take or namespace:
            raise InvalidRequest("Racks have units: leave out prefix_length, take and namespace.")
        return await rack_units(ask, inside, limit)
    if of is not None:
        if take:
            raise InvalidRequest("Take a block in a prefix or at a location: leave out `of`.")
        return await room_left(ask, inside, of, prefix_length, await ask.namespace(namespace), limit)
    block, length = _supposed(take, prefix_length)
    name = await ask.namespace(namespace)
    label, wholes, written = await _wholes(ask, inside, name)
    ask.needs("namespaces")
    if not wholes:
        told = f"No container is recorded at {label}: free space is looked for in containers. Name a prefix instead."
        return Finding(subject=f"free space at {label}", summary=told, table=Table(COLUMNS))
    fitting = [whole for whole in wholes if _fits(whole.network, length)]
    if not fitting:
        first = wholes[0].network
        raise InvalidRequest(f"Inside {first} a prefix_length is {first.prefixlen} to {first.max_prefixlen}.")
    targets = sorted({str(whole.network) for whole in fitting})
    prefixes, addresses, held = await asyncio.gather(
        ask.rows("prefixes_within", targets=targets, namespace=[name] if name else None),
        ask.rows("addresses_in_use", prefixes=targets, namespace=[name] if name else None),
        ranges(ask, name),
    )
    ask.needs("ip_addresses", "namespaces")

    def work() -> Finding:
        found = looked(fitting, prefixes, addresses, taken_as_a_whole(held), length)
        subject = f"{_sought(fitting[0].network, length)} {'in' if written else 'at'} {label}"
        page = list_page("/ipam/prefixes/", within_include=targets, namespace=name)
        if take and length is not None and (supposed := taken(found, block, length)):
            subject = f"{block or f'a /{length}'} taken {'in' if written else 'at'} {label}"
            return Finding(subject=subject, summary=supposed.summary, table=supposed.table, list_page=page, limit=limit)
        return _finding(found, length, label, subject, page, limit)

    # numpy takes a while to import and works on the processor: not on the event loop.
    return await asyncio.to_thread(work)


def _finding(
    found: list[Found], length: int | None, label: str, subject: str, page: str | None, limit: int | None
) -> Finding:
    rows = [row for one in found for row in one.rows]
    return Finding(
        subject=subject,
        summary=summary(found, length, label),
        table=Table(COLUMNS, rows, [None] * len(rows), {"inside": "quiet", "namespace": "quiet"}),
        list_page=page,
        notes=notes(found),
        limit=limit,
        narrow="Give a prefix_length, or look in a smaller prefix.",
        more=sum(int(one.count) for one in found) - len(rows),
    )


def _supposed(take: bool | str | None, length: int | None) -> tuple[Network | None, int | None]:
    """Return the block that is to be taken, where one was written, and the length that is counted."""
    said = take.strip() if isinstance(take, str) else ""
    if not take or said.casefold() in ("false", "no"):
        return None, length
    if said and said.casefold() not in ("true", "yes", "next"):
        if alone := _LENGTH.fullmatch(said):
            return None, int(alone[1])
        block = target(said)
        if block is None:
            raise InvalidRequest(f"'{said}' is no prefix to take. Write it as 10.0.4.0/22, or take: true.")
        return block, block.prefixlen if length is None else length
    if length is None:
        raise InvalidRequest("Say which prefix_length is to be taken, or write the prefix as `take`.")
    return None, length


async def _wholes(ask: Ask, inside: Names, name: str | None) -> tuple[str, list[Whole], bool]:
    """Return how it is called, the blocks that are meant, and whether these are prefixes that were written."""
    try:
        rows = await ask.prefixes(inside)
    except InvalidRequest:  # a result without prefixes: of its rows' locations the containers are meant
        rows = None
    if rows is not None:
        own = [(one, space or name) for one, space in rows if name in (None, space)]
        return str(inside), [Whole(network(one), space) for one, space in own], True
    nets = [target(one) for one in ([inside] if isinstance(inside, str) else inside)]
    if nets and all(nets):
        return ", ".join(map(str, nets)), [Whole(net, name) for net in nets if net], True
    return *(await _containers(ask, inside, name)), False


async def _containers(ask: Ask, written: Names, name: str | None) -> tuple[str, list[Whole]]:
    """Return how a location is called, and its containers; where it has none itself, those of the locations in it."""
    for one in [written] if isinstance(written, str) else written:
        if target(one):
            raise InvalidRequest(f"{one} is a prefix, and others of these are not: look in prefixes or in locations.")
        if _NUMBERS.fullmatch(one.strip()):
            raise InvalidRequest(f"'{one}' is no prefix. Write it as 10.0.0.0/16 or 2001:db8::/32.")
    places = await ask.places(written)
    rows = await ask.rows(
        "prefixes_by_location",
        locations=filter_values(places, await ask.tree()),
        type=["container"],
        namespace=[name] if name else None,
    )
    meant = {place.id for place in places.locations}
    own = [row for row in rows if any(place["id"] in meant for place in row.get("locations") or [])]
    return places.label, [
        Whole(
            network(row["prefix"]), namespace_of(row), ", ".join(place["name"] for place in row.get("locations") or [])
        )
        for row in own or rows
    ]


def _fits(whole: Network, length: int | None) -> bool:
    return length is None or whole.prefixlen <= length <= whole.max_prefixlen


def _sought(whole: Network, length: int | None) -> str:
    if length is None:
        return "free space"
    return "free addresses" if length == whole.max_prefixlen else f"free /{length}"
