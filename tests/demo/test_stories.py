"""Each story that demo_fixtures/STORIES.md tells is in the data, and the data has no other one of its kind."""

from collections import Counter
from ipaddress import collapse_addresses, ip_network
from typing import Any

import pytest


@pytest.fixture
def told(shipped: Any) -> dict[str, str]:
    """What the file says is found, by story."""
    lines = (shipped.root / "STORIES.md").read_text(encoding="utf-8").split("## Stories")[1].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return {story: finds for story, _, finds in rows[2:]}


def use(shipped: Any) -> Counter[str]:
    """How many addresses each prefix has, by its id."""
    return Counter(address["parent"]["id"] for address in shipped["ip_addresses"])


def networks(shipped: Any, **wanted: str) -> list[dict[str, Any]]:
    """The prefixes that are no containers, where references are named as wanted."""
    return [
        row
        for row in shipped["prefixes"]
        if row["type"] == "NETWORK" and all(shipped.name(row[field]) == name for field, name in wanted.items())
    ]


def test_a_few_networks_are_nearly_full_and_most_are_sparse(shipped: Any, told: dict[str, str]) -> None:
    used = use(shipped)
    wide = [row for row in networks(shipped, namespace="Global") if row["prefix_length"] == 24]
    full = {
        f"{shipped.name(row['locations'][0])} {row['prefix']}": used[row["id"]] for row in wide if used[row["id"]] > 240
    }

    assert len(full) == 8
    assert all(f"{name} ({count}" in told["Nearly full networks"] for name, count in full.items())
    assert max(used[row["id"]] for row in wide if used[row["id"]] <= 240) < 200
    assert sum(used[row["id"]] <= 12 for row in wide) > 0.8 * len(wide)


def test_reserved_networks_are_empty(shipped: Any, told: dict[str, str]) -> None:
    used = use(shipped)
    empty = {row["prefix"]: row for row in networks(shipped) if not used[row["id"]]}

    assert {prefix for prefix in empty if prefix in told["Empty networks"]} == set(empty) - {"10.107.10.0/24"}
    assert shipped.name(empty["10.107.10.0/24"]["locations"][0]) == "KRB10"
    assert {shipped.name(row["status"]) for row in empty.values()} == {"Reserved"}


def test_a_block_has_much_space_but_no_large_piece(shipped: Any, told: dict[str, str]) -> None:
    block = ip_network("10.201.200.0/21")
    inside = [ip_network(row["prefix"]) for row in networks(shipped) if row["ip_version"] == 4]
    inside = [network for network in inside if network.subnet_of(block)]
    free = [block]
    for network in inside:
        (around,) = [piece for piece in free if network.subnet_of(piece)]
        free = [piece for piece in free if piece != around] + list(around.address_exclude(network))

    assert f"{len(inside)} small networks" in told["A fragmented block"]
    assert f"{sum(network.num_addresses for network in inside)} of 2,048" in told["A fragmented block"]
    assert min(piece.prefixlen for piece in collapse_addresses(free)) > 23


def test_the_same_prefixes_exist_in_a_second_namespace(shipped: Any, told: dict[str, str]) -> None:
    twice = {cidr for cidr, count in Counter(row["prefix"] for row in shipped["prefixes"]).items() if count > 1}

    assert twice == {"10.2.0.0/16", "10.2.11.0/24", "10.2.12.0/24", "10.2.111.0/24"}
    assert all(cidr in told["Overlapping prefixes"] or cidr == "10.2.11.0/24" for cidr in twice)
    lab = [row for row in shipped["prefixes"] if shipped.name(row["namespace"]) == "Lab"]
    assert {shipped.name(row["locations"][0]) for row in lab} == {"YVR01"}


def test_the_same_host_exists_in_two_namespaces(shipped: Any) -> None:
    rows = [row for row in shipped["ip_addresses"] if row["address"] == "10.2.11.1/24"]

    assert sorted(len(row.get("interfaces", ())) for row in rows) == [0, 1]
    assert {shipped.name(shipped.by_id[row["parent"]["id"]]["namespace"]) for row in rows} == {"Global", "Lab"}


def test_one_address_is_on_two_devices(shipped: Any, told: dict[str, str]) -> None:
    (row,) = [row for row in shipped["ip_addresses"] if len(row.get("interfaces", ())) > 1]
    ports = [shipped.by_id[target["id"]] for target in row["interfaces"]]

    assert row["address"] == "10.73.13.1/24"
    for port in ports:
        assert f"{shipped.name(port['device'])} {port['name']}" in told["A duplicate address"]


def test_three_names_do_not_match_their_site(shipped: Any, told: dict[str, str]) -> None:
    strange = [row for row in shipped["devices"] if not row["name"].startswith(f"{shipped.name(row['location'])}-")]

    found = ", ".join(f"{row['name']} at {shipped.name(row['location'])}" for row in strange)
    assert sorted(found.split(", ")) == sorted(told["Names that do not match the site"].split(", "))


