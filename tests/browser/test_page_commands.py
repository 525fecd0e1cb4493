"""Commands: typed, chosen in the popup or clicked; each opens a panel at the side and is no turn."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tools.catalog import CATALOG

pytestmark = pytest.mark.browser

TITLE = "#side-view-title"
QUESTIONS = "[data-step-type=user_message]"


def typed(chat, text):
    chat.page.locator("#chat-input").click()
    chat.page.keyboard.type(text)
    chat.page.keyboard.press("Enter")
    return chat


def tools(chat):
    typed(chat, "/tools")
    expect(chat.page.locator(".sx-entry")).to_have_count(len(CATALOG))
    return chat.page.locator(".sx-catalogue")


def opened(catalogue, name):
    catalogue.page.get_by_role("searchbox", name="Search the tools").fill(name)
    catalogue.locator(".sx-entry h4 button").first.click()
    return catalogue.locator(".sx-entry form")


def test_help_opens_at_the_side_and_is_no_turn(chat):
    typed(chat, "/help")

    expect(chat.page.locator(TITLE)).to_contain_text("Help")
    expect(chat.page.get_by_role("region", name="Help")).to_be_focused()
    expect(chat.page.locator("#chat-input")).to_have_value("")
    expect(chat.page.locator(QUESTIONS)).to_have_count(0)
    assert "/thread/" not in chat.page.url


def test_a_question_of_the_help_is_asked_with_a_click(chat):
    typed(chat, "/help")
    question = chat.page.locator(".sx-questions button").first
    asked = question.inner_text().strip()
    question.click()
    chat.answered()

    expect(chat.page.locator(QUESTIONS)).to_have_text(asked)
    assert "did not understand" not in chat.answer


def test_the_popup_runs_a_command_with_one_enter(chat):
    chat.page.locator("#chat-input").click()
    chat.page.keyboard.type("/")
    expect(chat.page.locator("#message-composer .command-item")).to_have_count(6)
    chat.page.keyboard.press("ArrowDown")
    chat.page.keyboard.press("Enter")

    expect(chat.page.locator(TITLE)).to_contain_text("Tools")
    expect(chat.page.locator("#chat-input")).to_have_value("")


def test_an_unknown_command_says_which_there_are_and_reaches_no_model(chat):
    typed(chat, "/foo bar")

    said = "There is no command /foo. There are /help, /tools, /sources, /export, /refresh, /clear."
    expect(chat.page.get_by_role("alert").filter(has_text="/foo")).to_have_text(said)
    expect(chat.page.locator(QUESTIONS)).to_have_count(0)


def test_a_question_may_begin_with_a_slash(chat):
    typed(chat, "/24 prefixes at NYC01").answered()

    expect(chat.page.locator(QUESTIONS)).to_have_text("/24 prefixes at NYC01")
    assert "[1]" in chat.answer


@pytest.mark.parametrize("width", [390, 1280])
def test_every_command_is_a_named_button_that_fits(chat, width):
    chat.page.set_viewport_size({"width": width, "height": 800})
    chat.ask("Which prefixes are at NYC01?").answered()
    for name in ("Help", "Tools", "Sources", "Export"):
        button = chat.page.locator("#message-composer").get_by_role("button", name=re.compile(name, re.IGNORECASE))
        assert button.bounding_box()["x"] + button.bounding_box()["width"] <= width
        button.click()
        expect(chat.page.locator(TITLE)).to_contain_text(name)
        expect(chat.page.locator("#side-view-content > *").first).to_be_visible()  # the title comes first
        chat.page.keyboard.press("Escape")
        expect(chat.page.locator(TITLE)).to_have_count(0)
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= width


def test_clear_begins_anew_and_leaves_the_conversation_in_the_history(chat):
    chat.ask("Which prefixes are at NYC01?").answered()
    typed(chat, "/clear")
    chat.ready()

    expect(chat.page.locator(QUESTIONS)).to_have_count(0)
    chat.page.locator("#header").get_by_role("button", name="Conversations").click()
    expect(chat.page.get_by_text("Which prefixes are at NYC01?").first).to_be_visible()


def test_a_tool_that_is_tried_gives_a_source_like_any_answer(chat):
    form = opened(tools(chat), "get_prefixes_by_location")
    form.get_by_role("button", name="Fill in this example").click()
    place = form.get_by_label("location").input_value()
    form.get_by_role("button", name="Try it").click()
    chat.answered()

    expect(chat.page.locator(QUESTIONS)).to_have_text(f"Tried get_prefixes_by_location (location: {place})")
    assert "called by hand, no model" in chat.answer
    expect(chat.table.locator("tbody tr").first).to_be_visible()
    chat.page.locator("a.element-link", has_text="[1]").first.click()
    expect(chat.page.locator(TITLE)).to_contain_text("Source [1]")


def test_the_form_stays_open_to_try_again_with_what_was_filled_in(chat):
    form = opened(tools(chat), "serial")
    form.get_by_label("device").fill("no-such-device-9")
    form.get_by_role("button", name="Try it").click()
    chat.answered()

    assert "no-such-device-9" in chat.answer
    expect(form.get_by_label("device")).to_have_value("no-such-device-9")
    expect(chat.page.get_by_role("searchbox", name="Search the tools")).to_have_value("serial")


def test_what_a_tool_does_not_take_is_told_with_what_it_takes(chat):
    form = opened(tools(chat), "find_prefix")
    form.get_by_label("target").fill("10.0.0.300")
    form.get_by_label("target").press("Enter")
    chat.answered()

    assert "10.0.0.300" in chat.answer
    expect(chat.table).to_have_count(0)


def test_a_tool_is_tried_by_keyboard_alone(chat):
    catalogue = tools(chat)
    expect(chat.page.get_by_role("searchbox", name="Search the tools")).to_be_focused()
    chat.page.keyboard.type("count_records")
    expect(catalogue.locator(".sx-entry")).to_have_count(1)
    for key in ("Tab", "Enter", "Tab", "Enter"):
        chat.page.keyboard.press(key)
    expect(catalogue.get_by_role("combobox", name="record")).not_to_have_value("")
    chat.page.keyboard.press("Tab")
    chat.page.keyboard.press("Tab")
    expect(catalogue.get_by_label("group_by")).to_be_focused()
    catalogue.get_by_role("button", name="Try it").press("Enter")
    chat.answered()

    assert "[1]" in chat.answer


def test_a_conversation_is_saved_as_markdown_and_as_json(chat):
    chat.ask("Which prefixes are at NYC01?").answered()
    typed(chat, "/export")
    panel = chat.page.get_by_role("region", name="Export")
    with chat.page.expect_download() as saved:
        panel.get_by_role("link", name="Markdown").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    chat.page.get_by_label("with all rows").check()
    with chat.page.expect_download() as whole:
        panel.get_by_role("link", name="JSON").click()
    record = json.loads(Path(whole.value.path()).read_text(encoding="utf-8"))

    assert saved.value.suggested_filename.endswith(".md")
    assert "Which prefixes are at NYC01?" in text
    assert whole.value.suggested_filename.endswith(".json")
    assert record["turns"][0]["question"] == "Which prefixes are at NYC01?"


def test_an_export_is_for_its_own_reader_only(chat, browser):
    chat.ask("Which prefixes are at NYC01?").answered()
    typed(chat, "/export")
    address = chat.page.get_by_role("link", name="Markdown").get_attribute("href")
    stranger = browser.new_context()

    assert chat.page.request.get(address).status == 200
    assert stranger.request.get(address).status == 404
    stranger.close()


def test_an_empty_conversation_has_nothing_to_export(chat):
    typed(chat, "/export")

    expect(chat.page.locator(".sx-export")).to_contain_text("nothing to export yet")
