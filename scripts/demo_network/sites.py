"""Campuses, data centers and branches: devices, interfaces, links, VLANs and networks."""

from typing import Any

from demo_network import plan, stories
from demo_network.foundation import Site
from demo_network.records import Network, Record, chance, fixed_id, ref


def build(network: Network, site: Site) -> None:
    """Fill a site with what its kind has."""
    network.region = site.region
    {"Campus": _campus, "Data Center": _data_center, "Branch": _branch}[site.kind](network, site)


def device(network: Network, site: Site, function: str, number: int, **values: Any) -> Record:
    kind = plan.KINDS[function]
    own = f"{site.name}-{kind.code}{number:03d}"
    name = stories.MISNAMED.get((site.name, function, number), own)
    status = {stories.PLANNED_SITE: "Planned", stories.RETIRED_SITE: "Decommissioning"}.get(site.name, "Active")
    maker = "FDO" if kind.manufacturer == "Cisco" else "JPE"
    return network.add(
        "devices",
        own,
        name=name,
        location=ref(site.location),
        role=network.the("roles", kind.role),
        device_type=network.the("device_types", kind.model),
        platform=network.the("platforms", kind.platform),
        status=network.the("statuses", stories.DEVICE_STATUS.get(name, status)),
        tenant=network.the("tenants", "Corporate IT"),
        serial=f"{maker}{fixed_id('serial', own)[:8].upper()}",
        comments=stories.ORDERS_COMMENT if name == stories.ORDERS_DEVICE else "",
        **values,
    )


def port(network: Network, on: Record, name: str, type_: str, description: str, **values: Any) -> Record:
    if (on["name"], name) == stories.ORDERS_INTERFACE:
        description = stories.ORDERS_DESCRIPTION
    return network.add(
        "interfaces",
        on["id"],
        name,
        device=ref(on),
        name=name,
        type=type_,
        status=network.the("statuses", "Active"),
        enabled=values.pop("enabled", True),
        description=description,
        **values,
    )


def cable(network: Network, type_: str, *ends: tuple[str, Record]) -> None:
    """Connect two ends, each given as the name of its kind and the record; the first one is end A."""
    key = [record["id"] for _, record in ends]
    network.add(
        "cables",
        *key,
        type=type_,
        status=network.the("statuses", "Connected"),
        terminations=[
            {"id": fixed_id("termination", *key, side), "cable_end": side, "connector": 1, kind: ref(record)}
            for side, (kind, record) in zip("AB", ends, strict=True)
        ],
    )


def _make_primary(on: Record, address: Record) -> None:
    if on["name"] not in stories.WITHOUT_PRIMARY:
        on.setdefault(f"primary_ip{address['ip_version']}", ref(address))


class _Links:
    """The point-to-point networks of a site, numbered from the start of its last /24."""

    def __init__(self, network: Network, site: Site) -> None:
        self._network, self._site, self._next = network, site, 0

    def join(self, a: tuple[Record, str, str, str], b: tuple[Record, str, str, str]) -> None:
        """A cable between two new interfaces (device, name, type, description) with an address at each end."""
        ends = [port(self._network, *end) for end in (a, b)]
        cable(self._network, "SMF", *(("interface", end) for end in ends))
        net = f"{self._site.net}.255"
        text = " - ".join(f"{on['name']} {name}" for on, name, _, _ in (a, b))
        link = self._network.prefix(
            f"{net}.{self._next}/31", self._site.location, role="Point-to-Point Link", description=text
        )
        for (on, *_), end in zip((a, b), ends, strict=True):
            _make_primary(on, self._network.address(f"{net}.{self._next}/31", link, end))
            self._next += 1


def _vlan(network: Network, site: Site, group: Record, vid: int, name: str, role: str) -> Record:
    return network.add(
        "vlans",
        site.name,
        vid,
        vid=vid,
        name=name,
        vlan_group=ref(group),
        status=network.the("statuses", "Active"),
        role=network.the("roles", role),
        locations=[ref(site.location)],
    )


def _gateway(network: Network, on: Record, vlan: Record, prefix: Record, interface: Record | None = None) -> Record:
    """The VLAN's interface on a switch, holding the first address of the prefix."""
    interface = interface or port(network, on, f"Vlan{vlan['vid']}", "VIRTUAL", f"{vlan['name'].split('-')[0]} VLAN")
    base, length = prefix["prefix"].split("/")
    first = f"{base}1" if base.endswith("::") else f"{base.rsplit('.', 1)[0]}.1"
    _make_primary(on, network.address(f"{first}/{length}", prefix, interface))
    return interface


