"""How many records there are, and where there are too few."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from tools.arguments import Location, Status
from tools.asking import Ask, Finding, Row, asked_for, filter_values, number_of, one_of
from tools.errors import InvalidRequest
from tools.models import Cell
from tools.place_names import Location as Place
from tools.places import Places, Tree
from tools.tables import Table

Record = Literal["devices", "prefixes", "vlans", "circuits", "locations", "racks"]
CountBy = Literal["location", "region", "country", "location_type", "role", "status", "model", "platform", "provider"]
PLACES = {"location", "region", "country", "location_type"}


@dataclass(frozen=True)
class _Kind:
    """How records of a kind are read."""

    query: str
    content_type: str
    has_role: bool
    without_location: bool = False


KINDS: dict[str, _Kind] = {
    "devices": _Kind("devices_by_location", "dcim.device", has_role=True),
    "prefixes": _Kind("prefixes_by_location", "ipam.prefix", has_role=True, without_location=True),
    "vlans": _Kind("vlans_by_location", "ipam.vlan", has_role=True, without_location=True),
    "circuits": _Kind("circuits_by_location", "circuits.circuit", has_role=False),
    "racks": _Kind("racks_by_location", "dcim.rack", has_role=True),
    "locations": _Kind("locations", "dcim.location", has_role=False),
}
_SINGULAR = {"prefixes": "prefix"}
_VALUE = {
    "role": ("role", "name"),
    "status": ("status", "name"),
    "model": ("device_type", "model"),
    "platform": ("platform", "name"),
    "provider": ("provider", "name"),
}
_NEEDS = {
    "role": "roles",
    "status": "statuses",
    "model": "device_types",
    "platform": "platforms",
    "provider": "providers",
}
_ONLY = {"model": "devices", "platform": "devices", "provider": "circuits"}


async def count_records(
    ask: Ask,
    record: Annotated[Record, Field(description="What to count.")],
    group_by: Annotated[CountBy | None, Field(description="Default: one total.")] = None,
    location: Location = None,
    role: Annotated[str | None, Field(description="Role, e.g. WAN Router.")] = None,
    status: Status = None,
    location_type: Annotated[str | None, Field(description="Count per location of this type, e.g. Branch.")] = None,
    fewer_than: Annotated[int | None, Field(ge=1, description="Only groups with fewer.")] = None,
    more_than: Annotated[int | None, Field(ge=0, description="Only groups with more.")] = None,
    first: Annotated[Literal["most", "fewest"] | None, Field(description="Which groups come first.")] = None,
) -> Finding:
    """Count records per group, zeros included, e.g. branches with fewer than 2 WAN routers."""
    kind, places, tree = KINDS[record], await ask.places(location), await ask.tree()
    if role and not kind.has_role:
        raise InvalidRequest(f"{record.capitalize()} have no role. Leave role out.")
    if group_by and record != _ONLY.get(group_by, record):
        raise InvalidRequest(f"Only {_ONLY[group_by]} have a {group_by}.")
    role, status = await ask.role(role, kind.content_type), await ask.status(status, kind.content_type)
    site = one_of("location type", location_type, tree.types, ask.notes) if location_type else None
    by = group_by or ("location" if site and record != "locations" or fewer_than or more_than is not None else None)
    rows = await _read(ask, kind, places, tree, role, status)
    ask.needs(*_needed(record, by, site))
    count = _Count(record, by, site, places, tree, rows, few=fewer_than is not None)
    totals = count.groups
    # Most first, or fewest where those are asked for: what is beyond the shown part matters least.
    rising = first == "fewest" or (fewer_than is not None and first is None)
    kept = {
        key: number
        for key, number in sorted(totals.items(), key=lambda item: item[1] if rising else -item[1])
        if (fewer_than is None or number < fewer_than) and (more_than is None or number > more_than)
    }
    what = asked_for(role=role, status=status, in_a=site)
    subject = f"number of {record} {places.at}{what}" + (f" by {by.replace('_', ' ')}" if by else "")
    bounds = asked_for(fewer_than=fewer_than, more_than=more_than).strip(" ()")
    return Finding(
        subject=subject + (f" ({bounds})" if bounds else ""),
        summary=_summary(count, kept, what, bounds),
        table=count.table(kept),
        list_page=None,
        notes=count.notes,
        narrow="Narrow with location, fewer_than or more_than.",
    )


def _needed(record: str, by: str | None, site: str | None) -> list[str]:
    """Return the kinds of related records without which the groups would be wrong."""
    if by in _NEEDS:
        return [_NEEDS[by]]
    placed = by in PLACES or site
    return [
        *(["circuit_terminations"] if placed and record == "circuits" else []),
        *(["location_types"] if placed else []),
    ]


async def _read(
    ask: Ask, kind: _Kind, places: Places, tree: Tree, role: str | None, status: str | None
) -> Sequence[Row]:
    locations = filter_values(places, tree, without=kind.without_location)
    if kind.query == "locations":
        inside = tree.inside(places.locations)
        own = set() if places.all else {place.id for place in places.locations}
        rows = [row for row in await ask.rows("locations") if row["id"] in inside and row["id"] not in own]
    elif kind.query == "circuits_by_location" and places.all:
        rows = list(await ask.rows("circuits"))
    else:
        rows = list(await ask.rows(kind.query, locations=locations))
    # Filtered here: not every query file takes a role and a status, and the counts are of the same rows.
    return [row for row in rows if _has(row, "role", role) and _has(row, "status", status)]


def _has(row: Row, field: str, name: str | None) -> bool:
    return name is None or (row.get(field) or {}).get("name") == name


@dataclass(frozen=True)
class _Count:
    """Records in groups."""

    record: str
    by: str | None
    site: str | None
    places: Places
    tree: Tree
    rows: Sequence[Row]
    few: bool = False

    @property
    def counted(self) -> list[Row]:
        """The records at, or below, a location of the wanted type."""
        if self.site is None:
            return list(self.rows)
        return [row for row in self.rows if any(self._above(place, self.site) for place in self._where(row))]

    @property
    def groups(self) -> dict[Cell, int]:
        """How many records each group has; for places also those that have none. Keys of locations are ids."""
        rows = self.counted
        if self.by is None:
            return {self.record: len(rows)}
        if self.by not in PLACES:
            return dict(sorted(Counter(self._value(row) for row in rows).items()))
        if self.by == "location_type":
            return dict(Counter(kind for row in rows for kind in {place.type for place in self._here(row)}))
        counts: Counter[Cell] = Counter({place.id: 0 for place in self._all_groups()})
        for row in rows:
            keys = {self._group(place) for place in self._here(row)}
            counts.update(keys - {None} or {None})
        return dict(sorted(counts.items(), key=lambda item: self.name(item[0])))

    @property
    def notes(self) -> list[str]:
        if self.by == "location" and self.site is None and (types := self._types()):
            return [f"Locations of these types are listed, also those with none: {', '.join(types)}."]
        return []

    def table(self, kept: dict[Cell, int]) -> Table:
        """Return groups as rows."""
        if self.by is None:
            return Table(["record", "count"], [[key, number] for key, number in kept.items()], [None])
        if self.by not in PLACES or self.by == "location_type":
            rows: list[list[Cell]] = [[key, number] for key, number in kept.items()]
            return Table([self.by.replace("_", " "), "count"], rows, [None] * len(rows))
        rows = [[self.name(key), self._parent(key), number] for key, number in kept.items()]
        links = [f"/dcim/locations/{key}/" if key else None for key in kept]
        return Table([self.by, "parent", "count"], rows, list(links))

    def name(self, key: Cell) -> str:
        """Return the name of a location's group."""
        place = self.tree.by_id.get(str(key))
        return place.name if place else f"no {self.by}"

    @cached_property
    def _inside(self) -> dict[str, Place]:
        return self.tree.inside(self.places.locations)

    def _parent(self, key: Cell) -> str | None:
        place = self.tree.by_id.get(str(key))
        path = self.tree.path(place) if place else []
        return path[-1].name if path else None

    def _where(self, row: Row) -> list[Place]:
        """Return the locations of a record; a location lies in itself."""
        if self.record == "locations":
            ids = [row["id"]]
        elif self.record == "circuits":
            ids = [(end.get("location") or {}).get("id") for end in row.get("circuit_terminations") or []]
        else:
            ids = [place["id"] for place in row.get("locations") or [row.get("location") or {}] if place.get("id")]
        return [self.tree.by_id[key] for key in ids if key in self.tree.by_id]

    def _here(self, row: Row) -> list[Place]:
        """Return those locations of a record that were asked for: a prefix may be at others as well."""
        return [place for place in self._where(row) if place.id in self._inside]

    def _group(self, place: Place) -> Cell:
        kind = self.site if self.by == "location" else self.by
        if kind is None:
            return place.id
        found = self._above(place, kind)
        return found.id if found else None

    def _above(self, place: Place, kind: str) -> Place | None:
        return self.tree.ancestor(place.id, kind)

    def _types(self) -> list[str]:
        if self.by in ("region", "country"):
            return [str(self.by)]
        if self.site:
            return [self.site]
        used = {place.type for row in self.rows for place in self._where(row)}
        if self.few:  # then a kind of site at which nothing is recorded at all is asked for as well
            parents = {place.parent for place in self.tree.by_id.values()}
            used |= {place.type for place in self._inside.values() if place.id not in parents}
        return [kind for kind in self.tree.types if kind in used]

    def _all_groups(self) -> list[Place]:
        kinds = {kind.casefold() for kind in self._types()}
        asked = list(self._inside.values())
        if self.by in ("region", "country"):  # that of a site is around it
            asked += [above for place in self.places.locations for above in self.tree.path(place)]
        return [place for place in asked if place.type.casefold() in kinds]

    def _value(self, row: Row) -> str:
        field, name = _VALUE[str(self.by)]
        return (row.get(field) or {}).get(name) or f"no {self.by}"


def _summary(count: _Count, kept: dict[Cell, int], what: str, bounds: str) -> str:
    noun = _SINGULAR.get(count.record, count.record[:-1])
    total = number_of(len(count.counted), noun, count.record)
    total = total.replace("vlan", "VLAN")
    told = f"{total[:1].upper()}{total[1:]} {count.places.at}{what}."
    if count.by is None:
        return told
    by = count.by.replace("_", " ")
    if bounds:
        some = f"{len(kept):,}" if kept else "None"
        verb = "have" if len(kept) > 1 else "has"
        of = f"{some} of {number_of(len(count.groups), by, _plural(by))} {verb} {bounds}"
        return f"{of}. In all: {told[:1].lower()}{told[1:]}"
    if count.by in PLACES and count.by != "location_type":
        if not kept:
            return told
        return f"{told} In {number_of(len(kept), by, _plural(by))}, {sum(n == 0 for n in kept.values())} of them without any."
    return f"{told} By {by}: " + ", ".join(f"{number:,} {key}" for key, number in kept.items()) + "."


def _plural(by: str) -> str:
    return {"country": "countries", "status": "statuses"}.get(by, by + "s")
