"""Names that nothing has, by the place they stand in: "the Guest WiFi role", "made by Arista", "5 User Video prefixes"."""

from collections.abc import Iterator, Sequence

from chainlit_app.check.mentions import Mention
from chainlit_app.check.nouns import NARROW, NOUN
from chainlit_app.check.numbers import Number
from chainlit_app.check.words import Word

_COLUMNS = {
    "role": "role", "status": "status", "provider": "provider", "model": "model", "manufacturer": "manufacturer",
    "vendor": "manufacturer", "platform": "platform", "namespace": "namespace", "tenant": "tenant", "rack": "rack",
    "carrier": "provider",
}  # fmt: skip
_BY = {"made": "manufacturer", "manufactured": "manufacturer", "built": "manufacturer", "provided": "provider"}
_LINKS = {"is", "of", "the", "a", "an", "named", "called", "by", "was", "are", "from"}
_NO_NAME = {
    "the", "a", "an", "all", "this", "these", "it", "its", "in", "at", "of", "no", "each", "every", "both", "there",
    "total", "and", "or", "not", "which", "that", "nautobot", "ipv4", "ipv6", "ip", "mpls", "wan", "lan", "csv", "i",
    "none", "unknown", "gbps", "mbps", "kbps", "yes", "id", "name", "as", "for", "with", "to", "on", "per", "by", "here",
}  # fmt: skip
_MOST = 3  # words of such a name


def strangers(words: Sequence[Word], items: Sequence[Mention | Number], *, users: bool = False) -> Iterator[Mention]:
    """Yield the names of a sentence that are meant as a value of a column but that nothing has.

    `users`: a source tells who changed what, so that a word behind "deleted by" is somebody's name.
    """
    taken = {place for item in items for place in range(item.first, item.last + 1)}
    at = 0
    while at < len(words):
        if not words[at].text[0].isupper():
            if users and at not in taken and _is_user(words, at):
                yield Mention(words[at].start, words[at].end, "user", words[at].key, at, at, _USER, known=False)
            at += 1
            continue
        length = _run(words, taken, at)
        kind = _kind(words, items, at, length) if length else None
        if kind:
            key = " ".join(word.key for word in words[at : at + length])
            last = at + length - 1
            yield Mention(words[at].start, words[last].end, kind, key, at, last, frozenset({kind}), known=False)
        at += max(length, 1)


_USER = frozenset({"user"})
_CHANGED = {"created", "updated", "deleted", "changed", "made", "set", "removed", "added", "done", "reserved"}
_NOBODY = {
    "hand",
    "mistake",
    "itself",
    "default",
    "design",
    "automation",
    "someone",
    "somebody",
    "anyone",
    "anybody",
    "nobody",
    "whom",
}


def _is_user(words: Sequence[Word], at: int) -> bool:
    """Say whether a word stands where a user does: "deleted by kmiller", "changed at A by kmiller"."""
    word = words[at]
    before = [one.key for one in words[max(0, at - _NEAR_ACTION) : at]]
    if before[-1:] != ["by"] or not word.text.isalpha() or len(word.text) < _SHORTEST_USER:
        return False
    return bool(_CHANGED & set(before)) and word.key not in _NOBODY and not word.key.endswith("ing")


_NEAR_ACTION = 8  # words between what was done and by whom
_SHORTEST_USER = 4


def _is_system(name: Sequence[Word]) -> bool:
    return any(part.endswith("os") or part.startswith("ios") for word in name for part in word.key.split())


def _is_of_a_people(word: str) -> bool:
    return word.endswith(("ish", "ese", "ian", "can", "ench", "utch", "man", "wiss", "reek"))


def _run(words: Sequence[Word], taken: set[int], at: int) -> int:
    """Return how many words from here on look like a name: with capitals, and unknown."""
    length = 0
    while at + length < len(words) and length < _MOST and _capital(words[at + length]) and at + length not in taken:
        if length and words[at + length].start - words[at + length - 1].end > 1:
            break
        length += 1
    return length


def _capital(word: Word) -> bool:
    return word.text[0].isupper() and word.key not in _NO_NAME and word.key not in NOUN and word.key not in _COLUMNS


def _kind(words: Sequence[Word], items: Sequence[Mention | Number], at: int, length: int) -> str | None:
    behind = words[at + length] if at + length < len(words) else None
    before = [word.key for word in words[max(0, at - 3) : at]]
    if behind and behind.key in _COLUMNS and behind.start - words[at + length - 1].end <= 1:
        return _COLUMNS[behind.key]
    while before and before[-1] in _LINKS and before[-1] != "by":
        before.pop()
    if before[-2:] and before[-1] == "by" and before[0 if len(before) < 2 else -2] in _BY:
        return _BY[before[-2]] if len(before) > 1 else None
    if before and before[-1] in ("running", "runs", "run") and _is_system(words[at : at + length]):
        return "platform"
    if before and before[-1] in _COLUMNS:
        return _COLUMNS[before[-1]]
    if _is_of_a_people(words[at].key):
        return None
    counted = any(isinstance(item, Number) and item.last == at - 1 for item in items)
    if counted and behind and (behind.key in NOUN or behind.key in NARROW):
        return "role"
    listed = any(isinstance(item, Number) and item.first == at + length for item in items)
    return "name" if listed and length > 1 else None
