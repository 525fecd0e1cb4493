"""Pictures of free blocks, of racks, and of changes over time."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_network
from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainlit_app.pictures import figure
from chainlit_app.turn import Source, ToolCall
from tools.models import Cell, ResultTable, ToolAnswer
from tools.models import Source as Origin
from tools.pictures.canvas import MOST_BARS

FREE = ["free block", "inside", "namespace", "addresses", "first", "last"]
RACKS = ["rack", "location", "units", "used", "free", "free units"]
CHANGES = ["time", "who", "action", "kind", "record"]


def picture(subject: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Any:
    table = ResultTable(
        subject=subject, columns=list(columns), rows=[list(row) for row in rows], links=[None] * len(rows)
    )
    answer = ToolAnswer(
        tool="t",
        outcome="found",
        subject=subject,
        summary="S.",
        total=len(rows),
        source=Origin(mode="demo", url=None, retrieved_at=datetime(2026, 11, 21, tzinfo=UTC), queries=[]),
    )
    found = figure(Source(1, ToolCall("1", "t", {}, ""), answer, table, 0.1))
    if found is not None:
        go.Figure(found["data"], found["layout"])
    return found


def blocks(*written: str, inside: str = "10.0.0.0/22", namespace: str = "Global") -> list[list[Cell]]:
    return [[one, inside, namespace, ip_network(one).num_addresses, "", ""] for one in written]


def widths(found: Any, name: str) -> float:
    return float(sum(sum(trace["x"]) for trace in found["data"] if trace["name"] == name))


def test_free_blocks_are_a_map_of_what_is_free_and_what_is_used() -> None:
    found = picture("free space in 10.0.0.0/22", FREE, blocks("10.0.0.0/24", "10.0.2.0/23"))

    strips = len(found["layout"]["yaxis"]["ticktext"])
    assert found["layout"]["meta"]["title"] == (
        "Map of 10.0.0.0/22: 75 % of its addresses are free; the largest free block is 10.0.2.0/23"
    )
    assert widths(found, "free") == strips * 0.75
    assert widths(found, "used") == strips * 0.25
    assert "2/23" in [text for trace in found["data"] for text in trace.get("text", ())]


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(0, 63), min_size=2, max_size=63))
def test_used_and_free_fill_the_whole_map(at: set[int]) -> None:
    rows = blocks(*(str(ip_network((int(ip_network("10.0.0.0/22")[0]) + one * 16, 28))) for one in sorted(at)))

    found = picture("free space in 10.0.0.0/22", FREE, rows)

    strips = len(found["layout"]["yaxis"]["ticktext"])
    assert widths(found, "free") == pytest.approx(strips * len(at) / 64)
    assert widths(found, "used") == pytest.approx(strips * (64 - len(at)) / 64)


@pytest.mark.parametrize(
    ("subject", "rows"),
    [
        ("free /24 in 10.0.0.0/22", blocks("10.0.0.0/24", "10.0.2.0/24")),  # shorter ones are free as well
        ("free space in 10.0.0.0/22", blocks("10.0.0.0/24")),
        ("free space at FRA01", [*blocks("10.0.0.0/24"), *blocks("10.8.0.0/24", inside="10.8.0.0/22")]),
        ("free space in 10.0.0.0/22", [*blocks("10.0.0.0/24"), *blocks("10.0.0.0/23", namespace="Lab")]),
    ],
)
def test_what_is_not_all_that_is_free_of_one_block_is_no_map(subject: str, rows: list[list[Cell]]) -> None:
    assert picture(subject, FREE, rows) is None


def test_free_blocks_of_ipv6_are_named_whole() -> None:
    rows = blocks("2001:db8:8000::/33", "2001:db8:4000::/34", inside="2001:db8::/32")

    found = picture("free space in 2001:db8::/32", FREE, rows)

    assert "2001:db8:8000::/33" in [text for trace in found["data"] for text in trace.get("text", ())]


def test_each_rack_is_a_bar_of_used_and_free_units() -> None:
    rows = [["R1", "FRA01", 42, 40, 2, "U1-U2"], ["R2", "FRA01", 42, 2, 40, "U1-U40"]]

    found = picture("rack units at FRA01", RACKS, rows)

    assert found["layout"]["yaxis"]["ticktext"] == ["R2", "R1"]
    assert [(trace["name"], trace["x"]) for trace in found["data"]] == [("used", [2, 40]), ("free", [40, 2])]
    assert found["data"][0]["hovertext"][0] == "R2<br>2 used, 40 free: U1-U40"


def test_many_racks_say_which_are_shown() -> None:
    rows = [[f"R{at}", "FRA01", 42, at, 42 - at, "U1"] for at in range(30)]

    found = picture("rack units at FRA01", RACKS, rows)

    assert len(found["layout"]["yaxis"]["ticktext"]) == MOST_BARS
    assert found["layout"]["meta"]["title"].endswith(f"the {MOST_BARS} with the most free units of 30 shown")


def test_one_rack_needs_no_picture() -> None:
    assert picture("rack units of R1", RACKS, [["R1", "FRA01", 42, 2, 40, "U1-U40"]]) is None


def changed(*days: date, action: str = "updated") -> list[list[Cell]]:
    return [[f"{day}T08:00:00Z", "ada", action, "device", "r"] for day in days]


def test_changes_are_bars_of_days_also_of_those_without_any() -> None:
    first = date(2026, 11, 2)
    rows = changed(first, first, first + timedelta(days=1), first + timedelta(days=6))
    rows += changed(first + timedelta(days=6), action="deleted")

    found = picture("changes at FRA01", CHANGES, rows)

    assert found["layout"]["yaxis"]["ticktext"] == [str(first + timedelta(days=at)) for at in range(7)]
    assert [(trace["name"], trace["x"]) for trace in found["data"][:2]] == [
        ("updated", [2, 1, 0, 0, 0, 0, 1]),
        ("deleted", [0, 0, 0, 0, 0, 0, 1]),
    ]
    assert found["layout"]["meta"]["title"] == "Changes at FRA01 by day and action"


@pytest.mark.parametrize(("apart", "unit", "label"), [(7, "week", "week of 2026-01-26"), (45, "month", "2026-02")])
def test_what_does_not_fit_in_days_is_told_by_weeks_or_months(apart: int, unit: str, label: str) -> None:
    first = date(2026, 2, 1)
    rows = changed(*(first + timedelta(days=apart * at) for at in range(10)), first)

    found = picture("changes", CHANGES, rows)

    assert found["layout"]["yaxis"]["ticktext"][0] == label
    assert found["layout"]["meta"]["title"].startswith(f"Changes by {unit} and action")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.dates(date(2025, 1, 1), date(2026, 6, 30)), min_size=5, max_size=40))
def test_no_change_is_lost_between_the_bars(days: list[date]) -> None:
    found = picture("changes", CHANGES, changed(*days))

    if found is not None:
        shown = sum(sum(trace["x"]) for trace in found["data"] if trace["type"] == "bar")
        assert shown == len(days) or " shown" in found["layout"]["meta"]["title"]


def test_few_changes_or_a_time_that_is_none_are_no_picture() -> None:
    first = date(2026, 11, 2)
    assert picture("changes", CHANGES, changed(first, first + timedelta(days=9))) is None
    assert picture("changes", CHANGES, [*changed(*[first] * 9), ["never", "a", "b", "c", "d"]]) is None


@pytest.mark.parametrize("figures", ["count", "sum of addresses", "distinct vlan", "sum addresses"])
def test_figures_of_groups_are_bars(figures: str) -> None:
    found = picture("rows", ["role", figures], [[f"r{at}", at * 10] for at in range(1, 7)])

    assert found["layout"]["yaxis"]["ticktext"][0] in ("r1", "r6")
