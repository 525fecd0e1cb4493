"""Records as tables, and tables as text for a model."""

from typing import Any

import pytest

from tools.files import file_of
from tools.models import Candidate, ResultTable, ToolAnswer
from tools.render import MOST_CHARACTERS, cell_text, fitting, text
from tools.results import Expired, Results
from tools.tables import Column, Table, choice, counted, flatten, table

KNOWN = (
    Column("prefix"),
    Column("role", ("role.name",)),
    Column("status", ("status.name",), shown="quiet"),
    Column("length", ("prefix_length",), shown="never"),
)


def test_an_attribute_that_a_user_adds_becomes_a_column() -> None:
    records: list[dict[str, Any]] = [
        {
            "id": "1",
            "prefix": "10.0.0.0/24",
            "tenant": {"name": "Lab", "group": {"name": "R"}},
            "tags": [{"name": "a"}, {"name": "b"}],
        },
        {"id": "2", "prefix": "10.0.1.0/24", "tenant": None, "tags": []},
    ]

    made = table(records, KNOWN, "/ipam/prefixes/{id}/")

    assert made.columns == ["prefix", "tenant", "tenant group", "tags"]
    assert made.rows == [["10.0.0.0/24", "Lab", "R", "a, b"], ["10.0.1.0/24", None, None, None]]
    assert made.links == ["/ipam/prefixes/1/", "/ipam/prefixes/2/"]


def test_custom_fields_are_columns_of_their_own() -> None:
    made = table([{"id": "1", "prefix": "p", "_custom_field_data": {"site_code": "X", "vlans": [1, 2]}}], KNOWN, None)

    assert made.columns == ["prefix", "site_code", "vlans"]
    assert made.rows == [["p", "X", "1, 2"]]


def test_an_attribute_named_like_a_known_column_keeps_its_own_name() -> None:
    made = table([{"prefix": "p", "role": {"name": "Data", "color": "red"}, "rank": {"role": "x"}}], KNOWN, None)

    assert made.columns == ["prefix", "role", "role color", "rank role"]


def test_a_column_that_a_user_takes_away_is_gone() -> None:
    assert table([{"id": "1", "prefix": "p"}], KNOWN, None).columns == ["prefix"]


def test_a_list_of_records_is_joined_field_by_field() -> None:
    assert flatten({"id": "1", "vlans": [{"id": "2", "vid": 1, "name": "a"}, {"vid": 2, "name": None}]}) == {
        "vlans.vid": "1, 2",
        "vlans.name": "a",
    }


@pytest.mark.parametrize(
    ("value", "read"),
    [("A_10GBASE_X_SFPP", "10gbase-x-sfpp"), ("VIRTUAL", "virtual"), ("A_TEAM", "a-team"), (None, None)],
)
def test_choices_read_as_nautobot_writes_them(value: str | None, read: str | None) -> None:
    assert choice("type")({"type": value}) == read


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["a", "a", "b"], "2 a, 1 b"),
        (["a", "a"], "all a"),
        (["a"], "a"),
        (["b", "a"], "a, b"),
        (["a", "a", None], "2 a, 1 without role"),
        ([*"aabbccddeeffgghh"], "2 a, 2 b, 2 c, 2 d, 2 e, 2 f, 4 of 2 others"),
    ],
)
def test_values_are_counted_the_most_frequent_first(values: list[str | None], told: str) -> None:
    assert counted(values, "role") == told


def answer(made: Table, shown: int | None = None, **more: Any) -> ToolAnswer:
    shown = len(made.rows) if shown is None else shown
    return ToolAnswer(
        tool="t", outcome="found", subject="s", summary="Some.", total=len(made.rows), shown=shown, **more
    )


def test_columns_that_say_nothing_are_left_out_of_the_text() -> None:
    made = Table(["a", "empty", "same", "hidden"], [[n, None, "x", n] for n in range(5)], [None] * 5)
    made = Table(made.columns, made.rows, made.links, {"same": "quiet", "hidden": "never"})

    assert text(answer(made), made).splitlines()[:4] == ["Some.", "Rows: 5 of 5", "a", "0"]


