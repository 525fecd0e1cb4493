"""One trace for a question, over the process border, to the request to Nautobot; sent by OTLP to whoever collects."""

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from chainlit_app import watching
from chainlit_app.conversation import Conversation
from chainlit_app.turn import ModelTrouble, Reply, Usage
from sextant.telemetry import metrics, traces
from sextant.telemetry.secrets import masking

TOKEN = "canary-0123456789"
CLIENT, SERVER = 3, 2  # kinds of spans, as OTLP numbers them


class Collector:
    """Takes what is sent by OTLP."""

    def __init__(self) -> None:
        self.spans = []
        self.services = {}  # by the id of a span
        self.raw = b""
        self.more = Condition()
        self.url = ""

    def take(self, body):
        sent = ExportTraceServiceRequest.FromString(body)
        with self.more:
            self.raw += body
            for group in sent.resource_spans:
                service = next(a.value.string_value for a in group.resource.attributes if a.key == "service.name")
                for scope in group.scope_spans:
                    self.spans += scope.spans
                    self.services |= {span.span_id: service for span in scope.spans}
            self.more.notify_all()

    def wait_for(self, *names):
        """Return one span of each name, once all are there."""
        with self.more:
            assert self.more.wait_for(lambda: set(names) <= {span.name for span in self.spans}, 30), [
                span.name for span in self.spans
            ]
        return [next(span for span in self.spans if span.name == name) for name in names]


