"""The records of a folder of fixtures: each collection is read when it is first needed, in the order Nautobot gives.

A collection is `<root field>.json` or all `<root field>/*.json`: a JSON array with one record a line, as
`demo_fixtures/` holds them. What Nautobot derives from stored fields (a prefix's first and last address) is added here.
"""

import ipaddress
import json
import re
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.resources.abc import Traversable
from typing import Any

from tools.demo_fields import COLLECTION
from tools.errors import SourceError

Row = dict[str, Any]
Key = Callable[[Row], Any]


class FixtureError(SourceError):
    """The demo's data cannot be read; the message names file and line."""

    outcome = "defect"


def natural(text: str) -> str:
    """`text` with every number padded, so that NYC9 sorts before NYC10, as Nautobot orders names."""
    return re.sub(r"\d+", lambda number: number[0].rjust(8, "0"), text)[:255]


_PORT = re.compile(
    r"(?P<type>[^\d.:]+)?(?P<slots>(?:\d+/){0,4})(?P<id>\d+)?(?::(?P<channel>\d+))?(?:\.(?P<vc>\d+))?(?P<rest>.*)"
)


def natural_port(name: str) -> str:
    """The key by which Nautobot orders interfaces: slot numbers first, then the type, then the port."""
    match = _PORT.match(name)
    assert match is not None  # every part is optional
    slots = [slot.rjust(4, "0") for slot in match["slots"].split("/")[:-1]]
    slots += ["9999"] * (4 - len(slots))
    numbers = (part.rjust(6, "0") if part else "......" for part in match.group("id", "channel", "vc"))
    return ("".join(slots) + (match["type"] or "") + "".join(numbers) + natural(match["rest"]))[:100]


class Records:
    """The collections of one folder, and who points to whom."""

    def __init__(self, folder: Traversable) -> None:
        self.folder = folder
        self._lock = threading.RLock()  # two questions may need the same collection first
        self._rows: dict[str, list[Row]] = {}
        self._by_id: dict[str, dict[str, Row]] = {}
        self._pointing: dict[tuple[str, str], dict[str, list[Row]]] = {}
        self.choices: dict[str, frozenset[str]] = {}  # the values of each enumeration, as the schema names them

    def all(self, collection: str) -> list[Row]:
        """Every record, in Nautobot's order. Raises `FixtureError`."""
        rows = self._rows.get(collection)
        if rows is None:
            with self._lock:
                rows = self._rows.get(collection)
                if rows is None:
                    rows = self._rows[collection] = self._sorted(collection)
        return rows

    def by_id(self, collection: str) -> dict[str, Row]:
        """The records under their ids. Raises `FixtureError`."""
        index = self._by_id.get(collection)
        if index is None:
            index = self._by_id[collection] = {row["id"]: row for row in self.all(collection)}
        return index

    def get(self, collection: str, record_id: str) -> Row:
        """The record that a reference means. Raises `FixtureError` where there is none."""
        try:
            return self.by_id(collection)[record_id]
        except KeyError:
            raise FixtureError(f"{self.folder.name}/{collection}.json has no record {record_id}") from None

    def pointing(self, collection: str, field: str) -> dict[str, list[Row]]:
        """For each id that records of `collection` refer to in `field`: these records, in Nautobot's order."""
        index = self._pointing.get((collection, field))
        if index is None:
            index = {}
            for row in self.all(collection):
                for target in references(row, field):
                    index.setdefault(target, []).append(row)
            self._pointing[collection, field] = index
        return index

    def ranked(self, collection: str, ids: list[str]) -> list[Row]:
        """The records with these ids, in Nautobot's order."""
        rows = [self.get(collection, record_id) for record_id in ids]
        return sorted(rows, key=self._order(collection)) if len(rows) > 1 else rows

    def depth_first(self, collection: str) -> list[Row]:
        """Every record of a tree, each before those below it."""
        children = self.pointing(collection, "parent")
        todo = [row for row in reversed(self.all(collection)) if row.get("parent") is None]
        found = []
        while todo:
            row = todo.pop()
            found.append(row)
            todo += reversed(children.get(row["id"], ()))
        return found

    def _sorted(self, collection: str) -> list[Row]:
        rows = list(self._ends() if collection == COLLECTION["CableToCableTerminationType"] else self._read(collection))
        derive = _DERIVED.get(collection)
        if derive:
            for row in rows:
                derive(row)
        rows.sort(key=self._order(collection))
        return rows

    def _read(self, collection: str) -> Iterator[Row]:
        if not self.folder.is_dir():
            raise FixtureError(f"There is no folder {self.folder}")
        single, several = self.folder / f"{collection}.json", self.folder / collection
        files = [single] if single.is_file() else []
        if several.is_dir():
            files += sorted((f for f in several.iterdir() if f.name.endswith(".json")), key=lambda f: f.name)
        for file in files:
            yield from self._rows_of(file)

    def _rows_of(self, file: Traversable) -> list[Row]:
        try:
            rows = json.loads(file.read_text(encoding="utf-8"))
        except json.JSONDecodeError as error:
            raise FixtureError(f"{file}, line {error.lineno}: {error.msg}") from error
        if not isinstance(rows, list):
            raise FixtureError(f"{file}, line 1: a list of records is expected")
        for number, row in enumerate(rows, 1):
            if not isinstance(row, dict) or not isinstance(row.get("id"), str):
                raise FixtureError(f"{file}: record {number} is not an object with an id")
        return rows

    def _ends(self) -> Iterator[Row]:
        """The two ends of every cable, which the fixtures hold inside the cable."""
        for cable in self.all("cables"):
            for number, end in enumerate(cable.get("terminations", ())):
                yield {"id": f"{cable['id']}/{number}", "cable": {"id": cable["id"]}, **end}

    def _order(self, collection: str) -> Key:
        order = _ORDER.get(collection, _by_name)

        def key(row: Row) -> Any:
            return (*order(self, row), row["id"])

        return key

    def follow(self, row: Row, field: str, collection: str) -> Row | None:
        """The record that `field` refers to."""
        reference = row.get(field)
        return None if reference is None else self.get(collection, reference["id"])


