"""Spans as OpenTelemetry's, sent by OTLP. The only file that knows it.

The provider is ours alone and never the global one: no library that instruments itself finds it, so that nothing leaves
but the spans that are opened here.
"""

import atexit
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from sextant.telemetry import traces
from sextant.telemetry.traces import Kind, Span, Value

_KINDS = {"internal": SpanKind.INTERNAL, "server": SpanKind.SERVER, "client": SpanKind.CLIENT}
_CARRIER = TraceContextTextMapPropagator()
_FLUSH_MILLISECONDS = 2_000  # a collector that is away holds nobody up for longer


class _Span:
    def __init__(self, span: trace.Span) -> None:
        self.span = span

    def set(self, **attributes: Value | None) -> None:
        given = {name.replace("__", "."): value for name, value in attributes.items() if value is not None}
        self.span.set_attributes(given)

    def failed(self, kind: str) -> None:
        self.span.set_attribute("error.type", kind)
        self.span.set_status(Status(StatusCode.ERROR))

    def carrier(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        _CARRIER.inject(found, trace.set_span_in_context(self.span))
        return found

    def end(self) -> None:
        self.span.end()


class OpenTelemetry:
    """Keeps spans and sends them, a batch at a time, beside the work."""

    def __init__(self, service: str, exporter: SpanExporter) -> None:
        about = Resource.create({"service.name": service, "service.version": version("sextant-chat")})
        self._provider = TracerProvider(resource=about, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("sextant", version("sextant-chat"))

    def start(self, name: str, kind: Kind, parent: Span | Mapping[str, str] | None) -> Span:
        """Open a span. Without a parent it begins a trace."""
        context: Any = None
        if isinstance(parent, Mapping):
            context = _CARRIER.extract(parent)
        elif isinstance(parent, _Span):
            context = trace.set_span_in_context(parent.span)
        else:
            context = trace.set_span_in_context(trace.INVALID_SPAN)  # not what some library has left open
        return _Span(self._tracer.start_span(name, context, _KINDS[kind]))

    def flush(self) -> None:
        """Send what has not been sent, within seconds."""
        self._provider.force_flush(_FLUSH_MILLISECONDS)

    def close(self) -> None:
        """Send what has not been sent, within seconds, and take no more."""
        self.flush()
        self._provider.shutdown()


def start(service: str, collector: str | None) -> None:
    """Keep spans from now on and send them to a collector; None: to where OpenTelemetry's own variables say."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    endpoint = f"{collector.rstrip('/')}/v1/traces" if collector else None
    traces.use(OpenTelemetry(service, OTLPSpanExporter(endpoint=endpoint, timeout=_FLUSH_MILLISECONDS / 1000)))
    atexit.register(traces.close)
