"""What a record of the demo network consists of: facts about Nautobot's types that its schema does not tell.

The reduced schema (`scripts/reduce_schema.py`) and the executor (`tools/demo.py`) are both made from these tables, so
the demo cannot promise a field that it does not answer.
"""

from typing import Any

# The types that the demo serves: (root field of their list, root field of one, path of their REST resource)
TYPES = {
    "LocationType": ("locations", "location", "dcim/locations"),
    "LocationTypeType": ("location_types", "location_type", "dcim/location-types"),
    "DeviceType": ("devices", "device", "dcim/devices"),
    "DeviceTypeType": ("device_types", "device_type", "dcim/device-types"),
    "ManufacturerType": ("manufacturers", "manufacturer", "dcim/manufacturers"),
    "PlatformType": ("platforms", "platform", "dcim/platforms"),
    "InterfaceType": ("interfaces", "interface", "dcim/interfaces"),
    "CableType": ("cables", "cable", "dcim/cables"),
    "CableToCableTerminationType": (
        "cable_to_cable_terminations",
        "cable_to_cable_termination",
        "dcim/cables-to-cable-terminations",
    ),
    "RackType": ("racks", "rack", "dcim/racks"),
    "RackGroupType": ("rack_groups", "rack_group", "dcim/rack-groups"),
    "RackReservationType": ("rack_reservations", "rack_reservation", "dcim/rack-reservations"),
    "PrefixType": ("prefixes", "prefix", "ipam/prefixes"),
    "IPAddressType": ("ip_addresses", "ip_address", "ipam/ip-addresses"),
    "IPAddressRangeType": ("ip_address_ranges", "ip_address_range", "ipam/ip-address-ranges"),
    "VLANType": ("vlans", "vlan", "ipam/vlans"),
    "VLANGroupType": ("vlan_groups", "vlan_group", "ipam/vlan-groups"),
    "NamespaceType": ("namespaces", "namespace", "ipam/namespaces"),
    "CircuitType": ("circuits", "circuit", "circuits/circuits"),
    "CircuitTerminationType": ("circuit_terminations", "circuit_termination", "circuits/circuit-terminations"),
    "CircuitTypeType": ("circuit_types", "circuit_type", "circuits/circuit-types"),
    "ProviderType": ("providers", "provider", "circuits/providers"),
    "RoleType": ("roles", "role", "extras/roles"),
    "StatusType": ("statuses", "status", "extras/statuses"),
    "TagType": ("tags", "tag", "extras/tags"),
    "TenantType": ("tenants", "tenant", "tenancy/tenants"),
    "ObjectChangeType": ("object_changes", "object_change", "extras/object-changes"),
}
CONTENT_TYPE = "ContentTypeType"  # served as part of others only
COLLECTION = {name: plural for name, (plural, _, _) in TYPES.items()} | {CONTENT_TYPE: "content_types"}

# Fields that say of which kind another record is
STORED_KINDS = {("ObjectChangeType", "changed_object_type"), ("ObjectChangeType", "related_object_type")}

# Lists that a record stores itself, as references
STORED_LISTS = {
    ("PrefixType", "locations"),
    ("VLANType", "locations"),
    ("InterfaceType", "tagged_vlans"),
    ("IPAddressType", "interfaces"),
    *((name, "tags") for name in TYPES),
    *((name, "content_types") for name in ("LocationTypeType", "RoleType", "StatusType", "TagType")),
}


def _by_status(*extra: str) -> dict[str, tuple[str, str]]:
    kinds = ("devices", "locations", "racks", "circuits", "prefixes", "ip_addresses", "vlans")
    return {kind: (kind, "status") for kind in (*kinds, *extra)}


