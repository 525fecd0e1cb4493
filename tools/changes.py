"""What a change changed, and where: told from what the record held after it and before it. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Held = Mapping[str, Any]  # Nautobot's object_data_v2, or object_data where it has no other

UNKNOWN = "unknown: no earlier change of it is recorded"
_EMPTY = "empty"
_WITHHELD = "(not shown)"
_LONG, _MOST = 48, 4  # characters of a value, and fields, in the short text

# What Nautobot writes into a record by itself, or what the record's name and page say already.
_OWN = {
    "id", "url", "display", "natural_slug", "notes_url", "object_type", "created", "last_updated", "tree_depth",
    "cable", "cable_peer", "cable_peer_type", "connected_endpoint", "connected_endpoint_type",
    "connected_endpoint_reachable", "computed_fields", "network_driver_mappings",
}  # fmt: skip
_SECRET = re.compile(r"passw|passphrase|secret|token|community|psk|private_key|api_key", re.IGNORECASE)
# What is said of a record that is new or gone, in this order.
_FACTS = (
    "status", "role", "type", "location", "locations", "device_type", "vid", "vlan", "vlan_group", "provider",
    "circuit_type", "commit_rate", "namespace", "primary_ip4", "primary_ip6", "interfaces", "dns_name", "enabled",
    "description", "comments",
)  # fmt: skip
_NAMES = ("name", "prefix", "address", "cid", "model", "display")


def held(change: Mapping[str, Any]) -> Held:
    """Return what a record held after a change of it; of one that was deleted, what it held last."""
    return change.get("object_data_v2") or change.get("object_data") or {}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return field, value before, value after of two changes' records; a field of Nautobot's own is none.

    Compared in the newer of its two forms only where both have it: the forms write one value in two ways.
    """
    form = "object_data_v2" if before.get("object_data_v2") and after.get("object_data_v2") else "object_data"
    old, new = _fields(before.get(form) or {}), _fields(after.get(form) or {})
    return [
        (name, _text(name, old.get(name)), _text(name, new.get(name)))
        for name in sorted(old.keys() | new.keys(), key=_rank)
        if _same(old.get(name)) != _same(new.get(name))
    ]


def told(found: Sequence[tuple[str, str, str]], *, short: bool = True) -> str:
    """Return differences as a text: "status: Planned -> Active; description: empty -> New office"."""
    if not found:
        return "saved without a change of a field"
    return _joined([f"{_word(name)}: {_cut(old, short)} -> {_cut(new, short)}" for name, old, new in found], short)


def facts(record: Held, *, short: bool = True) -> str:
    """Return what a record held, for one that is new or gone: "status: Active; role: Branch LAN"."""
    fields = _fields(record)
    names = [name for name in _FACTS if name in fields] if short else sorted(fields, key=_rank)
    kept = [name for name in names if _same(fields[name]) not in (None, (), False)]
    return _joined([f"{_word(name)}: {_cut(_text(name, fields[name]), short)}" for name in kept], short)


def place_ids(kind: str, record_id: str, record: Held) -> list[tuple[str, str]]:
    """Return id and name (empty where only the id is known) of each location that a record was at, the closest first."""
    if kind == "dcim.location":
        return [(record_id, str(record.get("name") or "")), *_places([record.get("parent")])]
    ends = [record.get("circuit_termination_a"), record.get("circuit_termination_z"), record.get("device")]
    inner = [part.get("location") for part in ends if isinstance(part, Mapping)]
    return list(dict.fromkeys(_places([record.get("location"), *(record.get("locations") or ()), *inner])))


def parent_prefix(record: Held) -> tuple[str, str] | None:
    """Return id and prefix of the network that an address was in, where that is known."""
    parent = record.get("parent")
    if isinstance(parent, Mapping) and parent.get("prefix"):
        return str(parent["id"]), str(parent["prefix"])
    return None


def with_devices(change: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return a change of an address whose interfaces say of which device they are: every switch has a Vlan100."""
    record = change.get("object_data_v2")
    ports = record.get("interfaces") if isinstance(record, Mapping) else None
    if not ports:
        return dict(change)
    named = [{**port, "name": f"{_device(port, names)} {port.get('name', '')}".strip()} for port in ports]
    return {**change, "object_data_v2": {**(record or {}), "interfaces": named}}


def _device(port: Mapping[str, Any], names: Mapping[str, str]) -> str:
    device = port.get("device")
    return names.get(str(device.get("id")), "") if isinstance(device, Mapping) else ""


def owner(record: Held) -> str:
    """Return the name of the device that an interface belonged to; empty where that is not known."""
    device = record.get("device")
    return str(device.get("name") or device.get("display") or "") if isinstance(device, Mapping) else ""


def _places(found: Iterable[Any]) -> list[tuple[str, str]]:
    places = []
    for place in found:
        if isinstance(place, Mapping) and place.get("id"):
            places.append((str(place["id"]), str(place.get("name") or "")))
        elif isinstance(place, str):  # object_data holds ids alone
            places.append((place, ""))
    return places


def _fields(record: Held) -> dict[str, Any]:
    found = {name: value for name, value in record.items() if name not in _OWN and not name.endswith("_count")}
    custom = found.pop("custom_fields", None)
    return found | {str(name): value for name, value in (custom.items() if isinstance(custom, Mapping) else ())}


def _same(value: Any) -> Any:
    """Return what makes a value the same as another: of a record its id, as its own name may have changed since."""
    if isinstance(value, Mapping):
        if "id" in value or "value" in value:
            return str(value.get("id", value.get("value")))
        return tuple(sorted((str(name), str(_same(inner))) for name, inner in value.items()))
    if isinstance(value, list | tuple):
        return tuple(sorted(str(_same(one)) for one in value))
    return None if value == "" else value


def _text(name: str, value: Any) -> str:
    if value is None or value in ("", [], {}):
        return _EMPTY
    return _WITHHELD if _SECRET.search(name) else _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        if "value" in value:  # a choice, with its label
            return str(value["value"])
        named = next((value[name] for name in _NAMES if value.get(name) not in (None, "")), None)
        return str(named if named is not None else value.get("id", value))
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(str(value).split())


def _rank(name: str) -> tuple[int, str]:
    return (_FACTS.index(name) if name in _FACTS else len(_FACTS), name)


def _word(name: str) -> str:
    return "commit rate kbps" if name == "commit_rate" else name.replace("_", " ")


def _cut(text: str, short: bool) -> str:
    return text if not short or len(text) <= _LONG else text[: _LONG - 1] + "…"


def _joined(parts: Sequence[str], short: bool) -> str:
    kept = list(parts[:_MOST]) if short else list(parts)
    rest = len(parts) - len(kept)
    return "; ".join(kept) + (f"; and {rest} more" if rest else "")
