"""The files of a source: what they hold, what they are called, and how they are served."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chainlit_app.files import csv_file, json_file, xlsx_file
from chainlit_app.page import rows as rows_module
from chainlit_app.page.rows import address, page_rows
from chainlit_app.page.served import served
from chainlit_app.page.tables import table_element
from chainlit_app.turn import Source, ToolCall
from chainlit_app.words import file_name, name_of
from tools.models import Cell, QueryRun, ResultTable, ToolAnswer
from tools.models import Source as Origin

DOCS = Path(__file__).parents[2] / "docs" / "files.md"
ATTACKS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "=cmd|'/c calc'!A1",
    "＝1+1",
    "\t=1",
    "http://evil.example",
    "'=1",
    "1e9",
]


def source(*rows: list[Cell], columns: list[str] | None = None, mode: str = "demo", **answer: Any) -> Source:
    """Return a source of these rows, and of twelve more of nothing where `total` says so."""
    origin = Origin(
        mode=mode,
        url="https://nautobot.example" if mode == "live" else None,
        retrieved_at=datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC),
        queries=[QueryRun(file="prefixes_by_location.graphql", variables={"locations": ["A"]}, rows=1, seconds=0.1)],
    )
    named = columns or [f"column {i}" for i in range(len(rows[0]) if rows else 1)]
    links = [f"https://nautobot.example/{i}/" if mode == "live" else f"/{i}/" for i in range(len(rows))]
    table = ResultTable(subject=answer.get("subject", "prefixes at A"), columns=named, rows=list(rows), links=links)
    told = ToolAnswer(
        tool="get_prefixes_by_location",
        outcome="found",
        summary="S.",
        source=origin,
        **{"subject": "prefixes at A", "total": len(rows), **answer},
    )
    return Source(3, ToolCall("1", "get_prefixes_by_location", {"location": "A"}, ""), told, table, 0.1)


def sheet(of: Source, name: str = "Rows") -> Any:
    return load_workbook(io.BytesIO(xlsx_file(of)))[name]


# Names


def test_a_file_is_called_after_its_rows_and_the_day_they_were_read():
    assert name_of(source([1]), "csv") == "prefixes-A-2026-11-21.csv"
    assert name_of(source([1], total=1680), "xlsx") == "prefixes-A-first-1-2026-11-21.xlsx"


@pytest.mark.parametrize(
    "subject", ["CON", "nul", "com1.txt", "aux at LPT1", "..", "a/b\\c:d*e?f", ".hidden", "", "東京"]
)
def test_no_disk_refuses_a_name(subject: str):
    name = file_name(subject, date(2026, 11, 21), "json")
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*-2026-11-21\.json", name)


@given(st.text(max_size=400))
def test_every_name_can_stand_in_a_header_and_on_a_disk(subject: str):
    name = file_name(subject, date(2026, 11, 21), "xlsx")
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,79}-2026-11-21\.xlsx", name)


# What they hold


def test_the_csv_holds_all_rows_and_nothing_that_runs():
    text = csv_file(source(*([attack] for attack in ATTACKS))).decode("utf-8")
    cells = [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:]
    assert [cell.lstrip("'").strip() for cell in cells] == [attack.lstrip("'").strip() for attack in ATTACKS]
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "＝"))]


def test_the_json_has_one_object_a_row_and_says_where_it_is_from():
    kept = json.loads(json_file(source(["10.0.0.0/24", 12, True, None], columns=["prefix", "used", "on", "role"])))
    assert kept["rows"] == [{"prefix": "10.0.0.0/24", "used": 12, "on": True, "role": None}]
    assert (kept["mode"], kept["retrieved_at"], kept["total"]) == ("demo", "2026-11-21T23:59:59Z", 1)
    assert kept["links"] == []  # demo data have no pages to open
    assert json.loads(json_file(source([1], mode="live")))["links"] == ["https://nautobot.example/0/"]


def test_the_docs_name_every_key_of_the_json():
    told = set(re.findall(r"^\| `(\w+)` \|", DOCS.read_text("utf-8"), re.MULTILINE))
    assert told == set(json.loads(json_file(source([1]))))


def test_in_a_workbook_text_stays_text_and_numbers_are_numbers():
    found = sheet(source(*([attack, 12.5, True, None, 10**20] for attack in ATTACKS)))
    for attack, row in zip(ATTACKS, found.iter_rows(min_row=2), strict=True):
        assert (row[0].value, row[0].data_type, row[0].hyperlink) == (attack, "s", None)
        assert [cell.data_type for cell in row[1:4]] == ["n", "b", "n"]
        assert row[4].value == str(10**20)  # as a number it would be rounded


def test_a_workbook_opens_with_a_bold_head_that_stays_and_filters():
    found = sheet(source(["10.0.0.0/24", "x" * 200], columns=["prefix", "description"], mode="live"))
    assert [cell.value for cell in found[1]] == ["prefix", "description", "Nautobot page"]
    assert all(cell.font.bold for cell in found[1])
    assert (found.freeze_panes, found.auto_filter.ref) == ("A2", "A1:C2")
    assert 10 < found.column_dimensions["A"].width < found.column_dimensions["B"].width <= 62
    assert found["C2"].value == "https://nautobot.example/0/"


def test_rows_that_a_sheet_does_not_take_go_on_in_further_sheets():
    of = source([0], [1], [2], [3], [4], columns=["number"], mode="live")
    book = load_workbook(io.BytesIO(xlsx_file(of, sheet_rows=2)))
    head = ("number", "Nautobot page")
    assert book.sheetnames == ["Rows", "Rows 2", "Rows 3", "Source"]
    assert [list(book[name].values) for name in book.sheetnames[:3]] == [
        [head, (0, "https://nautobot.example/0/"), (1, "https://nautobot.example/1/")],
        [head, (2, "https://nautobot.example/2/"), (3, "https://nautobot.example/3/")],
        [head, (4, "https://nautobot.example/4/")],
    ]
    assert [book[name].auto_filter.ref for name in book.sheetnames[:3]] == ["A1:B3", "A1:B3", "A1:B2"]


def test_a_workbook_says_loudly_that_its_data_are_demo_and_what_was_asked():
    said = {row[0]: row[1] for row in sheet(source([1], total=9), "Source").values}
    assert said["Data"].startswith("DEMO DATA, not your network.")
    assert said["Rows"] == "1 of 9"
    assert said["Arguments"] == '{"location": "A"}'
    assert said["Query"] == 'prefixes_by_location.graphql {"locations": ["A"]}'
    assert "DEMO" not in {row[0]: row[1] for row in sheet(source([1], mode="live"), "Source").values}["Data"]


def test_text_longer_than_a_cell_is_cut_and_says_so():
    cell = sheet(source(["y" * 40_000]))["A2"].value
    assert len(cell) == 32_767
    assert cell.endswith("CSV and JSON have all of it)")


def test_cells_that_no_format_can_hold_cost_no_file():
    odd = source(["\ud800 half", float("nan")], [None, float("inf")], ["\x00\x07 bell", -1])
    assert json.loads(page_rows(odd))["rows"][0][1] is None
    assert json.loads(json_file(odd))["rows"][2]["column 1"] == -1
    assert csv_file(odd).endswith(b",-1\r\n")
    assert sheet(odd).max_row == 4


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), min_size=2, max_size=2)))
def test_every_file_of_any_rows_has_all_of_them(rows: list[list[Cell]]):
    of = source(*rows, columns=["a", "b"])
    assert len(json.loads(json_file(of))["rows"]) == len(rows)
    assert len(list(csv.reader(io.StringIO(csv_file(of).decode("utf-8"), newline="")))) == len(rows) + 1
    with zipfile.ZipFile(io.BytesIO(xlsx_file(of))) as book:
        filled = [row for row in rows if any(cell not in (None, "") for cell in row)]  # others are blank lines in it
        assert book.read("xl/worksheets/sheet1.xml").count(b"<row ") == len(filled) + 1


def test_a_page_is_sent_no_more_rows_than_it_can_sort_and_numbers_it_can_hold(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rows_module, "ROWS_SHOWN", 2)
    kept = json.loads(page_rows(source([2**60], [1.5], [3], mode="live")))
    assert kept["rows"] == [[str(2**60)], [1.5]]
    assert len(kept["links"]) == 2


def test_links_that_are_no_web_addresses_are_left_out():
    odd = source([1], [2], mode="live")
    odd = Source(odd.number, odd.call, odd.answer, odd.table.model_copy(update={"links": ["javascript:1", None]}), 0.1)
    assert json.loads(page_rows(odd))["links"] == [None, None]


# How they are served


@pytest.fixture
def get() -> Callable[..., Any]:
    """Return a function that asks for a file; there is one source, 3."""

    async def serve(request: Request) -> Response:
        here = source(["10.0.0.0/24"], ["10.0.1.0/24"], columns=["prefix"])
        return await served(request, here if request.path_params["number"] == 3 else None)

    app = Starlette(routes=[Route(address("{conversation}", 0, "{what}").replace("0", "{number:int}"), serve)])

    async def asked(what: str, number: int = 3, method: str = "GET", **more: Any) -> Any:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, address("chat", number, what), **more)

    return asked


@pytest.mark.parametrize("what", ["csv", "json", "xlsx"])
async def test_readers_save_their_own_rows_under_a_name_that_says_what_they_are(get, what):
    answer = await get(what)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="prefixes-A-2026-11-21.{what}"'
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(answer.content) > 10


async def test_a_page_reads_rows_in_place_and_packed_or_not_as_it_likes(get):
    answer = await get("rows.json")
    assert "content-disposition" not in answer.headers
    assert answer.json()["rows"] == [["10.0.0.0/24"], ["10.0.1.0/24"]]
    assert answer.headers["content-encoding"] == "gzip"
    plain = await get("rows.json", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == answer.content


@pytest.mark.parametrize("asked", [{"number": 4}, {"what": "exe"}, {"what": "figure.json"}])
async def test_what_is_not_there_says_what_to_do(get, asked):
    answer = await get(**{"what": "csv", **asked})
    assert answer.status_code == 404
    assert "ask again in Sextant" in answer.text
    assert "10.0" not in answer.text


async def test_whether_a_file_is_there_costs_nothing_and_nothing_can_be_sent(get):
    assert (await get("xlsx", method="HEAD")).content == b""
    assert (await get("xlsx", method="HEAD", number=4)).status_code == 404
    assert (await get("csv", method="POST")).status_code == 405


def test_a_table_on_the_page_holds_addresses_and_not_rows():
    element = table_element("chat", source(["10.0.0.0/24"]), for_id="answer")
    assert element is not None
    assert element["props"]["base"] == "/sextant/chats/chat/sources/3/"
    assert "10.0.0.0/24" not in json.dumps(element)
    assert element == table_element("chat", source(["10.0.0.0/24"]), for_id="answer")  # the same after a reload
    assert table_element("chat", source(columns=["a"])) is None


def test_a_file_of_demo_data_that_stand_in_for_nautobot_says_so_in_its_name():
    assert name_of(source(["a"], mode="fallback"), "csv") == "demo-data-prefixes-A-2026-11-21.csv"
    assert name_of(source(["a"], mode="live"), "csv") == "prefixes-A-2026-11-21.csv"
