"""The tools, over MCP: one server process for all chats. The only file of the host that knows MCP."""

import asyncio
import logging
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TextIO, TypeVar

import anyio
from mcp import ClientSession, McpError, StdioServerParameters, types
from mcp.client.stdio import stdio_client
from mcp.shared.session import ProgressFnT
from pydantic import AnyUrl, TypeAdapter, ValidationError
from pydantic_core import from_json

from chainlit_app.injection import flagged
from chainlit_app.turn import Report, ToolboxTrouble, ToolCall, ToolResult, shown_rows
from tools.models import Check, Names, ResultTable, Status, ToolAnswer

logger = logging.getLogger(__name__)

T = TypeVar("T")
SERVER = (sys.executable, "-P", "-m", "tools")  # -P: a folder named tools in the working directory is not ours

_START_SECONDS = 30.0
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0  # seconds between two tries to start a server that does not start
_TEXT_KEPT = 48_000  # characters of a result that a model is sent at most
_STDERR_LINES = 20


class _Lost(Exception):
    """The server process ended, or its pipe did."""


class _Session(ClientSession):
    """A session that tells the server when nobody waits for an answer any more; the SDK's own does not."""

    def __init__(self, *streams: Any) -> None:
        super().__init__(*streams)
        self._notices: set[asyncio.Task[None]] = set()

    async def send_request(self, *arguments: Any, **options: Any) -> Any:
        number = self._request_id  # the SDK gives this request that number before it first waits
        try:
            return await super().send_request(*arguments, **options)
        except asyncio.CancelledError:
            notice = asyncio.ensure_future(self._tell_cancelled(number))
            self._notices.add(notice)  # or the loop forgets it
            notice.add_done_callback(self._notices.discard)
            raise

    async def _tell_cancelled(self, number: int) -> None:
        params = types.CancelledNotificationParams(requestId=number, reason="nobody waits for it")
        try:
            await self.send_notification(types.ClientNotification(types.CancelledNotification(params=params)))
        except (anyio.ClosedResourceError, anyio.BrokenResourceError):
            logger.debug("The server was gone before it could be told")