def test_five_active_devices_have_no_primary_address(shipped: Any, told: dict[str, str]) -> None:
    without = [row for row in shipped["devices"] if "primary_ip4" not in row and "primary_ip6" not in row]
    active = [row["name"] for row in without if shipped.name(row["status"]) == "Active"]

    assert len(active) == 5
    assert all(name in told["No primary address"] for name in active)
    others = {
        (shipped.name(row["location"]), shipped.name(row["status"])) for row in without if row["name"] not in active
    }
    assert others == {("KRB10", "Planned")}


def test_two_branches_miss_a_router(shipped: Any, told: dict[str, str]) -> None:
    routers = Counter(
        shipped.name(row["location"]) for row in shipped["devices"] if shipped.name(row["role"]) == "WAN Router"
    )
    branches = [row["name"] for row in shipped["locations"] if shipped.name(row["location_type"]) == "Branch"]

    assert {name for name in branches if routers[name] < 2} == set(told["Branches that miss a router"].split(", "))


def test_one_campus_has_a_single_circuit(shipped: Any, told: dict[str, str]) -> None:
    ends = Counter(shipped.name(row["location"]) for row in shipped["circuit_terminations"])
    campuses = [row["name"] for row in shipped["locations"] if shipped.name(row["location_type"]) == "Campus"]

    assert [name for name in campuses if ends[name] != 2] == [told["A campus with one circuit"]]


@pytest.mark.parametrize(
    ("story", "status", "devices", "lan", "circuits"),
    [
        ("A planned site", "Planned", "Planned", "Reserved", "Provisioning"),
        ("A retired site", "Retired", "Decommissioning", "Deprecated", "Decommissioned"),
    ],
)
def test_a_site_is_planned_and_one_is_retired(
    shipped: Any, told: dict[str, str], story: str, status: str, devices: str, lan: str, circuits: str
) -> None:
    (site,) = [row["name"] for row in shipped["locations"] if shipped.name(row["status"]) == status]
    ends = {row["circuit"]["id"] for row in shipped.at(site, "circuit_terminations")}

    assert told[story].startswith(f"{site}:")
    assert {shipped.name(row["status"]) for row in shipped.at(site, "devices")} == {devices}
    assert [shipped.name(row["status"]) for row in shipped.at(site, "prefixes")] == [lan]
    assert {shipped.name(row["status"]) for row in shipped["circuits"] if row["id"] in ends} == {circuits}


def test_some_devices_are_out_of_order(shipped: Any, told: dict[str, str]) -> None:
    normal = {"Active", "Planned", "Decommissioning"}
    strange = {row["name"]: shipped.name(row["status"]) for row in shipped["devices"]}
    strange = {name: status for name, status in strange.items() if status not in normal}

    assert strange == {"ROM01-acc002": "Failed", "BLR01-acc005": "Staged"}
    assert all(name in told["Devices out of order"] for name in strange)


def test_some_networks_are_not_active(shipped: Any, told: dict[str, str]) -> None:
    other = {row["prefix"] for row in shipped["prefixes"] if shipped.name(row["status"]) != "Active"}
    elsewhere = {"10.193.16.0/24", "10.193.17.0/24", "10.197.16.0/24", "10.107.10.0/24", "10.44.9.0/24"}

    assert all(prefix in told["Networks that are not Active"] for prefix in other - elsewhere)
    assert len(other - elsewhere) == 4


def test_a_city_name_means_two_places(shipped: Any, told: dict[str, str]) -> None:
    places = {row["name"]: row["facility"] for row in shipped["locations"] if "Santiago" in row.get("facility", "")}

    assert places == {"SCL01": "Santiago", "STI01": "Santiago de los Caballeros"}
    assert all(name in told["Two places of one name"] for name in places)


def test_only_campuses_have_a_city(shipped: Any) -> None:
    assert {shipped.name(row["location_type"]) for row in shipped["locations"] if "facility" in row} == {"Campus"}


def test_two_records_try_to_give_orders(shipped: Any) -> None:
    (device,) = [row for row in shipped["devices"] if "comments" in row]
    (port,) = [row for row in shipped["interfaces"] if "disregard" in row.get("description", "")]

    assert device["name"] == "XEL01-cor001"
    assert "ignore all previous instructions" in device["comments"]
    assert (shipped.name(port["device"]), port["name"]) == ("GUA01-acc003", "GigabitEthernet1/0/7")
    assert len(port["description"]) <= 255  # Nautobot's limit


@pytest.mark.parametrize(("site", "count"), [("AQP01", 34), ("GIG01", 25), ("MDE01", 24), ("YVR01", 28), ("NYC01", 23)])
def test_the_prefixes_that_stories_add_are_counted(shipped: Any, site: str, count: int) -> None:
    assert len(shipped.at(site, "prefixes")) == count
    stories = (shipped.root / "STORIES.md").read_text(encoding="utf-8")
    assert site == "NYC01" or site in stories
