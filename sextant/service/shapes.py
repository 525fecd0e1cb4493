"""What clients send and get, as /openapi.json tells it, beside the record of a turn (chainlit_app/record.py)."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from chainlit_app.sendable import UNSENDABLE, sendable
from sextant.service.turns import CONVERSATION
from tools.models import Candidate, Cell, Outcome, Source

ResultName = Field(description="r1, r2 ...: the name by which the arguments speak of it", pattern=r"^r[1-9][0-9]{0,8}$")


def _sendable(arguments: dict[str, Any]) -> dict[str, Any]:
    if not sendable(arguments):
        raise PydanticCustomError("unsendable", UNSENDABLE)
    return arguments


class Sent(BaseModel):
    """A body that clients send; an unknown key is a mistake, and is said to be one."""

    model_config = ConfigDict(extra="forbid")


class Question(Sent):
    """One question."""

    question: str = Field(pattern=r"\S", description="in plain words", examples=["Which locations are there?"])
    conversation: str | None = Field(
        None,
        pattern=f"^{CONVERSATION}$",
        description="a name of your own choosing: questions under one name follow one another, and are kept;"
        " without it the question stands alone",
    )
    model: str | None = Field(None, description="one of those in /readyz; without it the first")


class Call(Sent):
    """One call of a tool."""

    tool: str = Field(description="a name from /tools", examples=["search_locations"])
    arguments: Annotated[dict[str, Any], AfterValidator(_sendable)] = Field(
        {}, description="as its input_schema says", examples=[{"query": "campus"}]
    )
    results: dict[str, str] = Field(
        {},
        description='earlier results that the arguments name: {"r1": "the id from `result`"}',
    )
    all_rows: bool = Field(False, description="true: all rows at once, not only those that a model is shown")


class Tool(BaseModel):
    """A tool that may be called."""

    name: str
    title: str
    description: str
    input_schema: dict[str, Any]


class Tools(BaseModel):
    """The catalogue."""

    tools: list[Tool]


class Invoked(BaseModel):
    """What a tool answered, also where it found nothing or could not read: `outcome` says which."""

    tool: str
    outcome: Outcome
    subject: str
    summary: str
    total: int = Field(description="rows of the result")
    more: int | None = Field(
        description="rows beyond these, of a list that was cut; null: not known how many, or whether any"
    )
    shown: int = Field(description="rows in `rows`")
    columns: list[str]
    rows: list[list[Cell]]
    links: list[str | None] = Field(description="one a row: its page in Nautobot")
    list_url: str | None
    candidates: list[Candidate] = Field(description="records that a name may have meant")
    notes: list[str] = Field(description="what one must know to read the rows rightly")
    result: str | None = Field(description="the id of the result: /results/{id}, and `results` of later calls")
    source: Source | None = Field(description="where and when it was read")
    text: str = Field(description="what a model is told")
    seconds: float


class Conversation(BaseModel):
    """A conversation in the list."""

    conversation: str
    title: str
    began: datetime
    changed: datetime


class Conversations(BaseModel):
    """A part of the list, newest first."""

    conversations: list[Conversation]
    next: str | None = Field(description="`after` of the next part; null: there is none")


class Part(BaseModel):
    """Whether something that answers need is there."""

    name: Literal["tools", "nautobot", "model", "store"]
    ok: bool
    detail: str


class Ready(BaseModel):
    """Whether questions can be answered."""

    ready: bool
    stopping: bool = False
    parts: list[Part]
    models: list[str] = Field(description="models to choose from, the first for who chooses none")


class Health(BaseModel):
    """The process runs."""

    status: Literal["ok"] = "ok"
