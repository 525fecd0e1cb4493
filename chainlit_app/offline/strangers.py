"""What no lexicon knows: numbers, addresses and ports by their form, and words that stand where a name stands."""

import re
from collections.abc import Sequence

from chainlit_app.offline.idioms import compiled, section
from chainlit_app.offline.parts import Facts
from chainlit_app.offline.spans import Span
from chainlit_app.offline.words import is_english

_WHERE = frozenset({"at", "in", "for", "from", "of", "to", "near", "within", "inside", "and", "site", "location"})
_PORTS = {"gi": "GigabitEthernet", "te": "TenGigabitEthernet", "fa": "FastEthernet", "eth": "Ethernet", "et": "Ethernet",
          "twe": "TwentyFiveGigE", "hu": "HundredGigE", "fo": "FortyGigabitEthernet"}  # fmt: skip
_NOUNS = frozenset({"port", "ports", "interface", "interfaces", "int", "intf", "switchport"})


def take_shape(parts: Sequence[Span], i: int, found: Facts) -> None:
    """Take an address, a length, a port or a number."""
    span = parts[i]
    if span.kind == "net":
        found.targets.append(span.text)
    elif span.kind == "length" and span.number is not None:
        found.lengths.append(span.number)
    elif span.kind == "port":
        found.ports.append(_port(span.text))
    elif not _one_more(parts, i, found):
        found.unknown.append(span.text)
    found.content += 1


def _one_more(parts: Sequence[Span], i: int, found: Facts) -> bool:
    """Take a number after "vlan 10 and": one more of the same."""
    number, before = parts[i].number, parts[:i]
    while before and (before[-1].text.lower() in ("and", "or", "to") or before[-1].number in found.vids[1:]):
        before = before[:-1]
    if number is None or not before or len(before) == i and not parts[i].after_mark:
        return False
    if before[-1].means("vlan") and parts[i - 1].text.lower() != "to":
        found.vids.append(number)
        return True
    if before[-1].kind == "length" or before[-1].means("length"):
        found.lengths.append(number)
        return True
    return False


def _port(text: str) -> str:
    match = re.fullmatch(r"([A-Za-z]+)[ -]?([\d/.:]+)", text)
    if not match:
        return text
    if match[1].lower() in _NOUNS:
        return match[2]
    return f"{_PORTS.get(match[1].lower(), match[1])}{match[2]}"


def take_unknown(parts: Sequence[Span], i: int, found: Facts) -> None:
    """Take a word that nothing knows: a name by its form or its place in the question, or not understood."""
    text, lower = parts[i].text, parts[i].text.lower()
    before = next(
        (p for p in reversed(parts[:i]) if not p.means("place_type") and p.text.lower() not in ("site", "location")),
        None,
    )
    where = before is not None and before.text.lower() in _WHERE
    found.content += 1
    if _is_provider(parts, i, found):
        found.providers.append(text)
    elif re.fullmatch(r"[a-z]+\d+-[a-z]+\d+", lower) or re.fullmatch(r"[a-z]{2,}\d*-[a-z]{2,}-?\d+", lower):
        found.devices.append(text)
    elif re.search(r"\d", lower) and re.search(r"[a-z]", lower) and (
        "-" in lower or re.fullmatch(r"[a-z]{1,4}\d{3,}\w*", lower)
    ):  # fmt: skip
        found.models.append(re.sub(r"(?<=\d)s$", "", text))
    elif re.fullmatch(r"[a-z]{2,5}\d{1,3}", lower):
        found.strange.append(text)
    elif _goes_on(parts, i, found) or (
        (where or _before_type(parts, i)) and text[0].isalpha() and (text[0].isupper() or not is_english(lower))
    ):
        _add_strange(parts, i, found)
    elif found.devices and compiled(section("kinds", "devices")[0]).search(text):
        found.acts.append("maker")
    elif lower.endswith("ly") and is_english(lower):
        found.content -= 1  # "entirely", "globally": how, not what
    else:
        found.unknown.append(text)


_OF_PROVIDER = frozenset({"of", "from", "by", "with", "through", "via", "does", "do", "has"})


def _is_provider(parts: Sequence[Span], i: int, found: Facts) -> bool:
    """Return whether it stands where a provider stands: "circuits of X and Y", "provider X", "X circuits"."""
    text = parts[i].text
    name = text[0].isupper() and (i or text.isupper()) or not is_english(text.lower())
    if not name or not text.isalpha() or _before_type(parts, i):
        return False
    if i + 1 < len(parts) and parts[i + 1].means("topic", "circuits") and not parts[i + 1].after_mark:
        return True
    before = list(parts[:i])
    if len(before) > 1 and before[-1].text.lower() in ("and", "or") and before[-2].text in found.providers:
        return True
    circuits = any(part.means("topic", "circuits") for part in before)
    return bool(before) and (
        before[-1].means("topic", "providers") or circuits and before[-1].text.lower() in _OF_PROVIDER
    )


def _goes_on(parts: Sequence[Span], i: int, found: Facts) -> bool:
    """Return whether it goes on with a strange name: a name of two words."""
    same = i and found.strange and found.strange[-1].endswith(parts[i - 1].text) and not parts[i].after_mark
    return bool(same) and parts[i].text.isalpha()


def _before_type(parts: Sequence[Span], i: int) -> bool:
    """Return whether it stands right before "site" or a location type."""
    after = parts[i + 1] if i + 1 < len(parts) else None
    return after is not None and (after.means("place_type") or after.text.lower() in ("site", "location"))


def _add_strange(parts: Sequence[Span], i: int, found: Facts) -> None:
    if _goes_on(parts, i, found):
        found.strange[-1] += f" {parts[i].text}"
    else:
        found.strange.append(parts[i].text)
