"""The numbers of a clause, each with what the sources say of it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chainlit_app.check.binding import Placed, readings
from chainlit_app.check.clauses import Clause
from chainlit_app.check.counting import NOT_FOUND, Figured, figured, in_one_row
from chainlit_app.check.counts import Count, Terms, counts
from chainlit_app.check.evidence import Evidence
from chainlit_app.check.mentions import Mention
from chainlit_app.check.numbers import Number
from chainlit_app.check.said import (
    EXAMPLES,
    NAMING,
    SAID_OF_ALL,
    CitedAt,
    Context,
    Found,
    Groups,
    elsewhere,
    group_kind,
)

_MOST_NUMBERS = 12  # of a clause, from which another may follow
_SAID_OF_A_PART = (*SAID_OF_ALL, "location type", *EXAMPLES)


@dataclass
class Amounts:
    """Looks numbers up with the names that stand around them."""

    text: str
    evidence: Evidence
    terms: Terms

    def found(self, clause: Clause, groups: Groups, cited: CitedAt, context: Context) -> Iterator[Found]:
        """Yield the numbers of a clause that are claims, and what they are worth."""
        own: list[Count] = [*counts(self.text, clause.words, clause.items, self.terms), *clause.counted]
        parts = [count for at, count in enumerate(own) if not (at and own[at - 1].of)]
        placed = [Placed(one.number.start, one.number.end, (one,)) for one in parts]
        bound = self._bound(clause, placed, groups, context)
        last: list[Placed[Mention]] = []
        numbers = [item for item in clause.items if isinstance(item, Number)][:_MOST_NUMBERS]
        for at, count in enumerate(own):
            filters = bound.get(count, last)
            last = filters
            number = count.number
            if number.start in clause.denied and not number.percent:
                continue
            found = self._figured(count, filters, cited(number).numbers, numbers, own, at)
            verdict = elsewhere(found.verdict, found.source, cited(number))
            kind = "percentage" if number.percent else "count"
            yield Found(number.start, number.end, kind, verdict, found.source, found.where, cited(number))

    def _bound(
        self,
        clause: Clause,
        placed: Sequence[Placed[Count]],
        groups: Groups,
        context: Context,
    ) -> dict[Count, list[Placed[Mention]]]:
        bound: dict[Count, list[Placed[Mention]]] = {one.members[0]: [] for one in placed}
        if not placed:
            return bound
        for own in groups.values():
            ahead = [group for group in own if group.start < placed[0].start]
            here = ahead if len(placed) == 1 and 0 < len(ahead) < len(own) else own
            for subject, said in readings(placed, here, self.text)[0]:
                bound[subject.members[0]].append(said)
        before = context.subject if clause.refers else context.above
        if before and not any(kind in groups for kind in NAMING):
            for filters in bound.values():
                filters.append(Placed(-1, -1, tuple(before)))
        return bound

    def _figured(
        self,
        count: Count,
        filters: list[Placed[Mention]],
        cited: Sequence[int],
        numbers: Sequence[Number],
        own: Sequence[Count],
        at: int,
    ) -> Figured:
        found = figured(count, filters, cited, self.evidence)
        dropped = _SAID_OF_A_PART if at and own[at - 1].of else EXAMPLES
        fewer = [group for group in filters if group_kind(group.members[0]) not in dropped]
        if found is NOT_FOUND and len(fewer) < len(filters):
            found = figured(count, fewer, cited, self.evidence)
        if found is NOT_FOUND:
            found = (
                _from_others(count, numbers)
                or in_one_row(count, own[:_MOST_NUMBERS], cited, self.evidence)
                or NOT_FOUND
            )
        return found


def _from_others(count: Count, numbers: Sequence[Number]) -> Figured | None:
    """Return a number that follows from others of its clause: 12 of 23 are 52 %, and the other 11 are the rest."""
    values = [one.value for one in numbers if one is not count.number and not one.percent]
    for low in values:
        for high in values:
            if high <= 0 or low > high:
                continue
            if count.number.percent and count.number.fits(100 * low / high):
                return Figured("derived", None, f"{low:,.15g} of {high:,.15g}")
            if count.rest and count.number.fits(high - low):
                return Figured("derived", None, f"{high:,.15g} less {low:,.15g}")
    return None
