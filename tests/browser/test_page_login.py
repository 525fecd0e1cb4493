"""Who a reader is: with a password, by this browser alone, and where neither would be safe."""

import json
import os
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.browser

FIRST = "Which prefixes are in NYC01?"
NAME, PASSWORD = "ada", "a long enough password"


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
    elsewhere.page.locator("#header #sidebar-trigger-button").click()
    expect(elsewhere.page.locator("#thread-history [id^=thread-]:not(#thread-options)")).to_have_text([FIRST])
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
        env={**kept, "SEXTANT_HISTORY": "off", "SEXTANT_AUDIT": "off", "PYTHONWARNINGS": "", **settings},
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
