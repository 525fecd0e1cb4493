"""Free units of racks: at locations, or of one rack."""

from collections.abc import Sequence
from typing import Any

from tools.arguments import Names
from tools.asking import Ask, Finding, Row, filter_values, list_page, number_of
from tools.errors import NoSuchName
from tools.models import Candidate, Cell
from tools.names import fold, nearest
from tools.rack_space import Mounted, RackUse, Run, use, written
from tools.tables import Table

_PAGE = "/dcim/racks/{id}/"
_COLUMNS = [
    "rack", "location", "role", "status", "units", "used", "free", "largest run", "largest run at", "free units",
    "reserved", "one face only", "devices", "devices without position",
]  # fmt: skip
_QUIET: Any = dict.fromkeys(("location", "role", "status", "units", "reserved", "one face only", _COLUMNS[-1]), "quiet")


async def rack_units(ask: Ask, inside: Names, limit: int | None) -> Finding:
    """Return the units of racks, used and free, one row a rack."""
    label, rows, page = await _racks(ask, inside)
    ask.needs("devices", "device_types")
    uses = [_use(row) for row in rows]
    made = [_cells(row, found) for row, found in zip(rows, uses, strict=True)]
    links: list[str | None] = [_PAGE.format(id=row["id"]) for row in rows]
    return Finding(
        subject=f"rack units {label}",
        summary=_summary(label, rows, uses),
        table=Table(_COLUMNS, made, links, _QUIET),
        list_page=page,
        notes=_notes(uses),
        limit=limit,
        narrow="Name one rack or a smaller location.",
    )


async def _racks(ask: Ask, inside: Names) -> tuple[str, Sequence[Row], str | None]:
    """Return where the racks are, in words, the racks, and their list in Nautobot's pages."""
    wanted = [inside] if isinstance(inside, str) else inside
    tree = await ask.tree()
    if not all(tree.is_name(one) for one in wanted):
        meant, known = {fold(one) for one in wanted}, await ask.lookup("rack_names")
        own = [row for row in known if fold(row["name"]) in meant]
        names = sorted({row["name"] for row in own})
        if meant == {fold(name) for name in names}:
            at = sorted({place["id"] for row in own if (place := row.get("location"))})
            rows = await ask.rows("rack_units", locations=at, names=names)
            return f"of {', '.join(names)}", rows, list_page("/dcim/racks/", name=names)
    try:
        places = await ask.places(inside)
    except NoSuchName as unknown:
        raise _with_racks(unknown, [row["name"] for row in await ask.lookup("rack_names")]) from unknown
    locations = filter_values(places, tree)
    page = list_page("/dcim/racks/", location=None if places.all else locations)
    return places.at, await ask.rows("rack_units", locations=locations), page


def _with_racks(unknown: NoSuchName, names: Sequence[str]) -> NoSuchName:
    """Return the same with the nearest racks among the candidates."""
    made = NoSuchName("location or rack", unknown.value or "that")
    made.args = (str(unknown).replace("No location is", "No location or rack is"),)
    near = [Candidate(name=name, detail="Rack") for name in nearest(unknown.value or "", names, limit=3)]
    made.candidates = [*unknown.candidates, *near]
    return made


def _use(row: Row) -> RackUse:
    reserved = [unit for one in row.get("rack_reservations") or () for unit in one.get("units") or ()]
    return use(row["u_height"], [_mounted(device) for device in row["devices"] if device["position"]], reserved)


def _mounted(device: Row) -> Mounted:
    kind = device["device_type"] or {}
    face = str(device["face"] or "").lower()
    return Mounted(device["position"], kind.get("u_height") or 0, face, bool(kind.get("is_full_depth")))


def _cells(row: Row, found: RackUse) -> list[Cell]:
    largest = found.largest
    devices = row["devices"]
    return [
        row["name"], (row.get("location") or {}).get("name"), (row.get("role") or {}).get("name"),
        (row.get("status") or {}).get("name"), found.height, len(found.used), found.free, _size(largest),
        written([largest]) if largest else None, written(found.runs) or None, len(found.reserved), len(found.one_face),
        len(devices), sum(not device["position"] for device in devices),
    ]  # fmt: skip


def _size(run: Run | None) -> int:
    return run[1] - run[0] + 1 if run else 0


def _summary(label: str, rows: Sequence[Row], uses: Sequence[RackUse]) -> str:
    if not rows:
        return f"No racks are recorded {label}."
    units, free = sum(found.height for found in uses), sum(found.free for found in uses)
    at = max(range(len(uses)), key=lambda one: _size(uses[one].largest))
    racks = f"{number_of(len(rows), 'rack', 'racks')} {label}" if len(rows) > 1 else f"Rack {rows[0]['name']}"
    told = f"{racks}: {free:,} of {units:,} units are free, {units - free:,} used."
    if not (largest := uses[at].largest):
        return told
    room = number_of(_size(largest), "unit", "units")
    where = f" in {rows[at]['name']}" if len(rows) > 1 else ""
    return f"{told} The largest free run is {room}{where}, {written([largest])}."


def _notes(uses: Sequence[RackUse]) -> list[str]:
    notes = []
    if reserved := sum(len(found.reserved) for found in uses):
        notes.append(f"{number_of(reserved, 'reserved unit counts', 'reserved units count')} as used.")
    if half := sum(len(found.one_face) for found in uses):
        notes.append(
            f"{number_of(half, 'unit holds', 'units hold')} a device of half depth at one face only: used, as Nautobot counts."
        )
    return notes