class _Server:
    """One server process, from its start to its end. Its own task enters and leaves the MCP contexts: no other may."""

    def __init__(self, parameters: StdioServerParameters) -> None:
        loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[None] = loop.create_future()
        self.dead: asyncio.Future[None] = loop.create_future()
        self.tools: Sequence[types.Tool] = ()
        self.session: _Session
        self._said: deque[str] = deque(maxlen=_STDERR_LINES)
        self._stop = asyncio.Event()
        self._silent: asyncio.Future[None] = loop.create_future()
        self._loop = loop
        self.started = False
        self.ended = 0.0
        self.task = asyncio.create_task(self._run(parameters), name="tool-server")

    async def ask(self, request: Callable[[ClientSession], Awaitable[T]]) -> T:
        """Return what the server answers. Raise `_Lost` when it ends first, `McpError` when it refuses."""
        asking = asyncio.ensure_future(request(self.session))
        either: set[asyncio.Future[Any]] = {asking, self.dead}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                raise _Lost
            return asking.result()
        except (anyio.ClosedResourceError, anyio.BrokenResourceError) as error:
            self.bury()
            raise _Lost from error
        except McpError as error:
            if error.error.code != types.CONNECTION_CLOSED:
                raise
            self.bury()
            raise _Lost from error
        finally:
            asking.cancel()

    def bury(self) -> None:
        """Wake all who wait for this server, and let its task leave."""
        if not self.dead.done():
            self.dead.set_result(None)
        self._stop.set()

    async def close(self) -> None:
        """Return when the process is gone."""
        self.bury()
        await asyncio.wait({self.task})

    def _fall_silent(self) -> None:
        """The process has closed its log: it is gone."""
        if not self._silent.done():
            self._silent.set_result(None)
        self.bury()

    async def silence(self) -> None:
        """Return when its log has been read to the end: its last words say why it ended."""
        await asyncio.wait({self._silent}, timeout=1)

    @property
    def why(self) -> str:
        """Why it did not start, in a sentence that says what to do."""
        return f"The tool server does not start ({self.last_words()}): `sextant doctor` says what to do."

    def last_words(self) -> str:
        """Return the last line that the server wrote to its log."""
        return next((line for line in reversed(self._said) if line.strip()), "it said nothing")

    async def _run(self, parameters: StdioServerParameters) -> None:
        log = self._open_log()
        try:
            async with asyncio.timeout(_START_SECONDS) as start, stdio_client(parameters, errlog=log) as streams:
                log.close()  # the process has its own copy; ours would hide its end
                async with _Session(*streams) as self.session:
                    await self.session.initialize()
                    self.tools = (await self.session.list_tools()).tools
                    start.reschedule(None)
                    self.started = True
                    self.ready.set_result(None)
                    await self._stop.wait()
        except Exception as error:  # noqa: BLE001 - whatever kept it from starting is told to those who wait
            logger.info("The tool server ended: %r", error)
        finally:
            log.close()
            await self.silence()
            self.ended = time.monotonic()
            self.bury()
            if not self.ready.done():
                self.ready.set_result(None)

    def _open_log(self) -> TextIO:
        """Return where the server writes its log: our log, and the last lines for an error message."""
        reading, writing = os.pipe()

        def listen() -> None:
            with os.fdopen(reading, encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    self._said.append(line.rstrip())
                    logger.info("tools: %s", line.rstrip())
            with suppress(RuntimeError):  # the loop is gone too
                self._loop.call_soon_threadsafe(self._fall_silent)

        threading.Thread(target=listen, name="tool-server-log", daemon=True).start()
        return os.fdopen(writing, "w")


class ServerToolbox:
    """The tools of one server process, started when first needed and again when it has died."""

    def __init__(
        self, environment: Mapping[str, str], call_seconds: float = 60, command: Sequence[str] = SERVER
    ) -> None:
        self._parameters = StdioServerParameters(command=command[0], args=list(command[1:]), env=dict(environment))
        self.call_seconds = call_seconds
        self._server: _Server | None = None
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

    async def call(self, call: ToolCall, turn: str, report: Report | None = None) -> ToolResult:
        """Return what came of a call, also of one that failed."""
        began = time.perf_counter()
        try:
            async with asyncio.timeout(self.call_seconds):
                given = await self._ask(lambda session: _call(session, call, turn, report))
                answer = _answer(given)
                table = await self._table(answer) if answer else None
        except TimeoutError:
            sentence = f"The tool did not answer within {self.call_seconds:g} s and was stopped: ask for less at once."
            return _failure(sentence, began)
        except (ToolboxTrouble, McpError) as trouble:
            return _failure(str(trouble), began)
        text = _capped("\n".join(block.text for block in given.content if isinstance(block, types.TextContent)))
        error = None if not given.isError else answer.summary if answer else text
        result = ToolResult(text, given.isError, time.perf_counter() - began, answer, table, error)
        return await asyncio.to_thread(flagged, result)  # many rows take a while to read

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

    async def csv(self, answer: ToolAnswer) -> bytes:
        """Return all rows of an answer as a CSV file, as the server writes it."""
        if answer.csv_uri is None:
            raise ToolboxTrouble("This answer has no file.")
        return (await self.read(answer.csv_uri)).encode()

    async def read(self, uri: str) -> str:
        """Return the text of a resource."""
        try:
            async with asyncio.timeout(self.call_seconds):
                found = await self._ask(lambda session: session.read_resource(AnyUrl(uri)))
        except TimeoutError:
            raise ToolboxTrouble(f"The tool server did not answer within {self.call_seconds:g} s.") from None
        except McpError as error:
            refused = isinstance(error.error.data, dict) and error.error.data.get("outcome") == "not_allowed"
            raise ToolboxTrouble(str(error), "not_allowed" if refused else "unavailable") from error
        return _text(found)

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
            except _Lost:
                await server.silence()
                logger.warning("The tool server died: %s", server.last_words())
        raise ToolboxTrouble(f"The tool server died twice on this ({server.last_words()}): ask for something else.")

    async def _running(self) -> _Server:
        """Return a server that runs. Raise `ToolboxTrouble` when none can be started."""
        last = self._server
        if last is None or last.dead.done():
            failed = last is not None and not last.started
            if last and failed and time.monotonic() < last.ended + self._pause:
                raise ToolboxTrouble(last.why)
            self._pause = min(2 * self._pause, _LONGEST_PAUSE) if failed else _FIRST_PAUSE
            self._server = _Server(self._parameters)
        server = self._server
        assert server is not None
        await asyncio.shield(server.ready)  # its start outlives a caller who leaves
        if not server.started:
            raise ToolboxTrouble(server.why)
        return server


async def _call(
    session: ClientSession, call: ToolCall, turn: str, report: Report | None = None
) -> types.CallToolResult:
    # Not session.call_tool: that checks the answer against the output schema with a slow library. `_answer` does it.
    meta = {"sextant/turn": turn, **({"sextant/fresh": True} if call.fresh else {})}
    params = types.CallToolRequestParams(
        name=call.name, arguments=call.arguments, _meta=types.RequestParams.Meta(**meta)
    )
    request = types.ClientRequest(types.CallToolRequest(params=params))
    return await session.send_request(request, types.CallToolResult, progress_callback=_heard(report))


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
    return ResultTable.model_validate(from_json(text))


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
    head, tail = text[: _TEXT_KEPT * 3 // 4], text[-_TEXT_KEPT // 4 :]
    left_out = len(text) - len(head) - len(tail)
    return f"{head}\n[{left_out:,} characters are left out here: narrow the question or export]\n{tail}"
