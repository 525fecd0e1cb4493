"""The arguments of every list that the demo serves, and the filter behind each."""

from tools.demo_changes import changed_kind, moment
from tools.demo_filters import (
    COMPARE,
    Filter,
    Test,
    back,
    choice,
    chosen,
    content_types,
    equal,
    every,
    flag,
    has,
    ids,
    keys,
    kind,
    located,
    negated,
    number,
    own,
    search,
    text,
    values,
    via,
    with_descendants,
)
from tools.demo_networks import addressed, covering, equals, networks, searched, within, within_any, within_or_equal
from tools.demo_records import Records, Row


def _on_devices(records: Records, wanted: list[str]) -> Test:
    """Addresses on interfaces of the devices with these names; unknown names match nothing."""
    found = {row["id"] for row in records.all("devices") if row.get("name") in wanted}
    reach = via("interfaces", "interfaces", own("device"))
    return lambda row: any(device in found for device in reach(records, row))


def _vlan_number(records: Records, wanted: list[int]) -> Test:
    """Prefixes whose VLAN has one of these numbers."""

    def test(row: Row) -> bool:
        vlan = records.follow(row, "vlan", "vlans")
        return vlan is not None and vlan["vid"] in wanted

    return test


def _has_primary(_: Records, value: bool) -> Test:
    return lambda row: bool(row.get("primary_ip4") or row.get("primary_ip6")) is value


def _subtree(records: Records, wanted: list[str]) -> Test:
    below = with_descendants(records, "locations", chosen(records, "locations", "name", wanted))
    return lambda row: row["id"] in below


_STATUS, _ROLE = choice(own("status"), "statuses"), choice(own("role"), "roles")
_TENANT, _TAGS = choice(own("tenant"), "tenants"), every(own("tags"), "tags")
_MAKER = via("device_type", "device_types", own("manufacturer"))
_ENDS = back("circuit_terminations", "circuit", own("location"))


def _both(name: str, filter_: Filter) -> dict[str, Filter]:
    return {name: filter_, name + "__n": negated(filter_)}


def _shared(*names: str) -> dict[str, Filter]:
    known = {"status": _STATUS, "role": _ROLE, "tenant": _TENANT}
    found: dict[str, Filter] = {"id": ids}
    for name in names:
        found |= _both(name, known[name]) if name in known else {"tags": _TAGS}
    return found


