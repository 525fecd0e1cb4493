"""Measure the table of a result of 10,000 rows: python benchmarks/table.py [--rounds N].

The page is the real one over demo data, in headless Chromium; times are taken by the page's own clock.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from socket import socket

from first_step import CHROMIUM
from playwright.sync_api import Page, expect, sync_playwright

from chainlit_app.files import csv_file, json_file, xlsx_file
from chainlit_app.page.rows import page_rows
from chainlit_app.turn import Source, ToolCall
from tools.models import ResultTable, ToolAnswer
from tools.models import Source as Origin

QUESTION = "What is in 10.0.0.0/8?"  # every prefix and address of the demo network in it
ROWS = 10_000

# From the table's frame on the page, before it has asked for a row, until its first rows are painted.
_WATCH = """() => {
  window.firstPaint = new Promise((seen) => {
    let frame = 0;
    const watcher = new MutationObserver(() => {
      const table = document.querySelector('.sx-table');
      if (table && !frame) frame = performance.now();
      if (!table?.querySelector('tbody tr:not(.sx-waiting) td')) return;
      watcher.disconnect();
      requestAnimationFrame(() => setTimeout(() => seen((performance.now() - frame) / 1000)));
    });
    watcher.observe(document.body, {childList: true, subtree: true});
  });
}"""
# From what a reader does until the page has painted what came of it.
_DO = """([what, text]) => new Promise((seen) => {
  const began = performance.now();
  const table = document.querySelector('.sx-table');
  if (what === 'filter') {
    const box = table.querySelector('.sx-search input');
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(box, text);
    box.dispatchEvent(new Event('input', {bubbles: true}));
  } else table.querySelector(text).click();
  requestAnimationFrame(() => setTimeout(() => seen((performance.now() - began) / 1000)));
})"""
_ACTIONS = {
    "first paint of the rows": None,
    "sort by address": ("click", "th:nth-child(2) .sx-sort"),
    "sort the other way": ("click", "th:nth-child(2) .sx-sort"),
    "filter by a word, its first key": ("filter", "a"),
    "filter by a word, another key": ("filter", "ac"),
    "filter by a prefix": ("filter", "10.0.11.0/24"),
    "no filter": ("filter", ""),
    "last page": ("click", "[aria-label='Last page']"),
}


def main() -> None:
    """Print the rows of the table in benchmarks/README.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args().rounds
    print("| | median | fastest | slowest |\n| --- | --- | --- | --- |")
    with _served() as address:
        rows, seconds = _page(address, rounds)
    for name, taken in seconds.items():
        _told(f"{rows} rows: {name}", taken)
    source = _source()
    for kind, made in (("rows for the page", page_rows), ("CSV", csv_file), ("JSON", json_file), ("XLSX", xlsx_file)):
        size = len(made(source)) / 1e6
        _told(f"{ROWS:,} rows as {kind}, {size:.1f} MB", [_took(made, source) for _ in range(rounds)])


def _told(name: str, seconds: Sequence[float]) -> None:
    cells = [f"{1000 * value:.0f} ms" for value in (statistics.median(seconds), min(seconds), max(seconds))]
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


def _page(address: str, rounds: int) -> tuple[str, dict[str, list[float]]]:
    seconds: dict[str, list[float]] = {name: [] for name in _ACTIONS}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(rounds):
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            page.goto(address)
            expect(page.locator("#starters button").first).to_be_enabled(timeout=20_000)
            _ask(page)
            for name, action in _ACTIONS.items():
                taken = page.evaluate(_DO, list(action)) if action else page.evaluate("window.firstPaint")
                seconds[name].append(float(taken))
            rows = page.locator(".sx-count").inner_text().split(" of ")[0]
            page.close()
        browser.close()
    return rows, seconds


def _ask(page: Page) -> None:
    page.evaluate(_WATCH)
    page.locator("#chat-input").click()
    page.keyboard.insert_text(QUESTION)
    expect(page.locator("#chat-submit")).to_be_enabled()
    page.keyboard.press("Enter")
    expect(page.locator(".sx-table tbody tr:not(.sx-waiting)").first).to_be_visible(timeout=60_000)
    expect(page.locator("#stop-button")).to_have_count(0, timeout=60_000)
    page.wait_for_load_state("networkidle")  # the picture above the table brings a library with it


def _took(made: Callable[[Source], bytes], source: Source) -> float:
    began = time.perf_counter()
    made(source)
    return time.perf_counter() - began


def _source() -> Source:
    columns = ["prefix", "type", "role", "vlan", "status", "namespace", "location", "description", "length", "version"]
    rows = [
        [f"10.{i >> 8}.{i & 255}.0/24", "network", "User Data", "100 data", "Active", "Global", "A", f"net {i}", 24, 4]
        for i in range(ROWS)
    ]
    origin = Origin(mode="demo", url=None, retrieved_at=datetime.now(UTC), queries=[])
    answer = ToolAnswer(tool="t", outcome="found", subject="prefixes", summary="", total=ROWS, source=origin)
    table = ResultTable(subject="prefixes", columns=columns, rows=rows, links=[None] * ROWS)
    return Source(1, ToolCall("1", "get_prefixes_by_location", {}, ""), answer, table, 0.1)


@contextmanager
def _served() -> Iterator[str]:
    """Start the page over demo data in a folder of its own, and return its address."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {**os.environ, "DEMO_MODE": "true", "SEXTANT_PORT": str(port), "SEXTANT_HISTORY": "off"}
    command = [Path(sys.executable).parent / "sextant", "chat"]
    quiet = subprocess.DEVNULL
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(command, env=settings, cwd=folder, stdout=quiet, stderr=quiet) as chat,
    ):
        address = f"http://127.0.0.1:{port}/"
        while not _answers(address):
            time.sleep(0.05)
        yield address
        chat.terminate()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    main()
