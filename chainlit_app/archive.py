"""The one record of a conversation: history keeps it, a chat goes on from it, an export is it. Pure.

`ConversationRecord.of` makes it, `restore` makes the conversation again: sources are numbered on, a model reads the
same messages, demo and live data stay apart. Rows are in it or not; their digest and count always are.
"""

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from chainlit_app.conversation import Conversation, Feedback, Kind, Line, Turn
from chainlit_app.digest import digest
from chainlit_app.record_parts import (
    AnswerRecord,
    CallRecord,
    CheckRecord,
    FeedbackRecord,
    LineRecord,
    Record,
    TableRecord,
    UsageRecord,
    seconds_kept,
    sound,
)
from chainlit_app.turn import Source, ToolCall, TurnEnded, TurnOutcome, shown_rows
from tools.models import Mode, ResultTable, ToolAnswer

__all__ = [
    "AnswerRecord",
    "CallRecord",
    "CheckRecord",
    "ConversationRecord",
    "FeedbackRecord",
    "LineRecord",
    "SourceRecord",
    "TableRecord",
    "TurnRecord",
    "UsageRecord",
]


class SourceRecord(Record):
    """Where facts of an answer come from."""

    number: int = Field(ge=1)
    call: str
    """The id of the call that read it."""
    seconds: float
    digest: str = Field(pattern="^[0-9a-f]{64}$")
    """SHA-256 of all its rows, as chainlit_app/digest.py says."""
    answer: AnswerRecord
    table: TableRecord | None
    """None: the rows are not kept here."""
    redacted: bool = False
    """Secrets were taken out of the rows, so the digest is of other rows than these."""

    @classmethod
    def of(cls, source: Source) -> Self:
        """Return what is kept of a source, with its rows."""
        table = source.table
        return cls(
            number=source.number,
            call=sound(source.call.id),
            seconds=seconds_kept(source.seconds),
            digest=source.digest or digest(table.columns, table.rows),
            answer=AnswerRecord.of(source.answer),
            table=TableRecord.of(table) if table.rows or not source.answer.total else None,
        )

    def restore(self, call: ToolCall) -> Source:
        """Return the source. One without its rows says so in the subject of its table."""
        answer = self.answer.restore(self.table)
        return Source(self.number, call, answer, self._restored(answer), self.seconds, self.digest)

    def without_rows(self) -> Self:
        """Return the same without its rows; a source that never had one keeps its empty table."""
        return self.model_copy(update={"table": None}) if self.answer.total else self

    def first_rows(self, count: int) -> Self:
        """Return the same with no more than its first rows; its digest stays that of all."""
        return self.model_copy(update={"table": self.table.first(count) if self.table else None})

    def _restored(self, answer: ToolAnswer) -> ResultTable:
        if self.table is None:
            subject = f"{answer.subject} (its rows are not in this export: ask again)"
            return ResultTable(subject=subject, columns=answer.columns, rows=[], links=[], more=answer.more)
        rows, links = self.table.rows, self.table.links
        subject = answer.subject if len(rows) >= answer.total else shown_rows(answer).subject
        return ResultTable(subject=subject, columns=self.table.columns, rows=rows, links=links, more=answer.more)


