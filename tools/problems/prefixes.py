"""Problems of prefixes and VLANs. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from tools.places import Tree
from tools.problems.problem import PREFIX, VLAN, Problem, Row, at, name, page, places

# What a prefix of a type may hold, where that is not everything.
_HELD: dict[str, tuple[str, ...]] = {"network": ("pool",), "pool": ()}
_RULES = {"network": "a network holds only pools", "pool": "a pool holds no prefixes"}


def overlaps(prefixes: Sequence[Row], tree: Tree) -> list[Problem]:
    """Return prefixes that hold the same addresses as another where that is no nesting.

    Nautobot keeps prefixes as a hierarchy (docs, "Prefix Hierarchy"): to lie inside another is normal. "'Containers'
    contain 'Networks' which may contain 'Pools'. However, Nautobot does not strictly enforce this" (docs, "Prefix
    Types"). An overlap is what breaks that, by the smallest prefix around each:
    * inside a network stands anything but a pool, or anything inside a pool;
    * the two are at locations of which neither is, or lies in, the other: two places hold the same space;
    * the same prefix is in another namespace, or one network or pool lies in one of another namespace. Nautobot allows
      that, namespaces being "a boundary for uniqueness" (docs, "Namespaces"): it matters where the two ever meet.
    """
    return [*_nested(prefixes, tree), *_across(prefixes, tree)]


def prefixes_without_location(prefixes: Sequence[Row]) -> list[Problem]:
    """Return networks and pools without a location. A container may stand for space that no place holds alone."""
    return [
        Problem("prefixes_without_location", row["prefix"], (), f"{_what(row)} without a location.", page(PREFIX, row))
        for row in prefixes
        if not row.get("locations") and kind(row) != "container"
    ]


def unused_prefixes(prefixes: Sequence[Row], with_addresses: Collection[str]) -> list[Problem]:
    """Return prefixes that nothing is in: no prefix, no address or range of them, and no VLAN of their own.

    `with_addresses` are the ids of those that addresses or ranges are recorded in. Nautobot counts prefixes inside as use of a
    container and addresses as use of a network (`Prefix.get_utilization`); a VLAN says that a network is in service.
    """
    holding = {up for _, up in _pairs(prefixes)}
    return [
        Problem("unused_prefixes", row["prefix"], places(row), f"{_what(row)} with {_lacks(row)}.", page(PREFIX, row))
        for at_, row in enumerate(prefixes)
        if at_ not in holding and row["id"] not in with_addresses and not row.get("vlan")
    ]


def vlans_without_prefix(vlans: Sequence[Row]) -> list[Problem]:
    """Return VLANs that no prefix belongs to."""
    return [
        Problem(
            "vlans_without_prefix",
            f"{row['vid']} {row['name']}",
            places(row),
            "No prefix has this VLAN.",
            page(VLAN, row),
        )
        for row in vlans
        if not row.get("prefixes")
    ]


def kind(row: Row) -> str:
    """Return the type of a prefix as people write it: "container", "network", "pool"."""
    return str(row.get("type") or "").casefold()


def _what(row: Row) -> str:
    words = [name(row, "status"), name(row, "role"), kind(row) or "prefix"]
    text = " ".join(word for word in words if word)
    return f"{text} (namespace {name(row, 'namespace')})" if name(row, "namespace") else text


def _lacks(row: Row) -> str:
    return "no prefixes in it" if kind(row) == "container" else "no addresses, no VLAN and no prefixes in it"


def _pairs(prefixes: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """Yield each prefix and the smallest around it in its namespace, as positions."""
    from tools.ipam.numbers import networks
    from tools.ipam.overlaps import nested

    spaces: dict[str, list[int]] = defaultdict(list)
    for at_, row in enumerate(prefixes):
        spaces[name(row, "namespace")].append(at_)
    for members in spaces.values():
        written = [prefixes[member]["prefix"] for member in members]
        for version in (4, 6):
            inner, outer = nested(networks(written, version))
            for below, above in zip(inner.tolist(), outer.tolist(), strict=True):
                yield members[below], members[above]


def _nested(prefixes: Sequence[Row], tree: Tree) -> Iterator[Problem]:
    lines = _Lines(tree)
    for below, above in _pairs(prefixes):
        inner, outer = prefixes[below], prefixes[above]
        around = kind(outer)
        if around in _HELD and kind(inner) not in _HELD[around]:
            detail = f"{_what(inner)} inside the {_named(outer, tree)}: {_RULES[around]}."
        elif lines.apart(places(inner), places(outer)):
            detail = f"The same space is held by the {_named(outer, tree)}, another place."
        else:
            continue
        both = tuple(dict.fromkeys((*places(inner), *places(outer))))
        yield Problem("overlaps", inner["prefix"], both, detail, page(PREFIX, inner))


def _named(row: Row, tree: Tree) -> str:
    return f"{kind(row)} {row['prefix']}{at(places(row), tree)}"


def _across(prefixes: Sequence[Row], tree: Tree) -> Iterator[Problem]:
    from tools.ipam.numbers import networks
    from tools.ipam.overlaps import across

    spaces = [name(row, "namespace") for row in prefixes]
    if len(set(spaces)) < 2:
        return
    written = [row["prefix"] for row in prefixes]
    for version in (4, 6):
        for pair in zip(*(side.tolist() for side in across(networks(written, version), spaces)), strict=True):
            inner, outer = prefixes[pair[0]], prefixes[pair[1]]
            same = inner["prefix"] == outer["prefix"]
            if not same and "container" in (kind(inner), kind(outer)):
                continue  # space set aside in one namespace is free to be used in another
            lies = "Also recorded" if same else f"Lies in {outer['prefix']}, recorded"
            detail = f"{lies} in namespace {name(outer, 'namespace')}{at(places(outer), tree)}."
            both = tuple(dict.fromkeys((*places(inner), *places(outer))))
            record = f"{inner['prefix']} ({name(inner, 'namespace')})"
            yield Problem("overlaps", record, both, detail, page(PREFIX, inner))


class _Lines:
    """Whether locations have anything to do with each other: one is the other, or lies in it."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._above: dict[str, frozenset[str]] = {}

    def apart(self, some: Sequence[str], others: Sequence[str]) -> bool:
        """Say whether one of the first has nothing to do with any of the others."""
        if some == others or not others:
            return False
        return any(not any(self._meet(one, other) for other in others) for one in some)

    def _meet(self, one: str, other: str) -> bool:
        return one in self._line(other) or other in self._line(one)

    def _line(self, one: str) -> frozenset[str]:
        if one not in self._above:
            location = self._tree.by_id.get(one)
            above = self._tree.path(location) if location else []
            self._above[one] = frozenset([one, *(place.id for place in above)])
        return self._above[one]
