"""What the cells of a column are taken for, and which of them a condition means."""

from typing import Any

import pytest

from tools.errors import InvalidRequest
from tools.rows.cells import SAFE, natural, net, written_number
from tools.rows.columns import Column
from tools.rows.conditions import Condition
from tools.rows.grouping import Figure, grouped
from tools.rows.joining import compared, kept
from tools.rows.shaping import Rows, filtered

BIG = str(2**64)


def rows(cells: list[Any], name: str = "x") -> Rows:
    return Rows("r1", [name], [[cell] for cell in cells], [None] * len(cells))


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([1, 2.5, None], "numbers"),
        ([1, BIG], "numbers"),
        (["10", "20"], "numbers"),
        (["4.28", "4.3"], "texts"),  # versions: 4.3 is before 4.28
        (["007"], "texts"),
        (["10", "A12"], "texts"),
        ([True, False, None], "yes or no"),
        ([True, 1], "values of several kinds"),
        (["10.0.0.0/8", "2001:db8::1"], "addresses"),
        (["10.0.0.0/24, 10.0.1.0/24"], "addresses"),
        (["10.0.0.300"], "texts"),
        (["2026-11-20", "2026-11-20T10:00:00+00:00"], "times"),
        ([None, ""], "nothing"),
    ],
)
def test_a_column_is_what_all_its_cells_are(cells: list[Any], kind: str) -> None:
    assert Column("x", cells).kind == kind


@pytest.mark.parametrize(
    ("cells", "test", "value", "found"),
    [
        # Letter for letter where that occurs, else in any case, else by its words alone.
        (["core", "Core"], "equals", "core", ["core"]),
        (["Core", "CORE"], "equals", "core", ["Core", "CORE"]),
        (["User Data"], "equals", "user-data", ["User Data"]),
        (["München"], "equals", "munchen", ["München"]),
        # One of several values of a cell, and a VLAN by its number.
        (["FRA01, MUC01", "FRA011"], "equals", "MUC01", ["FRA01, MUC01"]),
        (["100 data", "1001 data"], "equals", 100, ["100 data"]),
        (["10, 20", "120"], "equals", 20, ["10, 20"]),
        # Punctuation is part of a text.
        (["Et0/0", "Et00"], "contains", "0/0", ["Et0/0"]),
        (["FRA01-acc001", "MUC01-acc001"], "starts_with", ["fra", "lon"], ["FRA01-acc001"]),
        # Addresses are numbers, however written; an address is known with its mask, a prefix is not its address.
        (["2001:db8::/32"], "equals", "2001:DB8:0::/32", ["2001:db8::/32"]),
        (["10.0.0.5/24", "10.0.0.0/24"], "equals", "10.0.0.5", ["10.0.0.5/24"]),
        (["10.0.0.0/24"], "equals", "10.0.0.0", []),
        (["9.0.0.1", "10.0.0.1", "2001:db8::1"], "greater", "9.255.0.0", ["10.0.0.1", "2001:db8::1"]),
        (["10.1.0.0/16", "10.0.0.0/7", "::a00:1"], "within", "10.0.0.0/8", ["10.1.0.0/16"]),
        (["10.1.0.0/16, 10.9.0.0/24"], "within", "10.9.5.1/16", ["10.1.0.0/16, 10.9.0.0/24"]),
        # Numbers beyond what a float holds.
        ([str(2**64), str(2**64 + 1)], "greater", BIG, [str(2**64 + 1)]),
        ([1, "two", None, 3], "at_least", 2, [3]),
        ([0.1, 0.3], "equals", "0.1", [0.1]),
        ([1000, 1], "equals", "1,000", [1000]),
        # Yes and no are no numbers.
        ([True, False, None], "equals", "yes", [True]),
        ([True, False, None], "not_equals", True, [False, None]),
        # A day is all of it; what has no zone is UTC.
        (["2026-11-20T23:59:00+00:00", "2026-11-21T00:00:00+00:00"], "greater", "2026-11-20", ["2026-11-21T00:00:00+00:00"]),
        (["2026-11-20T23:59:00+00:00", "2026-11-21T00:00:00Z"], "equals", "2026-11-20", ["2026-11-20T23:59:00+00:00"]),
        (["2026-11-20T10:00:00+02:00"], "at_most", "2026-11-20T08:00:00", ["2026-11-20T10:00:00+02:00"]),
        (["", None, "x"], "is_empty", None, ["", None]),
    ],
)  # fmt: skip
def test_a_condition_means(cells: list[Any], test: Any, value: Any, found: list[Any]) -> None:
    values = () if value is None else tuple(value) if isinstance(value, list) else (value,)
    got = filtered(rows(cells), [Condition("x", test, values)]).rows.rows

    assert [row[0] for row in got] == found


