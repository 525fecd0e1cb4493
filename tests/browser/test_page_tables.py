"""A table as people use it: sorted, filtered, paged, copied and saved, over the demo network in a real browser."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

TODAY = f"{datetime.now(UTC):%Y-%m-%d}"


def rows(table: Any) -> Any:
    return table.locator("tbody tr:not(.sx-waiting)")


def column(table: Any, number: int = 1) -> list[str]:
    """Return the cells of a column as they are read, of this page of the table."""
    return list(table.locator(f"tbody tr:not(.sx-waiting) td:nth-child({number})").all_inner_texts())


def saved(page: Page, link: Any, folder: Path) -> Path:
    """Return the file that a link gives, under the name that the browser saves it by."""
    with page.expect_download() as found:
        link.click()
    file = folder / found.value.suggested_filename
    found.value.save_as(file)
    return file


@pytest.fixture
def nyc01(chat):
    """Return a chat with the 23 prefixes of one site."""
    chat.ask("What prefixes exist at NYC01?").answered()
    expect(rows(chat.table)).to_have_count(10)
    return chat


def test_the_table_pages_through_all_rows(nyc01):
    table = nyc01.table
    expect(table.locator(".sx-count")).to_have_text("23 of 23 rows")
    expect(table.locator(".sx-page")).to_have_text("1-10 of 23")
    seen = column(table)
    for page in ("11-20 of 23", "21-23 of 23"):
        table.get_by_role("button", name="Next page").click()
        expect(table.locator(".sx-page")).to_have_text(page)
        seen += column(table)
    assert len(set(seen)) == 23
    expect(table.get_by_role("button", name="Next page")).to_be_disabled()

    table.get_by_role("button", name="First page").click()
    table.get_by_role("combobox", name="Rows").select_option("25")
    expect(rows(table)).to_have_count(23)
    assert sorted(column(table)) == sorted(seen)


def test_addresses_are_sorted_as_addresses_and_a_third_click_takes_the_order_back(nyc01):
    table = nyc01.table
    table.get_by_role("combobox", name="Rows").select_option("25")
    as_they_came = column(table)
    by_value = sorted(as_they_came, key=lambda prefix: [int(part) for part in re.split(r"[./]", prefix)])
    head, button = table.locator("th").first, table.get_by_role("button", name="prefix", exact=True)

    for order, expected in (("ascending", by_value), ("descending", by_value[::-1]), ("none", as_they_came)):
        button.press("Enter")
        expect(head).to_have_attribute("aria-sort", order)
        assert column(table) == expected


def test_a_filter_finds_words_and_what_lies_in_a_prefix(nyc01):
    table = nyc01.table
    box = table.get_by_role("textbox", name=re.compile("Filter the rows"))
    for typed, said in (
        ("voice", "5 of 23 rows match"),
        ("VOICE 112", "1 of 23 rows match"),
        ("10.0.0.0/17", "10 of 23 rows match"),
        ("no such thing", "0 of 23 rows match"),
    ):
        box.fill(typed)
        expect(table.get_by_role("status").first).to_have_text(said)
    expect(table).to_contain_text("No row matches")
    expect(table.locator(".sx-files")).to_contain_text("all 23 rows:")
    box.fill("10.0.0.0/99")
    expect(table.locator(".sx-none")).to_contain_text("10.0.0.0/99 is no prefix.")
    nyc01.shot("table-filtered")

    box.press("Escape")
    expect(table.locator(".sx-count")).to_have_text("23 of 23 rows")
    expect(table.locator(".sx-all")).to_have_count(0)


def test_each_column_has_a_filter_of_its_own(nyc01):
    table = nyc01.table
    table.get_by_role("button", name="Filters").click()
    table.get_by_role("textbox", name="Filter role").fill("user")
    table.get_by_role("textbox", name="Filter prefix", exact=True).fill("10.0.112.0/22")
    expect(table.locator(".sx-count")).to_have_text("4 of 23 rows match")
    assert set(column(table, 3)) == {"User Voice"}

    table.get_by_role("button", name="Filters").click()
    expect(table.locator(".sx-count")).to_have_text("23 of 23 rows")


def test_what_its_reader_did_to_a_table_outlives_the_next_question(nyc01):
    nyc01.table.get_by_role("textbox", name=re.compile("Filter the rows")).fill("voice")
    nyc01.ask("How many devices are there per role?")
    expect(nyc01.answers).to_have_count(2)
    nyc01.answered()

    expect(nyc01.page.locator(".sx-table").first.locator(".sx-count")).to_have_text("5 of 23 rows match")


def test_columns_and_rows_are_copied_as_they_are_filtered_and_sorted(nyc01):
    page, table = nyc01.page, nyc01.table
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    table.get_by_role("textbox", name=re.compile("Filter the rows")).fill("voice")
    table.get_by_role("button", name="prefix", exact=True).click()

    table.get_by_role("button", name="Column prefix: copy, hide").click()
    page.get_by_role("menuitem", name="Copy 5 values").click()
    expect(table.get_by_role("status").last).to_have_text("Copied 5 values of prefix")
    assert page.evaluate("navigator.clipboard.readText()") == "\n".join(f"10.0.{n}.0/24" for n in range(111, 116))

    table.get_by_role("button", name="Copy", exact=True).click()
    expect(table.get_by_role("status").last).to_have_text("Copied 5 rows")
    copied = [line.split("\t") for line in page.evaluate("navigator.clipboard.readText()").split("\n")]
    assert copied[0][:3] == ["prefix", "type", "role"]
    assert [line[0] for line in copied[1:]] == column(table)


def test_columns_are_hidden_and_shown(nyc01):
    page, table = nyc01.page, nyc01.table
    table.get_by_role("button", name="Column namespace: copy, hide").click()
    page.get_by_role("menuitem", name="Hide column").click()
    expect(table.get_by_role("columnheader", name="namespace")).to_have_count(0)

    table.get_by_role("button", name=re.compile(r"\d+ of \d+ columns")).click()
    page.get_by_role("menuitemcheckbox", name="namespace").click()
    page.keyboard.press("Escape")
    expect(table.get_by_role("columnheader", name="namespace")).to_have_count(1)


def test_the_csv_holds_exactly_the_rows(nyc01, tmp_path: Path):
    file = saved(nyc01.page, nyc01.table.get_by_role("link", name="CSV"), tmp_path)
    assert file.name == f"prefixes-NYC01-{TODAY}.csv"
    data = file.read_bytes()
    assert data.endswith(b"\r\n")
    header, *lines = csv.reader(io.StringIO(data.decode("utf-8"), newline=""))
    assert header[:3] == ["prefix", "type", "role"]
    assert {line[0] for line in lines if line[2] == "User Voice"} == {f"10.0.{n}.0/24" for n in range(111, 116)}

    nyc01.table.get_by_role("combobox", name="Rows").select_option("25")
    expect(rows(nyc01.table)).to_have_count(23)
    assert [line[0] for line in lines] == column(nyc01.table)


def test_json_and_xlsx_hold_the_same_rows_and_where_they_are_from(nyc01, tmp_path: Path):
    page, table = nyc01.page, nyc01.table
    table.get_by_role("textbox", name=re.compile("Filter the rows")).fill("voice")  # files are the source, not the view
    lines = csv.reader(io.StringIO(saved(page, table.get_by_role("link", name="CSV"), tmp_path).read_text("utf-8")))
    header, *lines = list(lines)

    file = saved(page, table.get_by_role("link", name="JSON"), tmp_path)
    kept = json.loads(file.read_text("utf-8"))
    assert file.name == f"prefixes-NYC01-{TODAY}.json"
    assert (kept["subject"], kept["mode"], kept["total"]) == ("prefixes at NYC01", "demo", 23)
    assert [row["prefix"] for row in kept["rows"]] == [line[0] for line in lines]

    file = saved(page, table.get_by_role("link", name="XLSX"), tmp_path)
    book = load_workbook(file)
    assert file.name == f"prefixes-NYC01-{TODAY}.xlsx"
    assert [cell.value for cell in book["Rows"][1]] == header
    assert [row[0] for row in book["Rows"].iter_rows(min_row=2, values_only=True)] == [line[0] for line in lines]
    assert "DEMO DATA" in str([row for row in book["Source"].values])


def test_an_export_holds_all_rows_though_the_model_saw_few(chat, tmp_path: Path):
    chat.ask("Export all prefixes as CSV").answered()
    with saved(chat.page, chat.table.locator("a.sx-wanted"), tmp_path).open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))[1:]
    assert len(lines) > 1600
    expect(chat.table.locator(".sx-page")).to_have_text(f"1-10 of {len(lines):,}")
    expect(chat.steps.first).to_contain_text(f"{len(lines):,} rows in the file")


def test_ten_thousand_rows_are_all_there_to_page_sort_filter_and_scroll(chat):
    chat.ask("What is in 10.0.0.0/8?")
    expect(rows(chat.table)).to_have_count(10, timeout=60_000)
    chat.answered()
    table, box = chat.table, chat.table.get_by_role("textbox", name=re.compile("Filter the rows"))
    total = int(table.locator(".sx-count").inner_text().split(" of ")[0].replace(",", ""))
    assert total > 10_000

    table.get_by_role("button", name="Last page").click()
    expect(table.locator(".sx-page")).to_have_text(re.compile(f"-{total:,} of {total:,}$"))
    box.fill("10.0.11.0/24 exact")
    expect(table.locator(".sx-count")).to_have_text(f"0 of {total:,} rows match")
    box.fill("10.0.11.0/24")
    table.get_by_role("button", name="record", exact=True).click()
    expect(table.locator("th[aria-sort=ascending]")).to_have_count(1)
    assert all(cell.startswith("10.0.11.") for cell in column(table, 2))

    box.fill("")
    table.get_by_role("combobox", name="Rows").select_option("250")
    expect(rows(table)).to_have_count(250)
    above_the_rows = """one => {
        one.scrollTop = 3000;
        return one.querySelector('th').getBoundingClientRect().top - one.getBoundingClientRect().top;
    }"""
    assert abs(table.locator(".sx-scroll").evaluate(above_the_rows)) < 3  # the head stays in sight
    assert table.evaluate("one => one.clientHeight < 800")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_columns_scroll_and_the_first_stays(browser, demo, chat_of: Callable, scheme: str):
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme, has_touch=True)
    chat = chat_of(context.new_page(), demo.url).open().ask("What prefixes exist at NYC01?").answered()
    expect(rows(chat.table)).to_have_count(10)
    first = chat.table.locator("tbody td").first
    left = first.bounding_box()["x"]

    chat.table.locator(".sx-scroll").evaluate("one => { one.scrollLeft = 200; }")

    assert abs(first.bounding_box()["x"] - left) < 2
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= 390
    chat.table.scroll_into_view_if_needed()
    chat.shot(f"table-{scheme}-390")
    context.close()


def test_a_table_whose_rows_are_gone_says_so_and_offers_no_dead_file(chat):
    chat.page.route("**/rows.json", lambda route: route.fulfill(status=404, body="gone"))
    chat.ask("What prefixes exist at NYC01?").answered()

    expect(chat.table).to_contain_text("These rows are no longer kept. Ask again to see them.")
    expect(chat.table.locator("table, .sx-file")).to_have_count(0)


def test_a_table_that_could_not_be_read_is_read_again(chat):
    chat.page.route("**/rows.json", lambda route: route.abort(), times=1)
    chat.ask("What prefixes exist at NYC01?").answered()

    expect(chat.table).to_contain_text("Sextant does not answer.")
    chat.table.get_by_role("button", name="Try again").click()
    expect(rows(chat.table)).to_have_count(10)


HOSTILE = [
    ["<img src=x onerror='window.ran = 1'>", "javascript:window.ran=1", 1],
    ["=cmd|'/c calc'!A1", "@SUM(1)", 2],
    ["x" * 5000, "مرحبا \u202egnp.exe", 3],
    ["zero\u200bwidth", "line\nbreak\ttab", 4],
    ["10.0.0.0/8", "{{7*7}} ${1} `a` [x](javascript:1)", None],
]


def test_hostile_cells_stay_text_and_invisible_characters_are_named(chat):
    links = ["javascript:window.ran=1", "data:text/html,x", "//evil.example", "https://nautobot.example/1", None]
    body = json.dumps({"rows": [[*row, *[None] * 7] for row in HOSTILE], "links": links})
    chat.page.route("**/rows.json", lambda route: route.fulfill(body=body, content_type="application/json"))
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.ask("What prefixes exist at NYC01?").answered()
    table = chat.table
    expect(rows(table)).to_have_count(5)

    assert column(table)[:2] == [HOSTILE[0][0], HOSTILE[1][0]]
    assert "U+200B" in column(table)[3]
    assert "U+202E" in column(table, 2)[2]
    assert table.locator("img").count() == 0
    assert [link.get_attribute("href") for link in table.locator("tbody a").all()] == ["https://nautobot.example/1"]
    assert chat.page.evaluate("window.ran") is None
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= 1280

    table.get_by_role("button", name="Copy", exact=True).click()
    expect(table.get_by_role("status").last).to_have_text("Copied 5 rows")
    lines = chat.page.evaluate("navigator.clipboard.readText()").split("\n")
    assert len(lines) == 6
    assert lines[2].startswith("'=cmd|'/c calc'!A1\t'@SUM(1)\t2")


def test_numbers_of_ipv6_addresses_can_be_read_and_are_whole_in_the_title(chat):
    chat.ask("How full is the IPv6 address space by region?").answered()
    cell = chat.table.locator("tbody tr").first.locator("td").nth(2)
    expect(cell).to_have_text(re.compile(r"^(2\^\d+|\d\.\d\de\d+)$"))
    assert re.fullmatch(r"\d{17,}", cell.get_attribute("title"))
