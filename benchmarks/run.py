"""Measure Sextant: python benchmarks/run.py [--rounds N]. Prints the tables of benchmarks/README.md.

With NAUTOBOT_URL and NAUTOBOT_TOKEN it compares a tool call through the whole path with the bare GraphQL request, in
turns, so that both see the same load. The rest is measured on demo data.
"""

import argparse
import asyncio
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import AsyncGenerator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from chainlit_app.agent import answer
from chainlit_app.conversation import Conversation
from chainlit_app.toolbox import ServerToolbox
from chainlit_app.turn import Message, Reply, TextDelta, ToolCall, ToolStarted
from tools.packaged import folder
from tools.settings import ToolSettings

CASES = ({"location": "NYC01"}, {"location": "NAM", "status": "Active"})


def told(name: str, seconds: Sequence[float]) -> None:
    """Print a row: name, median, fastest, the slowest but 5 %."""
    ordered = sorted(seconds)
    high = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    cells = [f"{1000 * value:.1f} ms" for value in (statistics.median(ordered), ordered[0], high)]
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


async def path_against_request(rounds: int) -> None:
    """Interleave tool calls with the request that each of them makes."""
    settings = ToolSettings.load()
    assert settings.nautobot_url
    assert settings.nautobot_token
    toolbox = ServerToolbox(settings.env_for_child())
    text = (folder("graphql") / "prefixes_by_location.graphql").read_text(encoding="utf-8")
    headers = {"Authorization": f"Token {settings.nautobot_token.get_secret_value()}"}
    async with httpx.AsyncClient(headers=headers, timeout=60) as bare:
        for arguments in CASES:
            call = ToolCall("1", "get_prefixes_by_location", dict(arguments), "")
            first = await toolbox.call(call, "warm")  # reads the names, which are kept from then on
            assert first.answer
            assert first.answer.source
            body = {"query": text, "variables": first.answer.source.queries[0].variables}
            through: list[float] = []
            direct: list[float] = []
            for number in range(rounds):
                began = time.perf_counter()
                response = await bare.post(f"{settings.nautobot_url}/api/graphql/", json=body)
                rows = len(next(iter(response.json()["data"].values())))
                direct.append(time.perf_counter() - began)
                result = await toolbox.call(call, str(number))
                through.append(result.seconds)
                assert result.table
                assert len(result.table.rows) == rows
            told(f"bare request, {rows} rows", direct)
            told(f"tool call, {rows} rows", through)
            more = statistics.median(b - a for a, b in zip(direct, through, strict=True))
            share = more / statistics.median(direct)
            print(f"| the path adds, {rows} rows (median of differences) | {1000 * more:+.1f} ms ({share:+.1%}) | | |")
    await toolbox.aclose()


class _Instant:
    """A model that takes no time."""

    name = "instant"

    def __init__(self, call: ToolCall) -> None:
        self._replies = [Reply("", [call]), Reply("Done [1].")]

    async def stream(
        self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]]
    ) -> AsyncGenerator[TextDelta | Reply, None]:
        """Yield the next reply at once."""
        yield self._replies.pop(0)


async def loop_and_memory(rounds: int) -> None:
    """Measure what is left when neither model nor Nautobot takes time."""
    began = time.perf_counter()
    toolbox = ServerToolbox(ToolSettings.load(demo_mode="true").env_for_child())
    await toolbox.schemas()
    told("tool server: start until it lists its tools", [time.perf_counter() - began])
    began = time.perf_counter()
    await toolbox.call(ToolCall("1", "get_prefixes_by_location", {"location": "NAM"}, ""), "first")
    told("tool server: its first call, demo data read from disk", [time.perf_counter() - began])
    first_step = []
    for _ in range(rounds):
        call = ToolCall("1", "get_prefixes_by_location", {"location": "NYC01"}, "")
        began = time.perf_counter()
        async for event in answer("Prefixes at NYC01?", Conversation(), _Instant(call), toolbox):
            if isinstance(event, ToolStarted):
                first_step.append(time.perf_counter() - began)
    told("question to first step, in the loop", first_step)
    for child in _children(os.getpid()):
        print(f"| tool server: memory | {_megabytes(child)} | | |")
    await toolbox.aclose()


def page(rounds: int) -> None:
    """Measure the page's start, and its memory."""
    starts, memory = [], ""
    for _ in range(rounds):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = {**os.environ, "DEMO_MODE": "true", "SEXTANT_PORT": str(port)}
        command = [Path(sys.executable).parent / "sextant", "chat"]
        began = time.perf_counter()
        with (
            tempfile.TemporaryDirectory() as folder_,
            subprocess.Popen(
                command, env=settings, cwd=folder_, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ) as chat,
        ):
            while not _answers(port):
                time.sleep(0.02)
            starts.append(time.perf_counter() - began)
            time.sleep(5)  # what it loads behind the page
            memory = _megabytes(chat.pid)
            chat.terminate()
    told("page: start until it is served", starts)
    print(f"| page: memory, LiteLLM loaded | {memory} | | |")


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()]


def _megabytes(pid: int) -> str:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return f"{kilobytes / 1024:.0f} MB"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    rounds = parser.parse_args().rounds
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load} at the start.\n")
    print("| | median | fastest | 95 % within |\n| --- | --- | --- | --- |")
    if os.environ.get("NAUTOBOT_URL"):
        asyncio.run(path_against_request(rounds))
    asyncio.run(loop_and_memory(rounds))
    page(max(3, rounds // 20))


if __name__ == "__main__":
    main()
