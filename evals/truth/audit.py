"""What does not fit together: the irregularities that the records themselves show."""

from evals.truth.network import Row, by_id, hosts, inside, load, name_of, site
from evals.truth.records import At


def shared_addresses() -> list[Row]:
    """Return the addresses that interfaces of two or more devices have."""
    found = []
    for row in load("ip_addresses"):
        ports = [by_id("interfaces")[port["id"]] for port in row.get("interfaces", [])]
        names = sorted({by_id("devices")[port["device"]["id"]]["name"] for port in ports})
        if len(names) > 1:
            found.append({"address": row["address"], "devices": names})
    return found


def same_prefixes() -> list[Row]:
    """Return the prefixes that stand in more than one namespace."""
    spaces: dict[str, set[str]] = {}
    for row in load("prefixes"):
        spaces.setdefault(row["prefix"], set()).add(name_of("namespaces", row, "namespace"))
    return [{"prefix": prefix, "namespaces": sorted(names)} for prefix, names in spaces.items() if len(names) > 1]


def same_hosts() -> list[Row]:
    """Return the addresses that stand in more than one namespace."""
    spaces: dict[str, set[str]] = {}
    for host, space, _ in hosts():
        spaces.setdefault(str(host), set()).add(space)
    return [{"address": host} for host, names in spaces.items() if len(names) > 1]


def unused(at: At = None) -> list[Row]:
    """Return the networks and pools without any address, prefix or VLAN in them."""
    parents = {row["parent"]["id"] for kind in ("prefixes", "ip_addresses") for row in load(kind) if row.get("parent")}
    return [
        {"prefix": row["prefix"]}
        for row in load("prefixes")
        if row["type"] != "CONTAINER"
        and row["id"] not in parents
        and not row.get("vlan")
        and any(place["id"] in inside(at) for place in row["locations"])
    ]


def without_prefix(at: At = None) -> list[Row]:
    """Return the VLANs that no prefix is in."""
    used = {row["vlan"]["id"] for row in load("prefixes") if row.get("vlan")}
    return [
        {"vlan": row["vid"], "location": site(row["locations"][0]["id"])}
        for row in load("vlans")
        if row["id"] not in used and row["locations"][0]["id"] in inside(at)
    ]
