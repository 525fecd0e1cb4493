"""Who may know what: each big library has its one place, and the processes share only their contract."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

ONLY_HERE = {
    "chainlit": ("chainlit_app/app.py", "chainlit_app/page/"),
    "litellm": ("chainlit_app/llm.py",),
    "mcp": ("chainlit_app/toolbox.py", "tools/server.py"),
    "gql": ("tools/nautobot.py", "tools/demo.py", "tools/live.py"),
}
SHARED = {"tools.models", "tools.settings", "tools.csv_text"}
PURE = (
    "agent",
    "archive",
    "calls",
    "check",
    "compare",
    "conversation",
    "wording",
    "arguments",
    "streaming",
    "model_trouble",
    "turn",
    "offline",
    "pictures",
)


def imports(file: Path) -> Iterator[str]:
    """Yield every module a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute, for chainlit loads app.py outside its package"
            yield node.module or ""
            yield from (f"{node.module}.{name.name}" for name in node.names)


def sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("library", ONLY_HERE)
def test_a_library_is_known_in_its_place_only(library):
    places = ONLY_HERE[library]
    strangers = [
        name
        for file in sources("chainlit_app") + sources("tools")
        if not (name := file.relative_to(ROOT).as_posix()).startswith(places)
        and any(module.split(".")[0] == library for module in imports(file))
    ]
    assert strangers == []


def test_the_host_knows_only_the_contract_of_the_tools():
    known = {module for file in sources("chainlit_app") for module in imports(file) if module.startswith("tools")}
    assert {".".join(module.split(".")[:2]) for module in known} - {"tools"} <= SHARED


def test_the_tools_know_nothing_of_the_host():
    assert [file for file in sources("tools") if any(m.startswith("chainlit_app") for m in imports(file))] == []


@pytest.mark.parametrize("module", PURE)
def test_the_loop_and_its_words_load_no_big_library(module):
    code = (
        f"import sys, chainlit_app.{module}\n"
        "print({'chainlit', 'litellm', 'mcp', 'httpx', 'gql', 'pandas'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert said.stdout.strip() == "set()"


def test_opening_a_host_does_not_import_litellm():
    code = "import sys, chainlit_app.host; print('litellm' in sys.modules)"
    said = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert said.stdout.strip() == "False"
