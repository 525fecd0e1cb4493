"""Small lists of records, in the shapes of the query files."""

from collections.abc import Callable
from typing import Any

import pytest

from tools.places import Tree

Record = dict[str, Any]


def _at(*names: str) -> list[Record]:
    return [{"id": name, "name": name} for name in names]


def _location(name: str, kind: str, parent: str | None = None, status: str = "Active") -> Record:
    return {
        "id": name,
        "name": name,
        "location_type": {"name": kind},
        "status": {"name": status},
        "parent": {"id": parent} if parent else None,
    }


@pytest.fixture
def tree() -> Tree:
    """Two houses in one land, one of them with a floor, and a house that is planned."""
    return Tree(
        [
            _location("Land", "Area"),
            *(_location(f"H{n}", "House", "Land") for n in range(1, 9)),
            _location("H9", "House", "Land", "Planned"),
            _location("F1", "Floor", "H1"),
        ]
    )


@pytest.fixture
def prefix() -> Callable[..., Record]:
    """A prefix; its id says namespace and network."""

    def made(cidr: str, *places: str, type: str = "NETWORK", namespace: str = "Global", **more: Any) -> Record:
        record = {
            "id": f"{namespace} {cidr}",
            "prefix": cidr,
            "type": type,
            "status": {"name": "Active"},
            "role": None,
            "vlan": None,
            "namespace": {"name": namespace},
            "locations": _at(*places),
        }
        return record | more

    return made


@pytest.fixture
def address() -> Callable[..., Record]:
    """An address, on an interface "e1" of each of some devices at H1."""

    def made(host: str, *devices: str, around: Record | None, role: str | None = None) -> Record:
        ports = [
            {"id": one, "name": "e1", "device": {"id": one, "name": one, "location": _at("H1")[0]}} for one in devices
        ]
        name = {"name": role} if role else None
        return {"id": host, "address": host, "role": name, "parent": around, "interfaces": ports}

    return made


@pytest.fixture
def device() -> Callable[..., Record]:
    """A device at a place."""

    def made(name: str, place: str, role: str = "Switch", **more: Any) -> Record:
        record = {
            "id": name,
            "name": name,
            "role": {"name": role},
            "status": {"name": "Active"},
            "location": _at(place)[0],
            "primary_ip4": {"address": "10.0.0.1/24"},
            "primary_ip6": None,
        }
        return record | more

    return made


@pytest.fixture
def circuit() -> Callable[..., Record]:
    """A circuit that ends at places."""

    def made(cid: str, *places: str, status: str = "Active") -> Record:
        ends = [{"id": f"{cid} {place}", "location": _at(place)[0]} for place in places]
        kind = {"name": "MPLS"}
        return {"id": cid, "cid": cid, "circuit_type": kind, "status": {"name": status}, "circuit_terminations": ends}

    return made
