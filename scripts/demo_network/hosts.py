"""Hosts: what makes the use of networks uneven."""

from demo_network import plan, stories
from demo_network.records import Network, Record, chance

# role -> (word in names, [(weight, fewest hosts, most hosts)])
_USE: dict[str, tuple[str, list[tuple[int, int, int]]]] = {
    "User Data": ("ws", [(88, 0, 8), (9, 20, 60), (3, 110, 160)]),
    "User Voice": ("ph", [(95, 0, 3), (5, 10, 25)]),
    "Compute": ("vm", [(84, 0, 8), (13, 20, 50), (3, 90, 130)]),
    "Branch LAN": ("pc", [(96, 0, 3), (4, 30, 50)]),
}


def add_hosts(network: Network) -> None:
    """Addresses with names, many in few networks and few in most; none where a site is not in use."""
    roles = {r["id"]: r["name"] for r in network.all("roles")}
    sites = {r["id"]: r["name"] for r in network.all("locations")}
    globe, idle = network.the("namespaces", "Global"), _idle_sites(network)
    taken: dict[str, int] = {}
    for address in network.all("ip_addresses"):
        taken[address["parent"]["id"]] = taken.get(address["parent"]["id"], 0) + 1
    for region in plan.REGIONS:
        network.region = region
        for prefix in network.all("prefixes", region):
            role = roles.get(prefix.get("role", {}).get("id", ""), "")
            used = taken.get(prefix["id"], 0)
            site = prefix["locations"][0]["id"]
            # `used`: a network without a gateway is not in use
            if (
                role in _USE
                and used
                and prefix["prefix_length"] == 24
                and prefix["namespace"] == globe
                and site not in idle
            ):
                _fill(network, prefix, sites[site], role, used)


def _idle_sites(network: Network) -> set[str]:
    return {r["id"] for r in network.all("locations") if r["name"] in (stories.PLANNED_SITE, stories.RETIRED_SITE)}


def _fill(network: Network, prefix: Record, site: str, role: str, used: int) -> None:
    word, shapes = _USE[role]
    dice = chance("hosts", prefix["prefix"])
    shape = dice.choices(shapes, [weight for weight, _, _ in shapes])[0]
    count = dice.randint(*shape[1:])
    if prefix["prefix"] in stories.FULL:
        count = stories.FULL[prefix["prefix"]] - used
    base = prefix["prefix"].rsplit(".", 1)[0]
    third = base.rsplit(".", 1)[1]
    for host in sorted(dice.sample(range(used + 1, 255), count)):
        network.address(
            f"{base}.{host}/24",
            prefix,
            type_="DHCP" if word in ("ws", "pc") else "HOST",
            dns_name=f"{site.lower()}-{word}{third}-{host:03d}.example.net",
        )
