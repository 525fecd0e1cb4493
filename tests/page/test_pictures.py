"""Which pictures are drawn from which rows, and what they say."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlit_app.pictures import figure, figure_json
from chainlit_app.turn import Source, ToolCall
from tools.models import Cell, ResultTable, ToolAnswer
from tools.models import Source as Origin
from tools.pictures import canvas

CSS = Path(__file__).parents[2] / "chainlit_app" / "page" / "root" / "public" / "sextant.css"
USE = ["location", "prefixes", "addresses", "used", "free", "used percent"]
FOUND = ["relation", "record", "type", "role", "namespace", "location", "used by"]


def source(columns: Sequence[str], rows: Sequence[Sequence[Cell]], *, total: int | None = None) -> Source:
    table = ResultTable(
        subject="rows of a test", columns=list(columns), rows=[list(row) for row in rows], links=[None] * len(rows)
    )
    answer = ToolAnswer(
        tool="t",
        outcome="found",
        subject=table.subject,
        summary="S.",
        total=len(rows) if total is None else total,
        source=Origin(mode="demo", url=None, retrieved_at=datetime(2026, 11, 21, tzinfo=UTC), queries=[]),
    )
    return Source(1, ToolCall("1", "t", {}, ""), answer, table, 0.1)


def drawn(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> dict[str, Any]:
    """Return the figure of rows that have one; Plotly takes it."""
    found = figure(source(columns, rows))
    assert found is not None
    go.Figure(found["data"], found["layout"])
    return found


def title(found: dict[str, Any]) -> str:
    return str(found["layout"]["meta"]["title"])


def labels(found: dict[str, Any]) -> list[str]:
    return list(found["layout"]["yaxis"]["ticktext"])


def series(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(trace for trace in found["data"] if trace.get("name") == name)


def use_rows(*percents: float | None) -> list[list[Cell]]:
    return [
        [f"S{at}", 1, 1000, int((percent or 0) * 10), 1000 - int((percent or 0) * 10), percent]
        for at, percent in enumerate(percents)
    ]


# Use of space


def test_use_of_space_is_drawn_the_fullest_first():
    found = drawn(USE, use_rows(5.5, 91.25, 20, 0))

    assert labels(found) == ["S1", "S2", "S0", "S3"]
    assert series(found, "used")["x"] == [None, 20, 5.5, 0]
    assert series(found, "used, 80 % or more")["x"] == [91.25, None, None, None]
    assert series(found, "free")["x"] == [8.75, 80, 94.5, 100]
    assert found["data"][-1]["text"] == [" <b>91.25 %</b>", " 20 %", " 5.5 %", " 0 %"]
    assert series(found, "free")["hovertext"][0] == "S1<br>91.25 % · 912 of 1,000 addresses used, 88 free"


def test_without_anything_nearly_full_the_legend_does_not_speak_of_it():
    assert [trace.get("name") for trace in drawn(USE, use_rows(1, 2, 3, 4))["data"]] == ["used", "free", None]


def test_the_title_says_what_is_not_drawn():
    rows = use_rows(*range(1, 31), None, None)

    found = drawn(USE, rows)

    assert title(found) == "Rows of a test: the 20 fullest of 30 shown, 2 without address space left out"
    assert labels(found)[0] == "S29"
    assert len(labels(found)) == 20


def test_links_are_left_out_where_there_are_networks():
    columns = ["prefix", "addresses", "used", "free", "used percent"]
    links: list[list[Cell]] = [[f"10.0.0.{2 * at}/31", 2, 2, 0, 100.0] for at in range(5)]
    networks: list[list[Cell]] = [[f"10.0.{at}.0/24", 254, at, 254 - at, at * 0.39] for at in range(5)]

    assert title(drawn(columns, links + networks)) == "Rows of a test: 5 of one or two addresses left out"
    assert figure(source(columns, links)) is None, "all alike"


def test_figures_of_ipv6_are_exact():
    columns = ["prefix", "addresses", "used", "free", "used percent"]
    rows: list[list[Cell]] = [[f"2001:db8:{at}::/64", str(2**64), at, str(2**64 - at), at / 10] for at in range(4)]

    assert "3 of 18,446,744,073,709,551,616 addresses used" in drawn(columns, rows)["data"][0]["hovertext"][0]


def test_columns_that_say_the_same_everywhere_are_no_part_of_a_label():
    columns = ["prefix", "namespace", "location", "addresses", "used", "free", "used percent"]
    rows: list[list[Cell]] = [[f"10.0.{at}.0/24", "Global", f"S{at}", 254, at, 254 - at, at * 0.4] for at in range(5)]

    assert labels(drawn(columns, rows))[0] == "10.0.4.0/24 · S4"


# Counts


def test_counts_are_drawn_most_first_or_fewest_first_as_they_come():
    most = drawn(["role", "count"], [["a", 9], ["b", 7], ["c", 7], ["d", 2], ["e", 1]])
    fewest = drawn(["role", "count"], [["a", 0], ["b", 1], ["c", 2], ["d", 3], ["e", 4]])

    assert labels(most) == ["a", "b", "c", "d", "e"]
    assert labels(fewest) == ["a", "b", "c", "d", "e"]
    assert fewest["data"][-1]["text"] == [" 0", " 1", " 2", " 3", " 4"]
    assert most["layout"]["showlegend"] is False


def test_places_of_one_name_are_two_bars():
    rows: list[list[Cell]] = [["Santiago", "Chile", 5], ["Santiago", "Cuba", 3], *([f"P{n}", "X", n] for n in range(3))]

    assert labels(drawn(["location", "parent", "count"], rows))[:2] == ["Santiago · Chile", "Santiago · Cuba"]


def test_counts_by_two_things_are_stacked_and_what_has_no_colour_is_one_part():
    rows: list[list[Cell]] = [[f"S{site}", f"r{role}", role + 4 - site] for site in range(5) for role in range(8)]

    found = drawn(["location", "role", "count"], rows)

    assert [trace.get("name") for trace in found["data"]] == ["r7", "r6", "r5", "r4", "r3", "others", None]
    assert sum(sum(trace["x"]) for trace in found["data"][:-1]) == sum(int(str(row[-1])) for row in rows)
    assert found["data"][-1]["text"][0] == f" {sum(role + 4 for role in range(8))}"


def test_records_are_counted_by_site_and_role():
    rows: list[list[Cell]] = [[f"d{n}", ["core", "access"][n % 2], f"S{n % 5}"] for n in range(12)]

    found = drawn(["device", "role", "location"], rows)

    assert title(found) == "Rows of a test by location and role"
    assert sum(sum(trace["x"]) for trace in found["data"][:-1]) == 12


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        pytest.param(["role", "count"], [["a", 2], ["b", 1]], id="two bars"),
        pytest.param(["country", "count"], [[str(n), 60] for n in range(20)], id="all bars alike"),
        pytest.param(["device", "role", "location"], [[str(n), "r", "S"] for n in range(20)], id="one place"),
        pytest.param(["device", "role", "location"], [[str(n), "r", str(n)] for n in range(20)], id="one a place"),
        pytest.param(["device", "role", "location"], [["a", "b", "c"]] * 3, id="few records"),
        pytest.param(["device", "serial"], [[str(n), str(n)] for n in range(20)], id="nothing to count by"),
        pytest.param(["name", "count"], [[str(n), str(n)] for n in range(20)], id="counts that are no numbers"),
        pytest.param(USE, use_rows(0, 0, 0, 0, 0), id="nothing used anywhere"),
        pytest.param(USE, use_rows(1, 2), id="two groups"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_where_a_table_says_it_as_well_there_is_no_picture(columns, rows):
    assert figure(source(columns, rows)) is None
    assert figure_json(source(columns, rows)) is None


def test_there_is_no_picture_of_a_part_of_the_rows():
    rows = [["a", 9], ["b", 7], ["c", 7], ["d", 2], ["e", 1]]

    assert figure(source(["role", "count"], rows)) is not None
    assert figure(source(["role", "count"], rows, total=6)) is None


# The page


def test_a_figure_has_no_mode_bar_and_links_nowhere():
    found = json.loads(figure_json(source(USE, use_rows(1, 2, 3, 4))) or b"")

    assert found["config"]["displayModeBar"] is False
    assert found["config"]["displaylogo"] is False
    assert "http" not in json.dumps(found)


EVIL = '<a href="http://evil.example">free</a> &lt;b&gt; <img src=x onerror=alert(1)>\n$\\alpha$ \u202e%{y}'


def shown_by_plotly(found: dict[str, Any]) -> list[str]:
    texts = [*labels(found)]
    for trace in found["data"]:
        texts += [trace.get("name") or "", *(trace.get("text") or []), *(trace.get("hovertext") or [])]
    return texts


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        (USE, [[EVIL + str(n), 1, 100, n, 100 - n, float(n)] for n in range(5)]),
        (["location", "role", "count"], [[f"{EVIL}{n}", f"{EVIL}{n % 2}", n] for n in range(6)]),
        (["device", "role", "location"], [["d", f"{EVIL}{n % 3}", f"{EVIL}{n % 5}"] for n in range(12)]),
        (
            FOUND,
            [["exact", "10.0.0.0/16", "container", EVIL, EVIL, EVIL, EVIL]]
            + [["inside", f"10.0.{n}.0/24", "network", EVIL, EVIL, EVIL, EVIL] for n in range(9)],
        ),
    ],
)
def test_names_stay_text_where_plotly_would_read_tags(columns, rows):
    texts = shown_by_plotly(drawn(columns, rows))

    tags = {tag for text in texts for tag in re.findall(r"<[^>]*>", text)}
    assert tags <= {"<br>", "<b>", "</b>"}
    assert not any("\u202e" in text or "\n" in text for text in texts)
    # Templates would fill in `%{y}`: only plain texts are used.
    assert not any(key.endswith("template") for trace in drawn(columns, rows)["data"] for key in trace)


@given(st.text())
def test_any_text_keeps_no_tag_and_no_line_break(text):
    assert not re.search(r"[<>\n\r\t]", canvas.plain(text))
    assert len(canvas.label(text)) <= 5 * 30, "entities are longer than what they stand for"


def test_every_colour_of_a_figure_has_one_of_the_theme():
    css = CSS.read_text(encoding="utf-8")
    names = [canvas.USED, canvas.SCARCE, canvas.FREE, canvas.BLOCK, canvas.OTHERS, *canvas.SERIES]

    assert [name for name in names if f'[style*="fill: {name}"]' not in css] == []
    assert all(f'text[style*="fill: {name}"]' in css for name in (canvas.ON_DARK, canvas.ON_LIGHT))


def test_a_map_of_twenty_thousand_rows_stays_small():
    rows = [["exact", "10.0.0.0/8", "container", "", "G", "", ""]]
    rows += [["inside", f"10.{n // 256}.{n % 256}.0/24", "network", f"r{n % 7}", "G", "", ""] for n in range(20_000)]

    assert len(figure_json(source(FOUND, rows)) or b"") < 300_000
