"""What changed: Nautobot's change log, with what each change changed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from tools.arguments import Limit, Location, Names
from tools.asking import Ask, Finding, Row, list_page, number_of, one_of
from tools.change_log import KINDS, Records, Wanted, changes, devices, kind_of, named
from tools.change_times import Span, day, read, told
from tools.changes import UNKNOWN, differences, facts, held
from tools.changes import told as told_differences
from tools.errors import InvalidRequest, NoSuchName
from tools.known_records import candidates, is_recorded
from tools.models import result_name
from tools.names import fold
from tools.places import Places, Tree
from tools.tables import Column, Table, counted, tabled

PAGE = "/extras/object-changes/{id}/"
MOST_IN_FULL = 1_000  # changes of which is told what they changed: reading a record takes some 5 kB
MOST_PLACED = 5_000  # changes that are looked at for their location
KEPT = timedelta(days=90)  # Nautobot's CHANGELOG_RETENTION, unless set otherwise
COLUMNS = (
    Column("time"),
    Column("who", ("user_name",)),
    Column("action"),
    Column("kind"),
    Column("record"),
    Column("location", ("locations.name",)),
    Column("what changed", ("what",)),
    Column("in full", ("full",), shown="never"),
)
_WORDS = {
    "dcim.device": "device",
    "dcim.interface": "interface",
    "ipam.prefix": "prefix",
    "ipam.ipaddress": "address",
    "ipam.vlan": "VLAN",
    "circuits.circuit": "circuit",
    "circuits.circuittermination": "circuit termination",
    "dcim.location": "location",
}
_PAGE = re.compile(
    r".*?/(dcim/devices|dcim/interfaces|dcim/locations|ipam/[a-z-]+|circuits/circuits)/([0-9a-f-]{36})/$"
)
_PAGES = {"dcim/devices": "dcim.device", "circuits/circuits": "circuits.circuit"}
_DONE = {"CREATE": "created", "UPDATE": "updated", "DELETE": "deleted"}

Record = Annotated[Names | None, Field(description="Exact name or prefix.")]
Kind = Annotated[
    Literal["devices", "interfaces", "prefixes", "addresses", "vlans", "circuits", "locations"] | None,
    Field(description="Kind."),
]
Action = Annotated[Literal["created", "updated", "deleted"] | None, Field(description="Done.")]
Time = Annotated[str | None, Field(description="Date or time, ISO 8601, UTC; or 24h, 7d.")]


async def get_changes(
    ask: Ask,
    record: Record = None,
    location: Location = None,
    kind: Kind = None,
    action: Action = None,
    user: Annotated[str | None, Field(description="Who changed it.")] = None,
    since: Time = None,
    until: Time = None,
    limit: Limit = None,
) -> Finding:
    """Show Nautobot's change log, newest first: who changed what and when, before and after."""
    now = datetime.now(UTC)
    question = await _Question.of(ask, record, location, Span.of(since, until, now), kind, action, user)
    answer = await question.answer()
    found = answer.changes
    if not found:
        return await question.nothing(answer, limit)
    notes = [*answer.notes, *_on_age(question.wanted.span, found, now)]
    made = await tabled([_row(change, answer.records, question.tree) for change in found], COLUMNS, PAGE)
    return Finding(
        subject=f"changes{question.about}",
        summary=question.summary(made, found),
        table=made,
        list_page=question.page,
        notes=notes,
        limit=limit,
        narrow="Narrow with record, location, kind, user or since, or raise limit.",
        more=answer.more,
    )


@dataclass(frozen=True)
class _Answer:
    """Changes, the newest first, what their records held, and what the reader must know of them."""

    changes: list[Row]
    records: Records
    notes: list[str]
    looked_at: str = ""  # "the newest 5,000 of 6,000 changes", where not all were

    @property
    def more(self) -> int | None:
        """How many more there may be; None: not known."""
        return None if self.looked_at else 0


