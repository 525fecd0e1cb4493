"""The doubles that the suites share: a model that follows a script, and tools that answer from one."""

import asyncio
import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from inspect import signature
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from chainlit_app.agent import answer
from chainlit_app.conversation import Conversation
from chainlit_app.turn import Message, Reply, Report, TextDelta, ToolCall, ToolFinished, ToolResult
from tools.models import Earlier, QueryRun, ResultTable, Source, ToolAnswer

NOBODY = 65534  # PostgreSQL does not run as root

# What the suites do is nobody's to look up later: it stays out of the audit of whoever runs them.
os.environ.setdefault("SEXTANT_AUDIT", "off")


@pytest.fixture(autouse=True)
def own_logs() -> None:
    """Begin with the logs as they are by default: what a command sets up, as `sextant keys` does, was for its process."""
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    root.handlers[:] = [one for one in root.handlers if type(one).__module__.startswith("_pytest")]


Step = Reply | Exception | Callable[[], Awaitable[Reply]]


class ScriptedLLM:
    """A model that says what the script says, word by word, and keeps what it was sent."""

    name = "scripted"

    def __init__(self, *script: Step) -> None:
        self._script = list(script)
        self.heard: list[list[Message]] = []
        self.closed = 0

    async def stream(
        self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]]
    ) -> AsyncGenerator[TextDelta | Reply, None]:
        self.heard.append(list(messages))
        step = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        try:
            if isinstance(step, Exception):
                raise step
            reply = step if isinstance(step, Reply) else await step()
            for word in reply.text.split(" "):
                if word:
                    yield TextDelta(word + " ")
            yield reply
        finally:
            self.closed += 1


def _schema(name: str, **properties: Any) -> dict[str, Any]:
    parameters = {"type": "object", "properties": properties, "required": [k for k in properties if k == "device"]}
    return {"type": "function", "function": {"name": name, "description": name, "parameters": parameters}}


class FakeToolbox:
    """Tools that answer from a dict by location or device; what is not in it is unknown."""

    tools: Sequence[Mapping[str, Any]] = (
        _schema("get_devices_by_location", location={"type": "string"}, only={"enum": ["no_primary_ip"]}),
        _schema("get_device", device={"type": "string"}),
    )

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[tuple[ToolCall, str]] = []
        self.cancelled: list[str] = []

    async def schemas(self) -> Sequence[Mapping[str, Any]]:
        return self.tools

    async def call(
        self, call: ToolCall, turn: str, report: Report | None = None, earlier: Mapping[str, Earlier] | None = None
    ) -> ToolResult:
        self.asked.append((call, turn))
        given = self.answers[str(next(iter((call.arguments or {}).values()), ""))]
        try:
            found = await (given(report) if signature(given).parameters else given()) if callable(given) else given
        except asyncio.CancelledError:
            self.cancelled.append(call.id)
            raise
        return found if isinstance(found, ToolResult) else tool_result(found)


def tool_answer(*rows: str, outcome: Any = "found", mode: Any = "demo", total: int | None = None) -> ToolAnswer:
    """Return an answer with one column; its source is there whatever its outcome."""
    asked = QueryRun(file="devices_by_location.graphql", variables={}, rows=len(rows), seconds=0.01)
    return ToolAnswer(
        tool="get_devices_by_location",
        outcome=outcome,
        subject="devices",
        summary=f"{len(rows)} devices.",
        total=len(rows) if total is None else total,
        shown=len(rows),
        columns=["name"],
        rows=[[row] for row in rows],
        links=[None for _ in rows],
        source=Source(mode=mode, url=None, retrieved_at=datetime(2026, 1, 1, tzinfo=UTC), queries=[asked]),
    )


def tool_result(answer: ToolAnswer, text: str | None = None) -> ToolResult:
    """Return the result of a call that gave this answer."""
    failed = answer.outcome not in ("found", "empty", "ambiguous")
    table = ResultTable(subject=answer.subject, columns=answer.columns, rows=answer.rows, links=answer.links)
    rows = "\n".join(str(row[0]) for row in answer.rows)
    return ToolResult(text or f"{answer.summary}\n{rows}".strip(), failed, 0.01, answer, table)


def tool_call(name: str = "get_devices_by_location", *, id: str = "", **arguments: Any) -> ToolCall:
    """Return a call; without arguments it asks for NYC01."""
    given = arguments or {"location": "NYC01"}
    return ToolCall(id, name, given, json.dumps(given))


async def ask(
    question: str, llm: Any, toolbox: Any, conversation: Conversation | None = None, **options: Any
) -> list[Any]:
    """Return the events of a turn."""
    conversation = conversation if conversation is not None else Conversation()
    return [event async for event in answer(question, conversation, llm, toolbox, **options)]


def finished(events: Iterable[object]) -> list[ToolFinished]:
    """Return what calls brought, in the order in which they ended."""
    return [event for event in events if isinstance(event, ToolFinished)]


