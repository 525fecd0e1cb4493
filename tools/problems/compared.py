"""What locations hold, side by side, and in what they differ. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tools.organisation import Build, Part
from tools.place_names import Location
from tools.places import Tree
from tools.problems.builds import PARTS, STANDARD_PARTS, Counts, Standard, count, counted, held, standard, usual
from tools.problems.problem import Row, name

_TOLD = 3  # differences of a part that a sentence names
_NOUNS = {"devices": "Devices", "models": "Models", "vlans": "VLANs", "prefixes": "Prefixes", "circuits": "Circuits"}


@dataclass(frozen=True)
class Line:
    """One thing, and how many of it each location has."""

    part: str  # a `Part`, or "models": those of the devices of a role whose models differ
    what: str
    counts: tuple[int, ...]
    expected: Standard | None = None  # with one location: what is usual for its type

    @property
    def differs(self) -> bool | None:
        """Whether the locations differ, or the one from what is usual; None where nothing is usual."""
        if len(self.counts) > 1:
            return len(set(self.counts)) > 1
        return None if self.expected is None else not self.expected.number.holds(self.counts[0])


def side_by_side(records: Mapping[Part, Sequence[Row]], places: Sequence[Location], tree: Tree) -> list[Line]:
    """Return what two or more locations hold, what differs first.

    Prefixes are alike by role, VLAN and length, wherever they lie: 10.1.11.0/24 at one site is 10.2.11.0/24 at another.
    """
    lines = _lines(held(records, tree, _finely), places)
    models: dict[str, list[Line]] = defaultdict(list)
    for line in _lines(held({"devices": records.get("devices", ())}, tree, _model), places):
        models[line.what.partition(": ")[0]].append(Line("models", line.what, line.counts))
    lines += [line for own in models.values() if _vary(own) for line in own]
    return _sorted(lines)


def with_standard(
    records: Mapping[Part, Sequence[Row]],
    place: Location,
    alike: Sequence[Location],
    tree: Tree,
    build: Build | None,
    parts: Iterable[Part],
) -> list[Line]:
    """Return what one location holds beside what is usual for its type, what differs first."""
    counts, wanted = held(records, tree), set(parts)
    expected = standard(alike, counts, build)
    own = counts.get(place.id, Counts())
    keys = {key for key in (*expected, *own) if key[0] in wanted}
    lines = []
    for part, what in keys:
        usually = expected.get((part, what))
        if usually and usually.of and part not in STANDARD_PARTS:
            usually = None  # how many circuits or racks most have is no rule
        if own[part, what] or (usually and (usually.number.least or not usually.of)):
            lines.append(Line(part, what, (count(own, (part, what)),), usually))
    return _sorted(lines)


def told(lines: Sequence[Line], names: Sequence[str]) -> str:
    """Return in sentences in what the locations differ; nothing where they do not."""
    sentences = []
    for part in dict.fromkeys(line.part for line in lines):
        different = [_difference(line, names) for line in lines if line.part == part and line.differs]
        if different:
            more = f" and {len(different) - _TOLD} more" if len(different) > _TOLD else ""
            sentences.append(f"{_NOUNS.get(part, part.capitalize())}: {'; '.join(different[:_TOLD])}{more}.")
    return " ".join(sentences)


def _vary(models: Sequence[Line]) -> bool:
    """Say whether locations that have devices of a role have them of other models."""
    used = {tuple(bool(number) for number in at) for at in zip(*(line.counts for line in models), strict=True)}
    return len({one for one in used if any(one)}) > 1


def _difference(line: Line, names: Sequence[str]) -> str:
    if line.expected:
        part: Part = next(one for one in PARTS if one == line.part)
        usual_number = str(line.expected.number) if line.expected.number.most != 0 else "none"
        wanted = "usually" if line.expected.of else "should be"
        return f"{counted(line.counts[0], (part, line.what))}, {wanted} {usual_number}"
    there = [at for at, number in enumerate(line.counts) if number]
    if len(there) == 1:
        number = line.counts[there[0]]
        return f"only {names[there[0]]} has {f'{number} ' if number > 1 or line.part != 'vlans' else ''}{line.what}"
    return f"{line.what} {', '.join(f'{number} at {name}' for number, name in zip(line.counts, names, strict=True))}"


def _lines(counts: Mapping[str, Counts], places: Sequence[Location]) -> list[Line]:
    own = [counts.get(place.id, Counts()) for place in places]
    keys = dict.fromkeys(key for one in own for key in one)
    return [Line(part, what, tuple(one[part, what] for one in own)) for part, what in keys]


def _sorted(lines: Iterable[Line]) -> list[Line]:
    order = [*PARTS[:1], "models", *PARTS[1:]]
    return sorted(lines, key=lambda line: (not line.differs, order.index(line.part), line.what))


def _finely(part: Part, row: Row) -> str:
    match part:
        case "prefixes" if row.get("vlan"):
            return f"{usual(part, row)} in VLAN {row['vlan']['vid']} {row['vlan']['name']}"
        case "circuits":
            return ", ".join(word for word in (usual(part, row), name(row, "provider"), _rate(row)) if word)
        case _:
            return usual(part, row)


def _model(part: Part, row: Row) -> str:
    return f"{usual(part, row)}: {(row.get('device_type') or {}).get('model') or 'no model'}"


def _rate(row: Row) -> str:
    """Return the committed rate of a circuit, which Nautobot keeps in kbit/s, as people write it."""
    rate = row.get("commit_rate")
    if not rate:
        return ""
    for size, unit in ((1_000_000, "Gbit/s"), (1_000, "Mbit/s")):
        if rate % size == 0:
            return f"{rate // size} {unit}"
    return f"{rate} kbit/s"
