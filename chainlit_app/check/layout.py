"""Where an answer's sentences, list items and table rows are, and which numbers in brackets stand for them. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

Kind = Literal["prose", "item", "heading", "head", "row", "code"]

_ITEM = re.compile(r"[ \t]{0,40}(?:[-*+•–]|\d{1,3}[.)])[ \t]+")
_RULE = re.compile(r"[ \t]*\|?[ \t:|-]*-[ \t:|-]*$")
_CHIP = re.compile(r"\[(\d{1,5}(?:[ \t]{0,3},[ \t]{0,3}\d{1,5}){0,30})\](?!\()")
_SENTENCE = re.compile(r"[.!?][\"')\]*_]{0,4}(?:\s{0,3}\[\d[\d, ]{0,60}\]){0,12}(?=\s|$)")
_SHORT = ("e.g.", "i.e.", "approx.", "incl.", "vs.", "no.", "nr.", "ca.", "etc.", "resp.", "max.", "min.")


@dataclass(frozen=True)
class Chip:
    """One bracket with the numbers in it."""

    start: int
    end: int
    numbers: tuple[int, ...]


@dataclass
class Block:
    """A paragraph, a list item, a heading, or a row of a table."""

    kind: Kind
    start: int
    end: int
    sentences: list[tuple[int, int]] = field(default_factory=list)
    cells: list[tuple[int, int]] = field(default_factory=list)  # of a row or a head
    depth: int = 0  # of a list item: its indentation
    lead: "Block | None" = None  # the paragraph, heading or head of a table that it stands under
    chips: list[Chip] = field(default_factory=list)


def blocks(text: str) -> list[Block]:
    """Return the blocks of an answer in order, with the chips that stand in them."""
    found = list(_lines(text))
    _lead(found)
    for block in found:
        block.chips = chips(text, block.start, block.end)
        if block.kind not in ("row", "head"):
            block.sentences = list(_sentences(text, block.start, block.end))
    return found


def chips(text: str, start: int = 0, end: int | None = None) -> list[Chip]:
    """Return the brackets with numbers in a part of a text."""
    return [
        Chip(found.start(), found.end(), tuple(int(number) for number in found.group(1).split(",")))
        for found in _CHIP.finditer(text, start, len(text) if end is None else end)
    ]


def _lines(text: str) -> Iterator[Block]:
    at, code, head_at = 0, False, -1
    lines = text.split("\n")
    open_: Block | None = None
    for number, line in enumerate(lines):
        start, end = at, at + len(line)
        at = end + 1
        bare = line.strip()
        if bare.startswith("```"):
            code = not code
            bare = ""
        block = _block(line, start, end, code) if bare else None
        if block is None or (open_ and not _goes_on(text, open_, block)):
            if open_:
                yield open_
            open_ = None
        if block is None or _RULE.match(line) and head_at == number - 1:
            continue
        if block.kind == "row":
            below = lines[number + 1] if number + 1 < len(lines) else ""
            if "-" in below and _RULE.match(below):
                block.kind, head_at = "head", number
            block.cells = _cells(text, start, end)
        open_ = Block("prose", open_.start, end) if open_ else block
    if open_:
        yield open_


def _block(line: str, start: int, end: int, code: bool) -> Block:
    bare = line.lstrip()
    if code:
        return Block("code", start, end)
    if bare.startswith("|") or line.count(" | ") > 1:
        return Block("row", start, end)
    if bare.startswith("#"):
        return Block("heading", start, end)
    item = _ITEM.match(line)
    if item:
        return Block("item", start + item.end(), end, depth=len(line) - len(bare))
    return Block("prose", start, end)


def _goes_on(text: str, above: Block, block: Block) -> bool:
    """Say whether a line is the rest of the paragraph above, broken in the middle of a sentence."""
    return above.kind == block.kind == "prose" and text[above.end - 1] not in ".:;!?]|"


def _cells(text: str, start: int, end: int) -> list[tuple[int, int]]:
    places = [start - 1, *(i for i in range(start, end) if text[i] == "|" and text[i - 1 : i] != "\\"), end]
    cells = [(a + 1, b) for a, b in pairwise(places)]
    bare = text[start:end].strip()
    return cells[1 if bare.startswith("|") else 0 : -1 if bare.endswith("|") else None]


def _lead(found: list[Block]) -> None:
    """Say for each block what it stands under."""
    paragraph: Block | None = None
    heading: Block | None = None
    head: Block | None = None
    items: list[Block] = []
    for block in found:
        if block.kind == "heading":
            heading, paragraph, head, items = block, None, None, []
            continue
        if block.kind == "item":
            while items and items[-1].depth >= block.depth:
                items.pop()
            block.lead = items[-1] if items else paragraph or heading
            items.append(block)
        elif block.kind == "head":
            block.lead, head = (items[-1] if items else paragraph or heading), block
        elif block.kind == "row":
            block.lead = head or paragraph or heading
        else:
            block.lead, head, items = heading, None, []
            paragraph = block


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for found in _SENTENCE.finditer(text, start, end):
        if text[max(at, found.start() - 8) : found.start() + 1].lower().endswith(_SHORT):
            continue
        yield at, found.end()
        at = found.end()
    if text[at:end].strip():
        yield at, end
