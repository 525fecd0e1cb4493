"""Figures on address space, by any of a prefix's properties.

What is counted:
* `prefixes` are all records of a group, containers included.
* `addresses` is the space of its networks and pools. A container adds none: its space is that of the prefixes in it.
  Within a namespace every address counts once, however many prefixes overlap there; namespaces are added up.
  Network and broadcast addresses count as Nautobot counts them (see tools/ipam/use.py).
* `used` follows Nautobot's own rule for each prefix: child prefixes, addresses and the ranges that count as used, each
  address once. Child prefixes are those read at the same locations, whatever their role or status. `free` is the rest.
* Figures of IPv6 are exact whole numbers; beyond 2^53, where a browser would round them, they are text.
* IPv4 and IPv6 are never added: where both occur in a group, its figures are those of IPv4, and a note says so.

Deeper analysis can start from tools/frames.py: `frame` gives one row a prefix and location, and `measured` of it the
figures of any part.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from tools.amounts import readable
from tools.arguments import Location, Namespace, PrefixLength, RoleName, Status
from tools.asking import Ask, Finding, number_of
from tools.frames import Frame, frame
from tools.ipam.figures import Usage
from tools.models import Cell
from tools.prefixes import IpVersion, Wanted
from tools.ranges import ranges
from tools.tables import Table

if TYPE_CHECKING:
    import pandas as pd

By = Literal[
    "region",
    "country",
    "location",
    "location_type",
    "role",
    "status",
    "vlan",
    "prefix_length",
    "ip_version",
    "namespace",
    "prefix",
]
_NEEDS = {"role": "roles", "status": "statuses", "vlan": "vlans"}  # use needs addresses and namespaces in any case
_SAFE = 2**53  # beyond, JavaScript rounds


async def analyze_prefixes_dataframe(
    ask: Ask,
    location: Location = None,
    group_by: Annotated[
        list[By] | None,
        BeforeValidator(lambda sent: [sent] if isinstance(sent, str) else sent),
        Field(description="Default: role; region for the whole network."),
    ] = None,
    role: RoleName = None,
    status: Status = None,
    namespace: Namespace = None,
    ip_version: IpVersion = None,
    prefix_length: PrefixLength = None,
    sort_by: Annotated[
        Literal["used_percent", "used", "free", "addresses", "count"] | None, Field(description="Largest first.")
    ] = None,
    top: Annotated[int | None, Field(ge=1, le=1000, description="First n groups.")] = None,
    bottom: Annotated[int | None, Field(ge=1, le=1000, description="Last n.")] = None,
) -> Finding:
    """Figures per group: prefixes, addresses, used, free, used %."""
    by = list(dict.fromkeys(group_by or []))
    tree = await ask.tree()
    wanted = await Wanted.of(ask, location, role, status, None, prefix_length, ip_version, None, namespace)
    by = by or (["region"] if wanted.places.all else ["role"])
    # Role, status and length are filtered here and not by Nautobot: a child of any role uses its parent.
    everything = Wanted(
        ask, wanted.places, wanted.locations, {**wanted.filters, "role": None, "status": None, "prefix_length": None}
    )
    rows, held = await asyncio.gather(everything.rows("prefixes_usage"), ranges(ask, wanted.filters["namespace"]))
    ask.needs("ip_addresses", "namespaces", *(kind for name, kind in _NEEDS.items() if name in by))
    # pandas takes half a second to import and works on the processor: not on the event loop.
    asked = _Asked(tuple(by), sort_by, top, bottom)
    within = None if wanted.places.all else tree.inside(wanted.places.locations).keys()
    made = await asyncio.to_thread(_analyzed, lambda: frame(rows, tree, within, held), wanted.filters, asked)
    subject = f"address space of {wanted.subject} by {' and '.join(name.replace('_', ' ') for name in by)}"
    return Finding(
        subject=subject,
        summary=_summary(wanted.subject, made, asked),
        table=made.table,
        list_page=wanted.list_page,
        notes=made.notes,
        narrow="Use top or bottom, or a smaller location.",
    )


@dataclass(frozen=True)
class _Asked:
    by: tuple[str, ...]
    sort_by: str | None
    top: int | None
    bottom: int | None

    @property
    def order(self) -> str | None:
        return self.sort_by or ("used_percent" if self.top or self.bottom else None)


@dataclass(frozen=True)
class _Analyzed:
    table: Table
    notes: list[str]
    prefixes: int
    groups: int
    total: Usage
    family: str  # of the figures; "" where it goes without saying


def _analyzed(read: Callable[[], Frame], filters: dict[str, Any], asked: _Asked) -> _Analyzed:
    made = read()
    data = made.data
    for name in ("role", "status", "prefix_length"):
        if filters[name] is not None and len(data):
            data = data[data[name] == filters[name]]
    if "prefix" in asked.by and len(data):
        data = data[data["type"] != "container"]
    by = list(asked.by)
    if "prefix" in by:  # the same prefix may exist in two namespaces
        by += [name for name in ("namespace", "location") if name not in by]
    small = _too_small(data, filters, asked)
    groups = _grouped(made, data[~data["id"].isin(small)] if small else data, by)
    shown, split = _chosen(groups, asked), _two_families(data, by)
    notes = _notes(data, by)
    if small:
        notes.append(
            f"{number_of(len(small), 'prefix', 'prefixes')} of one or two addresses, such as links, are not ranked."
        )
    if split and (ipv6 := sum(group.ipv6 for group in groups)):
        notes.append(
            f"Addresses, used and free are those of IPv4; {number_of(ipv6, 'IPv6 prefix is', 'IPv6 prefixes are')} "
            "counted as prefixes only. Ask with ip_version 6 for theirs."
        )
    labels = [name.replace("_", " ") for name in by]
    single = "prefix" in by
    columns = [*labels, *([] if single else ["prefixes"]), "addresses", "used", "free", "used percent"]
    cells = [[*g.key, *([] if single else [g.count]), *_cells(g.usage)] for g in shown]
    links = [f"/ipam/prefixes/{g.first}/" if single else None for g in shown]
    distinct = data.drop_duplicates("id") if len(data) else data
    version = 4 if split or not len(data) or (data["ip_version"] == 4).any() else 6
    total = made.measured(distinct[distinct["ip_version"] == version]) if len(data) else Usage(0, 0)
    quiet: Any = {"namespace": "quiet"} if "namespace" not in asked.by else {}
    mixed = bool(len(data)) and data["ip_version"].nunique() > 1
    family = f" of IPv{version}" if mixed or version == 6 else ""
    return _Analyzed(Table(columns, cells, list(links), quiet), notes, len(distinct), len(groups), total, family)


@dataclass(frozen=True)
class _Group:
    key: tuple[Cell, ...]
    count: int
    ipv6: int
    usage: Usage
    first: str


def _grouped(made: Frame, data: "pd.DataFrame", by: Sequence[str]) -> list[_Group]:
    """Return the groups in their order. Of a group with both families the figures are those of IPv4."""
    if not len(data):
        return []
    numbers = data.groupby(list(by), sort=True, dropna=False).ngroup()
    first = data.assign(number=numbers).drop_duplicates("number").sort_values("number")
    different = data.assign(number=numbers).drop_duplicates(["number", "id"])
    size = different.groupby("number").size()
    ipv6 = (different["ip_version"] == 6).groupby(different["number"]).sum()
    only_ipv6 = numbers.map(ipv6 == size)
    counted = (data["ip_version"] == 4) | only_ipv6
    usage = made.space.use_of_groups(data["at"][counted], numbers[counted], len(first))
    keys = zip(*(first[name].tolist() for name in by), strict=True)
    parts = zip(keys, size.tolist(), ipv6.tolist(), usage, first["id"].tolist(), strict=True)
    return [_Group(*part) for part in parts]


def _too_small(data: "pd.DataFrame", filters: dict[str, Any], asked: _Asked) -> set[str]:
    """Return the links that would fill a ranking of prefixes: two addresses, both used. Not if they are asked for."""
    if "prefix" not in asked.by or asked.order is None or filters["role"] or filters["prefix_length"] or not len(data):
        return set()
    links = data["prefix_length"] >= data["ip_version"].map({4: 31, 6: 127})
    return set() if links.all() else set(data[links]["id"])


def _two_families(data: "pd.DataFrame", by: Sequence[str]) -> bool:
    return bool(len(data)) and "ip_version" not in by and "prefix" not in by and data["ip_version"].nunique() > 1


def _chosen(groups: list[_Group], asked: _Asked) -> list[_Group]:
    if asked.order is None:
        return groups
    values = {"count": lambda g: g.count, "addresses": lambda g: g.usage.addresses, "used": lambda g: g.usage.used}
    values |= {"free": lambda g: g.usage.free, "used_percent": lambda g: g.usage.used_percent or 0.0}
    if asked.order == "used_percent" and (asked.top or asked.bottom):
        groups = [group for group in groups if group.usage.addresses]
    ranked = sorted(groups, key=values[asked.order], reverse=True)
    if not (asked.top or asked.bottom):
        return ranked
    first = ranked[: asked.top or 0]
    last = [group for group in ranked[-asked.bottom :] if group not in first] if asked.bottom else []
    return first + (last if asked.top else list(reversed(last)))


def _notes(data: "pd.DataFrame", by: Sequence[str]) -> list[str]:
    if not len(data):
        return []
    notes = []
    containers = int((data.drop_duplicates("id")["type"] == "container").sum())
    if containers:
        add = "adds" if containers == 1 else "add"
        notes.append(
            f"{number_of(containers, 'container', 'containers')} among the prefixes {add} no addresses: "
            "the space of a container is that of the prefixes in it."
        )
    if len(data) > data["id"].nunique() and {"region", "country", "location", "location_type"} & set(by):
        notes.append("A prefix at several locations counts at each, so groups may add up to more than the total.")
    return notes


_FIRST = {
    "count": "most prefixes", "addresses": "largest", "used": "most used addresses", "free": "most free addresses",
    "used_percent": "fullest",
}  # fmt: skip


def _summary(subject: str, made: _Analyzed, asked: _Asked) -> str:
    if not made.prefixes:
        return f"No {subject} are recorded."
    use = made.total
    by = " and ".join(name.replace("_", " ") for name in asked.by)
    figures = (
        f"{readable(use.used)} of {readable(use.addresses)} addresses{made.family} used ({use.used_percent:g} %), {readable(use.free)} free"
        if use.addresses
        else "no address space of networks or pools"
    )
    groups = number_of(made.groups, "group", "groups")
    chosen = f", {len(made.table.rows)} of them listed" if len(made.table.rows) < made.groups else ""
    order = f", {_FIRST[asked.order]} first" if asked.order and not (asked.bottom and not asked.top) else ""
    return f"{number_of(made.prefixes, 'prefix', 'prefixes')}{subject.removeprefix('prefixes')}: {figures}. By {by}: {groups}{chosen}{order}."


def _cells(use: Usage) -> list[Cell]:
    numbers = (use.addresses, use.used, use.free)
    return [*(number if number <= _SAFE else str(number) for number in numbers), use.used_percent]
