"""Conversations that are still there: after a reload, after a restart, in the list, and only for their own reader."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

pytestmark = pytest.mark.browser

FIRST = "Which prefixes are in NYC01?"


@pytest.fixture
def opened(chat):
    """Return a chat with one answered question and the list of conversations beside it."""
    chat.ask(FIRST).answered()
    chat.thread()
    listed(chat)
    return chat


def listed(chat):
    """Open the list of conversations."""
    chat.page.locator("#header #sidebar-trigger-button").click()
    return chat


def conversations(chat):
    return chat.page.locator("#thread-history [id^=thread-]:not(#thread-options)")


def options(chat, choice: str):
    row = conversations(chat).first
    row.hover()
    row.locator("#thread-options").click()
    chat.page.locator(choice).click()


def test_a_reload_comes_back_to_the_same_conversation_with_its_sources(opened):
    before = opened.answer
    table = opened.table.inner_text()

    opened.reload()
    opened.answered()

    assert opened.answer == before
    expect(opened.table).to_have_text(table, use_inner_text=True)
    assert opened.steps.first.inner_text().startswith("Prefixes at NYC01 · 23 of 23 rows")
    assert opened.errors == []


def test_a_source_opens_and_a_follow_up_is_understood_after_a_reload(opened):
    opened.reload()
    opened.answered()

    opened.page.locator(".message-content a", has_text="[1]").first.click()
    expect(opened.page.locator("#side-view-content")).to_contain_text("get_prefixes_by_location")
    opened.ask("and the VLANs there?")
    expect(opened.answers).to_have_count(2)
    opened.answered()

    assert "2 VLANs at NYC01" in opened.answer
    assert "[2]" in opened.answer


def test_a_restart_of_the_app_loses_nothing(serve: Callable, context: BrowserContext, chat_of, tmp_path: Path):
    place = {"SEXTANT_HISTORY": str(tmp_path / "kept" / "history.db")}
    first = serve(**place)
    chat = chat_of(context.new_page(), first.url).open()
    chat.ask(FIRST).answered()
    expect(chat.table).to_contain_text("Columns")
    thread = chat.thread()
    before = chat.answer
    chat.page.close()
    first.process.terminate()
    first.process.wait(timeout=20)

    second = chat_of(context.new_page(), serve(**place).url)
    second.page.goto(f"{second.base}/thread/{thread}")
    second.answered()
    expect(second.answers.last).to_have_text(before, use_inner_text=True)  # its rows come a moment later
    expect(second.table.locator("tbody tr").first).to_contain_text("10.0.0.0/16")
    second.ask("and the VLANs there?")
    expect(second.answers).to_have_count(2)
    second.answered()

    assert "2 VLANs at NYC01" in second.answer
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "kept" / "history.db").stat().st_mode & 0o777 == 0o600


def test_conversations_are_listed_by_their_first_question_and_opened_again(opened):
    opened.page.locator("[data-sidebar=header] #new-chat-button").click()
    opened.ready()
    opened.ask("Devices at LON01").answered()
    expect(conversations(opened)).to_have_count(2)
    expect(conversations(opened).first).to_have_text("Devices at LON01")

    conversations(opened).nth(1).click()
    expect(opened.page.locator("[data-step-type=user_message]")).to_have_text(FIRST)
    opened.answered()

    assert "23 prefixes at NYC01" in opened.answer


def test_a_search_looks_into_answers(opened):
    opened.page.locator("#search-chats-button").click()
    found = opened.page.locator("[role=dialog] [cmdk-item]")
    opened.page.keyboard.insert_text("Point-to-Point Link")
    expect(found).to_have_count(1)
    expect(found).to_have_text(FIRST)
    opened.page.keyboard.press("Control+a")
    opened.page.keyboard.insert_text("nothing-like-it")
    expect(found).to_have_count(0)


def test_a_conversation_is_renamed_and_the_name_is_kept(opened):
    options(opened, "#rename-thread")
    opened.page.locator("[role=dialog] input").fill("New York, for the audit")
    opened.page.locator("[role=dialog] button", has_text="Confirm").click()
    expect(conversations(opened).first).to_have_text("New York, for the audit")

    opened.reload()
    opened.answered()
    listed(opened)

    expect(conversations(opened).first).to_have_text("New York, for the audit")


def test_a_deleted_conversation_is_gone_with_its_rows(opened):
    address = opened.page.url
    thread = address.rsplit("/", 1)[1]
    rows = f"{opened.base}/sextant/chats/{thread}/sources/1/rows.json"
    assert opened.page.request.get(rows).status == 200

    options(opened, "#delete-thread")
    opened.page.locator("[role=alertdialog] button", has_text="Confirm").click()
    expect(conversations(opened)).to_have_count(0)

    assert opened.page.request.get(rows).status == 404
    assert opened.page.request.get(f"{opened.base}/project/thread/{thread}").status == 404


def test_thumbs_and_their_comment_are_kept_with_the_turn(opened):
    opened.page.locator("button.negative-feedback-off").click()
    opened.page.locator("[role=dialog] textarea").fill("The role is missing.")
    opened.page.locator("#submit-feedback").click()
    expect(opened.page.locator("button.negative-feedback-on")).to_be_visible()

    opened.reload()
    opened.answered()
    expect(opened.page.locator("button.negative-feedback-on")).to_be_visible()
    opened.page.locator("button:has(> .lucide-message-circle)").click()
    expect(opened.page.locator("[role=dialog] textarea")).to_have_value("The role is missing.")
    opened.page.keyboard.press("Escape")

    opened.page.locator("button.negative-feedback-on").click()
    expect(opened.page.locator("button.negative-feedback-off")).to_be_visible()


def test_one_esc_closes_the_list_on_a_phone(browser: Browser, demo, chat_of):
    phone = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-US")
    chat = chat_of(phone.new_page(), demo.url).open()
    listed(chat)
    sheet = chat.page.locator("[data-sidebar=sidebar][data-mobile=true]")
    expect(sheet).to_be_visible()
    expect(chat.page.locator("[role=tooltip]")).to_have_count(1)  # of a button in the list; it would take the key

    chat.page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    phone.close()


def test_another_browser_finds_nothing_of_it(opened, browser: Browser, chat_of):
    thread = opened.thread()
    stranger = browser.new_context()
    chat = chat_of(stranger.new_page(), opened.base).open()

    for path in (f"project/thread/{thread}", f"sextant/chats/{thread}/sources/1/rows.json"):
        assert chat.page.request.get(f"{opened.base}/{path}").status == 404
        assert opened.page.request.get(f"{opened.base}/{path}").status == 200
    body = {"threadId": thread, "name": "mine"}
    assert chat.page.request.put(f"{opened.base}/project/thread", data=body).status == 404
    assert chat.page.request.delete(f"{opened.base}/project/thread", data={"threadId": thread}).status == 404
    listing = {"pagination": {"first": 20}, "filter": {}}
    assert chat.page.request.post(f"{opened.base}/project/threads", data=listing).json()["data"] == []
    assert chat.page.request.get(f"{opened.base}/project/share/{thread}").status == 404
    chat.page.goto(f"{opened.base}/thread/{thread}")
    expect(chat.page).to_have_url(f"{opened.base}/")
    expect(chat.page.locator("[data-sonner-toast]")).to_contain_text("it was deleted, or it is another reader's")
    chat.ready()
    assert FIRST not in chat.page.content()
    stranger.close()


def test_the_back_button_goes_back_to_the_conversation_before(opened):
    first = opened.page.url
    opened.page.locator("[data-sidebar=header] #new-chat-button").click()
    opened.ready()
    opened.ask("Devices at LON01").answered()

    opened.page.go_back()
    opened.page.go_back()

    expect(opened.page).to_have_url(first)
    expect(opened.page.locator("[data-step-type=user_message]")).to_have_text(FIRST)


def test_two_windows_on_one_conversation_lose_no_turn(opened, context: BrowserContext, chat_of):
    other = chat_of(context.new_page(), opened.base)
    other.page.goto(opened.page.url)
    other.answered()

    other.ask("and the VLANs there?")
    expect(other.answers).to_have_count(2)
    other.answered()
    expect(opened.answers).to_have_count(2)
    opened.ask("Devices at LON01")
    expect(opened.answers).to_have_count(3)
    opened.answered()
    opened.reload()

    expect(opened.page.locator("[data-step-type=user_message]")).to_have_text(
        [FIRST, "and the VLANs there?", "Devices at LON01"]
    )
