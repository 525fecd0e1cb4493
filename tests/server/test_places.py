"""Which location a name means."""

from typing import Any

import pytest

from tools.errors import Ambiguous, NoSuchName
from tools.places import Tree


@pytest.fixture
def tree(locations: list[dict[str, Any]]) -> Tree:
    city = {**locations[12], "id": "city", "name": "CCX01", "facility": "Chile City"}  # a country's name is in it
    return Tree([*locations, city])


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("FRA01", ["FRA01"]),
        ("fra01", ["FRA01"]),
        ("fra", ["FRA01"]),
        ("FRA 01", ["FRA01"]),
        ("Frankfurt", ["FRA01"]),
        ("frankfurt campus", ["FRA01"]),
        ("the Frankfurt site", ["FRA01"]),
        ("munchen", ["MUC01"]),
        ("Germany", ["Germany"]),
        ("UK", ["United Kingdom"]),
        ("Germany data center", ["DED01"]),
        ("datacentre Germany", ["DED01"]),
        ("Santiago, Chile", ["SCL01"]),
        ("santiago de los caballeros", ["STI01"]),
        ("FRA01 and LON01", ["FRA01", "LON01"]),
        ("Frankfurt, London", ["FRA01", "LON01"]),
        ("Germany branches", ["DEB01", "DEB02"]),
        ("German branches", ["DEB01", "DEB02"]),
        ("all branches in Germany", ["DEB01", "DEB02"]),
        ("branches", ["DEB01", "DEB02"]),
        ("santiago chile", ["SCL01"]),
        ("Santiago (Chile)", ["SCL01"]),
        ("Kingdom", ["United Kingdom"]),
        ("chile city", ["CCX01"]),
    ],
)
def test_a_place_is_found_by_any_of_its_names(tree: Tree, written: str, found: list[str]) -> None:
    assert [place.name for place in tree.find(written).locations] == found


@pytest.mark.parametrize(("written", "name"), [("Frankfort", "FRA01"), ("FRA1", "FRA01"), ("Londno", "LON01")])
def test_a_near_miss_is_read_as_the_only_close_name_and_says_so(tree: Tree, written: str, name: str) -> None:
    places = tree.find(written)

    assert [place.name for place in places.locations] == [name]
    assert places.notes[0].startswith(f"Read '{written}' as {name} (")


def test_a_city_that_two_sites_share_is_not_guessed(tree: Tree) -> None:
    with pytest.raises(Ambiguous) as caught:
        tree.find("Santiago")

    assert [(c.name, c.detail) for c in caught.value.candidates] == [
        ("SCL01", "Campus in Chile, Santiago"),
        ("STI01", "Campus in Dominican Republic, Santiago de los Caballeros"),
    ]


def test_a_slip_towards_two_sites_is_not_guessed_either(tree: Tree) -> None:
    with pytest.raises(Ambiguous):
        tree.find("Santigo")


@pytest.mark.parametrize("written", ["FRA02", "DEB03", "ATL99", "Berlin", "?"])
def test_a_place_that_is_not_there_is_unknown_with_the_nearest_names(tree: Tree, written: str) -> None:
    with pytest.raises(NoSuchName) as caught:
        tree.find(written)

    assert caught.value.candidates


def test_one_unknown_place_among_several_is_not_left_out(tree: Tree) -> None:
    with pytest.raises(NoSuchName, match="ATL99"):
        tree.find(["FRA01", "ATL99"])


@pytest.mark.parametrize("written", [None, "all", "everywhere", "whole network"])
def test_no_place_is_the_whole_network(tree: Tree, written: str | None) -> None:
    places = tree.find(written)

    assert places.all
    assert [place.name for place in places.locations] == ["NORTH", "SOUTH"]


def test_two_places_of_one_name_are_told_apart_by_their_parents(locations: list[dict[str, Any]]) -> None:
    twin = {**locations[6], "id": "other", "parent": {"id": "id-Chile"}}

    tree = Tree([*locations, twin])

    with pytest.raises(Ambiguous):
        tree.find("FRA01")
    assert [place.id for place in tree.find("FRA01, Chile").locations] == ["other"]


def rooms(*rows: tuple[str, str, str, str | None]) -> Tree:
    """Return a tree of (id, name, type, parent)."""
    return Tree(
        {"id": key, "name": name, "location_type": {"name": kind}, "parent": {"id": parent} if parent else None}
        for key, name, kind, parent in rows
    )


