"""The demo network's change log, and a small one that a test writes."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from tools.answering import Answering
from tools.demo import DemoTransport
from tools.models import ToolAnswer
from tools.nautobot import Nautobot
from tools.packaged import folder
from tools.settings import ToolSettings


@pytest.fixture(scope="session")
def transport() -> DemoTransport:
    """The demo network, read once."""
    return DemoTransport(folder("demo_fixtures"))


@pytest.fixture
def answering(transport: DemoTransport) -> Answering:
    """The tools on the demo network."""
    return Answering(Nautobot(ToolSettings.load(_env_file=None, demo_mode="true"), demo=transport))


@pytest.fixture
def changed(answering: Answering) -> Callable[..., Awaitable[ToolAnswer]]:
    """Return what calls get_changes on the demo network: all rows."""

    async def ask(**arguments: Any) -> ToolAnswer:
        return (await answering.answer("get_changes", {"limit": 1000, **arguments})).answer

    return ask


@pytest.fixture
def cells() -> Callable[..., list[list[Any]]]:
    """Return what picks columns out of an answer's rows."""

    def pick(answer: ToolAnswer, *columns: str) -> list[list[Any]]:
        at: Sequence[int] = [answer.columns.index(name) for name in columns]
        return [[row[n] for n in at] for row in answer.rows]

    return pick
