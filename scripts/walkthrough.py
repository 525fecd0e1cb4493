"""Make the pictures of the README and of docs/ from the real page.

python scripts/walkthrough.py [--only walkthrough|light|dark|narrow]

`docs/walkthrough.webp` is an animation of some 20 seconds: a question, its steps, the answer and its check, a source, the
table filtered, a file. The others are single pages. The app is started over the demo network; it needs Chromium.
"""

import argparse
import io
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page
from stage.app import chromium, running

DOCS = Path(__file__).parent.parent / "docs"
WIDTH = 960  # of the animation: what GitHub shows of a README at most


class Film:
    """Pictures of a page, each with the time it stands."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._frames: list[tuple[Image.Image, int]] = []

    def take(self, seconds: float) -> None:
        """Take a picture of the page and let it stand."""
        shot = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        self._frames.append(
            (shot.resize((WIDTH, shot.height * WIDTH // shot.width), Image.Resampling.LANCZOS), int(1000 * seconds))
        )

    def save(self, file: Path) -> None:
        """Write the animation; it begins anew for ever."""
        first, *rest = (frame for frame, _ in self._frames)
        times = [time for _, time in self._frames]
        first.save(file, save_all=True, append_images=rest, duration=times, loop=0, quality=72, method=6)
        print(f"{file.name}: {len(times)} pictures, {sum(times) / 1000:.0f} s, {file.stat().st_size / 1e6:.2f} MB")


def main() -> None:
    """Make all, or the one that is asked for."""
    makers: dict[str, Callable[[Browser, str], None]] = {
        "walkthrough": walkthrough,
        "light": lambda browser, url: _single(browser, url, DOCS / "screenshot.png", "light"),
        "dark": lambda browser, url: _single(browser, url, DOCS / "screenshot-dark.png", "dark"),
        "narrow": lambda browser, url: _single(browser, url, DOCS / "screenshot-narrow.png", "light", narrow=True),
    }
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=makers)
    parser.add_argument("--url", default="", help="of an app that runs; without, one is started")
    given = parser.parse_args()
    with running(given.url or None) as url, chromium() as browser:
        for name in [given.only] if given.only else makers:
            makers[name](browser, url)


def walkthrough(browser: Browser, url: str) -> None:
    """Film a conversation."""
    page = _opened(browser, url, "light", width=1120, height=760)
    film = Film(page)
    film.take(1.2)
    _type(film, "Which prefixes are at NYC01?")
    _answered(page, 0)
    page.locator("[data-step-type=user_message]").last.evaluate("(one) => one.scrollIntoView()")
    _still(page)
    film.take(2.4)
    page.locator(".sx-footer button.sx-check").last.click()
    _still(page)
    film.take(2.2)
    page.locator(".sx-footer button.sx-check").last.click()
    page.locator("[data-step-type=assistant_message] a.element-link", has_text="[1]").first.click()
    page.locator("#side-view-content").get_by_text("prefixes_by_location.graphql").first.wait_for()
    _still(page)
    film.take(2.6)
    page.get_by_role("button", name="Close the side").first.click()
    table = page.locator("[data-step-type=assistant_message] .sx-table").last
    table.evaluate("(one) => one.scrollIntoView({ block: 'center' })")
    _still(page)
    film.take(1.4)
    field = table.locator(".sx-search input")
    field.click()
    for piece in ("vo", "ice"):
        field.press_sequentially(piece)
        _still(page)
        film.take(0.6)
    film.take(1.2)
    _type(film, "Which prefixes are the fullest in EMEA?")
    _answered(page, 1)
    page.locator(".js-plotly-plot[role=img]").last.wait_for()
    page.locator(".inline-plotly-container").last.evaluate("(one) => one.scrollIntoView({ block: 'center' })")
    _still(page)
    film.take(3.0)
    page.locator("#command-export").click()
    page.locator("#side-view-content .sx-export").wait_for()
    _still(page)
    film.take(2.4)
    film.save(DOCS / "walkthrough.webp")
    page.context.close()


def _single(browser: Browser, url: str, file: Path, theme: str, *, narrow: bool = False) -> None:
    """Take one page: an answer, with its source at the side where there is room."""
    width, height = (390, 780) if narrow else (1280, 880)
    page = _opened(browser, url, theme, width=width, height=height, scale=2 if narrow else 1.25)
    _ask(page, "Which prefixes are the fullest?")
    _answered(page, 0)
    page.locator(".js-plotly-plot[role=img]").wait_for()
    if narrow:
        page.locator(".inline-plotly-container").evaluate("(one) => one.scrollIntoView({ block: 'center' })")
    else:
        page.locator("[data-step-type=assistant_message] a.element-link", has_text="[1]").first.click()
        page.locator("#side-view-content .sx-table tbody td").first.wait_for()
    _still(page)
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    shot.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file.name}: {shot.width} x {shot.height}, {file.stat().st_size / 1000:.0f} kB")
    page.context.close()


def _opened(browser: Browser, url: str, theme: str, *, width: int, height: int, scale: float = 1.5) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        color_scheme="dark" if theme == "dark" else "light",
        locale="en-US",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(url)
    page.locator("#starters button:enabled").first.wait_for()
    _still(page)
    return page


def _ask(page: Page, question: str) -> None:
    page.locator("#chat-input").click()
    page.keyboard.insert_text(question)
    page.locator("#chat-submit:enabled").click()


def _type(film: Film, question: str) -> None:
    """Type a question so that one can watch, and send it."""
    page = film.page
    page.locator("#chat-input").click()
    third = -(-len(question) // 3)
    for start in range(0, len(question), third):
        page.keyboard.insert_text(question[start : start + third])
        film.take(0.3)
    page.locator("#chat-submit:enabled").click()
    page.locator("[data-step-type=tool]").last.wait_for()
    film.take(0.8)


def _answered(page: Page, at: int) -> None:
    page.locator("[data-step-type=assistant_message]").nth(at).locator(".sx-footer").wait_for(timeout=60_000)
    page.locator("#stop-button").wait_for(state="detached")


def _still(page: Page) -> None:
    """Wait until two pictures in a row are the same."""
    last, now = b"", page.screenshot()
    for _ in range(20):
        if last == now:
            return
        page.wait_for_timeout(150)
        last, now = now, page.screenshot()


if __name__ == "__main__":
    main()
