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
    "mcp": (
        *("chainlit_app/toolbox.py", "chainlit_app/tool_server.py", "tools/server.py", "tools/contents.py"),
        "sextant/service/mcp",
    ),
    "gql": ("tools/nautobot.py", "tools/demo.py", "tools/live.py"),
    "starlette": ("chainlit_app/page/", "sextant/service/"),
    "fastapi": ("chainlit_app/page/", "sextant/service/"),
    "uvicorn": ("sextant/service/run.py", "sextant/service/connections.py"),
    "sqlalchemy": ("chainlit_app/history/", "sextant/audit/", "sextant/access/"),
    "argon2": ("chainlit_app/passwords.py",),
    "jwt": ("sextant/access/bearer.py", "chainlit_app/page/identity.py"),  # which checks Chainlit's own cookie
    "limits": ("sextant/access/rates.py",),
    "redis": ("sextant/access/rates.py",),
    "xlsxwriter": ("tools/workbook.py",),
    "plotly": (),
    "numpy": ("tools/ipam/",),
    "structlog": ("sextant/telemetry/lines.py",),
    "prometheus_client": ("sextant/telemetry/prometheus.py",),
    "opentelemetry": ("sextant/telemetry/otel.py",),
}
SHARED = {
    "tools.models",
    "tools.settings",
    "tools.csv_text",
    "tools.json_text",
    "tools.workbook",
    "tools.pictures",
    "tools.amounts",
}
BIG = {"chainlit", "starlette", "litellm", "mcp", "httpx", "gql", "pandas", "numpy", "sqlalchemy", "argon2", "plotly"}
BIG |= {"structlog", "prometheus_client", "opentelemetry"}


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
        for file in sources("chainlit_app") + sources("tools") + sources("sextant") + sources("sextant_client")
        if not (name := file.relative_to(ROOT).as_posix()).startswith(places)
        and any(module.split(".")[0] == library for module in imports(file))
    ]
    assert strangers == []


def test_the_host_knows_only_the_contract_of_the_tools():
    known = {module for file in sources("chainlit_app") for module in imports(file) if module.startswith("tools")}
    assert {".".join(module.split(".")[:2]) for module in known} - {"tools"} <= SHARED


def test_the_tools_know_nothing_of_the_host():
    assert [file for file in sources("tools") if any(m.startswith("chainlit_app") for m in imports(file))] == []


def test_telemetry_knows_nobody_whom_it_serves_and_is_all_that_the_tools_know_of_the_service():
    known = {module for file in sources("sextant/telemetry") for module in imports(file)}
    assert {module for module in known if module.startswith(("chainlit_app", "tools", "sextant"))} == {
        module for module in known if module.startswith("sextant.telemetry")
    }
    of_tools = {module for file in sources("tools") for module in imports(file) if module.startswith("sextant")}
    assert all(module.startswith("sextant.telemetry") for module in of_tools)


def test_only_the_command_knows_the_service():
    strangers = {
        file.relative_to(ROOT).as_posix()
        for file in sources("chainlit_app") + sources("tools") + sources("sextant") + sources("sextant_client")
        if file.parent.name != "service" and any(module.startswith("sextant.service") for module in imports(file))
    }
    assert strangers == {"chainlit_app/cli.py"}


def test_a_client_of_the_service_knows_nothing_of_it():
    ours = ("chainlit_app", "tools", "sextant.")
    assert [file for file in sources("sextant_client") if any(m.startswith(ours) for m in imports(file))] == []


def test_only_the_app_and_the_commands_that_start_and_examine_it_know_the_page():
    strangers = {
        file.relative_to(ROOT).as_posix()
        for file in sources("chainlit_app")
        if file.parent.name != "page" and any(module.startswith("chainlit_app.page") for module in imports(file))
    }
    assert strangers == {"chainlit_app/app.py", "chainlit_app/cli.py", "chainlit_app/doctor.py"}


def is_pure(file: Path) -> bool:
    """Say whether a module says of itself that it is pure."""
    said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return " Pure" in said.split("\n")[0]


def loaded(code: str) -> str:
    """Return what a program of its own prints."""
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout.strip()


def test_what_says_that_it_is_pure_loads_no_big_library():
    files = [file for folder in ("chainlit_app", "tools") for file in sources(folder) if is_pure(file)]
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files]
    parts = (
        "agent",
        "archive",
        "check.checking",
        "compare",
        "export",
        "history.where",
        "limits",
        "pictures",
        "turn",
    )
    assert {f"chainlit_app.{part}" for part in parts} <= set(names)
    code = f"""
import importlib, sys
for name in {names}:
    importlib.import_module(name)
    if found := {BIG} & set(sys.modules):
        sys.exit(print(name, "loads", found))
"""
    assert loaded(code) == ""


@pytest.mark.parametrize(
    ("module", "allowed"),
    [
        ("cli", set()),
        ("asking", {"mcp", "starlette", "httpx"}),  # mcp brings the other two
        ("history.chats", {"sqlalchemy"}),
        ("host", {"mcp", "starlette", "httpx"}),
    ],
)
def test_a_command_loads_no_more_than_it_needs(module, allowed):
    assert loaded(f"import sys, chainlit_app.{module}; print(*({BIG} & set(sys.modules) - {allowed or set()}))") == ""


def test_the_tool_server_starts_without_what_only_some_tools_count_with():
    assert loaded("import sys, tools.server; print(*({'pandas', 'numpy'} & set(sys.modules)))") == ""
