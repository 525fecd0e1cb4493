"""Units of racks: a real Nautobot's own elevations of every rack of the demo network, beside the tool's answer."""

from typing import Any

import httpx
import pytest

from tools.answering import Answering
from tools.nautobot import Nautobot
from tools.rack_space import written
from tools.settings import ToolSettings

pytestmark = [pytest.mark.nautobot]


def taken(api: httpx.Client, rack: str, face: str) -> set[int]:
    """Return the units that an elevation shows as taken."""
    answer: dict[str, Any] = api.get(f"/api/dcim/racks/{rack}/elevation/", params={"face": face, "limit": 100}).json()
    assert answer["next"] is None
    return {unit["id"] for unit in answer["results"] if unit["occupied"]}


async def test_every_rack_has_the_free_units_of_its_elevation(nautobot_api: httpx.Client) -> None:
    answering = Answering(Nautobot(ToolSettings.load(_env_file=None, demo_mode="true")))
    answered = await answering.answer("find_free_space", {"inside": "all", "of": "rack_units", "limit": 1000}, None)

    answer = answered.answer
    assert answer.total == len(answer.rows) == 80
    for row, link in zip(answer.rows, answer.links, strict=True):
        told, rack = dict(zip(answer.columns, row, strict=True)), str(link).rstrip("/").rpartition("/")[2]
        used = taken(nautobot_api, rack, "front") | taken(nautobot_api, rack, "rear")
        free = [unit for unit in range(1, int(str(told["units"])) + 1) if unit not in used]
        starts = [unit for unit in free if unit - 1 not in free]
        runs = [(start, next(end for end in range(start, 99) if end + 1 not in free)) for start in starts]
        assert (told["used"], told["free"]) == (len(used), len(free))
        assert told["free units"] == written(runs)