class _Question:
    """What is asked for, all names looked up."""

    def __init__(self, ask: Ask, wanted: Wanted, places: Places, tree: Tree, record: str) -> None:
        self.ask, self.wanted, self.places, self.tree, self.record = ask, wanted, places, tree, record

    @classmethod
    async def of(
        cls,
        ask: Ask,
        record: str | list[str] | None,
        location: str | list[str] | None,
        span: Span,
        kind: str | None,
        action: str | None,
        user: str | None,
    ) -> "_Question":
        """Look the names up. Raise `NoSuchName` or `Ambiguous`."""
        places, tree = await ask.places(location), await ask.tree()
        written = [] if record is None else [record] if isinstance(record, str) else record
        ids = {key: kind for one in written for key, kind in (await _records(ask, one.strip(), tree)).items()}
        user = await _user(ask, user) if user else None
        wanted = Wanted(span, kind, action, user, ids if written else None)
        label = ", ".join(written) if len(written) <= 4 else f"{', '.join(written[:3])} and {len(written) - 3} more"
        return cls(ask, wanted, places, tree, label)

    @property
    def about(self) -> str:
        """What is asked for, for a sentence: " of devices at NYC01 by mrossi since 2026-11-01"."""
        return self._about(self.wanted)

    def _about(self, wanted: Wanted) -> str:
        of = [part for part in (self.record, wanted.kind and wanted.kind.replace("vlans", "VLANs")) if part]
        parts = [f"of {' and '.join(of)}" if of else "", "" if self.places.all else self.places.at]
        parts += [f"by {wanted.user}" if wanted.user else "", f"({wanted.action})" if wanted.action else ""]
        return "".join(f" {part}" for part in (*parts, wanted.span.said) if part)

    @property
    def page(self) -> str | None:
        """The path of the matching list in Nautobot's pages; None where it has no such filter."""
        wanted = self.wanted
        kinds = KINDS[wanted.kind] if wanted.kind else ()
        if wanted.records is not None or not self.places.all or len(kinds) > 1:
            return None
        return list_page(
            "/extras/object-changes/",
            changed_object_type=next(iter(kinds), None),
            user_name=wanted.user,
            action={"created": "create", "updated": "update", "deleted": "delete"}.get(wanted.action or ""),
            time__gte=wanted.span.since and wanted.span.since.strftime("%Y-%m-%d %H:%M:%S"),
            time__lte=wanted.span.until and wanted.span.until.strftime("%Y-%m-%d %H:%M:%S"),
        )

    def summary(self, made: Table, found: Sequence[Row]) -> str:
        """Return the figures of the changes: how many, by whom, from when to when."""
        wanted = self.wanted
        actions = "" if wanted.action else counted(made.column("action"), "action")
        users = "" if wanted.user else f"users: {counted(made.column('who'), 'user')}"
        first, last = read(found[-1]["time"]), read(found[0]["time"])
        when = f"the last on {told(last)}" + (f", the first on {day(first)}" if len(found) > 1 else "")
        figures = "; ".join(part for part in (actions, users, when) if part)
        return f"{number_of(len(found), 'change', 'changes')}{self.about}: {figures}."

    async def answer(self, wanted: Wanted | None = None, *, lookup: bool = False) -> _Answer:
        """Return the changes."""
        wanted = wanted or self.wanted
        log = await changes(self.ask, wanted, lookup=lookup)
        records = Records(self.ask, log)
        if self.places.all:
            await records.read(log[:MOST_IN_FULL], complete=not wanted.narrowed)
            return _Answer(log, records, _unread(len(log)))
        near = log[:MOST_PLACED]
        await records.read(near, complete=not wanted.narrowed)
        inside = self.tree.inside(self.places.locations).keys()
        found = [change for change in near if not inside.isdisjoint(records.all_places(change))]
        if len(near) == len(log):
            return _Answer(found, records, [])
        note = (
            f"Of {len(log):,} changes the newest {len(near):,} were looked at for their location, back to "
            f"{told(read(near[-1]['time']))}. For older ones narrow with kind, user or until."
        )
        return _Answer(found, records, [note], f"the newest {len(near):,} of {len(log):,} changes")

    async def nothing(self, answer: _Answer, limit: int | None) -> Finding:
        """Say that there is no such change, and when the last one was that only the time leaves out."""
        said, notes = f"No changes{self.about} are recorded.", answer.notes
        if answer.looked_at:
            said = f"No changes{self.about} are among {answer.looked_at}."
        elif self.wanted.span.said:
            others = await self.answer(self.wanted.without_time(), lookup=True)
            notes = others.notes
            said = self._at_any_time(others)
        return Finding(
            subject=f"changes{self.about}",
            summary=said,
            table=Table(),
            list_page=self.page,
            notes=notes,
            limit=limit,
            more=answer.more,
        )

    def _at_any_time(self, others: _Answer) -> str:
        about = self._about(self.wanted.without_time())
        if others.changes:
            number = number_of(len(others.changes), "change", "changes")
            number = f"at least {number}" if others.looked_at else number
            last = told(read(others.changes[0]["time"]))
            return f"No changes{self.about}. The last of the {number}{about} was on {last}."
        if others.looked_at:
            return f"No changes{self.about}, and none{about} are among {others.looked_at}."
        return f"No changes{about} are recorded, at any time."


