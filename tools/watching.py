"""What is noted in this process of a tool call: its request id, its seconds, its reads, its requests to Nautobot. Pure.

A host that started this process is told of it in the `_meta` of the result: it has the place where figures are read.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from sextant.telemetry import metrics, request, traces

logger = logging.getLogger(__name__)

NOTED: Final = "sextant/noted"  # in the _meta of a result
_REQUESTS_TOLD = 200  # a call that makes more has other troubles


@dataclass
class Noted:
    """A call while it runs."""

    reads: Counter[str] = field(default_factory=Counter)
    requests: list[tuple[str, str, str, float]] = field(default_factory=list)
    outcome: str = "stopped"
    failed: bool = False
    seconds: float = 0.0

    def told(self) -> dict[str, Any]:
        """Return it for the `_meta` of a result."""
        return {"seconds": self.seconds, "reads": dict(self.reads), "requests": self.requests[:_REQUESTS_TOLD]}


@dataclass
class Asked:
    """A request to Nautobot while it runs."""

    status: int | None = None
    error: str = ""


_call: ContextVar[Noted | None] = ContextVar("noted", default=None)
_request: ContextVar[Asked | None] = ContextVar("asked", default=None)


@contextmanager
def call(tool: str, meta: Mapping[str, Any]) -> Iterator[Noted]:
    """Run a call under the request id and within the trace that its `_meta` names, or under an id of its own.

    `tool` is a name of the catalogue; what else a client sends counts as "other".
    """
    tool = metrics.known(metrics.TOOLS, tool)
    began = time.perf_counter()
    carrier = {name: value for name in ("traceparent", "tracestate") if isinstance(value := meta.get(name), str)}
    with (
        request.within(request.accepted(meta.get(request.META_KEY))),
        traces.span(
            f"tools/call {tool}",
            "server",
            carrier or None,
            mcp__method__name="tools/call",
            gen_ai__operation__name="execute_tool",
            gen_ai__tool__name=tool,
            network__transport="pipe",
            sextant__request_id=request.request_id.get(),
        ) as span,
    ):
        noted = Noted()
        token = _call.set(noted)
        try:
            yield noted
        finally:
            _call.reset(token)
            noted.seconds = round(time.perf_counter() - began, 6)
            span.set(sextant__outcome=noted.outcome)
            if noted.failed:
                span.failed("tool_error")
            more = {"tool": tool, "outcome": noted.outcome, "seconds": noted.seconds, "requests": len(noted.requests)}
            logger.info("Tool answered", extra=more)


def read(came: str) -> None:
    """Note how a read of a query file came: kept, joined or read."""
    if noted := _call.get():
        noted.reads[came] += 1


@contextmanager
def nautobot(method: str, address: str, path: str, query: str | None = None) -> Iterator[Asked]:
    """Watch a request to Nautobot; whoever makes it notes its status, by `answered`, or its error."""
    asked, began = Asked(), time.perf_counter()
    with traces.span(
        f"{method} {path}",
        "client",
        http__request__method=method,
        server__address=urlsplit(address).hostname,
        url__path=path,
        graphql__operation__name=query,
    ) as span:
        token = _request.set(asked)
        try:
            yield asked
        except asyncio.CancelledError:
            asked.error = "stopped"
            raise
        except Exception:
            asked.error = asked.error or "unavailable"
            raise
        finally:
            _request.reset(token)
            span.set(http__response__status_code=asked.status)
            if asked.error:
                span.failed(asked.error)
            if noted := _call.get():
                status = "" if asked.status is None else str(asked.status)
                noted.requests.append((method, status, asked.error, round(time.perf_counter() - began, 6)))


def answered(status: int) -> None:
    """Note the status of the answer to the request that runs."""
    if asked := _request.get():
        asked.status = status


def headers() -> dict[str, str]:
    """Return what a request to Nautobot says of where it comes from."""
    id = request.request_id.get()
    return {**({request.HEADER: id} if id else {}), **traces.current.get().carrier()}
