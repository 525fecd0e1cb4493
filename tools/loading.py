"""What an answer needs and the list of tools does not: loaded when first wanted, off the event loop."""

import asyncio
from importlib import import_module
from typing import cast

from tools.answering import Answering
from tools.asking import Nautobot
from tools.settings import ToolSettings


class Loading:
    """Opens the source of truth once. Importing it takes half a second, which a start should not wait for."""

    def __init__(self, settings: ToolSettings) -> None:
        self._settings = settings
        self._answering: Answering | None = None
        self._lock = asyncio.Lock()

    async def answering(self) -> Answering:
        """Return what answers calls."""
        async with self._lock:
            if self._answering is None:
                source = await asyncio.to_thread(import_module, "tools.nautobot")
                nautobot = cast(Nautobot, source.Nautobot(self._settings))
                self._answering = Answering(nautobot, self._settings.sextant_rows_shown)
        return self._answering
