"""Conversations that are still there: after a reload, after a restart, in the list, and only for their own reader."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

pytestmark = pytest.mark.browser

FIRST = "Which prefixes are in NYC01?"
NAME, PASSWORD = "ada", "a long enough password"


@pytest.fixture
def opened(chat):
    """Return a chat with one answered question and the list of conversations beside it."""
    chat.ask(FIRST).answered()
    expect(chat.page).to_have_url(re.compile(r"/thread/[0-9a-f-]{36}$"))
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

    opened.page.reload()
    opened.answered()

    assert opened.answer == before
    assert opened.table.inner_text() == table
    assert opened.steps.first.inner_text().startswith("Prefixes at NYC01 · 23 of 23 rows")
    assert opened.errors == []


def test_a_source_opens_and_a_follow_up_is_understood_after_a_reload(opened):
    opened.page.reload()
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
    thread = chat.page.url.rsplit("/", 1)[1]
    before = chat.answer
    chat.page.close()
    first.process.terminate()
    first.process.wait(timeout=20)

    second = chat_of(context.new_page(), serve(**place).url)
    second.page.goto(f"{second.base}/thread/{thread}")
    second.answered()
    assert second.answer == before
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

    opened.page.reload()
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

    opened.page.reload()
    opened.answered()
    expect(opened.page.locator("button.negative-feedback-on")).to_be_visible()
    opened.page.locator("button:has(> .lucide-message-circle)").click()
    expect(opened.page.locator("[role=dialog] textarea")).to_have_value("The role is missing.")
    opened.page.keyboard.press("Escape")

    opened.page.locator("button.negative-feedback-on").click()
    expect(opened.page.locator("button.negative-feedback-off")).to_be_visible()


def test_another_browser_finds_nothing_of_it(opened, browser: Browser, chat_of):
    thread = opened.page.url.rsplit("/", 1)[1]
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
    opened.page.reload()

    expect(opened.page.locator("[data-step-type=user_message]")).to_have_text(
        [FIRST, "and the VLANs there?", "Devices at LON01"]
    )


def test_a_page_that_is_loaded_again_while_it_is_answered_gets_the_answer(modelled, model, open_chat):
    model.go_on.clear()
    chat = open_chat(modelled)
    chat.ask("slowly")
    expect(chat.answers.last).to_contain_text("The first half of an answer")

    chat.page.reload()
    expect(chat.answers.last).to_contain_text("Still being answered")
    model.go_on.set()

    expect(chat.answers.last).to_contain_text("The first half of an answer and the second half")


def test_a_stopped_answer_is_kept_as_far_as_it_came(modelled, model, open_chat):
    model.go_on.clear()
    chat = open_chat(modelled)
    chat.ask("slowly")
    expect(chat.answers.last).to_contain_text("The first half of an answer")
    chat.page.locator("#stop-button").click()
    expect(chat.answers.last).to_contain_text("Stopped.")

    chat.page.reload()
    expect(chat.answers.last).to_contain_text("The first half of an answer")
    expect(chat.answers.last).to_contain_text("Stopped. Ask again or ask something else.")
    model.go_on.set()


def test_a_question_that_a_crash_cut_off_is_still_there(serve, model, context, chat_of, tmp_path: Path):
    place = {"SEXTANT_HISTORY": str(tmp_path / "history.db"), **model.settings}
    model.go_on.clear()
    first = serve(**place)
    chat = chat_of(context.new_page(), first.url).open()
    chat.ask("slowly")
    expect(chat.answers.last).to_contain_text("The first half of an answer")
    path = re.sub(r"^.*?//[^/]+", "", chat.page.url)
    first.process.kill()
    first.process.wait(timeout=20)
    model.go_on.set()
    chat.page.close()

    again = chat_of(context.new_page(), serve(**place).url)
    again.page.goto(again.base + path)

    expect(again.page.locator("[data-step-type=user_message]")).to_have_text("slowly")
    expect(again.answers.last).to_contain_text("Not finished")


def test_history_that_cannot_be_written_does_not_keep_an_answer_back(serve, context, chat_of, tmp_path: Path):
    folder = tmp_path / "history"
    served = serve(SEXTANT_HISTORY=str(folder / "history.db"))
    chat = chat_of(context.new_page(), served.url).open()
    with sqlite3.connect(folder / "history.db", isolation_level=None) as busy:
        busy.execute("BEGIN EXCLUSIVE")
        chat.ask(FIRST)
        expect(chat.answers.last).to_contain_text("23 prefixes at NYC01")
        expect(chat.page.locator("[data-sonner-toast]")).to_contain_text("not being kept")
        busy.execute("ROLLBACK")
    assert "cannot be used: database is locked" in served.said()

    chat.ask("and the VLANs there?")
    expect(chat.answers).to_have_count(2)
    chat.answered()
    chat.page.reload()

    expect(chat.page.locator("[data-step-type=user_message]")).to_have_text([FIRST, "and the VLANs there?"])


def test_a_conversation_that_cannot_be_read_now_says_so_and_goes_on_later(serve, context, chat_of, tmp_path: Path):
    folder, away = tmp_path / "history", tmp_path / "away"
    first = serve(SEXTANT_HISTORY=str(folder / "history.db"))
    chat = chat_of(context.new_page(), first.url).open()
    chat.ask(FIRST).answered()
    thread = chat.page.url.rsplit("/", 1)[1]
    chat.page.close()
    first.process.terminate()
    first.process.wait(timeout=20)
    folder.rename(away)
    folder.mkdir()
    (folder / "history.db").write_text("no database, but long enough to be looked into" * 99, encoding="utf-8")

    served = serve(SEXTANT_HISTORY=str(folder / "history.db"))
    again = chat_of(context.new_page(), served.url)
    again.page.goto(f"{again.base}/thread/{thread}")
    expect(again.answers).to_have_count(1)
    expect(again.answers.last).to_contain_text("The history cannot be read now")
    again.ask("and the VLANs there?")
    expect(again.answers).to_have_count(2)
    expect(again.answers.last).to_contain_text("Ask again in a moment, or begin a new chat")
    rows = again.page.request.get(f"{again.base}/sextant/chats/{thread}/sources/1/csv")
    assert (rows.status, "cannot be read now" in rows.text()) == (503, True)

    (folder / "history.db").unlink()
    folder.rmdir()
    away.rename(folder)
    again.ask("and the VLANs there?")
    expect(again.answers.last).to_contain_text("2 VLANs at NYC01")
    again.page.reload()
    expect(again.page.locator("[data-step-type=user_message]")).to_have_text([FIRST, "and the VLANs there?"])


def test_without_a_history_nothing_is_written_and_a_reload_still_finds_it(serve, context, chat_of, tmp_path: Path):
    served = serve(SEXTANT_HISTORY="off", XDG_DATA_HOME=str(tmp_path))
    chat = chat_of(context.new_page(), served.url).open()
    chat.ask(FIRST).answered()
    chat.page.reload()
    chat.answered()

    assert "23 prefixes at NYC01" in chat.answer
    assert list(tmp_path.iterdir()) == []


def test_who_has_a_password_logs_in_and_finds_their_conversations(serve, browser: Browser, chat_of, tmp_path: Path):
    file = tmp_path / "passwords"
    password(file)
    served = serve(SEXTANT_PASSWORDS=str(file))
    here, there = browser.new_context(), browser.new_context()
    chat = chat_of(here.new_page(), served.url)
    log_in(chat, "wrong password")
    expect(chat.page.get_by_text("Wrong name or password.", exact=True)).to_be_visible()
    log_in(chat, PASSWORD)
    chat.ready()
    chat.ask(FIRST).answered()

    elsewhere = chat_of(there.new_page(), served.url)
    log_in(elsewhere, PASSWORD)
    elsewhere.ready()
    listed(elsewhere)
    expect(conversations(elsewhere)).to_have_text([FIRST])
    elsewhere.page.locator("#user-nav-button").click()
    elsewhere.page.get_by_text("Log out").click()
    expect(elsewhere.page.locator("#password")).to_be_visible()

    password(file, "another long password")
    assert chat.page.request.get(f"{served.url}/user").status == 401
    assert "No login" not in served.said()
    here.close()
    there.close()


def test_without_a_login_the_page_asks_for_none_and_says_so_once(chat, demo):
    expect(chat.page.locator("#user-nav-button")).to_be_hidden()
    assert not [url for url in chat.requests if "/login" in url or "/auth/header" in url]
    assert demo.said().count("No login") == 1
    cookies = {cookie["name"]: cookie for cookie in chat.page.context.cookies()}
    assert cookies["sextant_reader"]["httpOnly"]
    assert cookies["sextant_reader"]["sameSite"] == "Lax"


def test_the_cookie_is_secure_behind_a_proxy_that_speaks_https(demo):
    headers = {"accept": "text/html", "x-forwarded-proto": "https"}
    with urllib.request.urlopen(urllib.request.Request(demo.url, headers=headers), timeout=20) as page:
        assert "; Secure" in page.headers["set-cookie"]


def test_nobody_without_an_identity_hears_of_conversations(demo):
    asked = urllib.request.Request(
        f"{demo.url}/project/threads",
        data=json.dumps({"pagination": {"first": 20}, "filter": {}}).encode(),
        headers={"content-type": "application/json"},
    )
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(asked, timeout=20)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"SEXTANT_HOST": "0.0.0.0"}, "SEXTANT_OPEN=true"),
        ({"SEXTANT_PASSWORDS": "none-such"}, "`sextant password NAME` makes it"),
        ({"SEXTANT_HISTORY": "newer.db"}, "A newer Sextant has written this history"),
    ],
)
def test_it_does_not_start_where_that_would_be_unsafe(settings: dict[str, str], said: str, tmp_path: Path):
    with sqlite3.connect(tmp_path / "newer.db") as newer:
        newer.execute("CREATE TABLE sextant_version (version INTEGER PRIMARY KEY)")
        newer.execute("INSERT INTO sextant_version VALUES (999)")
    done = sextant(["chat"], tmp_path, **settings)

    assert done.returncode == 2
    assert said in done.stderr


def sextant(command: list[str], folder: Path, said: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SEXTANT_", "NAUTOBOT_"))}
    return subprocess.run(
        [sys.executable, "-c", "import sys; from chainlit_app.cli import main; sys.exit(main(sys.argv[1:]))", *command],
        cwd=folder,
        env={**kept, "SEXTANT_HISTORY": "off", "PYTHONWARNINGS": "", **settings},
        input=said,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def password(file: Path, word: str = PASSWORD) -> None:
    done = sextant(["password", NAME, "--file", str(file)], file.parent, said=f"{word}\n")
    assert done.returncode == 0, done.stderr


def log_in(chat, word: str) -> None:
    if not chat.page.url.startswith(chat.base):
        chat.page.goto(chat.base)
    chat.page.locator("#email").fill(NAME)
    chat.page.locator("#password").fill(word)
    chat.page.locator("form button[type=submit]").click()
