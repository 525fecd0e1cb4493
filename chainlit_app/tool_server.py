"""The tool server as a process of its own: started, asked, and noticed when it ends. `toolbox` keeps one running."""

import asyncio
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, TextIO, TypeVar

import anyio
from mcp import ClientSession, McpError, StdioServerParameters, types
from mcp.client.stdio import stdio_client

from sextant.telemetry import metrics, relay

logger = logging.getLogger(__name__)

T = TypeVar("T")

_START_SECONDS = 30.0
_END_SECONDS = 1.0  # for a process to end by itself
_STDERR_LINES = 20


class Lost(Exception):
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


class Server:
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
        self._wanted = True
        self.task = asyncio.create_task(self._run(parameters), name="tool-server")

    async def ask(self, request: Callable[[ClientSession], Awaitable[T]]) -> T:
        """Return what the server answers. Raise `Lost` when it ends first, `McpError` when it refuses."""
        asking = asyncio.ensure_future(request(self.session))
        either: set[asyncio.Future[Any]] = {asking, self.dead}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                raise Lost
            return asking.result()
        except (anyio.ClosedResourceError, anyio.BrokenResourceError) as error:
            self.bury()
            raise Lost from error
        except McpError as error:
            if error.error.code != types.CONNECTION_CLOSED:
                raise
            self.bury()
            raise Lost from error
        finally:
            asking.cancel()

    def bury(self) -> None:
        """Wake all who wait for this server, and let its task leave."""
        if not self.dead.done():
            self.dead.set_result(None)
        self._stop.set()

    async def close(self) -> None:
        """Return when the process is gone."""
        self._wanted = False
        self.bury()
        _, runs = await asyncio.wait({self.task}, timeout=_END_SECONDS)
        # One that hangs is killed: it only reads, and the SDK would take four seconds to lose patience.
        while runs:
            self.task.cancel()
            _, runs = await asyncio.wait(runs, timeout=0.1)

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
        return next((line for line in reversed(self._said) if line), "it said nothing")

    async def _run(self, parameters: StdioServerParameters) -> None:
        log = self._open_log()
        metrics.note(metrics.STARTS)
        parameters = parameters.model_copy(update={"env": {**(parameters.env or {}), **relay.settings()}})
        try:
            async with asyncio.timeout(_START_SECONDS) as start, stdio_client(parameters, errlog=log) as streams:
                log.close()  # the process has its own copy; ours would hide its end
                async with _Session(*streams) as self.session:
                    await self.session.initialize()
                    self.tools = (await self.session.list_tools()).tools
                    metrics.learn(metrics.TOOLS, (tool.name for tool in self.tools))
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
            if self._wanted:
                metrics.note(metrics.DEATHS)
            self.bury()
            if not self.ready.done():
                self.ready.set_result(None)

    def _open_log(self) -> TextIO:
        """Return where the server writes its log: our log, and the last lines for an error message."""
        reading, writing = os.pipe()

        def listen() -> None:
            with os.fdopen(reading, encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    self._said.append(relay.relay(line.rstrip("\n")))
            with suppress(RuntimeError):  # the loop is gone too
                self._loop.call_soon_threadsafe(self._fall_silent)

        threading.Thread(target=listen, name="tool-server-log", daemon=True).start()
        return os.fdopen(writing, "w")
