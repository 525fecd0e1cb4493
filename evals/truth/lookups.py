"""What is known of one address, one prefix, the interfaces of devices."""

from functools import cache
from ipaddress import ip_network

from evals.truth.network import Row, by_id, hosts, load, name_of, nets, site
from evals.truth.records import devices


def find(target: str, namespace: str | None = None) -> list[Row]:
    """Return what covers an address or a prefix, is it, or is inside it; addresses with who uses them."""
    wanted = ip_network(target)
    single = wanted.num_addresses == 1
    found: list[Row] = []
    for net, space, row in nets():
        if net.version != wanted.version or namespace not in (None, space):
            continue
        relation = _relation(net, wanted)
        if relation and not (single and relation == "inside"):
            found.append(
                {
                    "relation": relation,
                    "record": row["prefix"],
                    "namespace": space,
                    "location": [site(place["id"]) for place in row["locations"]],
                    "role": name_of("roles", row, "role"),
                    "status": name_of("statuses", row, "status"),
                }
            )
    for host, space, row in hosts():
        if host.version == wanted.version and host in wanted and namespace in (None, space):
            found.append(
                {
                    "relation": "exact" if single else "inside",
                    "record": row["address"],
                    "namespace": space,
                    "used by": users(row["address"], space),
                }
            )
    return found


def _relation(net: object, wanted: object) -> str | None:
    if net == wanted:
        return "exact"
    if wanted.subnet_of(net):  # type: ignore[attr-defined] # both are networks of one version
        return "covers it"
    return "inside" if net.subnet_of(wanted) else None  # type: ignore[attr-defined]


def users(address: str, namespace: str = "Global") -> list[str]:
    """Return the devices and interfaces that have an address, each as "LON01-wan001 GigabitEthernet0/0/1"."""
    found = []
    for _, space, row in hosts():
        if row["address"] == address and space == namespace:
            for port in row.get("interfaces", []):
                interface = by_id("interfaces")[port["id"]]
                found.append(f"{by_id('devices')[interface['device']['id']]['name']} {interface['name']}")
    return found


@cache
def _far_ends() -> dict[str, tuple[str, str]]:
    """Return what is at the other end of the cable of an interface: its kind and its id."""
    found = {}
    for cable in load("cables"):
        ends = [
            ("interface", end["interface"]["id"])
            if "interface" in end
            else ("circuit", end["circuit_termination"]["id"])
            for end in cable["terminations"]
        ]
        for here, there in (ends, ends[::-1]):
            if here[0] == "interface":
                found[here[1]] = there
    return found


@cache
def _addresses() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in load("ip_addresses"):
        for port in row.get("interfaces", []):
            found.setdefault(port["id"], []).append(row["address"])
    return found


def interfaces(
    of: str | list[str],
    enabled: bool | None = None,
    connected: bool | None = None,
    name: str | None = None,
    description: str | None = None,
) -> list[Row]:
    """Return the interfaces of devices; `name` and `description` are parts of one."""
    wanted = {of} if isinstance(of, str) else set(of)
    found = []
    for row in load("interfaces"):
        device = by_id("devices")[row["device"]["id"]]["name"]
        far = _far_ends().get(row["id"])
        if device not in wanted or enabled not in (None, row["enabled"]):
            continue
        if connected is not None and connected != bool(far):
            continue
        if name and name not in row["name"] or description and description not in row["description"]:
            continue
        found.append(
            {
                "device": device,
                "interface": row["name"],
                "enabled": row["enabled"],
                "addresses": _addresses().get(row["id"], []),
                "untagged vlan": _vlan(row.get("untagged_vlan")),
                **_peer(far),
            }
        )
    return found


def _vlan(reference: Row | None) -> str | None:
    row = by_id("vlans")[reference["id"]] if reference else None
    return f"{row['vid']} {row['name']}" if row else None


def _peer(far: tuple[str, str] | None) -> Row:
    if far is None:
        return {"connected device": None, "connected interface": None, "circuit": None}
    if far[0] == "interface":
        port = by_id("interfaces")[far[1]]
        device = by_id("devices")[port["device"]["id"]]["name"]
        return {"connected device": device, "connected interface": port["name"]}
    circuit = by_id("circuits")[by_id("circuit_terminations")[far[1]]["circuit"]["id"]]
    return {"connected device": None, "circuit": circuit["cid"]}


def interfaces_at(at: str, role: str, connected: bool | None = None) -> list[Row]:
    """Return the interfaces of all devices of a role at a location."""
    return interfaces([row["device"] for row in devices(at, role)], connected=connected)


def value(of: list[object], column: str) -> list[object]:
    """Return one column of other facts, each value once."""
    from evals.truth import fact

    cells = [row.get(column) for row in fact(of)]
    return list(dict.fromkeys(one for cell in cells for one in (cell if isinstance(cell, list) else [cell]) if one))
