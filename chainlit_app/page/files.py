"""The rows of a source over HTTP, to their own reader only: made when they are asked for, never kept on disk."""

import jwt
from chainlit.auth import get_token_from_cookies, require_login
from chainlit.auth.jwt import decode_jwt
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chainlit_app.page.chats import chats
from chainlit_app.page.served import served
from chainlit_app.turn import Source


def files_route() -> Route:
    """Return the route of all sources: readers get their own, anybody else a 404."""

    async def serve(request: Request) -> Response:
        return await served(request, await source_of(request))

    return Route("/sextant/chats/{conversation}/sources/{number:int}/{what}", serve, methods=["GET"])


async def source_of(request: Request) -> Source | None:
    """Return the source that the address names, of the reader's own conversation; None where they have none like it."""
    owner = reader_of(request)
    if owner is None:
        return None
    conversation = await chats.find(request.path_params["conversation"], owner)
    number = request.path_params["number"]
    return next((source for source in conversation.sources if source.number == number), None) if conversation else None


def reader_of(request: Request) -> str | None:
    """Return who asks, by the token that Chainlit signed for them; None where it is not valid."""
    if not require_login():
        return ""
    try:
        return decode_jwt(get_token_from_cookies(request.cookies) or "").identifier
    except jwt.InvalidTokenError:
        return None
