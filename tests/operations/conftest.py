"""Sextants as they run for many: two of them with a PostgreSQL and a Redis, behind nginx."""

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import asyncpg
import httpx
import pytest
import socketio

ROOT = Path(__file__).parent.parent.parent
SEXTANT = Path(sys.executable).parent / "sextant"
PATIENCE = 120.0  # seconds for something that takes one, on a machine with much else to do
POLICY = """
roles:
  viewer: {tools: ["*"]}
  slow: {tools: ["*"], rates: {"*": 4/day}}
others: [viewer]
"""


def until(holds: Callable[[], bool], what: str) -> None:
    """Return when something holds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def alive(pid: int) -> bool:
    """Say whether a process runs; one that only waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Running:
    """`sextant serve` or `sextant chat` as its users run it."""

    def __init__(
        self, folder: Path, command: str, port: int | None = None, *, watched: str = "", **settings: str
    ) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.watched = watched or ("/readyz" if command == "serve" else "/health")
        self.log = folder / f"{command}-{self.port}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [SEXTANT, command],
                cwd=folder,
                env=environment(SEXTANT_SERVE_PORT=str(self.port), SEXTANT_PORT=str(self.port), **settings),
                stdout=log,
                stderr=log,
            )

    def answers(self) -> bool:
        """Say whether it can be asked."""
        assert self.process.poll() is None, self.log.read_text()
        try:
            return httpx.get(f"{self.url}{self.watched}", timeout=30).status_code == 200
        except httpx.TransportError:
            return False

    def tool_servers(self) -> list[int]:
        """Return the ids of its tool servers that run."""
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
        found = (line.split(None, 2) for line in listed.stdout.splitlines())
        return [int(id) for id, parent, said in found if parent == str(self.process.pid) and said.endswith("-m tools")]

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it; return its exit code."""
        self.process.send_signal(signal.SIGCONT)
        self.process.send_signal(how)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


def environment(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PATH", "HOME", "LANG", "COV"))}
    return {**kept, "DEMO_MODE": "true", "SEXTANT_HISTORY": "off", "SEXTANT_AUDIT": "off", **settings}


@pytest.fixture(name="until")
def _until() -> Callable[[Callable[[], bool], str], None]:
    return until


@pytest.fixture(name="alive")
def _alive() -> Callable[[int], bool]:
    return alive


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Return a function that starts a command with settings and waits until it can be asked."""
    started: list[Running] = []

    def start(command: str, watched: str = "", **settings: str) -> Running:
        started.append(one := Running(tmp_path, command, watched=watched, **settings))
        until(one.answers, "it does not answer")
        return one

    yield start
    for one in started:
        if one.process.poll() is None:
            one.end()


