"""Names by patterns that need no regular expression."""

from typing import Any

import pytest

from tools.name_patterns import NamePattern
from tools.organisation import Naming
from tools.problems.naming import naming


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("{location}-acc{number:3}", "H1-acc001", True),
        ("{location}-acc{number:3}", "Land-acc001", True),
        ("{location}-acc{number:3}", "H2-acc001", False),
        ("{location}-acc{number:3}", "H1-acc01", False),
        ("{location}-acc{number:3}", "H1-acc0011", False),
        ("{location}-acc{number:3}", "H1-ACC001", False),
        ("{letters:2}{number:1-2}", "ab12", True),
        ("{letters:2}{number:1-2}", "ab", False),
        ("{word}-{any}", "a1-", False),
        ("{word}-{any}", "a1-!?", True),
        ("x[-{number}]", "x", True),
        ("x[-{number}[{letters:1}]]", "x-7b", True),
        ("x[-{number}]", "x-", False),
        ("{number}{number}{number}", "12", False),
        ("{number}{number}{number}", "1234", True),
        (".*", "abc", False),
    ],
)
def test_a_name_fits_its_pattern_or_not(pattern: str, name: str, fits: bool) -> None:
    assert NamePattern.read(pattern).fits(name, ["H1", "Land"]) is fits


def test_no_pattern_takes_long_however_it_can_be_read() -> None:
    worst = NamePattern.read("{any}" * 30 + "!")

    assert not worst.fits("a" * 255, [])
    assert not worst.fits("a" * 100_000, [])


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("{site}", "{site} is not known; allowed are {location}"),
        ("{number:x}", "needs a length such as {number:3}"),
        ("a]", "has a ] without its ["),
        ("[a", "has a [ without its ]"),
        ("a{b", "has a { without its partner"),
        ("", "a pattern is a text such as"),
        (7, "a pattern is a text such as"),
    ],
)
def test_a_wrong_pattern_is_told_with_what_is_allowed(pattern: Any, said: str) -> None:
    with pytest.raises(ValueError) as wrong:
        NamePattern.read(pattern)
    assert said in str(wrong.value)


def test_a_device_is_judged_by_the_pattern_of_its_role(device: Any, tree: Any) -> None:
    rules = Naming.model_validate({"devices": {"Router": ["{location}-r{number}", "core{number}"], "default": "{any}"}})
    rows = [
        device("H1-r1", "F1", "Router"),
        device("core7", "H1", "Router"),
        device("H1r", "H1", "router"),
        device("?", "H1"),
    ]

    (found,) = naming({"devices": rows}, rules, tree)

    assert found.record == "H1r"
    assert found.detail == "router device: the name is not of the pattern {location}-r{number} or core{number}."


def test_without_patterns_a_device_is_to_be_named_after_its_place(device: Any, tree: Any) -> None:
    rows = [device("h1-x", "F1"), device("Land-x", "H2"), device("H3-x", "H2")]

    assert [one.record for one in naming({"devices": rows}, Naming(), tree)] == ["H3-x"]


def test_vlans_circuits_racks_and_locations_have_patterns_too(circuit: Any, tree: Any) -> None:
    rules = {
        "circuits": {"mpls": "M-{number}"},
        "locations": {"House": "H{number}"},
        "racks": {"default": "{location}-R{number:2}"},
    }
    rack = {"id": "r", "name": "H2-R01", "role": None, "location": {"id": "H1", "name": "H1"}}
    place = {"id": "H1", "name": "Home", "location_type": {"name": "House"}}
    rows = {"circuits": [circuit("M-1"), circuit("X-1", "H1")], "locations": [place], "racks": [rack]}

    assert [one.record for one in naming(rows, Naming.model_validate(rules), tree)] == ["H2-R01", "X-1", "Home"]
