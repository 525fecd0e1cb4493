"""The page with a language model: streaming, addresses in prose, Stop, trouble; the model is a stand-in."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

CALL = 'call get_prefixes_by_location {"location": "NYC01"}'


def test_talk_before_a_tool_call_does_not_stay_as_the_answer(open_chat, modelled, model):
    model.answer = "There are 23 [1]."
    chat = open_chat(modelled).ask(CALL).answered()

    assert "Let me look that up" not in chat.page.inner_text("body")
    assert chat.answer.startswith("There are 23")
    expect(chat.page.locator(".prose a.element-link")).to_have_text("[1]")
    expect(chat.page.locator("#sx-model")).to_have_text("openai/stand-in")


def test_addresses_in_prose_keep_every_group(open_chat, modelled, model):
    model.answer = "In 2001:db8:a::/48 is fe80::abcd:1, at aa:bb:cc:dd:ee:ff; also `2001:db8::f` [1]."
    chat = open_chat(modelled).ask(CALL).answered()

    assert "In 2001:db8:a::/48 is fe80::abcd:1, at aa:bb:cc:dd:ee:ff; also 2001:db8::f" in re.sub(
        r"\s+", " ", chat.answer
    )


def test_a_number_that_no_source_has_is_removed_and_said(open_chat, modelled, model):
    model.answer = "As [7] shows."
    chat = open_chat(modelled).ask(CALL).answered()

    assert "As shows." in chat.answer
    assert "1 citation of no source removed" in chat.answer
    expect(chat.table).to_be_visible()
    expect(chat.page.locator(".prose a.element-link")).to_have_count(0)


def test_a_picture_that_a_model_writes_is_not_fetched(open_chat, modelled, model):
    model.answer = "![x](http://203.0.113.9/?q=secret) [1]"
    chat = open_chat(modelled).ask(CALL).answered()

    assert "x (http://203.0.113.9/?q=secret)" in chat.answer
    expect(chat.answers.last.locator("img[src*='203.0.113.9']")).to_have_count(0)
    assert [url for url in chat.requests if "203.0.113.9" in url] == []


@pytest.mark.parametrize("how", ["button", "escape"])
def test_stop_in_the_middle_of_an_answer_leaves_a_chat_that_goes_on(open_chat, modelled, model, how):
    model.go_on.clear()
    chat = open_chat(modelled).ask("slowly")
    expect(chat.answers.last).to_contain_text("The first half")
    if how == "button":
        chat.page.locator("#stop-button").click()
    else:
        chat.page.keyboard.press("Escape")

    expect(chat.answers.last).to_contain_text("Stopped.")
    expect(chat.page.locator("#stop-button")).to_have_count(0)
    assert "The first half of an answer" in chat.answer
    assert "manually" not in chat.page.inner_text("body")

    chat.ask("and now?")
    expect(chat.answers).to_have_count(2)
    chat.answered()
    assert "You said: and now?" in chat.answer


def test_stop_while_a_tool_reads_leaves_a_chat_that_goes_on(open_chat, serve, model, deaf_nautobot):
    served = serve(**model.settings, NAUTOBOT_URL=deaf_nautobot, NAUTOBOT_TOKEN="x" * 40, NAUTOBOT_TIMEOUT="60")
    chat = open_chat(served)
    expect(chat.page.locator("#sx-badge")).to_have_attribute("data-mode", "away")
    chat.ask(CALL)
    expect(chat.steps.first).to_have_text("Prefixes at NYC01")
    chat.shot("running")

    chat.page.locator("#stop-button").click()

    expect(chat.steps.first).to_contain_text("stopped")
    expect(chat.answers.last).to_contain_text("Stopped.")
    chat.ask("and now?")
    expect(chat.answers).to_have_count(2)
    chat.answered()
    assert "You said: and now?" in chat.answer


def test_a_model_that_is_not_there_is_one_calm_sentence(open_chat, serve, unused_address):
    served = serve(SEXTANT_MODEL="openai/none", SEXTANT_MODEL_URL=unused_address, SEXTANT_MODEL_KEY="sk-secret")
    chat = open_chat(served).ask("hello").answered()

    assert "Traceback" not in chat.answer
    assert "sk-secret" not in chat.page.content() + served.said()
    assert len(chat.answer) < 400
