"""The figures in a registry of Prometheus. The only file that knows its client library."""

from collections.abc import Callable
from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    start_http_server,
)
from prometheus_client.exposition import choose_encoder

from sextant.telemetry import metrics
from sextant.telemetry.metrics import METRICS, Metric


class Prometheus:
    """A registry of its own: what libraries count for themselves is not ours to export."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call] # a series more for each, which nobody reads
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._made = {metric.name: self._make(metric) for metric in METRICS}
        self.note(metrics.BUILD, 1, (version("sextant-chat"),))

    def _make(self, metric: Metric) -> Counter | Gauge | Histogram:
        labels = tuple(metric.labels)
        match metric.kind:
            case "counter":
                return Counter(metric.name, metric.help, labels, registry=self.registry)
            case "gauge":
                return Gauge(metric.name, metric.help, labels, registry=self.registry)
            case "histogram":
                return Histogram(metric.name, metric.help, labels, buckets=metric.buckets, registry=self.registry)

    def note(self, metric: Metric, amount: float, labels: tuple[str, ...]) -> None:
        """Add to a counter or a gauge, or take into a histogram."""
        made = self._made[metric.name]
        one = made.labels(*labels) if labels else made
        if isinstance(one, Histogram):
            one.observe(amount)
        else:
            one.inc(amount)

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """Return all figures as Prometheus reads them, and the media type of that."""
        try:
            encode, media_type = choose_encoder(accept)
        except (TypeError, ValueError):  # the library fails over a version that is no number
            encode, media_type = choose_encoder("")
        return encode(self.registry), media_type


def start() -> Prometheus:
    """Keep figures from now on; where they are kept already, go on with those."""
    kept = metrics.kept()
    if not isinstance(kept, Prometheus):
        kept = Prometheus()
        metrics.use(kept)
    return kept


def serve(host: str, port: int) -> Callable[[], None]:
    """Keep figures, and let Prometheus read them there. Return what ends it. Raise `OSError`."""
    server, thread = start_http_server(port, host, start().registry)

    def end() -> None:
        metrics.use(None)
        server.shutdown()
        server.server_close()
        thread.join()

    return end
