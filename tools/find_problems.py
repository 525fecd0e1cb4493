"""Problems of the records themselves: overlaps, duplicates, what is missing, unused, misnamed or unlike its kind."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from tools.arguments import Limit, Location, one_or_more
from tools.asking import Ask, Finding, number_of
from tools.errors import NotAllowed
from tools.lists import lists
from tools.organisation import Organisation, Part
from tools.places import Places, Tree
from tools.problems import addresses, builds, naming, prefixes
from tools.problems.problem import Problem, Row, names_of
from tools.ranges import parents
from tools.tables import Table

Kind = Literal[
    "overlaps",
    "duplicate_addresses",
    "prefixes_without_location",
    "addresses_outside_prefixes",
    "unused_prefixes",
    "vlans_without_prefix",
    "no_primary_address",
    "naming",
    "standard_build",
    "single_circuit",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
COLUMNS = ["problem", "record", "location", "detail"]
WORDS: dict[Kind, tuple[str, str]] = {
    "overlaps": ("overlap", "overlaps"),
    "duplicate_addresses": ("duplicate address", "duplicate addresses"),
    "prefixes_without_location": ("prefix without location", "prefixes without location"),
    "addresses_outside_prefixes": ("address outside prefixes", "addresses outside prefixes"),
    "unused_prefixes": ("unused prefix", "unused prefixes"),
    "vlans_without_prefix": ("VLAN without prefix", "VLANs without prefix"),
    "no_primary_address": ("device without primary address", "devices without primary address"),
    "naming": ("name that breaks the rule", "names that break the rule"),
    "standard_build": ("difference from the standard build", "differences from the standard build"),
    "single_circuit": ("site with a single circuit or none", "sites with a single circuit or none"),
}

# What each kind is looked for in, and the related records without which nothing can be said of it.
_READS: dict[Kind, tuple[str, ...]] = {
    "overlaps": ("prefixes",),
    "duplicate_addresses": ("addresses", "prefixes"),
    "prefixes_without_location": ("prefixes",),
    "addresses_outside_prefixes": ("addresses", "prefixes"),
    "unused_prefixes": ("prefixes", "addresses", "ranges"),
    "vlans_without_prefix": ("vlans",),
    "no_primary_address": ("devices",),
    "naming": (),  # what the patterns are of
    "standard_build": ("devices", "prefixes", "vlans"),  # and what is written down
    "single_circuit": ("circuits",),
}
_NEEDS: dict[Kind, tuple[str, ...]] = {
    "overlaps": ("namespaces", "locations"),
    "duplicate_addresses": ("prefixes", "namespaces", "interfaces", "devices"),
    "prefixes_without_location": ("locations",),
    "addresses_outside_prefixes": ("prefixes",),
    "unused_prefixes": ("vlans", "prefixes", "namespaces"),
    "vlans_without_prefix": ("prefixes",),
    "no_primary_address": ("ip_addresses", "statuses"),
    "naming": ("locations", "roles", "circuit_types", "location_types"),
    "standard_build": ("locations", "location_types", "statuses", "roles"),
    "single_circuit": ("circuit_terminations", "locations", "location_types", "statuses"),
}
# What can be told of a record alone: the lists of other locations need not be read.
_ALONE: frozenset[Kind] = frozenset(
    {"prefixes_without_location", "vlans_without_prefix", "no_primary_address", "naming"}
)


async def find_problems(
    ask: Ask,
    location: Location = None,
    problems: Annotated[list[Kind] | None, BeforeValidator(one_or_more), Field(description="Default: all.")] = None,
    limit: Limit = None,
) -> Finding:
    """Look for what is wrong in the records."""
    places, tree = await ask.places(location), await ask.tree()
    # What has no location is at none: it is looked for in the whole network, or where it is asked for.
    kinds = [kind for kind in KINDS if places.all or kind != "prefixes_without_location"]
    if problems:
        kinds = list(dict.fromkeys(problems))
    looked = await _looked(ask, kinds, places, tree, ask.organisation)
    inside = tree.inside(places.locations)

    def work() -> Finding:
        found = _found(looked, tree, ask.organisation)
        found = [one for one in found if places.all or any(place in inside for place in one.places)]
        told = _summary(found, looked, places)
        if looked.refused and not found:  # it would read as "nothing is wrong"
            raise NotAllowed(f"{told} {next(iter(looked.refused.values()))}")
        return Finding(
            subject=f"problems {places.at}",
            summary=told,
            table=_table(found, tree),
            notes=_notes(looked, tree, ask.organisation, places, inside.keys()),
            limit=limit,
            narrow="Narrow with location or problems, or raise limit.",
        )

    return await asyncio.to_thread(work)


@dataclass
class _Looked:
    """What was read for which kinds, and which could not be looked for."""

    kinds: list[Kind]
    rows: Mapping[str, Sequence[Row]]
    refused: dict[Kind, NotAllowed] = field(default_factory=dict)


async def _looked(ask: Ask, kinds: Sequence[Kind], places: Places, tree: Tree, organisation: Organisation) -> _Looked:
    """Read whole lists at once, each one time. Raise `NotAllowed` where no kind can be looked for."""
    where = places if set(kinds) <= _ALONE else Places(tree.roots, all=True)
    needed = {kind: (_reads(kind, organisation), _NEEDS[kind]) for kind in kinds}
    read = await lists(ask, (one for reads, _ in needed.values() for one in reads), where, tree)
    refused = read.refused(needed)
    return _Looked([kind for kind in kinds if kind not in refused], read.rows, refused)


def _reads(kind: Kind, organisation: Organisation) -> tuple[str, ...]:
    if kind == "naming":
        return tuple(naming.kinds(organisation.naming))
    if kind == "standard_build":
        written = {part for build in organisation.standard_builds.values() for part, _ in build.parts()}
        return tuple(dict.fromkeys((*_READS[kind], *sorted(written))))
    return _READS[kind]


def _found(looked: _Looked, tree: Tree, organisation: Organisation) -> list[Problem]:
    rows: Mapping[str, Any] = _joined(looked.rows)
    checks: dict[Kind, Callable[[], list[Problem]]] = {
        "overlaps": lambda: prefixes.overlaps(rows["prefixes"], tree),
        "duplicate_addresses": lambda: addresses.duplicate_addresses(rows["addresses"], tree),
        "prefixes_without_location": lambda: prefixes.prefixes_without_location(rows["prefixes"]),
        "addresses_outside_prefixes": lambda: addresses.addresses_outside_prefixes(rows["addresses"], tree),
        "unused_prefixes": lambda: prefixes.unused_prefixes(
            rows["prefixes"], parents([*rows["addresses"], *rows["ranges"]])
        ),
        "vlans_without_prefix": lambda: prefixes.vlans_without_prefix(rows["vlans"]),
        "no_primary_address": lambda: addresses.no_primary_address(rows["devices"]),
        "naming": lambda: naming.naming(rows, organisation.naming, tree),
        "standard_build": lambda: builds.standard_build(_parts(rows), tree, organisation),
        "single_circuit": lambda: builds.single_circuit(rows["circuits"], tree),
    }
    return [found for kind in KINDS if kind in looked.kinds for found in checks[kind]()]


def _joined(rows: Mapping[str, Sequence[Row]]) -> Mapping[str, Sequence[Row]]:
    """Return the lists with the addresses' parents in full: those are rows of the prefixes."""
    if "addresses" not in rows or "prefixes" not in rows:
        return rows
    known = {row["id"]: row for row in rows["prefixes"]}
    own = ((row, row.get("parent")) for row in rows["addresses"])
    return {**rows, "addresses": [{**row, "parent": parent and known.get(parent["id"], parent)} for row, parent in own]}


