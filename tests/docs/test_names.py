"""The documentation names no command, setting, route, tool, file or make command that does not exist."""

import json
import re
from pathlib import Path

import pytest

from chainlit_app.cli import _parser
from sextant.telemetry.request import META_KEY
from tools.catalog import CATALOG
from tools.models import ToolAnswer
from tools.server import FRESH, RESULTS, TURN

MADE = {"docs/configuration.md", "docs/tools.md", "docs/commands.md", "docs/http-reference.md"}  # from the code itself
OF_TESTS = {
    "NAUTOBOT_TEST_URL",
    "NAUTOBOT_TEST_TOKEN",
    "SEXTANT_TEST_POSTGRES",
    "SEXTANT_MCP_INSPECTOR",
    "SEXTANT_TEST_ALL",
}
OF_NAUTOBOT = {"NAUTOBOT_CONFIG"}
# Routes of the service that its OpenAPI document leaves out: the protocol's own, and the document itself.
UNLISTED = re.compile(r"/(mcp|openapi\.json|docs|metrics|\.well-known/oauth-protected-resource(/mcp)?)?")
KEYS = {FRESH, META_KEY, RESULTS, TURN}  # of a call's _meta, which look like files in sextant/
TOOLS = re.compile(r"`((?:get|find|search|export|compare|count|analyze)_[a-z_]+)`")


def keys(root: Path) -> set[str]:
    """Return every setting; that .env.example and the classes agree is a test of its own."""
    text = (root / ".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))


def code_of(text: str) -> list[str]:
    """Return what stands as code in a page: blocks, and words in backticks."""
    blocks = re.findall(r"^```[^\n]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return blocks + re.findall(r"`([^`\n]+)`", rest)


def test_every_setting_that_is_named_exists(documentation: dict[str, str], root: Path) -> None:
    known = keys(root) | OF_TESTS | OF_NAUTOBOT
    named = {
        (page, key)
        for page, text in documentation.items()
        for key in re.findall(r"\b(?:NAUTOBOT|SEXTANT|DEMO|AUTH)_[A-Z_]*[A-Z]\b", text)
    }
    assert len(named) > 40
    assert sorted(f"{page}: {key}" for page, key in named if key not in known) == []


def test_every_command_that_is_named_exists(documentation: dict[str, str]) -> None:
    (below,) = (action for action in _parser()._actions if action.choices)
    assert below.choices
    known = set(below.choices)
    named = {
        (page, word)
        for page, text in documentation.items()
        for code in code_of(text)
        for word in re.findall(r"(?:^|[\s/])sextant ([a-z]+)\b", code)
    }
    assert {"chat", "ask", "tools", "doctor", "serve"} <= {word for _, word in named}
    assert sorted(f"{page}: sextant {word}" for page, word in named if word not in known) == []


def test_every_option_that_is_named_exists(documentation: dict[str, str]) -> None:
    (below,) = (action for action in _parser()._actions if action.choices)
    assert below.choices
    wrong, seen = [], 0
    for page, text in documentation.items():
        for code in code_of(text):
            for line in code.splitlines():
                for name, rest in re.findall(r"(?:^|[\s/])sextant ([a-z]+)\b([^|&#]*)", line):
                    if name not in below.choices:
                        continue
                    known = _options(below.choices[name])
                    for option in re.findall(r"(?<=\s)--[a-z][a-z-]+", re.sub(r'"[^"]*"', "", rest)):
                        seen += 1
                        if option not in known:
                            wrong.append(f"{page}: sextant {name} {option}")
    assert wrong == []
    assert seen > 5


def _options(parser: "object") -> set[str]:
    found: set[str] = set()
    for action in parser._actions:  # type: ignore[attr-defined]
        found.update(action.option_strings)
        if isinstance(action.choices, dict):
            for one in action.choices.values():
                found |= _options(one)
    return found


def test_every_make_command_that_is_named_exists(documentation: dict[str, str], root: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        (page, target)
        for page, text in documentation.items()
        for code in code_of(text)
        for target in re.findall(r"(?:^|\s)(?<!keys )make ([a-z]+)\b", code)
    }
    assert {"demo", "test", "docs", "audit"} <= {target for _, target in named}
    assert sorted(f"{page}: make {target}" for page, target in named if target not in targets) == []


def test_every_route_that_is_named_exists(documentation: dict[str, str], root: Path) -> None:
    document = json.loads((root / "docs" / "openapi.json").read_text(encoding="utf-8"))
    known = [
        re.compile(re.sub(r"\{[a-z_]+\}", r"[^/\\s]+", re.escape(path).replace(r"\{", "{").replace(r"\}", "}")))
        for path in document["paths"]
    ]
    wrong, seen = [], 0
    for page, text in documentation.items():
        if page in MADE:
            continue
        urls = re.findall(r"(?:localhost|127\.0\.0\.1):7001(/[^\s'\"`?)>]*)", text)
        named = re.findall(r"`(?:(?:GET|POST|DELETE|PUT) )(/[a-zA-Z][^`\s?]*)`", text)
        for path in {*urls, *named}:
            seen += 1
            if not UNLISTED.fullmatch(path) and not any(one.fullmatch(path) for one in known):
                wrong.append(f"{page}: {path}")
    assert wrong == []
    assert seen > 5