def tool_messages(messages: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Return what a model was told of its calls."""
    return [message["content"] for message in messages if message["role"] == "tool"]


def whole(messages: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether every call has its result right behind it, and the history ends in an answer."""
    open_calls: list[str] = []
    for message in messages:
        if message["role"] == "tool":
            open_calls.remove(message["tool_call_id"])
        else:
            assert not open_calls
        open_calls += [call["id"] for call in message.get("tool_calls", ())]
    return messages[-1]["role"] == "assistant" and not messages[-1].get("tool_calls")


@pytest.fixture
def fakes() -> SimpleNamespace:
    """Return the doubles and the makers of values for them."""
    return SimpleNamespace(
        ScriptedLLM=ScriptedLLM,
        FakeToolbox=FakeToolbox,
        answer=tool_answer,
        result=tool_result,
        call=tool_call,
        ask=ask,
        finished=finished,
        tool_messages=tool_messages,
        whole=whole,
    )


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands still until it is moved."""
    return Clock()


class Listener:
    """A web server that keeps what it is asked and answers with what it is given."""

    def __init__(self, answer: Callable[[str, bytes], Any] = lambda path, body: {}) -> None:
        self.asked: list[str] = []
        self.headers: list[str] = []  # of what it was asked
        listener = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                listener.asked.append(self.path)
                listener.headers.append(str(self.headers))
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                sent = json.dumps(answer(self.path, body)).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def device(number: int, payload: str) -> dict[str, Any]:
    """Return a device whose texts are a payload."""
    return {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "name": f"sw{number} {payload}",
        "location": {"id": "l", "name": payload},
        "role": {"name": payload},
        "status": {"name": "Active"},
        "device_type": {"model": payload, "manufacturer": {"name": payload}},
        "platform": {"name": payload},
        "primary_ip4": None,
        "primary_ip6": None,
        "serial": payload,
        "comments": payload,
        "tenant": {"name": payload},
        "rack": None,
    }


@pytest.fixture
def hostile() -> Iterator[Callable[..., Listener]]:
    """Return a maker of Nautobots whose every text is a payload: a description, a name, a circuit, an error."""
    made: list[Listener] = []

    def make(*payloads: str) -> Listener:
        payload = payloads[0]

        def answer(path: str, body: bytes) -> Any:
            query = json.loads(body)["query"] if body else ""
            key = query.split("{", 1)[1].split("(")[0].strip() if query else ""
            rows = {
                "locations": [
                    {
                        "id": "l",
                        "name": payload,
                        "location_type": {"name": payload},
                        "status": {"name": "Active"},
                        "parent": None,
                        "facility": payload,
                        "description": payload,
                    }
                ],
                "devices": [device(number, one) for number, one in enumerate(payloads)],
                "roles": [{"id": "r", "name": payload}],
                "circuits": [
                    {
                        "id": "c",
                        "cid": payload,
                        "provider": {"name": payload},
                        "status": {"name": "Active"},
                        "circuit_type": {"name": payload},
                        "commit_rate": None,
                        "description": payload,
                        "circuit_termination_a": None,
                        "circuit_termination_z": None,
                    }
                ],
            }
            if "namespaces(" in query:
                return {"data": {"namespaces": [{"id": "n", "name": "Global"}]}}
            if key not in rows:
                return {"errors": [{"message": payload, "path": [key]}], "data": None}
            return {"data": {key: rows[key]}}

        made.append(Listener(answer))
        return made[-1]

    yield make
    for listener in made:
        listener.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Return what listens where payloads send a model."""
    found = Listener()
    yield found
    found.close()


@pytest.fixture
def listening() -> Iterator[Callable[..., Listener]]:
    """Return a maker of web servers that answer with what a function of path and body returns."""
    made: list[Listener] = []

    def make(answer: Callable[[str, bytes], Any]) -> Listener:
        made.append(Listener(answer))
        return made[-1]

    yield make
    for one in made:
        one.close()


def _programs() -> Path | None:
    found = shutil.which("initdb")
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return Path(found).parent if found else known[-1] if known else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Return the address of an empty database: that of SEXTANT_TEST_POSTGRES, or one of a server of our own."""
    if given := os.environ.get("SEXTANT_TEST_POSTGRES"):
        yield given
        return
    programs = _programs()
    assert programs is not None
    # Not below pytest's folder: another user has to reach it.
    folder = Path(tempfile.mkdtemp(prefix="sextant-pg-"))
    user = NOBODY if os.geteuid() == 0 else None
    if user is not None:
        os.chown(folder, user, user)

    def run(program: str, *words: str) -> None:
        command = [str(programs / program), "-D", str(folder / "data"), *words]
        subprocess.run(command, user=user, cwd=folder, check=True, capture_output=True, env={"LC_ALL": "C"})

    run("initdb", "-U", "sextant", "-A", "trust", "-N")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    listen = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    run("pg_ctl", "-w", "-o", listen, "-l", str(folder / "log"), "start")
    try:
        yield f"postgresql://sextant@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a Redis of our own."""
    program = shutil.which("redis-server")
    assert program is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert any("Ready to accept connections" in line for line in server.stdout)
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()


class RealIssuer:
    """An issuer that somebody else has written (oidc-provider-mock), in a process of its own."""

    def __init__(self, address: str) -> None:
        self.address = address

    def knows(self, name: str, /, **claims: Any) -> None:
        """Say these things of somebody from now on."""
        httpx.put(f"{self.address}/users/{name}", json={"sub": name, **claims}).raise_for_status()

    def id_token(self, name: str, /, *, client: str, **claims: Any) -> str:
        """Log somebody in as a browser would, and return the token that the client gets."""
        back = "https://client.example.com/back"
        asked = {"client_id": client, "redirect_uri": back, "response_type": "code", "scope": "openid profile"}
        self.knows(name, **claims)
        sent = httpx.post(f"{self.address}/oauth2/authorize", params={**asked, "state": "s"}, data={"sub": name})
        (code,) = parse_qs(urlsplit(sent.headers["location"]).query)["code"]
        grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": back}
        told = httpx.post(f"{self.address}/oauth2/token", data=grant, auth=(client, "secret"))
        return str(told.raise_for_status().json()["id_token"])


@pytest.fixture(scope="session")
def real_issuer() -> Iterator[RealIssuer]:
    """Return an issuer that runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        assert any("running on" in line.lower() for line in running.stderr)
        Thread(target=running.stderr.read, daemon=True).start()  # or what it says fills the pipe, and it waits
        yield RealIssuer(f"http://127.0.0.1:{port}")
        running.terminate()
