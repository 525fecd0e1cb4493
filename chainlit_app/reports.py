"""How far the running calls of a turn are: the newest word of each, and no more, however slow the reader. Pure."""

import asyncio
from typing import Any

from chainlit_app.turn import Report, ToolCall, ToolProgress


class Reports:
    """What running calls say of themselves."""

    def __init__(self) -> None:
        self._newest: dict[str, ToolProgress] = {}
        self._told: dict[str, int] = {}
        self._changed = asyncio.Event()

    def of(self, call: ToolCall) -> Report:
        """Return what a call reports to. It never waits."""

        def report(done: int, total: int | None) -> None:
            # A call that is asked again, because the server died, begins anew: what is told only ever grows.
            if done > self._told.get(call.id, 0):
                self._told[call.id] = done
                self._newest[call.id] = ToolProgress(call, done, total)
                self._changed.set()

        return report

    async def news(self, task: "asyncio.Task[Any]", deadline: float) -> list[ToolProgress]:
        """Return what calls have reported since, waiting for it; nothing once the task is done or its time over."""
        task.add_done_callback(self._wake)
        try:
            async with asyncio.timeout_at(deadline):
                while not (task.done() or self._newest):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return []
        finally:
            task.remove_done_callback(self._wake)
        if task.done():
            return []
        news = list(self._newest.values())
        self._newest.clear()
        return news

    def finished(self, call: ToolCall) -> None:
        """Forget what a call reported: how far it was is no news once it has ended."""
        self._newest.pop(call.id, None)

    def _wake(self, _: "asyncio.Task[Any]") -> None:
        self._changed.set()
