"""What a machine lacks for some tests is said in the last lines, not hidden among hundreds of skips."""

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def _chromium() -> bool:
    return bool(os.environ.get("SEXTANT_CHROMIUM")) or any(map(shutil.which, CHROMIUM))


def _nautobot() -> bool:
    return bool(os.environ.get("NAUTOBOT_TEST_URL") and os.environ.get("NAUTOBOT_TEST_TOKEN"))


def _nautobot_home() -> bool:
    return (Path(os.environ.get("NB_HOME", "/nowhere")) / "env.sh").is_file()


def _inspector() -> bool:
    return bool(os.environ.get("SEXTANT_MCP_INSPECTOR"))


def _conformance() -> bool:
    return bool(os.environ.get("SEXTANT_MCP_CONFORMANCE"))


def _postgres() -> bool:
    if os.environ.get("SEXTANT_TEST_POSTGRES"):
        return True
    return bool(shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


def _nginx() -> bool:
    return bool(shutil.which("nginx")) or Path("/usr/sbin/nginx").is_file()  # Debian has it out of most users' way


# marker: is it there, and what to do where it is not
NEEDS = {
    "browser": (_chromium, "install Chromium (Debian: apt install chromium; or SEXTANT_CHROMIUM=/path/to/chrome)"),
    "nautobot": (
        _nautobot,
        "give a Nautobot 3.2 that holds the demo network (make seed): NAUTOBOT_TEST_URL=... NAUTOBOT_TEST_TOKEN=...",
    ),
    "nautobot_home": (
        _nautobot_home,
        "give the folder of one on this machine, with an env.sh that sets its PATH and NAUTOBOT_CONFIG: NB_HOME=...",
    ),
    "postgres": (
        _postgres,
        "install PostgreSQL (Debian: apt install postgresql), or SEXTANT_TEST_POSTGRES=postgresql://...",
    ),
    "promtool": (lambda: bool(shutil.which("promtool")), "install promtool (Debian: apt install prometheus)"),
    "redis": (lambda: bool(shutil.which("redis-server")), "install Redis (Debian: apt install redis-server)"),
    "nginx": (_nginx, "install nginx (Debian: apt install nginx)"),
    "conformance": (
        _conformance,
        "give the MCP conformance suite's command line: SEXTANT_MCP_CONFORMANCE=/path/to/conformance",
    ),
    "inspector": (_inspector, "give the MCP Inspector's command line: SEXTANT_MCP_INSPECTOR=/path/to/inspector"),
}
NOT_RUN = pytest.StashKey[Counter[str]]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what this machine cannot run; SEXTANT_TEST_ALL=1 lets it run, and fail."""
    config.stash[NOT_RUN] = lacking = Counter[str]()
    if os.environ.get("SEXTANT_TEST_ALL"):
        return
    absent = [marker for marker, (there, _) in NEEDS.items() if not there()]
    kept, dropped = [], []
    for item in items:
        missing = next((marker for marker in absent if item.get_closest_marker(marker)), None)
        (kept if missing is None else dropped).append(item)
        lacking.update([missing] if missing else [])
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what did not run, and how to run it."""
    lacking = config.stash.get(NOT_RUN, Counter[str]())
    for marker, count in lacking.items():
        terminalreporter.write_line(f"Not run: {count} {marker} tests. To run them, {NEEDS[marker][1]}.", yellow=True)
