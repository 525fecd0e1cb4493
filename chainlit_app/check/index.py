"""A source as it is looked up: every value with its rows, what holds for all rows, and what the tool said of them."""

import re
import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from chainlit_app.check.figures import Figure, figures
from chainlit_app.check.vocabulary import FREE_TEXT, Known
from chainlit_app.check.words import net_keys, network_key, phrase, phrases, words
from chainlit_app.turn import Source
from tools.models import Cell

# Columns that hold the same kind of thing under another name; every other column is its own kind.
KINDS = {
    "connected device": "device",
    "used by": "device",
    "connected interface": "interface",
    "parent": "location",
    "country": "location",
    "region": "location",
    "city": "location",
    "untagged vlan": "vlan",
    "tagged vlans": "vlan",
    "device role": "role",
}
_VLAN = re.compile(r"(\d{1,4})(?: (.+))?$")
_VLAN_INTERFACE = re.compile(r"vlan(\d{1,4})$")
_STEM = re.compile(r"([A-Za-z]{3,})\d")
_SAID_WORDS = 400


@dataclass
class Column:
    """One column: which rows hold a value."""

    name: str
    kind: str
    values: dict[str, list[int]] = field(default_factory=dict)
    has_nets: bool = False
    composite: bool = False  # its cells name several things: "NYC01-acc001 Vlan100", a description


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
    _masks: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.all_rows = (1 << self.rows) - 1

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

    def where(self, wanted: str) -> str:
        """Return for people where a value stands: "row 3, prefix"."""
        for column in self.columns:
            rows = column.values.get(wanted)
            if rows:
                return f"row {rows[0] + 1}, {column.name}"
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
    columns = [Column(name, KINDS.get(name, name)) for name in table.columns]
    for at, column in enumerate(columns):
        _fill(column, [row[at] for row in table.rows])
    everywhere = set(_asked(source))
    said, sentences = _said(source, len(table.rows))
    keys = everywhere.union(said, *(column.values for column in columns))
    keys.discard("")
    known = Known()
    for at, column in enumerate(columns):
        if column.name not in FREE_TEXT and not column.has_nets:
            for value in {row[at] for row in table.rows}:
                if isinstance(value, str):
                    known.add(value, column.kind)
                    if column.kind == "interface" and (stem := _STEM.match(value)):
                        known.add(stem[1], "stem")
    return SourceIndex(
        number=source.number,
        columns=columns,
        rows=len(table.rows),
        everywhere=everywhere,
        said=said,
        told=f" {' '.join(map(phrase, sentences))} ",
        keys=keys,
        known=known,
        cells=table.rows,
        complete=source.whole,
        filtered=_filters(source),
        total=source.answer.total,
        figures=[figure for at, sentence in enumerate(sentences) for figure in figures(sentence, at)],
    )


_NO_FILTERS = {"location", "limit", "sort_by", "group_by", "bottom", "record", "device", "match"}
_FILTERS = {"vid": "vlan", "connected": "device", "prefix_length": "prefix", "ip_version": "prefix", "only": "*"}


def _filters(source: Source) -> set[str]:
    """Return the kinds of column by which a call chose its rows."""
    given = {name for name, value in (source.call.arguments or {}).items() if value not in (None, "", [])}
    return {_FILTERS.get(name, name.replace("_", " ")) for name in given - _NO_FILTERS}


def _fill(column: Column, cells: list[Cell]) -> None:
    known: dict[Cell, tuple[str, ...]] = {}
    values = column.values
    for row, cell in enumerate(cells):
        keys = known.get(cell)
        if keys is None:
            keys = known[cell] = tuple(dict.fromkeys(_cell_keys(cell, column)))
        for one in keys:
            if one in values:
                values[one].append(row)
            else:
                values[one] = [row]


def _cell_keys(cell: Cell, column: Column) -> Iterator[str]:
    if cell is None or cell == "":
        yield ""
    elif isinstance(cell, bool):
        yield "yes" if cell else "no"
    elif isinstance(cell, str):
        if column.name in FREE_TEXT:
            found = list(words(cell))
            yield " ".join(word.key for word in found)
            column.composite = True
            yield from (word.key for word in found if _identifier(word.text))
        elif column.kind == "vlan":
            yield phrase(cell)
            yield from _vlans(cell)
        elif ", " in cell:
            yield phrase(cell)
            for part in cell.split(", "):
                yield from _part_keys(part, column)
        else:
            yield from _part_keys(cell, column)
    elif column.kind == "vlan":
        yield f"v:{cell}"


def _part_keys(part: str, column: Column) -> Iterator[str]:
    if column.kind == "interface" and (stem := _STEM.match(part)):
        yield stem[1].casefold()
    nets = net_keys(part)
    if nets:
        column.has_nets = True
        yield from nets
        if around := network_key(part):
            yield around
        return
    found = list(words(part))
    yield " ".join(word.key for word in found)
    if len(found) > 1:
        named = [word.key for word in found if _identifier(word.text)]
        column.composite = column.composite or bool(named)
        yield from named
    yield from (f"v:{vlan[1]}" for word in found if (vlan := _VLAN_INTERFACE.match(word.text.lower())))


def _vlans(cell: str) -> Iterator[str]:
    for part in cell.split(", "):
        vlan = _VLAN.match(part)
        if vlan:
            yield f"v:{vlan[1]}"
            yield phrase(vlan[2] or "")
        yield phrase(part)


def _identifier(text: str) -> bool:
    if text.isalpha() or text.isdigit():  # most are
        return False
    return any(c.isdigit() for c in text) and any(c.isalpha() for c in text)


def _asked(source: Source) -> Iterator[str]:
    """Yield what holds for all rows: the arguments of the call, and the words of its subject."""
    values = (source.call.arguments or {}).values()
    for value in values:
        for one in value if isinstance(value, list) else [value]:
            yield phrase(str(one))
            yield from net_keys(str(one).strip())
    yield from text_keys(source.table.subject)
    yield from text_keys(source.answer.subject)


def text_keys(text: str) -> Iterator[str]:
    found = list(words(text[:4000]))[:_SAID_WORDS]
    yield from phrases(found)
    for at, word in enumerate(found):
        yield from net_keys(word.text)
        if vlan := _VLAN_INTERFACE.match(word.text.lower()):
            yield f"v:{vlan[1]}"
        if word.text.isdecimal() and at and found[at - 1].key in ("vlan", "vlans"):
            yield f"v:{word.text}"


def _said(source: Source, rows: int) -> tuple[dict[str, int], list[str]]:
    said: dict[str, int] = {}
    sentences = [
        s for text in (source.answer.summary, *source.answer.notes) for s in re.split(r"(?<=[.;]) ", text) if s
    ]
    for at, sentence in enumerate(sentences):
        for one in text_keys(sentence):
            said[one] = said.get(one, 0) | 1 << (rows + at)
    return said, sentences
