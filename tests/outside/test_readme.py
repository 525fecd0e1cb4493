"""The documentation says what is so."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from chainlit_app.settings import AppSettings
from tools.settings import ToolSettings

Run = Callable[..., "subprocess.CompletedProcess[str]"]
KEYS = {name.upper() for kind in (AppSettings, ToolSettings) for name in kind.model_fields} | {"SEXTANT_CONFIG"}
TESTS = {"NAUTOBOT_TEST_URL", "NAUTOBOT_TEST_TOKEN"}


@pytest.fixture(scope="module")
def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


def test_every_link_and_picture_is_there(readme: str, root: Path) -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", readme) if "://" not in link]
    assert links
    assert [link for link in links if not (root / link).exists()] == []


def test_every_make_command_it_names_exists(readme: str, root: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)\b", " ".join(re.findall(r"`[^`]+`|```.*?```", readme, re.DOTALL))))
    assert {"demo", "test"} <= named <= targets


def test_every_setting_it_names_exists(readme: str) -> None:
    named = set(re.findall(r"\b(?:NAUTOBOT|SEXTANT|DEMO)_[A-Z_]+\b", readme))
    assert {"NAUTOBOT_URL", "NAUTOBOT_TOKEN"} <= named <= KEYS | TESTS


def test_every_command_it_names_is_understood(readme: str) -> None:
    from chainlit_app.cli import _parser

    usage = _parser().format_help()
    for command in set(re.findall(r"\bsextant (ask|tools|doctor|chat|[a-z]+)\b(?= |`|\"|$)", " ".join(_code(readme)))):
        assert f"    {command} " in usage
    assert "--json" in readme
    assert "--csv" in readme


def test_it_names_every_command_of_the_page(readme: str) -> None:
    from chainlit_app.page.commands import NAMES

    assert [name for name in NAMES if f"`/{name}`" not in readme] == []


def test_the_settings_of_another_client_are_json(readme: str) -> None:
    (block,) = re.findall(r"```json\n(.*?)```", readme, re.DOTALL)
    server = json.loads(block)["mcpServers"]["sextant"]
    assert server["args"] == ["tools"]
    assert set(server["env"]) <= KEYS


def test_a_query_edited_as_it_says_gives_a_column(readme: str, root: Path, sextant: Run, tmp_path: Path) -> None:
    assert "cp graphql/devices_by_location.graphql my-queries/" in readme
    assert "Add `serial`" in readme
    text = (root / "graphql" / "devices_by_location.graphql").read_text(encoding="utf-8")
    (tmp_path / "devices_by_location.graphql").write_text(text.replace("    id\n", "    id serial\n", 1), "utf-8")
    done = sextant("ask", "Which devices are at NYC01?", "--json", SEXTANT_QUERIES=str(tmp_path))
    assert "serial" in json.loads(done.stdout)["sources"][0]["columns"]


def test_questions_to_try_are_answered(readme: str, sextant: Run) -> None:
    tried = re.search(r"## Questions to try\n\n(.*?)\n\n\[", readme, re.DOTALL)
    assert tried
    first = [re.sub(r"\*.*", "", line).removeprefix("- ").strip() for line in tried[1].splitlines()]
    done = sextant("ask", *first, "--json")
    outcomes = {turn["question"]: turn["outcome"] for turn in map(json.loads, done.stdout.splitlines())}
    assert set(outcomes.values()) <= {"answered", "ambiguous"}, outcomes
    assert list(outcomes.values()).count("ambiguous") == 1


def test_lock_files_hold_names_versions_and_hashes_only(root: Path) -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (root / name).read_text(encoding="utf-8")
        assert "://" not in text
        for line in text.splitlines():
            assert re.match(r"#|[a-z0-9.\[\]-]+==\S+( ; .*)? \\$|    --hash=sha256:[0-9a-f]{64}( \\)?$", line), line


def test_the_lock_fits_what_the_project_asks_for(root: Path) -> None:
    locked = set(
        re.findall(r"^([a-z0-9.-]+)(?:\[[a-z]+\])?==", (root / "requirements-dev.txt").read_text(), re.MULTILINE)
    )
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    asked = re.findall(r'^\s+"([a-z0-9-]+)(?:\[[a-z]+\])?>=', text, re.MULTILINE)
    assert len(asked) > 15
    assert set(asked) <= locked


def _code(text: str) -> list[str]:
    return re.findall(r"```\n(.*?)```", text, re.DOTALL) + re.findall(r"`([^`\n]+)`", text)
