"""Sextants as they run for many: two services with a PostgreSQL and a Redis, behind nginx."""

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
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import asyncpg
import httpx
import pytest

ROOT = Path(__file__).parent.parent.parent
SEXTANT = Path(sys.executable).parent / "sextant"
PATIENCE = 60.0  # seconds for something that takes one, on a machine with much else to do
POLICY = """
roles:
  viewer: {tools: ["*"]}
  slow: {tools: ["*"], rates: {"*": 4/day}}
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
        self._watched = watched or ("/readyz" if command == "serve" else "/health")
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
            return httpx.get(f"{self.url}{self._watched}", timeout=30).status_code == 200
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
    """An nginx with the configuration that the project gives, for these services."""

    def __init__(self, folder: Path, given: str, services: list[Running]) -> None:
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        self._log = folder / "upstreams"
        ours = [str(port), *(str(one.port) for one in services)]
        for theirs, own in zip(("listen 8080", "127.0.0.1:7001", "127.0.0.1:7002"), ours, strict=True):
            assert given.count(f"{theirs} ") + given.count(f"{theirs};") == 1
            given = given.replace(theirs, theirs[: -len("8080")] + own)
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
            return httpx.get(f"{self.url}/healthz", timeout=30).status_code == 200
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
    # Not below pytest's folder: its path may be too long for nginx.
    with tempfile.TemporaryDirectory(prefix="sextant-nginx-") as folder:
        given = (ROOT / "deploy" / "nginx" / "sextant.conf").read_text(encoding="utf-8")
        made = Nginx(Path(folder), given, pair)
        until(made.answers, "nginx does not answer")
        yield made
        made.process.terminate()
        made.process.wait(PATIENCE)
