"""Rows that hold the hash of the one before: how they are hashed, and what is found where they were touched. Pure."""

import hmac
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256

from sextant.audit.trail import Event, canonical

FIRST_PREVIOUS = "0" * 64  # what the first row holds as the hash of the one before
BEGUN, REMOVED = "begun", "removed"  # outcomes of the rows that the trail writes about itself
_TOLD = 50  # breaks that are told one by one; further ones are counted
_WHAT = 500  # characters of what happened that are kept
_ANCHOR = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Record:
    """A row. Its hash is over all the rest of it."""

    number: int  # 0, 1, 2: no number is left out
    at: str  # 2026-01-31T08:00:00.000000Z
    kind: str
    who: str  # Principal.id
    name: str
    roles: str  # in the order of the alphabet, with commas between
    method: str
    what: str
    digest: str
    rows: int | None
    seconds: float | None
    mode: str | None
    outcome: str
    request: str | None
    previous: str
    hash: str = ""

    def hashed(self) -> "Record":
        """Return the row with the hash that it should have."""
        return replace(self, hash=self.own_hash())

    def own_hash(self) -> str:
        """Return the SHA-256 of the canonical JSON of all but the hash."""
        told = asdict(self)
        del told["hash"]
        return sha256(canonical(told)).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """Where a trail ends, and what its retention has removed from its beginning; kept apart from the rows."""

    number: int  # of the newest row
    hash: str
    removed: int = -1  # the last row that was removed
    removed_hash: str = FIRST_PREVIOUS  # which the first row that is left follows
    seal: str = ""  # of all this, by SEXTANT_AUDIT_KEY; empty: there is no such key

    def sealed(self, key: str | None) -> "Head":
        """Return the head with its seal."""
        told = asdict(replace(self, seal=""))
        seal = hmac.new(key.encode(), canonical(told), sha256).hexdigest() if key else ""
        return replace(self, seal=seal)

    @property
    def anchor(self) -> str:
        """The end of the trail as text, to be kept elsewhere: `sextant audit verify --anchor` finds it again."""
        return f"{self.number}:{self.hash}"


def anchor(said: str) -> tuple[int, str] | None:
    """Return the number and the hash of an anchor; None where it is none."""
    found = _ANCHOR.fullmatch(said.strip())
    return (int(found[1]), found[2]) if found else None


