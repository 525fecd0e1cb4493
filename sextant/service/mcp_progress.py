"""How far a call over MCP is, for a client that wants to hear it."""

import asyncio
from types import TracebackType
from typing import Any, Self

from mcp.shared.context import RequestContext

from chainlit_app.turn import Report


class Progress:
    """Sends what is reported, in its order, before the call has its result; `async with` waits for the last."""

    def __init__(self, context: RequestContext[Any, Any, Any]) -> None:
        self._token = context.meta.progressToken if context.meta else None
        self._session, self._request = context.session, str(context.request_id)
        self._sent: asyncio.Task[None] | None = None
        self._steps = 0

    @property
    def report(self) -> Report | None:
        """Return what hears of rows; None where nobody wants to."""
        return None if self._token is None else self._send

    def step(self, message: str) -> None:
        """Say what is done now."""
        self._steps += 1
        self._send(self._steps, None, message)

    def _send(self, done: int, total: int | None, message: str | None = None) -> None:
        if self._token is not None:
            self._sent = asyncio.create_task(self._after(self._sent, done, total, message))

    async def _after(
        self, before: "asyncio.Task[None] | None", done: int, total: int | None, message: str | None
    ) -> None:
        if before is not None:
            await before
        # With the id of its request it goes to the stream of that request, not to one that nobody may have opened.
        await self._session.send_progress_notification(self._token, done, total, message, self._request)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._sent is not None and kind is None:
            await self._sent
