"""Whether anything is called so now, for questions about records that have no change."""

from ipaddress import ip_interface, ip_network

from tools.asking import Ask
from tools.models import Candidate
from tools.names import fold, nearest
from tools.places import Tree

_OFFERED = 5


def is_host(written: str) -> bool:
    """Say whether this is an address without a length."""
    return "/" not in written and _is_network(written)


async def is_recorded(ask: Ask, written: str, tree: Tree) -> bool:
    """Say whether a prefix, an address, a location, a circuit or a VLAN is recorded under a name."""
    return await (_is_addressed(ask, written) if _is_network(written) else _is_named(ask, written, tree))


async def candidates(ask: Ask, written: str, tree: Tree) -> list[Candidate]:
    """Return the nearest names of devices, locations, and records that were changed."""
    kinds = {row["object_repr"]: "changed" for row in await ask.lookup("changes")}
    kinds |= {row["name"]: "device" for row in await ask.lookup("device_names") if row["name"]}
    kinds |= {place.name: place.type for place in tree.by_id.values()}
    alike = [name for name in kinds if _is_network(name) == _is_network(written)]
    return [Candidate(name=name, detail=kinds[name]) for name in nearest(written, alike)[:_OFFERED]]


def _is_network(written: str) -> bool:
    try:
        ip_interface(written)
    except ValueError:
        return False
    return True


async def _is_addressed(ask: Ask, written: str) -> bool:
    if "/" in written:
        network = str(ip_network(written, strict=False))
        if any(row["prefix"] == network for row in await ask.lookup("prefixes_containing", targets=[network])):
            return True
    return bool(await ask.lookup("addresses_by_address", addresses=[written]))


async def _is_named(ask: Ask, written: str, tree: Tree) -> bool:
    wanted = fold(written)
    if any(fold(place.name) == wanted for place in tree.by_id.values()):
        return True
    if any(fold(row["cid"]) == wanted for row in await ask.lookup("circuits")):
        return True
    roots = [place.id for place in tree.roots]
    return bool(roots) and bool(await ask.lookup("vlans_by_location", locations=[*roots, "null"], name=[written]))
