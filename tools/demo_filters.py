"""Nautobot's filters, as the demo understands them: for each list its arguments, and what each lets through.

Their oddities are Nautobot's own, each compared with a running one (tests/nautobot): a name is case-sensitive and one
unknown name fails the whole list, a location means everything below it as well, and an empty list filters nothing.
"""

import ipaddress
import re
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from tools.demo_records import Records, Row, references

Test = Callable[[Row], bool]
Filter = Callable[[Records, Any], Test]
Reach = Callable[[Records, Row], Iterable[str]]  # the ids of related records


class BadValue(Exception):
    """A value that Nautobot refuses, in its words."""


class Fault(Exception):
    """A value at which Nautobot itself fails; the message is its own."""


def unknown_choice(value: str) -> BadValue:
    """What Nautobot says to a name or id that it does not have."""
    return BadValue(f"Select a valid choice. {value} is not one of the available choices.")


def is_uuid(text: str) -> bool:
    """Whether Nautobot reads this as an id."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


# ---- related records -------------------------------------------------------------------------------------------------


def own(field: str) -> Reach:
    """The records that a field refers to."""
    return lambda _, row: references(row, field)


def via(field: str, collection: str, then: Reach) -> Reach:
    """What the records that a field refers to lead to."""

    def reach(records: Records, row: Row) -> Iterable[str]:
        for target in references(row, field):
            yield from then(records, records.get(collection, target))

    return reach


def back(collection: str, field: str, then: Reach | None = None) -> Reach:
    """The records that refer to this one, or what they lead to."""

    def reach(records: Records, row: Row) -> Iterable[str]:
        for source in records.pointing(collection, field).get(row["id"], ()):
            if then is None:
                yield source["id"]
            else:
                yield from then(records, source)

    return reach


def _chosen(records: Records, collection: str, key: str, values: list[str]) -> set[str]:
    found: set[str] = set()
    for value in values:
        if is_uuid(value):
            matching = {str(uuid.UUID(value))} & records.by_id(collection).keys()
        elif key == "id":
            raise BadValue(f"“{value}” is not a valid UUID.")
        elif key == "vid" and not value.isdigit():
            raise Fault(f"Field 'vid' expected a number but got '{value}'.")
        else:
            matching = {row["id"] for row in records.all(collection) if str(row.get(key)) == value}
        if not matching:
            raise unknown_choice(value)
        found |= matching
    return found


def _with_descendants(records: Records, collection: str, ids: set[str]) -> set[str]:
    children = records.pointing(collection, "parent")
    todo, found = list(ids), set(ids)
    while todo:
        for child in children.get(todo.pop(), ()):
            if child["id"] not in found:
                found.add(child["id"])
                todo.append(child["id"])
    return found


def choice(reach: Reach, collection: str, key: str = "name", *, tree: bool = False) -> Filter:
    """Records related to any of the named ones (names or ids; "null" means none); with `tree` or to one below."""

    def filter_(records: Records, values: list[str]) -> Test:
        wanted = _chosen(records, collection, key, [value for value in values if value != "null"])
        if tree:
            wanted = _with_descendants(records, collection, wanted)
        none_too = "null" in values

        def test(row: Row) -> bool:
            related = list(reach(records, row))
            return (none_too and not related) or any(target in wanted for target in related)

        return test

    return filter_


def every(reach: Reach, collection: str, key: str = "name") -> Filter:
    """Records related to all of the named ones, as Nautobot reads several tags."""

    def filter_(records: Records, values: list[str]) -> Test:
        wanted = [_chosen(records, collection, key, [value]) for value in values]
        return lambda row: all(set(reach(records, row)) & one for one in wanted)

    return filter_


def has(*reaches: Reach) -> Filter:
    """Whether a record has related ones at all."""

    def filter_(records: Records, value: bool) -> Test:
        return lambda row: any(any(True for _ in reach(records, row)) for reach in reaches) is value

    return filter_


def located(field: str = "location") -> Filter:
    """Records at locations or anywhere below them."""
    return choice(own(field), "locations", tree=True)


# ---- values ----------------------------------------------------------------------------------------------------------


def negated(filter_: Filter) -> Filter:
    """What the filter does not let through."""

    def negative(records: Records, value: Any) -> Test:
        test = filter_(records, value)
        return lambda row: not test(row)

    return negative


def values(field: str, compare: Callable[[str, str], bool]) -> Filter:
    """Records whose text compares with any of the values."""

    def filter_(_: Records, wanted: list[str]) -> Test:
        return lambda row: any(compare(row.get(field) or "", value) for value in wanted)

    return filter_


_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "": lambda text, value: text == value,
    "__ie": lambda text, value: text.lower() == value.lower(),
    "__ic": lambda text, value: value.lower() in text.lower(),
    "__isw": lambda text, value: text.lower().startswith(value.lower()),
    "__iew": lambda text, value: text.lower().endswith(value.lower()),
}
_NEGATIVE = {"__n": "", "__nie": "__ie", "__nic": "__ic", "__nisw": "__isw", "__niew": "__iew"}


def text(field: str) -> dict[str, Filter]:
    """The filters of a text field: exact, case-blind, contained, and their negations."""
    found = {field + suffix: values(field, compare) for suffix, compare in _COMPARE.items()}
    return found | {field + suffix: negated(found[field + positive]) for suffix, positive in _NEGATIVE.items()}


_BOUNDS: dict[str, Callable[[int, int], bool]] = {
    "": lambda number, value: number == value,
    "__gt": lambda number, value: number > value,
    "__gte": lambda number, value: number >= value,
    "__lt": lambda number, value: number < value,
    "__lte": lambda number, value: number <= value,
}


def number(field: str) -> dict[str, Filter]:
    """The filters of a number: equal, its bounds, and not equal."""

    def bounded(compare: Callable[[int, int], bool]) -> Filter:
        def filter_(_: Records, wanted: list[int]) -> Test:
            return lambda row: row.get(field) is not None and any(compare(row[field], value) for value in wanted)

        return filter_

    found = {field + suffix: bounded(compare) for suffix, compare in _BOUNDS.items()}
    return found | {field + "__n": negated(found[field])}


def flag(field: str, *, default: bool) -> Filter:
    """Records whose flag is set or not."""
    return lambda _, value: lambda row: bool(row.get(field, default)) is value


def equal(field: str) -> Filter:
    """Records whose field has the one value."""
    return lambda _, value: lambda row: row.get(field) == value


def enum_name(value: str) -> str:
    """How GraphQL spells a choice of Nautobot's: 10gbase-x-sfpp is A_10GBASE_X_SFPP."""
    name = re.sub(r"\W", "_", value).upper()
    return f"A_{name}" if name[:1].isdigit() else name


