"""Where an address or prefix belongs: what covers it, what is in it, who uses it."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from tools.amounts import readable
from tools.arguments import Limit, Namespace
from tools.asking import Ask, Finding, Row, list_page, number_of
from tools.errors import InvalidRequest
from tools.ipam.figures import Usage
from tools.models import Cell
from tools.ranges import RANGE_PAGE, ranges, told_of, touching, used
from tools.space import Network, host, network, target
from tools.tables import Column, Flat, Table, choice, joined, table

_PREFIX_PAGE = "/ipam/prefixes/{id}/"
_ADDRESS_PAGE = "/ipam/ip-addresses/{id}/"


def _either(*leaves: str) -> Any:
    def cell(flat: Flat) -> Cell:
        return next((flat[leaf] for leaf in leaves if flat.get(leaf) not in (None, "")), None)

    return cell


COLUMNS = (
    Column("relation"),
    Column("record", ("prefix", "address"), _either("prefix", "address")),
    Column("type", ("type",), choice("type")),
    Column("role", ("role.name",)),
    Column("vlan", ("vlan.vid", "vlan.name"), joined("vlan.vid", "vlan.name")),
    Column("status", ("status.name",), shown="quiet"),
    Column(
        "namespace", ("namespace.name", "parent.namespace.name"), _either("namespace.name", "parent.namespace.name")
    ),
    Column(
        "location",
        ("locations.name", "at", "parent.locations.name"),
        _either("at", "locations.name", "parent.locations.name"),
    ),
    Column(
        "used by",
        ("users", "interfaces.name", "interfaces.device.name", "interfaces.device.location.name"),
        _either("users"),
    ),
    Column("used", ("figures",), _either("figures")),
    Column("dns name", ("dns_name",)),
    Column("description"),
    Column("parent prefix", ("parent.prefix",), shown="never"),
    Column("prefix length", ("prefix_length",), shown="never"),
    Column("ip version", ("ip_version",), shown="never"),
)


async def find_prefix(
    ask: Ask,
    target: Annotated[str, Field(description="IP address or prefix, e.g. 10.0.11.77, 10.0.11.0/24.")],
    namespace: Namespace = None,
    limit: Limit = None,
) -> Finding:
    """Look up an address or prefix: what covers it, what is in it, how full, who uses it."""
    wanted = _read(target)
    name = await ask.namespace(namespace)
    spaces = [name] if name else None
    is_address = wanted.num_addresses == 1
    written = str(wanted.network_address) if is_address else str(wanted)
    covering, held = await asyncio.gather(
        ask.rows("prefixes_containing", targets=[written], namespace=spaces), ranges(ask, name)
    )
    inside: Sequence[Row] = []
    if is_address:
        addresses = await ask.rows("addresses_by_address", addresses=[written], namespace=spaces)
    else:
        inside, addresses = await asyncio.gather(
            ask.rows("prefixes_within", targets=[written], namespace=spaces),
            ask.rows("addresses_within", prefixes=[written], namespace=spaces),
        )
    # Nautobot compares the bytes of addresses: for it 2001:db8::/32 is inside 32.0.0.0/8 as well.
    covering = [row for row in covering if _in(wanted, network(row["prefix"]))]
    inside = [row for row in inside if _in(network(row["prefix"]), wanted)]
    addresses = [row for row in addresses if _in(_host(row), wanted)]
    exact = [row for row in [*covering, *inside] if network(row["prefix"]) == wanted]
    exact = list({row["id"]: row for row in exact}.values())
    above = [row for row in covering if network(row["prefix"]) != wanted]
    below = [row for row in inside if network(row["prefix"]) != wanted]
    figures = (
        {}
        if "namespaces" in ask.hidden
        else await _figures(
            ask, exact or _closest(above), inside, addresses, held, known=bool(exact) and not is_address
        )
    )
    spans = touching(held, wanted)
    records = [
        *_told("covers it", above, figures),
        *_told("exact", exact, figures),
        *_told("inside", below, figures),
        *_addresses(addresses, "exact" if is_address else "inside"),
        *({"relation": "covers it" if is_address else "inside", **row} for row in spans),
    ]
    made = _linked(table(records, COLUMNS, None), records)
    return Finding(
        subject=f"what is known of {written}",
        summary=_summary(written, exact, above, below, addresses, figures) + told_of(spans, is_address),
        table=made,
        list_page=list_page("/ipam/prefixes/", contains=written, namespace=name)
        if is_address
        else list_page("/ipam/prefixes/", within_include=written, namespace=name),
        limit=limit,
        narrow="Look up a smaller prefix, or raise limit.",
    )


def _read(written: str) -> Network:
    wanted = target(written)
    if wanted is None:
        raise InvalidRequest(
            f"'{written}' is neither an IP address nor a prefix. Write it as 10.0.11.77, 10.0.11.0/24 or 2001:db8::/64."
        )
    return wanted


def _closest(above: Sequence[Row]) -> list[Row]:
    """Return the smallest covering prefix of each namespace."""
    closest: dict[str, Row] = {}
    for row in sorted(above, key=lambda row: network(row["prefix"]).prefixlen):
        closest[_namespace(row)] = row
    return list(closest.values())


async def _figures(
    ask: Ask,
    prefixes: Sequence[Row],
    inside: Sequence[Row],
    addresses: Sequence[Row],
    held: Sequence[Row],
    *,
    known: bool,
) -> dict[str, Usage]:
    """Return the use of prefixes by their ids. `known`: all that is inside them has been read."""
    if prefixes and not known:
        # Addresses do not count in a container, and a wide one may hold all there are.
        inside = await ask.rows("prefixes_within", targets=sorted({row["prefix"] for row in prefixes}))
        narrow = sorted({row["prefix"] for row in prefixes if row["type"] != "CONTAINER"})
        addresses = await ask.rows("addresses_within", prefixes=narrow) if narrow else []
    # numpy takes a while to import and works on the processor: not on the event loop.
    return await asyncio.to_thread(_counted, prefixes, inside, addresses, held)


def _counted(
    prefixes: Sequence[Row], inside: Sequence[Row], addresses: Sequence[Row], ranges_: Sequence[Row]
) -> dict[str, Usage]:
    from tools.ipam.address_space import AddressSpace

    rows = list({row["id"]: row for row in [*prefixes, *inside]}.values())
    held: dict[str, list[str]] = {}
    for row in addresses:
        held.setdefault(_namespace(row.get("parent") or {}), []).append(row["address"])
    types, spaces = [row["type"] for row in rows], [_namespace(row) for row in rows]
    space = AddressSpace([row["prefix"] for row in rows], types, spaces, held, used(ranges_, rows))
    asked = {row["id"] for row in prefixes}
    uses = zip((row["id"] for row in rows), space.use_of_each(), strict=True)
    return {key: use for key, use in uses if key in asked}


def _host(row: Row) -> Network:
    return network(row["address"].split("/")[0])


def _in(inner: Network, outer: Network) -> bool:
    return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]


def _namespace(row: Row) -> str:
    return (row.get("namespace") or {}).get("name") or ""


def _told(relation: str, rows: Sequence[Row], figures: Mapping[str, Usage]) -> list[dict[str, Any]]:
    ordered = sorted(
        rows,
        key=lambda row: (
            _namespace(row),
            network(row["prefix"]).prefixlen,
            int(network(row["prefix"]).network_address),
        ),
    )
    return [
        {"relation": relation, **row, "figures": _of(figures[row["id"]]) if row["id"] in figures else None}
        for row in ordered
    ]


def _addresses(rows: Sequence[Row], relation: str) -> list[dict[str, Any]]:
    ordered = sorted(rows, key=lambda row: (_namespace(row.get("parent") or {}), host(row["address"])))
    return [{"relation": relation, **row, "users": _users(row), "at": _places(row)} for row in ordered]


def _users(row: Row) -> str:
    users = (f"{(port.get('device') or {}).get('name') or '?'} {port['name']}" for port in row.get("interfaces") or [])
    return ", ".join(users)


def _places(row: Row) -> str:
    places = ((port.get("device") or {}).get("location") or {} for port in row.get("interfaces") or [])
    return ", ".join(dict.fromkeys(place["name"] for place in places if place.get("name")))


def _linked(made: Table, records: Sequence[Row]) -> Table:
    links = [_page(record).format(id=record["id"]) for record in records]
    return Table(made.columns, made.rows, list(links), made.shown, places=made.places)


def _page(record: Row) -> str:
    if record.get("prefix"):
        return _PREFIX_PAGE
    return RANGE_PAGE if "start_host" in record else _ADDRESS_PAGE


def _of(use: Usage) -> str:
    percent = use.used_percent or 0
    return f"{readable(use.used)} of {readable(use.addresses)} ({percent:g} %)"


def _summary(
    written: str,
    exact: Sequence[Row],
    above: Sequence[Row],
    below: Sequence[Row],
    addresses: Sequence[Row],
    figures: Mapping[str, Usage],
) -> str:
    if not (exact or above or below or addresses):
        return f"Nothing in Nautobot covers {written}, is inside it, or uses it: it is not recorded."
    told = []
    is_address = "/" not in written
    for row in addresses if is_address else []:
        users, where = _users(row), _places(row)
        space = _namespace(row.get("parent") or {})
        many = len({(port.get("device") or {}).get("name") for port in row.get("interfaces") or []})
        by = f"by {many} devices: " if many > 1 else "by "
        used = f"used {by}{users}{f' at {where}' if where else ''}" if users else "on no interface"
        if "interfaces" not in row:
            used = "on interfaces that the token may not read"
        told.append(f"{row['address']}{f' (namespace {space})' if space else ''} is recorded, {used}.")
    if is_address and not addresses:
        told.append(f"{written} is not recorded as an address: nobody is known to use it.")
    for row in exact:
        told.append(_sentence(row, figures))
    for row in _closest(above):
        start = f"The closest prefix around {written} is " if is_address or not exact else "It is inside "
        told.append(start + _sentence(row, figures))
    if not exact and not is_address:
        told.insert(0, f"{written} itself is not recorded as a prefix.")
    if not is_address:
        told.append(
            f"Inside {written}: {number_of(len(below), 'prefix', 'prefixes')} and "
            f"{number_of(len(addresses), 'address', 'addresses')}."
        )
    return " ".join(told)


def _sentence(row: Row, figures: Mapping[str, Usage]) -> str:
    facts = [str(row["type"]).lower(), (row.get("role") or {}).get("name")]
    if vlan := row.get("vlan"):
        facts.append(f"VLAN {vlan['vid']} {vlan['name']}")
    where = ", ".join(place["name"] for place in row.get("locations") or [])
    told = f"{row['prefix']} ({', '.join(fact for fact in facts if fact)})"
    told += f" at {where}" if where else " at no location" if "locations" in row else ""
    told += f" in namespace {_namespace(row)}" if _namespace(row) else ""
    if row["id"] in figures:
        told += f", {_of(figures[row['id']])} used"
    return told + "."
