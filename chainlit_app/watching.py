"""What is noted of a turn in this process: its request id, and how its model, its tools and its facts fared. Pure."""

import json
import logging
import time
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal

from chainlit_app.turn import (
    LLM,
    OFFLINE_MODEL,
    Message,
    ModelTrouble,
    Reply,
    TextDelta,
    ToolboxTrouble,
    ToolResult,
    TurnEnded,
    TurnEvent,
)
from sextant.telemetry import metrics, request, traces
from sextant.telemetry.traces import Span

logger = logging.getLogger(__name__)

Way = Literal["chat", "terminal", "http", "mcp"]


@dataclass
class Watched:
    """A turn while it runs."""

    request_id: str
    span: Span
    ended: TurnEnded | None = None
    asked_by: Span | None = None  # the last reply of its model: what it asks for belongs to it

    def hear(self, event: TurnEvent) -> None:
        """Take in an event of the turn."""
        if isinstance(event, TurnEnded):
            self.ended = event


_turn: ContextVar[Watched | None] = ContextVar("turn", default=None)


@contextmanager
def turn(way: Way, id: str | None = None) -> Iterator[Watched]:
    """Watch a turn; whoever runs it lets what is yielded hear its events.

    `id` is its request id; None: that of the request that runs, or a new one.
    """
    began = time.perf_counter()
    with (
        request.within(id) as known,
        traces.span("invoke_agent sextant", gen_ai__operation__name="invoke_agent", sextant__way=way) as span,
        metrics.running(metrics.IN_FLIGHT, way=way),
    ):
        watched = Watched(known, span)
        before = _turn.get()
        _turn.set(watched)
        try:
            yield watched
        finally:
            # Not by a token: what is streamed may be left from another context than the one it began in.
            _turn.set(before)
            _note_end(watched, way, time.perf_counter() - began)


def _note_end(watched: Watched, way: Way, seconds: float) -> None:
    ended = watched.ended
    outcome = ended.outcome if ended else "stopped"
    metrics.note(metrics.TURNS, seconds, way=way, outcome=outcome)
    facts = Counter(fact.verdict for fact in ended.check.facts) if ended and ended.check else Counter()
    for verdict, count in facts.items():
        metrics.note(metrics.FACTS, count, verdict=verdict)
    watched.span.set(sextant__request_id=watched.request_id, sextant__outcome=outcome)
    if ended and ended.failed:
        watched.span.failed(outcome)
    logger.info(
        "Question answered" if ended else "Question left",
        extra={
            "way": way,
            "outcome": outcome,
            "seconds": round(seconds, 4),
            "mode": ended.mode if ended else None,
            "sources": len(ended.sources) if ended else 0,
            "facts": sum(facts.values()),
            "facts_not_found": facts["not_found"],
        },
    )


async def replied(
    model: LLM, messages: Sequence[Message], tools: Sequence[Mapping[str, Any]]
) -> AsyncGenerator[TextDelta | Reply, None]:
    """Yield what a model says, as it does, and note what its reply took."""
    reply = _Replying(metrics.known(metrics.MODELS, called(model)), _turn.get())
    try:
        async with aclosing(model.stream(messages, tools)) as pieces:
            async for piece in pieces:
                reply.heard(piece)
                yield piece
    except (ModelTrouble, ToolboxTrouble):
        reply.error = "unavailable"
        raise
    except BaseException:
        reply.error = reply.error or "stopped"
        raise
    finally:
        reply.end()


def called(model: LLM) -> str:
    """Return what labels and spans call a model."""
    return "offline" if model.name == OFFLINE_MODEL else model.name


@dataclass
class _Replying:
    """One reply of a model while it comes. Not a context manager: no span may stay open around what is yielded."""

    model: str
    turn: Watched | None
    began: float = field(default_factory=time.perf_counter)
    reply: Reply | None = None
    first: bool = True
    error: str = ""

    def __post_init__(self) -> None:
        self.span = traces.opened(
            f"chat {self.model}",
            "client",
            self.turn.span if self.turn else None,
            gen_ai__operation__name="chat",
            gen_ai__request__model=self.model,
        )

    def heard(self, piece: TextDelta | Reply) -> None:
        if self.first:
            metrics.note(metrics.FIRST_CHUNK, time.perf_counter() - self.began, gen_ai_request_model=self.model)
        self.first = False
        if isinstance(piece, Reply):
            self.reply = piece

    def end(self) -> None:
        labels = {"gen_ai_operation_name": "chat", "gen_ai_request_model": self.model, "error_type": self.error}
        metrics.note(metrics.MODEL, time.perf_counter() - self.began, **labels)
        if self.reply and (self.reply.usage.input_tokens or self.reply.usage.output_tokens):
            used = {"input": self.reply.usage.input_tokens, "output": self.reply.usage.output_tokens}
            for kind, tokens in used.items():
                metrics.note(metrics.TOKENS, tokens, gen_ai_request_model=self.model, gen_ai_token_type=kind)
            self.span.set(gen_ai__usage__input_tokens=used["input"], gen_ai__usage__output_tokens=used["output"])
        if self.error:
            self.span.failed(self.error)
        self.span.end()
        if self.turn:
            self.turn.asked_by = self.span


