"""The files of the demo network as plain records, ids replaced by names."""

import json
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_interface, ip_network
from pathlib import Path
from typing import Any

Row = dict[str, Any]
FOLDER = Path(__file__).parent.parent.parent / "demo_fixtures"


@cache
def load(kind: str) -> list[Row]:
    """Return the records of a kind, as they stand in its file or the files of its folder."""
    files = [FOLDER / f"{kind}.json", *sorted((FOLDER / kind).glob("*.json"))]
    return [row for file in files if file.exists() for row in json.loads(file.read_text(encoding="utf-8"))]


@cache
def by_id(kind: str) -> dict[str, Row]:
    """Return the records of a kind by their ids."""
    return {row["id"]: row for row in load(kind)}


def name_of(kind: str, row: Row, field: str, name: str = "name") -> Any:
    """Return the name of the record that a field refers to; None where it refers to none."""
    reference = row.get(field)
    return by_id(kind)[reference["id"]][name] if reference else None


def plain(choice: str) -> str:
    """Return a choice as people read it: `A_1000BASE_T` is "1000base-t"."""
    text = choice[2:] if choice.startswith("A_") and choice[2].isdigit() else choice
    return text.lower().replace("_", "-")


@cache
def place_ids(name: str) -> frozenset[str]:
    """Return the ids of a location, by its name or its city, and of all below it. Raise `KeyError` for none or two."""
    found = [row for row in load("locations") if name.lower() in (row["name"].lower(), row.get("facility", "").lower())]
    if len(found) != 1:
        raise KeyError(f"{len(found)} locations are called {name}")
    ids = {found[0]["id"]}
    while True:
        below = {row["id"] for row in load("locations") if (row.get("parent") or {}).get("id") in ids} - ids
        if not below:
            return frozenset(ids)
        ids |= below


def inside(at: str | list[str] | None) -> frozenset[str]:
    """Return the ids of several locations and of all below them; of every location where none is named."""
    return _inside(None if at is None else (at,) if isinstance(at, str) else tuple(at))


@cache
def _inside(names: tuple[str, ...] | None) -> frozenset[str]:
    if names is None:
        return frozenset(by_id("locations"))
    return frozenset(key for name in names for key in place_ids(name))


def above(location: str, kind: str) -> str | None:
    """Return the name of the location of a type ("Region") that a location, by its id, is or lies in."""
    row: Row | None = by_id("locations")[location]
    while row is not None:
        if name_of("location_types", row, "location_type") == kind:
            return str(row["name"])
        row = by_id("locations")[row["parent"]["id"]] if row.get("parent") else None
    return None


def site(location: str) -> str:
    """Return a location's name by its id."""
    return str(by_id("locations")[location]["name"])


@cache
def network(prefix: str) -> IPv4Network | IPv6Network:
    """Return a prefix as a network."""
    return ip_network(prefix)


@cache
def host_of(address: str) -> IPv4Address | IPv6Address:
    """Return an address without its length."""
    return ip_interface(address).ip


@cache
def nets() -> list[tuple[IPv4Network | IPv6Network, str, Row]]:
    """Return every prefix as a network, with the name of its namespace and its record."""
    return [(network(row["prefix"]), name_of("namespaces", row, "namespace"), row) for row in load("prefixes")]


@cache
def hosts() -> list[tuple[IPv4Address | IPv6Address, str, Row]]:
    """Return every address, with the name of its namespace and its record."""
    return [
        (host_of(row["address"]), name_of("namespaces", by_id("prefixes")[row["parent"]["id"]], "namespace"), row)
        for row in load("ip_addresses")
    ]
