"""The stage script is played against the running app, and what would fail on stage is said."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]


def rehearse(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / "rehearse.py"), *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)


def script(folder: Path, *lines: str) -> str:
    file = folder / "script.md"
    file.write_text("# A short one\n\n```stage\n" + "\n".join(lines) + "\n```\n", encoding="utf-8")
    return str(file)


def test_what_goes_well_is_ok_line_by_line(demo, tmp_path):
    lines = [
        "ask: Which VLANs are at NYC01?",
        "expect: VLAN 200",
        "rows: 2",
        "within: 120",
        "click: [1]",
        "see: vlans_by_location.graphql",
        "close",
        "save: CSV",
        "ask: Which prefixes are the fullest?",
        "within: 120",
        "picture: Address space of prefixes",
        "not: Nothing is recorded",
    ]

    said = rehearse("--url", demo.url, "--script", script(tmp_path, *lines))

    assert said.returncode == 0, said.stdout + said.stderr
    assert said.stdout.count("ok ") == len(lines) - 2
    assert "all is well" in said.stdout


def test_what_would_fail_on_stage_is_said_and_the_rest_goes_on(demo, tmp_path):
    lines = [
        "ask: Which VLANs are at NYC01?",
        "expect: VLAN 999",
        "within: 0.001",
        "click: No such button",
        "rows: 2",
    ]

    said = rehearse("--url", demo.url, "--script", script(tmp_path, *lines))

    assert said.returncode == 1
    assert "more than 0.001" in said.stdout
    assert "the answer does not say it" in said.stdout
    assert "nothing here is called 'No such button'" in said.stdout
    assert "3 would fail on stage" in said.stdout
    assert "rows: 2" in said.stdout.rsplit("ok ", 1)[1]


@pytest.mark.parametrize(
    ("line", "told"),
    [("say: hello", "is not understood"), ("within: soon", "is no number of seconds"), ("expect: x", "asks nothing")],
)
def test_a_line_that_is_not_understood_is_named_before_anything_is_played(tmp_path, line, told):
    said = rehearse("--script", script(tmp_path, line))

    assert said.returncode == 2
    assert told in said.stderr


def test_the_shipped_script_fits_ten_minutes_and_has_a_check_for_each_question():
    text = (ROOT / "docs" / "demo-script.md").read_text(encoding="utf-8")
    blocks = [block.split("```")[0] for block in text.split("```stage\n")[1:]]

    asked = [block for block in blocks if "ask:" in block]
    assert len(asked) >= 10
    assert all("expect:" in block or "rows:" in block for block in asked)
