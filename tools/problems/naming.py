"""Names that break a rule: the organisation's patterns, or else that a device is named after its location. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tools.name_patterns import NamePattern
from tools.names import fold
from tools.organisation import DEFAULT, Naming
from tools.place_names import Location
from tools.places import Tree
from tools.problems.problem import CIRCUIT, DEVICE, LOCATION, RACK, VLAN, Problem, Row, name, page, places

KINDS = ("devices", "vlans", "racks", "circuits", "locations")


@dataclass(frozen=True)
class _Named:
    """How a kind of record is named."""

    noun: str
    page: str
    name: str = "name"  # the field
    group: str = "role"  # the related record by whose name patterns are chosen


_NAMED = {
    "devices": _Named("device", DEVICE),
    "vlans": _Named("VLAN", VLAN),
    "racks": _Named("rack", RACK),
    "circuits": _Named("circuit", CIRCUIT, name="cid", group="circuit_type"),
    "locations": _Named("location", LOCATION, group="location_type"),
}


def kinds(naming: Naming) -> list[str]:
    """Return the kinds of record whose names are looked at; without patterns those of devices."""
    return [kind for kind in KINDS if getattr(naming, kind)] or ["devices"]


def told(naming: Naming) -> str:
    """Return in a sentence by which rule names are judged."""
    if any(getattr(naming, kind) for kind in KINDS):
        return f"Names of {' and '.join(kinds(naming))} are judged by the patterns of the organisation file."
    return (
        "No naming patterns are written down: a device's name is to begin with that of its location or one around it."
    )


def naming(records: Mapping[str, Sequence[Row]], rules: Naming, tree: Tree) -> list[Problem]:
    """Return the records whose names break the rules; `records` are the rows by kind."""
    if kinds(rules) == ["devices"] and not rules.devices:
        return [_not_of_its_place(row, tree) for row in records["devices"] if not named_after_its_place(row, tree)]
    return [
        found
        for kind in kinds(rules)
        for row in records[kind]
        if (found := _broken(kind, row, getattr(rules, kind), tree)) is not None
    ]


def named_after_its_place(row: Row, tree: Tree) -> bool:
    """Say whether a device's name begins with that of its location, or of one around it."""
    place = tree.by_id.get((row.get("location") or {}).get("id", ""))
    if place is None:
        return True
    written = (row.get("name") or "").casefold()
    return any(written.startswith(there.name.casefold()) for there in [place, *tree.path(place)])


def _not_of_its_place(row: Row, tree: Tree) -> Problem:
    here = tree.by_id[row["location"]["id"]].name
    detail = f"The name does not begin with {here}, where the device is."
    return Problem("naming", row.get("name") or "a device without a name", places(row), detail, page(DEVICE, row))


def _broken(kind: str, row: Row, rules: Mapping[str, list[NamePattern]], tree: Tree) -> Problem | None:
    how = _NAMED[kind]
    group = name(row, how.group)
    patterns = _rule(rules, group)
    written = str(row.get(how.name) or "")
    there = (row["id"],) if kind == "locations" else places(row)
    if not patterns or any(one.fits(written, _around(there, tree, kind)) for one in patterns):
        return None
    of = f"{group} {how.noun}" if group else how.noun
    allowed = " or ".join(str(one) for one in patterns)
    record = written or f"a {how.noun} without a name"
    return Problem("naming", record, there, f"{of}: the name is not of the pattern {allowed}.", page(how.page, row))


def _rule(rules: Mapping[str, list[NamePattern]], group: str) -> list[NamePattern]:
    named = {fold(one): patterns for one, patterns in rules.items()}
    return named.get(fold(group)) or named.get(DEFAULT, [])


def _around(ids: Sequence[str], tree: Tree, kind: str) -> list[str]:
    """Return the names that {location} may stand for: a location's own name is no rule for itself."""
    lines: list[Location] = []
    for one in ids:
        if here := tree.by_id.get(one):
            lines += [*([] if kind == "locations" else [here]), *tree.path(here)]
    return [place.name for place in lines]
