"""Records as Nautobot's change log keeps them: by ids (object_data), and with what they refer to (object_data_v2)."""

from ipaddress import ip_interface, ip_network
from typing import Any

from demo_network.records import Network, Record

# root field -> (kind of record, path of its REST resource, own fields and what they are where the record has none)
KINDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "locations": ("dcim.location", "dcim/locations", {"name": "", "description": "", "facility": "", "comments": ""}),
    "devices": (
        "dcim.device",
        "dcim/devices",
        {"name": "", "serial": "", "asset_tag": None, "position": None, "comments": ""},
    ),
    "interfaces": (
        "dcim.interface",
        "dcim/interfaces",
        {"name": "", "label": "", "description": "", "enabled": True, "mtu": None, "mgmt_only": False},
    ),
    "prefixes": ("ipam.prefix", "ipam/prefixes", {"prefix": "", "description": ""}),
    "ip_addresses": ("ipam.ipaddress", "ipam/ip-addresses", {"address": "", "dns_name": "", "description": ""}),
    "vlans": ("ipam.vlan", "ipam/vlans", {"vid": 0, "name": "", "description": ""}),
    "circuits": (
        "circuits.circuit",
        "circuits/circuits",
        {"cid": "", "install_date": None, "commit_rate": None, "description": "", "comments": ""},
    ),
    "circuit_terminations": (
        "circuits.circuittermination",
        "circuits/circuit-terminations",
        {"term_side": "", "port_speed": None, "description": ""},
    ),
    "racks": ("dcim.rack", "dcim/racks", {"name": "", "comments": ""}),
    "vlan_groups": ("ipam.vlangroup", "ipam/vlan-groups", {"name": "", "range": "1-4094"}),
    "location_types": ("dcim.locationtype", "dcim/location-types", {"name": "", "description": ""}),
    "device_types": ("dcim.devicetype", "dcim/device-types", {"model": "", "part_number": ""}),
    "platforms": ("dcim.platform", "dcim/platforms", {"name": "", "network_driver": ""}),
    "statuses": ("extras.status", "extras/statuses", {"name": "", "color": "9e9e9e", "description": ""}),
    "roles": ("extras.role", "extras/roles", {"name": "", "color": "9e9e9e", "description": ""}),
    "tenants": ("tenancy.tenant", "tenancy/tenants", {"name": "", "description": ""}),
    "namespaces": ("ipam.namespace", "ipam/namespaces", {"name": "", "description": ""}),
    "providers": ("circuits.provider", "circuits/providers", {"name": "", "asn": None}),
    "circuit_types": ("circuits.circuittype", "circuits/circuit-types", {"name": "", "description": ""}),
}
# root field -> what its records refer to: field -> root field of that
_REFERENCES: dict[str, dict[str, str]] = {
    "locations": {"location_type": "location_types", "status": "statuses", "parent": "locations", "tenant": "tenants"},
    "devices": {
        "device_type": "device_types",
        "status": "statuses",
        "role": "roles",
        "tenant": "tenants",
        "platform": "platforms",
        "location": "locations",
        "rack": "racks",
        "primary_ip4": "ip_addresses",
        "primary_ip6": "ip_addresses",
    },
    "interfaces": {"device": "devices", "status": "statuses", "role": "roles", "untagged_vlan": "vlans"},
    "prefixes": {
        "status": "statuses",
        "role": "roles",
        "parent": "prefixes",
        "namespace": "namespaces",
        "tenant": "tenants",
        "vlan": "vlans",
    },
    "ip_addresses": {"status": "statuses", "role": "roles", "parent": "prefixes", "tenant": "tenants"},
    "vlans": {"vlan_group": "vlan_groups", "status": "statuses", "role": "roles", "tenant": "tenants"},
    "circuits": {
        "status": "statuses",
        "provider": "providers",
        "circuit_type": "circuit_types",
        "tenant": "tenants",
        "circuit_termination_a": "circuit_terminations",
    },
    "circuit_terminations": {"circuit": "circuits", "location": "locations"},
    "racks": {"location": "locations", "status": "statuses"},
    "vlan_groups": {"location": "locations"},
}
_CHOICES = {
    "prefixes": ("type",),
    "interfaces": ("type", "mode"),
    "devices": ("face",),
}
# root field -> lists of what its records refer to; object_data has only those marked True
_LISTS: dict[str, dict[str, tuple[str, bool]]] = {
    "interfaces": {"tagged_vlans": ("vlans", True)},
    "prefixes": {"locations": ("locations", False)},
    "vlans": {"locations": ("locations", False)},
    "ip_addresses": {"interfaces": ("interfaces", False)},
}


