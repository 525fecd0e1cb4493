"""A conversation as a file over HTTP, for its own reader: made when it is asked for, never kept on disk."""

import asyncio

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from chainlit_app.conversation import Conversation
from chainlit_app.export import File, files
from chainlit_app.page.chats import chats
from chainlit_app.page.files import reader_of

_GONE = "This conversation is not kept here. Only the browser that asked may read it.\n"
_PRIVATE = {"cache-control": "private, no-store", "x-content-type-options": "nosniff"}


def export_route() -> Route:
    """Return the route of all exports: readers get their own conversations, anybody else a 404."""
    return Route("/sextant/chats/{conversation}/export.{kind}", _serve, methods=["GET"])


async def _serve(request: Request) -> Response:
    owner, kind = reader_of(request), request.path_params["kind"]
    conversation = await chats.find(request.path_params["conversation"], owner) if owner is not None else None
    found = await asyncio.to_thread(_file, conversation, kind, "rows" in request.query_params) if conversation else None
    if found is None:
        return PlainTextResponse(_GONE, status_code=404, headers=_PRIVATE)
    headers = {**_PRIVATE, "content-disposition": f'attachment; filename="{found.name}"'}
    return Response(found.content, media_type=found.mime, headers=headers)


def _file(conversation: Conversation, kind: str, rows: bool) -> File | None:
    return next((file for file in files(conversation, rows=rows) if file.name.endswith(f".{kind}")), None)
