"""Locations: regions, countries, sites and what lies in them."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from tools.arguments import Limit, Location, Status
from tools.asking import Ask, Finding, asked_for, filter_values, list_page, number_of, one_of
from tools.names import contains_words, fold, initials, is_slip, words
from tools.place_names import Location as Place
from tools.places import Tree
from tools.tables import Column, figures, table

PAGE = "/dcim/locations/{id}/"
COLUMNS = (
    Column("location", ("name",)),
    Column("type", ("location_type.name",)),
    Column("parent", ("parent_name",)),
    Column("country", shown="never"),
    Column("region", shown="never"),
    Column("city", ("facility",)),
    Column("status", ("status.name",), shown="quiet"),
    Column("description"),
)


async def search_locations(
    ask: Ask,
    query: Annotated[str | None, Field(description="Words of a name, city or description.")] = None,
    location: Location = None,
    location_type: Annotated[str | None, Field(description="E.g. Campus, Data Center, Branch, Country.")] = None,
    status: Status = None,
    limit: Limit = None,
) -> Finding:
    """Find sites and other locations; `location` = only those inside it."""
    rows = await ask.rows("locations")
    ask.needs(*(["location_types"] if location_type else []), *(["statuses"] if status else []))
    tree = await ask.tree()
    places = await ask.places(location)
    kind = one_of("location type", location_type, tree.types, ask.notes) if location_type else None
    statuses = sorted({place.status for place in tree.by_id.values() if place.status})
    wanted_status = one_of("status", status, statuses, ask.notes) if status else None
    inside = tree.inside(places.locations)
    own = set() if places.all else {place.id for place in places.locations}
    found = [
        place
        for place in inside.values()
        if place.id not in own
        and (kind is None or place.type == kind)
        and (wanted_status is None or place.status == wanted_status)
    ]
    notes: list[str] = []
    if query:
        found = _matching(query, found, tree, notes)
    filters = asked_for(matching=f"'{query}'" if query else None, type=kind, status=wanted_status)
    where = "" if places.all else f" in {places.label}"
    subject = f"locations{where}{filters}"
    records = {row["id"]: row for row in rows}
    made = table([_record(records[place.id], place, tree) for place in found], COLUMNS, PAGE)
    summary = f"{number_of(len(found), 'location', 'locations').capitalize()}{where}{filters}"
    types = figures(made, "type")
    summary += f": {types}." if types else "."
    return Finding(
        subject=subject,
        summary=summary,
        table=made,
        list_page=list_page(
            "/dcim/locations/",
            q=query,
            subtree=None if places.all else filter_values(places, tree),
            location_type=kind,
            status=wanted_status,
        ),
        notes=notes,
        limit=limit,
        narrow="Narrow with location, location_type or query, or raise limit.",
    )


def _matching(query: str, pool: list[Place], tree: Tree, notes: list[str]) -> list[Place]:
    """Return what a search finds: more forgiving than naming a place, as a list is what is wanted."""
    wanted, compact = words(query), fold(query).replace(" ", "")
    exact = [
        place
        for place in pool
        if compact in fold(place.name).replace(" ", "")
        or any(contains_words(text, wanted) for text in (place.name, place.city, place.description))
        or initials(place.name) == compact
    ]
    if exact:
        return exact
    near = [
        place
        for place in pool
        if any(is_slip(fold(query), fold(text)) for text in (place.name, place.city) if text)
        or any(len(word) > 4 and is_slip(fold(query), word) for word in fold(place.city).split())
    ]
    if near:
        notes.append(f"Nothing is written '{query}'; these are nearly so.")
    return near


def _record(row: Mapping[str, Any], place: Place, tree: Tree) -> dict[str, Any]:
    path = tree.path(place)
    record = {name: value for name, value in row.items() if name != "parent"}
    return record | {
        "parent_name": path[-1].name if path else None,
        "country": _named(tree.ancestor(place.id, "Country"), place),
        "region": _named(tree.ancestor(place.id, "Region"), place),
    }


def _named(ancestor: Place | None, place: Place) -> str | None:
    return ancestor.name if ancestor and ancestor != place else None
