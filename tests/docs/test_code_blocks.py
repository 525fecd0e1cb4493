"""Every block of code in the documentation is run, or read by what would run it."""

import ast
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

BIN = Path(sys.executable).parent
SHELL = ("bash", "sh")
KINDS = {
    "",
    "bash",
    "sh",
    "ini",
    "python",
    "json",
    "yaml",
    "toml",
    "text",
    "stage",
    "graphql",
    "nginx",
    "promql",
    "http",
}
# What a block may do and still be run here: it starts nothing that stays, and asks no other machine.
CHEAP = re.compile(r"(sextant (ask|read|doctor|audit (show|verify)|tools --list|--version)|mkdir|cp|echo)\b")
ASSIGNED = re.compile(r"^(?:[A-Z_]+=\S+ )+")
OF_CHAINLIT = {"CHAINLIT_URL", "CHAINLIT_AUTH_SECRET"}  # its own, which the page reads


def commands(text: str) -> list[str]:
    """Return the commands of a block, each on one line."""
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [line for line in (line.split("   #")[0].strip() for line in lines) if line and not line.startswith("#")]


def bare(command: str) -> str:
    """Return a command without the settings in front of it and the folder of its program."""
    return re.sub(r"^\S*/bin/", "", ASSIGNED.sub("", command))


def is_cheap(command: str) -> bool:
    return bool(CHEAP.match(bare(command))) and "NAUTOBOT_URL" not in command and "SEXTANT_MODEL" not in command


def surroundings(home: Path, **settings: str) -> dict[str, str]:
    """Return an environment without the settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(("LANG", "COV"))}
    return {**kept, "PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(home), "SEXTANT_HISTORY": "off", **settings}


def test_every_block_is_of_a_kind_that_is_checked(all_blocks: list[Any]) -> None:
    assert [f"{block}: {block.kind}" for block in all_blocks if block.kind not in KINDS] == []


def test_every_block_of_data_can_be_read(all_blocks: list[Any]) -> None:
    read = {"json": json.loads, "yaml": lambda text: list(yaml.safe_load_all(text)), "toml": tomllib.loads}
    seen = set()
    for block in all_blocks:
        if block.kind in read:
            seen.add(block.kind)
            try:
                read[block.kind](block.text)
            except ValueError as wrong:
                pytest.fail(f"{block}: {wrong}")
            except yaml.YAMLError as wrong:
                pytest.fail(f"{block}: {wrong}")
    assert {"json", "yaml"} <= seen


def test_every_block_of_settings_has_lines_of_keys_that_exist(all_blocks: list[Any], root: Path) -> None:
    text = (root / ".env.example").read_text(encoding="utf-8")
    known = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE)) | OF_CHAINLIT
    found = [(block, line) for block in all_blocks if block.kind == "ini" for line in block.text.splitlines() if line]
    assert [f"{block}: {line}" for block, line in found if line.partition("=")[0] not in known] == []


def test_every_block_of_python_compiles_and_imports_what_is_there(all_blocks: list[Any]) -> None:
    found = [block for block in all_blocks if block.kind == "python"]
    assert found
    for block in found:
        tree = ast.parse(block.text, str(block))
        imports = "\n".join(ast.unparse(one) for one in tree.body if isinstance(one, ast.Import | ast.ImportFrom))
        done = subprocess.run([sys.executable, "-P", "-c", imports], capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{block}: {done.stderr[-500:]}"


def test_every_block_of_shell_is_shell(all_blocks: list[Any]) -> None:
    found = [block for block in all_blocks if block.kind in SHELL]
    assert found
    for block in found:
        done = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{block}: {done.stderr}"


def test_every_command_of_ours_in_a_block_is_understood(all_blocks: list[Any]) -> None:
    from chainlit_app.cli import _parser

    parser, seen = _parser(), 0
    for block in all_blocks:
        if block.kind not in (*SHELL, ""):
            continue
        for command in commands(block.text):
            line = bare(command)
            if line.split()[:1] != ["sextant"]:
                continue
            words = [word for word in shlex.split(re.split(r" [|>&]", line)[0], comments=True)]
            seen += 1
            try:
                parser.parse_args(words[1:])
            except SystemExit as ended:
                assert ended.code == 0, f"{block}: {command}"  # --version and --help end like that
    assert seen > 15


def test_every_block_that_asks_the_demo_network_runs(all_blocks: list[Any], root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / "graphql", tmp_path / "graphql")
    run: list[str] = []
    for block in sorted(all_blocks, key=lambda block: "sextant ask" not in block.text):  # what is asked is recorded
        if block.kind in SHELL and (found := commands(block.text)) and all(is_cheap(one) for one in found):
            script = "\n".join(re.sub(r"\S*/bin/sextant", "sextant", one) for one in found)
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", script],
                cwd=tmp_path,
                env=surroundings(tmp_path, DEMO_MODE="true"),
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            assert done.returncode == 0, f"{block}: {done.stdout[-500:]}{done.stderr[-1500:]}"
            run.append(str(block))
    assert len(run) >= 2


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a service that answers from the demo network, in a folder of its own."""
    folder = tmp_path_factory.mktemp("service")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"DEMO_MODE": "true", "SEXTANT_SERVE_PORT": str(port)}
    with subprocess.Popen([BIN / "sextant", "serve"], cwd=folder, env=surroundings(folder, **settings)) as process:
        try:
            _wait(f"http://127.0.0.1:{port}/readyz", process)
            yield f"127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < until:
        try:
            urllib.request.urlopen(url, timeout=10).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"The service did not get ready at {url}.")


