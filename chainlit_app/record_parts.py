"""Parts of a record that stand for one value each: an answer, rows, tokens, what a check found. Pure."""

from typing import Any, Literal, Self

from pydantic import ConfigDict, model_validator

from chainlit_app.conversation import Line, Step
from chainlit_app.turn import Checked, Fact, ToolCall, ToolResult, Usage, Verdict
from tools.models import Candidate, Cell, Outcome, ResultTable, Source, ToolAnswer, Value


class Record(Value):
    """A part of a record; what stands under a field is its description in the JSON Schema."""

    model_config = ConfigDict(use_attribute_docstrings=True)


def seconds_kept(seconds: float) -> float:
    """Return a time as precise as it is worth keeping."""
    return round(seconds, 4)


def sound(value: Any) -> Any:
    """Return a value whose text can be written as UTF-8: a browser or a model may send half of a surrogate pair."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {sound(key): sound(each) for key, each in value.items()}
    return [sound(each) for each in value] if isinstance(value, list) else value


class UsageRecord(Record):
    """Tokens, as the model's provider counts them."""

    input_tokens: int
    output_tokens: int
    cost: float | None
    """US dollars; None: not known."""

    @classmethod
    def of(cls, usage: Usage) -> Self:
        return cls(input_tokens=usage.input_tokens, output_tokens=usage.output_tokens, cost=usage.cost)

    def restore(self) -> Usage:
        return Usage(self.input_tokens, self.output_tokens, self.cost)


class FactRecord(Record):
    """A fact of an answer, and what the sources say of it."""

    text: str
    start: int
    """In the answer, in characters."""
    end: int
    kind: str
    verdict: Verdict
    source: int | None
    """The number of the source that holds it."""
    where: str

    @classmethod
    def of(cls, fact: Fact) -> Self:
        return cls(
            text=sound(fact.text),
            start=fact.start,
            end=fact.end,
            kind=fact.kind,
            verdict=fact.verdict,
            source=fact.source,
            where=fact.where,
        )

    def restore(self) -> Fact:
        return Fact(self.text, self.start, self.end, self.kind, self.verdict, self.source, self.where)


class CheckRecord(Record):
    """What code found when it looked every fact of an answer up in the sources."""

    facts: list[FactRecord]
    removed: list[int]
    """Numbers that were cited and that no source has."""
    corrected: int
    """Chips that named another source than the one that holds the fact."""
    sourceless: bool
    """The answer speaks of data, and there is no source."""

    @classmethod
    def of(cls, checked: Checked) -> Self:
        return cls(
            facts=[FactRecord.of(fact) for fact in checked.facts],
            removed=list(checked.removed),
            corrected=checked.corrected,
            sourceless=checked.sourceless,
        )

    def restore(self, text: str) -> Checked:
        """Return what was found in that answer."""
        facts = tuple(fact.restore() for fact in self.facts)
        return Checked(text, facts, tuple(self.removed), self.corrected, self.sourceless)


class TableRecord(Record):
    """Rows of a source: all, or those that were still there."""

    columns: list[str]
    rows: list[list[Cell]]
    links: list[str | None]
    """One a row: its page in Nautobot."""

    @classmethod
    def of(cls, table: ResultTable) -> Self:
        return cls(columns=table.columns, rows=table.rows, links=table.links)

    def first(self, count: int) -> Self:
        """Return the same with no more than its first rows."""
        return self.model_copy(update={"rows": self.rows[:count], "links": self.links[:count]})

    @model_validator(mode="after")
    def _is_a_table(self) -> Self:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a row has not as many cells as there are columns")
        if self.links and len(self.links) != len(self.rows):
            raise ValueError("there are not as many links as rows")
        return self


