"""Two chats that share a PostgreSQL and a Redis: a conversation goes on over both, also where one is killed."""

import asyncio
import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import httpx
import pytest

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.nginx, pytest.mark.slow]

FIRST, FOLLOW_UP = "Which devices are at FRA01?", "and at NYC01?"


async def test_a_conversation_goes_on_over_whichever_chat_its_page_is_connected_to(chats: Any, talk: Any) -> None:
    async with talk(chats[0].url) as page:
        await page.ask(FIRST)
        await page.answered("FRA01", "Source 1")
        thread = await page.thread()
    for number, place in enumerate(("NYC01", "LON01", "FRA01"), 2):
        async with talk(chats[(number + 1) % 2].url, thread) as page:
            assert any(f"Source {number - 1}" in said for said in page.resumed())
            await page.ask(f"and at {place}?")
            await page.answered(place, f"Source {number}")


@contextmanager
def stopped(processes: Iterable[int]) -> Iterator[None]:
    """Stop processes for a while, and let them go on."""
    processes = list(processes)
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


async def test_over_nginx_a_conversation_outlives_the_chat_that_is_killed_while_it_answers(
    nginx_of_chats: Any, chats: Any, shared: Any, talk: Any
) -> None:
    nginx = nginx_of_chats
    async with talk(nginx.url) as page:
        await page.ask(FIRST)
        await page.answered("FRA01", "Source 1")
        thread = await page.thread()
        async with httpx.AsyncClient(base_url=nginx.url, cookies={"sextant_reader": talk.reader}) as http:
            assert (await http.get("/health")).status_code == 200
        dying = nginx.asked_last(chats)
        with stopped(dying.tool_servers()):  # so that the answer does not end
            await page.ask(FOLLOW_UP)
            database = await asyncpg.connect(shared.database)
            kept = "SELECT count(*) FROM sextant_turns WHERE question = $1 AND record IS NULL"
            while await database.fetchval(kept, FOLLOW_UP) != 1:
                await asyncio.sleep(0.02)
            await database.close()
            dying.process.kill()
            await page.hears(lambda name, said: name == "disconnect")
    async with talk(nginx.url, thread) as page:
        told = page.resumed()
        assert [FIRST in told, FOLLOW_UP in told, any("FRA01" in said and "Source 1" in said for said in told)] == [
            True
        ] * 3
        await page.ask(FOLLOW_UP)
        await page.answered("NYC01", "Source 2")
    assert nginx.asked_last(chats) is not dying
    verified = shared.sextant("audit", "verify")
    assert verified.returncode == 0, verified.stdout