class Talk:
    """A page of the chat, as far as its socket goes."""

    reader = "a" * 43  # the cookie of this browser

    def __init__(self, url: str, thread: str | None = None) -> None:
        self._url, self._thread = url, thread
        self.heard: list[tuple[str, Any]] = []
        self._asked = 0
        self._socket = socketio.AsyncClient(reconnection=False)

    async def __aenter__(self) -> Self:
        self._socket.on("*", self._note)
        self._socket.on("disconnect", self._gone)
        headers = {"cookie": f"sextant_reader={self.reader}", "origin": self._url}
        who = {"sessionId": str(uuid.uuid4()), "clientType": "webapp", "userEnv": "{}", "threadId": self._thread}
        await self._socket.connect(self._url, headers, who, ["websocket"], socketio_path="/ws/socket.io")
        await self._socket.emit("connection_successful")
        await self.hears(
            lambda name, said: (
                name == "resume_thread" or (name == "update_message" and said.get("name") == "on_chat_start")
            )
        )
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._socket.disconnect()

    async def ask(self, question: str) -> None:
        """Ask, and wait for no answer."""
        said = {"id": str(uuid.uuid4()), "name": "x", "type": "user_message", "output": question, "createdAt": ""}
        self._asked += 1
        await self._socket.emit("client_message", {"message": said, "fileReferences": []})

    async def hears(self, holds: Callable[[str, Any], bool]) -> Any:
        """Return the first of what was said that is so, once it was."""
        await self.comes(lambda: any(holds(name, said) for name, said in self.heard))
        return next(said for name, said in self.heard if holds(name, said))

    async def comes(self, holds: Callable[[], bool]) -> None:
        """Return when something holds; meanwhile the page hears and speaks."""
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, "\n".join(f"{name} {said}"[:300] for name, said in self.heard)
            await asyncio.sleep(0.02)

    async def answered(self, *parts: str) -> str:
        """Return the message in which all of this stands, once it is there and nothing is answered any more."""
        message = await self.hears(
            lambda name, said: (
                name in ("new_message", "update_message") and all(part in str(said.get("output")) for part in parts)
            )
        )
        await self.comes(lambda: len([said for _, said in self.heard if _ended(said)]) == self._asked)
        return str(message["output"])

    async def thread(self) -> str:
        """Return the id of its conversation, once something was asked."""
        return str((await self.hears(lambda name, said: name == "first_interaction"))["thread_id"])

    def resumed(self) -> list[str]:
        """Return what stood in the conversation when it was opened again."""
        (thread,) = (said for name, said in self.heard if name == "resume_thread")
        return [step["output"] for step in thread["steps"] if "message" in step["type"]]

    async def _note(self, name: str, *said: Any) -> None:
        self.heard.append((name, said[0] if said else None))

    async def _gone(self, *why: Any) -> None:
        self.heard.append(("disconnect", why))


def _ended(said: Any) -> bool:
    """Say whether this is the end of the run that answers a question."""
    return isinstance(said, dict) and said.get("name") == "on_message" and bool(said.get("end"))


@pytest.fixture
def talk() -> type[Talk]:
    """Return what opens a page: at an address, on a thread."""
    return Talk


