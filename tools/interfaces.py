"""Interfaces of devices: addresses, VLANs, and what is at the other end of the cable."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from tools.arguments import Limit, Names
from tools.asking import Ask, Finding, Row, asked_for, list_page, number_of
from tools.errors import BrokenQuery
from tools.names import fold
from tools.tables import Column, Table, choice, joined, tabled

PAGE = "/dcim/interfaces/{id}/"
_END = "connected_endpoint"
_COUNTED = {
    "enabled": "enabled",
    "connected device": "connected to devices",
    "circuit": "to circuits",
    "addresses": "with addresses",
}
COLUMNS = (
    Column("device", ("device.name",)),
    Column("interface", ("name",)),
    Column("enabled"),
    Column("type", ("type",), choice("type")),
    Column("addresses", ("ip_addresses.address",)),
    Column(
        "untagged vlan", ("untagged_vlan.vid", "untagged_vlan.name"), joined("untagged_vlan.vid", "untagged_vlan.name")
    ),
    Column("tagged vlans", ("tagged_vlans.vid", "tagged_vlans.name"), lambda flat: flat.get("tagged_vlans.vid")),
    Column("connected device", (f"{_END}.device.name",)),
    Column("connected interface", (f"{_END}.name",)),
    Column("circuit", (f"{_END}.circuit.cid", f"{_END}.term_side")),
    Column("provider", (f"{_END}.circuit.provider.name",)),
    Column("description"),
    Column("status", ("status.name",), shown="quiet"),
    Column("mode", ("mode",), choice("mode"), shown="never"),
    Column("lag", ("lag.name",)),
    Column("management only", ("mgmt_only",), shown="quiet"),
    Column("mtu", shown="quiet"),
)


async def get_interfaces_by_device(
    ask: Ask,
    device: Annotated[Names, Field(description="Device name, or several.")],
    match: Annotated[str | None, Field(description="Text in name, description, peer or circuit.")] = None,
    enabled: Annotated[bool | None, Field(description="true: up only.")] = None,
    connected: Annotated[bool | None, Field(description="true: only with a peer or circuit.")] = None,
    limit: Limit = None,
) -> Finding:
    """List interfaces of devices: addresses, VLANs, connected peer, circuit."""
    meant = await ask.devices(device)
    rows = await ask.rows("interfaces_by_device", devices=meant.values, enabled=enabled)
    total, notes = len(rows), _shared_names(rows)
    if connected is not None:
        if rows and _END not in rows[0]:
            raise BrokenQuery(
                f"The query file interfaces_by_device.graphql leaves `{_END}` out, by which this is filtered: put it back."
            )
        rows = [row for row in rows if bool(row[_END]) == connected]
    made = await tabled(rows, COLUMNS, PAGE)
    if match:
        made = _matching(match, made)
        if not made.rows and total:
            notes.append(f"Without this filter there are {number_of(total, 'interface', 'interfaces')}.")
    subject = f"interfaces of {meant.label}{asked_for(matching=match, enabled=enabled, connected=connected)}"
    return Finding(
        subject=subject,
        summary=_summary(subject, made, rows),
        table=made,
        list_page=list_page("/dcim/interfaces/", device=meant.values, enabled=enabled),
        notes=notes,
        limit=limit,
        narrow="Narrow with match, enabled or connected, or ask for fewer devices.",
    )


def _shared_names(rows: Sequence[Row]) -> list[str]:
    """Return a note for each name that several devices have: Nautobot may allow that at different locations."""
    devices = {(row["device"]["id"], row["device"]["name"]) for row in rows if "id" in (row.get("device") or {})}
    counts = Counter(name for _, name in sorted(devices))
    return [
        f"{number} devices are called {name}; these are the interfaces of all."
        for name, number in counts.items()
        if number > 1
    ]


def _matching(written: str, made: Table) -> Table:
    wanted = fold(written).replace(" ", "")
    columns = ("interface", "description", "connected device", "connected interface", "circuit", "provider", "type")
    at = [made.columns.index(name) for name in columns if name in made.columns]
    kept = [
        number
        for number, row in enumerate(made.rows)
        if any(wanted in fold(str(row[index])).replace(" ", "") for index in at if row[index] is not None)
    ]
    return Table(made.columns, [made.rows[k] for k in kept], [made.links[k] for k in kept], made.shown)


def _summary(subject: str, made: Table, rows: Sequence[Row]) -> str:
    what, count = subject.removeprefix("interfaces"), number_of(len(made.rows), "interface", "interfaces")
    if not made.rows:
        return f"{count.capitalize()} recorded{what}."
    # What was not asked for, or may not be seen, is not counted as none.
    asked = {name: words for name, words in _COUNTED.items() if name in made.columns}
    facts = [f"{sum(cell not in (None, False) for cell in made.column(name))} {words}" for name, words in asked.items()]
    return f"{count}{what}{': ' * bool(facts)}{', '.join(facts)}."
