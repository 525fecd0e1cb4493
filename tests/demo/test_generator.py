"""The demo network in the repository is what its generator makes, and it is consistent."""

import subprocess
import sys
import uuid
from collections import Counter
from ipaddress import ip_interface, ip_network
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "demo_fixtures"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.json")}


def references(value: Any) -> list[str]:
    """The ids that a value refers to; a record's own id, or that of a part of it, is none."""
    if isinstance(value, list):
        return [target for item in value for target in references(item)]
    if isinstance(value, dict):
        return [value["id"]] if set(value) == {"id"} else [t for v in value.values() for t in references(v)]
    return []


def test_the_generator_makes_exactly_the_files_in_the_repository(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "scripts" / "generate_demo.py", tmp_path], check=True, cwd=tmp_path)

    assert files(tmp_path) == files(FIXTURES)


def test_no_file_is_too_large_to_read(shipped: Any) -> None:
    assert all(len(content) <= 1_500_000 for content in files(FIXTURES).values())


def test_the_network_has_its_size(shipped: Any) -> None:
    between_devices = [cable for cable in shipped["cables"] if all("interface" in end for end in cable["terminations"])]

    assert len(shipped["locations"]) == 272
    assert len(shipped["devices"]) == 912 - 2  # two branches miss a router
    assert len(between_devices) == 1120
    assert len(shipped["racks"]) == 80
    assert Counter(shipped.name(place["location_type"]) for place in shipped["locations"]) == {
        "Region": 4,
        "Country": 20,
        "Campus": 40,
        "Data Center": 8,
        "Branch": 200,
    }


def test_every_site_has_the_prefixes_of_its_plan(shipped: Any) -> None:
    planned: dict[str, Counter[tuple[int, int]]] = {}
    for prefix in shipped["prefixes"]:
        if prefix["prefix_length"] in (24, 31) and shipped.name(prefix["namespace"]) == "Global":
            lengths = planned.setdefault(shipped.name(prefix["locations"][0]), Counter())
            lengths[prefix["prefix_length"], 4] += 1
    added = {"GIG01": 2, "MDE01": 1}  # empty networks of the stories
    for place in shipped["locations"]:
        kind, name = shipped.name(place["location_type"]), place["name"]
        if kind == "Campus":
            assert planned[name] == {(24, 4): 10 + added.get(name, 0), (31, 4): 12}, name
        elif kind == "Data Center":
            assert planned[name] == {(24, 4): 20, (31, 4): 80}, name
        elif kind == "Branch":
            assert planned[name] == {(24, 4): 1}, name


def test_every_id_is_unique_and_every_reference_leads_to_a_record(shipped: Any) -> None:
    rows = [row for records in shipped.records.values() for row in records]
    ends = [end["id"] for cable in shipped["cables"] for end in cable["terminations"]]
    ids = [row["id"] for row in rows] + ends

    assert len(set(ids)) == len(ids)
    assert {target for row in rows for value in row.values() for target in references(value)} <= set(shipped.by_id)
    kinds = {row["id"] for row in shipped["content_types"]}  # numbers of Nautobot's own
    assert all(uuid.UUID(record_id) for record_id in ids if record_id not in kinds)


def test_a_prefix_lies_in_the_smallest_one_that_covers_it(shipped: Any) -> None:
    known = {(row["namespace"]["id"], ip_network(row["prefix"])): row["id"] for row in shipped["prefixes"]}
    assert len(known) == len(shipped["prefixes"])
    for row in shipped["prefixes"]:
        network = ip_network(row["prefix"])
        above = (network.supernet(new_prefix=length) for length in range(network.prefixlen - 1, -1, -1))
        covering = [known[key] for outer in above if (key := (row["namespace"]["id"], outer)) in known]
        assert row.get("parent", {}).get("id") == (covering[0] if covering else None), row["prefix"]
        assert (row["prefix_length"], row["ip_version"]) == (network.prefixlen, network.version)


def test_an_address_lies_in_the_smallest_prefix_that_covers_it(shipped: Any) -> None:
    parents = {row["parent"]["id"] for row in shipped["prefixes"] if "parent" in row}
    seen = set()
    for row in shipped["ip_addresses"]:
        parent = shipped.by_id[row["parent"]["id"]]
        host = ip_interface(row["address"])
        assert host.network == ip_network(parent["prefix"]), row["address"]
        assert parent["id"] not in parents  # nothing smaller is inside it
        seen.add((parent["namespace"]["id"], host.ip))
    assert len(seen) == len(shipped["ip_addresses"])


def test_an_interface_takes_one_cable(shipped: Any) -> None:
    taken = Counter(
        end.get("interface", end.get("circuit_termination"))["id"]
        for cable in shipped["cables"]
        for end in cable["terminations"]
    )

    assert set(taken.values()) == {1}


def test_links_and_vlan_interfaces_have_their_addresses(shipped: Any) -> None:
    on = Counter(target["id"] for row in shipped["ip_addresses"] for target in row.get("interfaces", ()))
    linked = {
        end["interface"]["id"]
        for cable in shipped["cables"]
        for end in cable["terminations"]
        if all("interface" in other for other in cable["terminations"])
    }
    vlans = {row["id"] for row in shipped["interfaces"] if row["type"] == "VIRTUAL"}

    assert linked | vlans <= set(on)


def test_a_device_answers_at_an_address_of_its_own(shipped: Any) -> None:
    owner = {row["id"]: row["device"]["id"] for row in shipped["interfaces"]}
    for device in shipped["devices"]:
        for field in ("primary_ip4", "primary_ip6"):
            if field in device:
                address = shipped.by_id[device[field]["id"]]
                assert device["id"] in [owner[target["id"]] for target in address["interfaces"]]


def test_rack_units_are_used_once(shipped: Any) -> None:
    places = [(row["rack"]["id"], row["position"], row["face"]) for row in shipped["devices"] if "rack" in row]

    assert len(places) == len(set(places)) == 8 * 24
