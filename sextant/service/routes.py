"""The routes: tools, questions, conversations, results, and what watches the service."""

import asyncio
from collections.abc import Coroutine
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic_core import to_json

from chainlit_app.record import TurnRecord, record
from sextant.access.principal import Principal
from sextant.service.calls import invoked, tools_of
from sextant.service.problems import MEDIA_TYPE, Problem, ProblemDocument
from sextant.service.ready import ready
from sextant.service.results import file_of
from sextant.service.served import Served
from sextant.service.shapes import Call, Conversations, Health, Invoked, Question, Ready, Tool, Tools
from sextant.service.stream import Listening
from sextant.service.turns import CONVERSATION, Asked
from sextant.telemetry import metrics

T = TypeVar("T")
EVENTS = "text/event-stream"
FIGURES = ("text/plain", "application/openmetrics-text")
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "the turn; with `Accept: text/event-stream` its events as they happen, the turn the last one",
        "content": {EVENTS: {"schema": {"type": "string"}}},
    }
}


# In our own words: those of http.HTTPStatus are others in Python 3.13.
_MEANS = {
    400: "the request cannot be used",
    401: "nobody knows who asks; `WWW-Authenticate` says how to tell",
    403: "who asks may not",
    404: "there is no such tool, result, conversation or model",
    408: "the body did not come in time",
    409: "this conversation is still being answered",
    413: "too large, or too deep",
    422: "the request cannot be used; `errors` names each part",
    429: "too many; wait for `Retry-After` seconds",
    503: "what it takes does not answer, or the service is stopping; wait for `Retry-After` seconds",
}


def _problem(*statuses: int) -> dict[int | str, dict[str, Any]]:
    shape = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}}
    return {status: {"model": ProblemDocument, "description": _MEANS[status], **shape} for status in statuses}


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def unless_left(request: Request, asked: Coroutine[Any, Any, T]) -> T:
    """Return what is asked for; it is stopped where its client has gone. Raise `Problem` then, which nobody reads."""
    asking, left = asyncio.ensure_future(asked), asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({asking, left}, return_when=asyncio.FIRST_COMPLETED)
        if not asking.done():
            raise Problem(408, "The client has gone.")
        return asking.result()
    finally:
        asking.cancel()
        left.cancel()


async def _who(request: Request) -> Principal:  # not `def`: FastAPI would take each through a thread
    who = request.state.principal  # sextant/service/who.py
    assert isinstance(who, Principal)
    return who


Who = Annotated[Principal, Depends(_who)]
Name = Annotated[str, Path(pattern=f"^{CONVERSATION}$", description="as it was called in the first question")]


def routes(served: Served) -> APIRouter:
    """Return the routes over what a process serves."""
    router = APIRouter()
    _watched(router, served)
    _tools(router, served)
    _questions(router, served)
    _conversations(router, served)
    return router


def _watched(router: APIRouter, served: Served) -> None:
    @router.get("/healthz", summary="The process runs", tags=["watching"])
    async def healthz() -> Health:
        return Health()

    @router.get(
        "/readyz",
        summary="Whether questions can be answered",
        tags=["watching"],
        responses={503: {"model": Ready, "description": "not now; the parts say why"}},
    )
    async def readyz(response: Response) -> Ready:
        now = await ready(served)
        if not now.ready:
            response.status_code = 503
        return now

    @router.get(
        "/metrics",
        summary="Figures for Prometheus",
        tags=["watching"],
        response_class=Response,
        responses={200: {"content": {kind: {"schema": {"type": "string"}} for kind in FIGURES}}, **_problem(401, 429)},
    )
    async def figures(request: Request) -> Response:
        content, media_type = metrics.exposition(request.headers.get("accept", ""))
        return Response(content, media_type=media_type)


def _tools(router: APIRouter, served: Served) -> None:
    @router.get("/tools", summary="The tools that you may call", tags=["tools"], responses=_problem(401, 429, 503))
    async def tools(who: Who) -> Tools:
        toolbox = served.toolbox(who)
        known = await tools_of(toolbox)
        titles = await toolbox.titles()
        return Tools(
            tools=[
                Tool(
                    name=name,
                    title=titles.get(name, name),
                    description=str(one["description"]),
                    input_schema=dict(one["parameters"]),
                )
                for name, one in known.items()
            ]
        )

    @router.post(
        "/tools/invoke",
        summary="Call one tool",
        tags=["tools"],
        responses=_problem(400, 401, 403, 404, 408, 413, 422, 429, 503),
    )
    async def invoke(request: Request, sent: Call, who: Who) -> Invoked:
        return await unless_left(request, invoked(served, who, sent))

    @router.get(
        "/results/{id}",
        summary="All rows of a result of yours",
        tags=["tools"],
        response_class=Response,
        responses={
            200: {"description": "the rows, as JSON, or as the ending says: .csv, .xlsx, .json"},
            **_problem(401, 403, 404, 422, 429, 503),
        },
    )
    async def result(id: Annotated[str, Path(pattern=r"^[A-Za-z0-9_]{16}(\.(csv|json|xlsx))?$")], who: Who) -> Response:
        return await file_of(served, who, id)


def _questions(router: APIRouter, served: Served) -> None:
    @router.post(
        "/query",
        summary="Ask a question",
        tags=["questions"],
        response_model=TurnRecord,
        responses={**_STREAM, **_problem(400, 401, 403, 404, 408, 409, 413, 422, 429, 503)},
    )
    async def query(request: Request, sent: Question, who: Who) -> Any:
        asked = Asked(sent.question, sent.conversation, sent.model)
        events = served.turns.events(asked, who, served.toolbox(who))
        if EVENTS in request.headers.get("accept", ""):
            listening = Listening(events)
            first = await unless_left(request, listening.first())
            lines = listening.lines(first, request.url.path)
            return StreamingResponse(lines, media_type=EVENTS, headers={"X-Accel-Buffering": "no"})

        async def ended() -> TurnRecord:
            happened = [event async for event in events]
            assert isinstance(happened[-1], TurnRecord)
            return happened[-1]

        return Response((await unless_left(request, ended())).model_dump_json(), media_type="application/json")


def _conversations(router: APIRouter, served: Served) -> None:
    @router.get(
        "/conversations",
        summary="Your conversations, newest first",
        tags=["questions"],
        responses=_problem(401, 422, 429, 503),
    )
    async def conversations(
        who: Who, after: Annotated[str | None, Query(description="`next` of the part before")] = None
    ) -> Conversations:
        listed, following = await served.turns.listed(who, after)
        return Conversations.model_validate({"conversations": listed, "next": following})

    @router.get(
        "/conversations/{name}",
        summary="The turns of a conversation of yours",
        tags=["questions"],
        response_model=list[TurnRecord],
        responses=_problem(401, 404, 422, 429, 503),
    )
    async def conversation(name: Name, who: Who) -> Response:
        turns = [turn for turn in (await served.turns.find(name, who)).turns if turn.ended]
        # Of many rows it is many megabytes: written a turn at a time, so that others are answered between them.
        written = await asyncio.to_thread(lambda: [to_json(record(turn)) for turn in turns])
        return Response(b"[%s]" % b",".join(written), media_type="application/json")

    @router.delete(
        "/conversations/{name}",
        summary="Delete a conversation of yours",
        tags=["questions"],
        status_code=204,
        responses=_problem(401, 404, 422, 429, 503),
    )
    async def delete(name: Name, who: Who) -> None:
        await served.turns.delete(name, who)