def when(at: datetime) -> str:
    """Return a time as a row holds it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def record(event: Event, number: int, previous: str) -> Record:
    """Return the row of an event, behind the one with that hash."""
    made = Record(
        number=number,
        at=when(event.at),
        kind=event.kind,
        who=_text(event.who.id),
        name=_text(event.who.name),
        roles=_text(",".join(sorted(event.who.roles))),
        method=event.who.method,
        what=_text(event.what),
        digest=event.arguments_digest,
        rows=event.rows,
        seconds=None if event.seconds is None else round(float(event.seconds), 4),
        mode=event.mode,
        outcome=_text(event.outcome),
        request=None if event.request_id is None else _text(event.request_id),
        previous=previous,
    )
    return made.hashed()


def _text(said: str) -> str:
    """Return text that every database gives back as it was: without NUL and halves of characters, and not endless."""
    whole = said.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
    return whole if len(whole) <= _WHAT else f"{whole[: _WHAT - 3]}..."


@dataclass
class Verifier:
    """Takes the rows of a trail in the order of their numbers, and says where they are not as they were written."""

    head: Head | None
    key: str | None = None
    anchor: tuple[int, str] | None = None
    count: int = 0
    breaks: int = 0  # all of them, also those that are not told
    told: list[str] = field(default_factory=list)
    _expected: int = 0
    _follows: str | None = None  # the hash that the next row must hold; None: that one is not there
    _altered: list[Record] = field(default_factory=list)
    _removal: tuple[str, str] | None = None  # what the newest row about a removal says
    _anchored: str | None = None

    def __post_init__(self) -> None:
        if self.head is not None:
            self._expected, self._follows = self.head.removed + 1, self.head.removed_hash
            if self.head.seal != self.head.sealed(self.key).seal:
                self._break(self._seal_trouble())
            if self.anchor and self.anchor[0] == self.head.removed:
                self._anchored = self.head.removed_hash

    def take(self, row: Record) -> None:
        """Look at the next row."""
        self.count += 1
        if row.number > self._expected:
            self._break(f"{_rows(self._expected, row.number - 1)} missing: deleted")
            self._follows = None
        follows: str | None = row.hash
        if row.number < self._expected:
            self._break(f"Row {row.number} stands before the beginning of the trail: it was put back or inserted")
        elif row.own_hash() != row.hash:
            follows = None  # what the next row must hold is not known: it is not told twice
            self._altered += [row] if len(self._altered) < _TOLD else []
            self._break(f"Row {row.number} was changed: its hash is not that of what it holds")
        elif self._follows is not None and row.previous != self._follows:
            self._break(f"Row {row.number} does not follow row {row.number - 1}: one of them was exchanged or inserted")
        if self.head is not None and row.number > self.head.number:
            self._break(f"Row {row.number} stands behind the end of the trail: it was inserted")
        if self.anchor and row.number == self.anchor[0]:
            self._anchored = row.hash
        if row.kind == "trail" and row.outcome == REMOVED:
            self._removal = row.what, row.digest
        self._expected, self._follows = max(self._expected, row.number + 1), follows

    def end(self) -> None:
        """Look at what only the end can tell; `told` and `breaks` are complete then."""
        if self.head is not None:
            self._look_at_head(self.head)
        elif self.count:
            self._break("Where the trail ends is kept nowhere: its head was deleted")
        if self.anchor and self._anchored != self.anchor[1]:
            self._break(self._anchor_trouble(*self.anchor))
        self.told += self._moved()

    @property
    def lines(self) -> Iterator[str]:
        """What is wrong, as sentences."""
        yield from (f"{line}." for line in self.told)
        if self.breaks > _TOLD:
            yield f"{self.breaks - _TOLD:,} more are not told one by one."

    def _look_at_head(self, head: Head) -> None:
        if self._expected <= head.number:
            self._break(f"{_rows(self._expected, head.number)} missing at the end: cut off")
        elif self._expected == head.number + 1 and self._follows not in (head.hash, None):
            self._break(f"Row {head.number} is not the one that the trail ended with: it was exchanged")
        if head.removed >= 0 and self._removal != (removal(head.removed), head.removed_hash):
            self._break(f"{_rows(0, head.removed)} missing, and no row says that the retention removed them")

    def _seal_trouble(self) -> str:
        if self.key is None:
            return "The end of the trail is sealed and SEXTANT_AUDIT_KEY is not set: set it to have the seal checked"
        if self.head and not self.head.seal:
            return "The end of the trail has no seal: something without SEXTANT_AUDIT_KEY has written it"
        return "The end of the trail has a seal that SEXTANT_AUDIT_KEY does not give: it was changed, or the key was"

    def _anchor_trouble(self, number: int, wanted: str) -> str:
        if self._anchored is not None:
            return f"Row {number} is not that of the anchor: the trail was written anew"
        if self.head is not None and number < self.head.removed:
            return f"Row {number} of the anchor was removed by the retention: take a newer anchor"
        return f"Row {number} of the anchor is not in the trail: it was cut off"

    def _moved(self) -> Iterator[str]:
        """Say which of the altered rows are whole but stand in each other's places."""
        for row in self._altered:
            for other in self._altered:
                if other.number != row.number and replace(row, number=other.number).own_hash() == row.hash:
                    yield f"Row {row.number} was written as row {other.number}: rows were moved, exchanged or inserted"

    def _break(self, said: str) -> None:
        self.breaks += 1
        if self.breaks <= _TOLD:
            self.told.append(said)


def removal(last: int) -> str:
    """Return what the row says that tells of a removal."""
    return f"rows up to {last}"


def _rows(first: int, last: int) -> str:
    return f"Row {first} is" if first == last else f"Rows {first} to {last} are"
