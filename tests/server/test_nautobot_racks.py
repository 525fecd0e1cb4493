"""Units of racks: Nautobot's own figures, as scripts/nautobot_racks.py wrote them down."""

import json
from pathlib import Path
from typing import Any

import pytest

from tools.rack_space import Mounted, use

RECORDED = json.loads((Path(__file__).parent / "nautobot_racks.json").read_text(encoding="utf-8"))["racks"]


@pytest.mark.parametrize("said", RECORDED, ids=range(len(RECORDED)))
def test_a_rack_is_as_full_as_nautobot_says(said: dict[str, Any]) -> None:
    mounted = [Mounted(*device) for device in said["devices"] if device[0]]
    found, units = use(said["height"], mounted, said["reserved"]), set(range(1, said["height"] + 1))

    assert len(found.used) == said["used"]
    assert units - found.used == set(said["available"]) - set(said["reserved"])
    # At both faces, as the elevations show it.
    assert found.used - found.reserved == set(said["front"]) | set(said["rear"])
    assert found.one_face == set(said["front"]) ^ set(said["rear"])


def test_the_recorded_racks_are_of_every_kind() -> None:
    devices = [device for said in RECORDED for device in said["devices"]]
    assert len(RECORDED) == 200
    assert {device[3] for device in devices if device[0]} == {True, False}
    assert {device[2] for device in devices} == {"front", "rear", ""}
    assert sum(bool(said["reserved"]) for said in RECORDED) > 50
    assert any(said["used"] == said["height"] for said in RECORDED)
