"""Units of racks, against a slow count."""

from hypothesis import given
from hypothesis import strategies as st

from tools.rack_space import Mounted, use, written

DEVICES = st.builds(Mounted, st.integers(0, 14), st.integers(0, 4), st.sampled_from(["front", "rear"]), st.booleans())


@given(st.integers(1, 12), st.lists(DEVICES, max_size=6), st.lists(st.integers(0, 14), max_size=4))
def test_units_are_used_where_anything_stands_or_is_reserved(
    height: int, mounted: list[Mounted], reserved: list[int]
) -> None:
    found = use(height, mounted, reserved)

    placed = [device for device in mounted if device.position > 0]
    stand = {
        unit: [one for one in placed if one.position <= unit < one.position + one.height]
        for unit in range(1, height + 1)
    }
    used = {unit for unit, there in stand.items() if there or unit in reserved}
    faces = {
        unit: {face for one in there for face in (["front", "rear"] if one.full_depth else [one.face])}
        for unit, there in stand.items()
    }
    assert found.used == used
    assert found.free == height - len(used)
    assert found.one_face == {unit for unit in faces if len(faces[unit]) == 1}
    assert found.reserved == {unit for unit in used if not stand[unit]}


@given(st.integers(1, 12), st.lists(DEVICES, max_size=6))
def test_runs_are_the_free_units_in_as_few_pieces_as_can_be(height: int, mounted: list[Mounted]) -> None:
    found = use(height, mounted)

    units = [unit for first, last in found.runs for unit in range(first, last + 1)]
    assert units == [unit for unit in range(1, height + 1) if unit not in found.used]
    assert all(first - 1 not in units and last + 1 not in units for first, last in found.runs)
    sizes = [last - first + 1 for first, last in found.runs]
    assert (found.largest is None) == (not sizes)
    if found.largest:
        assert found.largest[1] - found.largest[0] + 1 == max(sizes)


def test_runs_are_written_as_on_the_rack() -> None:
    assert written([(1, 38), (40, 40)]) == "U1-U38, U40"
