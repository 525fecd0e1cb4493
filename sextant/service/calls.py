"""One call of a tool, without a model."""

import asyncio
import difflib
from typing import Any
from uuid import uuid4

from chainlit_app.turn import Toolbox, ToolboxTrouble, ToolCall, ToolResult
from sextant.access.gate import GuardedToolbox
from sextant.access.principal import Principal
from sextant.access.refusals import Refusal
from sextant.audit.trail import NotRecorded
from sextant.service.problems import Problem, Wrong, of_refusal
from sextant.service.served import Served
from sextant.service.shapes import Call, Invoked
from tools.models import Earlier

_LONGEST = 100  # characters of a name that no tool has
GONE = "You have no such result. Results are kept for a while, each for whoever asked: call the tool again."


async def tools_of(toolbox: Toolbox) -> dict[str, dict[str, Any]]:
    """Return the tools that may be called, by their names, in the server's order. Raise `Problem`."""
    try:
        schemas = await toolbox.schemas()
    except ToolboxTrouble as trouble:
        if trouble.outcome == "not_allowed":
            raise Problem(403, str(trouble)) from trouble
        raise Problem(503, str(trouble), retry_after=5) from trouble
    return {schema["function"]["name"]: dict(schema["function"]) for schema in schemas}


async def invoked(served: Served, who: Principal, sent: Call) -> Invoked:
    """Return what a tool answers. Raise `Problem` where there is no answer of a tool."""
    toolbox = served.toolbox(who)
    call = ToolCall(uuid4().hex, sent.tool, sent.arguments, "", whole=sent.all_rows)
    if sent.tool not in await tools_of(served.host.toolbox):
        raise await unknown(toolbox, sent.tool, "GET /tools")
    try:
        result = await toolbox.called(call, call.id, None, _earlier(served, who, sent))
    except (Refusal, NotRecorded) as refusal:
        raise of_refusal(refusal) from refusal
    if result.answer is None:
        raise _unanswered(result)
    id = served.owners.note(who.id, result.answer, sent.arguments)
    return await asyncio.to_thread(_told, result, id) if result.table else _told(result, id)


async def unknown(toolbox: GuardedToolbox, name: str, listing: str) -> Problem:
    """Return what is said of a tool that there is not; `listing` lists those that there are.

    Another answer than to one that somebody may not call: the names of tools are no secret, they stand in the
    documentation, and who needs a right has to know which. What is named as near is only what they may call.
    """
    name = name[:_LONGEST]
    near = difflib.get_close_matches(name, await tools_of(toolbox), n=1)
    said = f" Is it {near[0]}?" if near else ""
    return Problem(404, f"There is no tool {name!r}.{said} {listing} lists those that you may call.")


def _earlier(served: Served, who: Principal, sent: Call) -> dict[str, Earlier]:
    found: dict[str, Earlier] = {}
    for name, id in sent.results.items():
        earlier = served.owners.find(who.id, id)
        if earlier is None:
            raise Problem(404, GONE, errors=[Wrong(where=f"body.results.{name}", message="no result of yours")])
        found[name] = earlier
    return found


def _unanswered(result: ToolResult) -> Problem:
    return Problem(503, result.error or result.text, retry_after=5)


def _told(result: ToolResult, id: str | None) -> Invoked:
    answer = result.answer
    assert answer is not None
    shown = result.table or answer
    return Invoked(
        tool=answer.tool,
        outcome=answer.outcome,
        subject=answer.subject,
        summary=answer.summary,
        total=answer.total,
        more=answer.more,
        shown=len(shown.rows),
        columns=shown.columns,
        rows=shown.rows,
        links=shown.links,
        list_url=answer.list_url,
        candidates=answer.candidates,
        notes=answer.notes,
        result=id,
        source=answer.source,
        text=result.text,
        seconds=round(result.seconds, 4),
    )
