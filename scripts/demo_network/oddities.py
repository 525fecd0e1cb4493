"""The stories that are additions to the plan; the others are told to the builders of sites by `stories`."""

from demo_network import stories
from demo_network.foundation import Site
from demo_network.records import Network, chance, ref


def add_oddities(network: Network, sites: list[Site]) -> None:
    """A fragmented block, empty networks, a second namespace and an address on two devices."""
    at = {site.name: site for site in sites}
    _fragmented(network, at[stories.FRAGMENTED_SITE])
    for name, cidr, why in stories.EMPTY:
        network.region = at[name].region
        network.prefix(cidr, at[name].location, role="User Data", status="Reserved", description=f"{name} {why}")
    _second_namespace(network, at[stories.LAB_SITE])
    _duplicate(network)


def _fragmented(network: Network, site: Site) -> None:
    network.region = site.region
    network.prefix(stories.FRAGMENTED, site.location, type_="CONTAINER", description=f"{site.name} building services")
    for cidr, use in stories.FRAGMENTS:
        prefix = network.prefix(cidr, site.location, role="User Data", description=f"{site.name} {use}")
        base, last = cidr.split("/")[0].rsplit(".", 1)
        dice = chance("fragment", cidr)
        size = 2 ** (32 - prefix["prefix_length"])
        for host in sorted(dice.sample(range(1, size - 1), dice.randint(2, 8))):
            network.address(
                f"{base}.{int(last) + host}/{prefix['prefix_length']}",
                prefix,
                dns_name=f"{site.name.lower()}-bs{base.rsplit('.', 1)[1]}-{int(last) + host:03d}.example.net",
            )


def _second_namespace(network: Network, site: Site) -> None:
    network.region = site.region
    common = {"namespace": stories.LAB, "tenant": network.the("tenants", "Research Lab")}
    network.prefix(stories.LAB_CONTAINER, site.location, type_="CONTAINER", description="Lab address space", **common)
    for n, cidr in enumerate(stories.LAB_PREFIXES, 1):
        prefix = network.prefix(cidr, site.location, description=f"Lab segment {n}", **common)
        base = cidr.rsplit(".", 1)[0]
        for host in range(1, stories.LAB_HOSTS + 1):
            network.address(
                f"{base}.{host}/24",
                prefix,
                tenant=common["tenant"],
                dns_name=f"lab-s{n}-{host:03d}.example.net",
            )


def _duplicate(network: Network) -> None:
    cidr, device, interface = stories.DUPLICATE
    devices = {d["name"]: d["id"] for d in network.all("devices")}
    (second,) = [
        i for i in network.all("interfaces") if i["device"]["id"] == devices[device] and i["name"] == interface
    ]
    (address,) = [a for a in network.all("ip_addresses") if a["address"] == cidr]
    address["interfaces"].append(ref(second))
