"""A login by an OpenID Connect issuer: somebody else's, in a process of its own."""

import re
import sqlite3
import threading
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, expect

from chainlit_app import passwords

pytestmark = pytest.mark.browser

DEVICES, EXPORT = "Which devices are in NYC01?", "Export the prefixes of NYC01 as CSV"


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return where the app records what happens."""
    return str(tmp_path_factory.mktemp("audit") / "audit.db")


@pytest.fixture(scope="module")
def by_issuer(serve, real_issuer, audit: str, tmp_path_factory: pytest.TempPathFactory):
    """Return the app where the issuer logs people in, who may read, and those of one group export; or a password."""
    file = tmp_path_factory.mktemp("passwords") / "passwords"
    passwords.write(file, "ada", "a long enough password")
    return serve(
        SEXTANT_AUDIT=audit,
        SEXTANT_PASSWORDS=str(file),
        SEXTANT_OIDC_ISSUER=real_issuer.address,
        SEXTANT_OIDC_CLIENT_ID="sextant",
        SEXTANT_OIDC_CLIENT_SECRET="a secret",
        SEXTANT_OIDC_ROLES="groups",
    )


def log_in(chat, name: str) -> None:
    """Log in at the issuer's own page, to which the app's leads."""
    chat.page.goto(chat.base)
    chat.page.get_by_role("button", name="Log in with your organisation").click()
    chat.page.locator("input[name=sub]").fill(name)
    chat.page.get_by_role("button", name="Authorize").click()
    chat.ready()


def test_who_logs_in_at_the_issuer_may_do_what_their_group_may(by_issuer, real_issuer, browser: Browser, chat_of):
    real_issuer.knows("anna", groups=["analyst"], name="Anna")
    real_issuer.knows("bert", groups=["strangers"])
    here, there = browser.new_context(), browser.new_context()
    anna, bert = chat_of(here.new_page(), by_issuer.url), chat_of(there.new_page(), by_issuer.url)
    log_in(anna, "anna")
    log_in(bert, "bert")

    for chat in (anna, bert):
        chat.ask(DEVICES).answered()
    anna.ask(EXPORT).answered()
    bert.ask(EXPORT)
    expect(bert.page.get_by_text(re.compile("export_prefixes_to_csv"))).to_be_visible()

    anna.page.locator("#header #sidebar-trigger-button").click()
    listed = anna.page.locator("#thread-history [id^=thread-]:not(#thread-options)")
    expect(listed).to_have_text([DEVICES])  # and none of bert's
    here.close()
    there.close()


def begun(client: httpx.Client, url: str) -> dict[str, str]:
    """Return what a browser is sent to the issuer with."""
    sent = client.get(f"{url}/auth/oauth/sso")
    return {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["location"]).query).items()}


def brought_back(real_issuer, asked: dict[str, str], name: str) -> dict[str, str]:
    """Return what the issuer sends a browser back with."""
    sent = httpx.post(f"{real_issuer.address}/oauth2/authorize", params=asked, data={"sub": name})
    return {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["location"]).query).items()}


def test_a_login_is_begun_with_a_state_a_nonce_and_a_challenge_of_its_own(by_issuer):
    with httpx.Client() as client:
        first, second = begun(client, by_issuer.url), begun(client, by_issuer.url)
    assert first["redirect_uri"] == f"{by_issuer.url}/auth/oauth/sso/callback"
    assert first["code_challenge_method"] == "S256"
    assert not {first[name] for name in ("state", "nonce", "code_challenge")} & set(second.values())


@pytest.mark.parametrize(
    "forged", ["the code of another login", "another state", "no state", "no code", "a code nobody gave"]
)
def test_what_is_not_the_end_of_this_browsers_login_lets_nobody_in(by_issuer, real_issuer, forged):
    with httpx.Client() as mallory, httpx.Client() as victim:
        theirs = brought_back(real_issuer, begun(mallory, by_issuer.url), "mallory")
        asked = begun(victim, by_issuer.url)
        own = brought_back(real_issuer, asked, "anna")
        sent = {
            "the code of another login": {**own, "code": theirs["code"]},
            "another state": {**own, "state": theirs["state"]},
            "no state": {"code": own["code"]},
            "no code": {"state": own["state"]},
            "a code nobody gave": {**own, "code": "x" * 48},
        }[forged]
        back = victim.get(f"{by_issuer.url}/auth/oauth/sso/callback", params=sent)
        assert back.headers["location"].endswith("/login?error=oauthSignin")
        assert victim.get(f"{by_issuer.url}/user").status_code == 401


def test_whoever_else_offers_logins_is_not_asked(by_issuer):
    known = httpx.get(f"{by_issuer.url}/auth/config").json()
    assert (known["oauthProviders"], known["passwordAuth"], known["headerAuth"]) == (["sso"], True, False)
    assert httpx.get(f"{by_issuer.url}/auth/oauth/github").status_code == 404


def test_every_login_is_recorded_and_so_is_every_try(by_issuer, real_issuer, audit: str):
    def logged_in(name: str, password: str) -> int:
        form = {"username": name, "password": password}
        return httpx.post(f"{by_issuer.url}/login", data=form).status_code

    assert (logged_in("ada", "wrong"), logged_in("ada", "a long enough password")) == (401, 200)
    with httpx.Client() as browser:
        back = brought_back(real_issuer, begun(browser, by_issuer.url), "carla")
        browser.get(f"{by_issuer.url}/auth/oauth/sso/callback", params=back)
        state = begun(browser, by_issuer.url)["state"]
        browser.get(f"{by_issuer.url}/auth/oauth/sso/callback", params={**back, "state": state})  # a code counts once
    wanted = [
        ("page:ada", "wrong password"),
        ("page:ada", "logged in"),
        (f"oidc:{real_issuer.address}#carla", "logged in"),
        ("page:unknown", "refused"),
    ]
    found: list[tuple[str, str]] = []
    for _ in range(200):  # it is written beside what is recorded
        db = sqlite3.connect(audit)
        found = db.execute("SELECT who, outcome FROM sextant_audit WHERE kind = 'login' ORDER BY number").fetchall()
        db.close()
        if found[-4:] == wanted:
            return
        threading.Event().wait(0.1)
    assert found[-4:] == wanted


def test_a_made_up_token_is_nobodys(by_issuer):
    port = urlsplit(by_issuer.url).port
    cookies = {f"sextant_login_{port}": "eyJhbGciOiJub25lIn0.eyJpZGVudGlmaWVyIjoib2lkYzp4I2EifQ."}
    assert httpx.get(f"{by_issuer.url}/user", cookies=cookies).status_code == 401
