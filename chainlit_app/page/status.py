"""What the badge of a page says: which data the next answer reads, and which model writes it."""

from collections.abc import Mapping
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chainlit_app.page.preferences import kept, preferences
from chainlit_app.turn import LLM, ToolboxTrouble
from chainlit_app.words import origin_said
from tools.models import Status


class Answering(Protocol):
    """As much of the host as a badge needs."""

    models: Mapping[str, LLM]

    async def status(self) -> Status:
        """Return what the tools read; raise `ToolboxTrouble`."""
        ...


def status_route(host: Answering) -> Route:
    """Return the route that a page asks every few seconds."""

    async def status(request: Request) -> Response:
        settings = preferences(kept(request.headers.get("cookie", "")), list(host.models))
        model = host.models[settings.model].name
        return JSONResponse(await badge(host, model), headers={"cache-control": "no-store"})

    return Route("/sextant/status", status, methods=["GET"])


async def badge(host: Answering, model: str) -> dict[str, str]:
    """Return the badge's words; it never claims live data that nobody could read."""
    try:
        now = await host.status()
    except ToolboxTrouble as trouble:
        return {"mode": "unknown", "data": "No tools", "model": model, "detail": str(trouble)}
    if not now.answers:
        return {"mode": "away", "data": "Nautobot does not answer", "model": model, "detail": now.detail}
    return {"mode": now.mode, "data": origin_said(now.mode, now.url), "model": model, "detail": now.detail}
