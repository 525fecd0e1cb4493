"""Nautobot's change log of the demo network: seven weeks in which its stories came about.

After the last change of a record its data is what the fixtures hold.
"""

from demo_network import stories
from demo_network.change_branches import new_branch, planned_branch, retired_branch
from demo_network.change_log import ChangeLog, at, circuits, find, site_of
from demo_network.records import Network, Record, fixed_id, ref

ROBOT = "netops-automation"


def add_changes(network: Network) -> None:
    """Tell the stories, in the order of time."""
    log = ChangeLog(network)
    for story in (
        new_branch,
        planned_branch,
        retired_branch,
        _mistake_at_frankfurt,
        _guest_networks,
        _renamed_vlan,
        _faster_circuit,
        _nights_of_automation,
        _replaced_switch,
        _lost_routers_and_circuits,
        _odd_records,
    ):
        story(network, log)
    log.write(network)


def _mistake_at_frankfurt(network: Network, log: ChangeLog) -> None:
    """The wrong core router is set to Offline; a colleague sees it seventeen minutes later."""
    router = find(network, "devices", name=stories.MISTAKE)
    log.tell(
        "devices",
        router,
        ("10-13 08:30", "jkowalski", "UPDATE", {"comments": "Software upgrade on 14 October, 02:00 UTC."}),
        ("10-14 03:10", "jkowalski", "UPDATE", {}),
        ("11-03 14:02", "asilva", "UPDATE", {"status": network.the("statuses", "Offline")}),
        ("11-03 14:19", "jkowalski", "UPDATE", {}),
    )


def _guest_networks(network: Network, log: ChangeLog) -> None:
    """A prefix is resized: deleted, and two smaller ones made in its place."""
    halves = [(site, find(network, "prefixes", prefix=cidr)) for site, cidr, _ in stories.EMPTY[:2]]
    whole = {**halves[0][1], "id": fixed_id("gone", stories.RESIZED), "prefix": stories.RESIZED}
    log.tell("prefixes", whole, ("10-20 12:15", "asilva", "CREATE", {}), ("11-05 09:58", "asilva", "DELETE", {}))
    for n, (_, half) in enumerate(halves):
        log.tell("prefixes", half, (f"11-05 10:0{n + 1}", "asilva", "CREATE", {}))


def _renamed_vlan(network: Network, log: ChangeLog) -> None:
    """A VLAN gets the name that it has everywhere else."""
    (vlan,) = [v for v in at(network, "vlans", site_of(network, stories.RENAMED_VLAN[0])) if v["vid"] == 200]
    old = {"name": stories.RENAMED_VLAN[1]}
    log.tell(
        "vlans",
        vlan,
        ("10-21 15:37", "asilva", "UPDATE", {**old, "description": "Telephones, both floors"}),
        ("10-28 09:03", "jkowalski", "UPDATE", {}),
    )


def _faster_circuit(network: Network, log: ChangeLog) -> None:
    """A circuit is ordered faster, and becomes it."""
    circuit = find(network, "circuits", description=stories.FASTER_CIRCUIT)
    before = {"commit_rate": 200_000}
    log.tell(
        "circuits",
        circuit,
        ("10-15 11:11", "mrossi", "UPDATE", {**before, "comments": "Upgrade to 500 Mbit/s ordered."}),
        ("11-10 06:24", "mrossi", "UPDATE", {}),
    )


def _nights_of_automation(network: Network, log: ChangeLog) -> None:
    """A template with a slip in it writes to every user port of a switch; the night after it is put right."""
    switch = find(network, "devices", name=stories.BULK_EDITED)
    ports = [
        port
        for port in network.all("interfaces")
        if port["device"] == ref(switch) and port["name"].startswith("GigabitEthernet")
    ]
    for night, wrong in (("11-11", True), ("11-12", False)):
        for n, port in enumerate(ports):
            other = {"description": port["description"].replace("user", "usr").upper()} if wrong else {}
            step = (f"{night} 01:30:{n:02d}", ROBOT, "UPDATE", other)
            log.tell("interfaces", port, step, request=f"bulk {night}")
    full = find(network, "prefixes", prefix=stories.FILLED)
    inside = [a for a in network.all("ip_addresses") if a["parent"] == ref(full)]
    for n, address in enumerate(inside[-6:]):
        log.tell("ip_addresses", address, (f"11-18 02:00:{n:02d}", ROBOT, "CREATE", {}), request="lease import")


def _replaced_switch(network: Network, log: ChangeLog) -> None:
    """A switch is decommissioned and deleted with its interfaces; the one that is to follow stands staged."""
    staged = find(network, "devices", name=stories.STAGED_SWITCH)
    gone = {**staged, "id": fixed_id("gone", stories.GONE_SWITCH), "name": stories.GONE_SWITCH, "serial": "FDO1B7C20D4"}
    gone.pop("primary_ip4", None)
    status = {name: network.the("statuses", name) for name in ("Active", "Decommissioning", "Planned")}
    leaving = {"status": status["Decommissioning"]}
    log.tell(
        "devices",
        gone,
        ("10-26 07:50", "jkowalski", "UPDATE", {"status": status["Active"], "comments": "Power supply 2 is noisy."}),
        ("11-04 08:15", "jkowalski", "UPDATE", {**leaving, "comments": "To be replaced."}),
        ("11-16 12:30:09", "jkowalski", "DELETE", {**leaving, "comments": "To be replaced."}),
        request="delete the switch",
    )
    for n in (1, 2):
        port = find(network, "interfaces", device=ref(staged), name=f"TenGigabitEthernet1/1/{n}")
        own = {**port, "id": fixed_id("gone", stories.GONE_SWITCH, n), "device": ref(gone)}
        log.tell("interfaces", own, (f"11-16 12:30:0{n}", "jkowalski", "DELETE", {}), request="delete the switch")
    log.tell("devices", staged, ("11-18 09:40", "jkowalski", "UPDATE", {"status": status["Planned"]}))
    log.tell("devices", staged, ("11-19 14:25", "jkowalski", "UPDATE", {}))


