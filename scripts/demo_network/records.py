"""The records of the demo network, in the shapes of Nautobot's GraphQL."""

import json
import random
import uuid
from collections import defaultdict
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_interface, ip_network
from pathlib import Path
from typing import Any

Record = dict[str, Any]
NAMESPACE = uuid.UUID("5e87a247-5d0e-4f5e-8a1c-0d3e0a7e0001")
OWN = json.loads((Path(__file__).parent / "defaults.json").read_text(encoding="utf-8"))
SPLIT = {"devices", "interfaces", "cables", "prefixes", "ip_addresses"}  # one file a region


def fixed_id(*key: str | int) -> str:
    """The same id on every machine."""
    return str(uuid.uuid5(NAMESPACE, "|".join(map(str, key))))


def ref(record: Record) -> Record:
    return {"id": record["id"]}


def chance(*key: str | int) -> random.Random:
    """A source of numbers that depends on the key alone, so that an addition elsewhere changes nothing here."""
    return random.Random("|".join(map(str, key)))


@cache
def _network(cidr: str) -> IPv4Network | IPv6Network:
    return ip_network(cidr)


class Network:
    """All records by root field of Nautobot's GraphQL; those of sites also by region."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, str], list[Record]] = defaultdict(list)
        self._named: dict[tuple[str, str], Record] = {}
        self.region = ""  # whose part is being built

    def add(self, field: str, *key: str | int, **values: Any) -> Record:
        """A new record; values that are None, empty or [] are left out."""
        given = {k: v for k, v in values.items() if v not in (None, "", [])}
        record = {"id": given.pop("id", None) or fixed_id(field, *key), **given}
        self._records[field, self.region if field in SPLIT else ""].append(record)
        return record

    def named(self, field: str, name: str, **values: Any) -> Record:
        """A new record that others refer to by name."""
        self._named[field, name] = self.add(
            field, name, **{"model" if field == "device_types" else "name": name}, **values
        )
        return self._named[field, name]

    def the(self, field: str, name: str) -> Record:
        """A reference to a named record; KeyError if there is none."""
        return ref(self._named[field, name])

    def all(self, field: str, region: str | None = None) -> list[Record]:
        """Every record of a kind, or those of one region."""
        return [
            record
            for (kind, part), records in self._records.items()
            for record in records
            if kind == field and region in (None, part)
        ]

    def prefix(self, cidr: str, location: Record, *, role: str = "", type_: str = "NETWORK", **values: Any) -> Record:
        namespace = values.pop("namespace", "Global")
        cidr = str(_network(cidr))
        return self.add(
            "prefixes",
            namespace,
            cidr,
            prefix=cidr,
            prefix_length=_network(cidr).prefixlen,
            ip_version=_network(cidr).version,
            type=type_,
            status=self.the("statuses", values.pop("status", "Active")),
            role=self.the("roles", role) if role else None,
            namespace=self.the("namespaces", namespace),
            locations=[ref(location)],
            **values,
        )

    def address(self, cidr: str, parent: Record, interface: Record | None = None, **values: Any) -> Record:
        cidr = str(ip_interface(cidr))
        return self.add(
            "ip_addresses",
            parent["namespace"]["id"],
            cidr,
            address=cidr,
            ip_version=ip_interface(cidr).version,
            type=values.pop("type_", "HOST"),
            status=self.the("statuses", values.pop("status", "Active")),
            parent=ref(parent),
            interfaces=[ref(interface)] if interface else [],
            **values,
        )

    def nest_prefixes(self) -> None:
        """Give each prefix the smallest one that covers it, as Nautobot does."""
        open_: list[Record] = []
        for record in sorted(self.all("prefixes"), key=_nesting_order):
            while open_ and not _covers(open_[-1], record):
                open_.pop()
            if open_:
                record["parent"] = ref(open_[-1])
            open_.append(record)

    def write(self, folder: Path) -> None:
        """Write one file a root field, or one a region; a record a line."""
        for (field, region), records in self._records.items():
            path = folder / field / f"{region.lower()}.json" if region else folder / f"{field}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            lines = (json.dumps(r, ensure_ascii=False, separators=(", ", ": ")) for r in records)
            path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8", newline="\n")


def _nesting_order(record: Record) -> tuple[str, int, int, int]:
    network = _network(record["prefix"])
    return record["namespace"]["id"], network.version, int(network.network_address), network.prefixlen


def _covers(outer: Record, inner: Record) -> bool:
    if outer["namespace"] != inner["namespace"] or outer["ip_version"] != inner["ip_version"]:
        return False
    return bool(_network(inner["prefix"]).subnet_of(_network(outer["prefix"])))  # type: ignore[arg-type]