def text(field: str, record: Record) -> str:
    """What Nautobot writes for a record in a list of changes."""
    if field == "vlans":
        return f"{record['name']} ({record['vid']})"
    name = next((record[key] for key in ("name", "prefix", "address", "cid", "model") if key in record), None)
    return str(name) if name else f"Termination {record['term_side']}"


class Snapshots:
    """Takes them of records of a network, as they are or as they once were."""

    def __init__(self, network: Network) -> None:
        self._by_id = {(field, record["id"]): record for field in KINDS for record in network.all(field)}

    def know(self, field: str, record: Record) -> None:
        """Others may refer to a record that the network no longer has."""
        self._by_id[field, record["id"]] = record

    def by_ids(self, field: str, record: Record, created: str, updated: str) -> Record:
        """The record as `object_data`."""
        data = {"created": created, "last_updated": updated, **self._plain(field, record)}
        for name in _CHOICES.get(field, ()):
            data[name] = _choice(record.get(name)) or ""
        for name in _REFERENCES.get(field, {}):
            data[name] = record.get(name, {}).get("id")
        for name, (_, kept) in _LISTS.get(field, {}).items():
            if kept:
                data[name] = [target["id"] for target in record.get(name, ())]
        data.pop("prefix", None)
        data.pop("address", None)
        return {**data, "custom_fields": {}, "tags": []}

    def in_full(self, field: str, record: Record, created: str, updated: str) -> Record:
        """The record as `object_data_v2`, with what it refers to."""
        data = self._one(field, record)
        for name, target in _REFERENCES.get(field, {}).items():
            data[name] = self._related(target, record.get(name))
        for name, (target, _) in _LISTS.get(field, {}).items():
            data[name] = [self._related(target, reference) for reference in record.get(name, ())]
        return {**data, "created": created, "last_updated": updated, "custom_fields": {}, "tags": []}

    def _related(self, field: str, reference: Record | None) -> Record | None:
        if reference is None:
            return None
        record = self._by_id[field, reference["id"]]
        data = self._one(field, record)
        for name, target in _REFERENCES.get(field, {}).items():
            data[name] = _brief(target, record[name]["id"]) if name in record else None
        return data

    def _one(self, field: str, record: Record) -> Record:
        data = {**_brief(field, record["id"]), "display": text(field, record), **self._plain(field, record)}
        if field == "circuit_terminations":
            data["display"] += f": {self._by_id['locations', record['location']['id']]['name']}"
        for name in _CHOICES.get(field, ()):
            value = _choice(record.get(name))
            data[name] = {"value": value, "label": value.capitalize()} if value else None
        return data

    def _plain(self, field: str, record: Record) -> Record:
        data = {name: record.get(name, default) for name, default in KINDS[field][2].items()}
        if field == "prefixes":
            network = ip_network(record["prefix"])
            data |= {"network": str(network.network_address), "broadcast": str(network.broadcast_address)}
            data |= {"prefix_length": network.prefixlen, "ip_version": network.version}
        if field == "ip_addresses":
            interface = ip_interface(record["address"])
            data |= {"host": str(interface.ip), "mask_length": interface.network.prefixlen}
            data |= {"ip_version": interface.version, "type": _choice(record.get("type", "HOST"))}
        return data


def _brief(field: str, record_id: str) -> Record:
    kind, path, _ = KINDS[field]
    return {"id": record_id, "object_type": kind, "url": f"/api/{path}/{record_id}/"}


def _choice(name: str | None) -> str | None:
    """A choice as Nautobot stores it: GraphQL's A_1000BASE_T is 1000base-t."""
    return name.removeprefix("A_").lower().replace("_", "-") if name else None
