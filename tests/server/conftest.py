"""The server and a client in one process, over a small Nautobot of a few rows."""

import importlib.util
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import tiktoken
from mcp.client.session import ClientSession
from mcp.shared.memory import create_connected_server_and_client_session

from tools.answering import Answered, Answering
from tools.demo import DemoTransport
from tools.models import Check, Mode, QueryRun, Status
from tools.nautobot import Nautobot
from tools.packaged import folder
from tools.server import build_server
from tools.settings import ToolSettings


@dataclass(frozen=True)
class FakeReading:
    rows: list[dict[str, Any]]
    run: QueryRun
    mode: Mode = "demo"
    url: str | None = None
    retrieved_at: datetime = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    note: str = ""
    hidden: frozenset[str] = frozenset()
    age: float = 0.0


@dataclass
class FakeNautobot:
    """Answers a query with given rows, whatever its variables, and remembers what was asked."""

    answers: dict[str, list[dict[str, Any]] | Exception]
    mode: Mode = "demo"
    url: str | None = None
    note: str = ""
    hidden: frozenset[str] = frozenset()
    asked: list[tuple[str, str | None, dict[str, Any]]] = field(default_factory=list)
    fresh: list[bool] = field(default_factory=list)  # of each call

    async def rows(self, query: str, *, turn: str | None = None, **variables: Any) -> FakeReading:
        self.asked.append((query, turn, variables))
        answer = self.answers.get(query, [])
        if isinstance(answer, Exception):
            raise answer
        run = QueryRun(file=f"{query}.graphql", variables=variables, rows=len(answer), seconds=0.0)
        return FakeReading(answer, run, self.mode, self.url, note=self.note, hidden=self.hidden)

    async def answering(self, turn: str | None, work: Callable[[], Awaitable[Any]], *, fresh: bool = False) -> Any:
        self.fresh.append(fresh)
        return await work()

    async def looked(self) -> Status:
        return Status(mode=self.mode, setting=self.mode, url=self.url, detail="A small network.")

    def refresh(self) -> None: ...

    async def checks(self) -> list[Check]:
        return [Check(name="Data", ok=True, detail="A small network.")]


def place(name: str, kind: str, parent: str | None = None, city: str = "", status: str = "Active") -> dict[str, Any]:
    return {
        "id": f"id-{name}",
        "name": name,
        "location_type": {"name": kind},
        "status": {"name": status},
        "parent": {"id": f"id-{parent}"} if parent else None,
        "facility": city,
        "description": f"{city} {kind.lower()}" if city else "",
    }


LOCATIONS = [
    place("NORTH", "Region"),
    place("SOUTH", "Region"),
    place("Germany", "Country", "NORTH"),
    place("United Kingdom", "Country", "NORTH"),
    place("Chile", "Country", "SOUTH"),
    place("Dominican Republic", "Country", "SOUTH"),
    place("FRA01", "Campus", "Germany", "Frankfurt"),
    place("MUC01", "Campus", "Germany", "München"),
    place("DED01", "Data Center", "Germany"),
    place("DEB01", "Branch", "Germany"),
    place("DEB02", "Branch", "Germany", status="Planned"),
    place("LON01", "Campus", "United Kingdom", "London"),
    place("SCL01", "Campus", "Chile", "Santiago"),
    place("STI01", "Campus", "Dominican Republic", "Santiago de los Caballeros"),
]
PREFIXES = [
    {
        "id": f"p{n}",
        "prefix": f"10.0.{n}.0/24",
        "prefix_length": 24,
        "ip_version": 4,
        "type": "NETWORK",
        "status": {"name": "Active"},
        "role": {"name": "User Data" if n % 2 else "User Voice"},
        "vlan": {"id": f"v{n}", "vid": 100 + n, "name": "data"},
        "namespace": {"name": "Global"},
        "locations": [{"id": "id-FRA01", "name": "FRA01"}],
        "description": "",
    }
    for n in range(1, 6)
]
ANSWERS: dict[str, list[dict[str, Any]] | Exception] = {
    "locations": LOCATIONS,
    "prefixes_by_location": PREFIXES,
    "roles": [{"id": "r1", "name": "User Data"}, {"id": "r2", "name": "User Voice"}],
    "statuses": [{"id": "s1", "name": "Active"}, {"id": "s2", "name": "Reserved"}],
    "namespaces": [{"id": "n1", "name": "Global"}, {"id": "n2", "name": "Lab"}],
}

Connect = Callable[[Any], AbstractAsyncContextManager[ClientSession]]


@pytest.fixture
def locations() -> list[dict[str, Any]]:
    return LOCATIONS


@pytest.fixture
def fake() -> Callable[..., FakeNautobot]:
    """A Nautobot with some answers changed: `fake(roles=[...])`."""

    def make(mode: Mode = "demo", url: str | None = None, note: str = "", **changed: Any) -> FakeNautobot:
        return FakeNautobot({**ANSWERS, **changed}, mode, url, note)

    return make


@pytest.fixture
def connected() -> Connect:
    """Give what connects a client to a server over a Nautobot."""

    @asynccontextmanager
    async def connect(nautobot: Any, **settings: Any) -> AsyncIterator[ClientSession]:
        answering = Answering(nautobot, **settings)

        async def load() -> Answering:
            return answering

        async with create_connected_server_and_client_session(build_server(load)) as client:
            yield client

    return connect


@pytest.fixture(scope="session")
def demo_transport() -> DemoTransport:
    return DemoTransport(folder("demo_fixtures"))


@pytest.fixture
def demo(demo_transport: DemoTransport) -> Nautobot:
    """The demo network, read as the product reads it."""
    return Nautobot(ToolSettings.load(_env_file=None, demo_mode="true"), demo=demo_transport)


@pytest.fixture
def ask_demo(demo: Nautobot) -> Callable[..., Awaitable[Answered]]:
    """Give what calls a tool on the demo network."""
    answering = Answering(demo)

    async def ask(tool: str, **arguments: Any) -> Answered:
        return await answering.answer(tool, arguments)

    return ask


@pytest.fixture(scope="session")
def fixtures() -> Callable[[str], dict[str, dict[str, Any]]]:
    """The records of the demo network as they stand in its files, by id."""

    def read(kind: str) -> dict[str, dict[str, Any]]:
        at = folder("demo_fixtures")
        single = at / f"{kind}.json"
        files = [single] if single.is_file() else [f for f in (at / kind).iterdir() if f.name.endswith(".json")]
        rows = [row for file in files for row in json.loads(file.read_text(encoding="utf-8"))]
        return {row["id"]: row for row in rows}

    return read


@pytest.fixture(scope="session")
def tokens() -> Callable[[str], int]:
    """Count tokens as o200k_base does, with the vocabulary that LiteLLM brings: no download."""
    spec = importlib.util.find_spec("litellm")
    assert spec is not None and spec.submodule_search_locations
    vocabularies = Path(spec.submodule_search_locations[0]) / "litellm_core_utils" / "tokenizers"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIKTOKEN_CACHE_DIR", str(vocabularies))
        encoding = tiktoken.get_encoding("o200k_base")
    return lambda text: len(encoding.encode(text))


@pytest.fixture
def inside(fixtures: Any) -> Any:
    """The ids of a location, by its name, and of everything below it."""
    locations = fixtures("locations")

    def ids(name: str) -> set[str]:
        found = {key for key, row in locations.items() if row["name"] == name}
        while more := {k for k, row in locations.items() if (row.get("parent") or {}).get("id") in found} - found:
            found |= more
        return found

    return ids
