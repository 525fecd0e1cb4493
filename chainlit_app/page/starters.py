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
    sites = _busy_locations(names)
    found = [*_at_sites(names, sites), *_whole_network(names, sites)]
    return found[:6]


def _at_sites(names: Names, sites: list[LocationName]) -> list[Starter]:
    if not sites:
        return []
    first, second = sites[0], sites[1 % len(sites)]
    asked = [Starter(f"Prefixes at {first.name}", f"What prefixes exist at {first.name}?")]
    role = _role(names, second)
    place = second.city or second.name
    if role:
        asked.append(Starter(f"{role} devices in {place}", f"Show the {role} devices in {place}"))
    device = _device(names, first)
    if device:
        asked.append(Starter(f"What is {device} connected to?", f"What is {device} connected to?"))
    return asked


def _whole_network(names: Names, sites: list[LocationName]) -> list[Starter]:
    asked = [Starter("The ten fullest prefixes", "Which ten prefixes are the fullest?")]
    if names.device_roles:
        asked.append(Starter("Devices by role", "How many devices are there per role?"))
    country = next((site.path[-1] for site in sites if site.path), None)
    if country:
        asked.append(Starter(f"Export prefixes of {country}", f"Export all prefixes in {country} as CSV"))
    return asked or [Starter("Which locations are there?", "Which locations are there?")]


def _busy_locations(names: Names) -> list[LocationName]:
    """Return locations after which devices are named, the one with most first, of different cities."""
    heads = Counter(_head(device) for device in names.devices)
    parents = {place for location in names.locations for place in location.path}
    leaves = [location for location in names.locations if location.name not in parents]
    ranked = sorted(leaves, key=lambda location: -heads[location.name.casefold()])
    return ranked[:2]


def _head(device: str) -> str:
    return device.casefold().split("-")[0].split(".")[0]


def _devices_at(names: Names, site: LocationName) -> list[str]:
    return [device for device in names.devices if _head(device) == site.name.casefold()]


def _device(names: Names, site: LocationName) -> str | None:
    return next(iter(_devices_at(names, site)), None)


def _role(names: Names, site: LocationName) -> str | None:
    return names.device_roles[0] if names.device_roles else None
