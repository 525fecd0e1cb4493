"""What a fact is before it is reported, and what stands around it. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from chainlit_app.check.binding import Placed
from chainlit_app.check.claims import Going
from chainlit_app.check.mentions import Mention
from chainlit_app.check.numbers import Number
from chainlit_app.turn import Verdict

NAMING = ("net", "device", "interface", "circuit", "serial", "location", "vlan", "rack", "area")  # things
EXAMPLES = ("device", "interface", "circuit", "net", "serial")  # may be named beside a number as one of so many
SAID_OF_ALL = ("role", "status", "type", "model", "manufacturer", "platform", "provider")

Groups = dict[str, list[Placed[Mention]]]  # the names of a clause by kind


class Cited(NamedTuple):
    """The sources that a part of a text names."""

    numbers: tuple[int, ...] = ()
    firm: bool = False  # right behind it in the same sentence, not only near it


class Found(NamedTuple):
    """One fact, where it stands and what it is worth."""

    start: int
    end: int
    kind: str
    verdict: Verdict
    source: int | None
    where: str
    cited: Cited
    name: str = ""  # the form in which it was looked up


@dataclass
class Context:
    """What was spoken of before, and still is where a clause begins with "it" or stands in a list under it."""

    subject: Sequence[Mention] = ()
    above: Sequence[Mention] = ()  # of the heading or the sentence that a list stands under
    going: Going = field(default_factory=Going)  # what the number before counts
    things: Sequence[Mention] = ()  # that the clause before names
    numbers: Sequence[Number] = ()  # those of the sentence before


def elsewhere(verdict: Verdict, source: int | None, cited: Cited) -> Verdict:
    """Return the verdict, which is another where a source is cited that does not hold the fact."""
    if verdict != "not_found" and source is not None and cited.firm and cited.numbers and source not in cited.numbers:
        return "elsewhere"
    return verdict


def group_kind(name: Mention) -> str:
    """Return the kind by which names are told apart: prefixes and addresses are one."""
    return "net" if name.kind in ("prefix", "address") else name.kind


class CitedAt:
    """Says which sources are cited for a place in a text."""

    def __init__(self, chips: Sequence[tuple[int, int, tuple[int, ...]]], around: Cited) -> None:
        self.sentence_end = 0  # set for each sentence of a block, for the brackets are the same ones
        self._around = around
        self._starts, self._ends = [chip[0] for chip in chips], [chip[1] for chip in chips]
        self._firm = [Cited(chip[2], firm=True) for chip in chips]
        self._near = [Cited(chip[2]) for chip in chips]

    def __call__(self, item: Mention | Number) -> Cited:
        """Return what is cited for an item: the next bracket behind it, else one near it."""
        at = bisect_left(self._starts, item.end)
        if at < len(self._firm):
            return (self._firm if self._starts[at] <= self.sentence_end else self._near)[at]
        before = bisect_right(self._ends, item.start)
        return self._near[before - 1] if before else self._around
