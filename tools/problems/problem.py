"""One problem, and what the checks share. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tools.places import Tree

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """One finding of one check."""

    kind: str
    record: str  # "10.2.11.0/24", "OSA01-acc004"
    places: tuple[str, ...]  # ids of the locations that it is about
    detail: str
    link: str | None = None  # a path in Nautobot's pages


def name(row: Row, field: str) -> str:
    """Return the name of a related record; empty where there is none."""
    return str((row.get(field) or {}).get("name") or "")


def places(row: Row) -> tuple[str, ...]:
    """Return the ids of the locations of a record, which has one or several."""
    one = row.get("location")
    return tuple(place["id"] for place in ([one] if one else row.get("locations") or ()))


def names_of(ids: Iterable[str], tree: Tree) -> str:
    """Return the names of locations in one text, each once; empty where there are none."""
    return ", ".join(dict.fromkeys(tree.by_id[one].name for one in ids if one in tree.by_id))


def at(ids: Sequence[str], tree: Tree) -> str:
    """Return where something is: " at NYC01"; nothing where that is not recorded."""
    names = names_of(ids, tree)
    return f" at {names}" if names else ""


def page(kind: str, row: Row) -> str:
    """Return the path of a record's page."""
    return f"{kind}{row['id']}/"


PREFIX, ADDRESS, VLAN = "/ipam/prefixes/", "/ipam/ip-addresses/", "/ipam/vlans/"
DEVICE, LOCATION, RACK, CIRCUIT = "/dcim/devices/", "/dcim/locations/", "/dcim/racks/", "/circuits/circuits/"
