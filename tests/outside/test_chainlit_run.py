"""The page started by Chainlit's own command, as people who know Chainlit do."""

import json
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def test_chainlit_run_serves_the_same_page(root: Path, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [Path(sys.executable).parent / "chainlit", "run", root / "chainlit_app" / "app.py", "--headless"]
    with subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as page:
        try:
            assert page.stdout is not None
            said = []
            for line in page.stdout:
                said.append(line)
                if "Sextant is at" in line:
                    break
            assert f"Sextant is at http://localhost:{port}\n" in said
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sextant/status", timeout=30) as answer:
                status = json.load(answer)
        finally:
            page.terminate()
            page.communicate(timeout=30)

    assert (status["mode"], status["model"]) == ("demo", "offline reader, no language model")