def test_rows_without_the_value_are_told_where_they_are_left_out_and_where_they_are_kept() -> None:
    less = filtered(rows([1, None, 3]), [Condition("x", "less", (2,))])
    odd = filtered(rows([1, "two", None]), [Condition("x", "less", (2,))])
    other = filtered(rows(["a", None, ""]), [Condition("x", "not_equals", ("a",))])

    assert less.rows.notes == ["1 row without a x is left out."]
    assert odd.rows.notes == ["2 rows without a x that can be compared are left out."]
    assert other.rows.notes == ["Among them are 2 rows without x."]


def test_an_empty_text_and_no_value_are_groups_of_their_own_behind_the_others() -> None:
    assert grouped(rows([None, "", "a", None]), ["x"], []).rows == [["a", 1], [None, 2], ["", 1]]


def test_sums_and_means_are_exact() -> None:
    figures = [Figure("sum", "x"), Figure("mean", "x")]

    assert grouped(rows([0.1, 0.2]), [], figures).rows == [[0.3, 0.15]]
    assert grouped(rows([SAFE, 1, 1]), [], figures[:1]).rows == [[str(SAFE + 2)]]
    assert grouped(rows([BIG, BIG, 1]), [], figures).rows == [[str(2**65 + 1), "12297829382473034411"]]
    assert grouped(rows([1, 0, 0, 0, 0, 0, 0, 0]), [], figures[1:]).rows == [[0.13]]  # 0.125: halves away from zero
    assert grouped(rows([-1, 0, 0, 0, 0, 0, 0, 0]), [], figures[1:]).rows == [[-0.13]]


def test_only_numbers_have_a_sum() -> None:
    with pytest.raises(InvalidRequest, match=r"x holds addresses, e\.g\. 10\.0\.0\.1; no sum of these"):
        grouped(rows(["10.0.0.1"]), [], [Figure("sum", "x")])
    with pytest.raises(InvalidRequest, match="needs a column"):
        grouped(rows([1]), [], [Figure("max")])


def test_names_are_in_natural_order() -> None:
    keys = [natural(name) for name in ("a", "A1", "a1", "a1b", "a2", "a010", "a10", "ab", "b")]

    assert keys == sorted(keys)


def test_keys_that_are_nowhere_written_alike_are_compared_as_people_would() -> None:
    one, other = rows(["100 data", "7 x"], "vlan"), Rows("r2", ["vlan", "n"], [[100, "a"], [8, "b"]], [None] * 2)
    found = compared(one, other, ["vlan"], ("r1", "r2"))

    assert kept(found, "both").rows == [["100 data", "a"]]
    assert found.notes == [
        "No vlan is written the same in both: compared without case, and a number with a name as the number."
    ]


def test_results_that_share_no_column_cannot_be_compared() -> None:
    with pytest.raises(InvalidRequest, match="have no column in common: x; y"):
        compared(rows([1]), rows([1], "y"), [], ("r1", "r2"))


@pytest.mark.parametrize("written", ["10 Mbps", "", "ten", "1,0", "0x10", "١"])
def test_only_what_is_plainly_a_number_is_one(written: str) -> None:
    assert written_number(written) is None


@pytest.mark.parametrize(
    "written", ["10.0.0.0/33", "10.0.0", "1.2.3.4/-1", "a\x00::", "fe80::1%eth0", "10.0.0.1/٣", "/"]
)
def test_what_is_no_address_is_none(written: str) -> None:
    assert net(written) is None
