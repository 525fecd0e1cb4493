"""The tools, over MCP: one server process for all chats. In the host only this and `tool_server` know MCP."""

import asyncio
import logging
import sys
import time
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from mcp import ClientSession, McpError, StdioServerParameters, types
from mcp.shared.session import ProgressFnT
from pydantic import AnyUrl, TypeAdapter, ValidationError
from pydantic_core import from_json

from chainlit_app import watching
from chainlit_app.injection import flagged
from chainlit_app.sendable import UNSENDABLE, sendable
from chainlit_app.tool_server import Lost, Server
from chainlit_app.turn import Gone, Report, ToolboxTrouble, ToolCall, ToolResult, shown_rows
from chainlit_app.watching import Calling
from sextant.telemetry import metrics, request, traces
from tools.models import Check, Earlier, Names, ResultTable, Status, ToolAnswer

logger = logging.getLogger(__name__)

T = TypeVar("T")
_NOT_FOUND = -32002  # MCP's code for a resource that there is not
SERVER = (sys.executable, "-P", "-m", "tools")  # -P: a folder named tools in the working directory is not ours

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0  # seconds between two tries to start a server that does not start
_TEXT_KEPT = 48_000  # characters of a result that a model is sent at most


class ServerToolbox:
    """The tools of one server process, started when first needed and again when it has died."""

    def __init__(
        self, environment: Mapping[str, str], call_seconds: float = 60, command: Sequence[str] = SERVER
    ) -> None:
        self._parameters = StdioServerParameters(command=command[0], args=list(command[1:]), env=dict(environment))
        self.call_seconds = call_seconds
        self._server: Server | None = None
        self._pause = _FIRST_PAUSE

    async def schemas(self) -> Sequence[Mapping[str, Any]]:
        """Return the catalogue as OpenAI function schemas. Raise `ToolboxTrouble`."""
        return [
            {
                "type": "function",
                "function": {"name": tool.name, "description": tool.description or "", "parameters": tool.inputSchema},
            }
            for tool in (await self._running()).tools
        ]

    async def titles(self) -> Mapping[str, str]:
        """Return what people call each tool. Raise `ToolboxTrouble`."""
        return {tool.name: tool.title or "" for tool in (await self._running()).tools}

    async def catalogue(self) -> Sequence[types.Tool]:
        """Return the tools as the server lists them. Raise `ToolboxTrouble`."""
        return (await self._running()).tools

    async def resources(self) -> tuple[Sequence[types.Resource], Sequence[types.ResourceTemplate]]:
        """Return what can be read, and how results are addressed. Raise `ToolboxTrouble`."""
        listed = await self._ask(lambda session: session.list_resources())
        return listed.resources, (await self._ask(lambda session: session.list_resource_templates())).resourceTemplates

    async def call(
        self, call: ToolCall, turn: str, report: Report | None = None, earlier: Mapping[str, Earlier] | None = None
    ) -> ToolResult:
        """Return what came of a call, also of one that failed."""
        with watching.tool_call(call.name, call.arguments) as calling:
            calling.result = await self._called(call, turn, report, earlier, calling)
            return calling.result

    async def _called(
        self, call: ToolCall, turn: str, report: Report | None, earlier: Mapping[str, Earlier] | None, calling: Calling
    ) -> ToolResult:
        began = time.perf_counter()
        if not sendable(call.arguments):
            calling.error = "refused"
            return _failure(f"{UNSENDABLE}.", began)
        try:
            async with asyncio.timeout(self.call_seconds):
                given = await self._ask(lambda session: _call(session, call, turn, report, earlier or {}))
                answer = _answer(given)
                table = await self._table(answer) if answer and call.whole else None
        except TimeoutError:
            calling.error = "timeout"
            sentence = f"The tool did not answer within {self.call_seconds:g} s and was stopped: ask for less at once."
            return _failure(sentence, began)
        except (ToolboxTrouble, McpError) as trouble:
            calling.error = "unavailable" if isinstance(trouble, ToolboxTrouble) else "refused"
            return _failure(str(trouble), began)
        calling.server = (given.meta or {}).get("sextant/noted") or {}
        text = _capped("\n".join(block.text for block in given.content if isinstance(block, types.TextContent)))
        error = None if not given.isError else answer.summary if answer else text
        result = ToolResult(text, given.isError, time.perf_counter() - began, answer, table, error)
        # Many rows take a while to read; those of an answer alone less than a change of threads.
        return await asyncio.to_thread(flagged, result) if table else flagged(result)

    async def _table(self, answer: ToolAnswer) -> ResultTable:
        """Return all rows of an answer."""
        if answer.result_uri is None or answer.shown >= answer.total:
            return shown_rows(answer)
        uri = AnyUrl(answer.result_uri)
        try:
            found = await self._ask(lambda session: session.read_resource(uri))
        except (ToolboxTrouble, McpError):
            logger.exception("The rows of an answer are gone")
            return shown_rows(answer)
        return await asyncio.to_thread(_rows, _text(found))  # all chats wait where the loop reads many

    async def status(self) -> Status:
        """Return what the server reads. Raise `ToolboxTrouble`, as do all that follow."""
        return Status.model_validate_json(await self.read("sextant://status"))

    async def names(self) -> Names:
        """Return the names that a question may use."""
        return Names.model_validate_json(await self.read("sextant://names"))

    async def checks(self) -> list[Check]:
        """Return what the server found when it looked at its settings and at Nautobot."""
        return TypeAdapter(list[Check]).validate_json(await self.read("sextant://checks"))

    async def read(self, uri: str) -> str:
        """Return the text of a resource."""
        return _text(await self._resource(uri))

    async def file(self, uri: str) -> tuple[bytes, str]:
        """Return a resource as it is saved, and its media type. Raise `Gone` where it is no longer kept."""
        found = (await self._resource(uri)).contents[0]
        content = b64decode(found.blob) if isinstance(found, types.BlobResourceContents) else found.text.encode()
        return content, found.mimeType or "application/octet-stream"

    async def _resource(self, uri: str) -> types.ReadResourceResult:
        try:
            async with asyncio.timeout(self.call_seconds):
                return await self._ask(lambda session: session.read_resource(AnyUrl(uri)))
        except TimeoutError:
            raise ToolboxTrouble(f"The tool server did not answer within {self.call_seconds:g} s.") from None
        except McpError as error:
            if error.error.code == _NOT_FOUND:
                raise Gone(str(error)) from error
            refused = isinstance(error.error.data, dict) and error.error.data.get("outcome") == "not_allowed"
            raise ToolboxTrouble(str(error), "not_allowed" if refused else "unavailable") from error

    async def aclose(self) -> None:
        """Return when no process is left."""
        if self._server:
            await self._server.close()

    async def _ask(self, request: Callable[[ClientSession], Awaitable[T]]) -> T:
        """Return an answer; when the server dies meanwhile, of a new one. All we ask only reads, so twice is safe."""
        for _ in range(2):
            server = await self._running()
            try:
                return await server.ask(request)
            except Lost:
                await server.silence()
                logger.warning("The tool server died: %s", server.last_words())
        raise ToolboxTrouble(f"The tool server died twice on this ({server.last_words()}): ask for something else.")

    async def _running(self) -> Server:
        """Return a server that runs. Raise `ToolboxTrouble` when none can be started."""
        last = self._server
        if last is None or last.dead.done():
            failed = last is not None and not last.started
            if last and failed and time.monotonic() < last.ended + self._pause:
                raise ToolboxTrouble(last.why)
            self._pause = min(2 * self._pause, _LONGEST_PAUSE) if failed else _FIRST_PAUSE
            self._server = Server(self._parameters)
        server = self._server
        assert server is not None
        await asyncio.shield(server.ready)  # its start outlives a caller who leaves
        if not server.started:
            raise ToolboxTrouble(server.why)
        return server