def _lost_routers_and_circuits(network: Network, log: ChangeLog) -> None:
    """Why branches miss a router and a campus its second circuit: they were deleted."""
    for n, (site_name, number) in enumerate(sorted(stories.MISSING_ROUTER)):
        other = find(network, "devices", name=f"{site_name}-wan{3 - number:03d}")
        name = f"{site_name}-wan{number:03d}"
        gone = {
            **other,
            "id": fixed_id("gone", name),
            "name": name,
            "serial": f"FDO{fixed_id('gone', name)[:8].upper()}",
        }
        gone.pop("primary_ip4", None)
        failed = {"status": network.the("statuses", "Failed")}
        log.tell(
            "devices",
            gone,
            (f"10-23 05:1{n}", "asilva", "UPDATE", failed),
            (f"11-14 11:2{n}", "asilva", "DELETE", failed),
        )
    for site_name in stories.ONE_CIRCUIT:
        (first,) = circuits(network, site_of(network, site_name))
        carrier = {"provider": network.the("providers", "Meridian Transit")}
        carrier |= {"circuit_type": network.the("circuit_types", "Internet Access")}
        own = {"cid": stories.GONE_CIRCUIT, "description": f"{site_name} internet"}
        gone = {**first, **carrier, **own, "id": fixed_id("gone", stories.GONE_CIRCUIT)}
        leaving = {"status": network.the("statuses", "Deprovisioning")}
        log.tell(
            "circuits",
            gone,
            ("10-16 10:00", "mrossi", "UPDATE", leaving),
            ("11-06 10:30", "mrossi", "DELETE", {"status": network.the("statuses", "Decommissioned")}),
        )


def _odd_records(network: Network, log: ChangeLog) -> None:
    """How the odd records came to be as they are."""
    old_home = {"location": ref(site_of(network, "MEX01"))}
    moved = find(network, "devices", name="MEX01-acc006")
    log.tell("devices", moved, ("10-08 16:48", "asilva", "UPDATE", old_home), ("11-09 13:05", "asilva", "UPDATE", {}))

    shared = find(network, "ip_addresses", address=stories.DUPLICATE[0])
    alone = {"interfaces": shared["interfaces"][:1]}
    naming = {**alone, "description": "Gateway of the data VLAN"}
    log.tell(
        "ip_addresses",
        shared,
        ("10-27 09:22", "asilva", "UPDATE", naming),
        ("10-27 09:31", "asilva", "UPDATE", alone),
        ("11-13 17:44", "asilva", "UPDATE", {}),
    )
    silent = find(network, "devices", name="OSA01-acc004")
    address = _address_of(network, silent)
    log.tell(
        "devices",
        silent,
        ("10-14 06:00", "jkowalski", "UPDATE", {"primary_ip4": ref(address), "comments": "Checked on site."}),
        ("10-14 06:05", "jkowalski", "UPDATE", {"primary_ip4": ref(address)}),
        ("11-11 09:17", "asilva", "UPDATE", {}),
    )
    failed = find(network, "devices", name="ROM01-acc002")
    active = {"status": network.the("statuses", "Active")}
    log.tell(
        "devices",
        failed,
        ("10-29 12:00", "jkowalski", "UPDATE", {**active, "comments": "Fan alarm, seen to."}),
        ("11-17 18:36", "jkowalski", "UPDATE", {}),
    )
    orders = find(network, "devices", name=stories.ORDERS_DEVICE)
    log.tell(
        "devices",
        orders,
        ("10-09 10:10", "mrossi", "UPDATE", {"comments": "Console cable missing."}),
        ("10-22 23:58", "contractor7", "UPDATE", {}),
    )
    for n, (cidr, then) in enumerate((("10.160.19.0/24", "Active"), ("10.160.20.0/24", "Active"))):
        network_ = find(network, "prefixes", prefix=cidr)
        status = {"status": network.the("statuses", then)}
        about = {**status, "description": f"{network_['description']}, to be moved"}
        log.tell(
            "prefixes",
            network_,
            (f"10-24 10:0{n}", "mrossi", "UPDATE", about),
            (f"11-06 15:3{n}", "mrossi", "UPDATE", {}),
        )


def _address_of(network: Network, device: Record) -> Record:
    ports: list[str] = [p["id"] for p in network.all("interfaces") if p["device"] == ref(device)]
    return next(
        address
        for address in network.all("ip_addresses")
        if any(port["id"] in ports for port in address.get("interfaces", ()))
    )