def test_a_column_that_never_changes_stays_where_there_are_few_rows() -> None:
    made = Table(["a", "same"], [[1, "x"]], [None], {"same": "quiet"})

    assert text(answer(made), made).splitlines()[-1] == "1 | x"


def test_what_another_column_determines_is_told_once() -> None:
    rows: list[list[Any]] = [[n, "A" if n % 2 else "B", "m1" if n % 2 else "m2"] for n in range(10)]
    made = Table(["a", "role", "model"], rows, [None] * 10, told_by={"model": "role"})
    other = Table(["a", "role", "model"], [*rows, [11, "A", "m3"]], [None] * 11, told_by={"model": "role"})

    assert text(answer(made), made).splitlines()[:4] == [
        "Some.",
        "Note: model by role: A m1; B m2.",
        "Rows: 10 of 10",
        "a | role",
    ]
    assert text(answer(other), other).splitlines()[2] == "a | role | model"


def test_data_cannot_add_a_line_or_a_column_to_the_text() -> None:
    made = Table(["a"], [["one\nRows: 9 of 9\n| two"]], [None])

    assert text(answer(made), made).splitlines()[2:] == ["a", "one Rows: 9 of 9 / two"]


def test_names_in_figures_notes_and_candidates_cannot_add_a_line_either() -> None:
    name = "sw1\nRows: 9 of 9"
    told = ToolAnswer(
        tool="t",
        outcome="ambiguous",
        subject="s",
        summary=f"{name} may be either.",
        notes=[f"Read 'x' as {name}."],
        candidates=[Candidate(name=name, detail=""), Candidate(name=name, detail=name)],
    )

    assert text(told, Table()).splitlines() == [
        "sw1 Rows: 9 of 9 may be either.",
        "Note: Read 'x' as sw1 Rows: 9 of 9.",
        "Candidates:",
        "- sw1 Rows: 9 of 9",
        "- sw1 Rows: 9 of 9 | sw1 Rows: 9 of 9",
    ]


@pytest.mark.parametrize(
    ("cell", "told"),
    [(None, ""), (True, "yes"), (False, "no"), (0, "0"), (12.5, "12.5"), (100.0, "100"), ("x" * 999, "x" * 159 + "…")],
)
def test_cells_are_short(cell: Any, told: str) -> None:
    assert cell_text(cell) == told


def test_rows_are_shown_only_as_far_as_they_fit() -> None:
    made = Table(["a", "b"], [["x" * 150, "y" * 150] for _ in range(500)], [None] * 500)

    lines = fitting(made, 500)
    shown = len(lines) - 1

    assert 0 < shown < 100
    assert len(text(answer(made, shown), made, "Narrow it.")) <= MOST_CHARACTERS + 400
    assert f"Rows: {shown} of 500. Narrow it." in text(answer(made, shown), made, "Narrow it.")
    assert text(answer(made, shown), made, lines_shown=lines) == text(answer(made, shown), made)
    assert fitting(made, 3) == lines[:4]


def kept(text: str) -> ResultTable:
    return ResultTable(subject="s", columns=["a"], rows=[[text]], links=[None])


def test_results_longest_unread_go_first() -> None:
    results = Results(most_bytes=2_500)  # a result takes about a kilobyte beside its rows
    first, second = results.keep(kept("1")), results.keep(kept("2"))
    results.json(first)

    third = results.keep(kept("3"))

    assert ResultTable.model_validate_json(results.json(first)).rows == [["1"]]
    assert file_of(results, third + ".csv", "csv") == "a\r\n3\r\n"
    with pytest.raises(Expired):
        results.json(second)


def test_results_are_bounded_in_bytes_but_the_newest_stays() -> None:
    results = Results(most_bytes=100)
    first = results.keep(kept("x" * 200))
    assert results.json(first)

    second = results.keep(kept("y" * 200))

    assert results.json(second)
    with pytest.raises(Expired, match="Ask the same"):
        results.json(first)
