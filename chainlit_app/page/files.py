"""The rows of a source over HTTP, to their own reader only: made when they are asked for, never kept on disk."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chainlit_app.conversation import Conversation
from chainlit_app.page.chats import chats
from chainlit_app.page.identity import asking
from chainlit_app.page.served import served
from chainlit_app.turn import Source


def files_route() -> Route:
    """Return the route of all sources: readers get their own, anybody else a 404."""

    async def serve(request: Request) -> Response:
        return await served(request, await source_of(request))

    return Route("/sextant/chats/{conversation}/sources/{number:int}/{what}", serve, methods=["GET"])


async def source_of(request: Request) -> Source | None:
    """Return the source that the address names, of the reader's own conversation; None where they have none like it."""
    conversation = await own_conversation(request)
    number = request.path_params["number"]
    return next((source for source in conversation.sources if source.number == number), None) if conversation else None


async def own_conversation(request: Request) -> Conversation | None:
    """Return the conversation that the address names; None where it is not of the reader who asks."""
    owner = asking.get()
    return await chats.find(request.path_params["conversation"], owner) if owner else None
