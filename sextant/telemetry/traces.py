"""Spans, of whatever keeps them: nothing here costs anything until `start` has been called. Pure."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, Protocol

Kind = Literal["internal", "server", "client"]
Value = str | bool | int | float | Sequence[str]


class Span(Protocol):
    """A part of the work, with a beginning and an end."""

    def set(self, **attributes: Value | None) -> None:
        """Note what is known of it by now; `a__b` stands for the attribute a.b. None is left out."""
        ...

    def failed(self, kind: str) -> None:
        """Note that it went wrong, and how: a short word, never a text that data may be in."""
        ...

    def carrier(self) -> Mapping[str, str]:
        """Return what another process needs to know to go on with this trace: traceparent, tracestate."""
        ...

    def end(self) -> None: ...


class Spans(Protocol):
    """What keeps spans."""

    def start(self, name: str, kind: Kind, parent: Span | Mapping[str, str] | None) -> Span: ...

    def close(self) -> None:
        """Send what has not been sent, within seconds."""
        ...


class _NoSpan:
    def set(self, **attributes: Value | None) -> None:
        return

    def failed(self, kind: str) -> None:
        return

    def carrier(self) -> Mapping[str, str]:
        return {}

    def end(self) -> None:
        return


NO_SPAN: Span = _NoSpan()
current: ContextVar[Span] = ContextVar("span", default=NO_SPAN)
_kept: list[Spans] = []  # one, once traces are on
_masked: list[Callable[[str], str]] = []  # one, where spans may hold what was asked and answered
_LONGEST = 8_000  # characters of that
_VARIABLES = ("SDK_DISABLED", "TRACES_EXPORTER", "EXPORTER_OTLP_ENDPOINT", "EXPORTER_OTLP_TRACES_ENDPOINT")


def use(spans: Spans | None) -> None:
    """Keep spans from now on, or no more."""
    _kept[:] = [spans] if spans else []


def start(service: str, collector: str | None, masked: Callable[[str], str] | None = None) -> None:
    """Send spans to a collector from now on, or to where OpenTelemetry's own variables say; without either, none.

    `masked`: what was asked and answered goes with them, as it returns it. None: it does not.
    """
    said = {name: os.environ.get(f"OTEL_{name}", "").strip().lower() for name in _VARIABLES}
    off = said["SDK_DISABLED"] == "true" or said["TRACES_EXPORTER"] == "none"
    if not collector and (off or not (said["EXPORTER_OTLP_ENDPOINT"] or said["EXPORTER_OTLP_TRACES_ENDPOINT"])):
        return
    from sextant.telemetry import otel  # it takes a while

    otel.start(service, collector)
    _masked[:] = [masked] if masked else []


def content(text: str | None) -> str | None:
    """Return a text that was asked or answered as a span may have it; None where spans hold none."""
    return _masked[0](text)[:_LONGEST] if text and _kept and _masked else None


def on() -> bool:
    """Whether spans are kept."""
    return bool(_kept)


def close() -> None:
    """Send what has not been sent yet, and keep no more spans."""
    for spans in _kept:
        spans.close()
    _kept.clear()


def opened(
    name: str, kind: Kind = "internal", parent: Span | Mapping[str, str] | None = None, **attributes: Value | None
) -> Span:
    """Open a span that whoever asks for it ends; None of `attributes` is left out.

    `parent` is a span, or what a caller in another process sent; None: the current one.
    """
    if not _kept:
        return NO_SPAN
    found = _kept[0].start(name, kind, current.get() if parent is None else parent)
    found.set(**attributes)
    return found


@contextmanager
def span(
    name: str, kind: Kind = "internal", parent: Span | Mapping[str, str] | None = None, **attributes: Value | None
) -> Iterator[Span]:
    """Open a span around what runs inside, as `opened` does."""
    before = current.get()
    found = opened(name, kind, parent, **attributes)
    current.set(found)
    try:
        yield found
    except BaseException as error:
        found.failed(type(error).__name__)
        raise
    finally:
        # Not by a token: what is streamed may be left from another context than the one it began in.
        current.set(before)
        found.end()
