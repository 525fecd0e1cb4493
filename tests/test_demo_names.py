"""The demo network is data: no program and no prompt knows a name of it."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.catalog import CATALOG

ROOT = Path(__file__).parent.parent
PROMPT = ROOT / "chainlit_app" / "prompts" / "system.md"
FILES = [
    *sorted((ROOT / "tools").glob("*.py")),
    *sorted((ROOT / "chainlit_app").glob("*.py")),
    *sorted((ROOT / "chainlit_app" / "page").glob("*.py")),
]


def names() -> Iterator[str]:
    """Yield codes of sites and the names of devices and providers; countries and roles are words of the world."""
    for kind in ("locations", "providers", "devices"):
        at = ROOT / "demo_fixtures" / kind
        for file in at.glob("*.json") if at.is_dir() else [at.with_suffix(".json")]:
            for row in json.loads(file.read_text(encoding="utf-8")):
                if kind != "locations" or re.search("[0-9]", row["name"]):
                    yield row["name"]


def texts(file: Path) -> Iterator[str]:
    """Yield every text of a program that is no docstring."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    spoken = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken:
            yield node.value


@pytest.fixture(scope="module")
def known() -> set[str]:
    found = set(names())
    assert len(found) > 1000
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_no_program_knows_a_name_of_the_demo_network(file: Path, known: set[str]) -> None:
    words = {word for text in texts(file) for word in re.findall(r"[\w-]+", text)}
    assert not words & known
    assert not [name for name in known if " " in name and any(name in text for text in texts(file))]


def test_no_model_is_told_a_name_of_the_demo_network(known: set[str]) -> None:
    told = PROMPT.read_text(encoding="utf-8") + json.dumps([[e.description, e.input_schema] for e in CATALOG.values()])
    assert not set(re.findall(r"[\w-]+", told)) & known