FILTERS: dict[str, dict[str, Filter]] = {
    "locations": {
        **_shared("status", "tenant", "tags"),
        **text("name"),
        **text("facility"),
        **text("description"),
        "q": search(
            "name", "facility", "description", "physical_address", "shipping_address", "contact_name", "comments"
        ),
        **_both("location_type", choice(own("location_type"), "location_types")),
        "parent": choice(own("parent"), "locations"),
        "subtree": _subtree,
        "has_devices": has(back("devices", "location")),
        "has_prefixes": has(back("prefixes", "locations")),
        "has_vlans": has(back("vlans", "locations")),
        "has_racks": has(back("racks", "location")),
    },
    "location_types": {**_shared(), **text("name"), "parent": choice(own("parent"), "location_types")},
    "devices": {
        **_shared("status", "role", "tenant", "tags"),
        **text("name"),
        **text("asset_tag"),
        "serial": values("serial", COMPARE["__ie"]),
        "q": search("name", "serial", "asset_tag", "comments", related=[(_MAKER, "manufacturers", "name")]),
        **_both("location", located()),
        **_both("device_type", choice(own("device_type"), "device_types", "model")),
        "manufacturer": choice(_MAKER, "manufacturers"),
        **_both("platform", choice(own("platform"), "platforms")),
        "rack": choice(own("rack"), "racks"),
        "has_primary_ip": _has_primary,
        "has_interfaces": has(back("interfaces", "device")),
        "has_ip_addresses": has(back("interfaces", "device", back("ip_addresses", "interfaces"))),
        **number("position"),
    },
    "device_types": {
        **_shared("tags"),
        **text("model"),
        **text("part_number"),
        "manufacturer": choice(own("manufacturer"), "manufacturers"),
    },
    "manufacturers": {**_shared(), **text("name"), "q": search("name")},
    "platforms": {
        **_shared(),
        **text("name"),
        **text("network_driver"),
        "manufacturer": choice(own("manufacturer"), "manufacturers"),
    },
    "interfaces": {
        **_shared("status", "role", "tags"),
        **text("name"),
        **text("description"),
        **text("label"),
        "q": search("name", "label", "description"),
        "device": choice(own("device"), "devices"),
        "location": choice(via("device", "devices", own("location")), "locations"),
        "enabled": flag("enabled", default=True),
        "mgmt_only": flag("mgmt_only", default=False),
        "has_ip_addresses": has(back("ip_addresses", "interfaces")),
        "has_cable": has(back("cable_to_cable_terminations", "interface")),
        "has_tagged_vlans": has(own("tagged_vlans")),
        "untagged_vlan": choice(own("untagged_vlan"), "vlans", "vid"),
        "tagged_vlans": choice(own("tagged_vlans"), "vlans", "vid"),
        **kind("type", "DcimInterfaceTypeChoices"),
        **number("mtu"),
    },
    "cables": {**_shared("status", "tags"), **text("label"), **kind("type", "DcimCableTypeChoices")},
    "cable_to_cable_terminations": {},
    "racks": {
        **_shared("status", "role", "tenant", "tags"),
        **text("name"),
        "serial": values("serial", COMPARE["__ie"]),
        **_both("location", located()),
        **number("u_height"),
        "has_devices": has(back("devices", "rack")),
        "q": search("name", "facility_id", "serial", "asset_tag", "comments"),
    },
    "rack_reservations": _shared("tenant", "tags"),
    "rack_groups": {**_shared(), **text("name"), **_both("location", located())},
    "prefixes": {
        **_shared("status", "role", "tenant", "tags"),
        "q": searched("description"),
        "prefix": networks(equals),
        "within": networks(within),
        "within_include": networks(within_or_equal),
        "contains": covering,
        **number("prefix_length"),
        "ip_version": equal("ip_version"),
        **kind("type", "IpamPrefixTypeChoices", "NETWORK"),
        **_both("namespace", choice(own("namespace"), "namespaces")),
        **_both("location", located("locations")),
        **_both("locations", located("locations")),
        "vlan_id": choice(own("vlan"), "vlans", "id"),
        "vlan_vid": _vlan_number,
    },
    "ip_addresses": {
        **_shared("status", "role", "tenant", "tags"),
        "q": searched("dns_name", "description", inside_only=True),
        "address": addressed,
        "prefix": within_any,
        "parent": choice(own("parent"), "prefixes", "id"),
        "device": _on_devices,
        "interfaces": choice(own("interfaces"), "interfaces"),
        **_both("namespace", choice(via("parent", "prefixes", own("namespace")), "namespaces")),
        "ip_version": equal("ip_version"),
        **number("mask_length"),
        **text("dns_name"),
        **text("description"),
        "has_interface_assignments": has(own("interfaces")),
        "has_nat_inside": has(own("nat_inside")),
    },
    "ip_address_ranges": {
        **_shared("status", "role", "tenant", "tags"),
        **text("name"),
        "parent": choice(own("parent"), "prefixes", "id"),
        **_both("namespace", choice(via("parent", "prefixes", own("namespace")), "namespaces")),
        "ip_version": equal("ip_version"),
        "count_as_utilized": flag("count_as_utilized", default=False),
        "is_exclusive": flag("is_exclusive", default=False),
    },
    "vlans": {
        **_shared("status", "role", "tenant", "tags"),
        **text("name"),
        **number("vid"),
        "q": search("name", "description", number="vid"),
        "vlan_group": choice(own("vlan_group"), "vlan_groups"),
        **_both("location", located("locations")),
        **_both("locations", located("locations")),
    },
    "vlan_groups": {**_shared("tags"), **text("name"), **_both("location", located())},
    "namespaces": {**_shared("tenant", "tags"), **text("name"), "q": search("name")},
    "circuits": {
        **_shared("status", "tenant", "tags"),
        **text("cid"),
        **text("description"),
        "q": search(
            "cid",
            "description",
            "comments",
            related=[
                (back("circuit_terminations", "circuit"), "circuit_terminations", field)
                for field in ("xconnect_id", "pp_info", "description")
            ],
        ),
        **_both("provider", choice(own("provider"), "providers")),
        **_both("circuit_type", choice(own("circuit_type"), "circuit_types")),
        **_both("location", choice(_ENDS, "locations", tree=True)),
        "has_terminations": has(back("circuit_terminations", "circuit")),
        **number("commit_rate"),
    },
    "circuit_terminations": {
        "circuit": choice(own("circuit"), "circuits", "cid"),
        **_both("location", located()),
    },
    "circuit_types": {**_shared(), **text("name")},
    "providers": {
        **_shared("tags"),
        **text("name"),
        "q": search("name", "account", "noc_contact", "admin_contact", "comments"),
        "has_circuits": has(back("circuits", "provider")),
        "location": choice(back("circuits", "provider", _ENDS), "locations", tree=True),
    },
    "roles": {**_shared(), **text("name"), "content_types": content_types("RoleType", all_of=False)},
    "statuses": {**_shared(), **text("name"), "content_types": content_types("StatusType", all_of=True)},
    "tags": {**_shared(), **text("name")},
    "tenants": {**_shared("tags"), **text("name"), **text("description")},
    "object_changes": {
        **_shared(),
        **text("user_name"),
        **text("object_repr"),
        "q": search("user_name", "object_repr"),
        **kind("action", "ExtrasObjectChangeActionChoices"),
        "changed_object_type": changed_kind,
        "changed_object_id": keys("changed_object_id"),
        "request_id": keys("request_id"),
        **moment("time"),
    },
}