async def _call(
    session: ClientSession, call: ToolCall, turn: str, report: Report | None, earlier: Mapping[str, Earlier]
) -> types.CallToolResult:
    # Not session.call_tool: that checks the answer against the output schema with a slow library. `_answer` does it.
    meta: dict[str, Any] = {"sextant/turn": turn, **({"sextant/fresh": True} if call.fresh else {})}
    meta |= traces.current.get().carrier()
    if id := request.request_id.get():
        meta[request.META_KEY] = id
    # Sent also where there are none: in a chat a result is called by the number of its source.
    meta["sextant/results"] = {name: kept.model_dump() for name, kept in earlier.items()}
    params = types.CallToolRequestParams(
        name=call.name, arguments=call.arguments, _meta=types.RequestParams.Meta(**meta)
    )
    asked = types.ClientRequest(types.CallToolRequest(params=params))
    return await session.send_request(asked, types.CallToolResult, progress_callback=_heard(report))


def _heard(report: Report | None) -> ProgressFnT | None:
    # It runs in the loop that receives everything: nothing in it may wait.
    if report is None:
        return None

    async def heard(progress: float, total: float | None, message: str | None) -> None:
        report(int(progress), None if total is None else int(total))

    return heard


def _text(found: types.ReadResourceResult) -> str:
    return "".join(part.text for part in found.contents if isinstance(part, types.TextResourceContents))


def _rows(text: str) -> ResultTable:
    # In two steps: half as long as one, and neither of them keeps the interpreter to itself for long.
    # The types are for clients that have only the server: a conversation keeps rows, of which they can be told.
    return ResultTable.model_validate(from_json(text) | {"types": []})


def _answer(given: types.CallToolResult) -> ToolAnswer | None:
    """Return the answer; None where the server refused the call before any tool ran."""
    if given.structuredContent is None:
        return None
    try:
        return ToolAnswer.model_validate(given.structuredContent)
    except ValidationError:
        logger.exception("A tool's answer is not one")
        return None


def _failure(sentence: str, began: float) -> ToolResult:
    return ToolResult(sentence, failed=True, seconds=time.perf_counter() - began, error=sentence)


def _capped(text: str) -> str:
    """Return a text with its middle left out where it is longer than a model should read."""
    if len(text) <= _TEXT_KEPT:
        return text
    metrics.note(metrics.CUT, what="text")
    head, tail = text[: _TEXT_KEPT * 3 // 4], text[-_TEXT_KEPT // 4 :]
    left_out = len(text) - len(head) - len(tail)
    return f"{head}\n[{left_out:,} characters are left out here: narrow the question or export]\n{tail}"
