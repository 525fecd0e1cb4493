"""Ask a Nautobot which units of racks are used, by its own count: what tools/rack_space.py must agree with.

    python3 scripts/nautobot_racks.py OUT.json [--awkward 200]

Run it with that Nautobot's own Python and NAUTOBOT_CONFIG. It makes racks by chance (the same ones in each run): devices
of full and half depth at both faces, without a height, without a position, in the way of each other; reserved units.
They are undone before it ends.
"""

import argparse
import json
import random
from pathlib import Path
from typing import Any

HEIGHTS = (1, 2, 6, 10, 24, 42)
FACES = ("front", "rear")


def main() -> None:
    """Write the counts to a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--awkward", type=int, default=200, help="how many racks to make")
    given = parser.parse_args()
    import nautobot

    nautobot.setup()
    from django.db import transaction

    with transaction.atomic():
        racks = awkward(given.awkward)
        transaction.set_rollback(True)
    told = {"nautobot": nautobot.__version__, "racks": racks}
    given.out.write_text(json.dumps(told, separators=(",", ":")) + "\n", encoding="utf-8")


def awkward(wanted: int) -> list[dict[str, Any]]:
    """Make racks and return what is in each, with Nautobot's figures."""
    from django.contrib.auth import get_user_model
    from nautobot.dcim import models
    from nautobot.extras.models import Role, Status

    chance = random.Random(11)
    status, location = Status.objects.get(name="Active"), models.Location.objects.filter(racks__isnull=False).first()
    role = Role.objects.get_for_model(models.Device).first()
    maker = models.Manufacturer.objects.create(name="awkward")
    kinds = [
        models.DeviceType.objects.create(
            manufacturer=maker, model=f"{height} {deep}", u_height=height, is_full_depth=deep
        )
        for height in (0, 1, 2, 4)
        for deep in (True, False)
    ]
    user = get_user_model().objects.create(username="awkward")
    out = []
    for number in range(wanted):
        height = chance.choice(HEIGHTS)
        rack = models.Rack.objects.create(
            name=f"awkward {number}",
            location=location,
            status=status,
            u_height=height,
            desc_units=chance.random() < 0.3,
        )
        common = {"rack": rack, "location": location, "role": role, "status": status}
        places = set()
        for at in range(chance.randint(0, 7)):
            # Not validated: devices in each other's way are in many a Nautobot.
            place: dict[str, Any] = {"position": None, "face": ""}
            kind = chance.choice(kinds)
            if chance.random() < 0.85 and kind.u_height <= height:
                place = {
                    "position": chance.randint(1, height - max(kind.u_height, 1) + 1),
                    "face": chance.choice(FACES),
                }
            if place["position"] and tuple(place.values()) in places:
                continue  # that alone Nautobot's database refuses
            places.add(tuple(place.values()))
            models.Device.objects.create(name=f"awkward {number} {at}", device_type=kind, **common, **place)
        if chance.random() < 0.4:
            units = sorted(chance.sample(range(1, height + 1), chance.randint(1, min(4, height))))
            models.RackReservation.objects.create(rack=rack, units=units, user=user, description="awkward")
        out.append(counted(rack))
    return out


def counted(rack: Any) -> dict[str, Any]:
    """Return a rack, its devices, and Nautobot's figures: used units, units free at both faces, those taken at each."""
    devices = [
        [one.position, one.device_type.u_height, one.face, one.device_type.is_full_depth] for one in rack.devices.all()
    ]
    taken = {face: [unit["id"] for unit in rack.get_rack_units(face=face) if unit["occupied"]] for face in FACES}
    return {
        "height": rack.u_height,
        "devices": sorted(devices, key=str),
        "reserved": sorted(rack.get_reserved_units()),
        "used": int(rack.get_utilization()[0]),
        "available": sorted(rack.get_available_units()),
        **{face: sorted(units) for face, units in taken.items()},
    }


if __name__ == "__main__":
    main()
