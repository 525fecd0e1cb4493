"""Spans, of whatever keeps them: nothing here costs anything until `start` has been called. Pure."""

from collections.abc import Iterator, Mapping, Sequence
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

    def start(
        self, name: str, kind: Kind, parent: "Span | Mapping[str, str] | None", attributes: Mapping[str, Value]
    ) -> Span: ...

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


def use(spans: Spans | None) -> None:
    """Keep spans from now on, or no more."""
    _kept[:] = [spans] if spans else []


def on() -> bool:
    """Whether spans are kept."""
    return bool(_kept)


def close() -> None:
    """Send what has not been sent yet, and keep no more spans."""
    for spans in _kept:
        spans.close()
    _kept.clear()


@contextmanager
def span(
    name: str, kind: Kind = "internal", parent: Span | Mapping[str, str] | None = None, **attributes: Value | None
) -> Iterator[Span]:
    """Open a span within `parent`: a span, or what a caller in another process sent; None: within the current one."""
    if not _kept:
        yield NO_SPAN
        return
    before = current.get()
    opened = _kept[0].start(name, kind, before if parent is None else parent, {})
    opened.set(**attributes)
    current.set(opened)
    try:
        yield opened
    except BaseException as error:
        opened.failed(type(error).__name__)
        raise
    finally:
        # Not by a token: what is streamed may be left from another context than the one it began in.
        current.set(before)
        opened.end()
