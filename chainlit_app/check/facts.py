"""The facts of a clause or a table row, each with what the sources say of it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from chainlit_app.check.binding import Placed, readings
from chainlit_app.check.clauses import Clause
from chainlit_app.check.counting import NOT_FOUND, Figured, figured, in_one_row
from chainlit_app.check.counts import Count, Terms, counts
from chainlit_app.check.evidence import Evidence, Fit
from chainlit_app.check.mentions import Mention, joined
from chainlit_app.check.numbers import Number
from chainlit_app.turn import Verdict

_NAMING = ("net", "device", "interface", "circuit", "serial", "location", "vlan", "rack", "area")  # things, not what is said
_EXAMPLES = ("device", "interface", "circuit", "net", "serial")  # may be named beside a number as one of so many
_ALL = {"all", "every", "each", "both", "only"}
_OF_ALL = {"are", "is", "in", "of", "type", "status", "have", "has", "role", "the", "with", "as", "them", "these"}
_ENGLISH = ("status", "role", "type", "location type", "namespace", "name", "vlan", "tenant", "mode", "face")


@dataclass(frozen=True)
class Cited:
    """The sources that a part of a text names."""

    numbers: tuple[int, ...] = ()
    firm: bool = False  # right behind it in the same sentence, not only near it


@dataclass(frozen=True)
class Found:
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


@dataclass
class Judge:
    """Judges the facts of one answer."""

    text: str
    evidence: Evidence
    terms: Terms
    cited: Mapping[int, Cited] = field(default_factory=dict)

    def clause(self, clause: Clause, cited: "CitedAt", context: Context) -> Iterator[Found]:
        """Yield the facts of a clause."""
        names = [item for item in clause.items if isinstance(item, Mention)]
        groups = self._groups(names, clause)
        subject = self._subject(groups, context, clause)
        fits = self._fits(groups, subject, clause, cited)
        misplaced = self._misplaced(subject, groups, context, cited)
        for name in names:
            found = self._name(name, fits.get(name), misplaced.get(name), clause, cited(name))
            if found:
                yield found
        yield from self._counts(clause, groups, cited, context)
        if any(kind in groups for kind in _NAMING) and subject:
            context.subject = subject[0].members if len(subject[0].members) == 1 else ()

    def _groups(self, names: Sequence[Mention], clause: Clause) -> dict[str, list[Placed[Mention]]]:
        by_kind: dict[str, list[Mention]] = {}
        for name in names:
            if name.start not in clause.denied:
                by_kind.setdefault(_group_kind(name), []).append(name)
        return {
            kind: [Placed(run[0].start, run[-1].end, tuple(run)) for run in joined(own, clause.words)]
            for kind, own in by_kind.items()
        }

    def _subject(
        self, groups: Mapping[str, list[Placed[Mention]]], context: Context, clause: Clause
    ) -> list[Placed[Mention]]:
        """Return the groups of the kind that tells one row from the others."""
        naming = [kind for kind in _NAMING if kind in groups]
        before = context.subject if clause.refers else context.above
        if not naming and before:
            return [Placed(-1, -1, tuple(before))]
        order = naming or list(groups)
        if not order:
            return []
        return groups[min(order, key=lambda kind: (self._rows(groups[kind]), _many(groups[kind]), order.index(kind)))]

    def _rows(self, groups: Sequence[Placed[Mention]]) -> int:
        """Return how many rows a name of these stands in, at the least."""
        counted = [
            mask.bit_count()
            for group in groups[:4]
            for name in group.members[:4]
            for index in self.evidence.indexes
            if (mask := self.evidence.mask(index, name) & index.all_rows)
        ]
        return min(counted, default=1 << 60)

    def _fits(
        self,
        groups: Mapping[str, list[Placed[Mention]]],
        subject: Sequence[Placed[Mention]],
        clause: Clause,
        cited: "CitedAt",
    ) -> dict[Mention, Fit]:
        """Return for each name that is said of the subject whether a row holds both."""
        fits: dict[Mention, Fit] = {}
        for own in groups.values():
            said = [group for group in own if not _is_counted(group, clause)]
            if not subject or own is subject or not said:
                continue
            tried = [self._reading(pairs, cited) for pairs in readings(subject, said, self.text)]
            best = next((one for one in tried if all(fit.word != "apart" for fit in one.values())), tried[0])
            fits |= best
        return fits

    def _reading(
        self, pairs: Sequence[tuple[Placed[Mention], Placed[Mention]]], cited: "CitedAt"
    ) -> dict[Mention, Fit]:
        fits: dict[Mention, Fit] = {}
        for subject, said in pairs:
            for name in said.members:
                for one, fit in self._with_all(subject, name, cited, alone=len(said.members) == 1):
                    if one not in fits or fits[one].word != "apart":
                        fits[one] = fit
        return fits

    def _with_all(
        self, subject: Placed[Mention], name: Mention, cited: "CitedAt", *, alone: bool
    ) -> Iterator[tuple[Mention, Fit]]:
        """Yield what comes of a name that is said of several things; where it is not true of some, those are wrong."""
        fits = [(one, self.evidence.fit(one, name, cited(name).numbers)) for one in subject.members]
        together = next((fit for _, fit in fits if fit.word == "together"), None)
        apart = [(one, fit) for one, fit in fits if fit.word == "apart"]
        if together:
            yield name, together
            yield from apart if alone else ()
        else:
            yield name, apart[0][1] if apart else fits[0][1]

    def _misplaced(
        self,
        subject: Sequence[Placed[Mention]],
        groups: Mapping[str, list[Placed[Mention]]],
        context: Context,
        cited: "CitedAt",
    ) -> dict[Mention, Fit]:
        """Return the things of a list that are not of the place which the list is said to be of."""
        places = [name for name in context.above if name.kind in ("location", "area")]
        if len(places) != 1 or "location" in groups or "area" in groups:
            return {}
        fits = {
            name: self.evidence.fit(name, places[0], cited(name).numbers)
            for group in subject
            for name in group.members
            if group.start >= 0
        }
        return {name: fit for name, fit in fits.items() if fit.word == "apart"}

    def _name(
        self, name: Mention, fit: Fit | None, misplaced: Fit | None, clause: Clause, cited: Cited
    ) -> Found | None:
        denied = name.start in clause.denied
        wrong = misplaced or (fit if fit and fit.word == "apart" else None) or self._not_all(name, clause, cited)
        if wrong and not denied:
            return self._found(name, "not_found", wrong.source, wrong.where, cited)
        source, where = (fit.source, fit.where) if fit and fit.word == "together" else (None, "")
        if source is None:
            holder = self.evidence.holder(name, cited.numbers)
            if holder:
                source, where = holder.number, holder.where(name.key)
        if source is None and (denied or (name.plain and name.kind in _ENGLISH)):
            return None
        if source is None:
            return self._found(name, "not_found", None, "", cited)
        return self._found(name, "found", source, where, cited)

    def _not_all(self, name: Mention, clause: Clause, cited: Cited) -> Fit | None:
        """Return where "all are Active" is wrong."""
        before = (word.key for word in reversed(clause.words[max(0, name.first - 4) : name.first]))
        every = next((word for word in before if word not in _OF_ALL), "")
        if name.kind not in ("role", "status", "type") or every not in _ALL:
            return None
        for index in self.evidence.in_order(cited.numbers):
            own = self.evidence.mask(index, name) & index.all_rows
            if own and index.complete:
                rest = index.rows - own.bit_count()
                return Fit("apart", index.number, f"{rest:,} of {index.rows:,} rows say otherwise") if rest else None
        return None

    def _found(self, name: Mention, verdict: Verdict, source: int | None, where: str, cited: Cited) -> Found:
        return Found(
            name.start, name.end, name.kind, _elsewhere(verdict, source, cited), source, where, cited, name.key
        )

    def _counts(
        self, clause: Clause, groups: Mapping[str, list[Placed[Mention]]], cited: "CitedAt", context: Context
    ) -> Iterator[Found]:
        own: list[Count] = [*counts(self.text, clause.words, clause.items, self.terms), *clause.counted]
        parts = [count for at, count in enumerate(own) if not (at and own[at - 1].of)]
        placed = [Placed(one.number.start, one.number.end, (one,)) for one in parts]
        bound = self._bound(clause, placed, groups, context)
        last: list[Placed[Mention]] = []
        for count in own:
            filters = bound.get(count, last)
            last = filters
            number = count.number
            if number.start in clause.denied and not number.percent:
                continue
            found = self._figured(count, filters, cited(number).numbers, own)
            verdict = _elsewhere(found.verdict, found.source, cited(number))
            kind = "percentage" if number.percent else "count"
            yield Found(number.start, number.end, kind, verdict, found.source, found.where, cited(number))

    def _bound(
        self,
        clause: Clause,
        placed: Sequence[Placed[Count]],
        groups: Mapping[str, list[Placed[Mention]]],
        context: Context,
    ) -> dict[Count, list[Placed[Mention]]]:
        bound: dict[Count, list[Placed[Mention]]] = {one.members[0]: [] for one in placed}
        if not placed:
            return bound
        for own in groups.values():
            for subject, said in readings(placed, own, self.text)[0]:
                bound[subject.members[0]].append(said)
        before = context.subject if clause.refers else context.above
        if before and not any(kind in groups for kind in _NAMING):
            for filters in bound.values():
                filters.append(Placed(-1, -1, tuple(before)))
        return bound

    def _figured(
        self, count: Count, filters: list[Placed[Mention]], cited: Sequence[int], own: Sequence[Count]
    ) -> Figured:
        found = figured(count, filters, cited, self.evidence)
        fewer = [group for group in filters if _group_kind(group.members[0]) not in _EXAMPLES]
        if found is NOT_FOUND and len(fewer) < len(filters):
            found = figured(count, fewer, cited, self.evidence)
        if found is NOT_FOUND:
            found = _from_others(count, own) or in_one_row(count, own, cited, self.evidence) or NOT_FOUND
        return found


def _many(groups: Sequence[Placed[Mention]]) -> int:
    return sum(len(group.members) for group in groups)


def _is_counted(group: Placed[Mention], clause: Clause) -> bool:
    """Say whether a number stands right before a name: then it is looked up with that number."""
    first = group.members[0].first
    return any(isinstance(item, Number) and item.last == first - 1 for item in clause.items)


def _from_others(count: Count, own: Sequence[Count]) -> Figured | None:
    """Return a number that follows from others of its clause: 12 of 23 are 52 %, and the other 11 are the rest."""
    values = [one.number.value for one in own if one is not count and not one.number.percent][:12]
    for low in values:
        for high in values:
            if high <= 0 or low > high:
                continue
            if count.number.percent and count.number.fits(100 * low / high):
                return Figured("derived", None, f"{low:,.15g} of {high:,.15g}")
            if count.rest and count.number.fits(high - low):
                return Figured("derived", None, f"{high:,.15g} less {low:,.15g}")
    return None


def _elsewhere(verdict: Verdict, source: int | None, cited: Cited) -> Verdict:
    if verdict != "not_found" and source is not None and cited.firm and cited.numbers and source not in cited.numbers:
        return "elsewhere"
    return verdict


def _group_kind(name: Mention) -> str:
    return "net" if name.kind in ("prefix", "address") else name.kind


class CitedAt:
    """Says which sources are cited for a place in a text."""

    def __init__(self, chips: Sequence[tuple[int, int, tuple[int, ...]]], sentence_end: int, around: Cited) -> None:
        self._chips, self._end, self._around = chips, sentence_end, around

    def __call__(self, item: Mention | Number) -> Cited:
        """Return what is cited for an item: the next bracket behind it, else one near it."""
        behind = next((chip for chip in self._chips if chip[0] >= item.end), None)
        if behind:
            return Cited(behind[2], firm=behind[0] <= self._end)
        before = next((chip for chip in reversed(self._chips) if chip[1] <= item.start), None)
        return Cited(before[2]) if before else self._around
