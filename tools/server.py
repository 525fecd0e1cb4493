"""The tool server: the only module here that knows MCP."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Iterable
from functools import cache
from importlib.metadata import version
from io import TextIOWrapper
from typing import Any

import anyio
from mcp import types
from mcp.server.lowlevel import NotificationOptions, Server
from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import McpError
from pydantic import AnyUrl, TypeAdapter

from sextant.telemetry.metrics import TOOLS, learn
from tools import watching
from tools.about import names
from tools.answering import DEFECT, Answering
from tools.catalog import CATALOG, OUTPUT, RENAMED, Entry
from tools.contents import result
from tools.errors import SourceError
from tools.files import MEDIA_TYPES
from tools.kept import FIGURE, FIGURE_TYPE, kept
from tools.loading import Loading
from tools.models import Check, Earlier
from tools.progress import Report
from tools.results import SCHEME, Missing
from tools.sessions import Sessions

logger = logging.getLogger(__name__)

TURN = "sextant/turn"  # in a call's _meta: the turn it belongs to
FRESH = "sextant/fresh"  # there as well, where nothing that was kept may answer: true
# There too: the earlier results that the arguments name, {"r3": {"uri", "tool", "arguments"}}. A host that sends it,
# even empty, names results itself; for all others they are r1, r2 and so on, of each session on its own.
RESULTS = "sextant/results"
INSTRUCTIONS = (
    "Read-only answers from Nautobot, the network's source of truth. Name places and devices as people do. "
    "Every answer with rows is kept under a name, r1, r2 ...: other tools take it in place of a location, a device or a prefix."
)
RESOURCES = {
    "status": "Where answers come from now: live or demo data.",
    "names": "All names that a question may use.",
    "checks": "What is reachable and allowed.",
    "refresh": "Reading this forgets what was kept of earlier reads: the next answers are read anew.",
}
JSON = "application/json"
_REFRESHED = '{"detail": "What was kept is forgotten: the next answers are read anew."}'
_RESOURCE_NOT_FOUND = -32002
_CHECKS = TypeAdapter(list[Check])
_EARLIER = TypeAdapter(dict[str, Earlier])

Load = Callable[[], Awaitable[Answering]]


def build_server(load: Load, listed: Callable[[], object] = lambda: None) -> "Server[object, object]":
    """Return the server.

    `load` is called when an answer is first wanted, so that the list of tools never waits; `listed` when a client has
    asked for that list.
    """
    server: Server[object, object] = Server("sextant", version=version("sextant-chat"), instructions=INSTRUCTIONS)
    sessions = Sessions()
    learn(TOOLS, CATALOG)

    @server.list_tools()  # type: ignore[no-untyped-call, untyped-decorator]
    async def list_tools() -> list[types.Tool]:
        listed()
        return [described(entry) for entry in CATALOG.values()]

    # Arguments are validated by the tool's own signature, which forgives more and explains better than a schema.
    @server.call_tool(validate_input=False)  # type: ignore[untyped-decorator]
    async def call_tool(name: str, arguments: dict[str, Any]) -> types.CallToolResult:
        meta = server.request_context.meta
        said = (meta.model_extra or {}) if meta else {}
        turn, fresh = said.get(TURN), said.get(FRESH) is True
        report = _progress_of(server) if meta and meta.progressToken is not None else None
        turn = turn if isinstance(turn, str) else None
        session, named = server.request_context.session, RESULTS in said
        earlier = _EARLIER.validate_python(said[RESULTS]) if named else sessions.earlier(session)
        with watching.call(RENAMED.get(name, name), said) as noted:
            answered = await (await load()).answer(name, arguments, turn, report, fresh=fresh, earlier=earlier)
            noted.outcome, noted.failed = answered.answer.outcome, answered.failed
        answer = answered.answer if named else sessions.named(session, answered.answer, arguments)
        came = result(answered.text, answer, failed=answered.failed, links=not named)
        return came.model_copy(update={"meta": {watching.NOTED: noted.told()}}) if named else came

    @server.list_resources()  # type: ignore[no-untyped-call, untyped-decorator]
    async def list_resources() -> list[types.Resource]:
        return [
            types.Resource(name=name, uri=AnyUrl(f"sextant://{name}"), description=description, mimeType=JSON)
            for name, description in RESOURCES.items()
        ]

    @server.list_resource_templates()  # type: ignore[no-untyped-call, untyped-decorator]
    async def list_resource_templates() -> list[types.ResourceTemplate]:
        return [
            types.ResourceTemplate(name="result", uriTemplate=SCHEME + "{id}", mimeType=JSON),
            *(
                types.ResourceTemplate(name=kind, uriTemplate=f"{SCHEME}{{id}}.{kind}", mimeType=media)
                for kind, media in MEDIA_TYPES.items()
            ),
            types.ResourceTemplate(
                name="picture",
                uriTemplate=f"{SCHEME}{{id}}.{FIGURE}",
                description="A Plotly figure of the rows, where a picture says more than a table.",
                mimeType=FIGURE_TYPE,
            ),
        ]

    @server.read_resource()  # type: ignore[no-untyped-call, untyped-decorator]
    async def read_resource(uri: AnyUrl) -> Iterable[ReadResourceContents]:
        try:
            address = sessions.address(server.request_context.session, str(uri))
            content, mime = await _resource(await load(), address)
        except Missing as missing:
            raise McpError(types.ErrorData(code=_RESOURCE_NOT_FOUND, message=str(missing))) from missing
        except SourceError as trouble:
            raise McpError(
                types.ErrorData(code=types.INTERNAL_ERROR, message=str(trouble), data={"outcome": trouble.outcome})
            ) from trouble
        except Exception as bug:
            logger.exception("Resource %s failed", uri)
            raise McpError(types.ErrorData(code=types.INTERNAL_ERROR, message=DEFECT)) from bug
        return [ReadResourceContents(content=content, mime_type=mime)]

    return server


@cache
def described(entry: Entry) -> types.Tool:
    """Return a tool as the catalogue lists it."""
    return types.Tool(
        name=entry.name,
        title=entry.title,
        description=entry.description,
        inputSchema=entry.input_schema,
        outputSchema=OUTPUT,
        annotations=types.ToolAnnotations(readOnlyHint=True),
    )


async def serve(loading: Loading) -> None:
    """Serve on standard input and output until the input closes.

    What anything prints goes to the log: standard output belongs to the protocol.
    """
    protocol = TextIOWrapper(os.fdopen(os.dup(1), "wb"), encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    listed = anyio.Event()
    server = build_server(loading.answering, listed.set)

    async def warm_up() -> None:
        await listed.wait()
        await loading.warm_up()

    async with anyio.create_task_group() as background:
        background.start_soon(warm_up)
        async with stdio_server(stdout=anyio.wrap_file(protocol)) as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options(NotificationOptions()))
        background.cancel_scope.cancel()
    await loading.aclose()


def _progress_of(server: "Server[object, object]") -> Report:
    """Return what tells the client of the running request how far it is."""
    request = server.request_context
    token = request.meta.progressToken if request.meta else None
    assert token is not None

    async def report(done: int, total: int | None) -> None:
        await request.session.send_progress_notification(token, done, total)

    return report


async def _resource(answering: Answering, uri: str) -> tuple[str | bytes, str]:
    if uri.startswith(SCHEME):
        return await asyncio.to_thread(kept, answering.results, uri)
    match uri:
        case "sextant://status":
            return (await answering.nautobot.looked()).model_dump_json(), JSON
        case "sextant://names":
            return (await names(answering.nautobot, answering.organisation)).model_dump_json(), JSON
        case "sextant://refresh":
            answering.nautobot.refresh()
            return _REFRESHED, JSON
        case "sextant://checks":
            return _CHECKS.dump_json(await answering.nautobot.checks()).decode(), JSON
    raise Missing(f"There is no resource {uri}.")
