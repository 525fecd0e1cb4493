"""Locations side by side: counts of like things, what differs first."""

from typing import Any

from tools.organisation import Build
from tools.problems.compared import side_by_side, told, with_standard


def places(tree: Any, *names: str) -> list[Any]:
    return [tree.by_id[name] for name in names]


def test_prefixes_are_alike_by_role_vlan_and_length_wherever_they_lie(prefix: Any, tree: Any) -> None:
    data = {"role": {"name": "Data"}, "vlan": {"vid": 7, "name": "data"}}
    records: Any = {"prefixes": [prefix("10.1.1.0/24", "H1", **data), prefix("10.2.1.0/24", "H2", **data)]}

    (line,) = side_by_side(records, places(tree, "H1", "H2"), tree)

    assert (line.what, line.counts, line.differs) == ("Data /24 in VLAN 7 data", (1, 1), False)


def test_what_differs_stands_first_and_is_told(device: Any, tree: Any) -> None:
    records: Any = {
        "devices": [
            device("a", "H1"),
            device("b", "H2"),
            device("c", "H2", role="Router"),
            device("d", "H2", role="Router"),
        ],
        "vlans": [{"id": "v", "vid": 7, "name": "data", "locations": [{"id": "H1"}]}],
    }
    lines = side_by_side(records, places(tree, "H1", "H2"), tree)

    assert [(line.what, line.counts) for line in lines] == [("Router", (0, 2)), ("7 data", (1, 0)), ("Switch", (1, 1))]
    assert told(lines, ["H1", "H2"]) == "Devices: only H2 has 2 Router. VLANs: only H1 has 7 data."


def test_models_are_listed_where_a_role_has_others(device: Any, tree: Any) -> None:
    old, new = {"device_type": {"model": "Old"}}, {"device_type": {"model": "New"}}
    records: Any = {
        "devices": [device("a", "H1", **old), device("b", "H2", **new), device("c", "H2", role="Router", **new)]
    }

    lines = side_by_side(records, places(tree, "H1", "H2"), tree)

    assert [line.what for line in lines if line.part == "models"] == ["Switch: New", "Switch: Old"]


def test_circuits_are_alike_by_type_provider_and_rate(circuit: Any, tree: Any) -> None:
    rows = [circuit("A", "H1") | {"commit_rate": 500_000, "provider": {"name": "Acme"}}, circuit("B", "H2")]
    records: Any = {"circuits": rows}

    lines = side_by_side(records, places(tree, "H1", "H2"), tree)

    assert [line.what for line in lines] == ["MPLS", "MPLS, Acme, 500 Mbit/s"]


def test_one_location_stands_beside_what_most_of_its_type_have(device: Any, tree: Any) -> None:
    alike = places(tree, *(f"H{n}" for n in range(1, 9)))
    rows = [device(f"{place.name}-{n}", place.name) for place in alike for n in range(3 if place.name == "H2" else 2)]
    records: Any = {"devices": rows}

    (line,) = with_standard(records, alike[1], alike, tree, None, ["devices"])

    assert line.differs and line.counts == (3,) and line.expected and line.expected.sites == 7
    assert told([line], ["H2"]) == "Devices: 3 Switch, usually 2."


def test_what_is_written_down_and_lacks_is_a_difference(device: Any, tree: Any) -> None:
    build = Build.model_validate({"devices": {"Switch": 1}, "vlans": [7]})
    records: Any = {"devices": [device("a", "H1")], "vlans": []}

    lines = with_standard(records, tree.by_id["H1"], [], tree, build, ["devices", "vlans"])

    assert [(line.what, line.counts, line.differs) for line in lines] == [("7", (0,), True), ("Switch", (1,), False)]
