"""A turn as one JSON object: what `sextant ask --json` prints (docs/ask.schema.json). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chainlit_app.turn import Source, ToolFinished, TurnEnded, TurnOutcome
from tools.models import Cell, Mode, Value


class StepRecord(Value):
    """One tool call."""

    tool: str
    arguments: dict[str, Any] | None  # None: what the model sent was no JSON object
    seconds: float
    shown: int  # rows that the model saw
    total: int
    source: int | None  # the number of the source it gave
    error: str | None


class SourceRecord(Value):
    """Where facts of the answer come from, with all their rows."""

    number: int
    tool: str
    arguments: dict[str, Any]
    query: str | None  # the query file that gave the rows
    variables: dict[str, Any]
    retrieved_at: datetime | None
    links: list[str | None]  # one a row
    columns: list[str]
    rows: list[list[Cell]]


class UsageRecord(Value):
    """Tokens, as the model's provider counts them."""

    input_tokens: int
    output_tokens: int
    cost: float | None


class TurnRecord(Value):
    """One question and what came of it."""

    question: str
    answer: str
    outcome: TurnOutcome
    mode: Mode | None  # None: no data was read
    steps: list[StepRecord]
    sources: list[SourceRecord]
    files: list[str]  # the CSV files that were written
    usage: UsageRecord
    model: str


@dataclass
class Recorder:
    """Notes the steps of a turn while it runs."""

    question: str
    _steps: list[StepRecord] = field(default_factory=list)

    def note(self, finished: ToolFinished) -> None:
        """Keep a finished call."""
        answer = finished.result.answer
        self._steps.append(
            StepRecord(
                tool=finished.call.name,
                arguments=finished.call.arguments,
                seconds=round(finished.result.seconds, 4),
                shown=answer.shown if answer else 0,
                total=answer.total if answer else 0,
                source=finished.source.number if finished.source else None,
                error=_error(finished),
            )
        )

    def record(self, ended: TurnEnded, files: Sequence[str] = ()) -> TurnRecord:
        """Return the turn as it is printed."""
        return TurnRecord(
            question=self.question,
            answer=ended.text,
            outcome=ended.outcome,
            mode=ended.mode,
            steps=list(self._steps),
            sources=[_source(source) for source in ended.sources],
            files=list(files),
            usage=UsageRecord(
                input_tokens=ended.usage.input_tokens,
                output_tokens=ended.usage.output_tokens,
                cost=ended.usage.cost,
            ),
            model=ended.model,
        )


def _error(finished: ToolFinished) -> str | None:
    result = finished.result
    if result.error or not result.failed:
        return result.error
    return result.answer.summary if result.answer else result.text


def _source(source: Source) -> SourceRecord:
    origin = source.answer.source
    query = origin.queries[0] if origin and origin.queries else None
    return SourceRecord(
        number=source.number,
        tool=source.call.name,
        arguments=source.call.arguments or {},
        query=query.file if query else None,
        variables=query.variables if query else {},
        retrieved_at=origin.retrieved_at if origin else None,
        links=source.table.links,
        columns=source.table.columns,
        rows=source.table.rows,
    )