def references(row: Row, field: str) -> list[str]:
    """The ids that a field refers to, be it one reference, a list of them, or none."""
    value = row.get(field)
    if value is None:
        return []
    if isinstance(value, list):
        return [reference["id"] for reference in value]
    return [value["id"]]


def _last(value: str | int | None) -> tuple[bool, Any]:
    """A sort key that puts what is missing behind the rest, as PostgreSQL does."""
    return (value is None, value)


def _name_of(records: Records, row: Row, field: str, collection: str) -> tuple[bool, Any]:
    target = records.follow(row, field, collection)
    return _last(None if target is None else target["name"])


def _by_name(_: Records, row: Row) -> tuple[Any, ...]:
    return (row["name"],)


def _by_natural_name(_: Records, row: Row) -> tuple[Any, ...]:
    name = row.get("name")
    return _last(None if name is None else natural(name))


def _prefix_order(records: Records, row: Row) -> tuple[Any, ...]:
    return (_name_of(records, row, "namespace", "namespaces"), row["ip_version"], row["_first"], row["prefix_length"])


def _range_order(records: Records, row: Row) -> tuple[Any, ...]:
    parent = records.get("prefixes", row["parent"]["id"])
    return (_name_of(records, parent, "namespace", "namespaces"), row["ip_version"], row["_host"])


def _circuit_order(records: Records, row: Row) -> tuple[Any, ...]:
    return (_name_of(records, row, "provider", "providers"), row["cid"])


def _termination_order(records: Records, row: Row) -> tuple[Any, ...]:
    circuit = records.get("circuits", row["circuit"]["id"])
    return (*_circuit_order(records, circuit), row.get("term_side", ""))


def _rack_order(records: Records, row: Row) -> tuple[Any, ...]:
    location = records.follow(row, "location", "locations")
    site = _last(None if location is None else natural(location["name"]))
    return (site, _name_of(records, row, "rack_group", "rack_groups"), natural(row["name"]))


def _end_order(records: Records, row: Row) -> tuple[Any, ...]:
    cable = records.get("cables", row["cable"]["id"])
    return (cable.get("label", ""), cable["id"], row.get("cable_end", ""), row.get("connector", 1))


_ORDER: dict[str, Callable[[Records, Row], tuple[Any, ...]]] = {
    "content_types": lambda _, row: (row["app_label"], row["model"]),
    "locations": _by_natural_name,
    "devices": _by_natural_name,
    "device_types": lambda records, row: (_name_of(records, row, "manufacturer", "manufacturers"), row["model"]),
    "interfaces": lambda _, row: (row["device"]["id"], row["_order"]),
    "cables": lambda _, row: (row.get("label", ""),),
    "cable_to_cable_terminations": _end_order,
    "racks": _rack_order,
    "prefixes": _prefix_order,
    "ip_addresses": lambda _, row: (row["ip_version"], row["_host"], row["mask_length"]),
    "ip_address_ranges": _range_order,
    "vlans": lambda records, row: (_name_of(records, row, "vlan_group", "vlan_groups"), row["vid"]),
    "circuits": _circuit_order,
    "circuit_terminations": _termination_order,
    "roles": lambda _, row: (_last(row.get("weight")), row["name"]),
    "object_changes": lambda _, row: (-datetime.fromisoformat(row["time"]).timestamp(),),  # the newest first
}


def _derive_prefix(row: Row) -> None:
    network = ipaddress.ip_network(row["prefix"])
    last = network.broadcast_address
    row.update(
        network=str(network.network_address),
        broadcast=str(last),
        prefix_length=network.prefixlen,
        ip_version=network.version,
        _first=network.network_address.packed,
        _last=last.packed,
    )


def _derive_address(row: Row) -> None:
    interface = ipaddress.ip_interface(row["address"])
    row.update(
        host=str(interface.ip),
        mask_length=interface.network.prefixlen,
        ip_version=interface.version,
        _host=interface.ip.packed,
    )


def _derive_interface(row: Row) -> None:
    row["_order"] = natural_port(row["name"])


def _derive_rack(row: Row) -> None:
    row["_name"] = natural(row["name"])


def _derive_range(row: Row) -> None:
    first = ipaddress.ip_address(row["start_host"])
    row.update(
        start_address=row["start_host"], end_address=row["end_host"], ip_version=first.version, _host=first.packed
    )


_DERIVED: dict[str, Callable[[Row], None]] = {
    "prefixes": _derive_prefix,
    "ip_addresses": _derive_address,
    "ip_address_ranges": _derive_range,
    "interfaces": _derive_interface,
    "racks": _derive_rack,
}
