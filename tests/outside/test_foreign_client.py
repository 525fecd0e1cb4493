"""The tool server as another program's MCP client sees it: the MCP Inspector, over stdio."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools.catalog import CATALOG

pytestmark = pytest.mark.inspector


def _inspect(cwd: Path, *arguments: str) -> Any:
    inspector = os.environ["SEXTANT_MCP_INSPECTOR"]
    command = [inspector, "--cli", sys.executable, "-P", "-m", "tools", *arguments, "--format", "json"]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=180, check=False)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)["result"]


def test_it_lists_the_tools_with_schemas(tmp_path: Path) -> None:
    tools = _inspect(tmp_path, "--method", "tools/list")["tools"]
    assert [tool["name"] for tool in tools] == list(CATALOG)
    for tool in tools:
        assert tool["inputSchema"]["type"] == "object"
        assert tool["outputSchema"]["type"] == "object"
        assert tool["annotations"]["readOnlyHint"] is True


def test_it_calls_a_tool_and_reads_all_rows(tmp_path: Path) -> None:
    call = ["--method", "tools/call", "--tool-name", "get_devices_by_location", "--tool-arg", "location=nyc01"]
    result = _inspect(tmp_path, *call)
    answer = result["structuredContent"]
    assert not result.get("isError")
    assert answer["outcome"] == "found"
    assert answer["total"] == len(answer["rows"])
    assert "Rows: " in result["content"][0]["text"]


def test_it_is_told_of_an_unknown_name_as_an_error(tmp_path: Path) -> None:
    call = ["--method", "tools/call", "--tool-name", "get_vlans_by_location", "--tool-arg", "location=Xqzzy99"]
    result = _inspect(tmp_path, *call)
    assert result["isError"] is True
    assert result["structuredContent"]["outcome"] == "unknown"
