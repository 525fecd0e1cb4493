"""Names as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.names import LONGEST, fold, initials, is_slip, match, nearest, singular

ROLES = ["Access Switch", "Core Router", "Point-to-Point Link", "User Data", "User Voice", "WAN Router"]


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("  New   York ", "new york"),
        ("São Paulo", "sao paulo"),
        ("MÜNCHEN", "munchen"),
        ("Point-to-Point Link", "point to point link"),
        ("O'Hare", "ohare"),
        ("東京", "東京"),
        ("--", ""),
    ],
)
def test_case_accents_and_marks_do_not_matter(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("word", "one"),
    [("switches", "switch"), ("countries", "country"), ("routers", "router"), ("campus", "campus"), ("paris", "paris")],
)
def test_plurals_become_singular(word: str, one: str) -> None:
    assert singular(word) == one


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("access switch", ["Access Switch"]),
        ("Access Switches", ["Access Switch"]),
        ("accessswitch", ["Access Switch"]),
        ("access", ["Access Switch"]),
        ("wan routers", ["WAN Router"]),
        ("voice", ["User Voice"]),
        ("point to point links", ["Point-to-Point Link"]),
        ("routers", ["Core Router", "WAN Router"]),
        ("acess swiches", ["Access Switch"]),
        ("firewall", []),
        ("", []),
        ("???", []),
    ],
)
def test_a_role_is_found_by_any_of_its_spellings(written: str, found: list[str]) -> None:
    assert match(written, ROLES).names == found


def test_what_is_written_otherwise_is_told_apart_from_what_is_exact() -> None:
    assert not match("access switches", ROLES).slip
    assert match("acess switch", ROLES).slip


def test_names_that_differ_only_by_case_or_marks_are_each_found_as_they_are_written() -> None:
    names = ["sw-1", "SW-1", "sw 1", "---"]

    assert [match(name, names).names for name in names] == [[name] for name in names]
    assert match("Sw-1", names).names == ["sw-1", "SW-1", "sw 1"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("frankfort", "frankfurt"),
        ("toky", "tokyo"),
        ("nyc1", "nyc01"),
        ("ncy01", "nyc01"),
        ("san fransisco", "san francisco"),
        ("sao paolo", "sao paulo"),
        ("ncy01 acc001", "nyc01 acc001"),
        ("nyc01 acccess 1", "nyc01 access 1"),
    ],
)
def test_a_slip_of_the_finger_is_forgiven(written: str, meant: str) -> None:
    assert is_slip(written, meant)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("nyc02", "nyc01"),
        ("mia01", "mil01"),
        ("rome", "lome"),
        ("atl99", "aql01"),
        ("x", "xy"),
        ("xyz01 acc001", "xel01 acc001"),
        ("nyc01 acc001", "nyc01 agg001"),
    ],
)
def test_another_code_or_number_is_no_slip(written: str, meant: str) -> None:
    assert not is_slip(written, meant)


def test_initials_need_several_words() -> None:
    assert (initials("United Kingdom"), initials("Germany")) == ("uk", "")


def test_a_text_that_is_longer_than_any_name_is_none() -> None:
    page = "wan router " * 5_000

    assert match(page, ROLES).names == []
    assert nearest(page, ROLES) == nearest(page[:LONGEST], ROLES)


def test_the_nearest_names_are_told_even_where_none_is_near() -> None:
    assert nearest("wan ruter", ROLES)[0] == "WAN Router"
    assert nearest("zzzzz", ROLES)


def test_of_many_names_none_is_near_that_has_no_letter_of_what_was_written() -> None:
    sites = [f"SITE{number}" for number in range(100)]

    assert nearest("北京", sites) == []
    assert nearest("site 7", sites)[0] == "SITE7"
