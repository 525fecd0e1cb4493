"""Questions in their order: each once its conversation is shown and has begun, and one at a time. Knows no Chainlit."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from chainlit_app.page.doors import question_of

Heard = Callable[..., Awaitable[None]]


class Page(Protocol):
    """A page's session, as Chainlit keeps it."""

    id: str
    socket_id: str
    thread_id: str
    thread_id_to_resume: str | None
    restored: bool
    has_first_interaction: bool
    current_task: asyncio.Task[Any] | None


class Told(Protocol):
    """What is said to a page."""

    async def busy(self, page: Page) -> None:
        """Say that another question is still being answered."""

    async def running(self, page: Page) -> None:
        """Say that a question is being answered, which can be stopped."""

    async def shown(self, page: Page, message: dict[str, Any]) -> None:
        """Show a question again."""


class Questions:
    """What pages ask: once their conversation is shown, and one at a time."""

    def __init__(self, page_of: Callable[[str], Page | None], told: Told) -> None:
        """`page_of` gives the page of a socket's id."""
        self._page_of, self._told = page_of, told
        self._shown: WeakKeyDictionary[Page, asyncio.Event] = WeakKeyDictionary()
        self._waiting: set[str] = set()  # ids of pages whose question came before that

    def after_showing(self, show: Heard) -> Heard:
        """Return what hears that a page is connected: `show`, and what questions wait for."""

        async def connected(sid: str) -> None:
            page = self._page_of(sid)
            if page and page.restored and page.has_first_interaction:
                # What was said while the line was cut is lost: the page gets the conversation anew.
                page.thread_id_to_resume = page.thread_id
            try:
                await show(sid)
            finally:
                if page:
                    self._showing(page).set()
            if page and page.current_task and not page.current_task.done():
                await self._told.running(page)

        return connected

    def one_at_a_time(self, ask: Heard) -> Heard:
        """Return what hears a question: `ask`, when it may be asked."""

        async def asked(sid: str, payload: Any) -> None:
            page, question = self._page_of(sid), question_of(payload)
            if page is None or question is None:
                return
            task = page.current_task
            if page.id in self._waiting or (task and not task.done() and page.has_first_interaction):
                # Chainlit would begin it, and Stop would then know only the second.
                await self._told.busy(page)
                return
            self._waiting.add(page.id)
            try:
                await self._ready(page, question["message"])
            finally:
                self._waiting.discard(page.id)
            await ask(page.socket_id, question)

        return asked

    async def _ready(self, page: Page, message: dict[str, Any]) -> None:
        if not self._showing(page).is_set():
            await self._showing(page).wait()  # showing a conversation takes all off the page: the question as well
            await self._told.shown(page, message)
        if (begin := page.current_task) and not begin.done():
            await asyncio.wait([begin])  # Chainlit tells at its end that nothing runs: the page would lose its Stop

    def _showing(self, page: Page) -> asyncio.Event:
        return self._shown.setdefault(page, asyncio.Event())
