"""Make docs/screenshot.png from the real page: python scripts/screenshot.py [FILE] [--dark] [--question TEXT].

It starts `sextant chat` over the demo network and needs Chromium and Playwright.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

QUESTION = "Which prefixes are there at NYC01?"
START = "import sys; from chainlit_app.cli import main; sys.exit(main(['chat']))"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=Path(__file__).parent.parent / "docs" / "screenshot.png")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--question", default=QUESTION)
    given = parser.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**os.environ, "SEXTANT_PORT": str(port), "DEMO_MODE": "true"}
    with tempfile.TemporaryDirectory() as folder:
        app = subprocess.Popen([sys.executable, "-P", "-c", START], cwd=folder, env=env)
        try:
            _picture(f"http://localhost:{port}", given.file, given.question, dark=given.dark)
        finally:
            app.terminate()
            app.wait()


def _picture(url: str, file: Path, question: str, *, dark: bool) -> None:
    _wait_for(url + "/sextant/status")
    chromium = os.environ.get("SEXTANT_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
        )
        page = browser.new_page(
            viewport={"width": 1280, "height": 880}, color_scheme="dark" if dark else "light", device_scale_factor=1.25
        )
        page.goto(url)
        page.locator("#starters button").first.wait_for()
        page.locator("#chat-input").click()
        page.keyboard.insert_text(question)
        page.locator("#chat-submit:enabled").click()
        page.locator(".sx-table tbody tr").first.wait_for()
        page.locator("#stop-button").wait_for(state="detached")
        page.locator("a.element-link").first.click()
        page.locator("#side-view-content .sx-table tbody tr").first.wait_for()
        page.wait_for_timeout(800)  # the panel slides in
        page.screenshot(path=str(file))
        browser.close()


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The app does not start.")


if __name__ == "__main__":
    main()
