"""Whether Nautobot answers; and in DEMO_MODE=auto, which kind of data an answer gets: its own, or the demo network's."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tools.errors import SourceError, Unavailable
from tools.models import Mode

_LOOK_EVERY = 10.0  # seconds between looks whether Nautobot is back
_NEWS_LAST = 30.0  # seconds: what was heard longer ago says nothing of now
_TURNS = 1_000  # turns remembered; one takes seconds, so this is far more than run at once


class Choice:
    """What is known: whether Nautobot is away, and which kind of data each turn began with."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.away_because = ""  # "" while Nautobot answers
        self.in_doubt = False  # whether it does is to be looked at
        self._clock = clock
        self._look_at = 0.0
        self._heard_at = -_NEWS_LAST
        self._turns: OrderedDict[str, Mode] = OrderedDict()

    def of(self, turn: str | None) -> Mode | None:
        """Return the kind of data that a turn began with; None where it has none yet."""
        return self._turns.get(turn) if turn is not None else None

    def keep(self, turn: str | None, mode: Mode) -> None:
        """Let a turn stay with the kind of data it began with: rows of both kinds never meet in one answer."""
        if turn is None:
            return
        self._turns.setdefault(turn, mode)
        self._turns.move_to_end(turn)
        if len(self._turns) > _TURNS:
            self._turns.popitem(last=False)

    def away(self, because: str) -> None:
        """Note that Nautobot does not answer."""
        self.away_because, self.in_doubt = because, True
        self._heard_at = self._clock()
        self._look_at = self._heard_at + _LOOK_EVERY

    def back(self) -> None:
        """Note that Nautobot answers."""
        self.away_because, self.in_doubt = "", False
        self._heard_at = self._clock()

    def long_unheard(self) -> bool:
        """Say whether Nautobot may have gone without anybody's notice, for nothing was read of late."""
        return self._clock() - self._heard_at >= _NEWS_LAST

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Note whether Nautobot answers what is read inside. A refusal is an answer."""
        try:
            yield
        except Unavailable as trouble:
            self.away(str(trouble))
            raise
        except SourceError:
            self.back()
            raise
        except asyncio.CancelledError:  # by its reader, or as it took too long
            self.in_doubt = True
            raise
        self.back()

    def time_to_look(self) -> bool:
        """Say whether the caller should look for Nautobot; only one caller is told so in each interval."""
        if self._clock() < self._look_at:
            return False
        self._look_at = self._clock() + _LOOK_EVERY
        return True
