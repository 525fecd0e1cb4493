"""Figures instead of records: address use, and counts by groups."""

import re
from collections.abc import Iterable

from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.listing import TOP, expanded
from chainlit_app.offline.parts import Facts
from chainlit_app.offline.reading import Reading, declined

_COUNTED = {"devices": "devices", "prefixes": "prefixes", "vlans": "vlans", "circuits": "circuits", "locations": "locations", "racks": "racks"}  # fmt: skip

# "The prefixes of ... and how full they are", "subnets with their utilization": of each by itself.
_OF_EACH = re.compile(
    r"\bhow\s+(?:\w+\s+)?(?:full|used|utili[sz]ed|empty|free|busy)\s+(?:they|these|those|each)\b"
    r"|\b(?:and|with)\s+(?:their|each\s+one\W?s)\s+(?:address\s+)?(?:use|usage|utili[sz]ation|fill\s+(?:level|rate))\b",
    re.IGNORECASE,
)


def address_use(found: Facts, reading: Reading, names: Gazetteer) -> Reading | None:
    """Address use: asked by its words, or by "fullest", "nearly empty" and the like."""
    other = set(reading.topics) - {"prefixes", "locations"}
    use = "analyze" in found.acts or (found.order in ("fullest", "emptiest", "freest", "largest", "smallest"))
    if not use or other or reading.devices:
        return None
    groups = reading.groups or _groups_by_sense(found, reading, names)
    reading = _without_grouped_types(reading, groups)
    order = reading.order
    if reading.top and not order and not groups:
        groups = ("prefix",)
    if "prefix" in groups and not order and reading.top:
        order = "fullest"
    top = reading.top or (TOP if order and "prefix" in groups else None)
    return expanded(reading.but(job="analyze", topics=("prefixes",), groups=groups, order=order, top=top), names)


def _without_grouped_types(reading: Reading, groups: tuple[str, ...]) -> Reading:
    """Drop a type that is grouped by: "which region has ..." does not look for regions besides."""
    return reading.but(types=tuple(t for t in reading.types if t.lower() not in groups))


def _groups_by_sense(found: Facts, reading: Reading, names: Gazetteer) -> tuple[str, ...]:
    if found.which == "locations" or (
        found.order and "locations" in {*found.topics, *found.weak} and not found.lengths
    ):
        # "Which region, X or Y?": the type is that of the places.
        return level(reading.types) if reading.types or len(reading.places) < 2 else _level_of(reading.places, names)
    if found.order and found.types and found.sites and "prefixes" not in found.topics and not found.lengths:
        return level(reading.types)
    if found.order or "prefixes" in found.topics and _OF_EACH.search(found.text):
        return ("prefix",)
    if found.sites and not any(names.type_of(place) in reading.types for place in reading.places):
        return level(reading.types)
    if len(reading.places) > 1:
        return _level_of(reading.places, names)
    return ()


def level(types: Iterable[str]) -> tuple[str, ...]:
    """Return what to group by for types of location: regions and countries are groups of their own."""
    groups = dict.fromkeys(t.lower() if t.lower() in ("region", "country") else "location" for t in types)
    return tuple(groups) or ("location",)


def _level_of(places: tuple[str, ...], names: Gazetteer) -> tuple[str, ...]:
    types = {names.type_of(place).lower() for place in places}
    return (types.pop(),) if types in ({"region"}, {"country"}) else ("location",)


def grouped(found: Facts, reading: Reading, names: Gazetteer) -> Reading | None:
    """Counts by groups: "per role", "which branches have fewer than two ...", "which site has the most ..."."""
    groups = reading.groups
    about_sites = (
        found.texts.get("joint:site_of", "where") != "where"
        or found.which == "locations"
        or bool({"locations"} & {*found.topics, *found.weak})
        or bool(reading.types)
    )
    record = next((t for t in reading.topics if t in _COUNTED and t != "locations"), "")
    limits = _limits(found)
    ranked = found.order in ("most", "fewest") or (found.top and found.sites)
    if not groups and record and about_sites and (limits or ranked):
        groups = level(reading.types)
        if found.top and not found.order and not limits:
            reading = reading.but(order="most")
    if not groups:
        return None
    if set(reading.topics) & {"interfaces"} or reading.devices:
        return declined("interfaces_by_group") if "interfaces" in reading.topics else None
    fewer, more = limits or (None, None)
    if not (record or reading.topics or reading.types):
        return None if not reading.counting else Reading("ask", reason="count_what", places=reading.places)
    record = record or "locations"
    reading = _without_grouped_types(reading, groups)
    job = "analyze" if record == "prefixes" and not (limits or reading.types) else "count"
    order = found.order
    if re.search(r"\bfirst\b", found.text, re.IGNORECASE):  # "biggest first": of the counts
        order = {"largest": "most", "smallest": "fewest"}.get(order, order)
    order = {"most": "count", "fewest": "count"}.get(order, order) if job == "analyze" else order
    return reading.but(job=job, topics=(record,), groups=groups, fewer=fewer, more=more, order=order)


def _limits(found: Facts) -> tuple[int | None, int | None] | None:
    """Return "fewer than" and "more than" as the tools take them."""
    if found.amount is None:
        return None
    kind, n = found.amount
    return {
        "fewer": (n, None),
        "at_most": (n + 1, None),
        "more_than": (None, n),
        "at_least": (None, n - 1),
        "exactly": (n + 1, n - 1),
        "single": (2, None),
        "none": (1, None),
    }[kind]