class AnswerRecord(Record):
    """What a tool answered, without its rows."""

    tool: str
    outcome: Outcome
    subject: str
    summary: str
    total: int
    """Rows."""
    more: int | None = 0
    """Rows beyond these, of a list that was cut; null: not known how many, or whether any."""
    shown: int
    """Rows that the model saw."""
    columns: list[str]
    notes: list[str]
    candidates: list[Candidate]
    list_url: str | None
    """The matching list in Nautobot's pages."""
    origin: Source | None
    """Where it was read: mode, address, time, query files with their variables."""

    @classmethod
    def of(cls, answer: ToolAnswer) -> Self:
        """Return what is kept. The addresses of its resources are not: they end with the tool server."""
        return cls(
            tool=answer.tool,
            outcome=answer.outcome,
            subject=answer.subject,
            summary=answer.summary,
            total=answer.total,
            more=answer.more,
            shown=answer.shown,
            columns=answer.columns,
            notes=answer.notes,
            candidates=answer.candidates,
            list_url=answer.list_url,
            origin=answer.source,
        )

    def restore(self, table: TableRecord | None) -> ToolAnswer:
        """Return the answer with the first of those rows, as many as were shown."""
        return ToolAnswer(
            tool=self.tool,
            outcome=self.outcome,
            subject=self.subject,
            summary=self.summary,
            total=self.total,
            more=self.more,
            shown=self.shown,
            columns=self.columns,
            rows=table.rows[: self.shown] if table else [],
            links=table.links[: self.shown] if table else [],
            list_url=self.list_url,
            candidates=self.candidates,
            notes=self.notes,
            source=self.origin,
        )


class LineRecord(Record):
    """A message as a model reads it, and what may stand in its place."""

    message: dict[str, Any]
    short: dict[str, Any] | None = None
    """Without rows."""
    withheld: dict[str, Any] | None = None
    """Without data."""

    @classmethod
    def of(cls, line: Line) -> Self:
        return cls(message=sound(line.message), short=sound(line.short), withheld=sound(line.withheld))


class FeedbackRecord(Record):
    """What the reader said of an answer."""

    value: Literal["up", "down"]
    comment: str


class CallRecord(Record):
    """One call of a tool."""

    id: str
    tool: str
    arguments: dict[str, Any] | None
    """None: what the model sent was no JSON object."""
    sent: str | None
    """That, as it was sent."""
    outcome: Outcome | Literal["failed"]
    """Failed: there is no answer of the tool."""
    failed: bool
    seconds: float
    shown: int
    """Rows that the model saw."""
    total: int
    more: int | None = 0
    """As in an answer."""
    source: int | None
    """The number of the source it gave."""
    repeated: bool
    """The same as an earlier call of this turn: not sent again."""
    error: str | None
    said: str
    """What the model was told where there is no answer."""
    answer: AnswerRecord | None
    """Where it gave no source; else it is in the source."""

    @classmethod
    def of(cls, step: Step) -> Self:
        """Return what is kept of a call."""
        call, result, answer = step.call, step.result, step.result.answer
        return cls(
            id=sound(call.id),
            tool=sound(call.name),
            arguments=sound(call.arguments),
            sent=sound(call.raw) if call.arguments is None else None,
            outcome=answer.outcome if answer else "failed",
            failed=result.failed,
            seconds=seconds_kept(result.seconds),
            shown=answer.shown if answer else 0,
            total=answer.total if answer else 0,
            more=answer.more if answer else 0,
            source=step.source,
            repeated=step.repeated,
            error=sound(result.error),
            said="" if answer else sound(result.text),
            answer=AnswerRecord.of(answer) if answer and step.source is None else None,
        )

    def call(self) -> ToolCall:
        """Return the call itself."""
        return ToolCall(self.id, self.tool, self.arguments, self.sent or "")

    def restore(self, answers: dict[int, ToolAnswer]) -> Step:
        """Return the call as a turn has it; `answers` are those of the turn's sources by their numbers."""
        answer = self.answer.restore(None) if self.answer else None
        if self.source is not None:
            answer = answers[self.source]
        return Step(
            self.call(),
            ToolResult(self.said, self.failed, self.seconds, answer, error=self.error),
            self.source,
            self.repeated,
        )
