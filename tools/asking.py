"""One call of a tool: what it reads, what names mean in it, and where its rows come from."""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from tools.amounts import rows_said
from tools.errors import Ambiguous, Gone, InvalidRequest, NoSuchName
from tools.files import Format
from tools.hidden import refuse
from tools.models import Candidate, Check, Earlier, Source, Status, result_name
from tools.names import match, nearest
from tools.organisation import NONE, Organisation
from tools.origin import Reading, of_one_kind, source_of
from tools.places import Places, Tree
from tools.referring import Devices, devices_of, parts, places_of, prefixes_of
from tools.results import Expired, Result, Results, handed
from tools.tables import Table

Row = Mapping[str, Any]
_LONGEST_PATH = 3_500  # uWSGI, which serves Nautobot, takes requests of 4 kB unless told otherwise, headers included
T = TypeVar("T")


class Nautobot(Protocol):
    """The source of truth, live or demo."""

    def rows(self, query: str, *, turn: str | None = None, **variables: Any) -> Awaitable[Reading]:
        """Run a query file and return all its rows. Raise one of tools/errors.py."""
        ...

    def answering(self, turn: str | None, work: Callable[[], Awaitable[T]], *, fresh: bool = False) -> Awaitable[T]:
        """Run a whole call, perhaps twice, so that all its reads are of one kind; `fresh`: none from memory."""
        ...

    def looked(self) -> Awaitable[Status]:
        """Say what the next answer would be read from; a Nautobot that was away is looked for now and then."""
        ...

    def refresh(self) -> None:
        """Forget what was kept of earlier reads."""
        ...

    def checks(self) -> Awaitable[list[Check]]:
        """Check what can be checked from here. Never raises for what a check finds."""
        ...


@dataclass(frozen=True)
class Finding:
    """What a tool found. All of it: what a model may see is decided later."""

    subject: str  # "prefixes at NYC01"
    summary: str
    table: Table
    list_page: str | None = None  # the path of the matching list in Nautobot's pages
    notes: Sequence[str] = ()
    limit: int | None = None  # rows that the caller wants to see
    narrow: str = ""  # how to get at the others
    file: Format | None = None  # the kind of file that was asked for
    more: int | None = 0  # rows that are not in the table, as too many; None: not known how many, or whether any


