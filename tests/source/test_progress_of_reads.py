"""What a read tells of itself while its pages come."""

import asyncio

import pytest

from tools.demo import DemoTransport
from tools.errors import Unavailable
from tools.packaged import folder
from tools.progress import Progress, reading, watched


def known(total):
    async def count():
        return total

    return count


class Told(list):
    async def __call__(self, done, total):
        self.append((done, total))


@pytest.fixture
def told():
    return Told()


async def test_each_page_but_the_last_is_told(nautobot, stand_in, say, told):
    stand_in.replies = [say.rows("prefixes", "a", "b"), say.rows("prefixes", "c", "d"), say.rows("prefixes", "e")]
    source = nautobot(nautobot_url=stand_in.url, nautobot_page_size=2)
    with watched(told):
        await source.rows("prefixes_by_location", locations=["NYC01"])
    assert told[0] == (2, None)
    assert all(done < 5 for done, _ in told)


async def test_a_read_of_one_page_is_not_worth_a_word(nautobot, stand_in, say, told):
    stand_in.replies = [say.rows("prefixes", "a")]
    with watched(told):
        await nautobot(nautobot_url=stand_in.url, nautobot_page_size=2).rows("prefixes_by_location", locations=["X"])
    assert told == []


async def test_reports_keep_apart_however_small_the_pages(told, clock):
    read = Progress(told, clock).read(known(None))
    for rows in range(1, 9):
        await read.at(rows)
        clock.now += 0.125
    assert [done for done, _ in told] == [1, 3, 5, 7]


async def test_the_total_is_told_as_soon_as_it_is_known(told, clock):
    read = Progress(told, clock).read(known(40))
    for rows in (10, 20, 30):
        await read.at(rows)
        clock.now += 1
        await asyncio.sleep(0)
    assert told == [(10, None), (20, 40), (30, 40)]


async def test_reads_of_one_call_add_up_and_then_there_is_no_total(told, clock):
    progress = Progress(told, clock)
    first, second = progress.read(known(15)), progress.read(known(30))
    await first.at(10)
    await asyncio.sleep(0)
    clock.now += 1
    await second.at(10)
    assert told == [(10, None), (20, None)]


async def test_what_is_told_never_falls(told, clock):
    read = Progress(told, clock).read(known(None))
    for rows in (10, 5, 10, 11):
        await read.at(rows)
        clock.now += 1
    assert [done for done, _ in told] == [10, 11]


@pytest.mark.parametrize("fault", [9, Unavailable("no answer")])
async def test_a_total_that_cannot_be_right_or_cannot_be_read_is_none(told, clock, fault):
    async def count():
        if isinstance(fault, Exception):
            raise fault
        return fault

    read = Progress(told, clock).read(count)
    for rows in (10, 20):
        await read.at(rows)
        clock.now += 1
        await asyncio.sleep(0)
    assert told == [(10, None), (20, None)]


async def test_a_read_that_ends_leaves_nobody_counting(told):
    stopped = asyncio.Event()

    async def count():
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    with watched(told), reading(count) as read:
        await read.at(1)
        await asyncio.sleep(0)
    await stopped.wait()


async def test_a_read_that_nobody_watches_counts_nothing_and_tells_nobody(told):
    async def count():
        raise AssertionError("counted")

    with watched(told), watched(None), reading(count) as read:
        await read.at(5)
        await asyncio.sleep(0)
    assert told == []


async def test_nautobot_is_asked_for_the_count_with_the_very_filters_of_the_query(nautobot, stand_in, say):
    path = "/api/ipam/prefixes/?limit=1&locations=NYC01&locations=a+b&role=User+Data"
    stand_in.pages[path] = say.reply({"count": 20_420, "results": []})
    source = nautobot(nautobot_url=stand_in.url)
    query = source.queries.get("prefixes_by_location")
    filters = query.filters({"locations": ["NYC01", "a b"], "role": "User Data", "limit": 5, "offset": 0})
    assert await source.live.count(query.root, filters) == 20_420
    assert await source.live.count(query.root, {"locations": ["x"]}) is None
    assert await source.live.count(query.root, {"locations": ["x" * 4_000]}) is None
    assert await source.live.count("cables", {}) is None


async def test_the_demo_network_counts_as_many_as_it_gives(nautobot, told):
    demo = DemoTransport(folder("demo_fixtures"))
    source = nautobot(demo=demo, demo_mode="true", nautobot_page_size=100)
    query = source.queries.get("vlans_by_location")
    given = {"locations": [row["name"] for row in (await source.rows("locations")).rows]}
    rows = (await source.rows("vlans_by_location", **given)).rows
    assert await demo.count(query.root, query.filters(given)) == len(rows) > 100
