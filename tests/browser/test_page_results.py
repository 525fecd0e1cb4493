"""Results that stay, as people use them: which of those, by what, compared, exported, while other chats do the same."""

import csv
import io
import json
import re
import threading
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def saved(chat, link, folder: Path) -> Path:
    """Return a file that a link saves."""
    with chat.page.expect_download() as download:
        link.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def asked(chat, *questions: str):
    """Ask one after the other; return the chat after the last answer."""
    for number, question in enumerate(questions, 1):
        chat.ask(question)
        expect(chat.answers).to_have_count(number)
        chat.answered()
    return chat


def test_rows_are_gone_on_with_and_nothing_is_read_again(chat, tmp_path: Path):
    asked(chat, "Which prefixes are at NYC01?", "only the voice ones", "export that as excel")

    expect(chat.answers.nth(1)).to_contain_text("[2]")
    expect(chat.steps.nth(1)).to_contain_text("Rows of r1")
    expect(chat.steps.nth(2)).to_contain_text("Export of r2")
    file = saved(chat, chat.table.locator("a.sx-wanted"), tmp_path)
    book = load_workbook(file)
    header, *rows = book["Rows"].iter_rows(values_only=True)
    assert file.suffix == ".xlsx"
    assert {row[header.index("role")] for row in rows} == {"User Voice"}
    read = saved(chat, chat.page.locator(".sx-table").first.get_by_role("link", name="CSV"), tmp_path)
    everything = list(csv.DictReader(io.StringIO(read.read_text("utf-8"))))
    assert len(rows) == sum(row["role"] == "User Voice" for row in everything)
    chat.shot("results-that-stay")


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("What changed since 2026-10-01?", re.compile("[Cc]hanges")),
        ("Free rack units at USD01", re.compile("[Rr]ack")),
        ("free space in 10.201.200.0/21", re.compile("10.201.200.0/21")),
    ],
)
def test_the_newer_answers_have_pictures(chat, question, title):
    asked(chat, question)

    shown = chat.page.locator(".inline-plotly-container").last
    expect(shown.locator(".js-plotly-plot[role=img]")).to_be_visible()
    expect(shown).to_have_attribute("data-title", title)
    expect(chat.page.locator(".sx-footer")).to_contain_text("found in the sources")
    assert chat.errors == []
    chat.shot(re.sub(r"\W+", "-", question.lower()))


def test_a_group_of_rows_has_a_picture_of_its_counts(chat):
    asked(chat, "Which devices are in Germany?", "now by role")

    expect(chat.steps.nth(1)).to_contain_text("Rows of r1 (by role")
    expect(chat.page.locator(".inline-plotly-container").last).to_be_visible()
    chat.shot("now-by-role")


def test_two_chats_at_once_each_go_on_with_their_own_rows(open_chat, demo, browser, chat_of):
    mine = open_chat(demo)
    with browser.new_context() as another:
        theirs = chat_of(another.new_page(), demo.url).open()
        mine.ask("Which devices are at NYC01?")
        theirs.ask("Which devices are at LON01?")
        mine.answered()
        theirs.answered()
        for chat in (mine, theirs):
            chat.ask("only the access switches")
        for chat, place, other in ((mine, "NYC01", "LON01"), (theirs, "LON01", "NYC01")):
            expect(chat.answers).to_have_count(2)
            chat.answered()
            assert place in chat.answer
            assert other not in chat.answer


def test_a_long_read_that_is_stopped_reads_no_further(open_chat, serve, model, listening):
    asked_for, gate = [], threading.Event()

    def answer(path: str, body: bytes) -> object:
        if path.startswith("/api/ipam/prefixes/"):
            return {"count": 5_000}
        sent = json.loads(body) if body else {"query": "", "variables": {}}
        if "query prefixes_by_location" not in sent["query"]:
            key = sent["query"].split("{", 1)[-1].split("(")[0].strip()
            return {"data": {key: [{"id": "n", "name": "Global"}] if key == "namespaces" else []}}
        at = sent["variables"].get("offset", 0)
        asked_for.append(at)
        if at >= 20:
            gate.wait(100)
        return {
            "data": {
                "prefixes": [{"id": f"p{n}", "prefix": f"10.0.{n}.0/24", "type": "NETWORK"} for n in range(at, at + 10)]
            }
        }

    nautobot = listening(answer)
    served = serve(
        **model.settings,
        NAUTOBOT_URL=nautobot.url,
        NAUTOBOT_TOKEN="t",
        NAUTOBOT_TIMEOUT="120",
        NAUTOBOT_PAGE_SIZE="10",
        DEMO_MODE="false",
    )
    chat = open_chat(served).ask('call get_prefixes_by_location {"location": "all"}')
    expect(chat.steps.first).to_contain_text(re.compile(r"[12]0 (of 5,000 )?rows"), timeout=90_000)

    chat.page.locator("#stop-button").click()

    expect(chat.steps.first).to_contain_text("stopped")
    expect(chat.steps.first).not_to_contain_text(re.compile(r"\d rows"))
    expect(chat.answers.last).to_contain_text("Stopped.")
    expect(chat.answers.last).to_contain_text("No data in this answer")
    gate.set()
    chat.ask("and now?")
    expect(chat.answers).to_have_count(2)
    chat.answered()
    assert max(asked_for) == 20
