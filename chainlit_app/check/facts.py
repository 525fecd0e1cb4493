"""The facts of a clause or a table row, each with what the sources say of it. Pure."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from chainlit_app.check.amounts import Amounts
from chainlit_app.check.binding import Placed, readings
from chainlit_app.check.claims import Terms
from chainlit_app.check.clauses import Clause
from chainlit_app.check.evidence import NOTHING, Evidence, Fit
from chainlit_app.check.links import unlinked
from chainlit_app.check.mentions import Mention, joined
from chainlit_app.check.numbers import Number
from chainlit_app.check.said import (
    NAMING,
    SAID_OF_ALL,
    Cited,
    CitedAt,
    Context,
    Found,
    Groups,
    elsewhere,
    group_kind,
)
from chainlit_app.check.universal import is_of_some, says_all
from chainlit_app.check.vocabulary import DATE
from chainlit_app.turn import Verdict

_ENGLISH = ("status", "role", "type", "location type", "namespace", "name", "vlan", "tenant", "mode", "face")


@dataclass
class Judge:
    """Judges the facts of one answer."""

    text: str
    evidence: Evidence
    terms: Terms
    listed: bool = False  # a list was read before

    def __post_init__(self) -> None:
        self.amounts = Amounts(self.text, self.evidence, self.terms)

    def clause(self, clause: Clause, cited: CitedAt, context: Context) -> Iterator[Found]:
        """Yield the facts of a clause."""
        names = [item for item in clause.items if isinstance(item, Mention)]
        groups = self._groups(names, clause)
        subject = self._subject(groups, context, clause)
        fits = self._fits(groups, subject, clause, cited) | unlinked(clause, self.evidence, cited)
        misplaced = self._misplaced(subject, groups, context, cited)
        doubted: set[Mention] = set()
        for name in names:
            found = self._name(name, fits.get(name), misplaced.get(name), groups, clause, cited(name))
            if found:
                doubted |= {name} if found.verdict == "not_found" else set()
                yield found
        if clause.counted or len(names) < len(clause.items):
            yield from self.amounts.found(clause, groups, cited, context, doubted)
        if any(kind in groups for kind in NAMING) and subject:
            context.subject = subject[0].members if len(subject[0].members) == 1 else ()
            context.things = [name for name in names if group_kind(name) in NAMING]

    def _groups(self, names: Sequence[Mention], clause: Clause) -> Groups:
        by_kind: dict[str, list[Mention]] = {}
        for name in names:
            if name.start not in clause.denied:
                by_kind.setdefault(group_kind(name), []).append(name)
        return {
            kind: [Placed(run[0].start, run[-1].end, tuple(run)) for run in joined(own, clause.words)]
            for kind, own in by_kind.items()
        }

    def _subject(self, groups: Groups, context: Context, clause: Clause) -> list[Placed[Mention]]:
        """Return the groups of the kind that tells one row from the others."""
        naming = [kind for kind in NAMING if kind in groups]
        before = context.subject if clause.refers else context.above
        if not naming and before:
            return [Placed(-1, -1, tuple(before))]
        order = naming or list(groups)
        if not order:
            return []
        if len(order) == 1:
            return groups[order[0]]
        several = any(_many(groups[kind]) > 1 for kind in order)
        place = {kind: groups[kind][0].start if several else at for at, kind in enumerate(order)}
        return groups[min(order, key=lambda kind: (self._rows(groups[kind]), place[kind]))]

    def _rows(self, groups: Sequence[Placed[Mention]]) -> int:
        """Return how many rows a name of these stands in, at the least."""
        return min(self.evidence.fewest(name) for group in groups[:4] for name in group.members[:4])

    def _fits(
        self,
        groups: Groups,
        subject: Sequence[Placed[Mention]],
        clause: Clause,
        cited: CitedAt,
    ) -> dict[Mention, Fit]:
        """Return for each name that is said of the subject whether a row holds both."""
        fits: dict[Mention, Fit] = {}
        # What a number stands right before is looked up with that number.
        numbers = {item.last for item in clause.items if isinstance(item, Number)}
        for own in groups.values():
            said = [group for group in own if group.members[0].first - 1 not in numbers]
            said = [group for group in said if not (subject and _turns(self.text, subject, group))]
            if clause.unknown and subject:
                said = [group for group in said if group.start > subject[0].start]
            if not subject or own is subject or not said or (clause.compares and _are_places(own, subject)):
                continue
            tried = [self._reading(pairs, cited) for pairs in readings(subject, said, self.text)]
            if _are_places(own, subject) and len(subject) > 1:  # of all that the sentence began with
                tried.append(self._reading([(subject[0], one) for one in said], cited))
            best = min(tried, key=lambda one: sum(fit.word == "apart" for fit in one.values()))
            fits |= best
        return fits

    def _reading(self, pairs: Sequence[tuple[Placed[Mention], Placed[Mention]]], cited: CitedAt) -> dict[Mention, Fit]:
        fits: dict[Mention, Fit] = {}
        for subject, said in pairs:
            for name in said.members:
                for one, fit in self._with_all(subject, name, cited, alone=len(said.members) == 1):
                    if one not in fits or fits[one].word != "apart":
                        fits[one] = fit
        return fits

    def _with_all(
        self, subject: Placed[Mention], name: Mention, cited: CitedAt, *, alone: bool
    ) -> Iterator[tuple[Mention, Fit]]:
        """Yield what comes of a name that is said of several things; where it is not true of some, those are wrong."""
        numbers = cited(name).numbers
        if len(subject.members) == 1:  # most are
            one = subject.members[0]
            fit = self.evidence.fit(one, name, numbers)
            yield (self._wrong(one, name, fit) if alone and fit.word == "apart" else name), fit
            return
        fits = [(one, self.evidence.fit(one, name, numbers)) for one in subject.members]
        if len(fits) == 2 and _is_range(self.text[subject.members[0].end : subject.members[1].start]):
            fits = [(one, fit if fit.word == "together" else Fit("open")) for one, fit in fits]
        together = next((fit for _, fit in fits if fit.word == "together"), None)
        apart = [(one, fit) for one, fit in fits if fit.word == "apart"]
        if together:
            yield name, together
            yield from apart if alone else ()
        elif apart:
            yield (self._wrong(apart[0][0], name, apart[0][1]) if alone else name), apart[0][1]
        else:
            yield name, fits[0][1]

    def _wrong(self, one: Mention, name: Mention, fit: Fit) -> Mention:
        """Return the likelier one of two that are apart: an address that nobody uses, where its device is told."""
        if one.kind == "address" and fit.where.endswith(NOTHING):
            return one
        return max(name, one, key=self._doubt)

    def _doubt(self, name: Mention) -> tuple[bool, bool, bool, int]:
        """Order names by how likely each is the wrong one of two: what no source has, then what is said of the other."""
        unheard = self.evidence.holder(name, ()) is None
        kind = group_kind(name)
        return unheard, kind not in NAMING, kind in ("location", "area", "vlan"), name.start

    def _misplaced(
        self,
        subject: Sequence[Placed[Mention]],
        groups: Groups,
        context: Context,
        cited: CitedAt,
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
        self,
        name: Mention,
        fit: Fit | None,
        misplaced: Fit | None,
        groups: Groups,
        clause: Clause,
        cited: Cited,
    ) -> Found | None:
        denied = name.start in clause.denied
        if name.kind == "role" and self._is_way(name, clause):
            return None
        wrong = (
            misplaced or (fit if fit and fit.word == "apart" else None) or self._not_all(name, groups, clause, cited)
        )
        if wrong and not denied:
            return self._found(name, "not_found", wrong.source, wrong.where, cited)
        if denied:
            return self._denied(name, cited)
        source, where = (fit.source, fit.where) if fit and fit.word == "together" else (None, "")
        if source is None:
            holder = self.evidence.holder(name, cited.numbers)
            if holder:
                source, where = holder.number, holder.where(name.key)
        if source is None and self._is_plain(name):
            return None
        if source is None:
            return self._found(name, "not_found", None, "", cited)
        return self._found(name, "found", source, where, cited)

    def _is_plain(self, name: Mention) -> bool:
        """Say whether a name may be ordinary English: "active", or "the switches" where no source tells of roles."""
        if (name.plain and name.kind in _ENGLISH) or DATE.fullmatch(self.text, name.start, name.end):
            return True
        lower = self.text[name.start : name.end].split()[-1].islower() and name.kind in ("role", "location type")
        indexes = self.evidence.indexes
        return bool(lower and indexes) and not any(c.kind == name.kind for index in indexes for c in index.columns)

    def _is_way(self, name: Mention, clause: Clause) -> bool:
        """Say whether a role only tells whither: "goes down to the access switches" is not said of the subject."""
        if not self.text[name.start : name.end].split()[-1].islower():
            return False
        before = [word.key for word in clause.words[max(0, name.first - 2) : name.first]]
        if before[-1:] in (["per"], ["each"], ["every"]):
            return True
        return bool(_WAYS & set(before[:1])) and before[1:] in (["a"], ["an"], ["the"])

    def _denied(self, name: Mention, cited: Cited) -> Found | None:
        """Return a name of which something is said not to be so: whether a source that is cited has it, no more."""
        holder = self.evidence.holder(name, cited.numbers)
        if holder is None or (cited.numbers and holder.number not in cited.numbers):
            return None
        return self._found(name, "found", holder.number, holder.where(name.key), cited)

    def _not_all(self, name: Mention, groups: Groups, clause: Clause, cited: Cited) -> Fit | None:
        """Return where "all are Active" is wrong."""
        if name.kind not in SAID_OF_ALL or clause.excepts or not says_all(name, clause):
            return None
        if is_of_some(self.text, clause, self.listed):
            return None
        about = [one for kind, own in groups.items() if kind != name.kind for group in own for one in group.members]
        for index in self.evidence.in_order(cited.numbers):
            rows, own = index.all_rows, self.evidence.mask(index, name) & index.all_rows
            if (cited.numbers and index.number not in cited.numbers) or index.counts:
                return None  # problems and changes are of many kinds of things
            for one in about:
                rows &= (self.evidence.mask(index, one) & rows) or rows
            if (own or any(column.kind == name.kind for column in index.columns)) and index.complete and rows:
                rest = (rows & ~own).bit_count()
                where = f"{rest:,} of {rows.bit_count():,} rows say otherwise"
                return Fit("apart", index.number, where) if rest else None
        return None

    def _found(self, name: Mention, verdict: Verdict, source: int | None, where: str, cited: Cited) -> Found:
        return Found(name.start, name.end, name.kind, elsewhere(verdict, source, cited), source, where, cited, name.key)


_WAYS = {"to", "from", "towards", "toward", "on"}
_OTHERS = re.compile(r"\bthe (?:others?|rest|remaining)\b")


def _turns(text: str, subject: Sequence[Placed[Mention]], said: Placed[Mention]) -> bool:
    """Say whether a name is said of the others: "half of them are MPLS, the other half Internet Access"."""
    at = bisect_left(subject, said.start, key=attrgetter("start"))  # a text can name thousands
    before = subject[at - 1] if at else None
    return before is not None and before.start >= 0 and _OTHERS.search(text, before.end, said.start) is not None


def _is_range(between: str) -> bool:
    """Say whether two names are the ends of a range, whose others are not named."""
    return between.strip(" *`_").lower() in ("to", "through", "-", "–", "—", "up to", "until", "up to and including")


def _are_places(one: Sequence[Placed[Mention]], other: Sequence[Placed[Mention]]) -> bool:
    return {one[0].members[0].kind, other[0].members[0].kind} == {"location", "area"}


def _many(groups: Sequence[Placed[Mention]]) -> int:
    return sum(len(group.members) for group in groups)
