"""Three branches in the change log: one is brought up, one planned, one closed."""

from demo_network import stories
from demo_network.change_log import ChangeLog, at, circuits, site_of
from demo_network.records import Network, ref


def new_branch(network: Network, log: ChangeLog) -> None:
    """A branch is brought up step by step, and takes over the circuits of an office that closed."""
    site = site_of(network, stories.NEW_SITE)
    status = {name: network.the("statuses", name) for name in ("Planned", "Staged", "Staging", "Offline")}
    log.tell(
        "locations",
        site,
        (
            "10-05 08:12",
            "mrossi",
            "CREATE",
            {"status": status["Planned"], "description": f"{site['name']}, new office"},
        ),
        ("10-19 09:30", "mrossi", "UPDATE", {"status": status["Staging"]}),
        ("11-02 16:05", "jkowalski", "UPDATE", {}),
    )
    (lan,) = at(network, "prefixes", site)
    reserved = network.the("statuses", "Reserved")
    log.tell(
        "prefixes",
        lan,
        ("10-06 13:40", "asilva", "CREATE", {"status": reserved}),
        ("11-02 15:41", "jkowalski", "UPDATE", {}),
    )
    for n, router in enumerate(at(network, "devices", site)):
        bare = {"serial": "", "primary_ip4": None}
        log.tell(
            "devices",
            router,
            (f"10-07 09:0{n}", "asilva", "CREATE", {"status": status["Planned"], **bare}),
            (f"10-20 10:1{n}", "jkowalski", "UPDATE", {"status": status["Staged"], "primary_ip4": None}),
            (f"10-21 11:2{n}", "jkowalski", "UPDATE", {"status": status["Staged"]}),
            (f"11-02 15:5{n}", "jkowalski", "UPDATE", {}),
        )
        ports = [p for p in network.all("interfaces") if p["device"] == ref(router)]
        for m, port in enumerate(ports):
            log.tell("interfaces", port, (f"10-07 09:0{n}:{10 + m}", "asilva", "CREATE", {}))
        for address in network.all("ip_addresses"):
            if any(ref(port) in address.get("interfaces", ()) for port in ports):
                log.tell("ip_addresses", address, (f"10-21 11:1{n}", "jkowalski", "CREATE", {}))
    for n, circuit in enumerate(circuits(network, site)):
        kind = circuit["description"].removeprefix(site["name"]).strip()
        old = {"description": f"Closed office {kind}"}
        log.tell(
            "circuits",
            circuit,
            (f"10-08 14:2{n}", "mrossi", "UPDATE", {"status": status["Offline"], **old}),
            (f"10-22 14:3{n}", "mrossi", "UPDATE", {"status": network.the("statuses", "Provisioning")}),
            (f"10-30 09:1{n}", "mrossi", "UPDATE", {}),
        )


def planned_branch(network: Network, log: ChangeLog) -> None:
    """Another is planned, and that is where it stands."""
    site = site_of(network, stories.PLANNED_SITE)
    log.tell("locations", site, ("11-16 07:45", "mrossi", "CREATE", {}))
    for lan in at(network, "prefixes", site):
        log.tell("prefixes", lan, ("11-16 08:02", "asilva", "CREATE", {}))
    for n, router in enumerate(at(network, "devices", site)):
        log.tell("devices", router, (f"11-17 10:3{n}", "asilva", "CREATE", {}))
    for n, circuit in enumerate(circuits(network, site)):
        planned = {"status": network.the("statuses", "Planned")}
        log.tell(
            "circuits",
            circuit,
            (f"11-17 13:1{n}", "mrossi", "CREATE", {**planned, "circuit_termination_a": None}),
            (f"11-19 08:5{n}", "mrossi", "UPDATE", {}),
        )


def retired_branch(network: Network, log: ChangeLog) -> None:
    """An office closes."""
    site = site_of(network, stories.RETIRED_SITE)
    active = {"status": network.the("statuses", "Active")}
    log.tell(
        "locations",
        site,
        ("10-12 15:20", "mrossi", "UPDATE", {**active, "comments": "The lease ends on 30 October."}),
        ("10-30 17:02", "mrossi", "UPDATE", {}),
    )
    for n, router in enumerate(at(network, "devices", site)):
        offline = {"status": network.the("statuses", "Offline")}
        log.tell(
            "devices",
            router,
            (f"10-30 16:1{n}", "asilva", "UPDATE", offline),
            (f"10-30 16:4{n}", "asilva", "UPDATE", {}),
        )
    for lan in at(network, "prefixes", site):
        log.tell("prefixes", lan, ("10-30 16:55", "asilva", "UPDATE", {}))
    for n, circuit in enumerate(circuits(network, site)):
        leaving = {"status": network.the("statuses", "Deprovisioning")}
        log.tell(
            "circuits",
            circuit,
            (f"10-31 09:0{n}", "mrossi", "UPDATE", leaving),
            (f"11-13 09:0{n}", "mrossi", "UPDATE", {}),
        )
