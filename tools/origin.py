"""Where the rows of a call come from: what it read, and the earlier results that it went on with. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from tools.errors import InvalidRequest
from tools.hidden import told
from tools.models import Mode, QueryRun, Source
from tools.results import Result


class Reading(Protocol):
    """What one query gave, all pages of it."""

    @property
    def rows(self) -> Sequence[Any]: ...
    @property
    def run(self) -> QueryRun: ...
    @property
    def mode(self) -> Mode: ...
    @property
    def url(self) -> str | None: ...
    @property
    def retrieved_at(self) -> datetime: ...
    @property
    def note(self) -> str: ...
    @property
    def hidden(self) -> frozenset[str]: ...
    @property
    def age(self) -> float: ...


def source_of(
    readings: Sequence[Reading], lookups: Sequence[Reading], results: Iterable[Result], hidden: frozenset[str]
) -> Source | None:
    """Return where rows come from: the queries of this call first, then those of earlier results.

    None where nothing was read. `lookups` are readings that only told what names mean.
    """
    earlier = [result.source for result in results if result.source]
    read = [*readings, *lookups]
    origins: list[Reading | Source] = [*readings, *earlier]
    if not read and not earlier:
        return None
    first = (origins or read)[0]
    runs = [reading.run for reading in readings]
    for run in (*(run for source in earlier for run in source.queries), *(reading.run for reading in lookups)):
        if not any(_same(run, one) for one in runs):
            runs.append(run)
    notes = [next((r.note for r in read if r.note), ""), told(hidden), *(source.note for source in earlier)]
    return Source(
        mode=first.mode,
        url=first.url,
        # Names may have been read minutes before: they only say which rows are meant.
        retrieved_at=min(one.retrieved_at for one in origins or read),
        queries=runs,
        note=" ".join(dict.fromkeys(filter(None, notes))),
    )


def age_of(readings: Iterable[Reading]) -> list[str]:
    """Return a note on rows that were kept from an earlier question; none where all were read for this one."""
    oldest = max((reading.age for reading in readings), default=0.0)
    if oldest < _NOW:
        return []
    return [
        f"Kept from an earlier question: read {round(oldest):,} second{'s' * (round(oldest) != 1)} before this one."
    ]


def of_one_kind(read: Sequence[Reading], results: Iterable[Result]) -> None:
    """Raise `InvalidRequest` where demo and live data would meet in one answer."""
    kinds = {result.name: result.source.mode == "live" for result in results if result.source}
    now = {reading.mode == "live" for reading in read}
    if len(now | set(kinds.values())) < 2:
        return
    parts = [f"{name} is {_KINDS[live]}" for name, live in kinds.items()]
    parts += [f"what is read now is {_KINDS[live]}" for live in now]
    raise InvalidRequest(f"Demo and live data are never mixed: {', '.join(parts)}. Get such a result anew.")


_NOW = 1.0  # seconds; what is younger was read at the same time
_KINDS = {True: "live", False: "demo data"}


def _same(run: QueryRun, other: QueryRun) -> bool:
    return (run.file, run.variables, run.text) == (other.file, other.variables, other.text)
