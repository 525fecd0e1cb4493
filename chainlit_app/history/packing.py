"""Turns as they are kept: a JSON record, and the rows of its sources apart and packed. Pure."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic_core import from_json

from chainlit_app.archive import FeedbackRecord, LineRecord, TurnRecord
from chainlit_app.record_parts import TableRecord, UsageRecord

UNFINISHED = "Not finished: Sextant ended while it answered. Ask again."


@dataclass(frozen=True)
class PackedRows:
    """The rows of one source."""

    number: int
    count: int
    first: bytes  # what a model was shown
    rows: bytes  # all


@dataclass(frozen=True)
class PackedTurn:
    """A turn that has ended."""

    id: str
    began: float
    question: str
    answer: str
    record: str
    feedback: str | None
    sources: tuple[PackedRows, ...]


def packed(turn: TurnRecord) -> PackedTurn:
    """Return a turn as it is written. It takes as long as it has rows: not for an event loop."""
    return PackedTurn(
        turn.id,
        turn.began.timestamp(),
        turn.question,
        turn.answer,
        turn.without_rows().model_copy(update={"feedback": None}).model_dump_json(),
        turn.feedback.model_dump_json() if turn.feedback else None,
        tuple(
            PackedRows(source.number, len(table.rows), _table(table.first(source.answer.shown)), _table(table))
            for source in turn.sources
            if (table := source.table) is not None
        ),
    )


def unpacked(record: str, feedback: str | None, rows: Mapping[int, bytes]) -> TurnRecord:
    """Return a turn as it was; `rows` are those of its sources by their numbers."""
    turn = TurnRecord.model_validate_json(record)
    sources = [
        source.model_copy(update={"table": _read(rows[source.number]) if source.number in rows else None})
        for source in turn.sources
    ]
    said = FeedbackRecord.model_validate_json(feedback) if feedback else None
    return turn.model_copy(update={"sources": sources, "feedback": said})


def unfinished(id: str, began: float, question: str) -> TurnRecord:
    """Return a turn of which only the question is known."""
    return TurnRecord(
        id=id,
        question=question,
        began=datetime.fromtimestamp(began, UTC),
        seconds=0,
        answer=UNFINISHED,
        outcome="stopped",
        failed=True,
        declined=False,
        mode=None,
        kind=None,
        model="",
        usage=UsageRecord(input_tokens=0, output_tokens=0, cost=None),
        check=None,
        feedback=None,
        calls=[],
        sources=[],
        lines=[
            LineRecord(message={"role": "user", "content": question}),
            LineRecord(message={"role": "assistant", "content": f"[{UNFINISHED}]"}),
        ],
    )


def _table(table: TableRecord) -> bytes:
    return zlib.compress(table.model_dump_json().encode(), 6)


def _read(packed: bytes) -> TableRecord:
    return TableRecord.model_validate(from_json(zlib.decompress(packed)))  # twice as fast as in one step
