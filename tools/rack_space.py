"""Rack units: which are used, and what is free between. Pure.

The rule is `Rack.get_utilization` of Nautobot 3.2 (nautobot/dcim/models/racks.py): a unit is used where a device stands
in it, at either face and however deep, or where it is reserved. A device of half depth leaves the other face of its
units open: `RackUse.one_face` tells these, which Nautobot counts as used all the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Run = tuple[int, int]  # first and last unit


@dataclass(frozen=True)
class Mounted:
    """A device in a rack: its lowest unit, how many it takes, at which face, and whether it takes both."""

    position: int
    height: int
    face: str  # "front" or "rear"
    full_depth: bool

    @property
    def units(self) -> range:
        return range(self.position, self.position + self.height)


@dataclass(frozen=True)
class RackUse:
    """The units of one rack."""

    height: int
    used: frozenset[int]
    one_face: frozenset[int]  # used, but open at the other face
    reserved: frozenset[int]  # and no device in it

    @property
    def free(self) -> int:
        return self.height - len(self.used)

    @property
    def runs(self) -> list[Run]:
        """The free units that lie together, from below."""
        out: list[Run] = []
        for unit in range(1, self.height + 1):
            if unit in self.used:
                continue
            if out and out[-1][1] == unit - 1:
                out[-1] = (out[-1][0], unit)
            else:
                out.append((unit, unit))
        return out

    @property
    def largest(self) -> Run | None:
        """The largest of them, of several the lowest; None where nothing is free."""
        return max(self.runs, key=lambda run: run[1] - run[0], default=None)


def use(height: int, mounted: Iterable[Mounted], reserved: Iterable[int] = ()) -> RackUse:
    """Return the use of a rack of so many units. What a device takes beyond its rack does not count."""
    faces: dict[int, set[str]] = {}
    for device in mounted:
        if device.position < 1:
            continue
        for unit in device.units:
            faces.setdefault(unit, set()).update(("front", "rear") if device.full_depth else (device.face,))
    units = range(1, height + 1)
    held = frozenset(unit for unit in units if unit in faces)
    kept = frozenset(unit for unit in reserved if 1 <= unit <= height) - held
    return RackUse(height, held | kept, frozenset(unit for unit in held if len(faces[unit]) == 1), kept)


def written(runs: Sequence[Run]) -> str:
    """Return runs as people write them: "U1-U38, U40"."""
    return ", ".join(f"U{first}" if first == last else f"U{first}-U{last}" for first, last in runs)
