"""Circuits, their providers, and where they end."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from tools.arguments import Limit, Location, Status
from tools.asking import Ask, Finding, Row, asked_for, filter_values, list_page, number_of
from tools.tables import Column, figures, tabled

PAGE = "/circuits/circuits/{id}/"
TYPE = "circuits.circuit"
_ENDS = "circuit_terminations"
COLUMNS = (
    Column("circuit", ("cid",)),
    Column("provider", ("provider.name",)),
    Column("type", ("circuit_type.name",)),
    Column("status", ("status.name",), shown="quiet"),
    Column("location", ("circuit_terminations.location.name",)),
    Column(
        "connected to",
        ("ends", *(f"{_ENDS}.{leaf}" for leaf in ("connected_endpoint.name", "connected_endpoint.device.name"))),
    ),
    Column("commit rate kbps", ("commit_rate",)),
    Column("port speed kbps", (f"{_ENDS}.port_speed",), shown="never"),
    Column("side", (f"{_ENDS}.term_side",), shown="never"),
    Column("installed", ("install_date",), shown="never"),
    Column("description"),
)


async def get_circuits(
    ask: Ask,
    location: Location = None,
    provider: Annotated[str | None, Field(description="Provider's name.")] = None,
    status: Status = None,
    limit: Limit = None,
) -> Finding:
    """List circuits (WAN links): provider, type, rate, where they end."""
    places, tree = await ask.places(location), await ask.tree()
    provider, status = await ask.name("provider", provider, "providers"), await ask.status(status, TYPE)
    filters: dict[str, Any] = {"provider": [provider] if provider else None, "status": [status] if status else None}
    locations = filter_values(places, tree)
    if places.all:
        rows = await ask.rows("circuits", **filters)
    else:
        rows = await ask.rows("circuits_by_location", locations=locations, **filters)
    made = await tabled([_with_ends(row) for row in rows], COLUMNS, PAGE)
    at = f" {places.at}{asked_for(provider=provider, status=status)}"
    count = number_of(len(rows), "circuit", "circuits")
    if made.rows:
        said = figures(made, "provider", "status")
        told = f"{count}{at}: {said}." if said else f"{count}{at}."
    else:
        told = f"{count.capitalize()} recorded{at}."
    return Finding(
        subject=f"circuits{at}",
        summary=told,
        table=made,
        list_page=list_page(
            "/circuits/circuits/", location=None if places.all else locations, provider=provider, status=status
        ),
        limit=limit,
        narrow="Narrow with location, provider or status, or raise limit.",
    )


def _with_ends(row: Row) -> Mapping[str, Any]:
    ends = []
    for end in row.get(_ENDS) or []:
        port = end.get("connected_endpoint") or {}
        if name := " ".join(part for part in ((port.get("device") or {}).get("name"), port.get("name")) if part):
            ends.append(name)
    return {**row, "ends": ends} if ends else row
