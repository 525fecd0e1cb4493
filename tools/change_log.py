"""Nautobot's change log, read in three steps: which changes, which came before them, and what the records held then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tools.asking import Ask, Row
from tools.change_times import Span
from tools.changes import held, owner, parent_prefix, place_ids, with_devices
from tools.known_records import is_host
from tools.names import fold

KINDS = {
    "devices": ("dcim.device",),
    "interfaces": ("dcim.interface",),
    "prefixes": ("ipam.prefix",),
    "addresses": ("ipam.ipaddress",),
    "vlans": ("ipam.vlan",),
    "circuits": ("circuits.circuit", "circuits.circuittermination"),
    "locations": ("dcim.location",),
}
ACTIONS = {"created": "create", "updated": "update", "deleted": "delete"}
# A change of these is a change of what they are part of as well.
_PARTS = {"dcim.device": "dcim.interface", "circuits.circuit": "circuits.circuittermination"}
_AT_ONCE = 200  # changes whose records are read in one request: some 5 kB each


@dataclass(frozen=True)
class Wanted:
    """Which changes are asked for, all names looked up."""

    span: Span = field(default_factory=Span)
    kind: str | None = None
    action: str | None = None
    user: str | None = None
    records: Mapping[str, str] | None = None  # id -> kind, such as dcim.device

    def without_time(self) -> "Wanted":
        """The same at any time."""
        return replace(self, span=Span())

    @property
    def narrowed(self) -> bool:
        """Say whether the changes before one of these may be left out."""
        return bool(self.span.since or self.span.until or self.action or self.user)


def kind_of(change: Row) -> str:
    """Return the kind of record that was changed, such as dcim.device; empty where Nautobot no longer knows it."""
    kind = change.get("changed_object_type") or {}
    return f"{kind['app_label']}.{kind['model']}" if kind else ""


async def changes(ask: Ask, wanted: Wanted, *, lookup: bool = False) -> list[Row]:
    """Return all changes that are asked for, the newest first, without what the records held."""
    read = ask.lookup if lookup else ask.rows
    filters: dict[str, Any] = {
        "action": [ACTIONS[wanted.action]] if wanted.action else None,
        "user": [wanted.user] if wanted.user else None,
        **wanted.span.filters,
    }
    found: dict[str, Row] = {}
    for kind in KINDS[wanted.kind] if wanted.kind else (None,):
        for some in _chunks(list(wanted.records)) if wanted.records is not None else (None,):
            found |= {row["id"]: row for row in await read("changes", kind=kind, records=some, **filters)}
    if wanted.records:
        found |= {row["id"]: row for row in await _of_parts(ask, wanted, filters)}
    return sorted(found.values(), key=lambda row: str(row["time"]), reverse=True)


async def _of_parts(ask: Ask, wanted: Wanted, filters: Mapping[str, Any]) -> list[Row]:
    records = wanted.records or {}
    kinds = {_PARTS[kind] for kind in records.values() if kind in _PARTS}
    asked = sorted(kinds.intersection(KINDS[wanted.kind]) if wanted.kind else kinds)
    rows = [row for kind in asked for row in await ask.lookup("changes", kind=kind, **filters)]
    return [row for row in rows if row.get("related_object_id") in records]


async def named(ask: Ask, written: str) -> dict[str, str]:
    """Return id and kind of the records of a name that have changes; an interface is also "NYC01-acc001 Vlan100"."""
    rows = await ask.lookup("changes", name=[written])
    if not rows:  # a VLAN is written with its number, an address with its length
        rows = await ask.lookup("changes", beginning=[f"{written} (", *([f"{written}/"] if is_host(written) else ())])
    if not rows and " " in written:
        device, port = written.split(" ", 1)
        owners = {*(await named(ask, device)), *(await devices(ask, device))}
        ports = await ask.lookup("changes", kind="dcim.interface", name=[port])
        rows = [row for row in ports if row.get("related_object_id") in owners]
    return {str(row["changed_object_id"]): kind_of(row) for row in rows}


async def devices(ask: Ask, written: str) -> dict[str, str]:
    """Return id and kind of the devices that have a name now."""
    names = await ask.lookup("device_names")
    return {row["id"]: "dcim.device" for row in names if row["name"] and fold(row["name"]) == fold(written)}


class Records:
    """What records held after changes of them, and where they were."""

    def __init__(self, ask: Ask, log: Sequence[Row]) -> None:
        """`log`: changes, the newest first."""
        self._ask = ask
        self._log = log
        self._full: dict[str, Mapping[str, Any]] = {}
        self._before: dict[str, str] = {}  # id of a change -> id of the one before it, of the same record
        self._networks: dict[str, list[tuple[str, str]]] = {}  # id of a prefix -> its locations
        self._known: dict[str, list[tuple[str, str]]] = {}  # id of a record -> its locations, from another change

    async def read(self, found: Sequence[Row], *, complete: bool) -> None:
        """Read what the records held after these changes and before them. `complete`: the log has all of theirs."""
        updated = [str(row["changed_object_id"]) for row in found if row["action"] == "UPDATE"]
        older = self._log if complete else await self._histories(updated)
        self._before |= _one_before_another(older)
        wanted = [row["id"] for row in found]
        before = [self._before[key] for key in wanted if key in self._before]
        missing = [key for key in dict.fromkeys([*wanted, *before]) if key not in self._full]
        for some in _chunks(missing):
            rows = await self._ask.lookup("changes_in_full", changes=some)
            self._full |= {row["id"]: row for row in rows}
        await self._places(found)

    async def _histories(self, records: Iterable[str]) -> list[Row]:
        found: list[Row] = []
        for some in _chunks(tuple(dict.fromkeys(records))):
            found += await self._ask.lookup("changes", records=some)
        return sorted(found, key=lambda row: str(row["time"]), reverse=True)

    async def _places(self, found: Sequence[Row]) -> None:
        parents = {
            parent for row in found if kind_of(row) == "ipam.ipaddress" if (parent := parent_prefix(self._of(row)))
        }
        if parents:
            targets = sorted({prefix for _, prefix in parents})
            names = {row["id"]: row["name"] for row in await self._ask.lookup("device_names")}
            self._full = {key: with_devices(change, names) for key, change in self._full.items()}
            for some in _chunks(targets):
                for prefix in await self._ask.lookup("prefixes_within", targets=some):
                    self._networks[prefix["id"]] = place_ids("ipam.prefix", prefix["id"], prefix)
        for row in found:
            if places := self._own_places(row["id"], row):
                self._known.setdefault(str(row["changed_object_id"]), places)
        if any(kind_of(row) == "circuits.circuit" and not self._known.get(row["changed_object_id"]) for row in found):
            for circuit in await self._ask.lookup("circuits"):
                ends = [{"location": end.get("location")} for end in circuit.get("circuit_terminations") or ()]
                places = [place for end in ends for place in place_ids("", "", end)]
                self._known.setdefault(circuit["id"], places)

    def full(self, change: Row) -> Mapping[str, Any] | None:
        """Return a change with what its record held; None where that was not read."""
        return self._full.get(change["id"])

    def before(self, change: Row) -> Mapping[str, Any] | None:
        """Return the change before one, of the same record, with what that held; None where there is none."""
        return self._full.get(self._before.get(change["id"], ""))

    def places(self, change: Row) -> list[tuple[str, str]]:
        """Return id and name of each location that the record was at after a change, or at another time if not told."""
        return self._own_places(change["id"], change) or self._known.get(str(change["changed_object_id"]), [])

    def all_places(self, change: Row) -> set[str]:
        """Return the ids of the locations that the record was at after a change and before it."""
        earlier = self._own_places(self._before.get(change["id"], ""), change)
        return {place for place, _ in (*self.places(change), *earlier)}

    def name(self, change: Row) -> str:
        """Return what people call the record: an interface with its device."""
        own = str(change["object_repr"])
        device = owner(self._of(change)) if kind_of(change) == "dcim.interface" else ""
        return f"{device} {own}" if device else own

    def _of(self, change: Row) -> Mapping[str, Any]:
        return held(self._full.get(change["id"], {}))

    def _own_places(self, key: str, change: Row) -> list[tuple[str, str]]:
        record = held(self._full.get(key, {}))
        if kind_of(change) == "ipam.ipaddress":
            parent = parent_prefix(record)
            return self._networks.get(parent[0], []) if parent else []
        return place_ids(kind_of(change), str(change["changed_object_id"]), record) if record else []


def _one_before_another(log: Sequence[Row]) -> dict[str, str]:
    before: dict[str, str] = {}
    newer: dict[str, str] = {}  # id of a record -> its change that was seen last
    for row in log:
        record = str(row["changed_object_id"])
        if record in newer:
            before[newer[record]] = row["id"]
        newer[record] = row["id"]
    return before


def _chunks(values: Sequence[str]) -> list[list[str]]:
    return [list(values[at : at + _AT_ONCE]) for at in range(0, len(values), _AT_ONCE)]
