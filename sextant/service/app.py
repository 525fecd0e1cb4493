"""The service as an ASGI app: what it serves, and what stands in front of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

from chainlit_app.history.store import Store
from chainlit_app.host import Host, open_host
from chainlit_app.settings import AppSettings, load_settings
from sextant.access.authenticator import authenticator
from sextant.access.metadata import WELL_KNOWN, base, protected_resource
from sextant.access.settings import AccessSettings
from sextant.service import problems
from sextant.service.bounds import Bounds, Running
from sextant.service.front import Caught, Front
from sextant.service.mcp_session import PATH, Sessions
from sextant.service.page import STYLE, page
from sextant.service.routes import routes
from sextant.service.served import Served
from sextant.service.settings import ServiceSettings
from sextant.service.who import Who
from sextant.telemetry import prometheus
from sextant.telemetry.asgi import RequestIds, Timed

_ABOUT = (
    "Read-only answers from Nautobot, the network's source of truth: one tool at a time, or a question in plain words"
    " whose answer names its sources. Errors are problem documents (RFC 9457); X-Request-ID is in every answer."
)


def create_app(
    settings: ServiceSettings | None = None, host_settings: AppSettings | None = None, host: Host | None = None
) -> FastAPI:
    """Return the app. Raise `WrongSetting`. What is not given is read from the settings; nothing runs yet."""
    settings = settings or ServiceSettings.load()
    host_settings = host_settings or load_settings()
    host, access = host or open_host(host_settings), AccessSettings.load()
    served = Served(
        settings=settings,
        host=host,
        store=Store(host_settings.history),
        running=Running(settings.sextant_serve_parallel, settings.sextant_serve_connections),
        authenticator=authenticator(settings.sextant_serve_host, host.gate.policy, access, host_settings),
    )
    served.chats.rows_open = host_settings.sextant_rows_kept
    sessions = Sessions(served)
    app = FastAPI(
        title="Sextant",
        version=version("sextant-chat"),
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        lifespan=lambda app: _life(served, sessions),
    )
    app.state.served, app.state.sessions = served, sessions
    problems.install(app)
    app.include_router(router := routes(served))
    app.router.routes.append(Route(PATH, sessions))
    _documented(app)
    if access.auth_mode == "bearer":
        _resource_metadata(app, access)
    app.add_middleware(
        Bounds,
        running=served.running,
        size=settings.sextant_serve_body_kb * 1024,
        depth=settings.sextant_serve_depth,
        seconds=settings.sextant_serve_read_seconds,
        news=PATH,
    )
    app.add_middleware(Who, authenticator=served.authenticator, trail=host.trail)
    app.add_middleware(Caught)
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=sorted(settings.origins),
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["*"],
            expose_headers=["Mcp-Session-Id", "Retry-After", "WWW-Authenticate", "X-Request-ID"],
        )
    app.add_middleware(Front, hostnames=settings.hostnames, origins=settings.origins)
    prometheus.start()
    app.add_middleware(Timed, routes=[one.path for one in (*router.routes, *app.routes) if isinstance(one, Route)])
    app.add_middleware(RequestIds)
    return app


@asynccontextmanager
async def _life(served: Served, sessions: Sessions) -> AsyncIterator[None]:
    warming = asyncio.create_task(served.host.warm())
    try:
        async with sessions.run():
            yield
    finally:
        warming.cancel()
        await served.host.aclose()
        await served.authenticator.aclose()
        await served.store.close()


def _resource_metadata(app: FastAPI, access: AccessSettings) -> None:
    """Let OAuth clients find the issuer, for the whole service and for its MCP endpoint."""

    async def told(request: Request) -> Response:
        resource = base(request.headers) + request.url.path.removeprefix(WELL_KNOWN)
        return JSONResponse(protected_resource(access, resource))

    for path in (WELL_KNOWN, WELL_KNOWN + PATH):
        app.add_route(path, told, include_in_schema=False)


def _documented(app: FastAPI) -> None:
    """Add a page for people, made from the document for programs; say there that a problem is never plain JSON."""
    made = app.openapi

    def document() -> dict[str, Any]:
        found = made()
        for methods in found["paths"].values():
            for answer in (answer for one in methods.values() for answer in one["responses"].values()):
                if problems.MEDIA_TYPE in (content := answer.get("content", {})):
                    content.pop("application/json", None)  # FastAPI's own words for the same shape
        return found

    app.openapi = document  # type: ignore[method-assign]

    @app.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> HTMLResponse:
        return HTMLResponse(page(app.openapi(), base(request.headers)))

    @app.get("/docs/style.css", include_in_schema=False)
    async def style() -> Response:
        return Response(STYLE, media_type="text/css")
