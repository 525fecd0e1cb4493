"""Devices: at locations, and one by one."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from tools.arguments import Limit, Location, Names, Status
from tools.asking import Ask, Finding, Row, asked_for, filter_values, list_page, number_of
from tools.errors import InvalidRequest
from tools.models import Cell
from tools.names import fold
from tools.places import Tree
from tools.problems.naming import named_after_its_place
from tools.tables import Column, Flat, Table, choice, figures, table, tabled

PAGE = "/dcim/devices/{id}/"
TYPE = "dcim.device"
_TOLD = 3  # devices of which a sentence each is said


def _address(flat: Flat) -> Cell:
    return flat.get("primary_ip4.address") or flat.get("primary_ip6.address")


COLUMNS = (
    Column("device", ("name",)),
    Column("role", ("role.name",)),
    Column("model", ("device_type.model",), told_by="role"),
    Column("status", ("status.name",)),
    Column("location", ("location.name",)),
    Column("primary address", ("primary_ip4.address",), _address),
    Column("primary ipv6", ("primary_ip6.address",), shown="never"),
    Column("manufacturer", ("device_type.manufacturer.name",), shown="never"),
    Column("platform", ("platform.name",), shown="never"),
)
DETAILS = (
    *(Column(column.name, column.leaves, column.cell) for column in COLUMNS),
    Column("country"),
    Column("serial"),
    Column("asset tag", ("asset_tag",)),
    Column("tenant", ("tenant.name",)),
    Column("rack", ("rack.name",)),
    Column("position"),
    Column("face", ("face",), choice("face")),
    Column("comments"),
)

Only = Annotated[
    Literal["no_primary_ip", "name_not_of_location"] | None,
    Field(description="no_primary_ip, or name_not_of_location: named like another site."),
]


async def get_devices_by_location(
    ask: Ask,
    location: Location = None,
    role: Annotated[str | None, Field(description="Role, e.g. WAN Router, Access Switch.")] = None,
    status: Status = None,
    model: Annotated[str | None, Field(description="Device model.")] = None,
    only: Only = None,
    limit: Limit = None,
) -> Finding:
    """List the devices at locations and below them."""
    places, tree = await ask.places(location), await ask.tree()
    role, status = await ask.role(role, TYPE), await ask.status(status, TYPE)
    locations = filter_values(places, tree)
    without_address = False if only == "no_primary_ip" else None
    filters: dict[str, Any] = {"status": [status] if status else None, "has_primary_ip": without_address}
    if role:
        rows = await ask.rows("devices_by_location_and_role", role=[role], locations=locations, **filters)
    else:
        rows = await ask.rows("devices_by_location", locations=locations, **filters)
    if model:
        model, rows = _of_model(model, rows)
    if only == "name_not_of_location":
        rows = [row for row in rows if not named_after_its_place(row, tree)]
    words = {
        "no_primary_ip": "without a primary address",
        "name_not_of_location": "whose name is not of their location",
    }
    what = f" {words[only]}" if only else ""
    subject = f"devices{what} {places.at}{asked_for(role=role, status=status, model=model)}"
    made = await tabled(rows, COLUMNS, PAGE)
    return Finding(
        subject=subject,
        summary=summary(subject, made),
        table=made,
        list_page=list_page(
            "/dcim/devices/",
            location=None if places.all else locations,
            role=role,
            status=status,
            device_type=model,
            has_primary_ip=without_address,
        ),
        limit=limit,
        narrow="Narrow with role, status, model or location, or raise limit.",
    )


async def get_device(ask: Ask, device: Annotated[Names, Field(description="Device name, or several.")]) -> Finding:
    """Show one device: role, model, serial, location, rack, addresses, comments."""
    meant, tree = await ask.devices(device), await ask.tree()
    names = meant.names
    rows = [row for row in await ask.rows("device", names=names) if meant.has(row["id"], row["name"])]
    made = table([_with_country(row, tree) for row in rows], DETAILS, PAGE)
    return Finding(
        subject=f"{'device ' if len(names) == 1 else ''}{meant.label}",
        summary=" ".join(_sentence(row, tree) for row in rows[:_TOLD]) + _rest(rows)
        or f"Nothing is recorded of {meant.label}.",
        table=made,
        list_page=list_page("/dcim/devices/", name=names),
        notes=[f"{len(rows)} devices have this name."] if len(rows) > len(names) == 1 else [],
    )


def _rest(rows: Sequence[Row]) -> str:
    return f" And {len(rows) - _TOLD:,} more." if len(rows) > _TOLD else ""


def summary(subject: str, devices: Table) -> str:
    """Return the figures of devices in a sentence: how many, by role, by status."""
    what, count = subject.removeprefix("devices"), number_of(len(devices.rows), "device", "devices")
    if not devices.rows:
        return f"{count.capitalize()} recorded{what}."
    told = figures(devices, *(name for name in ("role", "status") if f"{name} " not in what))
    return f"{count}{what}: {told}." if told else f"{count}{what}."


def _of_model(written: str, rows: Sequence[Row]) -> tuple[str, list[Row]]:
    """Keep the devices whose model has the written words: "C9300" is every C9300-48P."""
    wanted = fold(written).replace(" ", "")
    if not wanted:
        raise InvalidRequest(f"'{written}' is no model.")
    found = [row for row in rows if wanted in fold((row.get("device_type") or {}).get("model") or "").replace(" ", "")]
    models = {row["device_type"]["model"] for row in found}
    return (models.pop() if len(models) == 1 else written), found


def _with_country(row: Row, tree: Tree) -> Mapping[str, Any]:
    place = tree.by_id.get((row.get("location") or {}).get("id", ""))
    country = tree.ancestor(place.id, "Country") if place else None
    return {**row, "country": country.name if country else None}


def _sentence(row: Row, tree: Tree) -> str:
    def name(field: str) -> str:
        return (row.get(field) or {}).get("name") or ""

    place = tree.by_id.get((row.get("location") or {}).get("id", ""))
    where = (
        ", ".join(part for part in (place.description, tree.path(place)[-1].name) if part)
        if place and tree.path(place)
        else ""
    )
    kind = row.get("device_type") or {}
    model = " ".join(part for part in ((kind.get("manufacturer") or {}).get("name"), kind.get("model")) if part)
    addresses = [(row.get(field) or {}).get("address") for field in ("primary_ip4", "primary_ip6")]
    address = " and ".join(address for address in addresses if address)
    facts = [model, name("status"), f"primary address {address}" if address else ""]
    if not address and {"primary_ip4", "primary_ip6"} & row.keys():
        facts.append("no primary address")
    at = f" at {name('location')}" + (f" ({where})" if where else "")
    return f"{row['name']} is a {name('role') or 'device'}{at}: {', '.join(fact for fact in facts if fact)}."
