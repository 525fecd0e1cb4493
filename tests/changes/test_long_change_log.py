"""A change log of many thousand changes: what was not looked at is said, and no change is lost."""

import json
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tools.answering import Answering
from tools.demo import DemoTransport
from tools.models import ToolAnswer
from tools.nautobot import Nautobot
from tools.packaged import folder
from tools.settings import ToolSettings

CHANGES = 6_000
NEWEST = datetime(2026, 11, 1, tzinfo=UTC)


def key(*parts: object) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, " ".join(map(str, parts))))


def change(number: int) -> dict[str, Any]:
    """Every hundredth is of a device at Bergen, an old one of one at Turku; the others are at Oslo."""
    place = "Bergen" if number % 100 == 0 else "Turku" if number == 5_950 else "Oslo"
    device = f"{place}-{number // 200 if place == 'Bergen' else number // 2}"
    location = {"id": key(place), "name": place}
    return {
        "id": key("change", number),
        "time": (NEWEST - timedelta(minutes=number)).isoformat(),
        "user_name": "robot",
        "request_id": key("request"),
        "action": "UPDATE",
        "changed_object_type": {"id": "3"},
        "changed_object_id": key(device),
        "change_context": "WEB",
        "object_repr": device,
        "object_data": {"name": device},
        "object_data_v2": {"name": device, "serial": f"S{number}", "location": location},
    }


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three locations and their change log."""
    target = tmp_path_factory.mktemp("long")
    (target / "schema.graphql").write_text((folder("demo_fixtures") / "schema.graphql").read_text(encoding="utf-8"))
    site = {"location_type": {"id": key("Site")}, "status": {"id": key("Active")}}
    records: dict[str, list[dict[str, Any]]] = {
        "content_types": [{"id": "3", "app_label": "dcim", "model": "device"}],
        "statuses": [{"id": key("Active"), "name": "Active"}],
        "location_types": [{"id": key("Site"), "name": "Site"}],
        "locations": [{"id": key(name), "name": name, **site} for name in ("Oslo", "Bergen", "Turku")],
        "object_changes": [change(number) for number in range(CHANGES)],
    }
    for collection, rows in records.items():
        (target / f"{collection}.json").write_text(json.dumps(rows), encoding="utf-8")
    return target


@pytest.fixture
def ask(network: Path) -> Callable[..., Awaitable[ToolAnswer]]:
    """Return what calls get_changes on it."""
    source = Nautobot(ToolSettings.load(_env_file=None, demo_mode="true"), demo=DemoTransport(network))
    answering = Answering(source)

    async def call(**arguments: Any) -> ToolAnswer:
        return (await answering.answer("get_changes", {"limit": 1000, **arguments})).answer

    return call


async def test_all_changes_are_told_and_the_newest_with_what_they_changed(ask: Any, cells: Any) -> None:
    found = await ask()

    assert found.total == CHANGES
    assert cells(found, "what changed", "location")[0] == ["serial: S100 -> S0", "Bergen"]
    assert cells(found, "what changed")[1] == ["unknown: no earlier change of it is recorded"]
    assert "What changed and where is told of the newest 1,000 of 6,000 changes." in found.notes[0]


async def test_changes_at_a_location_say_how_far_back_was_looked(ask: Any, cells: Any) -> None:
    found = await ask(location="Bergen")

    assert (found.total, found.more) == (50, None)  # of the newest 5,000; how many of the others is not known
    assert set(map(tuple, cells(found, "location"))) == {("Bergen",)}
    assert "Of 6,000 changes the newest 5,000 were looked at for their location, back to 2026-10-28" in found.notes[0]


async def test_older_changes_at_a_location_are_found_when_asked_for(ask: Any) -> None:
    found = await ask(location="Bergen", until="2026-10-28T12:00")

    assert (found.total, found.notes) == (9, [])


async def test_no_change_among_those_that_were_looked_at_is_not_told_as_none(ask: Any) -> None:
    found = await ask(location="Turku")

    assert (found.outcome, found.more) == ("empty", None)
    assert found.summary == "No changes at Turku are among the newest 5,000 of 6,000 changes."
    assert found.notes[0].startswith("Of 6,000 changes the newest 5,000 were looked at")
    then = await ask(location="Turku", since="2026-11-01")
    assert (then.more, then.summary) == (
        0,
        "No changes at Turku since 2026-11-01, and none at Turku are among the newest 5,000 of 6,000 changes.",
    )
