"""What is said to be the most, the oldest or more than another: looked up in the numbers and dates of a source. Pure."""

from collections.abc import Iterator, Sequence

from chainlit_app.check.cells import Column
from chainlit_app.check.evidence import Evidence
from chainlit_app.check.index import SourceIndex
from chainlit_app.check.mentions import Mention
from chainlit_app.check.nouns import NARROW
from chainlit_app.check.said import CitedAt, Found
from chainlit_app.check.scopes import narrowed
from chainlit_app.check.vocabulary import DATE
from chainlit_app.check.words import Word
from tools.models import Cell

_AMOUNT, _DATE = "amount", "date"
_HIGH = {
    "most": _AMOUNT, "highest": _AMOUNT, "busiest": _AMOUNT, "fullest": _AMOUNT, "largest": _AMOUNT,
    "biggest": _AMOUNT, "fastest": _AMOUNT, "newest": _DATE, "latest": _DATE, "youngest": _DATE,
}  # fmt: skip
_LOW = {
    "fewest": _AMOUNT, "lowest": _AMOUNT, "smallest": _AMOUNT, "slowest": _AMOUNT, "emptiest": _AMOUNT,
    "quietest": _AMOUNT, "oldest": _DATE, "earliest": _DATE,
}  # fmt: skip
_WORDS = {*_HIGH, *_LOW, "recent"}
_PART = {"next", "second", "third", "almost", "of", "the", "among", "nearly", "not", "at"}  # before one of a part
_THINGS = ("circuit", "prefix", "location", "area", "device", "role", "provider", "address")
_NEAR = 9  # words between a superlative and what it is said of
_MOST_ROWS = 2000
_FEWEST = 3  # rows among which a thing may be the most


def extremes(words: Sequence[Word], items: Sequence[object], cited: CitedAt, evidence: Evidence) -> Iterator[Found]:
    """Yield the things of a sentence that are said to be the most or the least of their kind and are not."""
    keys = {word.key for word in words}
    if keys.isdisjoint(_WORDS):
        return
    names = [item for item in items if isinstance(item, Mention) and item.kind in _THINGS and item.known]
    for at, word in enumerate(words):
        kind = _HIGH.get(word.key) or _LOW.get(word.key)
        recent = word.key == "recent" and at and words[at - 1].key == "most"
        if word.key == "most" and (at + 1 < len(words) and words[at + 1].key in ("of", "recent")):
            continue
        if (not kind and not recent) or _is_part(words, at):
            continue
        name = _said_of(names, words, at)
        if name and name.kind != "address":
            high, kind = (True, _DATE) if recent else (word.key in _HIGH, kind or _AMOUNT)
            yield from _judged(name, high, kind, keys, cited, evidence)


def _is_part(words: Sequence[Word], at: int) -> bool:
    before = {word.key for word in words[max(0, at - 2) : at]} - {"the", "of", "at"}
    return bool(before & _PART)


def _said_of(names: Sequence[Mention], words: Sequence[Word], at: int) -> Mention | None:
    """Return what a superlative is said of: "the oldest is X", "X has the most room"."""
    behind = [name for name in names if name.first > at]
    for name in behind:
        between = {word.key for word in words[at : name.first]}
        if name.first - at <= _NEAR and between & {"is", "are", "was"} and not between & {"than", "which", "that"}:
            return name
    before = [name for name in names if name.last < at]
    if before and at - before[-1].last <= 3 and words[at - 1].key in ("the", "has", "have"):
        own = {word.key for word in words[before[-1].last + 1 : at]}
        return before[-1] if own <= {"is", "has", "have", "the", "was", "uses"} else None
    return None


def _judged(
    name: Mention, high: bool, kind: str, keys: set[str], cited: CitedAt, evidence: Evidence
) -> Iterator[Found]:
    around = cited(name)
    for index in evidence.in_order(around.numbers):
        rows = evidence.mask(index, name) & index.all_rows
        if around.numbers and index.number not in around.numbers:
            return
        if rows.bit_count() != 1 or not index.complete or index.rows > _MOST_ROWS:
            continue
        if _undecided(index, keys) or _holds(index, rows.bit_length() - 1, high, kind):
            return
        where = f"row {rows.bit_length()} is not the {'highest' if high else 'lowest'}"
        yield Found(name.start, name.end, name.kind, "not_found", index.number, where, around, name.key)
        return


def _undecided(index: SourceIndex, keys: set[str]) -> bool:
    """Say whether a sentence is about a part that the source does not tell from the rest, such as branches."""
    return any(word in keys and not narrowed(index, word) for word in NARROW)


def _holds(index: SourceIndex, row: int, high: bool, kind: str) -> bool:
    """Say whether a row is the highest or lowest in any column, among all rows or those of its kind."""
    known = False
    for at in range(len(index.columns)):
        values = [_value(cells[at], kind) for cells in index.cells]
        own = values[row]
        if own is None or len([one for one in values if one is not None]) < _FEWEST:
            continue
        known = True
        for rows in _scopes(index, row):
            among = [value for one in rows if (value := values[one]) is not None]
            if len(among) >= _FEWEST and own == (max(among) if high else min(among)) and len(set(among)) > 1:
                return True
    return not known


def _scopes(index: SourceIndex, row: int) -> Iterator[Sequence[int]]:
    yield range(index.rows)
    for at, column in enumerate(index.columns):
        if _tells_apart(column):
            yield [one for one in range(index.rows) if index.cells[one][at] == index.cells[row][at]]


def _tells_apart(column: Column) -> bool:
    return column.kind in ("role", "type", "location type", "provider", "status", "location", "model")


def _value(cell: Cell, kind: str) -> float | str | None:
    if kind == _DATE:
        return cell if isinstance(cell, str) and DATE.fullmatch(cell) else None
    return cell if isinstance(cell, (int, float)) and not isinstance(cell, bool) else None
