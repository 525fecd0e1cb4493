"""A question as spans: which words are known, and what each may mean. Nothing is decided here."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from chainlit_app.offline.gazetteer import Gazetteer, Place
from chainlit_app.offline.lexicon import ARTICLES, Meaning, lexicon, rewritten
from chainlit_app.offline.words import MAX_LENGTH, Token, fold, is_english, split, stem, tokens

_CODE = re.compile(r"[a-z]{2,5}[ _-]?0*(\d{1,3})")
_DEVICE = re.compile(r"[a-z]+\d*-[a-z]+\d*", re.IGNORECASE)
_SHORTEST_TYPO = 4
_KEPT = 1_000  # texts
_LONG_WORD = 8  # from here on two slips still leave no doubt


@dataclass(frozen=True)
class Span:
    """Some words of a question, and what they may mean; no meaning: not understood."""

    text: str
    meanings: tuple[Meaning, ...]
    kind: str = "word"  # of its first token
    number: int | None = None
    corrected: str = ""  # what was written, where that was a typing error
    after_mark: bool = False

    def value(self, kind: str) -> object:
        """Return what it means as this kind; None where it cannot."""
        return next((m.value for m in self.meanings if m.kind == kind), None)

    def means(self, kind: str, value: object = None) -> bool:
        """Return whether it may mean this."""
        return any(m.kind == kind and value in (None, m.value) for m in self.meanings)


@dataclass(frozen=True)
class _Piece:
    """A token, or what a typing error was read as."""

    token: Token
    written: str = ""
    after_mark: bool = False


def spans(text: str, names: Gazetteer) -> Sequence[Span]:
    """Return the spans of a question in their order; the longest known phrase at each place."""
    # A conversation is read again with every question of it.
    if text not in names.read:
        if len(names.read) >= _KEPT:
            names.read.clear()
        names.read[text] = tuple(_spans(text, names))
    found: Sequence[Span] = names.read[text]
    return found


def _spans(text: str, names: Gazetteer) -> list[Span]:
    pieces = _pieces(text, names)
    found: list[Span] = []
    start = 0
    while start < len(pieces):
        size, span = _longest(pieces, start, names)
        found.append(span)
        start += size
    return found


def _pieces(text: str, names: Gazetteer) -> list[_Piece]:
    found: list[_Piece] = []
    mark = False
    readable = rewritten(fold(text[:MAX_LENGTH]))
    for token in (part for whole in tokens(readable) for part in _apart(whole, names)):
        if token.kind == "mark":
            mark = True
        elif token.lower not in ARTICLES or token.text.isupper():
            piece = _corrected(token, names) if token.kind == "word" else _Piece(token)
            found.append(replace(piece, after_mark=mark))
            mark = False
    return found


def _apart(token: Token, names: Gazetteer) -> Iterator[Token]:
    """Yield the parts of a token that is no name as a whole: "vlan200", "24s", "top-5", "data-center"."""
    if token.kind != "word":
        yield token
    elif match := re.fullmatch(r"(vlan|vid)[-_]?(\d+)", token.lower):
        yield Token(match[1], "word")
        yield Token(match[2], "number", int(match[2]))
    elif match := re.fullmatch(r"(\d{1,3})s", token.lower):
        yield Token(match[1], "number", int(match[1]))
    elif (
        _whole(token, names)
        or not re.search(r"[-.&+]", token.text)
        or _DEVICE.fullmatch(token.text)
        and re.search(r"\d", token.text)
    ):
        yield token
    else:
        parts = split(token)
        yield from parts if all(_known(part, names) or part.number is not None for part in parts) else [token]


def _whole(token: Token, names: Gazetteer) -> bool:
    return token.lower in names.devices or (token.stem,) in names.index.phrases


def _known(token: Token, names: Gazetteer) -> bool:
    words = lexicon().words, names.index.words
    return any(form in known for known in words for form in (token.lower, token.stem))


def _corrected(token: Token, names: Gazetteer) -> _Piece:
    """Return a token as the known word that it nearly is; as it stands where that is not certain."""
    lower = token.lower
    if _known(token, names) or lower in names.devices or token.number is not None:
        return _Piece(token)
    if code := _same_code(lower, names):
        return _Piece(Token(code, "word"), token.text if code.lower() != lower else "")
    if len(lower) < _SHORTEST_TYPO or not lower.isalpha() or is_english(lower):
        return _Piece(token)
    near = _nearest(stem(lower), names) or _nearest(lower, names)
    return _Piece(Token(near, "word"), token.text) if near else _Piece(token)


def _same_code(lower: str, names: Gazetteer) -> str:
    """Return the location whose code has the same letters and the same number: "abc1", "abc-01"."""
    match = _CODE.fullmatch(lower)
    if not match:
        return ""
    letters, number = re.sub(r"[^a-z]", "", lower), int(match[1])
    for place in names.locations:
        own = _CODE.fullmatch(place.lower())
        if own and re.sub(r"[^a-z]", "", place.lower()) == letters and int(own[1]) == number:
            return place
    return ""


def _nearest(word: str, names: Gazetteer) -> str:
    """Return the one known word that is one slip away (two in a long word), beginning alike or ending alike."""
    allowed = 2 if len(word) >= _LONG_WORD else 1
    pool = [
        w
        for w in lexicon().words | names.index.words
        if abs(len(w) - len(word)) <= allowed and len(w) >= _SHORTEST_TYPO
    ]
    near = process.extract(word, pool, scorer=OSA.distance, score_cutoff=allowed, limit=8)
    fitting = [(w, d) for w, d, _ in near if w.isalpha() and (w[0] == word[0] or (d == 1 and len(word) > 5))]
    if not fitting:
        return ""
    least = min(d for _, d in fitting)
    best = [w for w, d in fitting if d == least]
    same_letters = [w for w in best if sorted(w) == sorted(word)]
    best = same_letters or best
    return best[0] if len(best) == 1 else ""


def _longest(pieces: Sequence[_Piece], start: int, names: Gazetteer) -> tuple[int, Span]:
    first = pieces[start]
    token = first.token
    if token.lower in names.devices:
        return 1, _span([first], [Meaning("device", names.devices[token.lower])])
    most = min(max(lexicon().longest, names.index.longest), len(pieces) - start)
    for size in range(most, 0, -1):
        run = pieces[start : start + size]
        if any(piece.after_mark for piece in run[1:]):
            continue
        if meanings := _meanings(run, names):
            return size, _span(run, meanings)
    return 1, _span([first], [])


def _span(run: Sequence[_Piece], meanings: Sequence[Meaning]) -> Span:
    numbers = [p.token.number for p in run if p.token.number is not None]
    return Span(
        text=" ".join(p.token.text for p in run),
        meanings=tuple(meanings),
        kind=run[0].token.kind,
        number=numbers[-1] if numbers else None,
        corrected=" ".join(p.written or p.token.text for p in run) if any(p.written for p in run) else "",
        after_mark=run[0].after_mark,
    )


def _meanings(run: Sequence[_Piece], names: Gazetteer) -> list[Meaning]:
    """Return what a run of words may mean as a whole, names before the lexicon's words."""
    written = " ".join(p.written or p.token.text for p in run)
    found: list[Meaning] = []
    for key in _keys(run):
        for index in (names.index, lexicon()):
            for meaning in index.phrases.get(key, ()):
                if meaning not in found and _as_written(meaning, written):
                    found.append(meaning)
    return found


def _keys(run: Sequence[_Piece]) -> Iterator[tuple[str, ...]]:
    yield tuple(p.token.stem for p in run)
    yield tuple(p.token.lower for p in run)
    if any(_is_number(p) for p in run):
        yield tuple("#" if _is_number(p) else p.token.stem for p in run)


def _is_number(piece: _Piece) -> bool:
    return piece.token.number is not None and piece.token.kind != "length"


def _as_written(meaning: Meaning, written: str) -> bool:
    if not meaning.exact:
        return True
    if meaning.exact.islower():
        return written.lower() == meaning.exact
    return written == meaning.exact


def names_records(parts: Sequence[Span], i: int) -> bool:
    """Return whether a status' name is meant as a word for records: "the gear inventory of X", not "inventory devices"."""
    span = parts[i]
    if not (span.means("status") and span.means("topic")):
        return False
    after, before = parts[i + 1 : i + 2], parts[max(0, i - 1) : i]
    narrows = any(part.means("topic") or part.means("device_role") for part in after if not part.after_mark)
    return not (narrows or any(part.text.lower() in ("in", "status", "state", "are", "is", "not") for part in before))


__all__ = ["Place", "Span", "names_records", "spans"]
