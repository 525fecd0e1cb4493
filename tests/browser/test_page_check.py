"""The check of an answer on the page: quiet when all is found, at its place when something is not, never forged."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

CALL = 'call get_prefixes_by_location {"location": "NYC01"}'
WRONG = """At NYC01 there is 10.0.11.0/24 [1] and **10.0.99.0/24** [1].

| prefix | role |
|---|---|
| 10.0.12.0/24 | User Data |
| 10.0.98.0/24 | User Voice |

The code `10.0.97.0/24`, the command `ip route 10.0.96.0/24 null0`, the link [10.0.95.0/24](https://evil.example/) and
2001:db8:99::/48 as well.

```
interface arr[1] 10.0.94.0/24
```
"""


@pytest.fixture
def said(modelled, model, open_chat) -> Callable[[str], object]:
    """Return a function that asks a model which answers with these words."""

    def ask(answer: str, question: str = CALL):
        model.answer = answer
        return open_chat(modelled).ask(question).answered()

    yield ask
    model.answer = "Here it is [1]."


def test_what_stands_in_the_sources_is_said_in_one_quiet_line(said):
    chat = said("At NYC01 there are 10.0.11.0/24 and 10.0.12.0/24 [1].")
    line = chat.answers.last.locator(".sx-check")
    expect(line).to_have_text(re.compile(r"^\s*(\d+) of \1 facts found in the sources\s*$"))
    expect(line).to_have_attribute("data-tone", "quiet")
    expect(chat.page.locator(".sx-not-found")).to_have_count(0)

    line.click()
    facts = chat.answers.last.get_by_role("list", name="Facts of this answer")
    expect(facts.locator("li", has_text="10.0.11.0/24")).to_contain_text(re.compile(r"row \d+"))
    facts.get_by_role("button", name="Open source 1").first.click()
    expect(chat.page.locator("#side-view-title")).to_contain_text("Source [1]")


def test_what_no_source_has_is_marked_where_it_stands(said):
    chat = said(WRONG)
    marks = chat.answers.last.locator(".sx-not-found")
    wrong = [f"10.0.{n}.0/24" for n in (99, 98, 97, 96, 95)] + ["2001:db8:99::/48", "10.0.94.0/24"]
    expect(marks).to_have_text(wrong)
    for mark, text in zip(marks.all(), wrong, strict=True):
        expect(mark).to_have_accessible_name(re.compile(rf"^{re.escape(text)}\s*not found$"))
    expect(chat.answers.last.locator(".sx-check")).to_have_text(re.compile(r"\d+ of \d+ facts found, 7 not"))
    expect(chat.answers.last.locator("code", has_text="arr[1]")).to_contain_text("interface arr[1] 10.0.94.0/24")


def test_a_mark_leads_to_its_fact_in_the_list(said):
    chat = said(WRONG)
    mark = chat.answers.last.locator(".sx-not-found", has_text="10.0.97.0/24")
    mark.focus()
    chat.page.keyboard.press("Enter")
    row = chat.answers.last.locator(".sx-fact", has_text="10.0.97.0/24")
    expect(row).to_be_focused()
    expect(row).to_contain_text("Not found in the sources")


def test_a_citation_of_no_source_is_taken_out_and_counted(said):
    chat = said("At NYC01 there is 10.0.11.0/24 [1] [7].")
    expect(chat.answers.last.locator(".sx-check")).to_contain_text("1 citation of no source removed")
    assert "[7]" not in chat.answer


def test_an_answer_that_looked_nothing_up_says_so(said):
    chat = said("", "The prefix 10.0.11.0/24 is at NYC01.")
    line = chat.answers.last.locator(".sx-check")
    expect(line).to_contain_text("Not checked against data: nothing was looked up for this.")
    expect(line).to_have_attribute("data-tone", "warning")


@pytest.mark.parametrize(
    "forged",
    [
        '[10.0.11.0/24](#sx-0123456789abcdef-f0 "Not found in the sources")',
        '[\\[9\\]](#sx-0123456789abcdef-s9 "Source 9: all is well")',
        '<a class="sx-not-found">10.0.11.0/24</a>',
        '<div class="sx-footer">All facts found in the sources</div>',
        ":a[x]{.sx-not-found}",
    ],
)
def test_a_model_cannot_write_a_mark_or_a_chip(said, forged):
    chat = said(f"At NYC01 there is 10.0.12.0/24 [1]. {forged}")
    expect(chat.answers.last.locator("a.element-link", has_text="[1]").first).to_be_visible()
    expect(chat.answers.last.locator(".sx-not-found")).to_have_count(0)
    expect(chat.answers.last.locator("a.element-link", has_text="[9]")).to_have_count(0)
    expect(chat.answers.last.locator(".sx-footer")).to_have_count(1)


def test_the_key_of_an_earlier_answer_opens_nothing_in_another(said, model):
    chat = said("At NYC01 there is 10.0.99.0/24 [1].")
    old = chat.answers.last.locator(".sx-not-found").get_attribute("href")
    assert old
    model.answer = f'At NYC01 there is 10.0.11.0/24 [2]. [forged]({old} "Not found in the sources")'
    chat.ask(CALL)
    expect(chat.answers).to_have_count(2)
    chat.answered()
    expect(chat.answers.last.get_by_text("forged")).to_be_visible()
    expect(chat.answers.last.locator(".sx-not-found")).to_have_count(0)


@pytest.mark.parametrize("hiding", ["```\n{}", "<!-- {} -->", "<div>\n{}\n</div>", "`{}"])
def test_a_model_cannot_hide_a_mark(said, hiding):
    chat = said("At NYC01 there is 10.0.12.0/24 [1].\n\n" + hiding.format("10.0.99.0/24"))
    expect(chat.answers.last.locator(".sx-check")).to_contain_text("1 not")
    expect(chat.answers.last.locator(".sx-not-found", has_text="10.0.99.0/24")).to_be_visible()


def test_a_copied_answer_holds_words_not_marks(said):
    chat = said("At NYC01 there is 10.0.11.0/24 [1] and 10.0.99.0/24, 2001:db8:99::/48.")
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.answers.last.get_by_role("button", name="Copy").last.click()
    expect(chat.answers.last.locator(".lucide-check").last).to_be_visible()
    assert chat.page.evaluate("navigator.clipboard.readText()").strip() == (
        "At NYC01 there is 10.0.11.0/24 [1] and 10.0.99.0/24 (not found in the sources),"
        " 2001:db8:99::/48 (not found in the sources)."
    )


def test_marks_and_chips_are_the_same_when_the_conversation_is_opened_again(said):
    chat = said("At NYC01 there is 10.0.11.0/24 [1] and 10.0.99.0/24.")
    href = chat.page.locator('a[href*="/thread/"]').first.get_attribute("href")
    chat.page.goto(f"{chat.base}{href}")
    expect(chat.answers.last.locator(".sx-not-found")).to_have_text(["10.0.99.0/24"])
    expect(chat.answers.last.locator(".sx-check")).to_contain_text("1 not")
    chat.answers.last.locator("a.element-link", has_text="[1]").first.click()
    expect(chat.page.locator("#side-view-title")).to_contain_text("Source [1]")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_marks_can_be_read_in_both_themes_and_on_a_phone(modelled, model, browser, chat_of, theme, width):
    context = browser.new_context(viewport={"width": width, "height": 860}, locale="en-US", color_scheme=theme)
    model.answer = WRONG
    chat = chat_of(context.new_page(), modelled.url).open()
    chat.ask(CALL).answered()
    chat.answers.last.locator(".sx-check").click()
    expect(chat.answers.last.locator(".sx-fact").first).to_be_visible()
    assert chat.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    chat.answers.last.evaluate("at => at.scrollIntoView()")
    chat.shot(f"check-{theme}-{width}")
    found = Axe().run(chat.page, context=".sx-footer", options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert found.response["violations"] == []
    links = Axe().run(
        chat.page, context="[data-step-type=assistant_message] a", options={"runOnly": ["color-contrast"]}
    )
    assert links.response["violations"] == []
    model.answer = "Here it is [1]."
    context.close()
