"""VLANs at locations."""

from typing import Annotated

from pydantic import Field

from tools.arguments import Limit, SomeLocation, Vid
from tools.asking import Ask, Finding, asked_for, filter_values, list_page, number_of
from tools.tables import Column, counted, tabled

PAGE = "/ipam/vlans/{id}/"
COLUMNS = (
    Column("vlan", ("vid",)),
    Column("name"),
    Column("location", ("locations.name",)),
    Column("prefixes", ("prefixes.prefix",)),
    Column("status", ("status.name",), shown="quiet"),
    Column("role", ("role.name",)),
    Column("group", ("vlan_group.name",), shown="never"),
    Column("description"),
)


async def get_vlans_by_location(
    ask: Ask,
    location: SomeLocation,
    vid: Vid = None,
    name: Annotated[str | None, Field(description="Text in the VLAN's name.")] = None,
    limit: Limit = None,
) -> Finding:
    """List the VLANs at locations and below them, with their prefixes."""
    places, tree = await ask.places(location), await ask.tree()
    locations = filter_values(places, tree, without=True)
    rows = await ask.rows(
        "vlans_by_location", locations=locations, vid=[vid] if vid else None, name=[name] if name else None
    )
    made = await tabled(rows, COLUMNS, PAGE)
    at = f" {places.at}{asked_for(vid=vid, name=name)}"
    count = number_of(len(rows), "VLAN", "VLANs")
    if made.rows:
        named = [f"VLAN {vid} {name}" for vid, name in zip(made.column("vlan"), made.column("name"), strict=True)]
        told = f"{count}{at}: {counted(named, 'name')}."
    else:
        told = f"{count[:1].upper()}{count[1:]} recorded{at}."
    return Finding(
        subject=f"VLANs{at}",
        summary=told,
        table=made,
        list_page=list_page("/ipam/vlans/", locations=None if places.all else locations, vid=vid, name__ic=name),
        limit=limit,
        narrow="Narrow with vid, name or location, or raise limit.",
    )
