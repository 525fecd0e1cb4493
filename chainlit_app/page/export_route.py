"""A conversation as a file over HTTP, for its own reader: made when it is asked for, never kept on disk."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chainlit_app.conversation import Conversation
from chainlit_app.export import files
from chainlit_app.page.files import not_recorded, own_conversation
from chainlit_app.page.identity import asking
from chainlit_app.page.served import Made, gone, made_now
from chainlit_app.page.who import People
from sextant.access.principal import Principal
from sextant.audit.trail import Event, Trail, digest

_GONE = "This conversation is not kept here. Only the browser that asked may read it.\n"


def export_route(trail: Trail, people: People) -> Route:
    """Return the route of all exports: readers get their own conversations, anybody else a 404; each is recorded."""

    async def serve(request: Request) -> Response:
        conversation = await own_conversation(request)
        if conversation is None:
            return gone(_GONE)
        kind, rows = request.path_params["kind"], "rows" in request.query_params
        if request.method != "HEAD":
            event = _taken(conversation, people.principal(asking.get()), kind, rows)
            if refused := await not_recorded(trail, event):
                return refused
        return await made_now(request, lambda: _made(conversation, kind, rows)) or gone(_GONE)

    return Route("/sextant/chats/{conversation}/export.{kind}", serve, methods=["GET"])


def _taken(conversation: Conversation, who: Principal, kind: str, rows: bool) -> Event:
    count = sum(len(source.table.rows) for source in conversation.sources) if rows else None
    asked = {"conversation": conversation.id, "rows": rows}
    return Event("export", who, f"a conversation as {kind[:10]}", "sent", digest(asked), rows=count)


def _made(conversation: Conversation, kind: str, rows: bool) -> Made | None:
    file = next((file for file in files(conversation, rows=rows) if file.name.endswith(f".{kind}")), None)
    return Made(file.content.encode(), file.mime, file.name) if file else None
