"""The page told to stop."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from chainlit_app.limits import Limits, Refused
from chainlit_app.page.stopping import Leaving, Stopping


class Web:
    """A web server as far as signals know it."""

    def __init__(self) -> None:
        self.config = SimpleNamespace(timeout_graceful_shutdown=None)
        self.ended: list[int] = []

    def handle_exit(self, kind: int, frame: Any) -> None:
        self.ended.append(kind)


@pytest.fixture
def web() -> Iterator[Web]:
    """Return a web server that has the signals; they are given back."""
    made = Web()
    before = {kind: signal.signal(kind, made.handle_exit) for kind in (signal.SIGINT, signal.SIGTERM)}
    yield made
    for kind, handler in before.items():
        signal.signal(kind, handler)


async def soon(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
async def test_a_running_answer_ends_before_the_web_server_while_new_questions_are_refused(web: Web, kind: int) -> None:
    limits = Limits()
    Stopping(limits).listen()
    with limits.turn("anna", "c", "x"):
        signal.raise_signal(kind)
        with pytest.raises(Refused, match="stopping") as refused, limits.turn("bert", "d", "y"):
            raise AssertionError
        assert refused.value.seconds == 5
        await asyncio.sleep(0.1)  # twice as long as it takes to look again
        assert web.ended == []
    await soon(lambda: web.ended == [kind])
    assert web.config.timeout_graceful_shutdown == 1


async def test_an_answer_that_does_not_end_holds_it_up_only_so_long(web: Web) -> None:
    limits = Limits()
    Stopping(limits, seconds=0.1).listen()
    with limits.turn("anna", "c", "x"):
        signal.raise_signal(signal.SIGTERM)
        await soon(lambda: web.ended == [signal.SIGTERM])


async def test_an_answer_that_does_not_end_is_given_up_before_the_web_server_ends(web: Web) -> None:
    limits, told = Limits(), []

    async def answer() -> None:
        with limits.turn("anna", "c", "x"):
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                told.append(web.ended[:])

    answering = asyncio.create_task(answer())

    def give_up() -> list[Any]:
        answering.cancel()
        return [answering]

    await soon(lambda: limits.running == 1)
    Stopping(limits, seconds=0.1, give_up=give_up).listen()
    signal.raise_signal(signal.SIGTERM)
    await soon(lambda: web.ended == [signal.SIGTERM])
    assert told == [[]]


async def test_told_twice_it_stops_at_once(web: Web) -> None:
    limits = Limits()
    Stopping(limits).listen()
    with limits.turn("anna", "c", "x"):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        assert web.ended == [signal.SIGINT]


async def test_new_pages_go_elsewhere_while_open_ones_get_what_they_ask_for() -> None:
    async def there(request: Any) -> PlainTextResponse:
        return PlainTextResponse("there")

    limits = Limits(stopping=True)
    app = Leaving(Starlette(routes=[Route("/{any:path}", there)]), limits=limits)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        for path, accept in (("/", "text/html,*/*"), ("/health", "*/*")):
            refused = await client.get(path, headers={"Accept": accept})
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        assert (await client.get("/sextant/files/x")).text == "there"
        limits.stopping = False
        assert (await client.get("/", headers={"Accept": "text/html"})).text == "there"
