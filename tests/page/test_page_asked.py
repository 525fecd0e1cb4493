"""Questions of a page: each is asked once the chat has begun, and one at a time."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from chainlit_app.page.asked import Questions

QUESTION = {"message": {"id": "6f9619ff-8b86-4011-b42d-00c04fc964ff", "output": "Which VLANs are at NYC01?"}}


class Page(SimpleNamespace):
    """A page's session; it can be hashed, as Chainlit's."""

    __hash__ = object.__hash__


class Line:
    """A page's line: what was done on it, in order."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.can_show, self.can_begin = asyncio.Event(), asyncio.Event()
        self.page = Page(
            id="s", socket_id="s", thread_id="t", restored=False, has_first_interaction=False, current_task=None
        )
        questions = Questions(lambda _: self.page, self)
        self.connect = questions.after_showing(self._show)
        self.ask = questions.one_at_a_time(self._ask)

    async def _show(self, sid: str) -> None:
        await self.can_show.wait()

        async def begin() -> None:
            await self.can_begin.wait()
            self.done.append("begun")

        self.page.current_task = asyncio.create_task(begin())

    async def _ask(self, sid: str, payload: Any) -> None:
        self.done.append("asked")

    async def busy(self, page: Any) -> None:
        self.done.append("told to wait")

    async def running(self, page: Any) -> None:
        self.done.append("told that it runs")

    async def shown(self, page: Any, message: dict[str, Any]) -> None:
        self.done.append(f"shown: {message['output']}")


@pytest.fixture
async def line() -> Line:
    return Line()


async def _settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_question_waits_until_its_chat_has_begun_so_that_it_can_be_stopped(line: Line) -> None:
    line.can_show.set()
    await line.connect("s")
    asking = asyncio.create_task(line.ask("s", QUESTION))
    await _settled()
    assert "asked" not in line.done

    line.can_begin.set()
    await asking

    assert line.done == ["told that it runs", "begun", "asked"]


async def test_of_two_questions_before_a_chat_has_begun_the_second_is_told_to_wait(line: Line) -> None:
    line.can_show.set()
    await line.connect("s")
    asking = asyncio.create_task(line.ask("s", QUESTION))
    await _settled()
    await line.ask("s", QUESTION)
    line.can_begin.set()
    await asking

    assert line.done[1:] == ["told to wait", "begun", "asked"]


async def test_a_question_before_its_conversation_is_shown_is_shown_again_and_asked(line: Line) -> None:
    connecting, asking = asyncio.create_task(line.connect("s")), asyncio.create_task(line.ask("s", QUESTION))
    await _settled()
    assert line.done == []

    line.can_begin.set()
    line.can_show.set()
    await asyncio.gather(connecting, asking)

    assert sorted(line.done[:-1]) == ["begun", "shown: Which VLANs are at NYC01?", "told that it runs"]
    assert line.done[-1] == "asked"


async def test_a_question_while_another_is_answered_is_told_to_wait(line: Line) -> None:
    line.can_show.set()
    await line.connect("s")
    line.page.has_first_interaction = True

    await line.ask("s", QUESTION)

    assert line.done[-1] == "told to wait"
    line.page.current_task.cancel()
