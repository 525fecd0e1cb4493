"""From a call to its answer: every failure is an answer too."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sextant.telemetry.request import told
from tools.asking import Ask, Finding, Nautobot
from tools.catalog import CATALOG, RENAMED, Entry
from tools.errors import Question, SourceError
from tools.models import Earlier, Outcome, ResultTable, ToolAnswer
from tools.organisation import NONE, Organisation
from tools.origin import age_of
from tools.progress import Report, watched
from tools.render import fitting, text
from tools.results import About, Results
from tools.tables import MANY, Table

logger = logging.getLogger(__name__)

DEFECT = "The tool has a defect; its log has the details."
FAILED: frozenset[Outcome] = frozenset({"unknown", "gone", "invalid", "not_allowed", "unavailable", "defect"})


@dataclass(frozen=True)
class Answered:
    """An answer, and the text of it that a model reads."""

    answer: ToolAnswer
    text: str

    @property
    def failed(self) -> bool:
        return self.answer.outcome in FAILED


@dataclass(frozen=True)
class Answering:
    """Answers calls of tools from a Nautobot."""

    nautobot: Nautobot
    rows_shown: int = 60
    results: Results = field(default_factory=Results)
    seconds: float = 55
    catalog: Mapping[str, Entry] = field(default_factory=lambda: CATALOG)
    organisation: Organisation = NONE

    async def answer(
        self,
        name: str,
        arguments: Mapping[str, Any],
        turn: str | None = None,
        report: Report | None = None,
        *,
        fresh: bool = False,
        earlier: Mapping[str, Earlier] | None = None,
    ) -> Answered:
        """Return what a tool answers. Never raises but for cancellation. Long reads are told to `report`.

        `earlier`: the results that the arguments may name. `fresh`: from what Nautobot says now, names included, which
        are else kept for a while.
        """
        name = RENAMED.get(name, name)
        entry = self.catalog.get(name)
        if entry is None:
            return _failure(name, "invalid", f"There is no tool '{name}'. There are {', '.join(self.catalog)}.")
        ask = self._ask(turn, earlier)

        async def call() -> Finding:
            nonlocal ask
            ask = self._ask(turn, earlier)  # a fallback runs this twice
            return await entry.call(ask, arguments)

        try:
            async with asyncio.timeout(self.seconds):
                with watched(report):
                    found = await self.nautobot.answering(turn, call, fresh=fresh)
                if len(found.table.rows) < MANY:
                    return self._found(name, arguments, found, ask)
                # Many rows take a while to be written: not on the event loop.
                return await asyncio.to_thread(self._found, name, arguments, found, ask)
        except TimeoutError:
            slow = f"The answer took longer than {self.seconds:.3g} seconds. Ask for less: one location, or one role."
            return _failure(name, "unavailable", slow, ask)
        except SourceError as error:
            sentence = told(str(error)) if error.outcome == "unavailable" else str(error)
            return _failure(name, error.outcome, sentence, ask, error)
        except Exception:
            logger.exception("The tool %s failed", name)
            return _failure(name, "defect", told(DEFECT), ask)

    def _ask(self, turn: str | None, earlier: Mapping[str, Earlier] | None) -> Ask:
        return Ask(self.nautobot, turn, results=self.results, earlier=earlier or {}, organisation=self.organisation)

    def _found(self, name: str, arguments: Mapping[str, Any], found: Finding, ask: Ask) -> Answered:
        source, table = ask.source, found.table
        total = len(table.rows)
        if len(table.places) not in (0, total):
            raise ValueError(f"{len(table.places)} rows have locations, of {total}")
        base = (source.url or "").rstrip("/") if source else ""
        links = [base + link if link else None for link in table.links]
        list_url = base + found.list_page if found.list_page else None
        said = [
            *ask.notes,
            *found.notes,
            *age_of([*ask.readings, *ask.lookups]),
            *_of_fallback(source.note if source else ""),
        ]
        notes = list(dict.fromkeys(said))  # an earlier result may bring a note that this call has as well
        lines = fitting(table, min(found.limit or self.rows_shown, total))
        shown = len(lines) - 1  # the first is the head
        # What is made of a part is a part, unless the tool knows better.
        more = None if found.more == 0 and any(one.more != 0 for one in ask.used.values()) else found.more
        kept = ResultTable(subject=found.subject, columns=table.columns, rows=table.rows, links=links, more=more)
        unshown = [column for column, how in table.shown.items() if how == "never"]
        about = About(name, arguments, source, base, list_url, notes, table.places, ask.hidden, unshown)
        address = self.results.keep(kept, about)
        answer = ToolAnswer(
            tool=name,
            outcome="found" if total else "empty",
            subject=found.subject,
            summary=found.summary,
            total=total,
            more=more,
            shown=shown,
            columns=table.columns,
            rows=table.rows[:shown],
            links=links[:shown],
            list_url=list_url,
            result_uri=address,
            csv_uri=f"{address}.csv",
            file_uri=f"{address}.{found.file}" if found.file else None,
            notes=notes,
            source=source,
        )
        return Answered(answer, text(answer, table, found.narrow, lines))


def _failure(
    name: str, outcome: Outcome, told: str, ask: Ask | None = None, error: Exception | None = None
) -> Answered:
    answer = ToolAnswer(
        tool=name,
        outcome=outcome,
        subject=name.replace("_", " "),
        summary=told,
        candidates=list(error.candidates) if isinstance(error, Question) else [],
        source=ask.source if ask else None,
    )
    return Answered(answer, text(answer, Table()))


def _of_fallback(note: str) -> list[str]:
    return [note] if note else []