def _parts(rows: Mapping[str, Sequence[Row]]) -> dict[Part, Sequence[Row]]:
    return {part: rows[part] for part in builds.PARTS if part in rows}


def _table(found: Sequence[Problem], tree: Tree) -> Table:
    return Table(
        columns=COLUMNS,
        rows=[
            [one.kind.replace("_", " "), one.record, names_of(one.places, tree) or None, one.detail] for one in found
        ],
        links=[one.link for one in found],
        places=[one.places for one in found],
    )


def _summary(found: Sequence[Problem], looked: _Looked, places: Places) -> str:
    counts = Counter(one.kind for one in found)
    parts = [number_of(counts[kind], *WORDS[kind]) for kind in KINDS if counts[kind]]
    none = [WORDS[kind][1] for kind in KINDS if kind in looked.kinds and not counts[kind]]
    kinds = number_of(len(looked.kinds), "kind", "kinds")
    told = f"{number_of(len(found), 'problem', 'problems').capitalize()} {places.at} of {kinds} looked for"
    told += f": {', '.join(parts)}." if parts else "."
    if none:
        told += f" None: {', '.join(none)}."
    if looked.refused:
        told += f" Not allowed to look for: {', '.join(WORDS[kind][1] for kind in looked.refused)}."
    return told


def _notes(
    looked: _Looked, tree: Tree, organisation: Organisation, places: Places, inside: Collection[str]
) -> list[str]:
    notes = list(dict.fromkeys(str(error) for error in looked.refused.values()))
    if "prefixes_without_location" in looked.kinds:
        notes += _of_no_location(looked.rows["prefixes"], places)
    if "naming" in looked.kinds:
        notes.append(naming.told(organisation.naming))
    if "standard_build" in looked.kinds:
        notes.append(builds.told(organisation))
    judged = [kind for kind in ("standard_build", "single_circuit") if kind in looked.kinds]
    if judged and (out := builds.left_out(_parts(looked.rows), tree, inside)):
        names = names_of([place.id for place in out[:5]], tree)
        rest = f" and {len(out) - 5} more" if out[5:] else ""
        notes.append(f"Sites that are not Active are not judged by their build: {names}{rest}.")
    return notes


def _of_no_location(rows: Sequence[Row], places: Places) -> list[str]:
    if not places.all:
        return ["What has no location is found in the whole network only: ask without a location."]
    containers = sum(not row.get("locations") and prefixes.kind(row) == "container" for row in rows)
    if not containers:
        return []
    have = number_of(containers, "container has", "containers have").capitalize()
    return [f"{have} no location, which is no problem: a container may hold the space of many places."]
