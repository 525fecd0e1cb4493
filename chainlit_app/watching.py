"""What is noted of a turn in this process: its request id, and how its model and its tools fared. Pure."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from chainlit_app.turn import TurnEnded, TurnEvent
from sextant.telemetry import request

logger = logging.getLogger(__name__)

Way = Literal["chat", "terminal", "http", "mcp"]


@dataclass
class Watched:
    """A turn while it runs."""

    request_id: str
    ended: TurnEnded | None = None

    def hear(self, event: TurnEvent) -> None:
        """Take in an event of the turn."""
        if isinstance(event, TurnEnded):
            self.ended = event


@contextmanager
def turn(way: Way, id: str | None = None) -> Iterator[Watched]:
    """Watch a turn; whoever runs it lets what is yielded hear its events.

    `id` is its request id; None: that of the request that runs, or a new one.
    """
    began = time.perf_counter()
    with request.within(id) as known:
        watched = Watched(known)
        try:
            yield watched
        finally:
            outcome = watched.ended.outcome if watched.ended else "stopped"
            logger.info(
                "Question answered",
                extra={"way": way, "outcome": outcome, "seconds": round(time.perf_counter() - began, 4)},
            )
