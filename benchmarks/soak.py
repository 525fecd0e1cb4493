"""Talk to a running page for long and watch what it keeps: python benchmarks/soak.py [--chats N] [--turns N].

Every conversation is one of a reader with a browser of its own, over the page's real socket, with the offline reader
and demo data. Memory, threads, children and open files are read from /proc, before and while they come and go.
"""

import argparse
import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import socketio

START = "import sys; from chainlit_app.cli import main; sys.exit(main(['chat']))"
QUESTIONS = (
    "What prefixes exist at NYC01?",
    "Show the devices at LON01",
    "Which prefixes are the fullest?",
    "How many devices are there per role?",
    "List the VLANs at PAR01",
    "Show all prefixes",
    "What is the weather?",
    "Export all prefixes in EMEA as CSV",
)
AT_ONCE = 4  # conversations


@dataclass(frozen=True)
class Kept:
    """What the page's process holds at one moment."""

    turns: int
    memory: int  # bytes, of the page
    tools: int  # bytes, of the tool server
    threads: int
    children: int
    files: int  # open ones, sockets among them
    on_disk: int  # files in the page's own folder

    def __str__(self) -> str:
        return (
            f"| {self.turns:,} | {self.memory / 1e6:.0f} MB | {self.tools / 1e6:.0f} MB | {self.threads} |"
            f" {self.children} | {self.files} | {self.on_disk} |"
        )


HEAD = (
    "| turns | page | tool server | threads | processes | open files | files on disk |\n|---|---|---|---|---|---|---|"
)


def kept(process: int, home: Path, turns: int) -> Kept:
    """Return what the process holds now."""
    children = [int(pid) for pid in Path(f"/proc/{process}/task/{process}/children").read_text("utf-8").split()]
    return Kept(
        turns=turns,
        memory=_memory(process),
        tools=sum(_memory(child) for child in children),
        threads=len(list(Path(f"/proc/{process}/task").iterdir())),
        children=len(children),
        files=len(list(Path(f"/proc/{process}/fd").iterdir())),
        on_disk=sum(1 for path in home.rglob("*") if path.is_file()),
    )


def _memory(process: int) -> int:
    pages = int(Path(f"/proc/{process}/statm").read_text("utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


async def converse(url: str, turns: int, first: int) -> list[float]:
    """Hold a conversation as a reader of its own; return the seconds of each turn."""
    ended, seconds = asyncio.Event(), []
    client = socketio.AsyncClient(reconnection=False)
    said: list[str] = []
    client.on("set_commands", lambda *_: ended.set())  # the page is ready
    client.on("task_end", lambda *_: ended.set() if "assistant_message" in said else None)
    for name in ("new_message", "stream_start", "update_message"):  # an answer comes whole or word by word
        client.on(name, lambda step: said.append(step["type"]))
    headers = {"cookie": f"sextant_reader={uuid4().hex}{'a' * 11}", "origin": url}
    auth = {"sessionId": str(uuid4()), "clientType": "webapp", "userEnv": "{}"}
    await client.connect(url, headers, auth, ["websocket"], socketio_path="/ws/socket.io")
    await client.emit("connection_successful")
    async with asyncio.timeout(60):
        await ended.wait()
    for number in range(turns):
        message = {
            "id": str(uuid4()),
            "name": "User",
            "type": "user_message",
            "output": QUESTIONS[(first + number) % len(QUESTIONS)],
            "createdAt": "",
        }
        ended.clear()
        began = time.perf_counter()
        await client.emit("client_message", {"message": message, "fileReferences": None})
        async with asyncio.timeout(180):
            await ended.wait()
        seconds.append(time.perf_counter() - began)
        said.clear()
    await client.emit("clear_session")
    await client.disconnect()
    return seconds


async def soak(
    url: str, process: int, home: Path, chats: int, turns: int, every: int
) -> tuple[list[Kept], list[float]]:
    """Hold so many conversations, some at once; return what was kept after each `every` of them, and all seconds."""
    looks: list[Kept] = []
    seconds: list[float] = []
    done = 0
    while done < chats:
        batch = min(AT_ONCE, chats - done)
        for taken in await asyncio.gather(*(converse(url, turns, done + at) for at in range(batch))):
            seconds += taken
        done += batch
        if done % every < batch:
            await asyncio.sleep(1)  # what is deleted after a conversation is deleted by then
            looks.append(kept(process, home, done * turns))
            print(looks[-1], flush=True)
    return looks, seconds


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, int, Path]]:
    """Serve the page; give its address, its process and its own folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SEXTANT_", "NAUTOBOT_"))}
    environment = {
        **inherited,
        "SEXTANT_PORT": str(port),
        "SEXTANT_HISTORY": str(folder / "history.db"),
        "SEXTANT_TURNS_A_MINUTE": "10000",
        "SEXTANT_PARALLEL_TURNS": "100",
        "DEMO_MODE": "true",
        "TMPDIR": str(folder),
        "PYTHONUNBUFFERED": "1",
    }
    said = subprocess.Popen(
        [sys.executable, "-P", "-c", START], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert said.stdout is not None
        for line in said.stdout:
            if "Sextant is at" in line:
                break
        yield f"http://localhost:{port}", said.pid, folder
    finally:
        said.terminate()
        said.wait(timeout=30)


def main() -> int:
    """Print what was kept; return 1 where it grows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--every", type=int, default=20, help="conversations between two looks")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, served(Path(name)) as (url, process, home):
        print(HEAD, flush=True)
        looks, seconds = asyncio.run(soak(url, process, home, given.chats, given.turns, given.every))
    return verdict(looks, seconds)


def verdict(looks: list[Kept], seconds: list[float]) -> int:
    """Print what the looks say; return 1 where memory grew by more than a tenth, or anything else by more than a few.

    The first half is warming up: the page keeps the last hundred conversations, and the tool server its results.
    """
    warm, last = looks[(len(looks) - 1) // 2], looks[-1]
    growth = last.memory / warm.memory - 1
    print(f"\n{len(seconds):,} turns, median {statistics.median(seconds) * 1000:.0f} ms")
    print(f"Memory of the page since turn {warm.turns:,}: {growth:+.1%}")
    leaked = {
        "threads": last.threads - warm.threads,
        "processes": last.children - warm.children,
        "open files": last.files - warm.files,
        "files on disk": last.on_disk - warm.on_disk,
    }
    print(", ".join(f"{name} {count:+d}" for name, count in leaked.items()))
    return int(growth > 0.10 or any(count > 4 for count in leaked.values()))


if __name__ == "__main__":
    sys.exit(main())
