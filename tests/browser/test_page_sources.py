"""The panel of a source, the list of all, and what is asked again, in a real browser."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

QUERIES = Path(__file__).parents[2] / "graphql"


def panel(chat):
    return chat.page.locator("#side-view-content")


def opened(chat, number: int = 1):
    """Open a source by its chip, with the keyboard; return the panel."""
    chat.page.locator(".message-content a.element-link", has_text=f"[{number}]").first.focus()
    chat.page.keyboard.press("Enter")
    expect(chat.page.locator("#side-view-title")).to_contain_text(f"Source [{number}]")
    return panel(chat)


def test_a_source_is_opened_and_closed_with_the_keyboard_and_the_focus_comes_back(chat):
    chat.ask("What prefixes exist at NYC01?").answered()
    chip = chat.page.locator(".message-content a.element-link").first
    expect(chip).to_have_attribute("aria-label", "Source 1: prefixes at NYC01")

    opened(chat)
    expect(panel(chat).get_by_role("region", name="Source 1: Prefixes at NYC01")).to_be_focused()
    chat.page.keyboard.press("Escape")

    expect(panel(chat)).to_have_count(0)
    expect(chip).to_be_focused()


def test_the_panel_shows_and_copies_the_query_and_its_variables(chat):
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.ask("What prefixes exist at NYC01?").answered()
    side = opened(chat)
    expect(side).to_contain_text("“What prefixes exist at NYC01?”")
    expect(side).to_contain_text("Cited in answer 1")

    side.get_by_text("prefixes_by_location.graphql").click()
    side.get_by_role("button", name="Copy the query prefixes_by_location.graphql").click()
    expect(side.get_by_text("Copied")).to_be_visible()
    text = (QUERIES / "prefixes_by_location.graphql").read_text(encoding="utf-8")
    assert chat.page.evaluate("navigator.clipboard.readText()") == text

    side.get_by_role("button", name="Copy the variables of prefixes_by_location.graphql").click()
    expect(side.get_by_text("Copied")).to_have_count(2)
    assert json.loads(chat.page.evaluate("navigator.clipboard.readText()")) == {"locations": ["NYC01"]}
    expect(side.get_by_text("Open in GraphiQL")).to_have_count(0)  # demo data: there is none


def test_asked_again_an_unchanged_source_says_so(chat):
    chat.ask("What prefixes exist at NYC01?").answered()
    side = opened(chat)
    side.get_by_role("button", name="Ask again").click()
    expect(side).to_contain_text(re.compile(r"Nothing has changed since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"))
    expect(chat.answers).to_have_count(1)
    chat.shot("asked-again")


def test_asked_again_with_an_edited_query_the_columns_that_changed_are_told(serve, open_chat, tmp_path: Path):
    for file in QUERIES.glob("*.graphql"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    chat = open_chat(serve(SEXTANT_QUERIES=str(tmp_path)))
    chat.ask("What prefixes exist at NYC01?").answered()
    edited = tmp_path / "prefixes_by_location.graphql"
    text = edited.read_text(encoding="utf-8")
    assert "    description\n" in text
    edited.write_text(text.replace("    description\n", ""), encoding="utf-8")

    side = opened(chat)
    side.get_by_role("button", name="Ask again").click()
    expect(side).to_contain_text("0 added, 0 removed, 0 changed. No longer there: description.")
    expect(side.locator(".sx-table thead")).to_contain_text("description")  # the source is what the answer stood on


def test_only_its_own_reader_can_ask_a_source_again(chat, browser):
    with chat.page.expect_request(re.compile("/again$")) as asked:
        chat.ask("What prefixes exist at NYC01?").answered()
        opened(chat).get_by_role("button", name="Ask again").click()
    expect(panel(chat)).to_contain_text("Nothing has changed")

    stranger = browser.new_context()
    stranger.request.get(chat.base)
    answer = stranger.request.post(asked.value.url, headers={"origin": chat.base})
    assert answer.status == 404
    assert answer.json() == {"refused": "This source is no longer kept: ask the question again."}
    stranger.close()


def test_the_list_has_every_source_and_a_click_opens_it(chat):
    for at, question in enumerate(("What prefixes exist at NYC01?", "Show the devices at LON01"), start=1):
        chat.ask(question)
        expect(chat.answers).to_have_count(at)
        chat.answered()

    chat.page.get_by_role("button", name="Sources", exact=True).click()
    rows = panel(chat).locator(".sx-sources li")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("Prefixes at NYC01")
    expect(rows.nth(0)).to_contain_text("“What prefixes exist at NYC01?”")
    expect(rows.nth(1)).to_contain_text("Cited in answer 2")
    expect(panel(chat).get_by_role("searchbox")).to_have_count(0)
    chat.shot("sources")

    rows.nth(1).get_by_role("button").click()
    expect(chat.page.locator("#side-view-title")).to_contain_text("Source [2]")
    panel(chat).get_by_role("button", name="All sources").click()
    expect(panel(chat).locator(".sx-sources")).to_be_visible()


def test_a_long_list_is_filtered(chat):
    sites = ["NYC01", "LON01", "FRA01"]
    questions = [f"{what} at {site}?" for site in sites for what in ("Prefixes", "Devices", "VLANs")]
    for at, question in enumerate(questions, start=1):
        chat.ask(question)
        expect(chat.answers).to_have_count(at)
        chat.answered()
    chat.page.get_by_role("button", name="Sources", exact=True).click()
    rows = panel(chat).locator(".sx-sources li")
    expect(rows).to_have_count(9)

    panel(chat).get_by_role("searchbox", name="Filter sources").fill("lon01 vlans")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("VLANs at LON01")
    panel(chat).get_by_role("searchbox").fill("nowhere")
    expect(panel(chat).get_by_role("status")).to_have_text("No source matches “nowhere”.")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_panel_fits(browser, demo, chat_of: Callable[..., object], theme, width):
    context = browser.new_context(viewport={"width": width, "height": 860}, locale="en-US", color_scheme=theme)
    chat = chat_of(context.new_page(), demo.url).open()
    chat.ask("What prefixes exist at NYC01?").answered()
    side = opened(chat)
    for summary in side.locator("details summary").all():
        summary.click()
    side.get_by_role("button", name="Ask again").click()
    expect(side).to_contain_text("Nothing has changed")
    assert side.evaluate("at => at.scrollWidth - at.clientWidth") == 0
    chat.shot(f"source-{theme}-{width}")
    context.close()
