"""The app and a browser in front of it, for scripts that look at the real page."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

START = "import sys; from chainlit_app.cli import main; sys.exit(main(['chat']))"
# No background traffic of the browser's own, so that what is seen on the network is the page's.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@contextmanager
def running(url: str | None = None) -> Iterator[str]:
    """Yield the address of a running app: the given one, or one that is started over the demo network."""
    if url:
        wait_for(url)
        yield url.rstrip("/")
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SEXTANT_", "NAUTOBOT_"))}
        env = {
            **kept,
            "SEXTANT_PORT": str(port),
            "DEMO_MODE": "true",
            "SEXTANT_HISTORY": str(Path(folder) / "history.db"),
            "SEXTANT_AUDIT": str(Path(folder) / "audit.db"),
        }
        app = subprocess.Popen([sys.executable, "-P", "-c", START], cwd=folder, env=env)
        try:
            wait_for(f"http://localhost:{port}")
            yield f"http://localhost:{port}"
        finally:
            app.terminate()
            app.wait()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield headless Chromium: the one that SEXTANT_CHROMIUM names, or that is installed."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("SEXTANT_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def wait_for(url: str) -> None:
    """Return when the app answers; leave the program where it does not within a minute."""
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{url.rstrip('/')}/sextant/status", timeout=5).close()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"Nothing answers at {url}. Start the app (make demo), or leave the address out.")
