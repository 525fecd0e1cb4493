"""Parentheses: "NYC01-cor001 (a core router)" says something of what stands right before, and of nothing else. Pure."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from chainlit_app.check.mentions import Mention
from chainlit_app.check.numbers import Number

_ASIDE = re.compile(r"\(([^()]{1,600})\)")
_BETWEEN = " \t*_`\"'”’"
_NEAR = 12  # characters
_THINGS = ("device", "interface", "circuit", "prefix", "address", "location", "vlan", "area", "rack", "serial")
Item = Mention | Number


def asides(text: str, start: int, end: int, items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Yield for each part of a sentence what is named in it: the parentheses with what they are about, then the rest."""
    inside: set[Item] = set()
    starts = [item.start for item in items]
    for found in _ASIDE.finditer(text, start, end + 3) if text.find("(", start, end) >= 0 else ():
        low, high = bisect_left(starts, found.start()), bisect_left(starts, found.end())
        own = items[low:high]
        host = _host(text, found.start(), items[low - 1]) if low else None
        if _stands_alone(own, host):
            inside.update(own)
            if host and host.kind not in _THINGS and sum(map(_is_thing, own)) == 1:
                inside.add(host)  # "MPLS (CFI-100314)": what it is said of is in the parentheses
            yield [host, *own] if host else own
    yield [item for item in items if item not in inside] if inside else items


def _host(text: str, at: int, before: Item) -> Mention | None:
    if not isinstance(before, Mention) or at - before.end > _NEAR:
        return None
    return before if not text[before.end : at].strip(_BETWEEN) else None


def _is_thing(item: Item) -> bool:
    return isinstance(item, Mention) and item.kind in _THINGS


def _stands_alone(own: Sequence[Item], host: Mention | None) -> bool:
    """Say whether a parenthesis is a statement of its own: "(OSA01 in Osaka, TYO01 in Tokyo)"."""
    names = [item for item in own if isinstance(item, Mention)]
    things = sum(map(_is_thing, names))
    if host is None:
        return things > 1 and len({name.kind for name in names}) > 1
    return bool(names) and (host.kind in _THINGS or things != 1 or len(names) > 1) or bool(own and not names)
