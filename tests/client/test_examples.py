"""The Python on the page about HTTP runs as it stands there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parent.parent.parent / "docs" / "http.md"
PROGRAMS = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("program", PROGRAMS, ids=["waits", "does not wait"])
def test_a_program_of_the_page_runs(program: str, address: str, tmp_path: Path) -> None:
    asked = program.replace("http://127.0.0.1:7001", address)
    assert asked != program
    done = subprocess.run(
        [sys.executable, "-P", "-c", asked], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "devices at " in done.stdout
