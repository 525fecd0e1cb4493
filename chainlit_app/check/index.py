"""A source as it is looked up: every value with its rows, what holds for all rows, and what the tool said of them."""

import re
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from chainlit_app.check.cells import KINDS, STEM, Column, fill, text_keys
from chainlit_app.check.figures import Figure, figures
from chainlit_app.check.unfolding import unfolded
from chainlit_app.check.vocabulary import FREE_TEXT, SENTENCES, Known
from chainlit_app.check.words import net_keys, network_key, phrase
from chainlit_app.turn import Source
from tools.models import Cell


@dataclass
class SourceIndex:
    """What stands in one source. A set of rows is a number with one bit a row."""

    number: int
    columns: list[Column]
    rows: int
    everywhere: set[str]  # holds for every row: what was asked for
    said: dict[str, int]  # what the tool's own sentences hold; each sentence is a row behind the others
    told: str  # the words of those sentences, as they are compared
    keys: set[str]
    known: Known  # the names in its cells
    cells: list[list[Cell]]
    complete: bool  # the rows are all there are for what was asked
    filtered: set[str]  # kinds of column by which the rows were chosen
    total: int
    figures: list[Figure]  # the numbers in the tool's own sentences
    origins: list[tuple[int, str]]  # of the rows of a comparison: those of the table, and the columns; else empty
    counts: str = ""  # what its rows are, where no column says so
    _masks: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.all_rows = (1 << self.rows) - 1
        # It tells what is before and after something that is only supposed.
        self.supposes = any(column.name == "when" and "before" in column.values for column in self.columns)

    def holds(self, wanted: str) -> bool:
        """Say whether a value stands anywhere in it."""
        return wanted in self.keys

    def is_about(self, wanted: str, kind: str) -> bool:
        """Say whether a value stands in a column of its own, not only in a text."""
        return any(wanted in column.values and (column.kind == kind or not column.composite) for column in self.columns)

    def mask(self, wanted: str) -> int:
        """Return the rows that hold a value."""
        found = self._masks.get(wanted)
        if found is None:
            found = self._masks[wanted] = self._mask(wanted)
        return found

    def _mask(self, wanted: str) -> int:
        if wanted not in self.keys:
            return 0
        found = self.said.get(wanted, 0)
        rows = 0
        for column in self.columns:
            rows |= _bits(column.values.get(wanted, ()), self.rows)
        if not rows and wanted in self.everywhere:
            rows = self.all_rows
        return found | rows

    def without(self, kind: str) -> int:
        """Return the rows where nothing of a kind is set."""
        column = next((one for one in self.columns if one.kind == kind), None)
        return _bits(column.values.get("", ()), self.rows) if column else 0

    def of_length(self, length: int) -> int:
        """Return the rows that are of a network with this length."""
        at = next((place for place, column in enumerate(self.columns) if column.has_nets), None)
        if at is None:
            return 0
        tail, flags = f"/{length}", bytearray(self.rows // 8 + 1)
        for row, cells in enumerate(self.cells):
            cell = cells[at]
            if isinstance(cell, str) and cell.endswith(tail) and network_key(cell) is None:
                flags[row >> 3] |= 1 << (row & 7)
        return int.from_bytes(flags, "little")

    def place(self, row: int, column: str = "") -> str:
        """Return for people where a cell stands, counted from 0: "row 3, prefix"."""
        if self.origins:
            row, location = self.origins[row]
            column = location if column == "count" else column
        return f"row {row + 1}, {column}" if column else f"row {row + 1}"

    def where(self, wanted: str) -> str:
        """Return for people where a value stands: "row 3, prefix"."""
        for column in self.columns:
            rows = column.values.get(wanted)
            if rows:
                return self.place(rows[0], column.name)
        return "what was asked for" if wanted in self.everywhere else "the summary"


def _bits(rows: "list[int] | tuple[int, ...]", count: int) -> int:
    if len(rows) <= 8:
        found = 0
        for row in rows:
            found |= 1 << row
        return found
    flags = bytearray(count // 8 + 1)
    for row in rows:
        flags[row >> 3] |= 1 << (row & 7)
    return int.from_bytes(flags, "little")


_kept: dict[int, tuple["weakref.ref[Source]", SourceIndex]] = {}
_lock = threading.Lock()


def index_of(source: Source) -> SourceIndex:
    """Return the index of a source; it is built once and lives as long as the source."""
    with _lock:
        held = _kept.get(id(source))
        if held is None or held[0]() is not source:
            at = id(source)
            held = _kept[at] = (weakref.ref(source, _forget(at)), _built(source))
        return held[1]


def _forget(at: int) -> Callable[["weakref.ref[Source]"], None]:
    def gone(ref: "weakref.ref[Source]") -> None:
        if at in _kept and _kept[at][0] is ref:
            del _kept[at]

    return gone


def _built(source: Source) -> SourceIndex:
    table = source.table
    names, rows, origins = unfolded(table.columns, table.rows)
    columns = [Column(name, KINDS.get(name, name)) for name in names]
    for at, column in enumerate(columns):
        fill(column, [row[at] for row in rows])
    _vlans_beside(columns)
    everywhere = set(_asked(source))
    said, sentences = _said(source, len(rows))
    keys = everywhere.union(said, *(column.values for column in columns))
    keys.discard("")
    known = Known()
    for at, column in enumerate(columns):
        if column.name not in FREE_TEXT | SENTENCES and (not column.has_nets or column.name in _MIXED):
            for value in {row[at] for row in rows}:
                if isinstance(value, str) and not net_keys(value.partition(" ")[0]):
                    known.add(value, column.kind)
                    if column.kind == "interface" and (stem := STEM.match(value)):
                        known.add(stem[1], "stem")
    for name, kind in _records(names, rows):
        known.add(name, kind)
    return SourceIndex(
        number=source.number,
        columns=columns,
        rows=len(rows),
        everywhere=everywhere,
        said=said,
        told=f" {' '.join(map(phrase, sentences))} ",
        keys=keys,
        known=known,
        cells=rows,
        origins=origins,
        counts=_COUNTED.get(source.answer.tool, ""),
        complete=source.complete,
        filtered=_filters(source),
        total=source.answer.total,
        figures=[figure for at, sentence in enumerate(sentences) for figure in figures(sentence, at)],
    )


def _vlans_beside(columns: Sequence[Column]) -> None:
    """Add the numbers of VLANs to columns of several kinds of things: "100 data", beside the kind "vlans"."""
    kinds = next((column.values for column in columns if column.name == "kind"), {})
    of_vlans = {row for kind in ("vlan", "vlans") for row in kinds.get(kind, ())}
    for column in columns if of_vlans else ():
        if column.name in _MIXED:
            for value, rows in list(column.values.items()):
                number, _, name = value.partition(" ")
                if number.isdecimal() and len(number) <= 4 and name:
                    column.values.setdefault(f"v:{number}", []).extend(row for row in rows if row in of_vlans)


def _records(names: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Iterator[tuple[str, str]]:
    """Yield the names of records with the kinds that stand beside them, and the names of circuits in sentences."""
    named, kinds, told = (names.index(name) if name in names else -1 for name in ("record", "kind", "detail"))
    for row in rows if named >= 0 else ():
        if kinds >= 0 and not net_keys(str(row[named]).partition(" ")[0]):
            yield str(row[named]), str(row[kinds])
        if told >= 0 and (circuit := _CIRCUIT.search(str(row[told]))):
            yield circuit[1], "circuit"


_CIRCUIT = re.compile(r"\bcircuit (\S+)")
_MIXED = {"record", "what"}  # columns that hold prefixes and other things
_COUNTED = {"find_problems": "problem", "get_changes": "change", "compare_locations": "point"}
_NO_FILTERS = {"location", "limit", "sort_by", "group_by", "bottom", "record", "device", "match"}
_FILTERS = {
    "vid": "vlan",
    "connected": "device",
    "prefix_length": "prefix",
    "ip_version": "prefix",
    "only": "*",
    "user": "user",
    "since": "time",
    "until": "time",
}


def _filters(source: Source) -> set[str]:
    """Return the kinds of column by which a call chose its rows."""
    given = {name for name, value in (source.call.arguments or {}).items() if value not in (None, "", [])}
    return {_FILTERS.get(name, name.replace("_", " ")) for name in given - _NO_FILTERS}


def _asked(source: Source) -> Iterator[str]:
    """Yield what holds for all rows: the arguments of the call, and the words of its subject."""
    values = (source.call.arguments or {}).values()
    for value in values:
        for one in value if isinstance(value, list) else [value]:
            yield phrase(str(one))
            yield from net_keys(str(one).strip())
    yield from text_keys(source.table.subject)
    yield from text_keys(source.answer.subject)


def _said(source: Source, rows: int) -> tuple[dict[str, int], list[str]]:
    said: dict[str, int] = {}
    sentences = [
        s for text in (source.answer.summary, *source.answer.notes) for s in re.split(r"(?<=[.;]) ", text) if s
    ]
    for at, sentence in enumerate(sentences):
        for one in text_keys(sentence):
            said[one] = said.get(one, 0) | 1 << (rows + at)
    return said, sentences
