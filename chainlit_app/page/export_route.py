"""A conversation as a file over HTTP, for its own reader: made when it is asked for, never kept on disk."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chainlit_app.conversation import Conversation
from chainlit_app.export import files
from chainlit_app.page.files import own_conversation
from chainlit_app.page.served import Made, gone, made_now

_GONE = "This conversation is not kept here. Only the browser that asked may read it.\n"


def export_route() -> Route:
    """Return the route of all exports: readers get their own conversations, anybody else a 404."""
    return Route("/sextant/chats/{conversation}/export.{kind}", _serve, methods=["GET"])


async def _serve(request: Request) -> Response:
    conversation = await own_conversation(request)
    if conversation is None:
        return gone(_GONE)
    kind, rows = request.path_params["kind"], "rows" in request.query_params
    return await made_now(request, lambda: _made(conversation, kind, rows)) or gone(_GONE)


def _made(conversation: Conversation, kind: str, rows: bool) -> Made | None:
    file = next((file for file in files(conversation, rows=rows) if file.name.endswith(f".{kind}")), None)
    return Made(file.content.encode(), file.mime, file.name) if file else None
