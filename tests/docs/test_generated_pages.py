"""The pages that are made from the code are current and complete."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

from chainlit_app.cli import _parser
from tools.catalog import CATALOG


def text_of(root: Path, name: str) -> str:
    return (root / "docs" / name).read_text(encoding="utf-8")


def classes(root: Path) -> dict[str, list[str]]:
    """Return the fields of every class of settings in the product, read from the source."""
    found = {}
    for package in ("chainlit_app", "tools", "sextant"):
        for file in sorted((root / package).rglob("*.py")):
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and any(
                    ast.unparse(base) == "LayeredSettings" for base in node.bases
                ):
                    fields = [one for one in node.body if isinstance(one, ast.AnnAssign)]
                    names = [one.target.id for one in fields if isinstance(one.target, ast.Name)]
                    found[node.name] = [name.upper() for name in names if not name.startswith("_")]
    return found


def test_every_page_made_from_the_code_is_current(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, root / "scripts" / "pages" / "generate.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_page_that_is_not_current_is_named(root: Path, tmp_path: Path) -> None:
    for name in ("scripts", "chainlit_app", "tools", "sextant", ".env.example"):
        (tmp_path / name).symlink_to(root / name)
    (tmp_path / "docs").mkdir()
    for file in (root / "docs").iterdir():
        (tmp_path / "docs" / file.name).write_bytes(file.read_bytes())
    page = tmp_path / "docs" / "tools.md"
    page.write_text(page.read_text(encoding="utf-8").replace("find_prefix", "find_prefixes"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, root / "scripts" / "pages" / "generate.py", "--check", tmp_path / "docs"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "tools.md" in done.stdout
    assert "commands.md" not in done.stdout


def test_every_setting_is_on_the_page_of_settings_with_what_it_is_and_what_is_allowed(root: Path) -> None:
    found = classes(root)
    assert {"ToolSettings", "AppSettings", "AccessSettings", "ServiceSettings"} <= set(found)
    keys = {key for fields in found.values() for key in fields}
    rows = dict(re.findall(r"^\| `([A-Z_0-9]+)` \| (.+) \|$", text_of(root, "configuration.md"), re.MULTILINE))
    assert set(rows) == keys | {"SEXTANT_CONFIG"}
    for key, row in rows.items():
        cells = row.split(" | ")
        assert len(cells) == 3, key
        assert all(cells), key


def test_every_tool_and_argument_is_on_the_page_of_tools(root: Path) -> None:
    sections = re.split(r"^## ", text_of(root, "tools.md"), flags=re.MULTILINE)
    told = {section.split(" ")[0]: section for section in sections}
    for name, entry in CATALOG.items():
        assert entry.title in told[name]
        for argument, schema in entry.input_schema["properties"].items():
            row = re.search(rf"^\| `{argument}`( \*\*required\*\*)? \|", told[name], re.MULTILINE)
            assert row, f"{name}: {argument}"
            assert bool(row[1]) == (argument in entry.input_schema.get("required", ()))
            assert schema.get("description", "").split(",")[0].split("|")[0].strip(" *") in told[name].replace(
                "&#42;", "*"
            )


def test_every_command_and_option_is_on_the_page_of_commands(root: Path) -> None:
    page = text_of(root, "commands.md")
    (commands,) = (action for action in _parser()._actions if action.dest == "==SUPPRESS==" or action.choices)
    assert commands.choices
    for name, parser in commands.choices.items():
        assert f"## `sextant {name}`" in page
        for action in parser._actions:
            for option in action.option_strings:
                assert option in ("-h", "--help") or option in page, f"{name} {option}"


def test_every_route_is_on_the_page_of_routes(root: Path) -> None:
    document = json.loads(text_of(root, "openapi.json"))
    page = text_of(root, "http-reference.md")
    assert {"/healthz", "/readyz", "/tools", "/tools/invoke", "/query"} <= set(document["paths"])
    for path, methods in document["paths"].items():
        for method in methods:
            assert f"## `{method.upper()} {path}`" in page
