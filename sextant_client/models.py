"""What a service answers. A newer one may say more: what is not known here is left out."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

Cell = str | int | float | bool | None


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Table(_Said):
    columns: list[str]
    rows: list[list[Cell]]
    links: list[str | None] = []  # one a row: its page in Nautobot

    def records(self) -> Iterator[dict[str, Cell]]:
        """Yield each row as a dict by its columns."""
        for row in self.rows:
            yield dict(zip(self.columns, row, strict=True))


class Problem(_Said):
    """What went wrong (RFC 9457)."""

    type: str = "about:blank"  # what a program may go by: urn:sextant:problem:...
    title: str = ""
    status: int = 0
    detail: str = ""
    instance: str = ""
    request_id: str = ""
    errors: list[dict[str, str]] = []  # each part of a request that cannot be used: where, message


class Tool(_Said):
    """A tool that may be called."""

    name: str
    title: str
    description: str
    input_schema: dict[str, Any]


class Tools(_Said):
    """The catalogue."""

    tools: list[Tool]


class Rows(_Table):
    """All rows of a result."""

    subject: str
    more: int | None = 0  # rows beyond these, of a list that was cut; None: not known


class Invoked(_Table):
    """What a tool answered, also where it found nothing or could not read: `outcome` says which."""

    tool: str
    outcome: str
    subject: str
    summary: str
    total: int
    more: int | None = 0  # rows beyond these, of a list that was cut; None: not known
    shown: int
    list_url: str | None = None
    candidates: list[dict[str, str]] = []
    notes: list[str] = []
    result: str | None = None  # the id of the result, for `result`, `file` and later calls
    source: dict[str, Any] | None = None
    text: str = ""
    seconds: float = 0.0

    @property
    def found(self) -> bool:
        """Whether there are rows."""
        return self.outcome == "found"


class Step(_Said):
    """One tool call of a turn."""

    tool: str
    arguments: dict[str, Any] | None
    seconds: float
    shown: int
    total: int
    more: int | None = 0  # rows beyond these, of a list that was cut; None: not known
    source: int | None
    error: str | None


class Source(_Table):
    """Where facts of an answer come from: [1] in the answer is the source with the number 1."""

    number: int
    tool: str
    arguments: dict[str, Any]
    query: str | None = None
    variables: dict[str, Any] = {}
    retrieved_at: datetime | None = None
    more: int | None = 0
    digest: str = ""


class Fact(_Said):
    """A fact of an answer, and what the sources say of it."""

    text: str
    kind: str
    verdict: str
    source: int | None = None
    where: str = ""


class Check(_Said):
    """What code found when it looked every fact of an answer up in its sources."""

    facts: list[Fact]
    removed: list[int] = []
    corrected: int = 0
    sourceless: bool = False

    @property
    def not_found(self) -> list[Fact]:
        """The facts that no source holds."""
        return [fact for fact in self.facts if fact.verdict == "not_found"]


class Turn(_Said):
    """One question and what came of it."""

    question: str
    answer: str
    outcome: str
    mode: str | None  # live, demo, fallback; None: no data is in the answer
    steps: list[Step]
    sources: list[Source]
    model: str
    check: Check | None = None

    @property
    def answered(self) -> bool:
        """Whether the question has an answer, which may be that nothing is recorded."""
        return self.outcome in ("answered", "empty")


class Conversation(_Said):
    """A conversation in the list."""

    conversation: str
    title: str
    began: datetime
    changed: datetime


class Conversations(_Said):
    """A part of the list."""

    conversations: list[Conversation]
    next: str | None  # `after` of the next part


class Ready(_Said):
    """Whether questions can be answered."""

    ready: bool
    stopping: bool = False
    parts: list[dict[str, Any]]
    models: list[str] = []


class Text(_Said):
    """A piece of the answer."""

    text: str


class TextReset(_Said):
    """What was said so far was talk before tool calls, not the answer."""


class ToolStarted(_Said):
    """A tool is called."""

    call: str
    tool: str
    arguments: dict[str, Any] | None


class ToolProgress(_Said):
    """How far a long read is, in rows."""

    call: str
    done: int
    total: int | None


class ToolFinished(_Said):
    """A tool has answered."""

    call: str
    tool: str
    outcome: str
    summary: str | None
    total: int
    more: int | None = 0  # rows beyond these, of a list that was cut; None: not known
    seconds: float
    source: int | None
    repeated: bool = False


Event = Text | TextReset | ToolStarted | ToolProgress | ToolFinished | Turn  # the last one is the turn
