"""A new tool, made literally as CONTRIBUTING.md says, works."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

COPIED = ("tools", "graphql")  # what the page changes; all else is as it is


@pytest.fixture(scope="module")
def steps(documentation: dict[str, str]) -> dict[str, str]:
    """Return what the page tells to write, by the file that it names."""
    text = documentation["CONTRIBUTING.md"]
    part = text[text.index("## A new tool in ten minutes") : text.index("## What we hold to")]
    return dict(re.findall(r"^\*\*\d\. [^`]+`([a-z][^`]+)`.*?^```\w+\n(.*?)^```", part, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def copy(root: Path, steps: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project in which the page was followed."""
    folder = tmp_path_factory.mktemp("project")
    for name in COPIED:
        shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("chainlit_app", "sextant", "sextant_client", "demo_fixtures", "pyproject.toml"):
        (folder / name).symlink_to(root / name)
    (folder / "tests" / "server").mkdir(parents=True)
    for name in ("conftest.py", "server/conftest.py"):
        (folder / "tests" / name).write_bytes((root / "tests" / name).read_bytes())
    for name, text in steps.items():
        if name == "tools/catalog.py":
            imported, line = text.splitlines()
            catalog = (folder / name).read_text(encoding="utf-8")
            last = catalog.index("\n}\n", catalog.index("FUNCTIONS"))
            (folder / name).write_text(f"{imported}\n{catalog[: last + 1]}{line}{catalog[last:]}", encoding="utf-8")
        else:
            assert not (root / name).exists(), f"{name} is there already: the page needs another example"
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    env = {**os.environ, "PYTHONPATH": str(folder), "DEMO_MODE": "true"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_the_page_names_the_files_of_a_tool(steps: dict[str, str]) -> None:
    assert list(steps)[:3] == ["graphql/tenants.graphql", "tools/tenants.py", "tools/catalog.py"]
    assert list(steps)[-1] == "tests/server/test_tenants.py"


def test_the_test_that_the_page_gives_passes(copy: Path) -> None:
    done = run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/server/test_tenants.py")
    assert "2 passed" in done.stdout, done.stdout[-2000:] + done.stderr[-1000:]


def test_the_server_lists_it_last_with_its_title_and_arguments(copy: Path) -> None:
    code = "import json, tools.server as s, tools.catalog as c; print(s.described(list(c.CATALOG.values())[-1]).model_dump_json())"
    done = run(copy, "-c", code)
    tool = json.loads(done.stdout)
    assert (tool["name"], tool["title"]) == ("get_tenants", "Tenants")
    assert set(tool["inputSchema"]["properties"]) == {"name", "limit"}


def test_what_the_page_writes_passes_the_linter_and_the_types(copy: Path) -> None:
    for check in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy", "--strict", "--follow-imports=silent"]):
        done = run(copy, "-m", *check, "tools/tenants.py")
        assert done.returncode == 0, done.stdout + done.stderr
