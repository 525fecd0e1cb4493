"""What changed: a real Nautobot with the demo network's change log tells the same as the demo."""

import os
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from tools.answering import Answering
from tools.models import ToolAnswer
from tools.nautobot import Nautobot
from tools.settings import ToolSettings

pytestmark = pytest.mark.nautobot
SEEDED = {"until": "2026-11-20"}  # whatever else is done with that Nautobot is done later

ASKED: list[dict[str, Any]] = [
    {},
    {"location": "Germany"},
    {"location": ["BLR01", "GIG01", "KRB10"], "since": "2026-11-01"},
    {"location": "MEX01"},
    {"record": "FRA01-cor001"},
    {"record": "SFO01-acc003", "action": "updated"},
    {"record": "SFO01-acc003 GigabitEthernet1/0/7"},
    {"record": "10.193.16.0/23"},
    {"record": ["10.73.13.1/24", "NWC-100001"]},
    {"record": "voice", "location": "LYS01"},
    {"record": "NYC01-acc001"},
    {"record": "NOPE01-acc001"},
    {"kind": "circuits", "user": "MROSSI"},
    {"kind": "addresses"},
    {"action": "deleted"},
    {"user": "netops-automation", "since": "2026-11-12"},
    {"user": "nobody-here"},
    {"location": "NYC01", "since": "2026-11-15"},
    {"location": "SYD01"},
]


@pytest.fixture
async def ask() -> AsyncIterator[Callable[..., Any]]:
    """Return a function that asks both: the answer of the real one, that of the demo."""
    settings = {"nautobot_url": os.environ["NAUTOBOT_TEST_URL"], "nautobot_token": "1" * 40, "demo_mode": "false"}
    live = Nautobot(ToolSettings.load(_env_file=None, **settings))
    both = [Answering(live), Answering(Nautobot(ToolSettings.load(_env_file=None, demo_mode="true")))]

    async def ask_both(**arguments: Any) -> list[ToolAnswer]:
        return [(await one.answer("get_changes", {**SEEDED, **arguments, "limit": 1000})).answer for one in both]

    yield ask_both
    await live.aclose()


@pytest.mark.parametrize("arguments", ASKED, ids=str)
async def test_both_tell_the_same_changes(ask: Callable[..., Any], arguments: dict[str, Any]) -> None:
    real, demo = await ask(**arguments)

    base = os.environ["NAUTOBOT_TEST_URL"].rstrip("/")
    assert (real.outcome, real.summary, real.notes) == (demo.outcome, demo.summary, demo.notes)
    assert (real.columns, real.rows, real.candidates) == (demo.columns, demo.rows, demo.candidates)
    assert real.links == [base + path for path in demo.links]


async def test_a_change_leads_to_its_page(ask: Callable[..., Any], nautobot_api: Any) -> None:
    real, _ = await ask(record="10.193.16.0/23")

    page = nautobot_api.get("/api" + real.links[0].removeprefix(os.environ["NAUTOBOT_TEST_URL"].rstrip("/")))
    assert page.json()["object_repr"] == "10.193.16.0/23"


@pytest.mark.parametrize("account", [2, 3])
async def test_a_change_log_that_may_not_be_viewed_is_not_an_empty_one(account: int) -> None:
    settings = {"nautobot_url": os.environ["NAUTOBOT_TEST_URL"], "nautobot_token": str(account) * 40}
    nautobot = Nautobot(ToolSettings.load(_env_file=None, demo_mode="false", **settings))

    found = (await Answering(nautobot).answer("get_changes", {"since": "2026-11-01"})).answer

    await nautobot.aclose()
    assert found.outcome == "not_allowed"
    assert "may not read" in found.summary