@dataclass
class Ask:
    """One call."""

    nautobot: Nautobot
    turn: str | None = None
    readings: list[Reading] = field(default_factory=list)
    lookups: list[Reading] = field(default_factory=list)  # those that only told what names mean
    notes: list[str] = field(default_factory=list)  # how names were read
    results: Results = field(default_factory=Results)
    earlier: Mapping[str, Earlier] = field(default_factory=dict)  # the results that may be named, by their names
    used: dict[str, Result] = field(default_factory=dict)  # those that were
    organisation: Organisation = NONE
    _begun: int = 0  # readings that were asked for
    _order: dict[bool, list[int]] = field(default_factory=lambda: {False: [], True: []})  # of readings and lookups

    async def rows(self, query: str, **variables: Any) -> Sequence[Row]:
        """Return all rows of a query. A variable that is None or an empty list is left out: no such filter."""
        return await self._read(query, variables)

    async def lookup(self, query: str, **variables: Any) -> Sequence[Row]:
        """Return all rows of a query that says what names there are."""
        return await self._read(query, variables, lookup=True)

    async def tree(self) -> Tree:
        """Return the tree of all locations."""
        return _tree(await self.lookup("locations"), self.organisation)

    async def result(self, written: str) -> Result:
        """Return an earlier result. What it was read from becomes part of this call's source.

        Raise `NoSuchName` where this conversation has none of that name, `Gone` where it is no longer kept, and
        `InvalidRequest` where it is of other data, demo or live, than the rest of this call.
        """
        name = result_name(written) or written
        if name in self.used:
            return self.used[name]
        known = self.earlier.get(name)
        if known is None:
            near = [Candidate(name=one, detail=kept.tool) for one, kept in list(self.earlier.items())[-12:]]
            raise NoSuchName("result", written, near, "Name a result as its number: r1 is the one cited as [1].")
        try:
            # Not on the event loop: all rows are made anew of what is kept.
            result = await asyncio.to_thread(self._kept, name, known)
        except Expired:
            raise Gone(name, known.tool, json.dumps(known.arguments, ensure_ascii=False)) from None
        self.used[name] = result
        if result.more != 0:
            listed = rows_said(result.total, result.total, result.more)
            self.notes.append(f"{name} lists {listed}: what follows from it is of those alone.")
        of_one_kind([*self.readings, *self.lookups], self.used.values())
        return result

    def _kept(self, name: str, known: Earlier) -> Result:
        try:
            return self.results.result(name, known.uri or "")
        except Expired:
            result = handed(name, known)
            if result is None:
                raise
            return result

    async def places(self, location: str | list[str] | None) -> Places:
        """Return the locations that names mean, or those of the rows of earlier results.

        Raise `NoSuchName`, `Ambiguous`, or what `result` raises.
        """
        tree = await self.tree()
        written = parts(location or [])
        results = [name for name in written if result_name(name) and not tree.is_name(name)]
        found = tree.find(None if location is None else [name for name in written if name not in results])
        for name in () if found.all else results:
            found = found.and_also(places_of(await self.result(name), tree))
        self.notes += found.notes
        return found

    async def prefixes(self, inside: str | list[str]) -> list[tuple[str, str | None]] | None:
        """Return the prefixes of earlier results' rows, each with its namespace; None where no result is named.

        Raise what `result` raises, and `InvalidRequest` where results and other names are mixed.
        """
        written = parts(inside)
        results = [name for name in written if result_name(name) and not (await self.tree()).is_name(name)]
        if not results:
            return None
        if len(results) < len(written):
            raise InvalidRequest("Name either earlier results or prefixes, not both at once.")
        found: dict[tuple[str, str | None], None] = {}
        for name in results:
            prefixes, note = prefixes_of(await self.result(name))
            found |= dict.fromkeys(prefixes)
            self.notes.append(note)
        return list(found)

    async def name(self, kind: str, written: str | None, query: str, **variables: Any) -> str | None:
        """Return the exact name of a role, a status and the like; None where none was given."""
        if written is None:
            return None
        names = sorted({row["name"] for row in await self.lookup(query, **variables)})
        return one_of(kind, written, names, self.notes)

    async def role(self, written: str | None, content_type: str) -> str | None:
        """Return the exact name of a role that records of a type may have."""
        return await self.name("role", written, "roles", content_types=[content_type])

    async def status(self, written: str | None, content_type: str) -> str | None:
        """Return the exact name of a status that records of a type may have."""
        return await self.name("status", written, "statuses", content_types=[content_type])

    async def namespace(self, written: str | None) -> str | None:
        """Return the exact name of a namespace."""
        return await self.name("namespace", written, "namespaces")

    async def devices(self, written: str | list[str]) -> Devices:
        """Return the devices that names mean, or those of the rows of earlier results.

        Raise `NoSuchName`, `Ambiguous`, or what `result` raises.
        """
        known = Counter(row["name"] for row in await self.lookup("device_names") if row["name"])
        names, hint = sorted(known), "For the devices of a place use get_devices_by_location."
        meant: dict[str, frozenset[str]] = {}
        for name in parts(written):
            if result_name(name) and name not in known:
                found, note = devices_of(await self.result(name))
                for one, ids in found.items():  # no ids: all of that name
                    meant[one] = (ids | meant[one] if ids and meant[one] else frozenset()) if one in meant else ids
                self.notes.append(note)
            else:
                meant[one_of("device", name, names, self.notes, hint)] = frozenset()
        shared = {name: ids for name, ids in meant.items() if ids and known[name] > len(ids)}
        return Devices(list(meant), shared)

    @property
    def hidden(self) -> frozenset[str]:
        """What the rows of this call lack, as the token may not view such records."""
        earlier = (result.about.hidden for result in self.used.values())
        return frozenset().union(*(reading.hidden for reading in self.readings), *earlier)

    def needs(self, *kinds: str) -> None:
        """Raise `NotAllowed` where the rows lack what the answer depends on."""
        refuse(self.hidden, *kinds)

    @property
    def source(self) -> Source | None:
        """Where the rows of this call come from, those of earlier results included; None where there are none."""
        return source_of(self.readings, self.lookups, self.used.values(), self.hidden)

    async def _read(self, query: str, variables: Mapping[str, Any], *, lookup: bool = False) -> Sequence[Row]:
        given = {name: value for name, value in variables.items() if value is not None and value != []}
        self._begun += 1
        begun = self._begun
        reading = await self.nautobot.rows(query, turn=self.turn, **given)
        kept = self.lookups if lookup else self.readings
        # In the order in which they were asked for, the main one first, whichever of those side by side ends first.
        behind = sum(before < begun for before in self._order[lookup])
        self._order[lookup].insert(behind, begun)
        kept.insert(behind, reading)
        of_one_kind([reading], self.used.values())
        return reading.rows


