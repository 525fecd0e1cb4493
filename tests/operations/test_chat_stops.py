"""A chat that is told to stop while it answers: the answer ends or is told to have been stopped, and nothing is lost."""

import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from chainlit_app.limits import STOPPED, STOPPING

pytestmark = pytest.mark.slow

BEGUN = "SELECT count(*) FROM sextant_turns WHERE question = ? AND record IS NULL"
QUESTION, FOLLOW_UP = "Which devices are at FRA01?", "and at NYC01?"


@pytest.mark.parametrize("ends", [True, False], ids=["it ends in time", "it does not end"])
async def test_an_answer_under_way_ends_or_is_told_to_have_been_stopped_and_is_kept(
    run: Callable[..., Any], talk: Any, tmp_path: Path, ends: bool
) -> None:
    history = str(tmp_path / "history.db")
    chat = run("chat", SEXTANT_HISTORY=history)
    async with talk(chat.url) as page, talk(chat.url) as other:
        await page.ask(QUESTION)
        await page.answered("FRA01", "Source 1")
        (tools,) = chat.tool_servers()
        os.kill(tools, signal.SIGSTOP)  # so that the answer takes a while
        await page.ask(FOLLOW_UP)
        thread = await page.thread()
        with closing(sqlite3.connect(history)) as kept:
            await page.comes(lambda: kept.execute(BEGUN, [FOLLOW_UP]).fetchone() == (1,))
        chat.process.terminate()
        await other.ask(QUESTION)
        await other.answered(STOPPING)
        async with httpx.AsyncClient(base_url=chat.url) as http:
            assert (await http.get("/", headers={"Accept": "text/html"})).status_code == 503
        if ends:
            os.kill(tools, signal.SIGCONT)
        await page.answered(*(("NYC01", "Source 2") if ends else (STOPPED,)))
        await page.hears(lambda name, said: name == "disconnect")
    assert chat.end() == 0
    again = run("chat", SEXTANT_HISTORY=history)
    async with talk(again.url, thread) as page:
        told = page.resumed()
        assert [QUESTION in told, FOLLOW_UP in told] == [True, True]
        assert any(("Source 2" if ends else "Stopped.") in said for said in told)
