"""A question in the audit: that it was asked, and how it ended. Pure."""

import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from chainlit_app.limits import Refused
from chainlit_app.turn import TurnEnded
from sextant.access.principal import Principal
from sextant.access.refusals import Refusal
from sextant.audit.trail import Event, NotRecorded, Trail, digest


class Heard(Protocol):
    """Who hears the events of the turn (`chainlit_app.watching.Watched`)."""

    @property
    def ended(self) -> TurnEnded | None:
        """Return the last event; None where there was none: it was stopped."""
        ...


@dataclass
class Asked:
    """A question that is recorded."""

    heard: Heard | None = None  # who hears its events, once it has begun


@asynccontextmanager
async def asked(trail: Trail, who: Principal, question: str, heard: Heard | None = None) -> AsyncIterator[Asked]:
    """Record a question before it is begun, and its end whatever that is.

    Raise `NotRecorded` where it must be recorded and cannot be: it is not to be answered then.
    """
    began, mark = time.perf_counter(), digest(question)
    await trail.record(Event("question", who, question, "asked", mark))
    refused, noted = False, Asked(heard)
    try:
        yield noted
    except (Refused, Refusal):
        refused = True
        raise
    finally:
        ended = noted.heard.ended if noted.heard else None
        event = Event(
            "deny" if refused else "question",
            who,
            question,
            "refused" if refused else ended.outcome if ended else "stopped",
            mark,
            rows=sum(source.answer.total for source in ended.sources) if ended else None,
            seconds=time.perf_counter() - began,
            mode=ended.mode if ended else None,
        )
        with contextlib.suppress(NotRecorded):  # which the log has; what the question found was recorded by its calls
            await trail.record(event)
