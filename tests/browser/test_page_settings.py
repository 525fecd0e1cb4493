"""Settings that a browser keeps, and the keys of the composer."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

BADGE = "#sx-badge"
INPUT = "#chat-input"


def choose(chat, setting, value):
    chat.page.get_by_role("button", name="Settings").click()
    chat.page.locator(f"#chat-settings #{setting}").click()
    chat.page.get_by_role("option", name=value, exact=True).click()
    chat.page.locator("#chat-settings #confirm").click()
    expect(chat.page.locator("#chat-settings")).to_have_count(0)
    return chat


def test_a_reader_chooses_a_model_and_badge_and_answer_name_it(serve, model, open_chat):
    chat = open_chat(serve(**model.settings, SEXTANT_MODELS="offline"))
    expect(chat.page.locator(BADGE)).to_contain_text("openai/stand-in")
    choose(chat, "model", "offline reader, no language model")
    chat.ask("Which prefixes are at NYC01?").answered()

    assert "offline reader, no language model" in chat.answer
    expect(chat.page.locator(BADGE)).to_contain_text("offline reader")
    chat.page.goto(chat.base)
    chat.ready()
    expect(chat.page.locator(BADGE)).to_contain_text("offline reader")
    chat.ask("Which VLANs are at NYC01?").answered()
    assert "offline reader, no language model" in chat.answer
    choose(chat, "model", "openai/stand-in")
    chat.ask("hello").answered()
    assert "You said: hello" in chat.answer


def test_answers_are_as_detailed_as_their_reader_wants(chat):
    choose(chat, "detail", "Short: the figures")
    chat.ask("Which VLANs are at NYC01?").answered()
    expect(chat.page.locator(".sx-next")).to_have_count(0)
    assert "Read as" not in chat.answer

    choose(chat, "detail", "Normal")
    chat.ask("Which VLANs are at NYC01?")
    expect(chat.answers).to_have_count(2)
    chat.answered()
    expect(chat.page.locator(".sx-next")).to_have_count(1)


def test_tables_show_as_many_rows_as_their_reader_wants_also_after_a_reload(chat):
    chat.ask("Which prefixes are in EMEA?").answered()
    expect(chat.table.locator("tbody tr")).to_have_count(10)
    choose(chat, "rows", "25")
    expect(chat.table.locator("tbody tr")).to_have_count(25)
    chat.reload()
    expect(chat.table.locator("tbody tr")).to_have_count(25)


@pytest.mark.parametrize(("theme", "name"), [("dark", "Dark"), ("light", "Light")])
def test_the_theme_is_set_in_the_panel_and_kept(chat, theme, name):
    choose(chat, "theme", name)
    expect(chat.page.locator(f"html.{theme}")).to_have_count(1)
    chat.page.reload()
    chat.ready()
    expect(chat.page.locator(f"html.{theme}")).to_have_count(1)
    chat.shot(f"settings-{theme}")


def test_the_panel_says_the_theme_that_was_chosen_in_the_header(chat):
    chat.page.locator("#theme-toggle").click()
    chat.page.get_by_role("menuitem", name="Dark").click()
    expect(chat.page.locator("html.dark")).to_have_count(1)
    chat.page.get_by_role("button", name="Settings").click()

    expect(chat.page.locator("#chat-settings #theme")).to_have_text("Dark")


def test_arrow_up_recalls_earlier_questions_and_arrow_down_goes_on(chat):
    for number, site in enumerate(("NYC01", "LON01"), start=1):
        chat.ask(f"Which VLANs are at {site}?")
        expect(chat.answers).to_have_count(number)
        chat.answered()
    field, keys = chat.page.locator(INPUT), chat.page.keyboard
    field.click()
    for key, held in [
        ("ArrowUp", "Which VLANs are at LON01?"),
        ("ArrowUp", "Which VLANs are at NYC01?"),
        ("ArrowUp", "Which VLANs are at NYC01?"),
        ("ArrowDown", "Which VLANs are at LON01?"),
        ("ArrowDown", ""),
    ]:
        keys.press(key)
        expect(field).to_have_value(held)
    keys.press("ArrowUp")
    keys.press("Enter")
    expect(chat.answers).to_have_count(3)


def test_the_arrows_stay_in_a_question_that_is_being_written(chat):
    chat.ask("Which VLANs are at NYC01?").answered()
    field, keys = chat.page.locator(INPUT), chat.page.keyboard
    field.click()
    keys.type("two")
    keys.press("Shift+Enter")
    keys.type("lines")
    keys.press("ArrowUp")
    keys.press("ArrowUp")
    expect(field).to_have_value("two\nlines")
    keys.press("ArrowDown")
    expect(field).to_have_value("two\nlines")


def test_the_focus_is_in_the_composer_after_an_answer(chat):
    chat.page.locator("#starters button").first.click()
    chat.answered()

    expect(chat.page.locator(INPUT)).to_be_focused()


def test_settings_and_catalogue_need_nothing_from_outside(chat):
    chat.page.locator(INPUT).fill("/tools")
    chat.page.keyboard.press("Enter")
    expect(chat.page.locator(".sx-entry").first).to_be_visible()
    choose(chat, "rows", "50")

    assert [url for url in chat.requests if not url.startswith((chat.base, "blob:", "data:"))] == []
    assert chat.errors == []