class Silent:
    """What takes connections, and never says a word."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self._taken: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.threads = ThreadPoolExecutor()

    @property
    def asked(self) -> bool:
        """Whether somebody is waiting for an answer."""
        with suppress(BlockingIOError):
            self._taken.append(self._socket.accept()[0])
        return bool(self._taken)

    def close(self) -> None:
        for one in (*self._taken, self._socket):
            one.close()


@pytest.fixture
def silent() -> Iterator[Silent]:
    """Return a Nautobot that does not answer."""
    made = Silent()
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared(
    postgres: str, redis: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> SimpleNamespace:
    """Return what several Sextants share: a database of its own for this module, a Redis and a policy."""
    name = re.sub(r"\W", "_", request.module.__name__.lower())

    async def make() -> None:
        server = await asyncpg.connect(postgres)
        await server.execute(f"DROP DATABASE IF EXISTS {name}")
        await server.execute(f"CREATE DATABASE {name}")
        await server.close()

    asyncio.run(make())
    folder = tmp_path_factory.mktemp("shared")
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    database = postgres.rpartition("/")[0] + f"/{name}"
    settings = {
        "AUTH_MODE": "api_key",
        "SEXTANT_HISTORY": database,
        "SEXTANT_AUDIT": database,
        "SEXTANT_RATES": redis,
        "SEXTANT_POLICY": str(folder / "policy.yaml"),
        "SEXTANT_TURNS_A_MINUTE": "1000",
    }

    def sextant(*words: str) -> subprocess.CompletedProcess[str]:
        command = [SEXTANT, *words]
        return subprocess.run(
            command, cwd=folder, env=environment(**settings), capture_output=True, text=True, check=False
        )

    def key(name: str, role: str) -> dict[str, str]:
        made = sextant("keys", "make", name, "--role", role)
        assert made.returncode == 0, made.stderr
        return {"X-API-Key": made.stdout.strip()}

    return SimpleNamespace(settings=settings, folder=folder, database=database, sextant=sextant, key=key)


@pytest.fixture(scope="module")
def both(shared: SimpleNamespace) -> Iterator[list[Running]]:
    """Return two services that share what can be shared, whether they still run or not."""
    made = [Running(shared.folder, "serve", **shared.settings) for _ in range(2)]
    yield made
    for one in made:
        if one.process.poll() is None:
            one.end()


@pytest.fixture
def pair(both: list[Running], shared: SimpleNamespace) -> list[Running]:
    """Return two services that run: one that a test has ended is started anew."""
    for at, one in enumerate(both):
        if one.process.poll() is not None:
            both[at] = Running(shared.folder, "serve", one.port, **shared.settings)
    for one in both:
        until(one.answers, "it does not answer")
    return both


class Nginx:
    """An nginx with the configuration that the project gives, for these two."""

    def __init__(self, folder: Path, given: str, theirs: tuple[str, str, str], services: list[Running]) -> None:
        """`theirs`: as the configuration has where to listen, and the two."""
        self._watched = services[0].watched
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        self._log = folder / "upstreams"
        ours = [str(port), *(str(one.port) for one in services)]
        for said, own in zip(theirs, ours, strict=True):
            assert given.count(f"{said} ") + given.count(f"{said};") == 1
            given = given.replace(said, said[: -len("8080")] + own)
        (folder / "sextant.conf").write_text(given, encoding="utf-8")
        temporary = "".join(
            f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            f"daemon off; master_process off; pid {folder}/pid; error_log stderr; events {{}}\n"
            f"http {{ {temporary} log_format to '$upstream_addr'; access_log {self._log} to; include sextant.conf; }}\n"
        )
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        self.process = subprocess.Popen([program, "-p", folder, "-c", folder / "nginx.conf", "-e", "stderr"])

    def answers(self) -> bool:
        """Say whether it listens."""
        assert self.process.poll() is None
        try:
            return httpx.get(f"{self.url}{self._watched}", timeout=30).status_code == 200
        except httpx.TransportError:
            return False

    def ports(self) -> list[int]:
        """Return the ports that answered, in order."""
        return [int(line.rpartition(":")[2]) for line in self._log.read_text().splitlines()]

    def asked_last(self, services: list[Running]) -> Running:
        """Return the service that answered last."""
        return next(one for one in services if one.port == self.ports()[-1])


@pytest.fixture
def nginx(pair: list[Running]) -> Iterator[Nginx]:
    """Return an nginx in front of both services."""
    yield from in_front("sextant.conf", ("listen 8080", "127.0.0.1:7001", "127.0.0.1:7002"), pair)


@pytest.fixture
def nginx_without_nautobot(run: Callable[..., Running], unused_tcp_port: int) -> Iterator[Nginx]:
    """Return an nginx in front of two services whose Nautobot is away."""
    settings = {"DEMO_MODE": "false", "NAUTOBOT_URL": f"http://127.0.0.1:{unused_tcp_port}", "NAUTOBOT_TOKEN": "t"}
    services = [run("serve", "/healthz", **settings) for _ in range(2)]
    yield from in_front("sextant.conf", ("listen 8080", "127.0.0.1:7001", "127.0.0.1:7002"), services)


@pytest.fixture
def chats(shared: SimpleNamespace) -> Iterator[list[Running]]:
    """Return two chats that share what can be shared."""
    made = [Running(shared.folder, "chat", **shared.settings) for _ in range(2)]
    try:
        for one in made:
            until(one.answers, "it does not answer")
        yield made
    finally:
        for one in made:
            if one.process.poll() is None:
                one.end()


@pytest.fixture
def nginx_of_chats(chats: list[Running]) -> Iterator[Nginx]:
    """Return an nginx in front of both chats."""
    yield from in_front("sextant-chat.conf", ("listen 8081", "127.0.0.1:8000", "127.0.0.1:8001"), chats)


def in_front(name: str, theirs: tuple[str, str, str], services: list[Running]) -> Iterator[Nginx]:
    # Not below pytest's folder: its path may be too long for nginx.
    with tempfile.TemporaryDirectory(prefix="sextant-nginx-") as folder:
        given = (ROOT / "deploy" / "nginx" / name).read_text(encoding="utf-8")
        made = Nginx(Path(folder), given, theirs, services)
        until(made.answers, "nginx does not answer")
        yield made
        made.process.terminate()
        made.process.wait(PATIENCE)
