"""Looks every fact of an answer up in the sources of its conversation. Pure."""

from collections.abc import Sequence

from chainlit_app.check import layout
from chainlit_app.check.index import SourceIndex, _text_keys, index_of
from chainlit_app.check.mentions import Mention, mentions
from chainlit_app.check.vocabulary import Known, Vocabulary, known_names
from chainlit_app.check.words import words
from chainlit_app.turn import Checked, Fact, Source
from tools.models import Names


def check(text: str, sources: Sequence[Source], names: Names | None = None, offered: Sequence[str] = ()) -> Checked:
    """Return the answer with what its facts are worth.

    `offered` are texts of tools that are no sources, such as names to choose from: they may be repeated.
    """
    heard = {one for told in offered for one in _text_keys(told)}
    indexes = [index_of(source) for source in sources]
    vocabulary = Vocabulary.of([_names(names), *(index.known for index in indexes)])
    facts = []
    removed = [n for chip in layout.chips(text) for n in chip.numbers if not 1 <= n <= len(sources)]
    for block in layout.blocks(text):
        stated = [word for start, end in block.sentences if states(text[start:end]) for word in words(text, start, end)]
        if block.kind in ("row", "head"):
            stated = list(words(text, block.start, block.end))
        for mention in mentions(stated, vocabulary):
            if text[mention.start : mention.end].islower() and mention.key.isalpha():
                continue
            fact = _fact(text, mention, indexes)
            if fact.verdict != "not_found" or mention.key not in heard:
                facts.append(fact)
    return Checked(text, facts, removed, sourceless=bool(facts) and not sources)


_NO_STATEMENT = ("next:", "read as", "for example", "show ", "list ", "ask ", "try ", "did you mean")


def states(sentence: str) -> bool:
    """Say whether a sentence states something: a question or an offer does not."""
    bare = sentence.strip().lower()
    return not bare.startswith(_NO_STATEMENT) and "?" not in bare[-3:]


def _fact(text: str, mention: Mention, indexes: Sequence[SourceIndex]) -> Fact:
    for index in indexes:
        if index.holds(mention.key):
            where = index.where(mention.key)
            return Fact(
                text[mention.start : mention.end],
                mention.start,
                mention.end,
                mention.kind,
                "found",
                index.number,
                where,
            )
    return Fact(text[mention.start : mention.end], mention.start, mention.end, mention.kind, "not_found")


_last: tuple[Names | None, Known] = (None, known_names(None))


def _names(names: Names | None) -> Known:
    global _last
    if names is not _last[0]:
        _last = (names, known_names(names))
    return _last[1]
