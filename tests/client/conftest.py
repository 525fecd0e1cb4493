"""A service as its users run it, for clients of it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return where `sextant serve` listens, over the demo network."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PATH", "HOME", "LANG", "COV"))}
    settings = {
        "DEMO_MODE": "true",
        "SEXTANT_HISTORY": "off",
        "SEXTANT_AUDIT": "off",
        "SEXTANT_SERVE_PORT": str(port),
        "SEXTANT_TURNS_A_MINUTE": "1000",
    }
    folder = tmp_path_factory.mktemp("served")
    process = subprocess.Popen(
        [Path(sys.executable).parent / "sextant", "serve"],
        cwd=folder,
        env={**kept, **settings},
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    until = time.monotonic() + 90
    while not _ready(url):
        assert process.poll() is None, "sextant serve ended"
        assert time.monotonic() < until, "sextant serve is not ready"
        time.sleep(0.05)
    yield url
    process.terminate()
    process.wait(30)


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=30).status_code == 200
    except httpx.TransportError:
        return False
