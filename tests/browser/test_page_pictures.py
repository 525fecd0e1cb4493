"""Pictures on the page: in the colours of the theme, of any width, and nothing but text in them."""

import json
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from chainlit_app.pictures import figure_json
from chainlit_app.turn import Source, ToolCall
from tools.models import ResultTable, ToolAnswer

pytestmark = pytest.mark.browser

PLOT = ".js-plotly-plot[role=img]"
FILLS = """() => [...document.querySelectorAll('.js-plotly-plot .barlayer path, .js-plotly-plot .main-svg text')]
    .map((one) => getComputedStyle(one).fill)"""
OVERLAPS = """() => document.querySelector('.inline-plotly-container').getBoundingClientRect().right > innerWidth"""


def picture(chat):
    """Return the last picture, drawn."""
    found = chat.page.locator(".inline-plotly-container").last
    expect(found.locator(PLOT)).to_be_visible()
    return found


def test_a_picture_of_use_stands_under_the_answer_with_its_figures_and_words(chat):
    chat.ask("Which prefixes are the fullest?").answered()

    shown = picture(chat)

    expect(shown).to_have_attribute("data-title", "Address space of prefixes at all locations by prefix")
    expect(shown.locator(PLOT)).to_have_attribute("aria-label", re.compile(r"Bars of used space.*99\.21 %"))
    expect(shown.locator(".ytick")).to_have_count(10)
    expect(shown.locator(".textpoint").first).to_have_text("99.21 %")
    for gone in (".modebar-btn", ".plotly-notifier", "svg a"):
        expect(shown.locator(gone)).to_have_count(0)
    above, next_to_ask = chat.table.bounding_box(), chat.page.locator(".sx-next").bounding_box()
    assert above["y"] + above["height"] <= shown.bounding_box()["y"] < next_to_ask["y"], (
        "under the table, which is first"
    )
    host = urlsplit(chat.base).netloc
    assert {urlsplit(url).netloc for url in chat.requests if not url.startswith(("data:", "blob:"))} == {host}
    assert chat.errors == []
    chat.shot("picture-use")


def test_a_picture_follows_the_theme(chat):
    chat.ask("What is in 10.201.200.0/21?").answered()
    picture(chat)
    light = chat.page.evaluate(FILLS)

    chat.page.locator("#theme-toggle").click()
    chat.page.get_by_role("menuitem", name="Dark").click()

    assert len(light) > 20
    chat.page.wait_for_function(f"(light) => ({FILLS})().every((fill, at) => fill !== light[at])", arg=light)
    chat.shot("picture-map-dark")


def test_a_part_tells_more_under_the_pointer(chat):
    chat.ask("What is in 10.201.200.0/21?").answered()

    picture(chat).locator(".barlayer .trace").last.locator("path").first.hover(force=True)

    expect(chat.page.locator(".hovertext")).to_contain_text("10.201.200.64/26 · User Data")


def test_a_picture_fits_a_phone(browser, demo, chat_of):
    context = browser.new_context(viewport={"width": 390, "height": 780}, locale="en-US")
    chat = chat_of(context.new_page(), demo.url).open()
    chat.ask("Which devices are in EMEA?").answered()
    picture(chat)

    assert chat.page.evaluate(OVERLAPS) is False
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= 390
    chat.shot("picture-phone")
    context.close()


def test_a_picture_comes_back_with_its_conversation(chat):
    chat.ask("Which prefixes are the fullest?").answered()
    picture(chat)

    chat.reload()

    expect(picture(chat).locator(".ytick")).to_have_count(10)


EVIL = '<a href="http://evil.example/x">free</a><img src="http://evil.example/y">'


def evil_figure() -> bytes:
    """Return a picture of rows whose names would be links and images."""
    rows = [[f"{EVIL}{n}", f"{EVIL}{n % 3}", n + 1] for n in range(12)]
    columns = ["location", "role", "count"]
    table = ResultTable(subject=EVIL, columns=columns, rows=rows, links=[None] * 12)
    answer = ToolAnswer(tool="t", outcome="found", subject=EVIL, summary="S.", total=12)
    made = figure_json(Source(1, ToolCall("1", "t", {}, ""), answer, table, 0.1))
    assert made is not None
    return made


def test_a_name_in_a_picture_is_text_and_never_a_link(chat):
    assert json.loads(evil_figure())["data"]
    chat.page.route("**/figure.json", lambda route: route.fulfill(body=evil_figure(), content_type="application/json"))
    chat.ask("Which prefixes are the fullest?").answered()

    shown = picture(chat)

    expect(shown.locator(".ytick").first).to_contain_text('<a href="http')
    expect(shown.locator("a, img, image, foreignObject")).to_have_count(0)
    assert not [url for url in chat.requests if "evil" in url]
