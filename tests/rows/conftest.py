"""A session of calls that may name earlier results, over the demo network or over tables as they are given."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from tools.answering import Answered, Answering
from tools.demo import DemoTransport
from tools.kept import kept
from tools.models import Cell, Earlier, ResultTable, Source
from tools.nautobot import Nautobot
from tools.packaged import folder
from tools.results import About
from tools.settings import ToolSettings


class Session:
    """Calls tools one after the other; each answer is the next result, r1, r2 and so on."""

    def __init__(self, nautobot: Any) -> None:
        self._answering = Answering(nautobot)
        self._earlier: dict[str, Earlier] = {}

    def given(
        self,
        columns: Sequence[str],
        *rows: Sequence[Cell],
        subject: str = "things",
        links: Sequence[str | None] = (),
        places: Sequence[tuple[str, ...]] = (),
    ) -> str:
        """Keep a table as if a tool had answered with it, and return its name."""
        table = ResultTable(
            subject=subject, columns=list(columns), rows=list(map(list, rows)), links=list(links) or [None] * len(rows)
        )
        source = Source(mode="demo", url=None, retrieved_at=datetime(2026, 1, 2, tzinfo=UTC), queries=[])
        return self._named(
            self._answering.results.keep(table, About("a_tool", {}, source, places=places)), "a_tool", {}
        )

    async def __call__(self, tool: str, **arguments: Any) -> Answered:
        """Call a tool."""
        answered = await self._answering.answer(tool, arguments, earlier=self._earlier)
        if not answered.failed:
            self._named(answered.answer.result_uri, tool, arguments)
        return answered

    def read(self, uri: str | None) -> str:
        """Return what stands behind the address of a result, as text."""
        content, _ = kept(self._answering.results, uri or "")
        return content if isinstance(content, str) else content.decode()

    def _named(self, uri: str | None, tool: str, arguments: dict[str, Any]) -> str:
        name = f"r{len(self._earlier) + 1}"
        self._earlier[name] = Earlier(uri=uri, tool=tool, arguments=arguments)
        return name


@pytest.fixture(scope="session")
def demo_network() -> Nautobot:
    settings = ToolSettings.load(_env_file=None, demo_mode="true")
    return Nautobot(settings, demo=DemoTransport(folder("demo_fixtures")))


@pytest.fixture
def session(demo_network: Nautobot) -> Session:
    """Return a conversation with the tools over the demo network."""
    return Session(demo_network)
