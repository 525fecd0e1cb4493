"""A question that is being written while the page changes under its writer."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

FIRST = "Which prefixes are in NYC01?"
WRITING = "and the VLANs there?"


@pytest.fixture
def held_list(chat):
    """Hold the list of conversations back: the page gives a conversation its address only then. Return what lets go."""
    held = []

    def hold(route):
        held.append(route)

    def let_go():
        while held:
            held.pop().continue_()

    chat.page.route("**/project/threads", hold)
    return let_go


def test_a_question_written_before_its_conversation_has_an_address_is_kept(chat, held_list):
    chat.ask(FIRST).answered()
    chat.page.locator("#chat-input").click()
    chat.page.keyboard.insert_text(WRITING)
    chat.page.keyboard.press("ArrowLeft")
    assert "/thread/" not in chat.page.url

    held_list()
    chat.thread()
    expect(chat.page.locator("#chat-input")).to_have_value(WRITING)
    expect(chat.page.locator("#chat-input")).to_be_focused()
    chat.page.keyboard.insert_text(" now")
    expect(chat.page.locator("#chat-input")).to_have_value("and the VLANs there now?")

    chat.page.keyboard.press("Enter")
    expect(chat.answers).to_have_count(2)
    chat.answered()
    assert "2 VLANs at NYC01" in chat.answer
    expect(chat.page.locator("#chat-input")).to_have_value("")


def test_a_question_that_was_asked_is_not_written_again(chat, held_list):
    chat.ask(FIRST).answered()
    chat.ask(WRITING)
    expect(chat.answers).to_have_count(2)
    chat.answered()

    held_list()
    chat.thread()

    expect(chat.page.locator("#chat-input")).to_have_value("")


def test_a_question_that_is_being_written_is_kept_over_a_reload_once(chat):
    chat.ask(FIRST).answered()
    chat.thread()
    chat.page.locator("#chat-input").fill(WRITING)

    chat.reload()
    chat.answered()
    expect(chat.page.locator("#chat-input")).to_have_value(WRITING)

    chat.page.locator("#chat-input").fill("")
    chat.reload()
    chat.answered()
    expect(chat.page.locator("#chat-input")).to_have_value("")


def test_a_question_on_the_start_page_is_kept_over_a_reload(chat):
    chat.page.locator("#chat-input").fill(FIRST)
    chat.page.reload()

    expect(chat.page.locator("#chat-input")).to_have_value(FIRST)


def test_a_new_chat_and_another_conversation_begin_with_an_empty_question(chat):
    chat.ask(FIRST).answered()
    first = chat.thread()
    chat.page.locator("#chat-input").fill(WRITING)
    chat.page.locator("#header #new-chat-button").click()
    chat.ready()
    expect(chat.page.locator("#chat-input")).to_have_value("")

    chat.page.locator("#chat-input").fill(WRITING)
    chat.page.locator("#header #sidebar-trigger-button").click()
    chat.page.locator(f"#thread-{first}").click()
    chat.answered()
    expect(chat.page.locator("#chat-input")).to_have_value("")
