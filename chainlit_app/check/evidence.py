"""What the sources of a conversation say about names, and about names together. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from chainlit_app.check.index import SourceIndex
from chainlit_app.check.mentions import Mention
from chainlit_app.check.vocabulary import Vocabulary
from chainlit_app.check.words import Word, words

_KEYED = ("prefix", "address")
NOTHING = "says nothing of it"
_FEWEST_TOLD = 5  # words that are the words of a tool rather than anybody's


class Fit(NamedTuple):
    """What comes of looking two things up together."""

    word: Literal["together", "apart", "open"]  # open: no source could tell
    source: int | None = None
    where: str = ""


@dataclass
class Evidence:
    """The sources, and how they are asked; what was asked once is kept."""

    indexes: Sequence[SourceIndex]
    vocabulary: Vocabulary
    _masks: dict[tuple[int, str, str], int] = field(default_factory=dict)
    _fewest: dict[tuple[str, str], int] = field(default_factory=dict)
    _fits: dict[tuple[str, str, tuple[int, ...]], Fit] = field(default_factory=dict)
    _orders: dict[tuple[int, ...], Sequence[SourceIndex]] = field(default_factory=dict)

    @property
    def tells_users(self) -> bool:
        """Say whether a source tells who changed what."""
        return any(column.kind == "user" for index in self.indexes for column in index.columns)

    def in_order(self, cited: Sequence[int]) -> Sequence[SourceIndex]:
        """Return the sources that are cited, then the others, the newest first."""
        found = self._orders.get(wanted := tuple(cited))
        if found is None:
            own = [index for index in self.indexes if index.number in cited]
            others = [index for index in reversed(self.indexes) if index.number not in cited]
            found = self._orders[wanted] = [*own, *others]
        return found

    def mask(self, index: SourceIndex, mention: Mention) -> int:
        """Return the rows of a source that hold what is mentioned; a country's are those of its places."""
        wanted = (index.number, mention.key, mention.kind)
        found = self._masks.get(wanted)
        if found is None:
            found = index.mask(mention.key)
            if not found and mention.key == f"no {mention.kind}":
                found = index.without(mention.kind)
            for inside in self._within(mention, index):
                found |= index.mask(inside)
            self._masks[wanted] = found
        return found

    def fewest(self, mention: Mention) -> int:
        """Return in how many rows of a source a name stands, at the least; very many where it stands in none."""
        wanted = (mention.key, mention.kind)
        found = self._fewest.get(wanted)
        if found is None:
            counted = [(self.mask(index, mention) & index.all_rows).bit_count() for index in self.indexes]
            found = self._fewest[wanted] = min(filter(None, counted), default=1 << 60)
        return found

    def _within(self, mention: Mention, index: SourceIndex) -> Sequence[str]:
        if mention.kind == "platform" and not mention.known:  # "IOS-XE" of "Cisco IOS-XE"
            own = (column.values for column in index.columns if column.kind == "platform")
            return [value for values in own for value in values if value.endswith(f" {mention.key}")]
        return sorted(self.vocabulary.within.get(mention.key, ())) if mention.kind == "area" else ()

    def teller(self, run: Sequence[Word]) -> SourceIndex | None:
        """Return the source whose tool says a run of words as it stands; None where none does."""
        wanted = " ".join(word.key for word in run)
        if len(run) < _FEWEST_TOLD:
            return None
        return next((index for index in self.indexes if f" {wanted} " in index.told), None)

    def column_kind(self, name: str) -> str | None:
        """Return the kind of the column that people call so; None where no source has it."""
        found = (column for index in self.indexes for column in index.columns)
        return next((column.kind for column in found if column.name == name and not column.has_nets), None)

    def holder(self, mention: Mention, cited: Sequence[int]) -> SourceIndex | None:
        """Return a source that holds what is mentioned, one that is cited if it can be."""
        held = [index for index in self.in_order(cited) if self.mask(index, mention)]
        if not held or held[0].number in cited:
            return held[0] if held else None
        return next((index for index in held if index.is_about(mention.key, mention.kind)), held[0])

    def fit(self, subject: Mention, said: Mention, cited: Sequence[int]) -> Fit:
        """Return whether a row holds both."""
        wanted = (subject.key, said.key, tuple(cited))
        found = self._fits.get(wanted)
        if found is None:
            found = self._fits[wanted] = self._fit(subject, said, cited)
        return found

    def _fit(self, subject: Mention, said: Mention, cited: Sequence[int]) -> Fit:
        apart: Fit | None = None
        together: Fit | None = None
        for index in self.in_order(cited):
            own = self.mask(index, subject)
            if not own:
                continue
            both = own & self.mask(index, said)
            if both:
                row = both.bit_length()
                if both != 1 << (row - 1):  # the lowest of several; a set of many thousand bits is slow to search
                    row = (both & -both).bit_length()
                where = index.place(row - 1) if row <= index.rows else "the summary"
                together = together or Fit("together", index.number, where)
                if index.number in cited or index.is_about(subject.key, subject.kind):
                    return Fit("together", index.number, where)
            elif apart is None and self._decides(index, own, subject, said):
                apart = Fit("apart", index.number, _instead(index, own, subject, said))
        return together or apart or Fit("open")

    def _names_another(self, index: SourceIndex, row: int, said: Mention) -> bool:
        """Say whether a row's texts name another thing of the kind: "to NYC01-cor001"."""
        cells = index.cells[row.bit_length() - 1]
        texts = [cell for cell, column in zip(cells, index.columns, strict=True) if column.composite and cell]
        found = {word.key for text in texts for word in words(str(text))}
        return any(said.kind in self.vocabulary.kinds(one) for one in found if any(map(str.isdigit, one)))

    def _decides(self, index: SourceIndex, own: int, subject: Mention, said: Mention) -> bool:
        """Say whether a source would hold both in one row if it were so."""
        rows = own & index.all_rows
        alone = rows.bit_count() == 1
        if alone and said.kind in ("device", "location") and self._names_another(index, rows, said):
            return True
        if rows and index.complete and index.counts == "change" and said.kind == "status":
            return True  # what it was and became is written out
        if not rows or next(_of_kind(index, said), None) is None:
            return False
        return alone or (index.complete and said.kind not in index.filtered)


def _of_kind(index: SourceIndex, said: Mention) -> Iterator[int]:
    kinds = {said.kind, *said.kinds}
    for at, column in enumerate(index.columns):
        if column.has_nets if said.kind in _KEYED else column.kind in kinds:
            yield at


def _instead(index: SourceIndex, own: int, subject: Mention, said: Mention) -> str:
    """Return for people what the source says in its place."""
    rows = own & index.all_rows
    row = (rows & -rows).bit_length() - 1
    values = [str(index.cells[row][at]) for at in _of_kind(index, said) if index.cells[row][at] not in (None, "")]
    return f"{index.place(row)} says {', '.join(values[:3])}" if values else f"{index.place(row)} {NOTHING}"
