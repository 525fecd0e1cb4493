"""The "ask again" of a source's panel over HTTP: to its own reader only."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chainlit_app.again import ask_again
from chainlit_app.host import Host
from chainlit_app.page.changes import again_props
from chainlit_app.page.files import source_of

_at_once = asyncio.Semaphore(4)


def again_route(host: Host) -> Route:
    """Return the route that calls a source's tool once more and answers with what has changed."""

    async def again(request: Request) -> Response:
        source = await source_of(request)
        if source is None:
            return JSONResponse({"refused": "This source is no longer kept: ask the question again."}, status_code=404)
        async with _at_once:
            found = await ask_again(source, host.toolbox)
        return JSONResponse(again_props(source, found), headers={"cache-control": "no-store"})

    return Route("/sextant/chats/{conversation}/sources/{number:int}/again", again, methods=["POST"])