def kind(field: str, enumeration: str, default: str | None = None) -> dict[str, Filter]:
    """The filters of a choice; a value outside of the enumeration is refused."""

    def exact(records: Records, wanted: list[str]) -> Test:
        for value in wanted:
            if value != value.lower() or enum_name(value) not in records.choices[enumeration]:
                raise unknown_choice(value)
        names = {enum_name(value) for value in wanted}
        return lambda row: row.get(field, default) in names

    def case_blind(_: Records, wanted: list[str]) -> Test:
        names = {enum_name(value.lower()) for value in wanted}
        return lambda row: row.get(field, default) in names

    return {field: exact, f"{field}__ie": case_blind}


def ids(_: Records, wanted: list[str]) -> Test:
    """Records with these ids."""
    for value in wanted:
        if not is_uuid(value):
            raise BadValue("Enter a valid UUID.")
    found = {str(uuid.UUID(value)) for value in wanted}
    return lambda row: row["id"] in found


def content_types(records: Records, wanted: list[str]) -> Test:
    """Records meant for all of these kinds, such as dcim.device."""
    known = {f"{row['app_label']}.{row['model']}": row["id"] for row in records.all("content_types")}
    for value in wanted:
        if value not in known:
            raise unknown_choice(value)
    kinds = {known[value] for value in wanted}
    return lambda row: kinds <= set(references(row, "content_types"))


def search(*fields: str, related: Iterable[tuple[str, str, str]] = ()) -> Filter:
    """Records in which the words occur, as Nautobot's search field `q` does."""

    def filter_(records: Records, value: str) -> Test:
        word = value.lower()

        def test(row: Row) -> bool:
            if row["id"] == word or any(word in (row.get(field) or "").lower() for field in fields):
                return True
            return any(
                word in (records.get(collection, target).get(key) or "").lower()
                for field, collection, key in related
                for target in references(row, field)
            )

        return test

    return filter_


# ---- networks --------------------------------------------------------------------------------------------------------

Span = tuple[bytes, bytes, int]  # first address, last address, prefix length


def _span(value: str) -> Span:
    network = ipaddress.ip_network(value.strip(), strict=False)
    return network.network_address.packed, network.broadcast_address.packed, network.prefixlen


def networks(compare: Callable[[Row, Span], bool]) -> Filter:
    """Prefixes that compare with any of the values; one value that is no network and none does."""

    def filter_(_: Records, wanted: list[str]) -> Test:
        try:
            spans = [_span(value) for value in wanted]
        except ValueError:
            return lambda row: False
        return lambda row: any(compare(row, span) for span in spans)

    return filter_


# Nautobot compares the bytes of addresses without a look at the family, and so does this.
def _equals(row: Row, span: Span) -> bool:
    return (row["_first"], row["_last"], row["prefix_length"]) == span


def _within(row: Row, span: Span) -> bool:
    return bool(row["_first"] >= span[0] and row["_last"] <= span[1] and row["prefix_length"] > span[2])


def _within_or_equal(row: Row, span: Span) -> bool:
    return bool(row["_first"] >= span[0] and row["_last"] <= span[1] and row["prefix_length"] >= span[2])


