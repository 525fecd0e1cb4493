"""What an answer needs and the list of tools does not: loaded when first wanted, off the event loop."""

import asyncio
import gc
import logging
from typing import Any

from tools.answering import Answering
from tools.organisation import NONE, Organisation, read_organisation
from tools.results import Results
from tools.settings import ToolSettings

logger = logging.getLogger(__name__)

_BEFORE_THE_HOST = 11 / 12  # of the time that a call may take: a host that still waits hears why there is no answer


class Loading:
    """Opens the source of truth once. Importing it takes half a second, which a start should not wait for."""

    def __init__(self, settings: ToolSettings) -> None:
        self._settings = settings
        self._answering: Answering | None = None
        self._nautobot: Any = None
        self._lock = asyncio.Lock()

    async def answering(self) -> Answering:
        """Return what answers calls."""
        async with self._lock:
            if self._answering is None:
                self._nautobot = await asyncio.to_thread(_opened, self._settings)
                seconds = self._settings.sextant_call_seconds * _BEFORE_THE_HOST
                self._answering = Answering(
                    self._nautobot,
                    self._settings.sextant_rows_shown,
                    _results(self._settings),
                    seconds=seconds,
                    organisation=await asyncio.to_thread(self._organisation),
                )
        return self._answering

    def _organisation(self) -> Organisation:
        file = self._settings.sextant_organisation
        return read_organisation(file) if file else NONE

    async def warm_up(self) -> None:
        """Do what the first question would wait for: imports, fixtures, the names of locations."""
        try:
            await (await self.answering()).nautobot.rows("locations")
        except Exception as trouble:  # noqa: BLE001 - whoever asks first hears of it, in the words for it
            logger.debug("Nothing to warm up with: %s", type(trouble).__name__)
        seldom_looked_for_garbage()

    async def aclose(self) -> None:
        """Close the connections to Nautobot."""
        if self._nautobot is not None:
            await self._nautobot.aclose()


def seldom_looked_for_garbage() -> None:
    """Have Python look for garbage at longer intervals, and no more among what is loaded now, which stays.

    Rows go when nothing refers to them: they are no garbage of the kind that is looked for. With Python's own intervals
    all of them are looked through again and again while they are read, and nothing else runs for seconds: 4.7 s of a
    call over 500,000 addresses on a busy machine, where all other waits were under 0.6 s.
    """
    gc.freeze()
    gc.set_threshold(50_000, 10, 1_000)


def _results(settings: ToolSettings) -> Results:
    return Results(settings.sextant_results_mb * 1_000_000, settings.sextant_results_minutes * 60)


def _opened(settings: ToolSettings) -> Any:
    from tools.nautobot import Nautobot

    return Nautobot(settings)
