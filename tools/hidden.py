"""Related records that the token may not view: Nautobot gives null or an empty list for them, as if there were none. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from tools.live_errors import hidden, noun

Path = tuple[str, ...]  # the keys that lead to a relation in a row

# Which kind of record a field leads to. What is not named here is taken as it comes.
_LEADS_TO = {
    "location": "locations", "locations": "locations", "location_type": "location_types",
    "status": "statuses", "role": "roles", "tenant": "tenants",
    "device": "devices", "devices": "devices", "rack": "racks", "device_type": "device_types", "rack_reservations": "rack_reservations",
    "manufacturer": "manufacturers", "platform": "platforms", "interfaces": "interfaces",
    "primary_ip4": "ip_addresses", "primary_ip6": "ip_addresses", "primary_ip": "ip_addresses",
    "ip_addresses": "ip_addresses", "prefixes": "prefixes", "namespace": "namespaces",
    "vlan": "vlans", "vlans": "vlans", "untagged_vlan": "vlans", "tagged_vlans": "vlans", "vlan_group": "vlan_groups",
    "circuit": "circuits", "provider": "providers", "circuit_type": "circuit_types",
    "circuit_terminations": "circuit_terminations",
}  # fmt: skip


def relations(root: FieldNode) -> dict[Path, str]:
    """Return the relations that a query asks for, outer ones first, and the kind of record at the end of each."""
    return dict(_relations(root.selection_set, (), root.name.value))


def lacking(rows: Sequence[Mapping[str, Any]], path: Path) -> bool:
    """Say whether a relation was asked for and no row has any: none is there, or none may be seen."""
    found = False
    for value in _values(rows, path):
        if value:
            return False
        found = True
    return found


def without(rows: Sequence[Mapping[str, Any]], paths: Collection[Path]) -> list[dict[str, Any]]:
    """Return the rows without these relations: what cannot be seen is not said to be nothing."""
    return [_without(row, paths) for row in rows]


def told(roots: Collection[str]) -> str:
    """Return in a sentence what is hidden; nothing where nothing is."""
    names = sorted(noun(root) for root in roots)
    if not names:
        return ""
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    return f"The token may not read {listed}: they are not shown."


def refuse(roots: Collection[str], *needed: str) -> None:
    """Raise `NotAllowed` where an answer depends on records that are hidden."""
    for root in needed:
        if root in roots:
            raise hidden(root)


def _relations(selected: SelectionSetNode | None, path: Path, owner: str) -> Iterator[tuple[Path, str]]:
    for node in selected.selections if selected else ():
        if isinstance(node, InlineFragmentNode):
            yield from _relations(node.selection_set, path, owner)
        elif isinstance(node, FieldNode) and node.selection_set:
            here = (*path, node.alias.value if node.alias else node.name.value)
            around = owner in ("ip_addresses", "ip_address_ranges") and node.name.value == "parent"
            kind = "prefixes" if around else _LEADS_TO.get(node.name.value)
            if kind:
                yield here, kind
            yield from _relations(node.selection_set, here, kind or "")


def _values(value: Any, path: Path) -> Iterator[Any]:
    if isinstance(value, Sequence):
        for one in value:
            yield from _values(one, path)
    elif isinstance(value, Mapping) and path[0] in value:
        inner = value[path[0]]
        if len(path) == 1:
            yield inner
        else:
            yield from _values(inner, path[1:])


def _without(value: Any, paths: Collection[Path]) -> Any:
    if isinstance(value, list):
        return [_without(one, paths) for one in value]
    if not isinstance(value, Mapping) or not paths:
        return value
    gone = {path[0] for path in paths if len(path) == 1}
    inner = {key: {path[1:] for path in paths if path[0] == key and len(path) > 1} for key in value}
    return {key: _without(part, inner[key]) for key, part in value.items() if key not in gone}
