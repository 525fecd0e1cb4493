"""What the readers of one app may ask of it together, and the words for what is too much. Pure."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

STOPPING = "Sextant is stopping. Ask again in a few seconds: it, or another, may be there by then."

STOPPED = "Sextant stopped before this was answered. Ask again in a few seconds."


class Refused(Exception):
    """A question that is not begun; the message says what is allowed and what to do."""

    def __init__(self, sentence: str, why: Literal["long", "busy", "full", "many"], seconds: float = 1) -> None:
        """`seconds`: until it may be begun; of one that is too long, never."""
        super().__init__(sentence)
        self.why, self.seconds = why, seconds


@dataclass
class Limits:
    """Counts the questions of all readers of a process."""

    question: int = 4_000  # characters
    turns_a_minute: int = 30  # of one reader
    parallel_turns: int = 8  # of all readers
    clock: Callable[[], float] = time.monotonic
    stopping: bool = False  # nothing is begun any more
    _begun: dict[str, deque[float]] = field(default_factory=dict)
    _running: set[tuple[str, str]] = field(default_factory=set)  # readers and their conversations

    @property
    def running(self) -> int:
        """How many questions are being answered."""
        return len(self._running)

    @contextmanager
    def turn(self, reader: str, conversation: str, question: str) -> Iterator[None]:
        """Hold a place for a turn while it runs. Raise `Refused` where there is none."""
        if self.stopping:
            raise Refused(STOPPING, "full", 5)
        if len(question) > self.question:
            raise Refused(
                f"This question has {len(question):,} characters; {self.question:,} are allowed."
                " Ask in fewer words, or in several questions.",
                "long",
            )
        place = (reader, conversation)  # who knows the id of another's conversation does not hold it up
        if place in self._running:
            raise Refused(
                "This conversation is still being answered, perhaps in another window."
                " Wait for that answer or stop it, then ask again.",
                "busy",
            )
        if len(self._running) >= self.parallel_turns:
            raise Refused(
                f"Sextant answers {_questions(self.parallel_turns)} at once, and as many are running."
                " Ask again in a few seconds.",
                "full",
            )
        self._count(reader)
        self._running.add(place)
        try:
            yield
        finally:
            self._running.discard(place)

    def _count(self, reader: str) -> None:
        now = self.clock()
        for name in [name for name, times in self._begun.items() if times[-1] <= now - 60]:
            del self._begun[name]  # or the readers of a year would stay
        begun = self._begun.setdefault(reader, deque())
        while begun and begun[0] <= now - 60:
            begun.popleft()
        if len(begun) >= self.turns_a_minute:
            wait = max(1, round(begun[0] + 60 - now))
            raise Refused(
                f"You have asked {_questions(len(begun))} within a minute; more are not answered."
                f" Ask again in {wait} second{'' if wait == 1 else 's'}.",
                "many",
                wait,
            )
        begun.append(now)


def _questions(number: int) -> str:
    return f"{number:,} question{'' if number == 1 else 's'}"