@pytest.fixture
def collector(monkeypatch) -> Iterator[Collector]:
    """Return a collector that listens, to which this process sends."""
    for name in ("OTEL_SDK_DISABLED", "OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
    taking = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            assert self.path == "/v1/traces"
            taking.take(gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body)
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    taking.url = f"http://127.0.0.1:{server.server_port}"
    yield taking
    traces.close()
    server.shutdown()
    server.server_close()
    thread.join()


def attributes(span):
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


async def asked(fakes, toolbox, llm):
    metrics.learn(metrics.MODELS, {"scripted"})
    with watching.turn("chat", "abc-1") as watched:
        for event in await fakes.ask("Which devices are at NORTH01?", llm, toolbox, Conversation()):
            watched.hear(event)


ASKS = (
    "invoke_agent sextant",
    "chat scripted",
    "tools/call get_devices_by_location",
    "POST /api/graphql/",
)


async def test_one_trace_leads_from_a_question_over_the_process_border_to_nautobot(fakes, collector, tools, nautobot):
    traces.start("sextant-chat", collector.url)
    call = Reply("", [fakes.call(location="NORTH01")], usage=Usage(1200, 34))
    toolbox = tools(sextant_traces=collector.url, sextant_cache_seconds=0)
    await asked(fakes, toolbox, fakes.ScriptedLLM(call, Reply("None.")))
    traces.close()
    await toolbox.aclose()
    question, model, _, _ = collector.wait_for(*ASKS)
    calls = {collector.services[span.span_id]: span for span in collector.spans if span.name == ASKS[2]}
    client, server = calls["sextant-chat"], calls["sextant-tools"]
    request = next(s for s in collector.spans if s.name == ASKS[3] and s.parent_span_id == server.span_id)

    assert question.parent_span_id == b""
    assert (model.parent_span_id, client.parent_span_id, server.parent_span_id) == (
        question.span_id,
        model.span_id,
        client.span_id,
    )
    assert {span.trace_id for span in (question, model, client, server, request)} == {question.trace_id}
    assert (model.kind, client.kind, server.kind, request.kind) == (CLIENT, CLIENT, SERVER, CLIENT)
    # Nautobot is told of it as well.
    parents = {seen.get("traceparent", "").split("-")[1] for seen in nautobot.asked if "traceparent" in seen}
    assert question.trace_id.hex() in parents


async def test_spans_say_what_the_conventions_ask_for(fakes, collector, tools, nautobot):
    traces.start("sextant-chat", collector.url)
    call = Reply("", [fakes.call(location="NORTH01")], usage=Usage(1200, 34))
    await asked(fakes, tools(sextant_traces=collector.url), fakes.ScriptedLLM(call, Reply("None.")))
    traces.close()
    question, model, tool, request = collector.wait_for(*ASKS)
    assert attributes(question)["sextant.request_id"] == "abc-1"
    said = attributes(model)
    assert (said["gen_ai.operation.name"], said["gen_ai.request.model"]) == ("chat", "scripted")
    assert (said["gen_ai.usage.input_tokens"], said["gen_ai.usage.output_tokens"]) == (1200, 34)
    said = attributes(tool)
    assert said["mcp.method.name"] == "tools/call"
    assert said["gen_ai.operation.name"] == "execute_tool"
    assert said["gen_ai.tool.name"] == "get_devices_by_location"
    assert said["network.transport"] == "pipe"
    said = attributes(request)
    assert (said["http.request.method"], said["http.response.status_code"]) == ("POST", 200)
    assert said["url.path"] == "/api/graphql/"


async def test_what_was_asked_and_answered_is_not_sent(fakes, collector, tools, nautobot):
    traces.start("sextant-chat", collector.url)
    toolbox = tools(sextant_traces=collector.url, nautobot_token=TOKEN)
    await asked(fakes, toolbox, fakes.ScriptedLLM(Reply("", [fakes.call(location=TOKEN)]), Reply("The answer.")))
    traces.close()
    await toolbox.aclose()
    collector.wait_for(*ASKS)
    for said in (TOKEN, "NORTH01", "Which devices", "The answer"):
        assert said.encode() not in collector.raw


async def test_arguments_and_results_are_sent_where_that_is_wanted_and_without_secrets(fakes, collector):
    traces.start("sextant-chat", collector.url, masking([TOKEN]))
    with watching.tool_call("get_device", {"device": "NORTH01", "note": TOKEN}) as calling:
        calling.result = fakes.result(fakes.answer("edge-1"), f"one device, {TOKEN}")
    traces.close()
    (tool,) = [span for span in collector.spans if span.name.startswith("tools/call")]
    said = attributes(tool)
    assert json.loads(said["gen_ai.tool.call.arguments"]) == {"device": "NORTH01", "note": "[redacted]"}
    assert said["gen_ai.tool.call.result"] == "one device, [redacted]"
    assert TOKEN.encode() not in collector.raw


async def test_what_went_wrong_is_an_error_without_its_text(fakes, collector):
    traces.start("sextant-chat", collector.url)
    await asked(fakes, fakes.FakeToolbox(), fakes.ScriptedLLM(ModelTrouble(f"Refused: {TOKEN}")))
    traces.close()
    question, model = collector.wait_for(*ASKS[:2])
    assert [attributes(span)["error.type"] for span in (question, model)] == ["unavailable", "unavailable"]
    assert TOKEN.encode() not in collector.raw


async def test_a_tool_that_failed_is_an_error_of_its_span(fakes, collector, tools, nautobot):
    toolbox = tools(sextant_traces=collector.url)
    await toolbox.call(fakes.call(location="NORTH01"), "t")  # places are known now, as they are after the start
    nautobot.status = 503
    traces.start("sextant-chat", collector.url)
    await asked(fakes, toolbox, fakes.ScriptedLLM(Reply("", [fakes.call(location="NORTH01")]), Reply("None.")))
    traces.close()
    await toolbox.aclose()
    question, *_ = collector.wait_for(*ASKS)
    of_it = [span for span in collector.spans if span.trace_id == question.trace_id]
    assert [attributes(span)["error.type"] for span in of_it if span.name == ASKS[2]] == ["tool_error", "tool_error"]
    assert {attributes(span)["http.response.status_code"] for span in of_it if span.name == ASKS[3]} == {503}


@pytest.mark.parametrize(
    ("name", "value"),
    [("OTEL_EXPORTER_OTLP_ENDPOINT", "{url}"), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "{url}/v1/traces")],
)
def test_the_usual_variables_turn_traces_on(collector, monkeypatch, name, value):
    monkeypatch.setenv(name, value.format(url=collector.url))
    traces.start("sextant-chat", None)
    with watching.turn("chat"):
        assert traces.on()
    traces.close()
    collector.wait_for("invoke_agent sextant")


@pytest.mark.parametrize(("name", "value"), [("OTEL_SDK_DISABLED", "true"), ("OTEL_TRACES_EXPORTER", "none")])
def test_the_usual_variables_turn_traces_off(collector, monkeypatch, name, value):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    monkeypatch.setenv(name, value)
    traces.start("sextant-chat", None)
    assert not traces.on()


def test_no_other_library_can_send_through_our_provider(collector):
    from opentelemetry import trace

    traces.start("sextant-chat", collector.url)
    with trace.get_tracer("somebody.else").start_as_current_span("theirs"), watching.turn("chat"):
        pass
    traces.close()
    collector.wait_for("invoke_agent sextant")
    assert [(span.name, span.parent_span_id) for span in collector.spans] == [("invoke_agent sextant", b"")]


OFF = """
import sys
import chainlit_app.asking, chainlit_app.host, tools.server
from sextant.telemetry import traces
traces.start("sextant-chat", None)
with traces.span("anything"):
    pass
print(*sorted(name for name in sys.modules if name.split(".")[0] in ("opentelemetry", "prometheus_client", "structlog")))
"""


def test_without_a_setting_nothing_of_it_is_loaded():
    done = subprocess.run(
        [sys.executable, "-P", "-c", OFF], capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin"}
    )
    assert done.stdout.strip() == ""
