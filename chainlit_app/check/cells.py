"""The forms under which what stands in a cell is found. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from chainlit_app.check.vocabulary import FREE_TEXT, STAMP, TEXTS
from chainlit_app.check.words import net_keys, network_key, phrase, phrases, words
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
    "who": "user",
}
_VLAN = re.compile(r"(\d{1,4})(?: (.+))?$")
_VLAN_INTERFACE = re.compile(r"vlan(\d{1,4})$")
STEM = re.compile(r"([A-Za-z]{3,})\d")
_SAID_WORDS = 400
_LONGEST_SENTENCE = 160  # characters
_WITH_NAMESPACE = re.compile(r"(\S+) \((.+)\)$")
_VALUES = re.compile(r"; |: | -> ")  # "status: Planned -> Active; role: WAN Router"


@dataclass
class Column:
    """One column: which rows hold a value."""

    name: str
    kind: str
    values: dict[str, list[int]] = field(default_factory=dict)
    has_nets: bool = False
    composite: bool = False  # its cells name several things: "NYC01-acc001 Vlan100", a description


def fill(column: Column, cells: list[Cell]) -> None:
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
        yield from _text_cell(cell, column)
    elif column.kind == "vlan":
        yield f"v:{cell}"


def _text_cell(cell: str, column: Column) -> Iterator[str]:
    if STAMP.match(cell):
        yield from _moment(cell)
    elif column.name in TEXTS:
        column.composite = True
        yield from _in_text(cell)
    elif column.name in FREE_TEXT:
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


def _moment(cell: str) -> Iterator[str]:
    """Yield a time as people write it: its day, its hour, and both."""
    day, clock = cell[:10].replace("-", " "), cell[11:16]
    yield from (phrase(cell), day, clock, f"{day} {clock}", f"day:{cell[5:10]}")


def _in_text(cell: str) -> Iterator[str]:
    """Yield what a sentence of a tool names: every run of its words, and the values that it writes out."""
    if len(cell) <= _LONGEST_SENTENCE:
        yield from text_keys(cell)
    for part in _VALUES.split(cell):
        yield phrase(part)
        yield from net_keys(part)


def _part_keys(part: str, column: Column) -> Iterator[str]:
    if column.kind == "interface" and (stem := STEM.match(part)):
        yield stem[1].casefold()
    spaced = _WITH_NAMESPACE.match(part)
    if spaced and net_keys(spaced[1]):
        yield phrase(spaced[2])
        part = spaced[1]
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


def text_keys(text: str) -> Iterator[str]:
    found = list(words(text[:4000]))[:_SAID_WORDS]
    yield from phrases(found)
    for at, word in enumerate(found):
        yield from net_keys(word.text)
        if vlan := _VLAN_INTERFACE.match(word.text.lower()):
            yield f"v:{vlan[1]}"
        if word.text.isdecimal() and at and found[at - 1].key in ("vlan", "vlans"):
            yield f"v:{word.text}"
