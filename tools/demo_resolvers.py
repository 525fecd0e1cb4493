"""How each field of the demo's schema gets its value out of the records."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLError, GraphQLField, GraphQLList, GraphQLNonNull, get_named_type, get_nullable_type

from tools.demo_arguments import FILTERS
from tools.demo_fields import COLLECTION, DEFAULTS, REVERSE, STORED_LISTS, TYPES
from tools.demo_filters import BadValue, Fault, is_uuid
from tools.demo_records import Records, Row, references

Resolver = Callable[..., Any]


def union_member(row: Row, *_: Any) -> str:
    """The type of what a cable ends at."""
    return "CircuitTerminationType" if "circuit" in row else "InterfaceType"


class Resolvers:
    """How each field gets its value out of a record."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._computed: dict[tuple[str, str], Resolver] = {
            ("DeviceType", "primary_ip"): self._primary_ip,
            ("CircuitType", "circuit_termination_a"): self._termination("A"),
            ("CircuitType", "circuit_termination_z"): self._termination("Z"),
            ("CableType", "termination_a_type"): self._end_type("A"),
            ("CableType", "termination_b_type"): self._end_type("B"),
        }
        for type_name, own in (("InterfaceType", "interface"), ("CircuitTerminationType", "circuit_termination")):
            self._computed |= {
                (type_name, "cable"): self._cable(own),
                (type_name, "connected_endpoint"): self._peer(own),
                (type_name, "connected_interface"): self._peer(own, "InterfaceType"),
                (type_name, "connected_circuit_termination"): self._peer(own, "CircuitTerminationType"),
                (type_name, "cable_peer"): self._peer(own),
                (type_name, "cable_peer_interface"): self._peer(own, "InterfaceType"),
                (type_name, "cable_peer_circuit_termination"): self._peer(own, "CircuitTerminationType"),
            }
        for type_name in ("PrefixType", "VLANType"):
            self._computed[type_name, "location"] = self._only_location

    def of(self, type_name: str, name: str, field: GraphQLField) -> Resolver:
        """The resolver of one field of a type."""
        computed = self._computed.get((type_name, name))
        if computed:
            return computed
        if name == "url":
            return _url(TYPES[type_name][2])
        if name in REVERSE.get(type_name, {}):
            return self._reverse(*REVERSE[type_name][name])
        target = COLLECTION.get(get_named_type(field.type).name)
        if target is None:
            return _value(name, _default(type_name, name, field))
        return self._list(name, target) if (type_name, name) in STORED_LISTS else self._forward(name, target)

    def root_list(self, collection: str) -> Resolver:
        """The resolver of a list that one may ask for."""
        filters = FILTERS[collection]

        def resolve(_: None, info: Any, **arguments: Any) -> list[Row]:
            limit, offset = arguments.pop("limit", None) or 0, arguments.pop("offset", None) or 0
            tests, errors = [], {}
            for name, value in arguments.items():
                if value is None or value in ([], ""):
                    continue  # an empty filter is no filter
                try:
                    tests.append(filters[name](self._records, value))
                except BadValue as error:
                    errors[name] = [str(error)]
                except Fault as error:
                    raise GraphQLError(str(error)) from error
            if errors:
                raise GraphQLError(str(errors))
            if limit < 0 or offset < 0:
                raise GraphQLError("Negative indexing is not supported.")
            # This one filter makes Nautobot walk the tree.
            walk = self._records.depth_first if arguments.get("subtree") else self._records.all
            rows = walk(collection)
            for test in tests:
                rows = list(filter(test, rows))
            return rows[offset : offset + limit] if limit else rows[offset:]

        return resolve

    def root_single(self, collection: str) -> Resolver:
        """The resolver of one record by its id."""

        def resolve(_: None, info: Any, id: str | None = None) -> Row | None:
            if not id:
                return None
            if not is_uuid(id):
                raise GraphQLError("“%(value)s” is not a valid UUID.")
            return self._records.by_id(collection).get(id)

        return resolve

    def _forward(self, name: str, target: str) -> Resolver:
        records = self._records

        def resolve(row: Row, info: Any) -> Row | None:
            reference = row.get(name)
            return None if reference is None else records.get(target, reference["id"])

        return resolve

    def _list(self, name: str, target: str) -> Resolver:
        return lambda row, info: self._records.ranked(target, references(row, name))

    def _reverse(self, collection: str, name: str) -> Resolver:
        return lambda row, info: self._records.pointing(collection, name).get(row["id"], [])

    def _cable(self, own: str) -> Resolver:
        def resolve(row: Row, info: Any) -> Row | None:
            ends = self._records.pointing("cable_to_cable_terminations", own).get(row["id"])
            return self._records.get("cables", ends[0]["cable"]["id"]) if ends else None

        return resolve

    def _peer(self, own: str, wanted: str | None = None) -> Resolver:
        def resolve(row: Row, info: Any) -> Row | None:
            for end in self._records.pointing("cable_to_cable_terminations", own).get(row["id"], ()):
                for other in self._records.pointing("cable_to_cable_terminations", "cable")[end["cable"]["id"]]:
                    if other is not end:
                        peer = self._other_end(other)
                        return peer if peer and wanted in (None, union_member(peer)) else None
            return None

        return resolve

    def _other_end(self, end: Row) -> Row | None:
        interface = self._records.follow(end, "interface", "interfaces")
        return interface or self._records.follow(end, "circuit_termination", "circuit_terminations")

    def _termination(self, side: str) -> Resolver:
        def resolve(row: Row, info: Any) -> Row | None:
            ends = self._records.pointing("circuit_terminations", "circuit").get(row["id"], ())
            return next((end for end in ends if end["term_side"] == side), None)

        return resolve

    def _end_type(self, side: str) -> Resolver:
        def resolve(row: Row, info: Any) -> str | None:
            for end in self._records.pointing("cable_to_cable_terminations", "cable").get(row["id"], ()):
                if end["cable_end"] == side:
                    return "dcim.interface" if "interface" in end else "circuits.circuittermination"
            return None

        return resolve

    def _primary_ip(self, row: Row, info: Any) -> Row | None:
        # Nautobot's own default prefers the newer family.
        six = self._records.follow(row, "primary_ip6", "ip_addresses")
        return six or self._records.follow(row, "primary_ip4", "ip_addresses")

    def _only_location(self, row: Row, info: Any) -> Row | None:
        found = references(row, "locations")
        if len(found) > 1:
            raise GraphQLError("Multiple Location objects returned. Please refer to locations.")
        return self._records.get("locations", found[0]) if found else None


def _value(name: str, default: Any) -> Resolver:
    return lambda row, info: row.get(name, default)


def _url(path: str) -> Resolver:
    return lambda row, info: f"/api/{path}/{row['id']}/"


def _default(type_name: str, name: str, field: GraphQLField) -> Any:
    known = DEFAULTS.get(type_name, {})
    if name in known:
        return known[name]
    if name == "_custom_field_data":
        return {}
    if isinstance(get_nullable_type(field.type), GraphQLList):
        return []
    if not isinstance(field.type, GraphQLNonNull):
        return None
    return {"String": "", "Boolean": False}.get(get_named_type(field.type).name)
