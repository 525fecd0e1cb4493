"""The tool server: the only module here that knows MCP."""

import logging
import os
import sys
from collections.abc import Awaitable, Callable, Iterable
from io import TextIOWrapper
from typing import Any

import anyio
from mcp import types
from mcp.server.lowlevel import NotificationOptions, Server
from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import McpError
from pydantic import AnyUrl

from tools.answering import Answering
from tools.catalog import CATALOG, OUTPUT, Entry
from tools.results import SCHEME, Expired

logger = logging.getLogger(__name__)

TURN = "sextant/turn"  # in a call's _meta: the turn it belongs to
INSTRUCTIONS = "Read-only answers from Nautobot, the network's source of truth. Name places and devices as people do."
_RESOURCE_NOT_FOUND = -32002

Load = Callable[[], Awaitable[Answering]]


def build_server(load: Load) -> "Server[object, object]":
    """Return the server. `load` is called when an answer is first wanted, so that the list of tools never waits."""
    server: Server[object, object] = Server("sextant", version="0.1.0", instructions=INSTRUCTIONS)

    @server.list_tools()  # type: ignore[no-untyped-call, untyped-decorator]
    async def list_tools() -> list[types.Tool]:
        return [described(entry) for entry in CATALOG.values()]

    # Arguments are validated by the tool's own signature, which forgives more and explains better than a schema.
    @server.call_tool(validate_input=False)  # type: ignore[untyped-decorator]
    async def call_tool(name: str, arguments: dict[str, Any]) -> types.CallToolResult:
        meta = server.request_context.meta
        turn = (meta.model_extra or {}).get(TURN) if meta else None
        answered = await (await load()).answer(name, arguments, turn if isinstance(turn, str) else None)
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=answered.text)],
            structuredContent=answered.answer.model_dump(mode="json"),
            isError=answered.failed,
        )

    @server.list_resource_templates()  # type: ignore[no-untyped-call, untyped-decorator]
    async def list_resource_templates() -> list[types.ResourceTemplate]:
        return [
            types.ResourceTemplate(name="result", uriTemplate=SCHEME + "{id}", mimeType="application/json"),
            types.ResourceTemplate(name="csv", uriTemplate=SCHEME + "{id}.csv", mimeType="text/csv"),
        ]

    @server.read_resource()  # type: ignore[no-untyped-call, untyped-decorator]
    async def read_resource(uri: AnyUrl) -> Iterable[ReadResourceContents]:
        content, mime = await _resource(await load(), str(uri))
        return [ReadResourceContents(content=content, mime_type=mime)]

    return server


def described(entry: Entry) -> types.Tool:
    """Return a tool as the catalogue lists it."""
    return types.Tool(
        name=entry.name,
        description=entry.description,
        inputSchema=entry.input_schema,
        outputSchema=OUTPUT,
        annotations=types.ToolAnnotations(readOnlyHint=True),
    )


async def serve(load: Load, warm_up: Callable[[], Awaitable[object]] | None = None) -> None:
    """Serve on standard input and output until the input closes.

    What anything prints goes to the log: standard output belongs to the protocol.
    """
    protocol = TextIOWrapper(os.fdopen(os.dup(1), "wb"), encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    server = build_server(load)
    async with stdio_server(stdout=anyio.wrap_file(protocol)) as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options(NotificationOptions()))


async def _resource(answering: Answering, uri: str) -> tuple[str, str]:
    try:
        if uri.startswith(SCHEME):
            if uri.endswith(".csv"):
                return answering.results.csv(uri), "text/csv"
            return answering.results.json(uri), "application/json"
    except Expired as expired:
        raise McpError(types.ErrorData(code=_RESOURCE_NOT_FOUND, message=str(expired))) from expired
    raise McpError(types.ErrorData(code=_RESOURCE_NOT_FOUND, message=f"There is no resource {uri}."))
