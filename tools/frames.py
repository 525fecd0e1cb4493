"""Prefixes as a pandas DataFrame, and the figures of any part of it."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from tools.asking import Row
from tools.ipam.figures import Usage
from tools.places import Tree
from tools.ranges import used

if TYPE_CHECKING:
    import pandas as pd

    from tools.ipam.address_space import AddressSpace

_NOWHERE = ({"id": "", "name": "no location"},)
_NO = {"region": "no region", "country": "no country", "vlan": "no VLAN"}


@dataclass(frozen=True)
class Frame:
    """Prefixes: one row of `data` a prefix and location; its column `at` is the position in `space`."""

    data: "pd.DataFrame"
    space: "AddressSpace"

    def measured(self, part: "pd.DataFrame") -> Usage:
        """Return the use of some rows, all of one family: within a namespace every address counts once."""
        return self.space.use_of_groups(part["at"], [0] * len(part), 1)[0] if len(part) else Usage(0, 0)


def frame(rows: Sequence[Row], tree: Tree, asked: Container[str] | None = None, ranges: Sequence[Row] = ()) -> Frame:
    """Return prefixes with the addresses in them as a `Frame`.

    `asked` are the ids of the locations that count, where not all do: a prefix may be at others as well. Of `ranges`
    count those that are used in one of the prefixes.
    """
    import pandas as pd

    where = cache(lambda key, name: _where(key, name, tree))
    at, places = list[int](), list[dict[str, str]]()
    for position, row in enumerate(rows):
        here = [place for place in row.get("locations") or () if asked is None or place["id"] in asked] or _NOWHERE
        at += [position] * len(here)
        places += [where(place["id"], place["name"]) for place in here]
    columns = _properties(rows)
    data = pd.DataFrame({name: [values[one] for one in at] for name, values in columns.items()} | {"at": at})
    for name in ("location", "location_type", "country", "region"):
        data[name] = [place[name] for place in places]
    return Frame(data, space_of(rows, ranges))


def space_of(rows: Sequence[Row], ranges: Sequence[Row] = ()) -> "AddressSpace":
    """Return the address space that rows with their `ip_addresses` tell of, and the ranges used in them."""
    from tools.ipam.address_space import AddressSpace

    namespaces = _names(rows, "namespace")
    addresses: dict[str, list[str]] = {}
    for row, namespace in zip(rows, namespaces, strict=True):
        if held := row.get("ip_addresses"):
            addresses.setdefault(namespace, []).extend([one["address"] for one in held])
    types = [row["type"] for row in rows]
    return AddressSpace([row["prefix"] for row in rows], types, namespaces, addresses, used(ranges, rows))


def _properties(rows: Sequence[Row]) -> dict[str, list[Any]]:
    return {
        "id": [row["id"] for row in rows],
        "prefix": [row["prefix"] for row in rows],
        "type": [row["type"].lower() for row in rows],
        "role": _names(rows, "role", "no role"),
        "status": _names(rows, "status", "no status"),
        "vlan": [f"{vlan['vid']} {vlan['name']}" if (vlan := row.get("vlan")) else _NO["vlan"] for row in rows],
        "namespace": _names(rows, "namespace"),
        "prefix_length": [int(row["prefix"].rpartition("/")[2]) for row in rows],
        "ip_version": [6 if ":" in row["prefix"] else 4 for row in rows],
    }


def _where(key: str, name: str, tree: Tree) -> dict[str, str]:
    def above(kind: str) -> str:
        found = tree.ancestor(key, kind)
        return found.name if found else _NO[kind.casefold()]

    own = tree.by_id.get(key)
    return {
        "location": name,
        "location_type": own.type if own else "no location",
        "country": above("Country"),
        "region": above("Region"),
    }


def _names(rows: Sequence[Row], field: str, none: str = "") -> list[str]:
    return [one["name"] if (one := row.get(field)) else none for row in rows]
