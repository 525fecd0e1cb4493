"""Which attribute is said of which thing: by place in the sentence, as readers do. Pure."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Generic, NamedTuple, TypeVar

from chainlit_app.check.mentions import Mention

T = TypeVar("T")


class Placed(NamedTuple, Generic[T]):
    """Things that are named in one breath, such as "A, B and C", and where."""

    start: int
    end: int
    members: tuple[T, ...]


def readings(
    subjects: Sequence[Placed[T]], said: Sequence[Placed[Mention]], text: str
) -> list[list[tuple[Placed[T], Placed[Mention]]]]:
    """Return the ways to read what is said of which subject, the likeliest first.

    "A is x and B is y" and "x: A; y: B" each have one; where a sentence can be read in two ways, both are returned.
    """
    if not said:
        return [[]]
    if pairs := _in_turn(subjects, said, text):
        return [pairs]
    if len(subjects) == 1:
        return [[(subjects[0], one) for one in said]]
    starts = [subject.start for subject in subjects]
    before = [bisect_left(starts, one.start) for one in said]
    most = len(subjects)
    if most == 1 or all(place == 0 for place in before):
        return [
            [
                (subject, one)
                for one in said
                for subject in subjects
                if subject is subjects[0] or not _opens(text, one, subjects[0])
            ]
        ]
    behind = [(subjects[max(place, 1) - 1], one) for place, one in zip(before, said, strict=True)]
    ahead = list(_ahead(subjects, said, before))
    if all(place == most for place in before) and _every(text, subjects[-1].end, said[0].start):
        return [[(subject, one) for one in said for subject in subjects]]
    if 0 in before and most not in before:
        return [ahead]
    if most in before and 0 not in before:
        return [behind]
    return [behind, ahead]


def _opens(text: str, said: Placed[Mention], subject: Placed[T]) -> bool:
    """Say whether a thing stands in parentheses right behind what is said: "over MPLS (CFI-100314) and"."""
    return text[said.end : subject.start].strip() == "("


def _in_turn(
    subjects: Sequence[Placed[T]], said: Sequence[Placed[Mention]], text: str
) -> list[tuple[Placed[T], Placed[Mention]]]:
    """Return the pairs of "A and B connect to x and y, respectively"."""
    first = max(min(subjects[0].start, said[0].start), 0)
    last = max(subjects[-1].end, said[-1].end) + 24
    if text.find("espectively", first, last) < 0:
        return []
    mine = [(subject, member) for subject in subjects for member in subject.members]
    theirs = [(one, member) for one in said for member in one.members]
    if len(mine) != len(theirs) or len(mine) < 2:
        return []
    return [
        (Placed(a.start, a.end, (mine_one,)), Placed(b.start, b.end, (their_one,)))
        for (a, mine_one), (b, their_one) in zip(mine, theirs, strict=True)
    ]


def _ahead(
    subjects: Sequence[Placed[T]], said: Sequence[Placed[Mention]], before: Sequence[int]
) -> Iterator[tuple[Placed[T], Placed[Mention]]]:
    """Yield what stands before a subject with it, up to the next such word."""
    places = [place for place, _ in groupby(before)]
    ends = dict(zip(places, [*places[1:], len(subjects)], strict=True))
    for place, one in zip(before, said, strict=True):
        for subject in subjects[place : ends[place]]:
            yield subject, one
        if place == len(subjects):
            yield subjects[-1], one


def _every(text: str, start: int, end: int) -> bool:
    between = text[start:end].lower().split()
    return any(word in ("both", "all", "each") for word in between)
