"""What an answer names: prefixes, addresses, VLANs, and names of the network. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chainlit_app.check.vocabulary import Vocabulary
from chainlit_app.check.words import MOST_WORDS, Word, net_keys


@dataclass(frozen=True)
class Mention:
    """A name or an address in an answer, and the form in which it is looked up."""

    start: int
    end: int
    kinds: frozenset[str]
    key: str
    known: bool = True  # False: it only looks like a name

    @property
    def kind(self) -> str:
        return min(self.kinds)


def mentions(words: Sequence[Word], vocabulary: Vocabulary) -> Iterator[Mention]:
    """Yield what a run of words names, the longest name first where one is the start of another."""
    at = 0
    while at < len(words):
        found, length = _at(words, at, vocabulary)
        if found:
            yield found
        at += length


def _at(words: Sequence[Word], at: int, vocabulary: Vocabulary) -> tuple[Mention | None, int]:
    word = words[at]
    nets = net_keys(word.text)
    if nets:
        kind = "prefix" if nets[0].startswith("n:") else "address"
        return Mention(word.start, word.end, frozenset({kind}), nets[0]), 1
    if word.key in ("vlan", "vlans") and at + 1 < len(words) and words[at + 1].text.isdigit():
        number = words[at + 1]
        return Mention(word.start, number.end, frozenset({"vlan"}), f"v:{int(number.text[:9])}"), 2
    return _name(words, at, vocabulary)


def _name(words: Sequence[Word], at: int, vocabulary: Vocabulary) -> tuple[Mention | None, int]:
    word = words[at]
    most = vocabulary.heads.get(word.key.partition(" ")[0], 0)
    for length in range(min(MOST_WORDS, len(words) - at, most), 0, -1):
        run = " ".join(one.key for one in words[at : at + length])
        kinds = vocabulary.kinds(run)
        if kinds and (length > 1 or not run.isdigit()):
            return Mention(word.start, words[at + length - 1].end, frozenset(kinds), run), length
    if any(c.isdigit() for c in word.text) and any(c.isalpha() for c in word.text) and len(word.text) < 60:
        kind = vocabulary.shaped(word.text)
        if kind:
            return Mention(word.start, word.end, frozenset({kind}), word.key, known=False), 1
    return None, 1
