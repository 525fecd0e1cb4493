"""What only the whole question shows, when each of its words has a meaning."""

from chainlit_app.offline.gazetteer import Gazetteer, Place
from chainlit_app.offline.parts import Facts


def settle(found: Facts, names: Gazetteer) -> None:
    """Put together what only the whole question shows."""
    _settle_places(found, names)
    _settle_amount(found)
    _settle_groups(found)
    _settle_top(found)
    _settle_models(found)
    if found.ports and "interfaces" not in found.topics:
        found.topics.append("interfaces")
    if {"uplink", "loopback"} & set(found.flags) and "interfaces" not in found.topics:
        found.topics.append("interfaces")


def _settle_places(found: Facts, names: Gazetteer) -> None:
    """Read a place inside a place ("Springfield, Atlantis") as one; a type beside a city narrows it."""
    kept: list[tuple[str, Place]] = []
    outer = {name for _, place in found.places for name in place.names}
    for written, place in found.places:
        inner = tuple(n for n in place.names if any(names.within(n, o) for o in outer if o not in place.names))
        kept.append((written, Place(inner, place.by_city) if inner else place))
    chosen = {name for _, place in kept for name in place.names}
    whole = [
        (written, place)
        for written, place in kept
        if not any(names.within(n, o) for n in chosen for o in place.names) or len(kept) == 1
    ]
    unique: dict[tuple[str, ...], tuple[str, Place]] = {}
    for written, place in whole:
        unique.setdefault(place.names, (written, place))
    found.places = list(unique.values())


def _settle_models(found: Facts) -> None:
    """Read what looks like a model beside circuits as what it is: a number that nothing here is looked up by."""
    if "circuits" in found.topics and "devices" not in found.topics and not found.device_roles:
        found.unknown.extend(found.models)
        found.models = []


def _settle_top(found: Facts) -> None:
    """Read the lone number of "which 10 prefixes are the fullest" as how many are wanted."""
    if found.order and not found.top and len(found.unknown) == 1 and found.unknown[0].isdigit():
        found.top = int(found.unknown.pop())


def _settle_groups(found: Facts) -> None:
    """Read "by type" as the type that such records have."""
    if "?type" in found.groups:
        sort = "model" if "devices" in found.topics else "location_type"
        if "circuits" in found.topics:
            found.groups.remove("?type")  # circuits have a type of their own, which no call counts by
            found.unknown.append("type")
            return
        if sort == "location_type" and "locations" not in found.topics:
            found.topics.append("locations")
        found.groups = [sort if group == "?type" else group for group in found.groups]


def _settle_amount(found: Facts) -> None:
    """Drop a "no" beside a flag that says it already."""
    said = {"no_primary_ip", "name_not_of_location", "unconnected"}
    if found.amount and found.amount[0] == "none" and said & set(found.flags):
        found.amount = None
