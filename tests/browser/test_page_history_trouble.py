"""Conversations whose answer or history was cut short: what was said is still there, and what is not says so."""

import sqlite3
import threading
from pathlib import Path

import pytest
from playwright.sync_api import WebSocketRoute, expect

pytestmark = pytest.mark.browser

FIRST = "Which prefixes are in NYC01?"


def test_a_page_that_is_loaded_again_while_it_is_answered_gets_the_answer(modelled, model, open_chat):
    model.go_on.clear()
    chat = open_chat(modelled)
    chat.ask("slowly")
    expect(chat.answers.last).to_contain_text("The first half of an answer")

    chat.reload()
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

    chat.reload()
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
    thread = chat.thread()
    first.process.kill()
    first.process.wait(timeout=20)
    model.go_on.set()
    chat.page.close()

    again = chat_of(context.new_page(), serve(**place).url)
    again.page.goto(f"{again.base}/thread/{thread}")

    expect(again.page.locator("[data-step-type=user_message]")).to_have_text("slowly")
    expect(again.answers.last).to_contain_text("Not finished")


def test_a_question_asked_as_the_app_comes_back_is_shown_and_answered(serve, context, chat_of, tmp_path: Path):
    place = {"SEXTANT_HISTORY": str(tmp_path / "history.db")}
    first = serve(**place)
    page = context.new_page()
    held: list[str | bytes] = []
    down = threading.Event()

    def connect(socket: WebSocketRoute) -> None:
        # As quick as a reader can be: the question comes with the connection.
        server = socket.connect_to_server()

        def said(message: str | bytes) -> None:
            if held or (down.is_set() and "connection_successful" in str(message)):
                held.append(message)
                down.clear()
            else:
                server.send(message)
            if "client_message" in str(message):
                for one in held:
                    server.send(one)
                held.clear()

        socket.on_message(said)

    page.route_web_socket("**/ws/socket.io/**", connect)
    chat = chat_of(page, first.url).open()
    chat.ask(FIRST).answered()
    chat.thread()
    down.set()
    first.process.terminate()
    first.process.wait(timeout=20)
    expect(chat.page.locator("#sx-mode")).to_have_text("Not connected")

    serve(**place, SEXTANT_PORT=first.url.rsplit(":", 1)[1])
    chat.ask("and the VLANs there?")

    expect(chat.answers).to_have_count(2)
    chat.answered()
    assert "2 VLANs at NYC01" in chat.answer
    expect(chat.page.locator("[data-step-type=user_message]")).to_have_text([FIRST, "and the VLANs there?"])


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
    chat.reload()

    expect(chat.page.locator("[data-step-type=user_message]")).to_have_text([FIRST, "and the VLANs there?"])


def test_a_conversation_that_cannot_be_read_now_says_so_and_goes_on_later(serve, context, chat_of, tmp_path: Path):
    folder, away = tmp_path / "history", tmp_path / "away"
    first = serve(SEXTANT_HISTORY=str(folder / "history.db"))
    chat = chat_of(context.new_page(), first.url).open()
    chat.ask(FIRST).answered()
    thread = chat.thread()
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
    again.page.locator("#header #sidebar-trigger-button").click()
    expect(again.page.locator("#sx-history")).to_have_text("The history cannot be read now: nothing is kept")
    expect(again.page.locator("[role=alert]")).to_have_text("The history cannot be read now")
    assert served.said().count("is not a database") == 1
    again.ask("and the VLANs there?")
    expect(again.answers).to_have_count(2)
    expect(again.answers.last).to_contain_text("Ask again in a moment, or begin a new chat")
    rows = again.page.request.get(f"{again.base}/sextant/chats/{thread}/sources/1/csv")
    assert (rows.status, "cannot be read now" in rows.text()) == (503, True)
    again.page.locator("#command-help").click()  # needs none, as the next
    expect(again.page.get_by_role("region", name="Help", exact=True)).to_be_focused()
    again.page.locator("#command-tools").click()
    expect(again.page.get_by_role("searchbox", name="Search the tools")).to_be_focused()

    (folder / "history.db").unlink()
    folder.rmdir()
    away.rename(folder)
    again.ask("and the VLANs there?")
    expect(again.answers.last).to_contain_text("2 VLANs at NYC01")
    again.reload()
    expect(again.page.locator("[data-step-type=user_message]")).to_have_text([FIRST, "and the VLANs there?"])
    expect(again.page.locator("#sx-history")).to_have_count(0)


def test_without_a_history_nothing_is_written_and_a_reload_or_the_list_still_finds_it(
    serve, context, chat_of, tmp_path: Path
):
    served = serve(SEXTANT_HISTORY="off", XDG_DATA_HOME=str(tmp_path))
    chat = chat_of(context.new_page(), served.url).open()
    chat.ask(FIRST).answered()
    chat.reload()
    chat.answered()

    assert "23 prefixes at NYC01" in chat.answer

    chat.page.locator("#command-clear").click()
    chat.ready()
    chat.page.locator("#header #sidebar-trigger-button").click()
    expect(chat.page.locator("#thread-history [id^=thread-]:not(#thread-options)")).to_have_text([FIRST])
    assert list(tmp_path.iterdir()) == []
