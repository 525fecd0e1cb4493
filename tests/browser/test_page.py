"""From a question to its sources, table and file, in a real browser over the demo network."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_starter_is_answered_with_steps_a_cited_answer_and_all_rows(chat):
    chat.page.locator("#starters button", has_text="Prefixes at").first.click()
    chat.answered()

    expect(chat.steps.first).to_contain_text(re.compile(r"Prefixes at \w+ · (\d+) of \1 rows · [\d.]+ m?s · demo"))
    assert "[1]" in chat.answer
    assert re.search(r"Demo data · 1 source · offline reader, no language model · [\d.]+ m?s", chat.answer)
    chat.shot("answer")


def test_a_chip_opens_its_source_at_the_side(chat):
    chat.ask("What prefixes exist at NYC01?").answered()
    expect(chat.page.locator("#side-view-title")).to_have_count(0)

    chat.page.locator("a.element-link", has_text="[1]").first.click()

    panel = chat.page.locator("#side-view-content")
    expect(chat.page.locator("#side-view-title")).to_contain_text("Source [1]")
    expect(panel).to_contain_text("get_prefixes_by_location")
    expect(panel).to_contain_text("prefixes_by_location.graphql")
    expect(panel).to_contain_text('"NYC01"')
    expect(panel).to_contain_text("23 of 23 rows")
    expect(panel).to_contain_text(f"{datetime.now(UTC):%Y-%m-%d}")
    expect(panel).to_contain_text("Demo data")
    expect(panel.get_by_role("link", name="List in Nautobot")).to_have_count(0)
    expect(panel.locator(".sx-table tbody tr")).to_have_count(10)
    chat.shot("source")


def test_a_chip_of_an_earlier_answer_still_opens_its_own_source(chat):
    chat.ask("What prefixes exist at NYC01?").answered()
    chat.ask("What prefixes exist at LON01?")
    expect(chat.answers).to_have_count(2)
    chat.answered()

    for number, site in ((1, "NYC01"), (2, "LON01")):
        chat.page.locator("a.element-link", has_text=f"[{number}]").first.click()
        expect(chat.page.locator("#side-view-title")).to_contain_text(f"Source [{number}]")
        expect(chat.page.locator("#side-view-content")).to_contain_text(f"Prefixes at {site}")


def test_a_name_that_nothing_has_is_answered_with_the_nearest_and_without_alarm(chat):
    chat.ask("What prefixes exist at NYC99?").answered()

    assert chat.table.count() == 0
    assert "NYC01" in chat.answer
    assert chat.page.locator("[data-step-type=tool] .text-red-500").count() == 0
    chat.shot("unknown")


def test_a_foreign_question_is_declined_and_the_next_one_answered(chat):
    chat.ask("Write me a poem about the sea").answered()
    assert chat.steps.count() == 0
    assert "No data in this answer" in chat.answer

    chat.ask("What prefixes exist at NYC01?")
    expect(chat.answers).to_have_count(2)
    chat.answered()
    assert "23 prefixes" in chat.answer


def test_a_next_question_is_asked_with_a_click(chat):
    chat.ask("What prefixes exist at NYC01?").answered()
    offered = chat.page.locator(".sx-next button").first
    question = offered.inner_text().strip()
    assert "Next:" not in chat.answer

    offered.click()

    expect(chat.page.locator("[data-step-type=user_message]").last).to_contain_text(question)
    expect(chat.answers).to_have_count(2)
    chat.answered()
    assert "[2]" in chat.answer


@pytest.mark.parametrize(("place", "candidate"), [("Santiago", "SCL01"), ("NYC99", "NYC01")])
def test_candidates_of_an_ambiguous_or_unknown_name_can_be_clicked(chat, place, candidate):
    chat.ask(f"prefixes at {place}").answered()
    chat.page.locator(".sx-next button", has_text=candidate).click()
    expect(chat.answers).to_have_count(2)
    chat.answered()
    assert f"prefixes at {candidate}" in chat.answer


def test_the_badge_says_demo_and_which_reader_answers(chat):
    expect(chat.page.locator("#sx-mode")).to_have_text("Demo data")
    expect(chat.page.locator("#sx-model")).to_have_text("offline reader, no language model")
    expect(chat.page.locator("#sx-badge")).to_have_attribute("data-mode", "demo")


def test_a_new_chat_starts_with_source_one_again(chat):
    chat.ask("What prefixes exist at NYC01?").answered()
    chat.page.locator("#header #new-chat-button").click()
    expect(chat.page.locator("#starters button").first).to_be_enabled()

    chat.ask("What prefixes exist at LON01?").answered()

    assert "[1]" in chat.answer


def test_no_stock_words_are_left_and_no_script_fails(chat):
    chat.ask("What prefixes exist at NYC01?").answered()
    assert chat.page.title() == "Sextant"
    assert "hainlit" not in chat.page.content().replace("chainlit_app", "")
    assert chat.errors == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1280), ("dark", 390)])
def test_the_page_fits(browser, demo, scheme: str, width: int, chat_of: Callable):
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    chat = chat_of(context.new_page(), demo.url).open()
    chat.shot(f"start-{scheme}-{width}")
    chat.ask("What prefixes exist at NYC01?").answered()
    chat.shot(f"answer-{scheme}-{width}")

    assert chat.page.evaluate("document.documentElement.scrollWidth") <= width
    assert chat.page.evaluate("document.documentElement.classList.contains('dark')") == (scheme == "dark")
    for control in ("#sx-mode", "#sx-model", "#theme-toggle", "#chat-input"):
        expect(chat.page.locator(control)).to_be_in_viewport()
    context.close()


def test_the_question_stays_in_sight_and_nothing_is_below_the_answer(chat):
    chat.ask("Which prefixes are the fullest?").answered()
    chat.ask("What prefixes exist at NYC01?")
    expect(chat.answers).to_have_count(2)
    chat.answered()
    expect(chat.table.locator("tbody tr")).to_have_count(10)

    expect(chat.page.locator("[data-step-type=user_message]").last).to_be_in_viewport()

    # To the end and beyond, as a hasty hand does: the last line of the answer ends the page
    chat.page.mouse.move(640, 400)
    for _ in range(8):
        chat.page.mouse.wheel(0, 2000)
    frame = chat.page.locator(".relative.overflow-y-auto:has(> .overflow-y-auto [data-step-type])")
    end = chat.answers.last.locator("button.negative-feedback-off")
    expect(end).to_be_in_viewport()
    assert frame.evaluate("frame => [frame.scrollTop, frame.scrollHeight - frame.clientHeight]") == [0, 0]
    assert frame.bounding_box()["height"] + frame.bounding_box()["y"] - end.bounding_box()["y"] < 120


@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_that_a_short_answer_does_not_fill_has_no_way_to_its_end(browser, demo, chat_of, width):
    context = browser.new_context(viewport={"width": width, "height": 844}, locale="en-US")
    chat = chat_of(context.new_page(), demo.url).open()
    chat.ask("hello").answered()
    chat.page.wait_for_function(
        """() => { const pane = document.querySelector('[data-step-type]').closest('.overflow-y-auto');
           return pane.scrollHeight <= pane.clientHeight }"""
    )
    expect(chat.page.get_by_role("button", name="To the end")).to_have_count(0)
    chat.shot(f"short-answer-{width}")
    context.close()


def test_an_overlong_question_leaves_its_answer_in_sight(chat):
    chat.ask("What prefixes exist at NYC01? " * 2000)

    expect(chat.answers.last).to_contain_text("4,000 are allowed")
    expect(chat.answers.last).to_be_in_viewport()


def test_the_button_to_the_end_lies_over_the_table(chat):
    chat.ask("What prefixes exist at NYC01?").answered()
    chat.ask("What prefixes exist at LON01?")
    expect(chat.answers).to_have_count(2)
    chat.answered()
    button = chat.page.get_by_role("button", name="To the end")
    expect(button).to_be_visible()
    head = chat.table.locator("thead")
    middle = button.evaluate("one => one.getBoundingClientRect().top + one.clientHeight / 2")
    head.evaluate(
        """(head, middle) => { const pane = head.closest('[data-step-type]').parentElement.parentElement;
           const box = head.getBoundingClientRect(); pane.scrollTop += (box.top + box.bottom) / 2 - middle; }""",
        middle,
    )
    expect(button).to_be_visible()
    button.click(trial=True)  # where something lay over it, this would not end