def one_of(kind: str, written: str, names: Sequence[str], notes: list[str], hint: str = "") -> str:
    """Return the one name that was meant, with a note where it is not what was written.

    Raise `NoSuchName` with the nearest, or `Ambiguous` with all that it may mean.
    """
    found = match(written, names)
    if len(found.names) == 1:
        if found.slip:
            notes.append(f"Read '{written}' as {found.names[0]}.")
        return found.names[0]
    if found.names:
        raise Ambiguous(kind, written, [Candidate(name=name, detail="") for name in found.names])
    near = names if len(names) <= 12 else nearest(written, names)
    raise NoSuchName(kind, written, [Candidate(name=name, detail="") for name in near], hint)


def filter_values(places: Places, tree: Tree, *, without: bool = False) -> list[str]:
    """Return what a query's `locations` takes. `without` adds what has no location to the whole network.

    Names, so that a reader can run the query again; ids where two locations share a name. Never an empty list, which
    Nautobot takes for "all": where no locations are recorded, what has none is the whole network.
    """
    times = Counter(location.name for location in tree.by_id.values())
    values = [place.name if times[place.name] == 1 else place.id for place in places.locations]
    return [*values, "null"] if places.all and (without or not values) else values


def list_page(path: str, **filters: object) -> str | None:
    """Return the path of a list in Nautobot's pages, filtered; an empty filter is left out.

    None where it names so many locations that no server would take it.
    """
    given = {name: value for name, value in filters.items() if value not in (None, "", [])}
    page = f"{path}?{urlencode(given, doseq=True)}" if given else path
    return page if len(page) <= _LONGEST_PATH else None


_FILTERS = {"vlan": "VLAN {}", "vid": "VLAN {}", "ip_version": "IPv{}", "prefix_length": "/{}"}


def asked_for(**filters: object) -> str:
    """Return filters as words: " (role User Data, /24, not connected)"; nothing where there are none."""
    parts = [_filter(name, value) for name, value in filters.items() if value not in (None, "")]
    return f" ({', '.join(parts)})" if parts else ""


def _filter(name: str, value: object) -> str:
    noun = name.replace("_", " ")
    if isinstance(value, bool):
        return noun if value else f"not {noun}"
    return _FILTERS.get(name, noun + " {}").format(value)


def number_of(count: int, singular: str, plural: str) -> str:
    """Return a count with its noun: "1 prefix", "22 prefixes", "no prefixes"."""
    if count == 1:
        return f"1 {singular}"
    return f"{count:,} {plural}" if count else f"no {plural}"


_last_tree: list[tuple[Sequence[Row], Organisation, Tree]] = []


def _tree(rows: Sequence[Row], organisation: Organisation) -> Tree:
    # The source keeps the tree's rows for a while: as long as it gives the same ones, so is the tree.
    if not _last_tree or _last_tree[0][0] is not rows or _last_tree[0][1] is not organisation:
        _last_tree[:] = [(rows, organisation, Tree(rows, organisation.by_alias))]
    return _last_tree[0][2]


Tool = Callable[..., Awaitable[Finding]]
