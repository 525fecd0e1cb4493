"""A turn as one JSON object: what `sextant ask --json` prints (docs/ask.schema.json). Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chainlit_app.conversation import Step, Turn
from chainlit_app.record_parts import CheckRecord, UsageRecord, seconds_kept
from chainlit_app.turn import Source, ToolResult, TurnOutcome
from tools.models import Cell, Mode, Value


class StepRecord(Value):
    """One tool call."""

    tool: str
    arguments: dict[str, Any] | None  # None: what the model sent was no JSON object
    seconds: float
    shown: int  # rows that the model saw
    total: int
    more: int | None  # rows beyond these, of a list that was cut; null: not known how many, or whether any
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
    more: int | None  # as in the step
    digest: str  # SHA-256 of the rows, as chainlit_app/digest.py says


class TurnRecord(Value):
    """One question and what came of it."""

    question: str
    answer: str
    outcome: TurnOutcome
    mode: Mode | None  # None: no data is in the answer
    steps: list[StepRecord]
    sources: list[SourceRecord]
    files: list[str]  # the CSV files that were written
    usage: UsageRecord
    model: str
    check: CheckRecord | None  # None: there was nothing to check


def record(turn: Turn, files: Sequence[str] = ()) -> TurnRecord:
    """Return a turn that has ended as it is printed."""
    ended = turn.ended
    if ended is None:
        raise ValueError("this turn still runs")
    return TurnRecord(
        question=turn.question,
        answer=ended.text,
        outcome=ended.outcome,
        mode=ended.mode,
        steps=[_step(step) for step in turn.steps],
        sources=[_source(source) for source in turn.sources],
        files=list(files),
        usage=UsageRecord.of(ended.usage),
        model=ended.model,
        check=CheckRecord.of(ended.check) if ended.check else None,
    )


def _step(step: Step) -> StepRecord:
    answer = step.result.answer
    return StepRecord(
        tool=step.call.name,
        arguments=step.call.arguments,
        seconds=seconds_kept(step.result.seconds),
        shown=answer.shown if answer else 0,
        total=answer.total if answer else 0,
        more=answer.more if answer else 0,
        source=step.source,
        error=_error(step.result),
    )


def _error(result: ToolResult) -> str | None:
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
        more=source.answer.more,
        digest=source.digest,
    )
