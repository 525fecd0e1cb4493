"""`llm_chat`: a question in, an answer with its sources out, for any MCP client."""

from contextlib import aclosing
from typing import Any, Final

from mcp import types
from pydantic import BaseModel, Field, ValidationError

from chainlit_app import terminal
from chainlit_app.turn import Source, ToolFinished, ToolStarted, TurnEnded, TurnOutcome
from sextant.access.gate import LOOP as NAME
from sextant.access.principal import Principal
from sextant.service.mcp_progress import Progress
from sextant.service.problems import Problem
from sextant.service.served import Served
from sextant.service.shapes import Sent
from sextant.service.turns import CONVERSATION, Asked
from tools.models import Mode

__all__ = ["CHAT", "NAME", "chat", "failed"]


_NO_ANSWER: Final = ("not_allowed", "unavailable", "limit", "stopped")


class _Question(Sent):
    question: str = Field(min_length=1, description="In plain words, with names as people use them.")
    conversation: str | None = Field(
        None,
        pattern=f"^{CONVERSATION}$",
        description="A name of your own choosing: questions under one name follow one another.",
    )


class _Source(BaseModel):
    number: int = Field(description="as [1] in the answer")
    subject: str
    tool: str
    arguments: dict[str, Any]
    total: int = Field(description="rows")
    more: int | None = Field(description="rows beyond these, of a list that was cut; null: not known")
    mode: Mode | None
    retrieved_at: str | None
    list_url: str | None = Field(description="the matching list in Nautobot's pages")
    rows: str | None = Field(description="resource: all rows")


class _Answer(BaseModel):
    answer: str
    outcome: TurnOutcome
    mode: Mode | None = Field(description="of the data; null: none was read")
    model: str
    sources: list[_Source]
    not_found: list[str] = Field(description="facts of the answer that no source holds")


CHAT: Final = types.Tool(
    name=NAME,
    title="Ask a question",
    description="Answer a question about the network from Nautobot, with numbered sources for every fact.",
    inputSchema=_Question.model_json_schema(),
    outputSchema=_Answer.model_json_schema(),
    annotations=types.ToolAnnotations(readOnlyHint=True),
)


async def chat(served: Served, who: Principal, arguments: dict[str, Any], progress: Progress) -> types.CallToolResult:
    """Return the answer to a question. What kept it from being asked is a result that says so."""
    try:
        sent = _Question.model_validate(arguments)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        return failed(f"{wrong}. {NAME} takes question, and conversation where questions follow one another.")
    try:
        return await _ended(served, who, Asked(sent.question, sent.conversation), progress)
    except Problem as problem:
        return failed(problem.detail)


async def _ended(served: Served, who: Principal, asked: Asked, progress: Progress) -> types.CallToolResult:
    ended: TurnEnded | None = None
    async with aclosing(served.turns.events(asked, who, served.toolbox(who), "mcp")) as events:
        async for event in events:
            match event:
                case ToolStarted():
                    progress.step(terminal.started(event))
                case ToolFinished():
                    progress.step(terminal.finished(event))
                case TurnEnded():
                    ended = event
    assert ended is not None  # the loop's promise
    text = ended.text if ended.failed else terminal.answer(ended, ended.sources)
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)],
        structuredContent=_told(ended).model_dump(mode="json"),
        isError=ended.failed or ended.outcome in _NO_ANSWER,
    )


def _told(ended: TurnEnded) -> _Answer:
    facts = ended.check.facts if ended.check else ()
    return _Answer(
        answer=ended.text,
        outcome=ended.outcome,
        mode=ended.mode,
        model=ended.model,
        sources=[_source(source) for source in ended.sources],
        not_found=[fact.text for fact in facts if fact.verdict == "not_found"],
    )


def _source(source: Source) -> _Source:
    answer, origin = source.answer, source.answer.source
    return _Source(
        number=source.number,
        subject=answer.subject,
        tool=source.call.name,
        arguments=source.call.arguments or {},
        total=answer.total,
        more=answer.more,
        mode=origin.mode if origin else None,
        retrieved_at=origin.retrieved_at.isoformat() if origin else None,
        list_url=answer.list_url,
        rows=answer.result_uri,
    )


def failed(sentence: str) -> types.CallToolResult:
    """Return the result of a call that gave no answer; the sentence says why."""
    return types.CallToolResult(content=[types.TextContent(type="text", text=sentence)], isError=True)
