"""The numbers in brackets: which facts they stand for, and what they become. Pure."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from chainlit_app.check.layout import Chip
from chainlit_app.check.said import Found
from chainlit_app.turn import Checked, Fact

Holds = Callable[[Found, int], bool]  # whether a source of this number holds a fact


@dataclass(frozen=True)
class Group:
    """Brackets that stand side by side: "[1] [2]"."""

    start: int
    end: int
    numbers: tuple[int, ...]
    valid: tuple[int, ...]  # those that a source has


def grouped(text: str, chips: Sequence[Chip], known: Collection[int]) -> list[Group]:
    """Return chips that stand side by side as one."""
    runs: list[list[Chip]] = []
    for chip in chips:
        if runs and not text[runs[-1][-1].end : chip.start].strip(" ,"):
            runs[-1].append(chip)
        else:
            runs.append([chip])
    return [_group(run, known) for run in runs]


def _group(run: Sequence[Chip], known: Collection[int]) -> Group:
    numbers = tuple(number for chip in run for number in chip.numbers)
    return Group(run[0].start, run[-1].end, numbers, tuple(number for number in numbers if number in known))


def corrected(
    text: str, found: Sequence[Found], groups: Sequence[Group], known: Collection[int], holds: Holds
) -> Checked:
    """Return the text with the numbers that hold its facts, and its facts where they stand then."""
    pieces: list[str] = []
    moved: list[tuple[int, int]] = []  # from this place of the old text on, so far
    removed: list[int] = []
    at = changes = shift = 0
    facts = sorted(found, key=lambda fact: (fact.start, -fact.end))
    covered = _covered(facts, groups)
    for place, group in enumerate(groups):
        gone = [number for number in group.numbers if number not in known]
        numbers = _numbers(group, covered[place], holds)
        removed += gone
        if numbers == list(group.numbers):
            continue
        changes += sum(1 for number in numbers if number not in group.valid)
        start, new = group.start, " ".join(f"[{number}]" for number in numbers)
        if not numbers and text[start - 1 : start] == " ":
            start -= 1
        pieces += [text[at:start], new]
        shift += len(new) - (group.end - start)
        at = group.end
        moved.append((group.end, shift))
    pieces.append(text[at:])
    whole = "".join(pieces)
    return Checked(whole, list(_placed(facts, moved, whole)), removed, changes, bool(facts) and not known)


def _covered(facts: Sequence[Found], groups: Sequence[Group]) -> list[list[Found]]:
    """Return the facts for which each group stands: those that cite it, up to the group before."""
    covered: list[list[Found]] = [[] for _ in groups]
    place = 0
    for fact in facts:
        while place < len(groups) and groups[place].start < fact.end:
            place += 1
        if place < len(groups) and fact.cited.firm and fact.cited.numbers == groups[place].valid:
            covered[place].append(fact)
    return covered


def _numbers(group: Group, facts: Sequence[Found], holds: Holds) -> list[int]:
    """Return the numbers that a group should have."""
    elsewhere = list(dict.fromkeys(fact.source for fact in facts if fact.verdict == "elsewhere" and fact.source))
    if not elsewhere:
        return list(dict.fromkeys(group.valid))
    # What the other source holds as well is no reason to keep a number: a site's name stands in all of them.
    own = [
        fact for fact in facts if fact.verdict in ("found", "derived") and not any(holds(fact, n) for n in elsewhere)
    ]
    return list(dict.fromkeys(group.valid)) if own else elsewhere  # what holds a part of it is no wrong number


def _placed(facts: Sequence[Found], moved: Sequence[tuple[int, int]], text: str) -> Iterator[Fact]:
    at = shift = 0
    for fact in facts:
        while at < len(moved) and moved[at][0] <= fact.start:
            shift = moved[at][1]
            at += 1
        start, end = fact.start + shift, fact.end + shift
        yield Fact(text[start:end], start, end, fact.kind, fact.verdict, fact.source, fact.where)
