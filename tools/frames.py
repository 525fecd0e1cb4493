"""Prefixes as a pandas DataFrame, and the figures of any part of it."""

from collections.abc import Container, Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from tools.asking import Row
from tools.places import Tree
from tools.space import Space, Usage, host, network, usage

if TYPE_CHECKING:
    import pandas as pd

_NOWHERE = [{"id": "", "name": "no location"}]
_NO = {"region": "no region", "country": "no country", "vlan": "no VLAN"}


def frame(rows: Sequence[Row], tree: Tree, asked: Container[str] | None = None) -> "pd.DataFrame":
    """Return prefixes as a DataFrame: one row a prefix and location, with its `Space` in column `space`.

    `asked` are the ids of the locations that count, where not all do: a prefix may be at others as well.
    """
    import pandas as pd

    inside = _spaces(rows)
    where = cache(lambda key, name: _where(key, name, tree))
    records = []
    for row in rows:
        places = [place for place in row.get("locations") or () if asked is None or place["id"] in asked] or _NOWHERE
        for place in places:
            records.append(_properties(row) | where(place["id"], place["name"]) | {"space": inside[row["id"]]})
    return pd.DataFrame.from_records(records)


def measured(part: "pd.DataFrame") -> Usage:
    """Return the use of some rows of a `frame`, all of one family."""
    return of_spaces(zip(part["namespace"], part["id"], part["space"], strict=True)) if len(part) else Usage(0, 0)


def of_spaces(spaces: Iterable[tuple[str, str, Space]]) -> Usage:
    """Return the use of spaces, given as namespace, id and space: each id once, namespaces added up."""
    by_namespace: dict[str, dict[str, Space]] = {}
    for namespace, key, space in spaces:
        if space.type != "container":
            by_namespace.setdefault(namespace, {})[key] = space
    return sum((usage(list(found.values())) for found in by_namespace.values()), Usage(0, 0))


def _spaces(rows: Sequence[Row]) -> dict[str, Space]:
    """Return every prefix with what is in it: the other prefixes of its namespace, and addresses of any of these."""
    spaces: dict[str, Space] = {}
    addresses = {row["id"]: [host(one["address"]) for one in row.get("ip_addresses") or []] for row in rows}
    by_namespace: dict[tuple[str, int], list[Row]] = {}
    for row in rows:
        by_namespace.setdefault((_name(row, "namespace"), network(row["prefix"]).version), []).append(row)
    for family in by_namespace.values():
        nets = {row["id"]: network(row["prefix"]) for row in family}
        family.sort(key=lambda row: (int(nets[row["id"]].network_address), nets[row["id"]].prefixlen))
        ends = [int(nets[row["id"]].broadcast_address) for row in family]
        for at, row in enumerate(family):
            after = at + 1  # whatever lies inside comes next, and nothing else does before it ends
            while after < len(family) and ends[after] <= ends[at]:
                after += 1
            kind = str(row["type"]).lower()
            counted = family[at:after] if kind != "container" else []  # a container is used by prefixes only
            hosts = [number for inner in counted for number in addresses[inner["id"]]]
            children = [nets[inner["id"]] for inner in family[at + 1 : after]]
            spaces[row["id"]] = Space(nets[row["id"]], kind, children, hosts)
    return spaces


def _properties(row: Row) -> dict[str, Any]:
    vlan = row.get("vlan")
    net = network(row["prefix"])
    return {
        "id": row["id"],
        "prefix": row["prefix"],
        "type": str(row["type"]).lower(),
        "role": _name(row, "role") or "no role",
        "status": _name(row, "status") or "no status",
        "vlan": f"{vlan['vid']} {vlan['name']}" if vlan else _NO["vlan"],
        "namespace": _name(row, "namespace"),
        "prefix_length": net.prefixlen,
        "ip_version": net.version,
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


def _name(row: Row, field: str) -> str:
    return (row.get(field) or {}).get("name") or ""
