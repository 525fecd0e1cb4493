"""A short soak: what conversations leave behind. benchmarks/soak.py holds the long one."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SOAK = Path(__file__).parent.parent.parent / "benchmarks" / "soak.py"


def test_conversations_that_end_leave_no_file_no_thread_and_no_process_behind():
    command = [sys.executable, "-P", str(SOAK), "--chats", "8", "--turns", "1", "--every", "4"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)

    assert said.returncode == 0, said.stdout + said.stderr
    assert len(re.findall(r"^\| [48] \| ", said.stdout, re.MULTILINE)) == 2
    assert "processes +0" in said.stdout
    assert "files on disk +0" in said.stdout
