"""Ways to say it that span words (`skills.toml`): what they match is used up, and the rest must say nothing more."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from chainlit_app.offline.gazetteer import Gazetteer
from chainlit_app.offline.lexicon import table
from chainlit_app.offline.parts import Facts
from chainlit_app.offline.reading import Reading, declined

_MOST_ASKED = 2  # words: with more that is not understood there is nothing left to offer
_DATE = r"20\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?Z?)?"
# What a question says, and as which kind the words of it were noted.
_SAID = {
    "topics": "topic", "acts": "act", "flags": "flag", "types": "place_type", "devices": "device", "targets": "target",
    "device_roles": "role", "prefix_roles": "role", "statuses": "status", "namespaces": "namespace", "providers": "provider",
    "models": "model", "ports": "port", "groups": "group", "lengths": "length", "versions": "version", "vids": "vlan",
    "kinds": "kind", "refers": "refer", "leads": "lead", "room": "room", "strange": "strange", "held": "hold", "unknown": "",
}  # fmt: skip
_SHOWN = {"lengths": "/{}", "versions": "IPv{}", "vids": "VLAN {}"}
_REASONS = ("action", "opinion", "live", "history", "exclusion")


def section(name: str, *keys: str) -> Any:
    """Return a part of the file of idioms."""
    part: Any = table("skills")[name]
    for key in keys:
        part = part[key]
    return part


@cache
def compiled(pattern: str, words: str = "") -> re.Pattern[str]:
    """Return a pattern of that file; `words`: what its placeholder stands for here."""
    filled = pattern.replace("DATE", _DATE)
    for placeholder in ("COL", "TYPE", "PLACE"):
        filled = re.sub(rf"\b{placeholder}\b", lambda _: f"(?:{words or 'site'})", filled)
    return re.compile(filled, re.IGNORECASE)


def first(text: str, patterns: Iterable[str], words: str = "") -> tuple[str, re.Match[str]] | None:
    """Return the text without the first match of the patterns, and that match; None where none matches."""
    for pattern in patterns:
        if match := compiled(pattern, words).search(text):
            return without(text, match), match
    return None


def without(text: str, match: re.Match[str]) -> str:
    """Return a text without a match."""
    return f"{text[: match.start()]} {text[match.end() :]}"


def every(text: str, patterns: Iterable[str], words: str = "") -> tuple[str, int]:
    """Return the text without any match of the patterns, and how many there were."""
    found = 0
    for pattern in patterns:
        text, number = compiled(pattern, words).subn(" ", text)
        found += number
    return text, found


def types(names: Gazetteer) -> str:
    """Return the types of location as one pattern."""
    kinds = sorted((re.escape(kind) for kind in names.names.location_types), key=len, reverse=True)
    return "|".join(f"{kind}(?:e?s)?" for kind in kinds) or "site"


def left(found: Facts, allowed: Collection[str]) -> list[str]:
    """Return the words of a question that say something else than what is allowed."""
    return list(dict.fromkeys(_left(found, allowed)))


def _left(found: Facts, allowed: Collection[str]) -> Iterator[str]:
    for name, kind in _SAID.items():
        for value in () if name in allowed else getattr(found, name):
            if f"{name}:{value}" not in allowed:
                yield found.texts.get(f"{kind}:{value}") or _SHOWN.get(name, "{}").format(value)
    if "places" not in allowed:
        yield from (written for written, _ in found.places)
    if found.order and "order" not in allowed:
        yield found.texts.get(f"order:{found.order}") or found.order
    if found.amount and "amount" not in allowed:
        yield found.texts.get(f"amount:{found.amount[0]}") or str(found.amount[1])
    if found.top and "top" not in allowed:
        yield str(found.top)
    if found.pick and "pick" not in allowed:
        yield found.texts.get(f"pick:{found.pick}") or found.pick


def finished(reading: Reading, rest: Facts, allowed: Collection[str]) -> Reading:
    """Return a reading; why not, or a question back, where the rest of the question says more than it carries."""
    for reason in _REASONS:
        if words := [said for kind, said in rest.refused if kind == reason]:
            return declined(reason, *words)
    words = left(rest, allowed)
    if not words:
        return reading
    if len(words) > _MOST_ASKED:
        return declined("unknown_words", *words)
    return Reading("ask", reason="partly", words=tuple(words), proposal=reading, places=reading.places)


def tidy(text: str) -> str:
    """Return a text with single spaces and no mark at its ends."""
    return " ".join(text.split()).strip(" ,;:?!.-")


def one_or_all(values: Sequence[str]) -> str | list[str]:
    """Return a lone value as itself."""
    return values[0] if len(values) == 1 else list(values)
