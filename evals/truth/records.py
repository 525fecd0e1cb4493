"""Lists of records, each with the columns that a reader would look for."""

from functools import cache

from evals.truth.network import Row, by_id, inside, load, name_of, plain, site

At = str | list[str] | None


def locations(at: At = None, type: str | None = None, status: str | None = None, named: str | None = None) -> list[Row]:
    """Return the locations below `at` (not that itself); `named` is part of a name, a city or a description."""
    own = {row["id"] for row in load("locations") if at and row["name"] in ([at] if isinstance(at, str) else at)}
    found = []
    for row in load("locations"):
        texts = f"{row['name']} {row.get('facility', '')} {row['description']}".lower()
        made = {
            "location": row["name"],
            "type": name_of("location_types", row, "location_type"),
            "parent": name_of("locations", row, "parent"),
            "city": row.get("facility"),
            "status": name_of("statuses", row, "status"),
            "description": row["description"],
        }
        if row["id"] not in inside(at) or row["id"] in own or (named and named.lower() not in texts):
            continue
        if type in (None, made["type"]) and status in (None, made["status"]):
            found.append(made)
    return found


@cache
def _vlan_text(id: str | None) -> str | None:
    return f"{by_id('vlans')[id]['vid']} {by_id('vlans')[id]['name']}" if id else None


def prefixes(
    at: At = None,
    role: str | None = None,
    status: str | None = None,
    type: str | None = None,
    length: int | None = None,
    version: int | None = None,
    vlan: int | None = None,
    namespace: str | None = None,
) -> list[Row]:
    """Return the prefixes at locations and below them."""
    found = []
    for row in load("prefixes"):
        if not any(place["id"] in inside(at) for place in row["locations"]):
            continue
        vlan_id = (row.get("vlan") or {}).get("id")
        made = {
            "prefix": row["prefix"],
            "namespace": name_of("namespaces", row, "namespace"),
            "type": plain(row["type"]),
            "role": name_of("roles", row, "role"),
            "vlan": _vlan_text(vlan_id),
            "status": name_of("statuses", row, "status"),
            "location": [site(place["id"]) for place in row["locations"]],
            "prefix length": row["prefix_length"],
            "ip version": row["ip_version"],
        }
        wanted = {"role": role, "status": status, "type": type, "prefix length": length, "ip version": version}
        wanted |= {"namespace": namespace}
        if vlan and (not vlan_id or by_id("vlans")[vlan_id]["vid"] != vlan):
            continue
        if all(value is None or made[name] == value for name, value in wanted.items()):
            found.append(made)
    return found


def _address(row: Row, field: str) -> str | None:
    return by_id("ip_addresses")[row[field]["id"]]["address"] if row.get(field) else None


def _named_like_another_site(row: Row) -> bool:
    own = site(row["location"]["id"])
    return not row["name"].startswith(own)


def devices(
    at: At = None,
    role: str | list[str] | None = None,
    status: str | None = None,
    model: str | None = None,
    only: str | None = None,
    name: str | None = None,
    rack: str | None = None,
) -> list[Row]:
    """Return devices. `only` is "no_primary_ip" or "name_not_of_location"; `name` is exact."""
    roles = [role] if isinstance(role, str) else role
    found = []
    for row in load("devices"):
        kind = by_id("device_types")[row["device_type"]["id"]]
        made = {
            "device": row["name"],
            "role": name_of("roles", row, "role"),
            "model": kind["model"],
            "status": name_of("statuses", row, "status"),
            "location": site(row["location"]["id"]),
            "primary address": _address(row, "primary_ip4") or _address(row, "primary_ip6"),
            "platform": name_of("platforms", row, "platform"),
            "manufacturer": name_of("manufacturers", kind, "manufacturer"),
            "serial": row["serial"],
            "rack": name_of("racks", row, "rack"),
            "position": row.get("position"),
        }
        if row["location"]["id"] not in inside(at) or (roles and made["role"] not in roles):
            continue
        if only == "no_primary_ip" and made["primary address"]:
            continue
        if only == "name_not_of_location" and not _named_like_another_site(row):
            continue
        wanted = {"status": status, "model": model, "device": name, "rack": rack}
        if all(value is None or made[key] == value for key, value in wanted.items()):
            found.append(made)
    return found


def vlans(at: At = None, vid: int | None = None, name: str | None = None) -> list[Row]:
    """Return VLANs with the prefixes in them; `name` is part of a name."""
    held: dict[str, list[str]] = {}
    for row in load("prefixes"):
        if row.get("vlan"):
            held.setdefault(row["vlan"]["id"], []).append(row["prefix"])
    found = []
    for row in load("vlans"):
        if not any(place["id"] in inside(at) for place in row["locations"]):
            continue
        if vid not in (None, row["vid"]) or (name and name not in row["name"]):
            continue
        found.append(
            {
                "vlan": row["vid"],
                "location": [site(place["id"]) for place in row["locations"]],
                "name": row["name"],
                "prefixes": held.get(row["id"], []),
                "status": name_of("statuses", row, "status"),
                "role": name_of("roles", row, "role"),
            }
        )
    return found


def circuits(
    at: At = None, provider: str | None = None, status: str | None = None, type: str | None = None
) -> list[Row]:
    """Return circuits and where they end."""
    ends: dict[str, list[str]] = {}
    for end in load("circuit_terminations"):
        ends.setdefault(end["circuit"]["id"], []).append(end["location"]["id"])
    found = []
    for row in load("circuits"):
        made = {
            "circuit": row["cid"],
            "provider": name_of("providers", row, "provider"),
            "type": name_of("circuit_types", row, "circuit_type"),
            "status": name_of("statuses", row, "status"),
            "location": [site(place) for place in ends.get(row["id"], [])],
            "commit rate kbps": row["commit_rate"],
        }
        if at is not None and not any(place in inside(at) for place in ends.get(row["id"], [])):
            continue
        wanted = {"provider": provider, "status": status, "type": type}
        if all(value is None or made[key] == value for key, value in wanted.items()):
            found.append(made)
    return found


def racks(at: At = None) -> list[Row]:
    """Return racks and how many units each has."""
    return [
        {"rack": row["name"], "location": site(row["location"]["id"]), "units": row["u_height"]}
        for row in load("racks")
        if row["location"]["id"] in inside(at)
    ]
