"""Which interface is connected to which: both ends of a link, and their devices, stand in one row. Pure."""

from collections.abc import Iterator, Sequence

from chainlit_app.check.clauses import Clause
from chainlit_app.check.evidence import Evidence, Fit
from chainlit_app.check.mentions import Mention
from chainlit_app.check.said import CitedAt

_LINKS = ("connect", "face", "link", "uplink", "cabled", "wired", "attach", "peer", "plugged", "lands", "goes", "to")
_ENDS = ("connected interface", "connected to")  # columns that make a row a link


def unlinked(clause: Clause, evidence: Evidence, cited: CitedAt) -> dict[Mention, Fit]:
    """Return the second ends of the links of a clause that no row has, each with what is there instead."""
    names = [item for item in clause.items if isinstance(item, Mention) and item.start not in clause.denied]
    ends = [name for name in names if name.kind == "interface"]
    if len(ends) < 2 or len(ends) % 2:
        return {}
    wrong: dict[Mention, Fit] = {}
    for at in range(0, len(ends), 2):
        one, other = ends[at], ends[at + 1]
        if clause.words[other.first - 1].key != "up" and "up" in {
            w.key for w in clause.words[one.last + 1 : other.first]
        }:
            return {}  # "from port A up to port B" is a range
        if _is_range(clause, one, other) or clause.words[other.first - 1].key == "and":
            return {}
        if not any(word.key.startswith(_LINKS) for word in clause.words[one.last + 1 : other.first]):
            return {}  # "ports A and B" are no link
        behind = ends[at + 2].first if at + 2 < len(ends) else clause.words[-1].end
        near = [name for name in names if name.kind == "device" and name.first < behind]
        fit = _fit(one, other, _devices(near, ends, at), evidence, cited(other).numbers)
        wrong |= {other: fit} if fit else {}
    return wrong


def _is_range(clause: Clause, one: Mention, other: Mention) -> bool:
    """Say whether two interfaces are the ends of a range: "Ethernet49/1 to Ethernet52/1"."""
    between = [word.key for word in clause.words[one.last + 1 : other.first]]
    alone = not any(isinstance(item, Mention) and item.kind == "device" for item in clause.items)
    return between in (["to"], ["through"]) and alone and _stem(one) == _stem(other)


def _stem(name: Mention) -> str:
    return name.key.rstrip("0123456789 ")


def _devices(near: Sequence[Mention], ends: Sequence[Mention], at: int) -> Iterator[Mention]:
    """Yield the devices of a link: those that are named with it, and those with which the sentence began."""
    before = ends[at - 1].last if at else -1
    yield from (name for name in near if name.first > before or name.first < ends[0].first)


def _fit(
    one: Mention, other: Mention, devices: Iterator[Mention], evidence: Evidence, cited: Sequence[int]
) -> Fit | None:
    """Return what is known instead of a link; None where a row has it, and where no source could tell."""
    wanted = list({device.key: device for device in devices}.values())[:3]
    apart: Fit | None = None
    for index in evidence.in_order(cited):
        if not any(column.name in _ENDS for column in index.columns):
            continue
        rows = index.all_rows & evidence.mask(index, one)
        for device in wanted:
            rows &= evidence.mask(index, device) or rows
        if rows & evidence.mask(index, other):
            return None
        if rows and apart is None:
            apart = Fit("apart", index.number, f"row {(rows & -rows).bit_length()} names another end")
    return apart