def test_every_request_by_curl_is_answered(all_blocks: list[Any], service: str, tmp_path: Path) -> None:
    """Keys, tokens and names that a page leaves to its reader are variables there: without a login nobody looks at them."""
    asked = 0
    for block in all_blocks:
        if block.kind not in SHELL or "curl" not in block.text:
            continue
        script = re.sub(r"(localhost|127\.0\.0\.1):7001", service, "\n".join(_without_waiting(block.text)))
        asked += script.count("curl ")
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=tmp_path,
            env=surroundings(tmp_path, KEY="0", TOKEN="0"),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{block}: {done.stdout[-1000:]}{done.stderr[-1000:]}"
        assert "urn:sextant:problem" not in done.stdout, f"{block}: {done.stdout[-1000:]}"
    assert asked >= 5


def test_every_program_in_python_runs(all_blocks: list[Any], service: str, tmp_path: Path) -> None:
    ran = 0
    for block in all_blocks:
        if block.kind != "python" or block.page == "CONTRIBUTING.md":  # those are parts of a tool: test_new_tool.py
            continue
        done = subprocess.run(
            [sys.executable, "-P", "-c", re.sub(r"(localhost|127\.0\.0\.1):7001", service, block.text)],
            cwd=tmp_path,
            env=surroundings(tmp_path),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{block}: {done.stdout[-500:]}{done.stderr[-1500:]}"
        assert done.stdout
        ran += 1
    assert ran >= 2


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/metrics"])
def test_what_the_openapi_document_leaves_out_is_served_too(service: str, path: str) -> None:
    with urllib.request.urlopen(f"http://{service}{path}", timeout=30) as answer:
        assert answer.status == 200


def _without_waiting(text: str) -> list[str]:
    """Return the commands of a block that are requests; those that keep a terminal are started by the test itself."""
    return [one for one in commands(text) if not bare(one).startswith(("sextant serve", "sextant chat"))]


def test_each_tool_answers_the_question_that_its_page_gives(root: Path, tmp_path: Path) -> None:
    page = (root / "docs" / "tools.md").read_text(encoding="utf-8")
    asked = dict(re.findall(r"^\| \[`(\w+)`\]\(#\w+\) \| .+ \| \*(.+)\* \|$", page, re.MULTILINE))
    questions = [one for question in asked.values() for one in question.split(" Then: ")]
    done = subprocess.run(
        [BIN / "sextant", "ask", "--json", *questions],
        cwd=tmp_path,
        env=surroundings(tmp_path, DEMO_MODE="true"),
        capture_output=True,
        text=True,
        check=False,
    )
    turns = {turn["question"]: turn for turn in map(json.loads, done.stdout.splitlines())}
    assert len(asked) > 10
    for tool, question in asked.items():
        turn = turns[question.split(" Then: ")[-1]]
        assert (turn["outcome"], tool in {step["tool"] for step in turn["steps"]}) == ("answered", True), turn["answer"]
