"""The command as its users run it: a process of its own, in a folder of its own."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
Run = Callable[..., "subprocess.CompletedProcess[str]"]

DATA = tempfile.mkdtemp(prefix="sextant-tests-")  # what these commands keep is nothing of the developer's
atexit.register(shutil.rmtree, DATA)


def surroundings(**settings: str) -> dict[str, str]:
    """Return an environment with these settings and with none of the developer's."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PATH", "HOME", "LANG", "COV"))}
    return {**kept, "XDG_DATA_HOME": DATA, **settings}


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def sextant(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a function that runs `sextant` to its end."""
    script = Path(sys.executable).parent / "sextant"

    def run(*arguments: str, cwd: Path | None = None, **settings: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [script, *arguments],
            cwd=cwd or tmp_path_factory.mktemp("anywhere"),
            env=surroundings(**settings),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run


class _Refusing(BaseHTTPRequestHandler):
    """A Nautobot that knows no token, and repeats in its answers what it was sent."""

    def _refuse(self) -> None:
        body = f'{{"detail": "Invalid token {self.headers.get("Authorization")}"}}'.encode()
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(403)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _refuse

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""


@pytest.fixture
def refusing_nautobot() -> Iterator[str]:
    """Return the address of a Nautobot that refuses every token."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
