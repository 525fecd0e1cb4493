"""How much address space is left: what no prefix and no address takes of containers, by where these are."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from tools.amounts import readable
from tools.arguments import Names
from tools.asking import Ask, Finding, Row, filter_values, list_page, number_of
from tools.free_blocks import Whole, namespace_of, number
from tools.free_words import amount
from tools.models import Cell
from tools.place_names import Location
from tools.places import Places, Tree
from tools.ranges import Ends, ranges, taken
from tools.space import network
from tools.tables import Table

if TYPE_CHECKING:
    from tools.ipam.address_space import AddressSpace
    from tools.ipam.free import Free

By = Literal["location", "country", "region"]
_NOWHERE = ({"id": "", "name": "no location"},)
_SPANS_TIME = "How long it will last is not said: Nautobot records what is used, not since when."


async def room_left(
    ask: Ask, inside: Names, by: By, length: int | None, namespace: str | None, limit: int | None
) -> Finding:
    """Return what is left of the containers of locations, one row a location, country or region."""
    places, tree = await ask.places(inside), await ask.tree()
    spaces = [namespace] if namespace else None
    locations = filter_values(places, tree, without=True)
    # With the addresses that stand in a container itself: those in other prefixes are taken with these.
    rows, held = await asyncio.gather(
        ask.rows("prefixes_usage", locations=locations, type=["container"], namespace=spaces), ranges(ask, namespace)
    )
    ask.needs("ip_addresses", "namespaces")
    targets = sorted({row["prefix"] for row in rows})
    within = await ask.rows("prefixes_within", targets=_outermost(targets), namespace=spaces) if rows else []
    # numpy takes a while to import and works on the processor: not on the event loop.
    groups = await asyncio.to_thread(_grouped, rows, within, taken(held), _where(by, tree, places))
    table = await asyncio.to_thread(_table, groups, by, length)
    notes = [_SPANS_TIME] if groups else []
    if any(len(_places(row, by, tree, places)) > 1 for row in rows):
        notes.append("A container at several of these counts at each, so rows may add up to more than there is.")
    if by == "location" and (without := _without(rows, tree, places)):
        notes.append(f"{number_of(without, 'location', 'locations')} there have no container of their own.")
    fit = f", /{length} that fit" if length is not None else ""
    return Finding(
        subject=f"address space left {places.at} by {by}{fit}",
        summary=_summary(groups, tree, places, by, length),
        table=table,
        list_page=list_page("/ipam/prefixes/", locations=None if places.all else locations, type="container"),
        notes=notes,
        limit=limit,
        narrow="Name a smaller location.",
    )


@dataclass
class _Group:
    """Containers of one place, namespace and family."""

    place: Location | None
    name: str
    namespace: str
    version: int
    wholes: list[Whole] = field(default_factory=list)
    free: list["Free"] = field(default_factory=list)

    @property
    def left(self) -> int:
        """How many addresses are free: no two containers have a free one in common."""
        return sum(free.addresses for free in self.free)

    @property
    def size(self) -> int:
        """How many addresses its containers have, those in several of them once."""
        outer = [whole for whole in self.wholes if not any(_in(whole, other) for other in self.wholes)]
        return sum(net.num_addresses for net in {whole.network for whole in outer})

    def fits(self, length: int) -> int:
        """Return how many blocks of a length fit."""
        return sum(free.fits(length) for whole, free in zip(self.wholes, self.free, strict=True) if _may(whole, length))


def _grouped(
    rows: Sequence[Row],
    within: Sequence[Row],
    held: Mapping[str, Sequence[Ends]],
    where: Callable[[Row], Mapping[str, tuple[Location | None, str]]],
) -> list[_Group]:
    """Return the groups, those with the most left first, IPv4 before IPv6."""
    space = _space(rows, within, held)
    groups: dict[tuple[str, str, int], _Group] = {}
    for row in rows:
        whole, space_name = Whole(network(row["prefix"])), namespace_of(row)
        version = whole.network.version
        free = space.part(space_name, version).free(*whole.span, whole.network.prefixlen)
        for key, (place, name) in where(row).items():
            group = groups.setdefault((key, space_name, version), _Group(place, name, space_name, version))
            group.wholes.append(whole)
            group.free.append(free)
    return sorted(groups.values(), key=lambda group: (group.version, -group.left, group.name, group.namespace))


def _space(rows: Sequence[Row], within: Sequence[Row], ranges_: Mapping[str, Sequence[Ends]]) -> "AddressSpace":
    from tools.ipam.address_space import AddressSpace

    held: dict[str, list[str]] = {}
    for row in rows:
        held.setdefault(namespace_of(row), []).extend(one["address"] for one in row.get("ip_addresses") or [])
    return AddressSpace(
        [row["prefix"] for row in within],
        [row["type"] for row in within],
        [namespace_of(row) for row in within],
        held,
        ranges_,
    )


def _where(by: By, tree: Tree, places: Places) -> Callable[[Row], dict[str, tuple[Location | None, str]]]:
    return lambda row: _places(row, by, tree, places)


def _places(row: Row, by: By, tree: Tree, places: Places) -> dict[str, tuple[Location | None, str]]:
    """Return the groups that a container belongs to, by id: of its locations those that were asked for."""
    asked = None if places.all else _inside(tree, places)
    here = [place for place in row.get("locations") or () if asked is None or place["id"] in asked] or _NOWHERE
    if by == "location":
        return {place["id"]: (tree.by_id.get(place["id"]), place["name"]) for place in here}
    above = [tree.ancestor(place["id"], by) for place in here]
    return {found.id if found else "": (found, found.name if found else f"no {by}") for found in above}


_last: list[tuple[Places, Mapping[str, object]]] = []


def _inside(tree: Tree, places: Places) -> Mapping[str, object]:
    if not _last or _last[0][0] is not places:
        _last[:] = [(places, tree.inside(places.locations))]
    return _last[0][1]


def _without(rows: Sequence[Row], tree: Tree, places: Places) -> int:
    """Return how many of the locations that hold no others have no container."""
    have = {place["id"] for row in rows for place in row.get("locations") or ()}
    return sum(key not in have and not tree.children.get(key) for key in tree.inside(places.locations))


def _table(groups: Sequence[_Group], by: By, length: int | None) -> Table:
    columns = [by, *(["location type"] if by == "location" else []), "ip version", "namespace", "containers"]
    columns += ["addresses", "free", "free percent", "largest free block"]
    rows: list[list[Cell]] = []
    for group in groups:
        size, left = group.size, group.left
        kind = [group.place.type if group.place else None] if by == "location" else []
        made: list[Cell] = [group.name, *kind, group.version, group.namespace, len(set(group.wholes))]
        rows.append([*made, number(size), number(left), _percent(left, size), _largest(group)])
        if length is not None:
            rows[-1].append(group.fits(length))
    if length is not None:
        columns.append(f"/{length} that fit")
    return Table(
        columns, rows, [None] * len(rows), dict.fromkeys(("location type", "ip version", "namespace"), "quiet")
    )


def _largest(group: _Group) -> str | None:
    from tools.free_blocks import largest

    blocks = [block for free in group.free if (block := largest(free))]
    return min(blocks, key=lambda block: int(block.rpartition("/")[2]), default=None)


def _summary(groups: Sequence[_Group], tree: Tree, places: Places, by: By, length: int | None) -> str:
    if not groups:
        return f"No container is recorded {places.at}: what is left is counted in containers."
    version = groups[0].version
    mine = [group for group in groups if group.version == version]
    left, whole, containers = _together(mine)
    figures = amount(left, whole, " IP") or f"{readable(left)} of {readable(whole)} IP"
    held = number_of(containers, "container", "containers")
    told = f"{places.at[:1].upper()}{places.at[1:]}, {figures}v{version} addresses are free"
    told += f" ({_percent(left, whole):g} %) in {held}, by {by}."
    placed = [group for group in mine if group.place]  # what is of no country is beside those that are of one
    single = [group for group in placed if group.place and not tree.children.get(group.place.id)]
    if by != "location" or len(single) < 2:
        single = placed  # otherwise a region would be compared with the sites in it
    if len(single) > 1:
        several = len({group.namespace for group in mine}) > 1
        told += f" {_ends(single, by, several, whole=len(single) == len(placed))}"
    if nowhere := [_figure(group) + f" in namespace {group.namespace}" for group in mine if not group.place]:
        told += f" Of no {by}: {', '.join(nowhere)}."
    if length is not None:
        able = [group for group in groups if any(_may(whole, length) for whole in group.wholes)]
        fits = [fitting for group in able if (fitting := group.fits(length))]
        told += f" {sum(fits):,} /{length} fit, at {len(fits)} of {len(able)}."
    return told


def _ends(groups: Sequence[_Group], by: By, several: bool, *, whole: bool) -> str:
    """Return where most and where least is left, and how many share the place.

    `whole`: these are all that the table lists. It may list the places around them as well, which have more than the
    site that has the most: then no site is said to have it.
    """
    high, low = ([one for one in groups if one.left == groups[at].left] for at in (0, -1))
    most, least = _names(high, several), _names(low, several)
    if len(high) == len(groups):
        return f"Each of these {len(groups):,} has {_figure(high[0])} left."
    if not whole:
        return f"The sites have from {_figure(high[0])} ({most}) to {_figure(low[0])} ({least})."
    at = "at" if by == "location" else "in"
    return f"Most is left {at} {most} ({_figure(high[0])}), least {at} {least} ({_figure(low[0])})."


def _names(groups: Sequence[_Group], several: bool) -> str:
    """Return the first of places that have as much, and how many more have: "BCN01 and 9 more"."""
    space = f" in namespace {groups[0].namespace}" if several else ""
    return f"{groups[0].name}{space}{f' and {len(groups) - 1:,} more' if len(groups) > 1 else ''}"


def _figure(group: _Group) -> str:
    return amount(group.left, group.size, "") or f"{_percent(group.left, group.size):g} %"


def _together(groups: Sequence[_Group]) -> tuple[int, int, int]:
    """Return free addresses, addresses and containers of groups of one family; what is in several of them once."""
    once: dict[tuple[str, Whole], int] = {}
    for group in groups:
        pairs = zip(group.wholes, group.free, strict=True)
        once |= {(group.namespace, whole): free.addresses for whole, free in pairs}
    spaces = {name: [whole for space, whole in once if space == name] for name, _ in once}
    size = sum(_Group(None, "", name, 0, wholes).size for name, wholes in spaces.items())
    return sum(once.values()), size, len(once)


def _percent(left: int, size: int) -> float:
    """Return a share to two decimals; all only where it is all."""
    return min(round(100 * left / size, 2), 100 if left == size else 99.99)


def _may(whole: Whole, length: int) -> bool:
    return whole.network.prefixlen <= length <= whole.network.max_prefixlen


def _in(inner: Whole, outer: Whole) -> bool:
    return inner.network != outer.network and inner.network.subnet_of(outer.network)  # type: ignore[arg-type]


def _outermost(written: Sequence[str]) -> list[str]:
    """Return the prefixes that lie in no other of them: what is within these is within all."""
    nets = sorted((network(one) for one in written), key=lambda net: (net.version, int(net[0]), net.prefixlen))
    out: list[Whole] = []
    for net in nets:
        if not out or out[-1].network.version != net.version or not _in(Whole(net), out[-1]):
            out.append(Whole(net))
    return [str(whole.network) for whole in out]
