"""Chips and marks in the Markdown of an answer. Pure.

Both are links, and only the page writes such links: their address holds the key of the turn, which no model is told. A
link that a model writes in their manner stays a plain link.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from chainlit_app.page.markdown import Piece, addresses, escaped, pieces, shown, titled
from chainlit_app.turn import Fact, Source

NOT_FOUND = "Not found in the sources"

_CITED = re.compile(r"(?<![\[\\])\[(\d{1,4})\](?![(:])")


@dataclass(frozen=True)
class _Edit:
    start: int
    end: int
    text: str


def key_of(turn_id: str) -> str:
    """Return what the links of a turn begin with. A turn's id is random, and is told to no model."""
    return turn_id.replace("-", "")[:16]


def marked(text: str, key: str, sources: Mapping[int, Source], facts: Sequence[Fact] = ()) -> str:
    """Return an answer as the page shows it: numbers of sources open these, facts that no source has are marked.

    `facts` are those of the whole answer: their places count, and their order is what the marks are numbered by.
    """
    whole = sorted([*pieces(text), *addresses(text)], key=lambda piece: piece.start)
    edits = [*_chips(text, key, sources, whole), *_marks(text, key, facts, whole)]
    said: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.end if edit.start == edit.end else edit.start, edit.end)):
        if edit.start < at:  # two facts in one another: the list under the answer has both
            continue
        said += [text[at : edit.start], edit.text]
        at = edit.end
    return shown("".join([*said, text[at:]]), hosts(sources.values()))


def hosts(sources: Iterable[Source]) -> frozenset[str]:
    """Return the hosts of the Nautobot that sources were read from: where an answer may link to."""
    origins = (source.answer.source for source in sources)
    return frozenset(urlsplit(origin.url).netloc for origin in origins if origin and origin.url)


def source_name(source: Source) -> str:
    """Return a source as it is called: "Source 1: prefixes at NYC01"."""
    return f"Source {source.number}: {source.answer.subject}"


def _chips(text: str, key: str, sources: Mapping[int, Source], whole: Sequence[Piece]) -> list[_Edit]:
    found = []
    for match in _CITED.finditer(text):
        source = sources.get(int(match[1]))
        if source and not any(piece.start < match.end() and match.start() < piece.end for piece in whole):
            link = f'[\\[{source.number}\\]](#sx-{key}-s{source.number} "{titled(source_name(source))}")'
            found.append(_Edit(match.start(), match.end(), link))
    return found


def _marks(text: str, key: str, facts: Sequence[Fact], whole: Sequence[Piece]) -> list[_Edit]:
    return [
        _mark(text, fact, f'(#sx-{key}-f{number} "{NOT_FOUND}")', whole)
        for number, fact in enumerate(facts)
        if fact.verdict == "not_found" and fact.end <= len(text)
    ]


def _mark(text: str, fact: Fact, link: str, whole: Sequence[Piece]) -> _Edit:
    """Return the mark of a fact: around it, or behind the code or the link that it stands in."""
    said = text[fact.start : fact.end]
    inside = [piece for piece in whole if piece.start < fact.end and fact.start < piece.end]
    before = text[fact.start - 1 : fact.start]
    if not inside and before != "\\" and not re.search(r"[\[\]`\\]|\n\s*\n", said):
        ahead = text[: fact.start - 1]
        escaped_already = (len(ahead) - len(ahead.rstrip("\\"))) % 2 == 1
        if before == "!" and not escaped_already:  # or it would be an image
            return _Edit(fact.start - 1, fact.end, f"\\![{said}]{link}")
        return _Edit(fact.start, fact.end, f"[{said}]{link}")
    last = inside[-1] if inside else Piece("tag", fact.start, fact.end)
    code = text[last.start : last.end]
    if last.kind == "code" and code.strip("`").strip() == said.strip():
        return _Edit(last.start, last.end, f"[{code}]{link}")
    if last.kind == "fence":
        return _Edit(last.end, last.end, f"{_closing(code)}\n\n[{escaped(said)}]{link}\n\n")
    return _Edit(last.end, last.end, f" [{escaped(said)}]{link}")


def _closing(code: str) -> str:
    """Return what ends a block of code that its writer left open."""
    fence = re.match(r"[ \t>]*(`{3,}|~{3,})", code)
    if fence is None or re.search(rf"\n[ \t>]*{fence[1]}[`~]*[ \t]*\Z", code):
        return ""
    return f"\n{fence[1]}"
