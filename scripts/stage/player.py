"""Play the stage script on the real page, line by line, and say of each what would fail in front of an audience."""

import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Error, Locator, Page, Request
from stage.script import PATIENCE, Line

WAIT = 5.0  # seconds for what should be there by now
_NOT_FOUND = re.compile(r"(\d[\d,]*) of (\d[\d,]*) facts?")


class Fails(Exception):
    """What one would see on stage instead."""


@dataclass
class Player:
    """A page, and what has been asked on it."""

    page: Page
    url: str
    strangers: set[str] = field(default_factory=set)  # other machines that the page spoke to
    errors: list[str] = field(default_factory=list)

    def open(self) -> None:
        """Open a new chat. Raise `Fails` where one cannot ask."""
        host = urlsplit(self.url).netloc

        def seen(request: Request) -> None:
            parts = urlsplit(request.url)
            if parts.scheme not in ("data", "blob") and parts.netloc != host:
                self.strangers.add(parts.netloc)

        self.page.on("request", seen)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(self.url)
        try:
            self.page.locator("#starters button:enabled").first.wait_for(timeout=30_000)
        except Error:
            raise Fails("the page takes no question") from None

    def do(self, line: Line) -> float:
        """Do what a line says, or look for it; return the seconds that took. Raise `Fails`."""
        began = time.monotonic()
        try:
            getattr(self, f"_{line.word}")(line)
        except Error as error:
            raise Fails(f"the page does not take it ({str(error).splitlines()[0]})") from None
        took = time.monotonic() - began
        if took > line.within:
            raise Fails(f"takes {took:.1f} s, more than {line.within:g}")
        self._untroubled()
        return took

    # What one does

    def _ask(self, line: Line) -> None:
        before = self._answers.count()
        field_ = self.page.locator("#chat-input")
        field_.click()
        self.page.keyboard.insert_text(line.text)
        self.page.locator("#chat-submit:enabled").click()
        self._answered(before, line)

    def _click(self, line: Line) -> None:
        before, target = self._answers.count(), self._clickable(line.text)
        if target is None:
            raise Fails(f"nothing here is called {line.text!r}")
        asks = target.evaluate("(one) => Boolean(one.closest('.sx-next'))")
        target.click()
        if asks:
            self._answered(before, line)

    def _filter(self, line: Line) -> None:
        self._table.locator(".sx-search input").fill(line.text)

    def _save(self, line: Line) -> None:
        target = self._clickable(line.text)
        if target is None:
            raise Fails(f"nothing here is called {line.text!r}")
        with self.page.expect_download(timeout=1000 * max(line.within, PATIENCE)) as waiting:
            target.click()
        file = waiting.value.path()
        if file.stat().st_size == 0:
            raise Fails(f"{waiting.value.suggested_filename} is empty")

    def _close(self, line: Line) -> None:
        self.page.get_by_role("button", name=re.compile(r"^Close")).first.click()
        self.page.locator("#side-view-content").wait_for(state="detached", timeout=1000 * WAIT)

    # What one sees

    def _expect(self, line: Line) -> None:
        self._text_in(self._answers.last, line.text, "the answer")

    def _not(self, line: Line) -> None:
        if _plain(line.text) in _plain(self._answers.last.inner_text()):
            raise Fails("stands in the answer")

    def _see(self, line: Line) -> None:
        self._text_in(self.page.locator("#side-view-content"), line.text, "the side")

    def _rows(self, line: Line) -> None:
        wanted = line.text if line.text.endswith(("row", "rows")) else f"{line.text} row"
        self._text_in(self._table.locator(".sx-count"), wanted, "the table")

    def _picture(self, line: Line) -> None:
        drawn = self._answers.last.locator(".js-plotly-plot[role=img]").last
        drawn.wait_for(timeout=1000 * PATIENCE)
        drawn.scroll_into_view_if_needed()
        said = drawn.get_attribute("aria-label") or ""
        if _plain(line.text) not in _plain(said):
            raise Fails(f"the picture says: {said[:120]}")

    # How

    @property
    def _answers(self) -> Locator:
        return self.page.locator("[data-step-type=assistant_message]")

    @property
    def _table(self) -> Locator:
        return self.page.locator("[data-step-type=assistant_message] .sx-table").last

    def _answered(self, before: int, line: Line) -> None:
        """Wait for the end of the turn; look for what should be under no answer."""
        patience = 1000 * max(4 * line.within, 2 * PATIENCE)  # a late answer is told as late, not as missing
        try:
            self._answers.nth(before).locator(".sx-footer").wait_for(timeout=patience)
            self.page.locator("#stop-button").wait_for(state="detached", timeout=patience)
        except Error:
            raise Fails(f"no answer within {patience / 1000:.0f} s") from None
        foot = self._answers.nth(before).locator(".sx-footer").inner_text()
        count = _NOT_FOUND.search(foot)
        if count and count[1] != count[2]:
            raise Fails(f"not every fact is in the sources: {foot.splitlines()[0]}")
        wrong = self.page.locator("[data-step-type=tool] .text-red-500")
        if wrong.count():
            raise Fails(f"a step went wrong: {wrong.last.inner_text()}")

    def _clickable(self, name: str) -> Locator | None:
        """Return what has that name, or else has it as a word: in the last answer, then anywhere."""
        word = re.compile(rf"(^|[^\w]){re.escape(name)}($|[^\w])")
        places = (self._answers.last, self.page.locator("body"))
        if re.fullmatch(r"\[\d+\]", name):
            ways = [place.locator("a.element-link", has_text=name) for place in places]
        else:
            exact = [re.compile(rf"^\s*{re.escape(name)}\s*$"), word]
            ways = [
                place.get_by_role("button", name=one).or_(place.get_by_role("link", name=one))
                for one in exact
                for place in places
            ]
        until = time.monotonic() + WAIT
        while time.monotonic() < until:
            for way in ways:
                if way.count() and way.first.is_visible():
                    return way.first
            self.page.wait_for_timeout(100)
        return None

    def _text_in(self, place: Locator, text: str, where: str) -> None:
        until = time.monotonic() + WAIT
        while True:
            said = " ".join(place.all_inner_texts())
            if _plain(text) in _plain(said):
                return
            if time.monotonic() > until:
                raise Fails(f"{where} does not say it; it says: {' '.join(said.split())[:160]!r}")
            self.page.wait_for_timeout(100)

    def _untroubled(self) -> None:
        if self.strangers:
            raise Fails(f"the page speaks to {', '.join(sorted(self.strangers))}")
        if self.errors:
            raise Fails(f"the page has an error: {self.errors.pop(0)}")


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
