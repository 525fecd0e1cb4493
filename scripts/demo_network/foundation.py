"""What sites are built from: locations, roles, models, carriers and the top of the address plan."""

from collections.abc import Iterator
from dataclasses import dataclass

from demo_network import plan, stories
from demo_network.records import OWN, Network, Record, ref


@dataclass(frozen=True)
class Site:
    """A place with devices."""

    kind: str
    name: str
    country: str
    region: str
    location: Record
    net: str  # first two octets of its IPv4 addresses
    number: int  # among its kind in the country
    net6: str = ""  # first three groups of its IPv6 addresses


def lay_foundation(network: Network) -> list[Site]:
    """Everything that is not at a site, and the sites, still without devices."""
    _vocabulary(network)
    _models(network)
    sites = []
    for number, region in enumerate(plan.REGIONS):
        sites += list(_region(network, region, number))
    return sites


def _vocabulary(network: Network) -> None:
    kinds = {}
    for own in OWN["content_types"]:
        kinds[f"{own['app_label']}.{own['model']}"] = ref(network.add("content_types", **own))
    for field in ("statuses", "roles"):
        for own in OWN[field]:
            network.named(field, **{**own, "content_types": [kinds[k] for k in own["content_types"]]})
    for name, (color, used_by) in plan.ROLES.items():
        network.named("roles", name, color=color, content_types=[kinds[k] for k in used_by])
    for own in OWN["namespaces"]:
        network.named("namespaces", **own)
    network.named("namespaces", stories.LAB, description="Numbers of its own, independent of the production network")
    for name, (parent, holds) in plan.LOCATION_TYPES.items():
        above = network.the("location_types", parent) if parent else None
        network.named("location_types", name, parent=above, nestable=False, content_types=[kinds[k] for k in holds])
    for name, description in plan.TENANTS.items():
        network.named("tenants", name, description=description)


def _models(network: Network) -> None:
    for name in ("Cisco", "Arista"):
        network.named("manufacturers", name)
    for name, (manufacturer, driver) in plan.DRIVERS.items():
        network.named("platforms", name, manufacturer=network.the("manufacturers", manufacturer), network_driver=driver)
    for kind in plan.KINDS.values():
        network.named(
            "device_types",
            kind.model,
            part_number=kind.part_number,
            manufacturer=network.the("manufacturers", kind.manufacturer),
            u_height=kind.height,
            is_full_depth=True,
        )
    for name, _, asn in (*plan.CARRIERS.values(), plan.GLOBAL_CARRIER):
        network.named("providers", name, asn=asn)
    for name, description in plan.CIRCUIT_TYPES.items():
        network.named("circuit_types", name, description=description)


def _location(
    network: Network, name: str, kind: str, parent: Record | None, description: str, city: str = ""
) -> Record:
    status = {stories.PLANNED_SITE: "Planned", stories.RETIRED_SITE: "Retired"}.get(name, "Active")
    return network.add(
        "locations",
        name,
        name=name,
        location_type=network.the("location_types", kind),
        status=network.the("statuses", status),
        parent=ref(parent) if parent else None,
        facility=city,
        description=description,
    )


def _region(network: Network, region: str, number: int) -> Iterator[Site]:
    description, countries = plan.REGIONS[region]
    network.region = region
    first = number * plan.REGION_STEP
    top = _location(network, region, "Region", None, description)
    network.prefix(f"10.{first}.0.0/10", top, type_="CONTAINER", description=f"{region} address space")
    network.prefix(f"2001:db8:{number}000::/36", top, type_="CONTAINER", description=f"{region} IPv6 address space")
    for order, (country, code, campuses) in enumerate(countries):
        land = _location(network, country, "Country", top, code)
        for c, (name, city) in enumerate(campuses):
            here = _location(network, name, "Campus", land, f"{city} campus", city)
            net = f"10.{first + 2 * order + c}"
            network.prefix(f"{net}.0.0/16", here, type_="CONTAINER", description=f"{name} address space")
            yield Site("Campus", name, country, region, here, net, c + 1)
        if order < plan.DATA_CENTER_COUNTRIES:
            yield _data_center(network, region, number, order, land, country, f"{code}D01")
        net = f"10.{first + plan.BRANCH_OFFSET + order}"
        network.prefix(f"{net}.0.0/16", land, type_="CONTAINER", description=f"{country} branches")
        for b in range(1, plan.BRANCHES + 1):
            name = f"{code}B{b:02d}"
            here = _location(network, name, "Branch", land, f"{country} branch {b}")
            yield Site("Branch", name, country, region, here, net, b)


def _data_center(network: Network, region: str, number: int, order: int, land: Record, country: str, name: str) -> Site:
    here = _location(network, name, "Data Center", land, f"{country} data center")
    net = f"10.{number * plan.REGION_STEP + plan.DATA_CENTER_OFFSET + order}"
    net6 = f"2001:db8:{number}00{order + 1}"
    network.prefix(f"{net}.0.0/16", here, type_="CONTAINER", description=f"{name} address space")
    network.prefix(f"{net6}::/48", here, type_="CONTAINER", description=f"{name} IPv6 address space")
    return Site("Data Center", name, country, region, here, net, 1, net6)
