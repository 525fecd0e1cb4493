"""The facts of a row in a table: its cells are of one thing, and its head says what they are. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from chainlit_app.check.claims import Count
from chainlit_app.check.clauses import Clause, Item
from chainlit_app.check.counts import KBPS, cell_count
from chainlit_app.check.facts import Judge
from chainlit_app.check.layout import Block
from chainlit_app.check.mentions import Mention, Scanner
from chainlit_app.check.numbers import Number
from chainlit_app.check.said import CitedAt, Context, Found
from chainlit_app.check.words import Word, words

_VLAN_HEADS = {"vlan", "vlans", "vid", "vlan id"}
_UNSET = {"no", "none", "without", "unassigned", "unset"}
_WHOLE = {"total", "totals", "all", "sum", "overall"}
_NUMBERING = {"", "#", "no", "nr", "rank"}
_LONGEST = 60  # characters of a cell that is a name


@dataclass
class _Row:
    """What stands in the cells of a row."""

    words: list[Word] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    whole: bool = False  # it is about all: "Total"
    column: str = ""  # that its first cell names: "Free addresses | 62,952 | 62,696"
    when: str = ""  # its first cell is "Before" or "After"
    unclear: bool = False  # what it is about is nothing that the data know


def row(text: str, block: Block, judge: Judge, scanner: Scanner, cited: CitedAt, context: Context) -> Iterator[Found]:
    """Yield the facts of a row."""
    inside = {place for chip in block.chips for place in range(chip.start, chip.end)}
    heads = block.lead.cells if block.lead and block.lead.kind == "head" else []
    made = _Row()
    for at, (start, end) in enumerate(block.cells):
        own = [word for word in words(text, start, end) if word.start not in inside]
        head = list(words(text, *heads[at])) if at < len(heads) else []
        _cell(made, own, head, judge, scanner, bool(heads))
        if not at and heads and own:
            made.whole = own[0].key in _WHOLE
            if not made.items and not made.whole:
                made.items += _without(own, head, judge)
                first = " ".join(word.key for word in own)
                made.column = first if first in judge.terms.columns else ""
                made.when = first if first in _WHEN else ""
                made.unclear = not (made.items or made.counts or made.column or made.when)
    if made.unclear:
        made.counts = [count for count in made.counts if count.within]  # nobody can say what they count
    if made.items or made.counts:
        yield from judge.clause(Clause(made.words, made.items, frozenset(), False, made.counts), cited, context)


def _cell(made: _Row, own: Sequence[Word], head: Sequence[Word], judge: Judge, scanner: Scanner, headed: bool) -> None:
    name = " ".join(word.key for word in head)
    items = scanner.scan(own)
    kind = judge.evidence.column_kind(name)
    if not items and own and kind and own[-1].end - own[0].start <= _LONGEST and any(w.key.isalpha() for w in own):
        key = " ".join(word.key for word in own)
        if key not in _NOTHING and own[0].key not in _WHOLE and own[0].key not in _UNSET:
            items = [Mention(own[0].start, own[-1].end, kind, key, 0, len(own) - 1, frozenset({kind}))]
    for item in items:
        if isinstance(item, Mention) or not headed:
            made.items.append(item._replace(first=item.first + len(made.words), last=item.last + len(made.words)))
        elif name in _VLAN_HEADS and item.value == int(item.value):
            at = len(made.words)
            made.items.append(Mention(item.start, item.end, "vlan", f"v:{int(item.value)}", at, at))
        elif name not in _NUMBERING:
            within = tuple(one for one in scanner.scan(head) if isinstance(one, Mention))
            unit = [word for word in own if word.key in KBPS]
            count = cell_count(_percent(item, name), [*head, *unit], judge.terms, within)
            made.counts.append(_told(count, made, name))
    made.words += own


def _told(count: Count, made: _Row, head: str) -> Count:
    """Return a number with what the first cell of its row says of it."""
    when = made.when or (head if head in _WHEN else "")
    return replace(count, when=when, columns=count.columns | ({made.column} if made.column else set()))


_WHEN = ("before", "after")
_NOTHING = {"n a", "none", "no", "yes", "unknown", "not set", "empty"}


def _without(own: Sequence[Word], head: Sequence[Word], judge: Judge) -> Iterator[Mention]:
    """Yield what "No role" and "(none)" stand for under "Role": rows where nothing is set."""
    kind = judge.evidence.column_kind(" ".join(word.key for word in head))
    if kind and own[0].key in _UNSET:
        yield Mention(own[0].start, own[-1].end, kind, f"no {kind}", 0, len(own) - 1, frozenset({kind}))


def _percent(number: Number, head: str) -> Number:
    return number._replace(percent=True) if "percent" in head else number
