"""Text as words with their places, and the one form in which names and addresses are compared. Pure, and linear."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from ipaddress import ip_interface
from typing import NamedTuple

MOST_WORDS = 8  # of a name
_LONGEST = 160  # characters of a word that may be a name; longer ones are no name of anything
_LONGEST_NET = 49  # an IPv6 address with an IPv4 tail and a length

_WORD = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?%?|[^\s|*`\"“”„«»‹›()\[\]{}<>,;…—–·•→=×\\]+")
_TRAILING, _LEADING = ".:!?'’", "'‘~≈+#@:"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(rf"({_OCTET}(?:\.{_OCTET}){{3}})(/(?:3[0-2]|[12]?\d))?", re.ASCII)
_JOINERS = str.maketrans("-_/‐‑", "     ")


class Word(NamedTuple):
    """A word of a text, without the punctuation around it."""

    text: str
    start: int
    end: int
    key: str  # as names are compared; "point to point" for "Point-to-Point"


def words(text: str, start: int = 0, end: int | None = None) -> Iterator[Word]:
    """Yield the words of a part of a text."""
    for found in _WORD.finditer(text, start, len(text) if end is None else end):
        word, (at, stop) = found[0], found.span()
        if word.isalnum():  # most are
            yield Word(word, at, stop, key(word))
            continue
        bare = word.rstrip(_TRAILING)
        if word.startswith(":", len(bare)) and word[len(bare) : len(bare) + 2] == "::":
            bare = word[: len(bare) + 2]  # 2001:db8:: ends so
        short = bare.lstrip(_LEADING) if not bare.startswith("::") else bare
        if bare[-2:] in ("'s", "’s"):
            short = short[:-2]
        if short:
            at += bare.index(short)
            yield Word(short, at, at + len(short), key(short))


@lru_cache(maxsize=65_536)
def key(text: str) -> str:
    """Return a name as names are compared: without case, accents and the choice between hyphens and spaces."""
    if len(text) > _LONGEST:
        return ""
    folded = text.casefold()
    if not folded.isascii():
        folded = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return " ".join(folded.translate(_JOINERS).split())


def phrase(text: str) -> str:
    """Return a name of several words as it is compared."""
    if text.isalnum() and len(text) <= _LONGEST:
        return key(text)
    return " ".join(word.key for word in words(text) if word.key)


def phrases(found: Sequence[Word], most: int = 5) -> Iterator[str]:
    """Yield every run of up to `most` words, as names are compared."""
    for first in range(len(found)):
        run = ""
        for word in found[first : first + most]:
            run = f"{run} {word.key}" if run else word.key
            yield run


def net_keys(text: str) -> tuple[str, ...]:
    """Return the keys of a prefix or an address: the most exact first; none where it is neither.

    "10.0.0.1/24" has those of the address with its length and of the address alone; IPv6 in whatever form it is
    written has the same ones.
    """
    if not 2 <= len(text) <= _LONGEST_NET or not (
        text[0] in "0123456789abcdefABCDEF:" and (":" in text or "." in text)
    ):
        return ()
    plain = _IPV4.fullmatch(text)
    if plain:  # most are; the library takes thirty times as long
        return (f"n:{text}", f"a:{plain[1]}") if plain[2] else (f"a:{text}",)
    return _net_keys(text)


@lru_cache(maxsize=4096)
def _net_keys(text: str) -> tuple[str, ...]:
    try:
        found = ip_interface(text)
    except ValueError:
        return ()
    host = f"a:{found.ip}"
    if "/" not in text:
        return (host,)
    return (f"n:{found.ip}/{found.network.prefixlen}", host)


@lru_cache(maxsize=65_536)
def network_key(text: str) -> str | None:
    """Return the key of the prefix around an address with a length; None where a text is no such thing."""
    if "/" not in text or text.endswith((".0/24", "/31", "/127")):
        return None
    found = ip_interface(text)
    return None if found.ip == found.network.network_address else f"n:{found.network}"