def _campus(network: Network, site: Site) -> None:
    wans = [device(network, site, "wan", n + 1) for n in range(plan.WAN_ROUTERS)]
    core = device(network, site, "core", 1)
    group = network.add(
        "vlan_groups", site.name, name=f"{site.name}-campus", location=ref(site.location), range="1-4094"
    )
    data = _vlan(network, site, group, 100, "data", "User Data")
    voice = _vlan(network, site, group, 200, "voice", "User Voice")
    links = _Links(network, site)
    for n, wan in enumerate(wans, 1):
        port(network, wan, "GigabitEthernet0/0/0", "A_1000BASE_T", "WAN")
        links.join(
            (core, f"TwentyFiveGigE1/0/{40 + n}", "A_25GBASE_X_SFP28", f"to {wan['name']}"),
            (wan, "GigabitEthernet0/0/1", "A_1000BASE_X_SFP", f"to {core['name']}"),
        )
    for n in range(1, plan.ACCESS_SWITCHES + 1):
        switch = device(network, site, "access", n)
        for vlan, third, role in ((data, 10 + n, "User Data"), (voice, 110 + n, "User Voice")):
            cidr = f"{site.net}.{third}.0/24"
            prefix = network.prefix(
                cidr,
                site.location,
                role=role,
                status=stories.PREFIX_STATUS.get(cidr, "Active"),
                vlan=ref(vlan),
                description=f"{switch['name']} {vlan['name']} VLAN",
            )
            _gateway(network, switch, vlan, prefix)
        for u in range(1, plan.UPLINKS + 1):
            links.join(
                (switch, f"TenGigabitEthernet1/1/{u}", "A_10GBASE_X_SFPP", f"uplink to {core['name']}"),
                (core, f"TwentyFiveGigE1/0/{(n - 1) * plan.UPLINKS + u}", "A_25GBASE_X_SFP28", f"to {switch['name']}"),
            )
        _user_ports(network, switch, data, voice)


def _user_ports(network: Network, switch: Record, data: Record, voice: Record) -> None:
    uses = chance("user ports", switch["id"])
    for n in range(1, plan.USER_PORTS + 1):
        use = uses.choices(["user port", "access point", "printer", "meeting room", "unused"], [70, 8, 5, 5, 12])[0]
        port(
            network,
            switch,
            f"GigabitEthernet1/0/{n}",
            "A_1000BASE_T",
            use,
            enabled=use != "unused",
            mode="TAGGED",
            untagged_vlan=ref(data),
            tagged_vlans=[ref(voice)],
        )


def _data_center(network: Network, site: Site) -> None:
    racks = [
        network.add(
            "racks",
            site.name,
            n,
            name=f"{site.name}-R{n:02d}",
            location=ref(site.location),
            status=network.the("statuses", "Active"),
            tenant=network.the("tenants", "Corporate IT"),
            width="A_19",
            u_height=42,
            type="A_4_POST_CABINET",
        )
        for n in range(1, plan.RACKS + 1)
    ]
    group = network.add(
        "vlan_groups", site.name, name=f"{site.name}-compute", location=ref(site.location), range="1-4094"
    )
    links = _Links(network, site)
    spines = [
        device(network, site, "spine", n, rack=ref(racks[rack]), position=40, face="FRONT")
        for n, rack in enumerate((0, 1, -2, -1), 1)
    ]
    for n in range(1, plan.LEAVES + 1):
        rack, second = divmod(n - 1, 2)
        leaf = device(network, site, "leaf", 1000 + n, rack=ref(racks[rack]), position=42 - second, face="FRONT")
        vlan = _vlan(network, site, group, 1000 + n, f"compute-{1000 + n}", "Compute")
        interface = None
        for cidr in (f"{site.net}.{n}.0/24", f"{site.net6}:{1000 + n}::/64"):
            prefix = network.prefix(
                cidr,
                site.location,
                role="Compute",
                status=stories.PREFIX_STATUS.get(cidr, "Active"),
                vlan=ref(vlan),
                description=f"{leaf['name']} compute VLAN",
            )
            interface = _gateway(network, leaf, vlan, prefix, interface)
        for s, spine in enumerate(spines, 1):
            links.join(
                (leaf, f"Ethernet{48 + s}/1", "A_100GBASE_X_QSFP28", f"uplink to {spine['name']}"),
                (spine, f"Ethernet{n}/1", "A_100GBASE_X_QSFP28", f"to {leaf['name']}"),
            )


def _branch(network: Network, site: Site) -> None:
    cidr = f"{site.net}.{site.number}.0/24"
    status = {stories.PLANNED_SITE: "Reserved", stories.RETIRED_SITE: "Deprecated"}.get(site.name, "Active")
    lan = network.prefix(
        cidr,
        site.location,
        role="Branch LAN",
        status=stories.PREFIX_STATUS.get(cidr, status),
        description=f"{site.name} LAN",
    )
    for n in range(1, plan.WAN_ROUTERS + 1):
        if (site.name, n) in stories.MISSING_ROUTER:
            continue
        wan = device(network, site, "wan", n)
        port(network, wan, "GigabitEthernet0/0/0", "A_1000BASE_T", "WAN")
        inside = port(network, wan, "GigabitEthernet0/0/1", "A_1000BASE_T", "branch LAN")
        if site.name != stories.PLANNED_SITE:
            _make_primary(wan, network.address(f"{site.net}.{site.number}.{n}/24", lan, inside))
