"""Conditions that no call can carry: read from the wording itself, so that they are asked about and never dropped."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from chainlit_app.offline.parts import Facts
from chainlit_app.offline.pieces import Call
from chainlit_app.offline.reading import Reading

_ADDRESS = r"(?:ipv?[46]?\s+)?(?:ips?|address(?:es)?)"
_HAVE_ADDRESS = re.compile(
    rf"\b(?:have|has|having|got|carry|carries|lacks?|without|no)\s+(?:got\s+)?(?:(?:an?|any|no|the)\s+)?{_ADDRESS}\b"
    rf"|\bwith\s+(?:an?|any|no)\s+{_ADDRESS}\b|\b(?:addressed|unaddressed)\b",
    re.IGNORECASE,
)
_GIVEN_PRIMARY = re.compile(
    r"\b(?:given|assigned|set|have|has|having|got|with|carry|carries)\b[^.?!;,]{0,20}\b(?:primary|management|mgmt|main)\b"
    r"|\b(?:primary|management|mgmt|main)\s+(?:ips?|ip\s+address(?:es)?|address(?:es)?)\s+(?:set|assigned|recorded|given|configured)\b",
    re.IGNORECASE,
)
_PREPOSITION = r"\b(?:at|in|from|near|within|inside|for|of)"
_OPEN_END = re.compile(rf"{_PREPOSITION}\W*$", re.IGNORECASE)
_SIGN = re.compile(rf"{_PREPOSITION}\s+(?:the\s+)?([^\w\s]+)", re.IGNORECASE)
_NO_STATUS = ("get_vlans_by_location",)


def conditions(found: Facts, reading: Reading, calls: Sequence[Call]) -> Iterator[str]:
    """Yield the words of conditions that the calls do not carry."""
    yield from _addressed(found, reading)
    yield from _nowhere(found, reading)
    if reading.places and not found.namespaces:
        yield from found.wide
    if reading.job == "find" and reading.places and not _asks_whether(found):
        yield from (written for written, _ in found.places)


def _addressed(found: Facts, reading: Reading) -> Iterator[str]:
    if reading.job == "find" or reading.filters.only or reading.topics == ("device",):
        return
    listed = {"interfaces", "devices", "vlans"} & set(reading.topics)
    for pattern in (_HAVE_ADDRESS, _GIVEN_PRIMARY):
        if listed and (match := pattern.search(found.text)):
            yield match[0]
            return


def _nowhere(found: Facts, reading: Reading) -> Iterator[str]:
    """Yield a preposition with nothing after it, or a sign that stands where a place stands."""
    for match in _SIGN.finditer(found.text):
        if any(unicodedata.category(sign) in ("So", "Sk", "Sm", "Cn", "Co") for sign in match[1]):
            yield match[1]
            return
    named = (
        reading.places
        or reading.devices
        or reading.targets
        or reading.site_of
        or reading.groups
        or "locations" in reading.topics
    )
    if not named and (end := _OPEN_END.search(found.text)):
        yield end[0].strip()


def halved(found: Facts, calls: Sequence[Call]) -> bool:
    """Return whether a status is said that only some of the calls can ask for."""
    names = {call.name for call in calls if call.name.startswith(("get_", "count", "analyze", "export"))}
    return bool(found.statuses) and len(names) > 1 and bool(names & set(_NO_STATUS))


def _asks_whether(found: Facts) -> bool:
    return bool(re.match(r"\W*(?:is|are|does|do|was|which|what|whose|where)\b", found.text, re.IGNORECASE))


def paired(found: Facts) -> bool:
    """Return whether each of several places has records of its own: "prefixes at X and VLANs at Y"."""
    runs: list[tuple[str, set[str]]] = []
    for kind, text in found.sequence:
        if runs and runs[-1][0] == kind:
            runs[-1][1].add(text)
        else:
            runs.append((kind, {text}))
    wants = [said for kind, said in runs if kind == "want"]
    places = [said for kind, said in runs if kind == "place"]
    return len(wants) > 1 and len(places) > 1 and wants[0] != wants[1] and places[0] != places[1]


__all__ = ["conditions", "halved", "paired"]
