"""A conversation as it is kept, and as much of it as a model is sent. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from time import monotonic
from typing import Literal
from uuid import uuid4

from chainlit_app.digest import digest
from chainlit_app.turn import Message, Source, ToolCall, ToolResult, TurnEnded, shown_rows
from sextant.telemetry import metrics
from tools.models import Earlier, Mode, result_names

Kind = Literal["live", "demo"]

_CHARS_A_TOKEN = 3  # tables of addresses take more tokens than prose does


def kind_of(mode: Mode) -> Kind:
    """Return what may share an answer: the fallback shows demo data."""
    return "live" if mode == "live" else "demo"


@dataclass(frozen=True)
class Line:
    """A message as a model reads it, and what may stand in its place."""

    message: Message
    short: Message | None = None  # where there is no room for rows; None: it has none
    withheld: Message | None = None  # where its data may not meet this turn's; None: it has none


@dataclass(frozen=True)
class Step:
    """A call of a turn and what came of it; its rows are in its source."""

    call: ToolCall
    result: ToolResult  # `table` is None, and `text` is empty where there is an answer
    source: int | None = None  # the number of the source
    repeated: bool = False  # answered from this turn, the server was not asked again


@dataclass(frozen=True)
class Feedback:
    """What a reader says of an answer."""

    value: Literal["up", "down"]
    comment: str = ""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Turn:
    """One question and all that came of it."""

    lines: list[Line]
    question: str = ""
    id: str = field(default_factory=lambda: uuid4().hex)
    began: datetime = field(default_factory=_now)
    seconds: float = 0.0  # from the question to the end of the answer
    steps: list[Step] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    kind: Kind | None = None  # of the data it speaks of
    ended: TurnEnded | None = None  # None: still running
    closed: bool = False  # its messages end with an answer, as a history must
    said: str = ""  # what its reader saw of the answer; all there is of one that did not come to its end
    feedback: Feedback | None = None
    _clock: float = field(default_factory=monotonic, repr=False, compare=False)

    def messages(self, *, short: bool = False, withheld: bool = False) -> Iterator[Message]:
        """Yield its messages, whole or with their data cut down."""
        for line in self.lines:
            yield (withheld and line.withheld) or (short and line.short) or line.message

    def note(self, call: ToolCall, result: ToolResult, source: Source | None, repeated: bool = False) -> None:
        """Keep what came of a call."""
        kept = replace(result, table=None, text="" if result.answer else result.text)
        self.steps.append(Step(call, kept, source.number if source else None, repeated))

    def elapsed(self) -> float:
        """Return the seconds since the question."""
        return monotonic() - self._clock

    def close(self, text: str) -> None:
        """Put the answer, or what became of it, at the end."""
        if self.closed:
            return
        self.closed = True
        withheld: Message = {"role": "assistant", "content": "[An answer from other data: not to be used here.]"}
        self.lines.append(Line({"role": "assistant", "content": text}, withheld=withheld))


@dataclass
class Conversation:
    """One chat: its turns, and sources numbered through all of them."""

    id: str = field(default_factory=lambda: uuid4().hex)
    name: str = ""  # as its reader calls it; empty: by its first question
    began: datetime = field(default_factory=_now)
    turns: list[Turn] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    rows_kept: int = 100_000  # in all sources together: some 100 MB

    @property
    def messages(self) -> list[Message]:
        """Return every message, unshortened."""
        return [message for turn in self.turns for message in turn.messages()]

    def begin(self, question: str, id: str | None = None) -> Turn:
        """Return a new turn. One that still runs (its page went away just now) is closed."""
        if self.turns:
            self.turns[-1].close("[Stopped.]")
        turn = Turn([Line({"role": "user", "content": question})], question, id or uuid4().hex)
        self.turns.append(turn)
        return turn

    def end(self, turn: Turn, ended: TurnEnded) -> TurnEnded:
        """Keep how a turn ended; return the same."""
        turn.kind = turn.kind or self.kind_now()  # without data of its own it spoke of what was there
        turn.close(f"[{ended.text}]" if ended.failed else ended.text)
        turn.seconds = turn.elapsed()
        turn.ended = ended
        return ended

    def cite(self, turn: Turn, call: ToolCall, result: ToolResult) -> Source | None:
        """Return a new source; None where a result states no fact."""
        answer = result.answer
        if answer is None or answer.source is None or answer.outcome not in ("found", "empty"):
            return None
        table = result.table or shown_rows(answer)
        fingerprint = digest(table.columns, table.rows)
        source = Source(len(self.sources) + 1, call, answer, table, result.seconds, fingerprint)
        self.sources.append(source)
        turn.sources.append(source)
        self.make_room()
        return source

    def results_named(self, call: ToolCall, *, rows: bool = False) -> dict[str, Earlier]:
        """Return the results of this conversation that the arguments of a call name: r3 is its source [3].

        `rows`: with all their rows, where they are still kept here.
        """
        names = result_names(call.arguments or {})
        return {
            f"r{source.number}": _earlier(source, rows=rows) for source in self.sources if f"r{source.number}" in names
        }

    def make_room(self) -> None:
        """Let the oldest sources of earlier turns keep only the rows that a model saw, where all would be too many."""
        rows = sum(len(source.table.rows) for source in self.sources)
        for turn in self.turns[:-1]:
            for at, source in enumerate(turn.sources):
                if rows <= self.rows_kept:
                    return
                short = replace(source, table=shown_rows(source.answer))
                rows -= len(source.table.rows) - len(short.table.rows)
                turn.sources[at] = self.sources[source.number - 1] = short
            if turn.ended:
                turn.ended = replace(turn.ended, sources=tuple(turn.sources))

    def for_model(self, instructions: str, tokens: int, *, tight: bool = False) -> list[Message]:
        """Return what a model is sent: the instructions, as much history as `tokens` allow, the newest turn.

        Old rows go first, the oldest before the others; then whole turns. With `tight`, half of that and only the
        last rows of the newest turn. Data that may not meet this turn's is never sent.
        """
        *past, running = self.turns
        now = self.kind_now()
        budget = (tokens // 2 if tight else tokens) * _CHARS_A_TOKEN
        full = [list(turn.messages(withheld=_other(turn, now))) for turn in past]
        short = [list(turn.messages(short=True, withheld=_other(turn, now))) for turn in past]
        # From one turn to the next one more is short: a long conversation is not added up anew for each.
        length = sum(map(_length, full))
        first = 0
        while first < len(past) and length > budget:
            length += _length(short[first]) - _length(full[first])
            first += 1
        kept = short[:first] + full[first:]
        while kept and length > budget:
            length -= _length(kept.pop(0))
        if first:
            metrics.note(metrics.CUT, what="conversation")
        return [
            {"role": "system", "content": instructions},
            *(message for turn in kept for message in turn),
            *(_tightened(running) if tight else running.messages()),
        ]

    def kind_now(self) -> Kind | None:
        """Return the kind of data of the newest turn that has any: the one that may be spoken of."""
        return next((turn.kind for turn in reversed(self.turns) if turn.kind), None)


def _earlier(source: Source, *, rows: bool) -> Earlier:
    answer, table = source.answer, source.table
    known = Earlier(uri=answer.result_uri, tool=source.call.name, arguments=source.call.arguments or {})
    # What a note tells of a source, such as what its token may not view, is more than the rows say: to be read anew.
    if not rows or len(table.rows) < answer.total or answer.source is None or answer.source.note:
        return known
    return known.model_copy(
        update={"table": table, "source": answer.source, "list_url": answer.list_url, "notes": answer.notes}
    )


def _other(turn: Turn, now: Kind | None) -> bool:
    return turn.kind is not None and turn.kind != now


def _tightened(turn: Turn) -> Iterator[Message]:
    """Yield a running turn with the rows of its last round only."""
    last = max((i for i, line in enumerate(turn.lines) if line.message["role"] == "assistant"), default=0)
    for i, line in enumerate(turn.lines):
        yield (i < last and line.short) or line.message


def _length(turn: list[Message]) -> int:
    """Return the characters a model would read."""
    return sum(
        len(message.get("content") or "")
        + sum(len(call["function"]["arguments"]) + 60 for call in message.get("tool_calls", ()))
        for message in turn
    )
