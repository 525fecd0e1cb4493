"""Looks every fact of an answer up in the sources of its conversation. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from chainlit_app.check import layout
from chainlit_app.check.cells import text_keys
from chainlit_app.check.chips import Group, corrected, grouped
from chainlit_app.check.claims import Terms
from chainlit_app.check.clauses import PRONOUN, clauses, states
from chainlit_app.check.compares import unequal
from chainlit_app.check.evidence import Evidence
from chainlit_app.check.extremes import extremes
from chainlit_app.check.facts import Judge
from chainlit_app.check.follows import followed
from chainlit_app.check.index import SourceIndex, index_of
from chainlit_app.check.layout import Block, Chip
from chainlit_app.check.mentions import Mention, Scanner
from chainlit_app.check.rows import row
from chainlit_app.check.said import Cited, CitedAt, Context, Found
from chainlit_app.check.slots import strangers
from chainlit_app.check.vocabulary import Known, Vocabulary, known_names
from chainlit_app.check.words import Word, phrase, words
from chainlit_app.turn import Checked, Source
from tools.models import Names


def check(text: str, sources: Sequence[Source], names: Names | None = None, offered: Sequence[str] = ()) -> Checked:
    """Return the answer with what its facts are worth.

    `offered` are texts of tools that are no sources, such as names to choose from: they may be repeated.
    """
    indexes = [index_of(source) for source in sources]
    vocabulary = Vocabulary([_named(names), *(index.known for index in indexes)])
    evidence = Evidence(indexes, vocabulary)
    judge = Judge(text, evidence, _terms(indexes))
    reading = _Reading(text, judge, Scanner(vocabulary), {index.number for index in indexes})
    heard = {one for told in offered for one in text_keys(told)}
    found = list(followed(text, list(_once(reading.facts())), reading.sentences))
    found = [fact for fact in found if fact.verdict != "not_found" or fact.name not in heard]
    by_number = {index.number: index for index in indexes}

    def holds(fact: Found, number: int) -> bool:
        return bool(fact.name) and by_number[number].holds(fact.name)

    return corrected(text, found, reading.groups, set(by_number), holds)


def _once(facts: Iterator[Found]) -> Iterator[Found]:
    """Yield what stands in two statements, such as the name before a parenthesis, once: doubted if it is in one."""
    kept: dict[int, Found] = {}
    for fact in facts:
        if fact.start not in kept or fact.verdict == "not_found":
            kept[fact.start] = fact
    end = -1
    for fact in sorted(kept.values(), key=lambda fact: fact.start):
        if fact.start >= end:
            yield fact
            end = fact.end if fact.verdict == "not_found" else end


@dataclass
class _Reading:
    """Goes through an answer from top to bottom."""

    text: str
    judge: Judge
    scanner: Scanner
    known: set[int]
    groups: list[Group] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)  # where they start
    subjects: dict[int, Sequence[Mention]] = field(default_factory=dict)  # of a block, by where it starts
    cites: dict[int, Cited] = field(default_factory=dict)  # what a block cites, for those under it

    def facts(self) -> Iterator[Found]:
        """Yield every fact in order."""
        context = Context()
        for block in layout.blocks(self.text):
            groups = grouped(self.text, block.chips, self.known)
            self.sentences += [start for start, _ in block.sentences] or [block.start]
            self.groups += groups
            chips = [(group.start, group.end, group.valid) for group in groups if group.valid]
            around = self.cites.get(block.lead.start, Cited()) if block.lead else Cited()
            self.cites[block.start] = Cited(chips[-1][2]) if chips else around
            above = self.subjects.get(block.lead.start, ()) if block.lead and block.kind != "prose" else ()
            context = Context(context.subject, above)
            self.judge.listed = self.judge.listed or block.kind in ("item", "row")
            if block.kind == "head":
                self.subjects[block.start] = above
            elif block.kind == "row":
                cited = CitedAt(chips, Cited(chips[-1][2], firm=True) if chips else around)
                cited.sentence_end = block.end
                yield from row(self.text, block, self.judge, self.scanner, cited, context)
            else:
                yield from self._prose(block, chips, around, context)

    def _prose(
        self, block: Block, chips: Sequence[tuple[int, int, tuple[int, ...]]], around: Cited, context: Context
    ) -> Iterator[Found]:
        leads = self.text[block.end - 1] == ":" or block.kind in ("heading", "item")
        cited = CitedAt(chips, around)
        ends = [chip.end for chip in block.chips]
        for start, end in block.sentences:
            if not states(self.text[start:end]):
                continue
            cited.sentence_end = end
            near = block.chips[bisect_right(ends, start) : bisect_left(ends, end) + 1]
            own = outside(words(self.text, start, end), near)
            if not (own and own[0].key in PRONOUN):
                context.subject = ()
            items = self.scanner.scan(own)
            items = sorted(
                [*items, *strangers(own, items, users=self.judge.evidence.tells_users)], key=lambda item: item.start
            )
            yield from extremes(own, items, cited, self.judge.evidence)
            yield from unequal(own, items, cited, self.judge.evidence)
            teller = self.judge.evidence.teller(own[own[0].key == "note" :]) if items else None
            for clause in clauses(self.text, own, items):
                found = self.judge.clause(clause, cited, context)
                yield from found if teller is None else _told(found, teller.number)
                things = [item for item in clause.items if isinstance(item, Mention) and item.kind in _THINGS]
                self.subjects[block.start] = things if leads and len(things) == 1 else ()
        if block.kind == "item" and not self.subjects.get(block.start):
            self.subjects[block.start] = context.above


def _told(found: Iterator[Found], number: int) -> Iterator[Found]:
    """Yield the facts of a sentence that a tool itself says: none of them is in doubt."""
    for fact in found:
        lost = fact.verdict == "not_found"
        yield fact._replace(verdict="found", source=number, where="the summary") if lost else fact


_THINGS = ("device", "location", "prefix", "circuit", "address")


def outside(found: Iterator[Word], chips: Sequence[Chip]) -> list[Word]:
    """Return words without the numbers of chips."""
    inside = {place for chip in chips for place in range(chip.start, chip.end)}
    return [word for word in found if word.start not in inside]


def _terms(indexes: Sequence[SourceIndex]) -> Terms:
    columns = {name for index in indexes for column in index.columns for name in _column_names(column.name)}
    said = {term for index in indexes for figure in index.figures for term in figure.terms if " " not in term}
    return Terms(frozenset(columns), frozenset(said))


def _column_names(column: str) -> Iterator[str]:
    """Yield what people call a column: "commit rate" for "commit rate kbps"."""
    yield column
    if "/" in column:
        yield phrase(column)
    if column.endswith(" kbps"):
        yield column.removesuffix(" kbps")


_last: tuple[Names | None, Known] = (None, known_names(None))


def _named(names: Names | None) -> Known:
    """Return the names of the network; those of the last question are kept, for they seldom change."""
    global _last
    if names is not _last[0] and names != _last[0]:
        _last = (names, known_names(names))
    return _last[1]
