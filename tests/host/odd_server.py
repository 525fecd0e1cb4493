"""A tool server for the toolbox's tests: it waits, dies and floods when asked to, and keeps a diary of it."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.stdio import stdio_server

from tools.models import QueryRun, ResultTable, Source, ToolAnswer

DIARY = Path(os.environ["DIARY"])
SERVER: Any = Server("odd")


def note(line: str) -> None:
    with DIARY.open("a", encoding="utf-8") as diary:
        diary.write(f"{line}\n")


def first_of_its_kind() -> bool:
    return DIARY.read_text(encoding="utf-8").count("start") == 1


def result(text: str, total: int = 1) -> types.CallToolResult:
    asked = QueryRun(file="devices.graphql", variables={}, rows=total, seconds=0)
    answer = ToolAnswer(
        tool="odd",
        outcome="found",
        subject="things",
        summary=text[:100],
        total=total,
        shown=1,
        columns=["name"],
        rows=[["row 0"]],
        links=[None],
        result_uri=f"sextant://results/{total}",
        source=Source(mode="demo", url=None, retrieved_at=datetime(2026, 1, 1, tzinfo=UTC), queries=[asked]),
    )
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)], structuredContent=answer.model_dump(mode="json")
    )


@SERVER.list_tools()
async def list_tools() -> list[types.Tool]:
    names = ("pid", "wait", "wait_once", "die", "flood", "many", "refuse", "environment")
    return [types.Tool(name=name, description=name, inputSchema={"type": "object"}) for name in names]


@SERVER.call_tool(validate_input=False)
async def call_tool(name: str, arguments: dict[str, Any]) -> types.CallToolResult:
    meta = SERVER.request_context.meta.model_extra
    note(f"{name} {meta.get('sextant/turn')}" + (" fresh" if meta.get("sextant/fresh") else ""))
    match name:
        case "wait":
            await waited()
        case "wait_once" if first_of_its_kind():
            await waited()
        case "die":
            print("I was told to die", file=sys.stderr, flush=True)
            os._exit(3)
        case "flood":
            return result("head" + "x" * 200_000 + "tail")
        case "many":
            return result("a thousand", total=1000)
        case "refuse":
            text = types.TextContent(type="text", text="vid: not a number")
            return types.CallToolResult(content=[text], isError=True)
        case "environment":
            return result(" ".join(sorted(os.environ)))
    return result(str(os.getpid()))


async def waited() -> None:
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        note("cancelled")
        raise


@SERVER.read_resource()
async def read_resource(uri: Any) -> list[ReadResourceContents]:
    count = int(str(uri).rsplit("/", 1)[1])
    table = ResultTable(
        subject="things", columns=["name"], rows=[[f"row {i}"] for i in range(count)], links=[None] * count
    )
    return [ReadResourceContents(table.model_dump_json(), "application/json")]


async def main() -> None:
    note("start")
    if "REFUSE_TO_START" in os.environ:
        print("DEMO_MODE: not a mode. Allowed: true, false, auto.", file=sys.stderr, flush=True)
        sys.exit(2)
    async with stdio_server() as streams:
        await SERVER.run(*streams, SERVER.create_initialization_options())


asyncio.run(main())
