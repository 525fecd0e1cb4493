"""Every state of the page can be heard and used by keyboard: axe-core finds nothing serious, in both themes and widths."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from chainlit_app.passwords import write

pytestmark = pytest.mark.browser

WIDTHS = {"desk": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 780}}


def findings(page: Page) -> list[str]:
    """Return what axe-core finds that keeps people out, with the element it is about."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{found['id']}: {node['html'][:150]}"
        for found in violations
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=WIDTHS)
def seen(request: pytest.FixtureRequest, browser: Browser, theme: str) -> Iterator[Page]:
    """Return a page of one width in one theme. axe-core itself is a script that the app's policy would not let in."""
    context = browser.new_context(
        viewport=WIDTHS[request.param], color_scheme=theme, locale="en-US", bypass_csp=True, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


def test_a_conversation_has_no_serious_finding_in_any_of_its_states(seen, demo, chat_of):
    chat = chat_of(seen, demo.url).open()
    assert findings(seen) == [], "welcome"

    chat.ask("Which prefixes are the fullest?").answered()
    expect(seen.locator(".js-plotly-plot[role=img]")).to_be_visible()
    expect(chat.table.locator("tbody tr")).to_have_count(10)
    assert findings(seen) == [], "an answer with a picture and a table"

    chat.answers.last.locator("a.element-link", has_text="[1]").first.click()
    expect(seen.locator("#side-view-content")).to_contain_text("prefixes_usage.graphql")
    assert findings(seen) == [], "a source"
    chat.shot(f"reachable-{seen.viewport_size['width']}")


def test_what_stands_around_a_conversation_has_no_serious_finding(seen, demo, chat_of):
    chat = chat_of(seen, demo.url).open()
    chat.ask("Which prefixes are at NYC01?").answered()
    found = {}

    seen.locator("#chat-input").click()
    seen.keyboard.type("/")
    expect(seen.locator("[cmdk-list]")).to_contain_text("What you can ask")
    found["commands"] = findings(seen)
    seen.locator("#chat-input").fill("")
    expect(seen.locator("[cmdk-list]")).to_have_count(0)

    for name in ("help", "tools", "sources", "export"):
        seen.locator(f"#command-{name}").click()
        expect(seen.locator("#side-view-content")).to_contain_text(re.compile(r"\w{4}"))
        found[name] = findings(seen)
        seen.get_by_role("button", name="Close").first.click()
        expect(seen.locator("#side-view-content")).to_have_count(0)

    seen.get_by_role("button", name="Settings").click()
    expect(seen.locator("#chat-settings")).to_be_visible()
    found["settings"] = findings(seen)
    seen.keyboard.press("Escape")
    expect(seen.locator("#chat-settings")).to_have_count(0)

    assert {state: one for state, one in found.items() if one} == {}


def test_the_list_of_conversations_opens_at_the_first_press_and_has_no_serious_finding(seen, demo, chat_of):
    chat_of(seen, demo.url).open().ask("Which prefixes are at NYC01?").answered()

    seen.locator("#header #sidebar-trigger-button").click()
    expect(seen.locator("#thread-history a, #thread-history [data-sidebar=menu-button]").first).to_contain_text(
        "Which prefixes are at NYC01?"
    )

    assert findings(seen) == []
    if seen.viewport_size["width"] < 768:
        expect(seen.get_by_role("dialog", name="Conversations")).to_be_visible()
    seen.locator("#thread-history [data-sidebar=menu-button]").first.click()
    expect(seen.get_by_role("dialog", name="Conversations")).to_have_count(0)


def test_the_login_has_no_serious_finding(browser, theme, serve, tmp_path: Path):
    write(tmp_path / "passwords", "ada", "a password of hers")
    served = serve(SEXTANT_PASSWORDS=str(tmp_path / "passwords"))
    context = browser.new_context(color_scheme=theme, bypass_csp=True)
    page = context.new_page()
    page.goto(served.url)
    expect(page.get_by_role("button", name="Log in")).to_be_visible()

    assert findings(page) == []
    context.close()
