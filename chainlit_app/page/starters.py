"""The first questions a page offers, made of names that the running source really has. Pure."""

from collections import Counter
from dataclasses import dataclass

from tools.models import LocationName, Names


@dataclass(frozen=True)
class Starter:
    """A question on a button."""

    label: str
    question: str


def starters(names: Names | None) -> list[Starter]:
    """Return questions that show the range; without names only those that need none."""
    if names is None:
        return [
            Starter("Which locations are there?", "Which locations are there?"),
            Starter("Fullest prefixes", "Which prefixes are the fullest?"),
            Starter("Devices by role", "How many devices are there per role?"),
            Starter("Circuits by provider", "How many circuits are there per provider?"),
        ]
    sites = busy_locations(names)
    found = [*_at_sites(names, sites), *_whole_network(names, sites)]
    return found[:6]


def _at_sites(names: Names, sites: list[LocationName]) -> list[Starter]:
    if not sites:
        return []
    first, second = sites[0], sites[-1]
    place = second.city or second.name
    asked = [
        Starter(f"Prefixes at {first.name}", f"What prefixes exist at {first.name}?"),
        Starter(f"Devices in {place}", f"Show the devices in {place}"),
    ]
    device = next((name for name in names.devices if _head(name) == first.name.casefold()), None)
    if device:
        asked.append(Starter(f"What is {device} connected to?", f"What is {device} connected to?"))
    return asked


def _whole_network(names: Names, sites: list[LocationName]) -> list[Starter]:
    asked = [Starter("The fullest prefixes", "Which prefixes are the fullest?")]
    if names.device_roles:
        asked.append(Starter("Devices by role", "How many devices are there per role?"))
    area = next((site.path[-1] for site in reversed(sites) if site.path), None)
    if area:
        asked.append(Starter(f"Export the prefixes of {area}", f"Export all prefixes in {area} as CSV"))
    return asked


def busy_locations(names: Names) -> list[LocationName]:
    """Return the location after which most devices are named, for the two types of location that have most."""
    heads = Counter(_head(device) for device in names.devices)
    parents = {place for location in names.locations for place in location.path}
    leaves = [location for location in names.locations if location.name not in parents]
    ranked = sorted(leaves, key=lambda location: (-heads[location.name.casefold()], location.name))
    busiest: dict[str, LocationName] = {}
    for location in ranked:
        busiest.setdefault(location.type, location)
    # The second first: what is largest of all is seldom what one would look at.
    return list(reversed(list(busiest.values())[:2]))


def _head(device: str) -> str:
    return device.casefold().split("-")[0].split(".")[0]
