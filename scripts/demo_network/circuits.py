"""Circuits at the WAN routers."""

from demo_network import plan, stories
from demo_network.foundation import Site
from demo_network.records import Network, Record, chance, ref
from demo_network.sites import cable

_SPEEDS = {"Campus": [500_000, 1_000_000, 2_000_000], "Branch": [20_000, 50_000, 100_000]}  # kbit/s
_STATUS = {stories.PLANNED_SITE: "Provisioning", stories.RETIRED_SITE: "Decommissioned"}


def add_circuits(network: Network, sites: list[Site]) -> None:
    """One circuit to each WAN router: MPLS from the region's carrier to the first, internet to the second."""
    outside = {i["device"]["id"]: i for i in network.all("interfaces") if i["name"] == "GigabitEthernet0/0/0"}
    role = network.the("roles", plan.KINDS["wan"].role)
    routers: dict[str, list[Record]] = {}
    for device in network.all("devices"):
        if device["role"] == role:
            routers.setdefault(device["location"]["id"], []).append(device)
    number = 0
    for site in sites:
        network.region = site.region
        for n, router in enumerate(routers.get(site.location["id"], ())):
            number += 1
            if n and site.name in stories.ONE_CIRCUIT:
                continue
            termination = _circuit(network, site, n, number)
            if site.name not in _STATUS:
                cable(network, "CAT6", ("interface", outside[router["id"]]), ("circuit_termination", termination))


def _circuit(network: Network, site: Site, n: int, number: int) -> Record:
    carrier, code, _ = plan.GLOBAL_CARRIER if n else plan.CARRIERS[site.region]
    dice = chance("circuit", site.name, n)
    speed = dice.choice(_SPEEDS[site.kind])
    circuit = network.add(
        "circuits",
        site.name,
        n,
        cid=f"{code}-{100000 + number}",
        provider=network.the("providers", carrier),
        circuit_type=network.the("circuit_types", "Internet Access" if n else "MPLS"),
        status=network.the("statuses", _STATUS.get(site.name, "Active")),
        tenant=network.the("tenants", "Corporate IT"),
        install_date=None
        if site.name == stories.PLANNED_SITE
        else f"{dice.randint(2018, 2024)}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}",
        commit_rate=speed,
        description=f"{site.name} {'internet' if n else 'MPLS'}",
    )
    termination = network.add(
        "circuit_terminations",
        site.name,
        n,
        circuit=ref(circuit),
        term_side="A",
        location=ref(site.location),
        port_speed=max(speed, 1_000_000) if site.kind == "Campus" else 100_000,
    )
    circuit["circuit_termination_a"] = ref(termination)
    return termination