def _covers(row: Row, span: Span) -> bool:
    return bool(row["_first"] <= span[0] and row["_last"] >= span[1] and row["prefix_length"] <= span[2])


def _within_any(_: Records, wanted: list[str]) -> Test:
    """Addresses inside any of the prefixes; a value that is no network is a failure."""
    spans = [_network_or_fail(value) for value in wanted]
    return lambda row: any(span[0] <= row["_host"] <= span[1] for span in spans)


def _covering(_: Records, wanted: list[str]) -> Test:
    """Prefixes that cover any of the addresses or prefixes."""
    whole = networks(_covers)(_, [value for value in wanted if "/" in value])
    single = [value for value in wanted if "/" not in value]
    hosts = []
    for value in single:
        try:
            hosts.append(ipaddress.ip_address(value.strip()).packed)
        except ValueError:
            continue
    everything = bool(single) and not hosts  # Nautobot's answer to nothing but nonsense is every prefix
    return lambda row: everything or whole(row) or any(row["_first"] <= host <= row["_last"] for host in hosts)


def _addressed(_: Records, wanted: list[str]) -> Test:
    """Addresses with any of the values; where one has a length, with that as well."""
    spans = [(value, _network_or_fail(value)) for value in wanted]
    bare = {ipaddress.ip_address(value.strip()).packed for value, _ in spans if "/" not in value}
    masked = [ipaddress.ip_interface(value.strip()) for value, _ in spans if "/" in value]
    # Any host with any length of the list, as Nautobot asks its database.
    hosts, lengths = {one.ip.packed for one in masked}, {one.network.prefixlen for one in masked}
    return lambda row: row["_host"] in bare or (row["_host"] in hosts and row["mask_length"] in lengths)


def _network_or_fail(value: str) -> Span:
    try:
        return _span(value)
    except ValueError:
        raise Fault(f"invalid IPNetwork {value}") from None


def _on_devices(records: Records, wanted: list[str]) -> Test:
    """Addresses on interfaces of the devices with these names; unknown names match nothing."""
    found = {row["id"] for row in records.all("devices") if row.get("name") in wanted}
    reach = via("interfaces", "interfaces", own("device"))
    return lambda row: any(device in found for device in reach(records, row))


def _has_primary(_: Records, value: bool) -> Test:
    return lambda row: bool(row.get("primary_ip4") or row.get("primary_ip6")) is value


def _subtree(records: Records, wanted: list[str]) -> Test:
    below = _with_descendants(records, "locations", _chosen(records, "locations", "name", wanted))
    return lambda row: row["id"] in below


# ---- the arguments of every list ---------------------------------------------------------------------------------------

_STATUS, _ROLE = choice(own("status"), "statuses"), choice(own("role"), "roles")
_TENANT, _TAGS = choice(own("tenant"), "tenants"), every(own("tags"), "tags")
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
        "serial": values("serial", _COMPARE["__ie"]),
        "q": search("name", "serial", "asset_tag", "comments"),
        **_both("location", located()),
        **_both("device_type", choice(own("device_type"), "device_types", "model")),
        "manufacturer": choice(via("device_type", "device_types", own("manufacturer")), "manufacturers"),
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
        "serial": values("serial", _COMPARE["__ie"]),
        **_both("location", located()),
        **number("u_height"),
        "has_devices": has(back("devices", "rack")),
        "q": search("name", "facility_id", "serial", "asset_tag", "comments"),
    },
    "rack_groups": {**_shared(), **text("name"), **_both("location", located())},
    "prefixes": {
        **_shared("status", "role", "tenant", "tags"),
        "prefix": networks(_equals),
        "within": networks(_within),
        "within_include": networks(_within_or_equal),
        "contains": _covering,
        **number("prefix_length"),
        "ip_version": equal("ip_version"),
        **kind("type", "IpamPrefixTypeChoices", "NETWORK"),
        **_both("namespace", choice(own("namespace"), "namespaces")),
        **_both("location", located("locations")),
        **_both("locations", located("locations")),
        "vlan_id": choice(own("vlan"), "vlans", "id"),
    },
    "ip_addresses": {
        **_shared("status", "role", "tenant", "tags"),
        "address": _addressed,
        "prefix": _within_any,
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
    "vlans": {
        **_shared("status", "role", "tenant", "tags"),
        **text("name"),
        **number("vid"),
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
    "roles": {**_shared(), **text("name"), "content_types": content_types},
    "statuses": {**_shared(), **text("name"), "content_types": content_types},
    "tags": {**_shared(), **text("name"), "content_types": content_types},
    "tenants": {**_shared("tags"), **text("name"), **text("description")},
}


def _vlan_number(records: Records, wanted: list[int]) -> Test:
    """Prefixes whose VLAN has one of these numbers."""

    def test(row: Row) -> bool:
        vlan = records.follow(row, "vlan", "vlans")
        return vlan is not None and vlan["vid"] in wanted

    return test


FILTERS["prefixes"]["vlan_vid"] = _vlan_number
