"""The "ask again" of a source's panel over HTTP: to its own reader only."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chainlit_app.again import ask_again
from chainlit_app.host import Host
from chainlit_app.limits import Refused
from chainlit_app.page.changes import again_props
from chainlit_app.page.files import own_conversation, source_of
from chainlit_app.page.identity import asking
from chainlit_app.page.who import People


def again_route(host: Host, people: People) -> Route:
    """Return the route that calls a source's tool once more and answers with what has changed."""

    async def again(request: Request) -> Response:
        source, conversation = await source_of(request), await own_conversation(request)
        if source is None or conversation is None:
            return JSONResponse({"refused": "This source is no longer kept: ask the question again."}, status_code=404)
        # It reads as a question does and counts as one; a place of its own leaves the conversation free for questions.
        place = f"{request.path_params['conversation']}/{source.number}"
        try:
            with host.limits.turn(asking.get(), place, ""):
                earlier = conversation.results_named(source.call, rows=True)
                found = await ask_again(source, host.tools_of(people.principal(asking.get())), earlier)
        except Refused as refused:
            return JSONResponse({"refused": str(refused)}, status_code=429)
        return JSONResponse(again_props(source, found), headers={"cache-control": "no-store"})

    return Route("/sextant/chats/{conversation}/sources/{number:int}/again", again, methods=["POST"])