class TurnRecord(Record):
    """One question and all that came of it."""

    id: str
    question: str
    began: AwareDatetime
    seconds: float
    answer: str
    """As it was checked; where `failed`, one sentence on what went wrong."""
    said: str = ""
    """Where `failed`: what the reader had seen of an answer until then."""
    outcome: TurnOutcome
    failed: bool
    declined: bool
    """The model did not understand."""
    mode: Mode | None
    """None: no data is in the answer."""
    kind: Kind | None
    """Of the data that the answer speaks of, also where an earlier turn read them."""
    model: str
    usage: UsageRecord
    check: CheckRecord | None
    feedback: FeedbackRecord | None
    calls: list[CallRecord]
    sources: list[SourceRecord]
    lines: list[LineRecord]
    """What a model reads of this turn in the next ones."""

    @classmethod
    def of(cls, turn: Turn) -> Self:
        """Return what is kept of a turn that has ended, with all rows."""
        ended = turn.ended
        if ended is None:
            raise ValueError("this turn still runs")
        feedback = turn.feedback
        return cls(
            id=turn.id,
            question=sound(turn.question),
            began=turn.began,
            seconds=seconds_kept(turn.seconds),
            answer=sound(ended.text),
            said=sound(turn.said) if ended.failed else "",
            outcome=ended.outcome,
            failed=ended.failed,
            declined=ended.declined,
            mode=ended.mode,
            kind=turn.kind,
            model=ended.model,
            usage=UsageRecord.of(ended.usage),
            check=CheckRecord.of(ended.check) if ended.check else None,
            feedback=FeedbackRecord(value=feedback.value, comment=sound(feedback.comment)) if feedback else None,
            calls=[CallRecord.of(step) for step in turn.steps],
            sources=[SourceRecord.of(source) for source in turn.sources],
            lines=[LineRecord.of(line) for line in turn.lines],
        )

    @model_validator(mode="after")
    def _sources_have_calls(self) -> Self:
        calls, sources = {call.id for call in self.calls}, {source.number for source in self.sources}
        for source in self.sources:
            if source.call not in calls:
                raise ValueError(f"source {source.number} is of a call that this turn does not have")
        for call in self.calls:
            if call.source is not None and call.source not in sources:
                raise ValueError(f"the call {call.id} gives a source that this turn does not have")
        return self

    def restore(self) -> Turn:
        """Return the turn as it was."""
        calls = {call.id: call.call() for call in reversed(self.calls)}
        sources = [source.restore(calls[source.call]) for source in self.sources]
        answers = {source.number: source.answer for source in sources}
        turn = Turn(
            lines=[Line(line.message, line.short, line.withheld) for line in self.lines],
            question=self.question,
            id=self.id,
            began=self.began,
            seconds=self.seconds,
            steps=[call.restore(answers) for call in self.calls],
            sources=sources,
            kind=self.kind,
            said=self.said,
            closed=True,
            feedback=Feedback(self.feedback.value, self.feedback.comment) if self.feedback else None,
        )
        turn.ended = TurnEnded(
            outcome=self.outcome,
            text=self.answer,
            sources=tuple(sources),
            mode=self.mode,
            usage=self.usage.restore(),
            model=self.model,
            failed=self.failed,
            declined=self.declined,
            check=self.check.restore(self.answer) if self.check else None,
        )
        return turn

    def without_rows(self) -> Self:
        """Return the same with no rows but those that the model's lines quote."""
        return self.model_copy(update={"sources": [source.without_rows() for source in self.sources]})

    def first_rows(self, count: int) -> Self:
        """Return the same with no more than the first rows of each source."""
        return self.model_copy(update={"sources": [source.first_rows(count) for source in self.sources]})


class ConversationRecord(Record):
    """A conversation with everything that was said, asked and found."""

    format: Literal["sextant-conversation"] = "sextant-conversation"
    version: Literal[1] = 1
    """A newer one is refused, never guessed at."""
    id: str
    name: str
    """As its reader calls it; empty: by its first question."""
    began: AwareDatetime
    turns: list[TurnRecord]

    @classmethod
    def of(cls, conversation: Conversation) -> Self:
        """Return what is kept of a conversation, with all rows. A turn that still runs is not in it."""
        turns = [TurnRecord.of(turn) for turn in conversation.turns if turn.ended]
        return cls(id=conversation.id, name=sound(conversation.name), began=conversation.began, turns=turns)

    @model_validator(mode="after")
    def _sources_are_numbered(self) -> Self:
        numbers = [source.number for source in self.sources()]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError("the sources are not numbered 1, 2, 3 and so on through the conversation")
        return self

    def sources(self) -> Iterator[SourceRecord]:
        """Yield the sources of all turns in their order."""
        for turn in self.turns:
            yield from turn.sources

    @property
    def title(self) -> str:
        """How to call it: its name, or its first question."""
        return self.name or (self.turns[0].question if self.turns else "An empty conversation")

    def without_rows(self) -> Self:
        """Return the same with no rows but those that the models' lines quote."""
        return self.model_copy(update={"turns": [turn.without_rows() for turn in self.turns]})

    def first_rows(self, count: int) -> Self:
        """Return the same with no more than the first rows of each source."""
        return self.model_copy(update={"turns": [turn.first_rows(count) for turn in self.turns]})

    def restore(self, rows_kept: int | None = None) -> Conversation:
        """Return the conversation, ready for its next question."""
        turns = [turn.restore() for turn in self.turns]
        conversation = Conversation(id=self.id, name=self.name, began=self.began, turns=turns)
        conversation.sources = [source for turn in turns for source in turn.sources]
        if rows_kept is not None:
            conversation.rows_kept = rows_kept
        conversation.make_room()
        return conversation
