"""The rows of a source over HTTP, to their own reader only: made when they are asked for, never kept on disk."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chainlit_app.conversation import Conversation
from chainlit_app.page.chats import chats
from chainlit_app.page.identity import asking
from chainlit_app.page.served import KINDS, refused, served
from chainlit_app.page.who import People
from chainlit_app.turn import Source
from chainlit_app.words import name_of
from sextant.access.principal import Principal
from sextant.audit.trail import Event, NotRecorded, Trail, digest


def files_route(trail: Trail, people: People) -> Route:
    """Return the route of all sources: readers get their own, anybody else a 404; files are recorded in the trail."""

    async def serve(request: Request) -> Response:
        source = await source_of(request)
        kind = KINDS.get(request.path_params["what"])
        if source is None or kind is None or kind.extension is None or request.method == "HEAD":
            return await served(request, source)
        event = _taken(source, people.principal(asking.get()), name_of(source, kind.extension))
        return await not_recorded(trail, event) or await served(request, source)

    return Route("/sextant/chats/{conversation}/sources/{number:int}/{what}", serve, methods=["GET"])


def _taken(source: Source, who: Principal, file: str) -> Event:
    answer = source.answer
    mode = answer.source.mode if answer.source else None
    return Event("export", who, file, "sent", digest(source.call.arguments), rows=answer.total, mode=mode)


async def not_recorded(trail: Trail, event: Event) -> Response | None:
    """Record that somebody takes a file away; return the answer where it must be recorded and cannot: they get none."""
    try:
        await trail.record(event)
    except NotRecorded as no:
        return refused(f"{no}\n")
    return None


async def source_of(request: Request) -> Source | None:
    """Return the source that the address names, of the reader's own conversation; None where they have none like it."""
    conversation = await own_conversation(request)
    number = request.path_params["number"]
    return next((source for source in conversation.sources if source.number == number), None) if conversation else None


async def own_conversation(request: Request) -> Conversation | None:
    """Return the conversation that the address names; None where it is not of the reader who asks."""
    owner = asking.get()
    return await chats.find(request.path_params["conversation"], owner) if owner else None
