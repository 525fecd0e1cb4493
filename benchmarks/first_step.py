"""What passes on the screen between Enter and the first step, in headless Chromium, over demo data."""

import os
import shutil

from playwright.sync_api import Page, expect, sync_playwright

QUESTION = "What prefixes exist at NYC01?"
STEP = "[data-step-type=tool]"
FOOTER = ".sx-footer"  # it comes with the end of an answer
CHROMIUM = os.environ.get("SEXTANT_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), None
)

# Taken by the page's own clock: a driver's looks from outside would be measured too.
_WATCH = """(selector) => {
  const known = document.querySelectorAll(selector).length;
  let began = 0;
  addEventListener('keydown', () => { began = performance.now(); }, {capture: true, once: true});
  window.firstStep = new Promise((seen) => {
    const look = () => {
      const steps = document.querySelectorAll(selector);
      if (steps.length <= known || !steps[steps.length - 1].getClientRects().length) return;
      watcher.disconnect();
      requestAnimationFrame(() => seen((performance.now() - began) / 1000));
    };
    const watcher = new MutationObserver(look);
    watcher.observe(document.body, {childList: true, subtree: true, attributes: true});
  });
}"""


def first_steps(address: str, rounds: int) -> list[float]:
    """Return the seconds from Enter to the first step, for each of several questions in one chat."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(address)
        expect(page.locator("#starters button").first).to_be_enabled(timeout=20_000)
        seconds = [_ask(page, number) for number in range(rounds + 1)]
        browser.close()
    return seconds[1:]  # the first question also waits for what a page loads once


def _ask(page: Page, answered: int) -> float:
    page.locator("#chat-input").click()
    page.keyboard.insert_text(QUESTION)
    expect(page.locator("#chat-submit")).to_be_enabled()
    page.evaluate(_WATCH, STEP)
    page.keyboard.press("Enter")
    seconds = float(page.evaluate("window.firstStep"))
    expect(page.locator(FOOTER)).to_have_count(answered + 1, timeout=20_000)
    expect(page.locator("#stop-button")).to_have_count(0)
    return seconds