# Lists that are the other side of a stored reference: (collection, its field)
REVERSE: dict[str, dict[str, tuple[str, str]]] = {
    "LocationType": {
        "children": ("locations", "parent"),
        "devices": ("devices", "location"),
        "racks": ("racks", "location"),
        "rack_groups": ("rack_groups", "location"),
        "circuit_terminations": ("circuit_terminations", "location"),
        "namespaces": ("namespaces", "location"),
        "prefixes": ("prefixes", "locations"),
        "vlan_groups": ("vlan_groups", "location"),
        "vlans": ("vlans", "locations"),
    },
    "LocationTypeType": {
        "children": ("location_types", "parent"),
        "locations": ("locations", "location_type"),
    },
    "DeviceType": {"interfaces": ("interfaces", "device")},
    "DeviceTypeType": {"devices": ("devices", "device_type")},
    "ManufacturerType": {
        "device_types": ("device_types", "manufacturer"),
        "platforms": ("platforms", "manufacturer"),
    },
    "PlatformType": {"devices": ("devices", "platform")},
    "InterfaceType": {
        "ip_addresses": ("ip_addresses", "interfaces"),
        "member_interfaces": ("interfaces", "lag"),
        "child_interfaces": ("interfaces", "parent_interface"),
        "bridged_interfaces": ("interfaces", "bridge"),
    },
    "CableType": {"terminations": ("cable_to_cable_terminations", "cable")},
    "RackType": {"devices": ("devices", "rack"), "rack_reservations": ("rack_reservations", "rack")},
    "RackGroupType": {"children": ("rack_groups", "parent"), "racks": ("racks", "rack_group")},
    "PrefixType": {
        "children": ("prefixes", "parent"),
        "ip_addresses": ("ip_addresses", "parent"),
        "ip_address_ranges": ("ip_address_ranges", "parent"),
    },
    "IPAddressType": {
        "primary_ip4_for": ("devices", "primary_ip4"),
        "primary_ip6_for": ("devices", "primary_ip6"),
        "nat_outside_list": ("ip_addresses", "nat_inside"),
    },
    "VLANType": {
        "prefixes": ("prefixes", "vlan"),
        "interfaces_as_untagged": ("interfaces", "untagged_vlan"),
        "interfaces_as_tagged": ("interfaces", "tagged_vlans"),
    },
    "VLANGroupType": {"vlans": ("vlans", "vlan_group")},
    "NamespaceType": {"prefixes": ("prefixes", "namespace")},
    "CircuitType": {"circuit_terminations": ("circuit_terminations", "circuit")},
    "CircuitTypeType": {"circuits": ("circuits", "circuit_type")},
    "ProviderType": {"circuits": ("circuits", "provider")},
    "StatusType": _by_status("interfaces", "cables"),
    "RoleType": {
        kind: (kind, "role") for kind in ("interfaces", "devices", "racks", "prefixes", "ip_addresses", "vlans")
    },
    "TenantType": {
        kind: (kind, "tenant")
        for kind in ("devices", "locations", "racks", "circuits", "namespaces", "prefixes", "ip_addresses", "vlans")
    },
    "TagType": {
        "device_set": ("devices", "tags"),
        "interface_set": ("interfaces", "tags"),
        "location_set": ("locations", "tags"),
        "rack_set": ("racks", "tags"),
        "prefix_set": ("prefixes", "tags"),
        "ipaddress_set": ("ip_addresses", "tags"),
        "vlan_set": ("vlans", "tags"),
        "circuit_set": ("circuits", "tags"),
        "provider_set": ("providers", "tags"),
    },
}

# Fields that Nautobot has and the demo leaves out, so that what works here works there.
LEFT_OUT = {
    # When a record was written differs between any two installations.
    "created",
    "last_updated",
    # Nautobot refuses it unless a list stands beside it ("cannot be both deferred and traversed").
    "cable_termination",
    # Hundreds of names; nobody asks for the time zone of a site in a query file.
    "time_zone",
    # About what the demo has no records of.
    "local_config_context_data",
    "local_config_context_data_owner_object_id",
    "config_context",
    "_abs_length",
    "napalm_args",
    "network_driver_mappings",
}

# What a record has where the fixture leaves a field out and the schema allows no null. Text is empty, flags are false.
DEFAULTS: dict[str, dict[str, Any]] = {
    "InterfaceType": {"enabled": True},
    "DeviceTypeType": {"u_height": 1, "is_full_depth": True},
    "RackType": {"u_height": 42, "width": "A_19"},
    "CableToCableTerminationType": {"connector": 1},
    "VLANGroupType": {"range": "1-4094"},
    "IPAddressType": {"type": "HOST"},
    "PrefixType": {"type": "NETWORK"},
    "RoleType": {"color": "9e9e9e"},
    "StatusType": {"color": "9e9e9e"},
    "TagType": {"color": "9e9e9e"},
}
