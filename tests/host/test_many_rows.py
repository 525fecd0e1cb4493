"""What takes as long as a result has rows happens beside the event loop, which all chats share."""

import asyncio
import threading
from dataclasses import replace

import pytest

from chainlit_app.page.threads import beside
from chainlit_app.turn import Reply
from tools.models import ResultTable


class Rows(list):
    """Rows that tell who goes through them."""

    def __init__(self, rows):
        super().__init__(rows)
        self.readers = []
        self.heard = lambda reader: None

    def __iter__(self):
        self.readers.append(threading.get_ident())
        self.heard(self.readers[-1])
        return super().__iter__()


@pytest.fixture
def result(fakes):
    """Return a result whose rows tell who goes through them."""
    rows = Rows([f"NYC01-acc{n:03}", f"site {n % 7}", f"role {n % 3}"] for n in range(40))
    answer = fakes.answer(*(row[0] for row in rows))
    table = ResultTable.model_construct(
        subject="devices", columns=["name", "location", "role"], rows=rows, links=[None] * len(rows)
    )
    return replace(fakes.result(answer), table=table)


async def test_rows_are_made_ready_for_the_check_while_the_model_still_reads_them(fakes, result):
    loop, ready, here = asyncio.get_running_loop(), asyncio.Event(), threading.get_ident()
    result.table.rows.heard = lambda reader: reader != here and loop.call_soon_threadsafe(ready.set)

    async def read_slowly():
        await ready.wait()
        return Reply("NYC01-acc001 is there [1].")

    llm = fakes.ScriptedLLM(Reply("", [fakes.call()]), read_slowly)
    async with asyncio.timeout(30):
        ended = (await fakes.ask("Devices?", llm, fakes.FakeToolbox(NYC01=result)))[-1]
    assert ended.check.found == 1


async def test_what_is_made_beside_the_event_loop_comes_one_by_one_and_in_order():
    makers = []

    def made():
        for number in (1, 2, 3):
            makers.append(threading.get_ident())
            yield number

    assert [number async for number in beside(made())] == [1, 2, 3]
    assert threading.get_ident() not in makers