@dataclass
class Calling:
    """A tool call while it runs."""

    span: Span
    result: ToolResult | None = None
    server: Mapping[str, Any] = field(default_factory=dict)  # what the tool server noted of it
    error: str = ""


@contextmanager
def tool_call(tool: str, arguments: Mapping[str, Any] | None = None) -> Iterator[Calling]:
    """Watch a call to the tool server; whoever makes it puts its result, or its error, into what is yielded."""
    began, tool = time.perf_counter(), metrics.known(metrics.TOOLS, tool)
    turn = _turn.get()
    with traces.span(
        f"tools/call {tool}",
        "client",
        turn.asked_by if turn else None,
        mcp__method__name="tools/call",
        gen_ai__operation__name="execute_tool",
        gen_ai__tool__name=tool,
        gen_ai__tool__call__arguments=traces.content(json.dumps(arguments, ensure_ascii=False)),
        network__transport="pipe",
    ) as span:
        calling = Calling(span)
        try:
            yield calling
        finally:
            _note_call(tool, calling, time.perf_counter() - began)


@dataclass
class Serving:
    """A call by an MCP client while it is answered."""

    failed: bool = False


@contextmanager
def serving(tool: str, meta: Mapping[str, Any], within: Span) -> Iterator[Serving]:
    """Watch the call of a client over HTTP, in the trace that its `_meta` names, or else in its request's."""
    began, tool = time.perf_counter(), metrics.known(metrics.TOOLS, tool)
    carrier = {name: value for name in ("traceparent", "tracestate") if isinstance(value := meta.get(name), str)}
    attributes = {"mcp__method__name": "tools/call", "gen_ai__operation__name": "execute_tool"}
    with traces.span(
        f"tools/call {tool}",
        "server",
        carrier or within,
        gen_ai__tool__name=tool,
        network__transport="tcp",
        **attributes,
    ) as span:
        now = Serving(failed=True)  # unless it says otherwise
        try:
            yield now
        finally:
            error = "tool_error" if now.failed else ""
            if error:
                span.failed(error)
            labels = {"mcp_method_name": "tools/call", "gen_ai_tool_name": tool, "network_transport": "tcp"}
            metrics.note(metrics.MCP_SERVER, time.perf_counter() - began, error_type=error, **labels)


def _note_call(tool: str, calling: Calling, seconds: float) -> None:
    result = calling.result
    answer = result.answer if result else None
    outcome = answer.outcome if answer else "failed" if result else "stopped"
    error = calling.error or ("tool_error" if result and result.failed else "" if result else "stopped")
    metrics.note(metrics.MCP_CLIENT, seconds, mcp_method_name="tools/call", gen_ai_tool_name=tool, error_type=error)
    metrics.note(metrics.TOOL_CALLS, tool=tool, outcome=outcome)
    if answer and answer.shown < answer.total:
        metrics.note(metrics.CUT, what="rows")
    if error:
        calling.span.failed(error)
    calling.span.set(gen_ai__tool__call__result=traces.content(result.text if result else None))
    calling.span.set(sextant__outcome=outcome, sextant__rows=answer.total if answer else None)
    _note_server(tool, error, calling.server)
    logger.info(
        "Tool called",
        extra={
            "tool": tool,
            "outcome": outcome,
            "seconds": round(seconds, 4),
            "rows": answer.total if answer else None,
            "mode": answer.source.mode if answer and answer.source else None,
        },
    )


def _note_server(tool: str, error: str, said: Mapping[str, Any]) -> None:
    """Note what the tool server says of a call in the `_meta` of its result: its own seconds, reads and requests."""
    if isinstance(seconds := said.get("seconds"), int | float):
        metrics.note(
            metrics.MCP_SERVER,
            seconds,
            mcp_method_name="tools/call",
            gen_ai_tool_name=tool,
            error_type=error,
            network_transport="pipe",
        )
    for came, count in dict(said.get("reads") or {}).items():
        metrics.note(metrics.CACHE, count, came=came)
    for method, status, error_type, spent in said.get("requests") or ():
        labels = {"http_request_method": method, "http_response_status_code": status, "error_type": error_type}
        metrics.note(metrics.NAUTOBOT, spent, **labels)
