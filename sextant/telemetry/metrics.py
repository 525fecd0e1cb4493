"""The figures that Sextant exports, and how parts of it note them. Nothing is counted before `start`. Pure.

Names are OpenTelemetry's for generative AI, MCP and HTTP as Prometheus writes them; what those have no name for begins
with sextant_. Labels are bounded here, in one place: a value that is not among those allowed is exported as "other", so
that no name that a model or a client makes up becomes a series.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

OTHER: Final = "other"

TOOLS: Final = "the names of the catalogue"
MODELS: Final = "the names of the settings"
ROUTES: Final = "the routes of the service"
_LEARNT: dict[str, set[str]] = {TOOLS: set(), MODELS: set(), ROUTES: set()}

_SECONDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300)
_TOKENS = tuple(float(4**n) for n in range(14))
_ERRORS = frozenset({"", "tool_error", "timeout", "unavailable", "refused", "stopped"})
_WAYS = frozenset({"chat", "terminal", "http", "mcp"})
_STATUSES = frozenset(
    str(status) for status in (*range(200, 207), *range(300, 309), *range(400, 432), *range(500, 512))
)

Values = frozenset[str] | str  # a name above: learnt while the process runs


@dataclass(frozen=True)
class Metric:
    """A figure: how it is called, and by what it is told apart."""

    name: str
    kind: Literal["histogram", "counter", "gauge"]
    help: str
    labels: Mapping[str, Values] = field(default_factory=dict)
    buckets: tuple[float, ...] = _SECONDS

    @property
    def exported(self) -> str:
        """The name as a query has it, of a histogram without _bucket, _count and _sum."""
        return f"{self.name}_total" if self.kind == "counter" else self.name


MCP_CLIENT = Metric(
    "mcp_client_operation_duration_seconds",
    "histogram",
    "Seconds of a call from the host to its tool server, all rows included.",
    {"mcp_method_name": frozenset({"tools/call"}), "gen_ai_tool_name": TOOLS, "error_type": _ERRORS},
)
MCP_SERVER = Metric(
    "mcp_server_operation_duration_seconds",
    "histogram",
    "Seconds of a call within the tool server (pipe), or within this service for an MCP client (tcp).",
    {
        "mcp_method_name": frozenset({"tools/call"}),
        "gen_ai_tool_name": TOOLS,
        "error_type": _ERRORS,
        "network_transport": frozenset({"pipe", "tcp"}),
    },
)
TOKENS = Metric(
    "gen_ai_client_token_usage",
    "histogram",
    "Tokens of a model's reply, as its provider counts them.",
    {"gen_ai_request_model": MODELS, "gen_ai_token_type": frozenset({"input", "output"})},
    _TOKENS,
)
MODEL = Metric(
    "gen_ai_client_operation_duration_seconds",
    "histogram",
    "Seconds of a model's whole reply.",
    {"gen_ai_operation_name": frozenset({"chat"}), "gen_ai_request_model": MODELS, "error_type": _ERRORS},
)
FIRST_CHUNK = Metric(
    "gen_ai_client_operation_time_to_first_chunk_seconds",
    "histogram",
    "Seconds until the first piece of a model's reply.",
    {"gen_ai_request_model": MODELS},
)
NAUTOBOT = Metric(
    "http_client_request_duration_seconds",
    "histogram",
    "Seconds of a request to Nautobot.",
    {
        "http_request_method": frozenset({"GET", "POST", "OPTIONS"}),
        "http_response_status_code": _STATUSES | {""},
        "error_type": _ERRORS,
    },
)
HTTP = Metric(
    "http_server_request_duration_seconds",
    "histogram",
    "Seconds of a request to the service, from its head to the end of its answer.",
    {
        "http_request_method": frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"}),
        "http_route": ROUTES,
        "http_response_status_code": _STATUSES | {""},
    },
)
TURNS = Metric(
    "sextant_turn_duration_seconds",
    "histogram",
    "Seconds of a question until its answer is whole.",
    {
        "way": _WAYS,
        "outcome": frozenset(
            ("answered", "empty", "ambiguous", "unknown", "not_understood", "not_allowed", "unavailable")
            + ("limit", "stopped", "refused")
        ),
    },
)
IN_FLIGHT = Metric("sextant_turns_in_flight", "gauge", "Questions that are being answered.", {"way": _WAYS})
TOOL_CALLS = Metric(
    "sextant_tool_calls",
    "counter",
    "Tool calls by what came of them; failed: no answer of the tool.",
    {
        "tool": TOOLS,
        "outcome": frozenset(
            ("found", "empty", "ambiguous", "unknown", "gone", "invalid", "not_allowed", "unavailable", "defect")
            + ("failed", "stopped")
        ),
    },
)
DENIALS = Metric(
    "sextant_denials",
    "counter",
    "Calls that were not let in: by the policy, or because there were too many.",
    {"tool": TOOLS, "reason": frozenset({"policy", "rate"})},
)
STARTS = Metric("sextant_tool_server_starts", "counter", "Starts of the tool server's process.")
DEATHS = Metric("sextant_tool_server_deaths", "counter", "Times that the tool server's process died or did not start.")
CUT = Metric(
    "sextant_truncations",
    "counter",
    "Times that a model saw less than there was: rows of an answer, text of a result, or its conversation.",
    {"what": frozenset({"rows", "text", "conversation"})},
)
FACTS = Metric(
    "sextant_facts",
    "counter",
    "Facts of answers by what the check found them to be worth.",
    {"verdict": frozenset({"found", "elsewhere", "derived", "not_found"})},
)
CACHE = Metric(
    "sextant_cache_reads",
    "counter",
    "Reads of query files: kept from before, joined to one that was under way, or read anew.",
    {"came": frozenset({"kept", "joined", "read"})},
)
AUDIT = Metric(
    "sextant_audit_rows",
    "counter",
    "Rows of the audit: written, not written at a try, or lost for good.",
    {"outcome": frozenset({"written", "failed", "lost"})},
)
BUILD = Metric("sextant_build", "gauge", "1; its label says which version runs.", {"version": "any"})

METRICS: Final = (
    *(MCP_CLIENT, MCP_SERVER, TOKENS, MODEL, FIRST_CHUNK, NAUTOBOT, HTTP),
    *(TURNS, IN_FLIGHT, TOOL_CALLS, DENIALS, STARTS, DEATHS, CUT, FACTS, CACHE, AUDIT, BUILD),
)


class Registry(Protocol):
    """What keeps the figures."""

    def note(self, metric: Metric, amount: float, labels: tuple[str, ...]) -> None:
        """Add to a counter or a gauge, or take into a histogram."""
        ...

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """Return all figures as Prometheus reads them, and the media type of that."""
        ...


_kept: list[Registry] = []  # one, once figures are kept


def use(registry: Registry | None) -> None:
    """Keep figures from now on, or no more."""
    _kept[:] = [registry] if registry else []


def kept() -> Registry | None:
    """Return what keeps figures; None where nothing does."""
    return _kept[0] if _kept else None


def learn(what: str, names: Iterable[str]) -> None:
    """Allow names of TOOLS, MODELS or ROUTES as values. They come from code or settings, never from a caller."""
    _LEARNT[what].update(names)


def known(what: str, name: str) -> str:
    """Return a name as labels and spans may have it: as it is where it has been learnt, else "other"."""
    return name if name in _LEARNT[what] else OTHER


def note(metric: Metric, amount: float = 1, **labels: str) -> None:
    """Note an amount: one more, or one less, of a counter or a gauge; a measurement of a histogram."""
    if _kept:
        _kept[0].note(metric, amount, tuple(bounded(metric, name, labels.get(name, "")) for name in metric.labels))


@contextmanager
def running(metric: Metric, **labels: str) -> Iterator[None]:
    """Count what runs inside while it runs."""
    note(metric, 1, **labels)
    try:
        yield
    finally:
        note(metric, -1, **labels)


def bounded(metric: Metric, name: str, value: str) -> str:
    """Return a value as that label of a figure may have it."""
    allowed = metric.labels[name]
    if isinstance(allowed, str):
        return known(allowed, value) if allowed in _LEARNT else value
    return value if value in allowed else OTHER


def exposition(accept: str = "") -> tuple[bytes, str]:
    """Return all figures as Prometheus reads them, and the media type; nothing where none are kept."""
    return _kept[0].exposition(accept) if _kept else (b"", "text/plain; version=0.0.4; charset=utf-8")