def test_every_tool_that_is_named_exists(documentation: dict[str, str]) -> None:
    named = {(page, name) for page, text in documentation.items() for name in TOOLS.findall(text)}
    arguments = {argument for entry in CATALOG.values() for argument in entry.input_schema["properties"]}
    assert {name for _, name in named} >= set(CATALOG)
    assert sorted(f"{page}: {name}" for page, name in named if name not in arguments | set(CATALOG)) == []


def test_every_field_of_an_answer_is_told(documentation: dict[str, str]) -> None:
    told = documentation["docs/mcp.md"]
    assert [name for name in ToolAnswer.model_fields if f"`{name}`" not in told] == []
    outcomes = ToolAnswer.model_fields["outcome"].annotation
    assert [one for one in outcomes.__args__ if f"`{one}`" not in told] == []  # type: ignore[union-attr]


def test_every_key_of_a_call_is_told(documentation: dict[str, str]) -> None:
    assert [key for key in KEYS if f"`{key}`" not in documentation["docs/mcp.md"]] == []


def test_every_file_that_is_named_exists(documentation: dict[str, str], root: Path) -> None:
    folders = (
        "chainlit_app|tools|sextant|sextant_client|graphql|demo_fixtures|docs|deploy|scripts|tests|benchmarks|evals"
    )
    named = {
        (page, path.rstrip("/"))
        for page, text in documentation.items()
        for path in re.findall(rf"`((?:{folders})/[\w./-]*)`", text)
    }
    # Files that the page tells its reader to write; that it works is a test of its own.
    written = set(re.findall(r"^\*\*\d\. [^`]+`([^`]+)`", documentation["CONTRIBUTING.md"], re.MULTILINE))
    assert len(named) > 10
    assert (
        sorted(
            f"{page}: {path}"
            for page, path in named - {("CONTRIBUTING.md", one) for one in written}
            if path not in KEYS and not (root / path).exists()
        )
        == []
    )


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "CODE_OF_CONDUCT.md"])
def test_every_link_at_the_front_leads_to_a_file_and_a_heading(
    documentation: dict[str, str], root: Path, page: str
) -> None:
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", documentation[page]) if "://" not in link]
    for link in links:
        path, _, anchor = link.partition("#")
        assert not path or (root / path).exists(), link
        if anchor:
            text = documentation[path or page]
            headings = [re.sub(r"[^\w -]", "", line.lower()) for line in re.findall(r"^#+ (.+)$", text, re.MULTILINE)]
            assert anchor in [heading.strip().replace(" ", "-") for heading in headings], link
