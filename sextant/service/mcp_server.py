"""What MCP clients get over HTTP: the tools and resources of the tool server, and `llm_chat`, the whole loop as a tool."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from importlib.metadata import version
from typing import Any, TypeVar, get_args
from uuid import uuid4
from weakref import WeakKeyDictionary

from mcp import McpError, types
from mcp.server.lowlevel import Server
from mcp.server.lowlevel.helper_types import ReadResourceContents
from pydantic import AnyUrl
from starlette.requests import Request

from chainlit_app import watching
from chainlit_app.turn import Gone, ToolboxTrouble, ToolCall, ToolResult
from sextant.access.principal import Principal
from sextant.access.refusals import Refusal
from sextant.audit.trail import NotRecorded
from sextant.service import mcp_prompts
from sextant.service.calls import unknown
from sextant.service.mcp_chat import CHAT, NAME, chat, failed
from sextant.service.mcp_progress import Progress
from sextant.service.problems import Problem
from sextant.service.results import read_own
from sextant.service.served import Served
from sextant.telemetry import metrics, request
from sextant.telemetry.traces import NO_SPAN
from tools.contents import result
from tools.models import result_names
from tools.sessions import Sessions

logger = logging.getLogger(__name__)
T = TypeVar("T")

INSTRUCTIONS = (
    "Read-only answers from Nautobot, the network's source of truth. Name places and devices as people do. "
    "Every answer with rows is kept under a name, r1, r2 ...: other tools take it in place of a location, a device or a"
    f" prefix. {NAME} takes a whole question in plain words."
)
_NOT_FOUND = -32002
_LEVELS: Sequence[types.LoggingLevel] = get_args(types.LoggingLevel)  # the least urgent first
_RESULTS = "sextant://results/"


class Answers:
    """The handlers of one MCP server, which serves all sessions of a process."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._results = Sessions()  # r1, r2 and so on, of each session on its own
        self._levels: WeakKeyDictionary[object, types.LoggingLevel] = WeakKeyDictionary()
        server: Server[object, Request] = Server("sextant", version=version("sextant-chat"), instructions=INSTRUCTIONS)
        self.server = server
        metrics.learn(metrics.TOOLS, {NAME})
        server.list_tools()(self._list_tools)  # type: ignore[no-untyped-call]
        # Not server.call_tool(): that logs names of tools as clients send them, and reads the whole catalogue for each
        # that is not in it. The tool server validates arguments: it forgives more and explains better than a schema.
        server.request_handlers[types.CallToolRequest] = self._call_tool
        server.list_resources()(self._list_resources)  # type: ignore[no-untyped-call]
        server.list_resource_templates()(self._list_templates)  # type: ignore[no-untyped-call]
        server.read_resource()(self._read_resource)  # type: ignore[no-untyped-call]
        server.list_prompts()(self._list_prompts)  # type: ignore[no-untyped-call]
        server.get_prompt()(self._get_prompt)  # type: ignore[no-untyped-call]
        server.completion()(self._complete)  # type: ignore[no-untyped-call]
        server.set_logging_level()(self._set_level)  # type: ignore[no-untyped-call]

    async def _list_tools(self) -> list[types.Tool]:
        return await self._asked(self._tools_of)

    async def _call_tool(self, sent: types.CallToolRequest) -> types.ServerResult:
        name, arguments = sent.params.name, sent.params.arguments or {}

        async def called(who: Principal) -> types.CallToolResult:
            async with Progress(self.server.request_context) as progress:
                if name == NAME:
                    return await chat(self._served, who, arguments, progress)
                return await self._called(who, ToolCall(uuid4().hex, name, arguments, "", whole=False), progress)

        context = self.server.request_context
        meta = (context.meta.model_extra or {}) if context.meta else {}
        with watching.serving(name, meta, context.request.state.span if context.request else NO_SPAN) as serving:
            try:
                came = await self._asked(called)
            except McpError as error:
                # A model reads the result of a call, never the errors of the protocol.
                came = failed(str(error))
            serving.failed = bool(came.isError)
        return types.ServerResult(came)

    async def _list_resources(self) -> list[types.Resource]:
        return await self._asked(lambda who: self._resources_of(who, 0))

    async def _list_templates(self) -> list[types.ResourceTemplate]:
        return await self._asked(lambda who: self._resources_of(who, 1))

    async def _read_resource(self, uri: AnyUrl) -> Iterable[ReadResourceContents]:
        return await self._asked(lambda who: self._read(who, str(uri)))

    async def _list_prompts(self) -> list[types.Prompt]:
        return mcp_prompts.listed()

    async def _get_prompt(self, name: str, arguments: dict[str, str] | None) -> types.GetPromptResult:
        return mcp_prompts.filled(name, arguments)

    async def _complete(
        self,
        ref: types.PromptReference | types.ResourceTemplateReference,
        argument: types.CompletionArgument,
        context: types.CompletionContext | None,
    ) -> types.Completion:
        async def completed(who: Principal) -> types.Completion:
            if isinstance(ref, types.ResourceTemplateReference) or not await self._tools_of(who):
                return types.Completion(values=[])  # ids of results are nobody's to guess
            return mcp_prompts.completed(argument, await self._served.host.names())

        return await self._asked(completed)

    async def _set_level(self, level: types.LoggingLevel) -> None:
        self._levels[self.server.request_context.session] = level

    async def _say(self, came: ToolResult, tool: str) -> None:
        """Tell a client that wants to hear it what was read for a call."""
        context = self.server.request_context
        level: types.LoggingLevel = "warning" if came.failed else "info"
        wanted = self._levels.get(context.session)
        if wanted is None or _LEVELS.index(level) < _LEVELS.index(wanted):
            return
        source = came.answer.source if came.answer else None
        said = {
            "outcome": came.answer.outcome if came.answer else "failed",
            "rows": came.answer.total if came.answer else 0,
            "seconds": round(came.seconds, 4),
            "queries": [run.file for run in source.queries] if source else [],
        }
        await context.session.send_log_message(level, {"tool": tool, **said}, "sextant", str(context.request_id))

    async def _asked(self, answer: Callable[[Principal], Awaitable[T]]) -> T:
        """Answer as whoever sent the request: this runs in a task of the session, which knows neither who nor under what id.

        Raise `McpError`.
        """
        sent = self.server.request_context.request
        assert sent is not None  # over HTTP there always is one
        who: Principal = sent.state.principal
        with request.within(sent.state.request_id) as id:
            try:
                return await answer(who)
            except McpError:
                raise
            except Gone as gone:
                raise _error(str(gone), _NOT_FOUND) from gone
            except ToolboxTrouble as trouble:
                raise _error(str(trouble), data={"outcome": trouble.outcome}) from trouble
            except (Refusal, NotRecorded) as refusal:
                raise _error(str(refusal)) from refusal
            except Problem as problem:
                raise _error(problem.detail, _NOT_FOUND if problem.status == 404 else types.INTERNAL_ERROR) from problem
            except Exception as bug:
                logger.exception("A request over MCP failed")
                said = f"Something in Sextant itself went wrong; its log says what, under the request {id}."
                raise _error(said) from bug

    async def _tools_of(self, who: Principal) -> list[types.Tool]:
        known = [*await self._served.host.toolbox.catalogue(), CHAT]
        allowed = set(self._served.host.gate.policy.tools_of(who, (tool.name for tool in known)))
        return [tool for tool in known if tool.name in allowed]

    async def _called(self, who: Principal, call: ToolCall, progress: Progress) -> types.CallToolResult:
        if all(call.name != tool.name for tool in await self._served.host.toolbox.catalogue()):
            raise await unknown(self._served.toolbox(who), call.name, "tools/list")
        session, arguments = self.server.request_context.session, call.arguments or {}
        named = result_names(arguments)
        earlier = {name: kept for name, kept in self._results.earlier(session).items() if name in named}
        came = await self._served.toolbox(who).call(call, call.id, progress.report, earlier)
        await self._say(came, call.name)
        if came.answer is None:
            return failed(came.text)
        self._served.owners.note(who.id, came.answer, arguments)
        answer = self._results.named(session, came.answer, arguments)
        return result(came.text, answer, failed=came.failed, links=True)

    async def _resources_of(self, who: Principal, part: int) -> Any:
        if not await self._tools_of(who):
            return []
        return list((await self._served.host.toolbox.resources())[part])

    async def _read(self, who: Principal, uri: str) -> Iterable[ReadResourceContents]:
        if not await self._tools_of(who):
            raise _error("You may read nothing here: whoever runs this Sextant gives roles.")
        if uri.startswith(_RESULTS):
            own = self._results.address(self.server.request_context.session, uri)  # r1, or as the answer has it
            content, media, _ = await read_own(self._served, who, own.removeprefix(_RESULTS))
        else:
            content, media = await self._served.host.toolbox.file(uri)
        text = media == "application/json" or media.startswith("text/")
        return [ReadResourceContents(content=content.decode() if text else content, mime_type=media)]


def _error(sentence: str, code: int = types.INTERNAL_ERROR, data: Any = None) -> McpError:
    return McpError(types.ErrorData(code=code, message=sentence, data=data))
