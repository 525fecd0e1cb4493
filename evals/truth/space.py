"""Address space, counted address by address: how much of it is used, and what is free.

Nautobot's rule (`Prefix.get_utilization`): a network is used by the addresses and the prefixes in it, a pool by its
addresses. Of an IPv4 network of /30 or larger the first and the last address are no space for hosts unless one of them
is used. Containers add no space of their own: theirs is that of the prefixes in them.
"""

from functools import cache
from ipaddress import ip_network
from typing import Any

from evals.truth.network import Row, above, by_id, host_of, hosts, inside, load, name_of, nets, network, site
from evals.truth.records import At


@cache
def _hosts_in() -> dict[str, set[int]]:
    """Return the IPv4 addresses below each prefix, at whatever depth, by the prefix's id."""
    found: dict[str, set[int]] = {}
    for row in load("ip_addresses"):
        if row["ip_version"] == 4:
            prefix: Row | None = by_id("prefixes")[row["parent"]["id"]]
            while prefix is not None:
                found.setdefault(prefix["id"], set()).add(int(host_of(row["address"])))
                prefix = by_id("prefixes")[prefix["parent"]["id"]] if prefix.get("parent") else None
    return found


@cache
def _children() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in load("prefixes"):
        if row.get("parent"):
            found.setdefault(row["parent"]["id"], []).append(row["prefix"])
    return found


def _numbers(prefix: str) -> range:
    net = network(prefix)
    return range(int(net.network_address), int(net.broadcast_address) + 1)


@cache
def _used(id: str) -> frozenset[int]:
    row = by_id("prefixes")[id]
    numbers = set(_hosts_in().get(id, ()))
    if row["type"] == "NETWORK":
        for child in _children().get(id, []):
            numbers |= set(_numbers(child))
    return frozenset(numbers)


def _measured(rows: list[Row]) -> Row:
    """Return the figures of prefixes together; an address of a namespace counts once."""
    space, used, ends = set[tuple[str, int]](), set[tuple[str, int]](), set[tuple[str, int]]()
    for row in rows:
        if row["type"] == "CONTAINER" or row["ip_version"] != 4:
            continue
        key, numbers = row["namespace"]["id"], _numbers(row["prefix"])
        space |= {(key, number) for number in numbers}
        used |= {(key, number) for number in _used(row["id"])}
        if row["type"] == "NETWORK" and len(numbers) > 2 and not {numbers[0], numbers[-1]} & _used(row["id"]):
            ends |= {(key, numbers[0]), (key, numbers[-1])}
    addresses = len(space) - len(ends - used)
    percent = round(100 * len(used) / addresses, 2) if addresses else None
    return {"addresses": addresses, "used": len(used), "free": addresses - len(used), "used percent": percent}


def _keys(row: Row, by: str, at: At) -> list[Any]:
    places = [place["id"] for place in row["locations"] if place["id"] in inside(at)]
    if by == "location":
        return [site(place) for place in places]
    if by in ("region", "country"):
        return list({above(place, by.title()) or f"no {by}" for place in places})
    if by == "role":
        return [name_of("roles", row, "role") or "no role"]
    if by == "status":
        return [name_of("statuses", row, "status")]
    if by == "namespace":
        return [name_of("namespaces", row, "namespace")]
    if by == "vlan":
        vlan = by_id("vlans")[row["vlan"]["id"]] if row.get("vlan") else None
        return [f"{vlan['vid']} {vlan['name']}" if vlan else "no VLAN"]
    return [row[{"prefix length": "prefix_length", "ip version": "ip_version", "prefix": "prefix"}[by]]]


def _asked(at: At, role: str | None, status: str | None, length: int | None, version: int | None) -> list[Row]:
    return [
        row
        for row in load("prefixes")
        if any(place["id"] in inside(at) for place in row["locations"])
        and role in (None, name_of("roles", row, "role"))
        and status in (None, name_of("statuses", row, "status"))
        and length in (None, row["prefix_length"])
        and version in (None, row["ip_version"])
    ]


def use(
    at: At = None,
    by: str = "role",
    role: str | None = None,
    status: str | None = None,
    length: int | None = None,
    version: int | None = None,
) -> list[Row]:
    """Return the figures of address space per group; those of IPv4, also where IPv6 prefixes are among them."""
    groups: dict[Any, list[Row]] = {}
    for row in _asked(at, role, status, length, version):
        for key in _keys(row, by, at):
            groups.setdefault(key, []).append(row)
    return [{by: key, "prefixes": len(rows), **_measured(rows)} for key, rows in groups.items()]


