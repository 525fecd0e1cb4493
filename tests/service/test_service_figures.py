"""What the service counts, and what of it who may read."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from mcp import ClientSession, types
from mcp.client.streamable_http import streamable_http_client
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families

from chainlit_app.turn import Reply
from sextant.telemetry import metrics, traces
from sextant.telemetry.otel import OpenTelemetry

DEVICES = "get_devices_by_location"
INVOKE = {"tool": DEVICES, "arguments": {"location": "NYC01"}}


@pytest.fixture(autouse=True)
def new_figures() -> Iterator[None]:
    """Let each test count from nothing."""
    metrics.use(None)
    metrics.learn(metrics.TOOLS, {DEVICES, "get_device"})
    yield
    metrics.use(None)


Spans = Callable[[str], list[Any]]


@pytest.fixture
def spans() -> Iterator[Spans]:
    """Return a function that returns the ended spans of a name."""
    kept = InMemorySpanExporter()
    sending = OpenTelemetry("sextant-serve", kept)
    traces.use(sending)

    def ended(name: str) -> list[Any]:
        sending.flush()
        return [span for span in kept.get_finished_spans() if span.name == name]

    yield ended
    traces.close()


async def figures(client: Any, name: str) -> dict[tuple[str, ...], float]:
    """Return the values of a series by the values of its labels."""
    text = (await client.get("/metrics", headers={"X-Who": "prometheus"})).text
    found = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {tuple(one.labels.values()): one.value for one in found if one.name == name}


async def test_requests_are_counted_by_their_route_and_status(service: Any) -> None:
    client = await service(Reply("Hello."))
    await client.post("/query", json={"question": "Hello?"})
    await client.post("/tools/invoke", json=INVOKE)
    await client.get("/results/abcdefgh12345678")
    await client.get("/no/such/thing/as-this")
    counted = await figures(client, "http_server_request_duration_seconds_count")
    assert counted[("POST", "200", "/query")] == 1
    assert counted[("POST", "200", "/tools/invoke")] == 1
    assert counted[("GET", "404", "/results/{id}")] == 1
    assert counted[("GET", "404", "other")] == 1
    assert await figures(client, "sextant_turn_duration_seconds_count") == {("answered", "http"): 1}


async def test_figures_are_for_whoever_may_come_in(service: Any, by_name: None) -> None:
    client = await service()
    assert (await client.get("/metrics")).status_code == 401
    answer = await client.get("/metrics", headers={"X-Who": "prometheus"})
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/plain")


async def test_who_asks_and_what_is_asked_stands_in_no_figure(service: Any, by_name: None) -> None:
    client = await service()
    canary = "canary-0123456789"
    headers = {"X-Who": canary, "X-API-Key": canary, "X-Request-ID": canary}
    await client.post("/tools/invoke", json={"tool": canary, "arguments": {canary: canary}}, headers=headers)
    await client.request(canary.upper(), f"/{canary}", headers=headers)
    assert canary not in (await client.get("/metrics", headers={"X-Who": "prometheus"})).text.lower()


async def called(url: str, name: str, meta: dict[str, Any] | None = None) -> types.CallToolResult:
    """Return what a foreign MCP client gets of a call."""
    async with (
        httpx.AsyncClient(timeout=30) as http,
        streamable_http_client(f"{url}/mcp", http_client=http) as (reading, writing, _),
        ClientSession(reading, writing) as client,
    ):
        await client.initialize()
        params = types.CallToolRequestParams(
            name=name, arguments={"location": "NYC01"}, _meta=types.RequestParams.Meta(**(meta or {}))
        )
        request = types.ClientRequest(types.CallToolRequest(params=params))
        return await client.send_request(request, types.CallToolResult)


async def test_calls_over_mcp_are_timed_as_those_of_a_server(listening: Any) -> None:
    service = await listening()
    await called(service.url, DEVICES)
    await called(service.url, "made-up-by-a-client")
    counted = await figures(service, "mcp_server_operation_duration_seconds_count")
    assert counted == {("", DEVICES, "tools/call", "tcp"): 1, ("tool_error", "other", "tools/call", "tcp"): 1}


async def test_the_trace_of_an_mcp_client_goes_on_in_the_service(listening: Any, spans: Spans) -> None:
    service = await listening()
    theirs = "0af7651916cd43dd8448eb211c80319c"
    await called(service.url, DEVICES, {"traceparent": f"00-{theirs}-b7ad6b7169203331-01"})
    (call,) = spans(f"tools/call {DEVICES}")
    assert f"{call.context.trace_id:032x}" == theirs
    assert call.attributes["network.transport"] == "tcp"


async def test_the_trace_of_a_caller_over_http_goes_on_in_the_question(service: Any, spans: Spans) -> None:
    client = await service(Reply("Hello."))
    theirs = "0af7651916cd43dd8448eb211c80319c"
    headers = {"traceparent": f"00-{theirs}-b7ad6b7169203331-01"}
    await client.post("/query", json={"question": "Hello?"}, headers=headers)
    (request,) = spans("POST /query")
    (question,) = spans("invoke_agent sextant")
    assert f"{request.context.trace_id:032x}" == theirs
    assert question.parent.span_id == request.context.span_id
    assert (request.attributes["http.route"], request.attributes["http.response.status_code"]) == ("/query", 200)
