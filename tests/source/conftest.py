"""Settings from nowhere but the test, a stand-in for an ill Nautobot, and recordings of a healthy one."""

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from graphql import parse, print_ast
from vcr.request import Request

from tools.nautobot import Nautobot
from tools.settings import ToolSettings

RECORDED = "http://nautobot.test"  # what a recording says in place of the Nautobot that it was made from
KEYS = [*(name.upper() for name in ToolSettings.model_fields), "SEXTANT_CONFIG"]


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Leave the settings of whoever runs the tests outside."""
    for key in KEYS:
        monkeypatch.delenv(key, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
async def nautobot() -> AsyncIterator[Callable[..., Nautobot]]:
    """Make sources that are closed at the end: `nautobot(nautobot_url=...)`; `demo` and `clock` are handed on."""
    made: list[Nautobot] = []

    def make(*, demo: Any = None, clock: Any = None, **settings: Any) -> Nautobot:
        extra = {"clock": clock} if clock else {}
        made.append(Nautobot(ToolSettings.load(**settings), demo=demo, **extra))
        return made[-1]

    yield make
    for source in made:
        await source.aclose()


@dataclass
class Reply:
    """What the stand-in answers."""

    body: Any = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


DROP = "close the connection without an answer"
HANG = "never answer"


class StandIn:
    """A server on loopback that answers what a test says, and keeps what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[tuple[str, str, dict[str, str], Any]] = []
        self.replies: list[Any] = []  # for GraphQL, in turn; the last one stays
        self.pages: dict[str, Reply] = {}  # for other paths

    def variables(self) -> list[dict[str, Any]]:
        """The variables of each GraphQL request."""
        return [body["variables"] for _, path, _, body in self.asked if path == "/api/graphql/"]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in head[1:] if line)}
        raw = await reader.readexactly(int(headers.get("content-length", "0")))
        self.asked.append((method, path, headers, json.loads(raw) if raw else None))
        reply = self._reply(path)
        if reply is DROP:
            return False
        if reply is HANG:
            await asyncio.Event().wait()
        body = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
        kind = "text/html" if isinstance(reply.body, str) else "application/json"
        lines = [f"HTTP/1.1 {reply.status} Said", f"Content-Length: {len(body.encode())}", f"Content-Type: {kind}"]
        lines += [f"{name}: {value}" for name, value in reply.headers.items()]
        writer.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
        await writer.drain()
        return True

    def _reply(self, path: str) -> Any:
        if path != "/api/graphql/":
            return self.pages.get(path, Reply({"detail": "Not found."}, 404))
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@pytest.fixture
async def stand_in() -> AsyncIterator[StandIn]:
    """A server in place of Nautobot."""
    server = StandIn()
    connections: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        with contextlib.suppress(asyncio.CancelledError):  # it hung, as it was told
            await server.serve(reader, writer)

    listening = await asyncio.start_server(accept, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    yield server
    listening.close()
    for task in connections:
        task.cancel()
    await asyncio.gather(*connections, return_exceptions=True)


@pytest.fixture
def say() -> Any:
    """How to say what the stand-in answers: `say.rows("prefixes", ...)`, `say.errors(...)`, `say.reply(...)`."""

    class Say:
        drop, hang = DROP, HANG
        reply = staticmethod(Reply)

        @staticmethod
        def rows(root: str, *ids: str, **headers: str) -> Reply:
            return Reply({"data": {root: [{"id": i, "name": i} for i in ids]}}, 200, headers)

        @staticmethod
        def records(root: str, *records: dict[str, Any]) -> Reply:
            return Reply({"data": {root: list(records)}}, 200, {})

        @staticmethod
        def errors(*errors: Any, status: int = 200, data: Any = None) -> Reply:
            return Reply({"errors": list(errors), "data": data}, status)

    return Say


def _scrubbed(request: Request) -> Request:
    parts = urlsplit(request.uri)
    request.uri = urlunsplit((*urlsplit(RECORDED)[:2], parts.path, parts.query, ""))
    request.headers = {}
    return request


def _bare(response: dict[str, Any]) -> dict[str, Any]:
    kept = {"content-type", "api-version"}
    response["headers"] = {k: v for k, v in response["headers"].items() if k.lower() in kept}
    real = os.environ.get("NAUTOBOT_TEST_URL", RECORDED)
    response["body"]["string"] = response["body"]["string"].replace(real.encode(), RECORDED.encode())
    return response


def _same_question(one: Request, other: Request) -> None:
    """Compare what is asked, not how the file is laid out: a comment in a query file needs no new recording."""
    assert _question(one) == _question(other)


def _question(request: Request) -> Any:
    if not request.body:
        return None
    body = json.loads(request.body)
    try:
        query = print_ast(parse(body["query"]))
    except Exception as error:  # noqa: BLE001  recorded on purpose: a query that is no GraphQL
        query = f"{body['query']} {error}"
    return query, body["variables"]


@pytest.fixture(scope="module")
def vcr_config() -> dict[str, Any]:
    """What a recording keeps, and when it is the answer to a request."""
    return {
        "before_record_request": _scrubbed,
        "before_record_response": _bare,
        "match_on": ["method", "path", "query", "question"],
        "decode_compressed_response": True,
    }


def pytest_recording_configure(config: pytest.Config, vcr: Any) -> None:
    """Teach recordings to tell GraphQL requests apart; they all go to one address."""
    vcr.register_matcher("question", _same_question)


@pytest.fixture(autouse=True)
def every_recorded_answer_is_used(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail where a recording holds answers that nobody asks for: it no longer describes the code."""
    vcr = request.getfixturevalue("vcr") if request.node.get_closest_marker("vcr") else None
    yield
    if vcr is not None and vcr.record_mode.value == "none":
        assert vcr.all_played


@pytest.fixture
def recorded(nautobot: Callable[..., Nautobot]) -> Callable[..., Nautobot]:
    """Make a source over the recorded Nautobot: `recorded("reader")`.

    `NAUTOBOT_TEST_URL=... pytest --record-mode=rewrite tests/source` records anew, from a Nautobot that holds the demo
    network and the test accounts, whose tokens are one digit forty times.
    """
    tokens = {"reader": "1" * 40, "limited": "2" * 40, "nothing": "3" * 40, "expired": "4" * 40, "inactive": "5" * 40}
    tokens["wrong"] = "9" * 40

    def make(account: str | None, **settings: Any) -> Nautobot:
        url = os.environ.get("NAUTOBOT_TEST_URL") or RECORDED
        token = {"nautobot_token": tokens[account]} if account else {}
        return nautobot(nautobot_url=url, **token, **settings)

    return make
