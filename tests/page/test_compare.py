"""What has changed between two readings of a source."""

import pytest

from chainlit_app.compare import CellChange, Changed, Difference, Row, compare
from tools.models import Cell, ResultTable


def table(columns: str, *rows: tuple[Cell, ...], links: list[str | None] | None = None) -> ResultTable:
    return ResultTable(
        subject="s", columns=columns.split(), rows=[list(row) for row in rows], links=links or [None] * len(rows)
    )


def test_the_same_rows_are_no_change():
    read = table("prefix role", ("10.0.0.0/24", "Data"), ("10.0.1.0/24", None))
    assert compare(read, read).none


def test_another_order_of_rows_and_columns_is_no_change():
    before = table("prefix role", ("10.0.0.0/24", "Data"), ("10.0.1.0/24", "Voice"))
    now = table("role prefix", ("Voice", "10.0.1.0/24"), ("Data", "10.0.0.0/24"))
    now = now.model_copy(update={"links": ["/b", "/a"]})
    assert compare(before.model_copy(update={"links": ["/a", "/b"]}), now).none


def test_rows_that_came_and_went_are_told_apart():
    before = table("prefix role", ("10.0.0.0/24", "Data"), ("10.0.1.0/24", "Data"))
    now = table("prefix role", ("10.0.1.0/24", "Data"), ("10.0.2.0/24", "Voice"))
    assert compare(before, now) == Difference(
        added=(Row(("10.0.2.0/24", "Voice"), None),), removed=(Row(("10.0.0.0/24", "Data"), None),)
    )


def test_a_changed_cell_is_told_with_what_it_was():
    before = table("prefix role vlan", ("10.0.0.0/24", "Data", 100))
    now = table("prefix role vlan", ("10.0.0.0/24", "Voice", 100))
    assert compare(before, now).changed == (Changed("10.0.0.0/24", None, (CellChange("role", "Data", "Voice"),)),)


def test_a_record_that_was_renamed_is_known_by_its_page():
    before = table("device role", ("old", "Edge"), links=["/d/1/"])
    now = table("device role", ("new", "Edge"), links=["/d/1/"])
    assert compare(before, now) == Difference(changed=(Changed("new", "/d/1/", (CellChange("device", "old", "new"),)),))


def test_without_a_page_for_every_row_the_first_cell_says_which_record_it_is():
    before = table("device role", ("a", "Edge"), ("b", "Edge"), links=["/d/1/", None])
    now = table("device role", ("a", "Core"), ("b", "Edge"), links=["/d/1/", "/d/2/"])
    assert [one.name for one in compare(before, now).changed] == ["a"]


@pytest.mark.parametrize(
    ("was", "count", "came", "went"),
    [(2, 2, 0, 0), (1, 3, 2, 0), (3, 1, 0, 2), (0, 1, 1, 0)],
)
def test_equal_rows_count(was, count, came, went):
    row = ("10.0.0.0/24", "Data")
    found = compare(table("prefix role", *[row] * was), table("prefix role", *[row] * count))
    assert (len(found.added), len(found.removed), found.changed) == (came, went, ())


def test_of_several_rows_of_one_record_only_those_that_differ_change():
    before = table("prefix namespace", ("10.0.0.0/24", "A"), ("10.0.0.0/24", "B"))
    now = table("prefix namespace", ("10.0.0.0/24", "C"), ("10.0.0.0/24", "A"))
    assert compare(before, now) == Difference(
        changed=(Changed("10.0.0.0/24", None, (CellChange("namespace", "B", "C"),)),)
    )


def test_columns_of_an_edited_query_are_told_and_the_others_compared():
    before = table("prefix role description", ("10.0.0.0/24", "Data", "x"), ("10.0.1.0/24", "Data", "y"))
    now = table("prefix tenant role", ("10.0.0.0/24", "T", "Data"), ("10.0.1.0/24", "T", "Voice"))
    found = compare(before, now)
    assert (found.new_columns, found.lost_columns) == (("tenant",), ("description",))
    assert [(one.name, one.cells) for one in found.changed] == [("10.0.1.0/24", (CellChange("role", "Data", "Voice"),))]
    assert not found.none


def test_without_a_column_in_common_only_rows_can_be_counted():
    found = compare(table("a", ("x",), ("y",)), table("b", ("x",)))
    assert (len(found.removed), found.added, found.changed) == (1, (), ())
    assert (found.new_columns, found.lost_columns) == (("b",), ("a",))


def test_yes_is_not_one_and_nothing_is_not_empty():
    assert not compare(table("a b", ("x", True)), table("a b", ("x", 1))).none
    assert not compare(table("a b", ("x", None)), table("a b", ("x", ""))).none
    assert compare(table("a b", ("x", 1)), table("a b", ("x", 1.0))).none


def test_from_nothing_all_rows_came():
    found = compare(table(""), table("prefix", ("10.0.0.0/24",)))
    assert found == Difference(added=(Row(("10.0.0.0/24",), None),))


def test_nothing_and_nothing_are_the_same():
    assert compare(table(""), table("")).none
