"""The words of a turn: what the loop, the model, the tools and the pages say to one another. Pure values."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from tools.models import Earlier, Mode, ResultTable, ToolAnswer

OFFLINE_MODEL = "offline reader, no language model"  # its name for people; only its answers end with offers to ask

Report = Callable[[int, int | None], None]  # rows so far, and of how many; None: not known
Message = dict[str, Any]  # a chat message in the OpenAI format; not ours to type further

TurnOutcome = Literal[
    "answered",
    "empty",  # answered: nothing is recorded there
    "ambiguous",  # the reader is asked which one
    "unknown",  # a name that nothing has
    "not_understood",  # the offline reader says so
    "not_allowed",
    "unavailable",  # Nautobot, the tool server or the model does not answer
    "limit",  # a budget of the turn is spent
    "stopped",
]


@dataclass(frozen=True)
class ToolCall:
    """A model's request to call a tool."""

    id: str
    name: str
    arguments: dict[str, Any] | None  # None: what the model sent is not a JSON object
    raw: str  # as the model sent it
    fresh: bool = False  # no part of the answer may come from what the tools keep for a while
    whole: bool = True  # all rows are wanted, not only those that a model is shown


@dataclass(frozen=True)
class Usage:
    """Tokens of a model, as its provider counts them."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None  # US dollars; None where unknown

    def __add__(self, other: "Usage") -> "Usage":
        tokens = self.input_tokens + other.input_tokens, self.output_tokens + other.output_tokens
        costs = [used.cost for used in (self, other) if used != Usage()]
        known = [cost for cost in costs if cost is not None]
        # The cost of a part is no cost of the whole.
        return Usage(*tokens, sum(known) if known and len(known) == len(costs) else None)


@dataclass(frozen=True)
class Reply:
    """One whole message of a model: what a stream ends with."""

    text: str
    tool_calls: Sequence[ToolCall] = ()
    usage: Usage = Usage()
    declined: bool = False  # the model says that it did not understand; only the offline reader says so
    asks: bool = False  # the text is a question back; only the offline reader says so


@dataclass(frozen=True)
class ToolResult:
    """What came of a call. `text` is all that the model sees."""

    text: str
    failed: bool
    seconds: float
    answer: ToolAnswer | None = None  # None: the server never answered, or refused the arguments
    table: ResultTable | None = None  # all rows
    error: str | None = None  # one sentence for people


def shown_rows(answer: ToolAnswer) -> ResultTable:
    """Return the rows that a model was shown as a table whose subject says where they are not all."""
    part = (
        f" (the first {answer.shown:,} of {answer.total:,}: ask again for all)" if answer.shown < answer.total else ""
    )
    return ResultTable(
        subject=answer.subject + part,
        columns=answer.columns,
        rows=answer.rows,
        links=answer.links,
        more=answer.more,
    )


@dataclass(frozen=True)
class Source:
    """A numbered source of an answer. Numbers run through a conversation: [1] is the same source in every turn."""

    number: int
    call: ToolCall
    answer: ToolAnswer
    table: ResultTable
    seconds: float
    digest: str = ""  # of all rows as they were read (`chainlit_app.digest`), also where the table has lost some

    @property
    def whole(self) -> bool:
        """Whether the table still holds every row; an old source, or one from an export, may not."""
        return len(self.table.rows) >= self.answer.total

    @property
    def complete(self) -> bool:
        """Whether these rows are all there are, also beyond what the tool listed."""
        return self.whole and self.answer.more == 0


@dataclass(frozen=True)
class TextDelta:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True)
class TextReset:
    """What was streamed so far was talk before tool calls, not the answer: a page moves or drops it."""


@dataclass(frozen=True)
class ToolStarted:
    call: ToolCall


@dataclass(frozen=True)
class ToolFinished:
    call: ToolCall
    result: ToolResult
    source: Source | None  # None: nothing to cite
    repeated: bool = False  # answered from this turn, the server was not asked again


@dataclass(frozen=True)
class ToolProgress:
    """How far a long read is."""

    call: ToolCall
    done: int  # rows
    total: int | None  # None: not known


Verdict = Literal[
    "found",  # in the source that is cited for it, or in one of this conversation where none is cited
    "elsewhere",  # not in the cited source but in another: the chip was corrected
    "derived",  # a count, a sum, a share of what the rows hold; `where` says of what
    "not_found",
]


@dataclass(frozen=True)
class Fact:
    """A claim of an answer that data can decide, and what they decide."""

    text: str  # as it stands in the answer
    start: int  # in the text that was checked: `Checked.text[start:end]`
    end: int
    kind: (
        str  # "prefix", "address", "device", "interface", "location", "vlan", "circuit", "role", "status", "count", ...
    )
    verdict: Verdict
    source: int | None = None  # the number of the source that holds it
    where: str = ""  # for people: "row 3, prefix", "count of rows with role User Data"


@dataclass(frozen=True)
class Checked:
    """What code found when it looked every fact of an answer up in the sources of its conversation."""

    text: str  # the answer with corrected chips, without chips that no source has
    facts: Sequence[Fact] = ()
    removed: Sequence[int] = ()  # numbers that were cited and that no source has
    corrected: int = 0  # chips that named another source than the one that holds the fact
    sourceless: bool = False  # it speaks of data, and the conversation has no source

    @property
    def found(self) -> int:
        """How many facts stand in the sources or follow from them."""
        return sum(fact.verdict != "not_found" for fact in self.facts)


@dataclass(frozen=True)
class TurnEnded:
    """The last event of every turn, also of one that went wrong."""

    outcome: TurnOutcome
    text: str  # the whole answer, or one sentence on what went wrong and what to do
    sources: Sequence[Source]  # those this turn brought
    mode: Mode | None  # of the data in this answer; None: no data
    usage: Usage
    model: str
    failed: bool = False  # `text` is an error of ours, not the model's words
    declined: bool = False  # the model did not understand: a list in `text` offers questions that it can answer
    check: Checked | None = None  # None: nothing was said that could be checked (a failure, a question back)


TurnEvent = TextDelta | TextReset | ToolStarted | ToolProgress | ToolFinished | TurnEnded


class LLM(Protocol):
    """A language model."""

    name: str  # for people: "offline reader, no language model", "anthropic/claude-..."

    def stream(
        self, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]]
    ) -> AsyncGenerator[TextDelta | Reply, None]:
        """Yield text as it comes, then one `Reply`. Raise `ModelTrouble` with a sentence for people."""
        ...


class Toolbox(Protocol):
    """The tools of a server."""

    async def schemas(self) -> Sequence[Mapping[str, Any]]:
        """The catalogue as OpenAI function schemas, in the server's order. Raise `ToolboxTrouble`."""
        ...

    async def call(
        self, call: ToolCall, turn: str, report: Report | None = None, earlier: Mapping[str, Earlier] | None = None
    ) -> ToolResult:
        """Run one call. A tool's failure is a value; never raises but for cancellation.

        `earlier` are the results that its arguments name, and no others: those of its own conversation.

        `turn` is the id of the turn: a server that can fall back to demo data keeps one kind of data a turn.
        `report` hears how far a long read is; it returns at once.
        """
        ...


class ModelTrouble(Exception):
    """The model cannot answer; the message is one sentence that says what to do."""


class ContextOverflow(ModelTrouble):
    """The conversation is longer than the model can read: with less of it the same question may work."""


class ToolboxTrouble(Exception):
    """There are no tools, or no names for them; the message is one sentence that says what to do."""

    def __init__(self, sentence: str, outcome: Literal["not_allowed", "unavailable"] = "unavailable") -> None:
        super().__init__(sentence)
        self.outcome = outcome


class Gone(ToolboxTrouble):
    """What is asked for by its address is no longer kept."""
