"""The page's own controls: each has a name, stands where one expects it and does what it looks like."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

NAMELESS = """() => [...document.querySelectorAll('button, a[href], textarea')]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.innerText.trim() && !one.getAttribute('aria-label'))
    .map((one) => one.outerHTML.slice(0, 200))"""


def test_every_button_has_a_name_also_beside_an_open_source(chat):
    chat.ask("What prefixes exist at NYC01?").answered()
    chat.page.locator("a.element-link", has_text="[1]").first.click()
    expect(chat.page.locator("#side-view-content .sx-table tbody tr")).to_have_count(10)

    assert chat.page.evaluate(NAMELESS) == []
    for name in ("New chat", "Ask", "Close the side"):
        expect(chat.page.get_by_role("button", name=name, exact=True)).to_have_count(1)
    expect(chat.page.get_by_role("textbox", name="Your question")).to_have_count(1)


def test_tables_stand_in_the_order_of_their_sources_and_next_questions_below_them(chat):
    for number, site in enumerate(("NYC01", "LON01", "PAR01"), start=1):
        chat.ask(f"Show the prefixes and the VLANs at {site}")
        expect(chat.answers).to_have_count(number)
        chat.answered()
        below = chat.answers.last.locator(".sx-table, .sx-next")
        expect(below).to_have_count(3)

        assert below.nth(0).locator("header").inner_text().startswith(f"[{2 * number - 1}]")
        assert below.nth(1).locator("header").inner_text().startswith(f"[{2 * number}]")
        assert below.nth(2).get_attribute("aria-label") == "Next questions"


def test_the_number_of_a_table_opens_its_source(chat):
    chat.ask("What prefixes exist at NYC01?").answered()

    chat.table.locator("a.element-link").click()

    expect(chat.page.locator("#side-view-title")).to_contain_text("Source [1]")


def test_the_browser_has_nothing_to_complain_about(chat):
    said = []
    chat.page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    chat.page.reload()
    chat.ready().ask("What prefixes exist at NYC01?").answered()

    assert said == []