async def _records(ask: Ask, written: str, tree: Tree) -> dict[str, str]:
    """Return id and kind of what a name means: nothing where such a record is there and was never changed."""
    if result_name(written):
        result = await ask.result(written)
        pages = (_PAGE.match(link) for link in result.links if link)
        found = {page[2]: _PAGES.get(page[1], "") for page in pages if page}
        if not found and result.rows:
            raise InvalidRequest(f"The rows of {written} are no records that changes are kept of: name the records.")
        ask.notes.append(f"{written} stands for the {number_of(len(found), 'record', 'records')} of its rows.")
        return found
    known = {**await named(ask, written), **await devices(ask, written)}
    if not known and not await is_recorded(ask, written, tree):
        raise NoSuchName("record, now or in the change log,", written, await candidates(ask, written, tree))
    return known


async def _user(ask: Ask, written: str) -> str:
    """Return the user as the log names one. Raise `NoSuchName` or `Ambiguous`."""
    if rows := await ask.lookup("changes", user=[written]):
        return str(rows[0]["user_name"])
    names = sorted({str(row["user_name"]) for row in await ask.lookup("changes")})
    near = [name for name in names if fold(written).replace(" ", "") in fold(name).replace(" ", "")]
    if len(near) != 1 or not fold(written):
        return one_of("user with changes", written, near or names, ask.notes)
    ask.notes.append(f"Read '{written}' as {near[0]}.")
    return near[0]


def _row(change: Row, records: Records, tree: Tree) -> Mapping[str, Any]:
    what, full = _what(change, records)
    places = records.places(change)[:1] if kind_of(change) == "dcim.location" else records.places(change)
    at = [(key, tree.by_id[key].name if key in tree.by_id else name) for key, name in places]
    return {
        "id": change["id"],
        "time": f"{read(change['time']):%Y-%m-%dT%H:%M:%SZ}",
        "user_name": change["user_name"],
        "action": _DONE.get(change["action"], str(change["action"]).lower()),
        "kind": _WORDS.get(kind_of(change), kind_of(change).rpartition(".")[2]),
        "record": records.name(change),
        "locations": [{"id": key, "name": name} for key, name in at if name],
        "what": what,
        "full": full if full != what else None,
    }


def _what(change: Row, records: Records) -> tuple[str | None, str | None]:
    """Return what a change changed, shortened and in full; None where it was not read."""
    after = records.full(change)
    if after is None:
        return None, None
    if change["action"] != "UPDATE":
        return facts(held(after)) or None, facts(held(after), short=False) or None
    before = records.before(change)
    if before is None:
        return UNKNOWN, f"then: {facts(held(after), short=False)}"
    found = differences(before, after)
    return told_differences(found), told_differences(found, short=False)


def _unread(number: int) -> list[str]:
    if number <= MOST_IN_FULL:
        return []
    told_of = f"What changed and where is told of the newest {MOST_IN_FULL:,} of {number:,} changes."
    return [f"{told_of} Narrow with record, kind, user or since for the others."]


def _on_age(span: Span, found: Sequence[Row], now: datetime) -> list[str]:
    oldest = read(found[-1]["time"])
    if span.since is None or span.since > now - KEPT + timedelta(days=1) or oldest < span.since + timedelta(days=1):
        return []
    kept = "it keeps changes for CHANGELOG_RETENTION days, 90 unless set otherwise"
    return [f"The oldest of these is of {day(oldest)}. Nautobot may have deleted older ones: {kept}."]
