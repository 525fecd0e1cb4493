"""Free units of racks, through the tool server."""

from typing import Any

import pytest


def rack(
    name: str, *devices: tuple[int | None, int, str, bool], place: str = "FRA01", height: int = 10
) -> dict[str, Any]:
    mounted = [
        {
            "id": f"{name}-{at}",
            "position": position,
            "face": face,
            "device_type": {"id": "t", "u_height": units, "is_full_depth": deep},
        }
        for at, (position, units, face, deep) in enumerate(devices)
    ]
    return {
        "id": f"id-{name}", "name": name, "status": {"name": "Active"}, "role": None,
        "location": {"id": f"id-{place}", "name": place}, "u_height": height, "devices": mounted,
    }  # fmt: skip


@pytest.fixture
def racked(fake: Any, connected: Any) -> Any:
    async def look(inside: Any, *racks: dict[str, Any], **more: Any) -> tuple[Any, Any]:
        source = fake(
            rack_units=list(racks), rack_names=[{key: one[key] for key in ("id", "name", "location")} for one in racks]
        )
        async with connected(source) as client:
            result = await client.call_tool("find_free_space", {"inside": inside, "of": "rack_units", **more})
        return result.structuredContent, source

    return look


FULL = (1, 2, "FRONT", True)
HALF = (5, 1, "REAR", False)


async def test_each_rack_tells_its_free_units(racked: Any) -> None:
    answer, _ = await racked("FRA01", rack("R1", FULL, HALF, (None, 1, "", True)), rack("R2"))

    rows = [dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"]]
    assert answer["summary"] == (
        "2 racks at FRA01: 17 of 20 units are free, 3 used. The largest free run is 10 units in R2, U1-U10."
    )
    assert rows[0] | {"used": 3, "free": 7, "largest run": 5, "largest run at": "U6-U10"} == rows[0]
    assert rows[0] | {"free units": "U3-U4, U6-U10", "one face only": 1, "devices without position": 1} == rows[0]
    assert answer["links"][0] == "/dcim/racks/id-R1/"
    assert answer["notes"] == ["1 unit holds a device of half depth at one face only: used, as Nautobot counts."]


async def test_reserved_units_are_not_free(racked: Any) -> None:
    answer, _ = await racked("FRA01", rack("R1", FULL) | {"rack_reservations": [{"units": [2, 9, 10]}]})

    assert "Rack R1: 6 of 10 units are free" in answer["summary"]
    assert answer["notes"] == ["2 reserved units count as used."]


async def test_one_rack_is_found_by_its_name(racked: Any) -> None:
    answer, source = await racked("r1", rack("R1", FULL))

    assert answer["summary"] == "Rack R1: 8 of 10 units are free, 2 used. The largest free run is 8 units, U3-U10."
    assert ("rack_units", {"locations": ["id-FRA01"], "names": ["R1"]}) in [
        (query, variables) for query, _, variables in source.asked
    ]


async def test_a_full_rack_has_no_run(racked: Any) -> None:
    answer, _ = await racked("FRA01", rack("R1", (1, 10, "FRONT", True)))

    assert answer["summary"] == "Rack R1: 0 of 10 units are free, 10 used."


async def test_no_racks_are_no_failure(racked: Any) -> None:
    answer, _ = await racked("FRA01")

    assert (answer["outcome"], answer["summary"]) == ("empty", "No racks are recorded at FRA01.")


async def test_a_name_of_nothing_lists_racks_too(racked: Any) -> None:
    answer, _ = await racked("Server rack Q77", rack("Q7"))

    assert answer["outcome"] == "unknown"
    assert "Q7" in [one["name"] for one in answer["candidates"]]


async def test_a_length_of_a_prefix_is_no_business_of_racks(racked: Any) -> None:
    answer, _ = await racked("FRA01", rack("R1"), prefix_length=24)

    assert (answer["outcome"], answer["summary"][:17]) == ("invalid", "Racks have units:")
