"""The numbers of a clause, each with what the sources say of it. Pure."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from chainlit_app.check.binding import Placed, readings
from chainlit_app.check.claims import Count, Going, Terms
from chainlit_app.check.clauses import Clause
from chainlit_app.check.counting import figured, in_one_row
from chainlit_app.check.counts import counts, with_its_name
from chainlit_app.check.deciding import decidable
from chainlit_app.check.derived import anywhere, compared, excepted, from_others, paired, shared, valued
from chainlit_app.check.evidence import Evidence
from chainlit_app.check.loosely import enumerated, for_each, loosely
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
from chainlit_app.check.scopes import NOT_FOUND, Figured, Filters, scope_of
from chainlit_app.check.supposed import swapped

_BREAK = re.compile(r"[:;,(—–]| and (?:an?|one|the) ")  # over which a number does not reach
_ANOTHER = re.compile(r" and an? ")  # "two WAN routers and a core router"
_AND = re.compile(r",| and ")
_WITH = re.compile(r"[*`_]* (?:with|has|have|holds|uses|at|is at|comes to)(?: only| just| another)? [*`_]*")
_MOST_NUMBERS = 12  # of a clause, from which another may follow
_SAID_OF_A_PART = (*SAID_OF_ALL, "location type", *EXAMPLES)


_BARE = Count(Number(0, 0, 0, 0, 0), frozenset(), frozenset(), frozenset())


@dataclass(frozen=True)
class _Near:
    """What stands around a number."""

    numbers: Sequence[Number]  # of its clause
    own: Sequence[Count]  # those that are claims
    at: int  # its place among them
    before: Sequence[Number]  # of the sentence before
    things: Sequence[Mention]  # of its clause
    things_before: Sequence[Mention]  # of the clause before


@dataclass
class Amounts:
    """Looks numbers up with the names that stand around them."""

    text: str
    evidence: Evidence
    terms: Terms

    def found(
        self, clause: Clause, groups: Groups, cited: CitedAt, context: Context, doubted: Collection[Mention]
    ) -> Iterator[Found]:
        """Yield the numbers of a clause that are claims, and what they are worth; what is doubted says nothing of them."""
        said = list(counts(self.text, clause.words, clause.items, self.terms, context.going))
        own: list[Count] = [*said, *clause.counted]
        numbers = [item for item in clause.items if isinstance(item, Number)]
        bound = self._bound(clause, self._placed(numbers, own), groups, context)
        last: list[Placed[Mention]] = []
        things = [name for kind in NAMING for group in groups.get(kind, ()) for name in group.members]
        things.sort(key=lambda name: name.start)
        before, context.numbers = context.numbers, numbers[:_MOST_NUMBERS] or context.numbers
        of = next((one for one in reversed(said) if one.nouns), None)
        context.going = Going(of.nouns, of.narrow, of.terms) if of else context.going
        plain = [replace(_BARE, number=number) for number in numbers if number not in [one.number for one in own]]
        wrong = {one.number: it for one in [*own, *plain] if (it := self._swapped(one, clause, cited))}
        yield from wrong.values()
        for at, count in enumerate(own):
            filters = last if at and own[at - 1].of else bound.get(count.number, last)
            filters = [*filters, *(Placed(-1, -1, (name,)) for name in count.within)]
            last = filters
            number = count.number
            if number in wrong:
                continue
            if number.start in clause.denied and not number.percent:
                continue
            if count.again and number.value in [
                *(one.value for one in before),
                *(one.number.value for one in own[max(0, at - _MOST_NUMBERS) : at]),
            ]:
                continue  # "of the 58": said before
            if not decidable(count, filters, cited(number).numbers, self.evidence):
                continue
            near = _Near(numbers[:_MOST_NUMBERS], own, at, before, things, context.things)
            found = self._looked_up(count, filters, groups, clause, cited(number).numbers, near)
            if found is NOT_FOUND and _is_open(count, filters, doubted, groups):
                continue
            verdict = elsewhere(found.verdict, found.source, cited(number))
            kind = "percentage" if number.percent else "count"
            start, end = with_its_name(count) if found is NOT_FOUND else (number.start, number.end)
            yield Found(start, end, kind, verdict, found.source, found.where, cited(number))

    def _swapped(self, count: Count, clause: Clause, cited: CitedAt) -> Found | None:
        one = count.number
        tried = ((index.number, swapped(count, clause.words, index)) for index in self.evidence.indexes)
        return next(
            (Found(one.start, one.end, "count", "not_found", *own, cited(one)) for own in tried if own[1]), None
        )

    def _looked_up(
        self,
        count: Count,
        filters: list[Placed[Mention]],
        groups: Groups,
        clause: Clause,
        cited: Sequence[int],
        near: _Near,
    ) -> Figured:
        """Look a number up in every way in which it may be meant, the likeliest first."""
        ways: list[Callable[[], Figured]] = [
            lambda: self._otherwise(count, filters, groups, clause, cited),
            lambda: self._as_opened(count, filters, clause, cited),
            lambda: self._last(count, filters, near.before, near.numbers, cited),
            lambda: for_each(count, filters, cited, self.evidence),
            lambda: loosely(count, near.things, near.things_before, cited, self.evidence),
            lambda: enumerated(count, near.things, self.evidence),
        ]
        if count.compares:
            found = self._compared(count, filters, groups, near.numbers, cited)
            ways = ways[1:3]
        else:
            found = self._figured(count, filters, cited, near.numbers, near.own, near.at)
        for way in ways:
            found = way() if found is NOT_FOUND else found
        return found

    def _compared(
        self, count: Count, filters: Filters, groups: Groups, numbers: Sequence[Number], cited: Sequence[int]
    ) -> Figured:
        """Look a difference up: between two numbers of its clause, or between two things that are named there."""
        things = [group for kind in NAMING for group in groups.get(kind, ())]
        things = things if len(things) > 1 else [group for every in groups.values() for group in every]
        told = from_others(replace(count, rest=count.compares == "less"), numbers[:_MOST_NUMBERS], ())
        return told or compared(count, things, filters, cited, self.evidence)

    def _placed(self, numbers: Sequence[Number], own: Sequence[Count]) -> list[Placed[Number]]:
        """Return the numbers to which names are bound: also those that are no claims, for what is theirs is no other's."""
        behind = {number for one in own if one.of for number in one.linked[one.linked.index(one.number) + 1 :][:1]}
        claims = [one.number for one in own]
        said = [number for number in numbers if not (number.spelled and number.value == 1) or number in claims]
        every = {number.start: number for number in [*said, *claims]}
        return [Placed(one.start, one.end, (one,)) for _, one in sorted(every.items()) if one not in behind]

    def _otherwise(
        self, count: Count, filters: list[Placed[Mention]], groups: Groups, clause: Clause, cited: Sequence[int]
    ) -> Figured:
        """Look a number up in the other ways in which it may be meant."""
        every = [group for own in groups.values() for group in own]
        things = [group for kind in NAMING for group in groups.get(kind, ())]
        if clause.compares:
            found = compared(count, things, filters, cited, self.evidence)
            if found is not NOT_FOUND:
                return found
        found = paired(count, [*filters, *every], cited, self.evidence)
        if found is not NOT_FOUND:
            return found
        beside = [group for group in every if any(one in group.members for one in count.beside)]
        keep = [*beside, *(group for group in filters if group.start > count.number.start and group not in beside)]
        first = [group for group in things if group.start < count.number.start and group not in keep][:1]
        near = [
            group for group in keep if group in beside or not _BREAK.search(self.text, count.number.end, group.start)
        ]
        tried = [[*keep, *first] if not set(map(id, keep)) & set(map(id, things)) else keep, keep]
        tried += [[*near, *first], near] if len(near) < len(keep) else []
        if self.text[count.number.end : count.number.end + 1] == ")":
            tried += [[]]  # what stands behind a parenthesis is not said of what is in it
        if not beside and not self._agree(filters, cited):
            tried += [[group for group in filters if group in things]]
        for one in tried:
            if count.factor and {*map(id, filters)} & {*map(id, things)} - {*map(id, one)}:
                continue  # an amount is of what is named
            if one != filters and (one or count.named or count.number.percent):
                found = figured(count, one, cited, self.evidence)
                if found is not NOT_FOUND:
                    return found
        return anywhere(count, cited, self.evidence) if not things and not filters else NOT_FOUND

    def _as_opened(self, count: Count, filters: Filters, clause: Clause, cited: Sequence[int]) -> Figured:
        """Look a number up in the column with which its sentence opens: "Free addresses: 2,507 in User Voice"."""
        opening = {word.key for word in clause.words[clause.first : clause.first + 2]} & self.terms.columns
        if not opening or count.columns or count.compares or count.number.percent:
            return NOT_FOUND
        return figured(replace(count, columns=frozenset(opening)), filters, cited, self.evidence)

    def _agree(self, filters: Sequence[Placed[Mention]], cited: Sequence[int]) -> bool:
        """Say whether any row has all these names."""
        return any(scope_of(filters, index, self.evidence) for index in self.evidence.in_order(cited))

    def _last(
        self,
        count: Count,
        filters: Sequence[Placed[Mention]],
        before: Sequence[Number],
        numbers: Sequence[Number],
        cited: Sequence[int],
    ) -> Figured:
        """Look for what follows from the sentence before, and for what several rows have alike."""
        if count.number.percent and not filters and not [one for one in numbers if not one.percent]:
            return from_others(count, before, ()) or NOT_FOUND
        if count.number.percent and len(numbers) == 1:
            return from_others(count, before, ()) or NOT_FOUND
        alike = [one.value for one in numbers if one is not count.number]
        return shared(count, alike, cited, self.evidence) if count.each else NOT_FOUND

    def _bound(
        self,
        clause: Clause,
        placed: Sequence[Placed[Number]],
        groups: Groups,
        context: Context,
    ) -> dict[Number, list[Placed[Mention]]]:
        bound: dict[Number, list[Placed[Mention]]] = {one.members[0]: [] for one in placed}
        if not placed:
            return bound
        for every in groups.values():
            own = [group for group in every if group.start not in clause.taken]
            ahead = [group for group in own if group.start < placed[0].start]
            here = ahead if len(placed) == 1 and 0 < len(ahead) < len(own) else own
            for subject, said in readings(placed, here, self.text)[0]:
                if not _ANOTHER.search(self.text, subject.end, max(subject.end, said.start)):
                    bound[self._owner(subject, said, placed).members[0]].append(said)
        before = context.subject if clause.refers else context.above
        if before and not any(kind in groups for kind in NAMING):
            for filters in bound.values():
                filters.append(Placed(-1, -1, tuple(before)))
        return bound

    def _owner(self, number: Placed[Number], said: Placed[Mention], placed: Sequence[Placed[Number]]) -> Placed[Number]:
        """Return the number that a name has: in "A with 2, and B with 5" the second is that of B."""
        behind = next((one for one in placed if one.start > said.end), None)
        if behind is None or number.start > said.start or not _AND.search(self.text, number.end, said.start):
            return number
        return behind if _WITH.fullmatch(self.text, said.end, behind.start) else number

    def _figured(
        self,
        count: Count,
        filters: list[Placed[Mention]],
        cited: Sequence[int],
        numbers: Sequence[Number],
        own: Sequence[Count],
        at: int,
    ) -> Figured:
        if count.but:
            return excepted(count, filters, cited, self.evidence)
        found = figured(count, filters, cited, self.evidence)
        amount = count.factor or count.number.percent  # it is of what is named, and has no examples
        dropped = () if amount else _SAID_OF_A_PART if at and own[at - 1].of else EXAMPLES
        fewer = [
            group
            for group in filters
            if group_kind(group.members[0]) not in dropped
            and not (group.start > count.number.end and _lists(group, count))
            and not (group.members[0].kind == "time" and len(group.members) > 1)  # from one to another
        ]
        if found is NOT_FOUND and len(fewer) < len(filters):
            found = figured(count, fewer, cited, self.evidence)
        if found is NOT_FOUND:
            found = (
                from_others(count, numbers, own[max(0, at - _MOST_NUMBERS) : at])
                or valued(count, own[at + 1 : at + 2], filters, cited, self.evidence)
                or in_one_row(count, own[:_MOST_NUMBERS], filters, cited, self.evidence)
                or NOT_FOUND
            )
        return found


def _is_open(count: Count, filters: Filters, doubted: Collection[Mention], groups: Groups) -> bool:
    """Say whether nobody can tell that a number is wrong: it is a rest, or what it is said of is wrong or not named."""
    if count.compares and sum(len(group.members) for own in groups.values() for group in own) < 2:
        return True
    if count.rest and not count.beside and not count.compares:
        return True
    return any(member in doubted for group in filters for member in group.members)


def _lists(group: Placed[Mention], count: Count) -> bool:
    """Say whether names are some of what is counted: "ten branches (JPB01-JPB10)"."""
    return len(group.members) > 1 and bool({member.kind for member in group.members} & count.nouns)
