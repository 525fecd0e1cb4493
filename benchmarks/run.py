"""Measure Sextant: python benchmarks/run.py [--rounds N]. Prints the tables of benchmarks/README.md.

With NAUTOBOT_URL and NAUTOBOT_TOKEN it compares a tool call through the whole path with the bare GraphQL request, in
turns, so that both see the same load. The rest is measured on demo data.
"""

import argparse
import asyncio
import os
import platform
import signal
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
from first_step import CHROMIUM, QUESTION, first_steps

from chainlit_app.agent import Budget, answer
from chainlit_app.conversation import Conversation
from chainlit_app.host import Host
from chainlit_app.toolbox import ServerToolbox
from chainlit_app.turn import LLM, Message, Reply, TextDelta, ToolCall, ToolStarted
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
            page = {"limit": settings.nautobot_page_size, "offset": 0}  # as the tool server asks
            body = {"query": text, "variables": {**first.answer.source.queries[0].variables, **page}}
            through: list[float] = []
            direct: list[float] = []
            rows = first.answer.total

            async def ask_directly() -> None:
                began = time.perf_counter()
                response = await bare.post(f"{settings.nautobot_url}/api/graphql/", json=body)  # noqa: B023
                found = next(iter(response.json()["data"].values()))
                direct.append(time.perf_counter() - began)  # noqa: B023
                assert len(found) == rows  # noqa: B023

            async def ask_through() -> None:
                result = await toolbox.call(call, "measured")  # noqa: B023
                through.append(result.seconds)  # noqa: B023
                assert result.table
                assert len(result.table.rows) == rows  # noqa: B023

            for number in range(rounds):  # who comes second finds Nautobot's caches as the first left them
                for ask in (ask_directly, ask_through) if number % 2 else (ask_through, ask_directly):
                    await ask()
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
    call = ToolCall("1", "get_prefixes_by_location", {"location": "NYC01"}, "")
    told("question to first step, in the loop", [await _first_step(_Instant(call), toolbox) for _ in range(rounds)])
    reader = Host(toolbox, Budget()).llm
    await _first_step(reader, toolbox)  # it loads its words
    told("the same with the offline reader", [await _first_step(reader, toolbox) for _ in range(rounds)])
    revived = []
    for _ in range(5):
        (child,) = _children(os.getpid())
        os.kill(child, signal.SIGKILL)
        began = time.perf_counter()
        result = await toolbox.call(call, "after")
        revived.append(time.perf_counter() - began)
        assert not result.failed
    told("tool server killed: until the next call is answered", revived)
    for child in _children(os.getpid()):
        print(f"| tool server: memory | {_megabytes(child)} | | |")
    await toolbox.aclose()


async def _first_step(model: LLM, toolbox: ServerToolbox) -> float:
    began, seconds = time.perf_counter(), 0.0
    async for event in answer(QUESTION, Conversation(), model, toolbox):
        if isinstance(event, ToolStarted):
            seconds = seconds or time.perf_counter() - began
    return seconds


def page(rounds: int, questions: int) -> None:
    """Measure the page's start, its memory, and on the last of several starts how soon a step is seen."""
    starts, memory, steps = [], "", list[float]()
    for number in range(rounds):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = {**os.environ, "DEMO_MODE": "true", "SEXTANT_PORT": str(port)}
        command = [Path(sys.executable).parent / "sextant", "chat"]
        began = time.perf_counter()
        with (
            tempfile.TemporaryDirectory() as folder_,
            subprocess.Popen(
                command,
                env={**settings, "SEXTANT_HISTORY": str(Path(folder_) / "history.db")},
                cwd=folder_,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            ) as chat,
        ):
            while not _answers(port):
                time.sleep(0.02)
            starts.append(time.perf_counter() - began)
            time.sleep(5)  # what it loads behind the page
            memory = _megabytes(chat.pid)
            if CHROMIUM and number == rounds - 1:
                steps = first_steps(f"http://127.0.0.1:{port}/", questions)
            chat.terminate()
    told("page: start until it is served", starts)
    print(f"| page: memory, LiteLLM loaded | {memory} | | |")
    if steps:
        told("page: Enter to the first step on the screen, offline reader included", steps)
    else:
        print("No Chromium was found (SEXTANT_CHROMIUM): what the screen shows was not measured.")


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
    page(max(3, rounds // 20), max(10, rounds // 3))


if __name__ == "__main__":
    main()
