"""How the changes of records are written as Nautobot's change log keeps them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from demo_network.records import Network, Record, chance, fixed_id, ref
from demo_network.snapshots import KINDS, Snapshots, text

Step = tuple[str, str, str, dict[str, Any]]  # when ("11-03 14:02"), who, which action, how it then differed from now
LONG_AGO = "2025-03-17T09:00:00Z"
_PARTS = {"interfaces": ("device", "dcim.device"), "circuit_terminations": ("circuit", "circuits.circuit")}


class ChangeLog:
    """The changes so far."""

    def __init__(self, network: Network) -> None:
        self._snapshots = Snapshots(network)
        self._kinds = {f"{kind['app_label']}.{kind['model']}": ref(kind) for kind in network.all("content_types")}
        self._changes: list[Record] = []
        self._requests = 0

    def tell(self, field: str, record: Record, *steps: Step, request: str = "") -> None:
        """The changes of one record. Those of one `request` were made at once."""
        created = next((_time(when) for when, _, action, _ in steps if action == "CREATE"), None)
        self._snapshots.know(field, record)
        for when, who, action, other in steps:
            self._requests += 1
            moment = _moment(when) + timedelta(microseconds=chance(field, record["id"], when).randint(1000, 900_000))
            then = {name: value for name, value in {**record, **other}.items() if value is not None}
            was = (created or LONG_AGO, moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
            self._changes.append(
                {
                    "id": fixed_id("change", field, record["id"], when),
                    "time": moment.isoformat(),
                    "user_name": who,
                    "request_id": fixed_id("request", request or self._requests),
                    "action": action,
                    "changed_object_type": self._kinds[KINDS[field][0]],
                    "changed_object_id": record["id"],
                    "change_context": "WEB",
                    **self._related(field, then),
                    "object_repr": text(field, then),
                    "object_data": self._snapshots.by_ids(field, then, *was),
                    "object_data_v2": self._snapshots.in_full(field, then, *was),
                }
            )

    def _related(self, field: str, record: Record) -> Record:
        if field not in _PARTS:
            return {}
        name, kind = _PARTS[field]
        return {"related_object_type": self._kinds[kind], "related_object_id": record[name]["id"]}

    def write(self, network: Network) -> None:
        """Put them into the network, the oldest first."""
        for change in sorted(self._changes, key=lambda change: change["time"]):
            network.add("object_changes", **change)


def _moment(when: str) -> datetime:
    return datetime.strptime(f"2026-{when}", "%Y-%m-%d %H:%M:%S" if when.count(":") == 2 else "%Y-%m-%d %H:%M").replace(
        tzinfo=UTC
    )


def _time(when: str) -> str:
    return _moment(when).strftime("%Y-%m-%dT%H:%M:%SZ")


def find(network: Network, field: str, **wanted: Any) -> Record:
    """The one record of a kind with these values; ValueError where there is none, or several."""
    (found,) = [r for r in network.all(field) if all(r.get(name) == value for name, value in wanted.items())]
    return found


def at(network: Network, field: str, site: Record) -> list[Record]:
    """The records of a kind at a location."""
    return [r for r in network.all(field) if ref(site) in (r.get("location"), *r.get("locations", ()))]


def site_of(network: Network, name: str) -> Record:
    """The location of a name."""
    return find(network, "locations", name=name)


def circuits(network: Network, site: Record) -> list[Record]:
    """The circuits that end at a location."""
    ends = [end["id"] for end in at(network, "circuit_terminations", site)]
    return [c for c in network.all("circuits") if c.get("circuit_termination_a", {}).get("id") in ends]
