"""The server as a process of its own."""

import asyncio
import json
import os
import select
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from tools.catalog import CATALOG
from tools.packaged import folder

COMMAND = [sys.executable, "-P", "-m", "tools"]
DEMO = {"DEMO_MODE": "true", "PATH": os.environ["PATH"]}


@asynccontextmanager
async def started(folder: Path, **env: str) -> AsyncIterator[ClientSession]:
    parameters = StdioServerParameters(command=COMMAND[0], args=COMMAND[1:], env={**DEMO, **env}, cwd=folder)
    async with asyncio.timeout(60), stdio_client(parameters) as (read, write), ClientSession(read, write) as client:
        await client.initialize()
        yield client


async def test_it_answers_over_standard_input_and_output(tmp_path: Path) -> None:
    async with started(tmp_path) as client:
        assert len((await client.list_tools()).tools) == len(CATALOG)
        result = await client.call_tool("get_prefixes_by_location", {"location": "nyc"})
        figures = await client.call_tool("analyze_prefixes_dataframe", {"location": "nyc"})

    assert result.structuredContent is not None
    assert result.structuredContent["source"]["mode"] == "demo"
    assert figures.structuredContent is not None
    assert figures.structuredContent["outcome"] == "found"


async def test_it_takes_its_settings_from_the_environment(tmp_path: Path) -> None:
    async with started(tmp_path, SEXTANT_ROWS_SHOWN="2") as client:
        result = await client.call_tool("get_prefixes_by_location", {"location": "nyc"})

    assert result.structuredContent is not None
    assert result.structuredContent["shown"] == 2


async def test_an_attribute_that_a_user_adds_to_a_query_shows_in_table_and_file(tmp_path: Path) -> None:
    query = (folder("graphql") / "devices_by_location.graphql").read_text(encoding="utf-8")
    (tmp_path / "devices_by_location.graphql").write_text(
        query.replace("    platform { name }", "    platform { name }\n    serial\n    tenant { name }"),
        encoding="utf-8",
    )
    async with started(tmp_path, SEXTANT_QUERIES=str(tmp_path)) as client:
        result = await client.call_tool("get_devices_by_location", {"location": "nyc"})
        assert result.structuredContent is not None
        file = await client.read_resource(result.structuredContent["csv_uri"])

    text = result.content[0].text  # type: ignore[union-attr]
    assert "serial | tenant" in text
    assert "serial,tenant" in file.contents[0].text.splitlines()[0]  # type: ignore[union-attr]


def test_a_setting_that_cannot_be_used_is_refused_at_the_start(tmp_path: Path) -> None:
    run = subprocess.run(
        COMMAND,
        check=False,
        env={**DEMO, "DEMO_MODE": "perhaps"},
        cwd=tmp_path,
        input="",
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert run.returncode == 2
    assert run.stdout == ""
    assert "DEMO_MODE" in run.stderr


LAST = 9  # the request that a test waits for
INITIALIZED = json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}) + "\n"


def request(number: int, method: str, **params: Any) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}) + "\n"


INITIALIZE = request(
    1, "initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo={"name": "test", "version": "1"}
)


@contextmanager
def listening(
    folder: Path, command: list[str]
) -> Iterator[tuple[subprocess.Popen[str], Callable[[str], dict[int, Any]]]]:
    """Start a server; what is returned beside it sends lines and gives the answers so far once the last one is there."""
    with subprocess.Popen(
        command,
        env=DEMO,
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as server:
        assert server.stdin is not None and server.stdout is not None
        stdin, stdout = server.stdin, server.stdout
        answers: dict[int, Any] = {}

        def ask(lines: str) -> dict[int, Any]:
            stdin.write(INITIALIZE + INITIALIZED + lines)
            stdin.flush()
            while LAST not in answers:
                message = json.loads(stdout.readline())
                answers[message.get("id", 0)] = message
            return answers

        yield server, ask


def test_its_output_is_nothing_but_the_protocol_and_it_ends_with_its_input(tmp_path: Path) -> None:
    with listening(tmp_path, COMMAND) as (server, ask):
        answers = ask("this is no JSON\n" + request(LAST, "tools/list"))
        rest, _ = server.communicate(timeout=30)

    assert len(answers[LAST]["result"]["tools"]) == len(CATALOG)
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in rest.splitlines())
    assert server.returncode == 0


def test_what_code_prints_goes_to_the_log_and_not_into_the_protocol(tmp_path: Path) -> None:
    (tmp_path / "noisy.py").write_text(
        "import anyio, os\n"
        "from tools.server import serve\n"
        "class Loading:\n"
        "    async def answering(self):\n"
        "        print('noise', flush=True)\n"
        "        os.system('echo noise of a shell')\n"
        "        raise RuntimeError\n"
        "    async def warm_up(self): pass\n"
        "    async def aclose(self): pass\n"
        "anyio.run(serve, Loading())\n",
        encoding="utf-8",
    )
    with listening(tmp_path, [sys.executable, "noisy.py"]) as (server, ask):
        answers = ask(request(LAST, "tools/call", name="get_circuits", arguments={}))
        rest, log = server.communicate(timeout=30)

    assert "noise" not in json.dumps(answers) + rest
    assert {"noise", "noise of a shell"} <= set(log.splitlines())


def test_it_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    # Both hold the writing end of a pipe: it reads as ended when neither is left.
    alive, held = os.pipe()
    parent = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen({COMMAND!r}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[{held}])\n"
        f"child.stdin.write({INITIALIZE!r}.encode()); child.stdin.flush()\n"
        "print(child.stdout.readline().decode(), flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent],
        env=DEMO,
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        pass_fds=[held],
    ) as killed:
        os.close(held)
        assert killed.stdout is not None
        assert "serverInfo" in killed.stdout.readline()
        assert not select.select([alive], [], [], 0)[0]
        killed.kill()
        ended, _, _ = select.select([alive], [], [], 30)
    os.close(alive)

    assert ended