@pytest.fixture
def homonyms() -> Tree:
    return rooms(
        ("pt", "Portugal", "Country", None),
        ("de", "Germany", "Country", None),
        ("lc", "Lisbon", "City", "pt"),
        ("ls", "Lisbon", "Site", "lc"),
        ("bs", "Berlin", "Site", "de"),
        ("f1", "Floor 1", "Floor", "ls"),
        ("f2", "Floor 1", "Floor", "bs"),
        ("lo", "lab01", "Site", "de"),
        ("up", "LAB01", "Site", "de"),
    )


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Floor 1", {"Floor 1, Portugal": "f1", "Floor 1, Berlin": "f2"}),
        ("Lisbon", {"Lisbon (City)": "lc", "Lisbon (Site)": "ls"}),
        ("Lab01", {"lab01": "lo", "LAB01": "up"}),
    ],
)
def test_each_candidate_is_named_so_that_choosing_it_means_it_alone(
    homonyms: Tree, written: str, names: dict[str, str]
) -> None:
    with pytest.raises(Ambiguous) as caught:
        homonyms.find(written)

    chosen = {c.name: [place.id for place in homonyms.find(c.name).locations] for c in caught.value.candidates}
    assert chosen == {name: [key] for name, key in names.items()}


def test_of_too_many_candidates_the_first_are_listed_and_all_are_counted() -> None:
    tree = rooms(("top", "Top", "Region", None), *((f"{n}", f"Main {n}", "Site", "top") for n in range(500)))

    with pytest.raises(Ambiguous, match="500 locations") as caught:
        tree.find("main")

    assert len(caught.value.candidates) == 40


ODD_NAMES = ["Hall 'A', north", 'R&D "Lab"', "東京", "München; Süd", "a and b", "---", "<b>", "x" * 255]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_an_odd_name_is_found_as_it_is_written_alone_and_in_a_list(name: str) -> None:
    tree = rooms(*((str(n), odd, "Site", None) for n, odd in enumerate(["London", *ODD_NAMES])))

    assert [place.name for place in tree.find(name).locations] == [name]
    assert [place.name for place in tree.find([name, "London"]).locations] == [name, "London"]


@pytest.mark.parametrize("written", ["", "  ", "🙂", "?!", "y" * 100_000])
def test_what_holds_no_name_is_unknown_and_said_back_in_short(written: str) -> None:
    with pytest.raises(NoSuchName) as caught:
        rooms(("a", "---", "Site", None), ("b", "London", "Site", None)).find(written)

    assert len(str(caught.value)) < 200


def test_a_place_lies_in_its_parents_and_holds_its_children(tree: Tree) -> None:
    frankfurt = tree.find("FRA01").locations[0]
    germany = tree.find("Germany").locations

    assert [place.name for place in tree.path(frankfurt)] == ["NORTH", "Germany"]
    assert {place.name for place in tree.inside(germany).values()} == {
        "Germany",
        "FRA01",
        "MUC01",
        "DED01",
        "DEB01",
        "DEB02",
    }
    assert tree.ancestor(frankfurt.id, "region") == tree.find("NORTH").locations[0]
    assert tree.ancestor("nowhere", "region") is None


def test_a_parent_that_the_token_may_not_see_makes_a_place_the_top(locations: list[dict[str, Any]]) -> None:
    tree = Tree([row for row in locations if row["name"] != "NORTH"])

    assert {place.name for place in tree.roots} == {"SOUTH", "Germany", "United Kingdom"}


def test_a_loop_of_parents_does_not_hang(locations: list[dict[str, Any]]) -> None:
    first = {**locations[0], "parent": {"id": "id-SOUTH"}}
    second = {**locations[1], "parent": {"id": "id-NORTH"}}

    tree = Tree([first, second])

    assert len(tree.path(tree.by_id["id-NORTH"])) <= 2


def test_several_places_are_named_together(tree: Tree) -> None:
    assert tree.find(["FRA01", "LON01"]).label == "FRA01 and LON01"
    assert tree.find(["FRA01", "LON01", "MUC01", "SCL01", "STI01"]).label == "FRA01, LON01, MUC01 and 2 more"
