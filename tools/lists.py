"""Whole lists of records, read at once; a list that may not be read takes nothing from the others."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tools.asking import Ask, Row, filter_values
from tools.errors import NotAllowed
from tools.hidden import refuse
from tools.places import Places, Tree
from tools.ranges import ranges

K = TypeVar("K", bound=str)


@dataclass(frozen=True)
class Lists:
    """What was read, and why the rest was not."""

    rows: Mapping[str, Sequence[Row]]
    denied: Mapping[str, NotAllowed]
    hidden: frozenset[str]  # related records that the rows lack

    def refused(self, parts: Mapping[K, tuple[Iterable[str], Iterable[str]]]) -> dict[K, NotAllowed]:
        """Return which parts of an answer cannot be given, each by the lists and related records it depends on.

        Raise `NotAllowed` where that is all of them.
        """
        found: dict[K, NotAllowed] = {}
        for part, (lists, related) in parts.items():
            try:
                refuse(self.hidden, *related)
            except NotAllowed as error:
                found[part] = error
            if missing := next((self.denied[one] for one in lists if one in self.denied), None):
                found[part] = missing
        if found and len(found) == len(parts):
            raise next(iter(found.values()))
        return found


async def lists(ask: Ask, wanted: Iterable[str], places: Places, tree: Tree) -> Lists:
    """Read lists of records at locations, side by side. Raise what any of them raises but for `NotAllowed`."""
    names = list(dict.fromkeys(wanted))
    read = await asyncio.gather(*(_read(ask, one, places, tree) for one in names), return_exceptions=True)
    rows: dict[str, Sequence[Row]] = {}
    denied: dict[str, NotAllowed] = {}
    for name, got in zip(names, read, strict=True):
        if isinstance(got, NotAllowed):
            denied[name] = got
        elif isinstance(got, BaseException):
            raise got
        else:
            rows[name] = got
    hidden = frozenset[str]().union(*(reading.hidden for reading in (*ask.readings, *ask.lookups)))
    return Lists(rows, denied, hidden)


async def _read(ask: Ask, what: str, places: Places, tree: Tree) -> Sequence[Row]:
    at, with_none = filter_values(places, tree), filter_values(places, tree, without=True)
    match what:
        case "prefixes":
            return await ask.rows("prefixes_by_location", locations=with_none)
        case "vlans":
            return await ask.rows("vlans_by_location", locations=with_none)
        case "devices":
            return await ask.rows("devices_by_location", locations=at)
        case "ranges":
            return await ranges(ask)
        case "racks":
            return await ask.rows("racks_by_location", locations=at)
        case "locations":
            inside = tree.inside(places.locations)
            return [row for row in await ask.rows("locations") if row["id"] in inside]
        case _:
            return await ask.rows(what)
