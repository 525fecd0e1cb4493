"""What a site holds, counted, and what sites of its type usually hold. Pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from tools.names import fold
from tools.organisation import Build, Number, Organisation, Part
from tools.place_names import Location, in_plural
from tools.places import Tree
from tools.problems.problem import LOCATION, Problem, Row, name, places

PARTS: tuple[Part, ...] = get_args(Part)
STANDARD_PARTS: tuple[Part, ...] = ("devices", "prefixes", "vlans")  # those that a majority makes a standard
FEWEST = 4  # sites of a type: fewer have no usual build
MOST = 0.75  # the part of the sites of a type that must be alike, for a standard that the others break
IN_USE = "active"  # the name of Nautobot's own status
_GONE = {"decommissioned", "deprovisioned"}  # statuses of circuits that are no longer there

Key = tuple[Part, str]  # ("devices", "Access Switch")
Counts = Counter[Key]
ANY = "any"


@dataclass(frozen=True)
class Standard:
    """How many of something a site of a type should have, and who says so."""

    number: Number
    sites: int = 0  # that have so many
    of: int = 0  # 0: it is written down

    def said(self, plural: str) -> str:
        """Return it with its source: "5; 38 of 40 campuses have so many"."""
        if self.of:
            have = str(self.number) if self.number.least else "none"
            return f"{self.sites} of {self.of} {plural} have {have}"
        return f"{self.number} by the organisation's standard build"


def usual(kind: Part, row: Row) -> str:
    """Return what a record counts as in a standard build."""
    match kind:
        case "devices":
            return name(row, "role") or "no role"
        case "prefixes":
            kind_of = name(row, "role") or str(row.get("type") or "prefix").casefold()
            return f"{kind_of} /{row['prefix'].partition('/')[2]}"
        case "vlans":
            return f"{row['vid']} {row['name']}"
        case "circuits":
            return name(row, "circuit_type") or "no type"
        case "racks":
            return f"rack of {row.get('u_height') or '?'} units"


def held(
    records: Mapping[Part, Iterable[Row]], tree: Tree, count_as: Callable[[Part, Row], str] = usual
) -> dict[str, Counts]:
    """Return what every location and everything below it holds, by its id."""
    found: dict[str, Counts] = defaultdict(Counter)
    around: dict[str, list[str]] = {}
    for kind, rows in records.items():
        for row in rows:
            key = (kind, count_as(kind, row))
            for one in {above for place in ends(kind, row) for above in _line(place, tree, around)}:
                found[one][key] += 1
    return found


def ends(kind: Part, row: Row) -> set[str]:
    """Return the ids of the locations of a record; a circuit is at those where it ends."""
    if kind != "circuits":
        return set(places(row))
    if fold(name(row, "status")) in _GONE:
        return set()
    return {one["location"]["id"] for one in row.get("circuit_terminations") or () if one.get("location")}


def sites(records: Mapping[Part, Iterable[Row]], tree: Tree) -> dict[str, list[Location]]:
    """Return the sites by their type: types of which most locations have devices, VLANs or circuits of their own.

    Countries and regions, which only hold other locations and their address space, are none; nor is a site that is
    planned or retired, which is not built as the others are.
    """
    equipped = {
        place for kind in ("devices", "vlans", "circuits") for row in records.get(kind, ()) for place in ends(kind, row)
    }
    types: dict[str, list[Location]] = defaultdict(list)
    for place in tree.by_id.values():
        types[place.type].append(place)
    return {
        kind: [place for place in found if is_in_use(place)]
        for kind, found in types.items()
        if 2 * sum(place.id in equipped for place in found) > len(found)
    }


def is_in_use(place: Location) -> bool:
    """Say whether a location is in service, as far as that is recorded."""
    return fold(place.status) in ("", IN_USE)


def standard(
    alike: Sequence[Location], counts: Mapping[str, Counts], build: Build | None = None
) -> dict[Key, Standard]:
    """Return the standard build of sites of one type: what is written down, and else what most of them have.

    Where something is written down of devices, prefixes or VLANs, all of that part is.
    """
    written = {key: Standard(number) for key, number in (build.parts() if build else {}).items()}
    if len(alike) < FEWEST:
        return written
    decided = {kind for kind, _ in written}
    found = dict(written)
    for key in sorted({key for place in alike for key in counts.get(place.id, ())}):
        if key[0] in decided:
            continue
        number, times = Counter(counts.get(place.id, Counter())[key] for place in alike).most_common(1)[0]
        if times >= MOST * len(alike):
            found[key] = Standard(Number(least=number, most=number), times, len(alike))
    return found


def count(counts: Counts, key: Key) -> int:
    """Return how many of something there are; "any" stands for all of its part, "100" for VLAN 100 of any name."""
    kind, what = key
    if fold(what) == ANY:
        return sum(number for (part, _), number in counts.items() if part == kind)
    if kind == "vlans" and what.isdecimal():
        return sum(number for (part, own), number in counts.items() if part == kind and own.split(" ")[0] == what)
    return sum(number for (part, own), number in counts.items() if part == kind and fold(own) == fold(what))


def counted(number: int, key: Key) -> str:
    """Return how many of something there are in words: "2 WAN Router", "no 100 data", "3 in all"."""
    return f"{number or 'none'} in all" if fold(key[1]) == ANY else f"{number or 'no'} {key[1]}"


def standard_build(records: Mapping[Part, Sequence[Row]], tree: Tree, organisation: Organisation) -> list[Problem]:
    """Return what differs at sites from the standard build of their location type: a row for each difference."""
    counts, found = held(records, tree), []
    for kind, alike in _judged(records, tree, organisation).items():
        expected = standard(alike, counts, organisation.build_of(kind))
        expected = {key: one for key, one in expected.items() if not one.of or key[0] in STANDARD_PARTS}
        for place in alike:
            for key, one in expected.items():
                has = count(counts.get(place.id, Counter()), key)
                if not one.number.holds(has):
                    detail = f"{key[0]}: {counted(has, key)}; {one.said(in_plural(kind.casefold()))}."
                    found.append(Problem("standard_build", place.name, (place.id,), detail, f"{LOCATION}{place.id}/"))
    return found


def single_circuit(circuits: Sequence[Row], tree: Tree) -> list[Problem]:
    """Return sites with fewer than two circuits, of the types whose sites mostly have two or more."""
    counts, found = held({"circuits": circuits}, tree), []
    for kind, alike in sites({"circuits": circuits}, tree).items():
        numbers = {place.id: sum(counts.get(place.id, Counter()).values()) for place in alike}
        several = sum(number > 1 for number in numbers.values())
        if several < FEWEST or 2 * several <= len(alike):
            continue
        own = _circuits_at({place.id for place in alike if numbers[place.id] == 1}, circuits, tree)
        for place in alike:
            if numbers[place.id] < 2:
                has = f"Only circuit {own[place.id]}" if numbers[place.id] else "No circuit"
                detail = f"{has}; {several} of {len(alike)} {in_plural(kind.casefold())} have two or more."
                found.append(Problem("single_circuit", place.name, (place.id,), detail, f"{LOCATION}{place.id}/"))
    return found


def told(organisation: Organisation) -> str:
    """Return in a sentence what the standard builds are."""
    written = ", ".join(organisation.standard_builds)
    rule = f"what at least {MOST:.0%} of the sites of a type have alike"
    return f"Standard builds: of {written} as written down; else {rule}." if written else f"A standard build is {rule}."


def left_out(records: Mapping[Part, Sequence[Row]], tree: Tree, inside: Collection[str]) -> list[Location]:
    """Return the sites, of those inside, that are not judged, as they are not in service."""
    kinds = sites(records, tree)
    return [tree.by_id[one] for one in inside if tree.by_id[one].type in kinds and not is_in_use(tree.by_id[one])]


def _judged(records: Mapping[Part, Sequence[Row]], tree: Tree, organisation: Organisation) -> dict[str, list[Location]]:
    found = sites(records, tree)
    for kind in tree.types:
        if kind not in found and organisation.build_of(kind):
            found[kind] = [place for place in tree.by_id.values() if place.type == kind and is_in_use(place)]
    return found


def _circuits_at(ids: set[str], circuits: Sequence[Row], tree: Tree) -> dict[str, str]:
    around: dict[str, list[str]] = {}
    found: dict[str, str] = {}
    for row in circuits:
        for place in ends("circuits", row):
            for one in _line(place, tree, around):
                if one in ids:
                    found[one] = f"{row['cid']} ({name(row, 'circuit_type') or 'no type'})"
    return found


def _line(place: str, tree: Tree, known: dict[str, list[str]]) -> list[str]:
    if place not in known:
        location = tree.by_id.get(place)
        known[place] = [place, *(above.id for above in tree.path(location))] if location else []
    return known[place]
