"""MCP over HTTP as other programs see it: the protocol's own conformance suite and its Inspector."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tools.catalog import CATALOG

EXPECTED = Path(__file__).parent.parent / "outside" / "conformance.yml"


@pytest.mark.conformance
def test_every_scenario_passes_that_needs_nothing_made_for_the_suite(running: Any, tmp_path: Path) -> None:
    suite = os.environ["SEXTANT_MCP_CONFORMANCE"]
    command = [suite, "server", "--url", f"{running.url}/mcp", "--requirements", "2025-11-25"]
    command += ["--expected-failures", str(EXPECTED), "--timeout", "60000", "-o", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert "Baseline check passed" in done.stdout


def _inspect(url: str, cwd: Path, *arguments: str) -> Any:
    inspector = os.environ["SEXTANT_MCP_INSPECTOR"]
    command = [inspector, "--cli", f"{url}/mcp", "--transport", "http", *arguments, "--format", "json"]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=180, check=False)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)["result"]


@pytest.mark.inspector
def test_the_inspector_lists_the_tools_and_the_loop(running: Any, tmp_path: Path) -> None:
    tools = _inspect(running.url, tmp_path, "--method", "tools/list")["tools"]
    assert [tool["name"] for tool in tools] == [*CATALOG, "llm_chat"]
    assert all(tool["outputSchema"]["type"] == "object" for tool in tools)


@pytest.mark.inspector
def test_the_inspector_asks_a_question_and_gets_an_answer_with_sources(running: Any, tmp_path: Path) -> None:
    call = ["--method", "tools/call", "--tool-name", "llm_chat", "--tool-arg", "question=Which devices are at NYC01?"]
    result = _inspect(running.url, tmp_path, *call)
    answer = result["structuredContent"]
    assert not result.get("isError")
    assert (answer["outcome"], answer["not_found"]) == ("answered", [])
    assert answer["sources"][0]["total"] > 0
    assert "[1]" in result["content"][0]["text"]
