"""Problems of addresses, and of devices that lack one. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from tools.names import fold
from tools.places import Tree
from tools.problems.prefixes import kind
from tools.problems.problem import ADDRESS, DEVICE, Problem, Row, at, name, page, places

# Roles of Nautobot's own for addresses that several devices answer to on purpose (docs, "IP Address Roles").
SHARED_ROLES = frozenset({"anycast", "vip", "vrrp", "hsrp", "glbp", "carp", "shared"})
IN_SERVICE = "active"  # the name of Nautobot's own status


def duplicate_addresses(addresses: Sequence[Row], tree: Tree) -> list[Problem]:
    """Return hosts that are recorded more than once, or are one record on interfaces of several devices.

    An address belongs to the namespace of its parent prefix and is unique below that parent only (Nautobot,
    `IPAddress.Meta.unique_together`). The same host in two namespaces is allowed; it matters where the two ever meet.
    On several devices an address is as it should be where its role says that it is shared, such as Anycast or VRRP.
    """
    return [*_recorded_twice(addresses, tree), *_on_several_devices(addresses)]


def addresses_outside_prefixes(addresses: Sequence[Row], tree: Tree) -> list[Problem]:
    """Return addresses that no network or pool is around.

    "All IP addresses must belong to a parent Prefix" (Nautobot's docs), but the parent may be a container: then the
    subnet that the address needs is not recorded.
    """
    found = []
    for row in addresses:
        parent = row.get("parent") or {}
        if not parent or kind(parent) == "container":
            around = f"only the container {parent['prefix']}{at(places(parent), tree)}" if parent else "nor a container"
            detail = f"No network is around it, {around}."
            found.append(Problem("addresses_outside_prefixes", row["address"], where(row), detail, page(ADDRESS, row)))
    return found


def no_primary_address(devices: Sequence[Row]) -> list[Problem]:
    """Return devices in service (status Active) without a primary address of either family."""
    return [
        Problem(
            "no_primary_address",
            row.get("name") or "a device without a name",
            places(row),
            f"{name(row, 'role') or 'Device'}, {name(row, 'status')}, has no primary address.",
            page(DEVICE, row),
        )
        for row in devices
        if fold(name(row, "status")) == IN_SERVICE and not row.get("primary_ip4") and not row.get("primary_ip6")
    ]


def where(address: Row) -> tuple[str, ...]:
    """Return the ids of the locations of an address: of the devices that have it, else of its prefix."""
    own = [place for device in _devices(address) for place in places(device)]
    return tuple(dict.fromkeys(own)) or places(address.get("parent") or {})


def _devices(address: Row) -> list[Row]:
    return [one["device"] for one in address.get("interfaces") or () if one.get("device")]


def _recorded_twice(addresses: Sequence[Row], tree: Tree) -> Iterator[Problem]:
    written = [row["address"].partition("/")[0] for row in addresses]
    times = Counter(written)
    hosts: dict[str, list[Row]] = defaultdict(list)
    for host, row in zip(written, addresses, strict=True):
        if times[host] > 1:  # nearly all stand there once: no list for each
            hosts[host].append(row)
    for host, rows in hosts.items():
        ids = tuple(dict.fromkeys(place for row in rows for place in where(row)))
        spaces = {name(row.get("parent") or {}, "namespace") for row in rows}
        how = "in several namespaces" if len(spaces) == len(rows) else "more than once in a namespace"
        told = "; ".join(_user(row, tree) for row in rows)
        yield Problem("duplicate_addresses", host, ids, f"Recorded {how}: {told}.", page(ADDRESS, rows[0]))


def _user(row: Row, tree: Tree) -> str:
    users = ", ".join(
        f"{(one.get('device') or {}).get('name') or '?'} {one['name']}" for one in row.get("interfaces") or ()
    )
    return f"{name(row.get('parent') or {}, 'namespace')}{at(where(row), tree)} on {users or 'no interface'}"


def _on_several_devices(addresses: Sequence[Row]) -> Iterator[Problem]:
    for row in addresses:
        if len(row.get("interfaces") or ()) < 2:
            continue
        if len({device["id"] for device in _devices(row)}) < 2 or fold(name(row, "role")) in SHARED_ROLES:
            continue
        users = " and ".join(
            f"{one['device'].get('name') or '?'} {one['name']}" for one in row["interfaces"] if one.get("device")
        )
        yield Problem("duplicate_addresses", row["address"], where(row), f"One address on {users}.", page(ADDRESS, row))
