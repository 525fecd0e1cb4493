"""Connections whose client does not come to the point, speaks no HTTP or does not listen: each is told so, and closed."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

from sextant.service.problems import Problem
from sextant.telemetry.request import new_request_id, within

_DEAF = 30.0  # seconds in which a client takes nothing of an answer: it holds a place that others wait for
_LATE = "The request did not begin within {:g} s (SEXTANT_SERVE_READ_SECONDS): send its headers at once."


class Patient(H11Protocol):
    """A connection that waits some seconds for the headers of a request, and for its answer to be taken, and no longer."""

    seconds = 10.0
    _timer: asyncio.TimerHandle | None = None
    _full: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # A client that sends byte by byte is always at work, and never done.
        if not self._waits():
            self._stop()
        elif self._timer is None:
            self._wait()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._full = self.loop.call_later(_DEAF, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._hears()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        self._hears()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        self._tell(Problem(400, f"This is no HTTP that can be read: {msg}"))

    def _waits(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _wait(self) -> None:
        self._timer = self.loop.call_later(self.seconds, self._late)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _hears(self) -> None:
        if self._full is not None:
            self._full.cancel()
            self._full = None

    def _late(self) -> None:
        if self._waits():
            self._tell(Problem(408, _LATE.format(self.seconds)))

    def _tell(self, problem: Problem) -> None:
        self.transport.write(_written(problem))
        self.transport.close()


def patient(seconds: float) -> type[Patient]:
    """Return the protocol of connections that wait so long."""
    return type("Patient", (Patient,), {"seconds": seconds})


def _written(problem: Problem) -> bytes:
    with within(new_request_id()) as id:
        answer = problem.response("")
    headers: list[tuple[bytes, bytes]] = [
        *answer.raw_headers,
        (b"x-request-id", id.encode()),
        (b"connection", b"close"),
    ]
    lines = [b"HTTP/1.1 %d %s" % (answer.status_code, problem.document("").title.encode())]
    lines += [name + b": " + value for name, value in headers]
    return b"\r\n".join([*lines, b"", bytes(answer.body)])
