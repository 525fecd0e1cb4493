"""The facts of a row in a table: its cells are of one thing, and its head says what they are. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from chainlit_app.check.clauses import Clause, Item
from chainlit_app.check.facts import CitedAt, Context, Found, Judge
from chainlit_app.check.layout import Block
from chainlit_app.check.mentions import Scanner
from chainlit_app.check.words import Word, words


def row(text: str, block: Block, judge: Judge, scanner: Scanner, cited: CitedAt, context: Context) -> Iterator[Found]:
    """Yield the facts of a row."""
    inside = {place for chip in block.chips for place in range(chip.start, chip.end)}
    every: list[Word] = []
    items: list[Item] = []
    for start, end in block.cells:
        own = [word for word in words(text, start, end) if word.start not in inside]
        for item in scanner.scan(own):
            items.append(_moved(item, len(every)))
        every += own
    if items:
        yield from judge.clause(Clause(every, items, frozenset(), False), cited, context)


def _moved(item: Item, by: int) -> Item:
    return replace(item, first=item.first + by, last=item.last + by)
