"""Prefixes at locations."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field

from tools.arguments import Limit, Location, Namespace, PrefixLength, RoleName, SomeLocation, Status, Vid
from tools.asking import Ask, Finding, Row, asked_for, filter_values, list_page, number_of
from tools.errors import InvalidRequest
from tools.files import Format
from tools.places import Places
from tools.results import Result
from tools.tables import Column, Table, choice, figures, joined, tabled

PAGE = "/ipam/prefixes/{id}/"
TYPE = "ipam.prefix"
COLUMNS = (
    Column("prefix"),
    Column("type", ("type",), choice("type"), shown="quiet"),
    Column("role", ("role.name",)),
    Column("vlan", ("vlan.vid", "vlan.name"), joined("vlan.vid", "vlan.name")),
    Column("status", ("status.name",), shown="quiet"),
    Column("namespace", ("namespace.name",), shown="quiet"),
    Column("location", ("locations.name",)),
    Column("description", shown="never"),
    Column("prefix length", ("prefix_length",), shown="never"),
    Column("ip version", ("ip_version",), shown="never"),
)

PrefixType = Annotated[Literal["container", "network", "pool"] | None, Field(description="Prefix type.")]
IpVersion = Annotated[Literal[4, 6] | None, Field(description="4 or 6.")]


async def get_prefixes_by_location(
    ask: Ask,
    location: SomeLocation,
    role: RoleName = None,
    status: Status = None,
    type: PrefixType = None,
    prefix_length: PrefixLength = None,
    ip_version: IpVersion = None,
    vlan: Vid = None,
    namespace: Namespace = None,
    limit: Limit = None,
) -> Finding:
    """List the IP prefixes (subnets) at locations and below them."""
    wanted = await Wanted.of(ask, location, role, status, type, prefix_length, ip_version, vlan, namespace)
    return await wanted.finding(await wanted.rows("prefixes_by_location"), limit)


async def export_prefixes_to_csv(
    ask: Ask,
    location: Location = None,
    role: RoleName = None,
    status: Status = None,
    type: PrefixType = None,
    prefix_length: PrefixLength = None,
    ip_version: IpVersion = None,
    vlan: Vid = None,
    namespace: Namespace = None,
    result: Annotated[str | None, Field(description="Save this earlier result, e.g. r3, of whatever records.")] = None,
    format: Annotated[Format | None, Field(description="Default: csv.")] = None,
) -> Finding:
    """Save all matching prefixes, or any earlier result, as a file that the user can download."""
    filters = (location, role, status, type, prefix_length, ip_version, vlan, namespace)
    if result:
        if any(value is not None for value in filters):
            raise InvalidRequest(
                f"{result} is saved as it is: leave the filters out, or filter it with get_rows first."
            )
        found = _as_it_is(await ask.result(result))
    else:
        wanted = await Wanted.of(ask, *filters)
        found = await wanted.finding(await wanted.rows("prefixes_by_location"), limit=5)
    if not found.table.rows:
        return found
    kind = {"csv": "A CSV", "json": "A JSON", "xlsx": "An Excel"}[format or "csv"]
    rows = number_of(len(found.table.rows), "row", "rows")
    return replace(
        found,
        summary=f"{kind} file with {rows} is ready: {found.summary}",
        notes=[*found.notes, f"The file holds all that is listed: {rows}."],
        limit=5,
        narrow="The file has them all.",
        file=format or "csv",
    )


def _as_it_is(result: Result) -> Finding:
    page = (result.about.list_url or "").removeprefix(result.about.base) or None
    told = f"{result.subject[:1].upper()}{result.subject[1:]}"
    return Finding(
        subject=result.subject,
        summary=f"{told}."
        if result.rows
        else f"{result.name} ({result.subject}) has no rows: there is nothing to save.",
        table=Table(
            result.columns, result.rows, result.links, dict.fromkeys(result.unshown, "never"), places=result.places
        ),
        list_page=page,
        notes=[note for note in result.about.notes],
        more=result.more,
    )


class Wanted:
    """Which prefixes are asked for, all names looked up."""

    def __init__(self, ask: Ask, places: Places, locations: list[str], filters: dict[str, Any]) -> None:
        self.ask, self.places, self.locations, self.filters = ask, places, locations, filters

    @classmethod
    async def of(
        cls,
        ask: Ask,
        location: str | list[str] | None = None,
        role: str | None = None,
        status: str | None = None,
        type: str | None = None,
        prefix_length: int | None = None,
        ip_version: int | None = None,
        vlan: int | None = None,
        namespace: str | None = None,
    ) -> "Wanted":
        """Look the names up. Raise `Unknown` or `Ambiguous`."""
        places = await ask.places(location)
        filters = {
            "role": await ask.role(role, TYPE),
            "status": await ask.status(status, TYPE),
            "type": type,
            "prefix_length": prefix_length,
            "ip_version": ip_version,
            "vlan": vlan,
            "namespace": await ask.namespace(namespace),
        }
        return cls(ask, places, filter_values(places, await ask.tree(), without=True), filters)

    async def rows(self, query: str) -> Sequence[Row]:
        """Return the prefixes by a query file that takes these filters."""
        lists = {name: None if value is None else [value] for name, value in self.filters.items()}
        return await self.ask.rows(
            query, **{**lists, "ip_version": self.filters["ip_version"]}, locations=self.locations
        )

    @property
    def subject(self) -> str:
        return f"prefixes {self.places.at}{asked_for(**self.filters)}"

    @property
    def list_page(self) -> str | None:
        filters = {**self.filters, "vlan_vid": self.filters["vlan"], "vlan": None}
        return list_page("/ipam/prefixes/", locations=None if self.places.all else self.locations, **filters)

    async def finding(self, rows: Sequence[Row], limit: int | None) -> Finding:
        """Return the rows as a table, with their figures."""
        made = await tabled(rows, COLUMNS, PAGE)
        return Finding(
            subject=self.subject,
            summary=summary(self.subject, made),
            table=made,
            list_page=self.list_page,
            limit=limit,
            narrow="Narrow with role, prefix_length, type, vlan or location; export_prefixes_to_csv saves all.",
        )


def summary(subject: str, prefixes: Table) -> str:
    """Return the figures of prefixes in a sentence: how many, by role, by status."""
    what = subject.removeprefix("prefixes")
    count = number_of(len(prefixes.rows), "prefix", "prefixes")
    if not prefixes.rows:
        return f"{count.capitalize()} recorded{what}."
    told = figures(prefixes, "role", "status")
    return f"{count}{what}: {told}." if told else f"{count}{what}."