def subnets(
    at: At = None, role: str | None = None, length: int | None = None, links: bool = False, version: int = 4
) -> list[Row]:
    """Return the figures of each network alone; `links` keeps those of one or two addresses."""
    return [
        {"prefix": row["prefix"], "location": [site(place["id"]) for place in row["locations"]], **_measured([row])}
        for row in _asked(at, role, None, length, version)
        if row["type"] != "CONTAINER" and (links or row["prefix_length"] < 31)
    ]


def overall(of: str, at: At = None, role: str | None = None, length: int | None = None) -> Any:
    """Return one figure of all that is there together: addresses, used, free or used percent."""
    return _measured(_asked(at, role, None, length, 4))[of]


def _taken(block: str, namespace: str) -> list[tuple[int, int]]:
    """Return the first and last number of each record inside a block, in order."""
    whole = ip_network(block)
    spans = []
    for net, space, _ in nets():
        if net.version == whole.version and space == namespace and net != whole and net.subnet_of(whole):  # type: ignore[arg-type]
            spans.append((int(net.network_address), int(net.broadcast_address)))
    for host, space, _ in hosts():
        if host.version == whole.version and space == namespace and host in whole:
            spans.append((int(host), int(host)))
    return sorted(spans)


def _gaps(block: str, namespace: str) -> list[tuple[int, int]]:
    """Return the free spans of a block."""
    whole, gaps = ip_network(block), []
    at = int(whole.network_address)
    for first, last in _taken(block, namespace):
        if first > at:
            gaps.append((at, first - 1))
        at = max(at, last + 1)
    if at <= int(whole.broadcast_address):
        gaps.append((at, int(whole.broadcast_address)))
    return gaps


def free_blocks(inside: str, namespace: str = "Global") -> list[str]:
    """Return the largest aligned free blocks of a prefix, in the order of their addresses."""
    whole, blocks = ip_network(inside), []
    for first, last in _gaps(inside, namespace):
        while first <= last:
            length: int = whole.max_prefixlen
            while length > whole.prefixlen:
                size = 1 << (whole.max_prefixlen - length + 1)
                if first % size or first + size - 1 > last:
                    break
                length -= 1
            blocks.append(f"{type(whole.network_address)(first)}/{length}")
            first += 1 << (whole.max_prefixlen - length)
    return blocks


def free_rows(inside: str, namespace: str = "Global") -> list[Row]:
    """Return the same as rows."""
    return [{"free block": block} for block in free_blocks(inside, namespace)]


def next_host(inside: str, namespace: str = "Global") -> str:
    """Return the first address of a network that a host could have and nothing has."""
    taken = {first for first, _ in _taken(inside, namespace)}
    return next(str(host) for host in ip_network(inside).hosts() if int(host) not in taken)


def fitting(inside: str, length: int, namespace: str = "Global") -> list[str]:
    """Return the free blocks of a length that a prefix has room for, in order."""
    found = []
    for block in free_blocks(inside, namespace):
        net = ip_network(block)
        if net.prefixlen <= length:
            found += [str(part) for part in net.subnets(new_prefix=length)]
    return found


def next_free(inside: str, length: int, namespace: str = "Global", then: int = 0) -> str:
    """Return the first free block of a length; `then` further ones are skipped."""
    return fitting(inside, length, namespace)[then]


def fits(inside: str, length: int, namespace: str = "Global") -> int:
    """Return how many free blocks of a length there are."""
    return len(fitting(inside, length, namespace))


def free_addresses(inside: str, namespace: str = "Global") -> int:
    """Return how many addresses of a prefix nothing uses."""
    return sum(last - first + 1 for first, last in _gaps(inside, namespace))


def largest_free(inside: str, namespace: str = "Global") -> str:
    """Return the largest free block of a prefix; the first of those of one size."""
    return min(free_blocks(inside, namespace), key=lambda block: ip_network(block).prefixlen)


def use_of(prefix: str, namespace: str = "Global") -> list[Any]:
    """Return how many addresses of a network are used, and of how many."""
    for row in load("prefixes"):
        if row["prefix"] == prefix and name_of("namespaces", row, "namespace") == namespace:
            figures = _measured([row])
            return [figures["used"], figures["addresses"]]
    raise KeyError(prefix)


def free_units(rack: str | None = None, at: At = None) -> list[Row]:
    """Return the free units of racks."""
    found = []
    for row in load("racks"):
        if row["location"]["id"] not in inside(at) or rack not in (None, row["name"]):
            continue
        taken = set[int]()
        for device in load("devices"):
            if (device.get("rack") or {}).get("id") == row["id"] and device.get("position"):
                height = by_id("device_types")[device["device_type"]["id"]]["u_height"]
                taken |= set(range(device["position"], device["position"] + height))
        free = [unit for unit in range(1, row["u_height"] + 1) if unit not in taken]
        found.append({"rack": row["name"], "units": row["u_height"], "free": len(free)})
    return found
