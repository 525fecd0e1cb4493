"""What most sites of a type hold is their standard, unless one is written down."""

from typing import Any

from tools.organisation import Organisation
from tools.problems.builds import held, left_out, single_circuit, sites, standard_build

HOUSES = [f"H{n}" for n in range(1, 9)]


def devices(device: Any, **numbers: int) -> list[Any]:
    return [device(f"{place}-{n}", place) for place in HOUSES for n in range(numbers.get(place, 2))]


def test_what_most_sites_have_is_told_with_how_many_have_it(device: Any, tree: Any) -> None:
    found = standard_build({"devices": devices(device, H3=1)}, tree, Organisation())

    assert [(one.record, one.detail) for one in found] == [("H3", "devices: 1 Switch; 7 of 8 houses have 2.")]


def test_what_a_floor_holds_its_house_holds_too(device: Any, tree: Any) -> None:
    rows = devices(device, H1=1) + [device("H1-upstairs", "F1")]

    assert standard_build({"devices": rows}, tree, Organisation()) == []
    assert held({"devices": rows}, tree)["Land"]["devices", "Switch"] == 16


def test_what_only_few_sites_have_alike_is_no_standard(device: Any, tree: Any) -> None:
    numbers = {place: n for n, place in enumerate(HOUSES, 1)}

    assert standard_build({"devices": devices(device, **numbers)}, tree, Organisation()) == []


def test_a_thing_that_only_one_site_has_differs_too(device: Any, tree: Any) -> None:
    found = standard_build({"devices": [*devices(device), device("odd", "H4", role="Oddity")]}, tree, Organisation())

    assert [one.detail for one in found] == ["devices: 1 Oddity; 7 of 8 houses have none."]


def test_a_site_that_has_nothing_at_all_differs(device: Any, tree: Any) -> None:
    found = standard_build({"devices": devices(device, H8=0)}, tree, Organisation())

    assert [(one.record, one.detail) for one in found] == [("H8", "devices: no Switch; 7 of 8 houses have 2.")]


def test_a_site_that_is_not_in_service_is_not_judged_and_is_named(device: Any, tree: Any) -> None:
    rows = {"devices": devices(device)}

    assert [place.name for place in left_out(rows, tree, tree.by_id)] == ["H9"]
    assert "H9" not in [place.name for place in sites(rows, tree)["House"]]


def test_what_holds_sites_is_none_itself(device: Any, tree: Any) -> None:
    assert list(sites({"devices": devices(device)}, tree)) == ["House"]


def test_what_is_written_down_takes_the_place_of_what_most_have(device: Any, tree: Any) -> None:
    written = Organisation.model_validate({"standard_builds": {"house": {"devices": {"switch": "3+"}}}})

    found = standard_build({"devices": devices(device, H1=3)}, tree, written)

    assert [one.record for one in found] == HOUSES[1:]
    assert found[0].detail == "devices: 2 switch; 3 or more by the organisation's standard build."


def test_a_site_with_one_circuit_stands_out_where_most_have_two(circuit: Any, tree: Any) -> None:
    rows = [circuit(f"C{n}", f"H{n}") for n in range(1, 9)] + [circuit(f"D{n}", f"H{n}") for n in range(1, 7)]
    rows += [circuit("E7", "H7", status="Decommissioned")]

    found = single_circuit(rows, tree)

    assert [(one.record, one.detail) for one in found] == [
        ("H7", "Only circuit C7 (MPLS); 6 of 8 houses have two or more."),
        ("H8", "Only circuit C8 (MPLS); 6 of 8 houses have two or more."),
    ]


def test_one_circuit_is_no_problem_where_all_have_one(circuit: Any, tree: Any) -> None:
    assert single_circuit([circuit(f"C{n}", f"H{n}") for n in range(1, 9)], tree) == []
