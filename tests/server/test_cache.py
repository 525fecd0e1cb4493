"""What is kept of reads, for how long, for whom; and what several ask at once is read once."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from gql.transport import AsyncTransport
from graphql import ExecutionResult

from tools import progress
from tools.answering import Answering
from tools.cache import Cache
from tools.nautobot import Nautobot
from tools.settings import ToolSettings, WrongSetting


@dataclass(frozen=True)
class Rows:
    rows: list
    whole: bool = True
    retrieved_at: datetime = field(default_factory=lambda: datetime.now(UTC))


class Reader:
    """Reads when it is let, and counts how often; `trouble` is raised instead."""

    def __init__(self, *, held=False, whole=True, rows=3):
        self.count = 0
        self.stopped = 0
        self.trouble = None
        self.whole = whole
        self.rows = rows
        self.begun = asyncio.Event()
        self.go = asyncio.Event()
        if not held:
            self.go.set()

    async def __call__(self):
        self.count += 1
        self.begun.set()
        began = datetime.now(UTC)
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.stopped += 1
            raise
        if self.trouble:
            raise self.trouble
        return Rows([{"id": self.count}] * self.rows, self.whole, began)


@pytest.fixture
def cache(clock):
    return Cache(1, clock)


async def test_a_read_is_kept_for_its_seconds_and_comes_with_its_age(cache, clock):
    read = Reader()
    first, age = await cache.get("key", 30, read)
    assert age == 0
    clock.now += 29
    again, age = await cache.get("key", 30, read)
    assert again is first
    assert (age, read.count) == (29, 1)
    clock.now += 1
    _, age = await cache.get("key", 30, read)
    assert (age, read.count) == (0, 2)


async def test_without_seconds_nothing_is_kept(cache):
    read = Reader()
    await cache.get("key", 0, read)
    await cache.get("key", 0, read)
    assert read.count == 2


async def test_another_key_is_another_read(cache):
    read = Reader()
    await cache.get(("live", "one token", "devices"), 30, read)
    await cache.get(("live", "another token", "devices"), 30, read)
    assert read.count == 2


@pytest.mark.parametrize("seconds", [0, 30])
async def test_what_several_ask_at_once_is_read_once(cache, seconds):
    read = Reader(held=True)
    asking = [asyncio.create_task(cache.get("key", seconds, read)) for _ in range(50)]
    await read.begun.wait()
    await asyncio.sleep(0)
    read.go.set()
    found = await asyncio.gather(*asking)
    assert read.count == 1
    assert len({id(rows) for rows, _ in found}) == 1
    assert cache.counts == {"read": 1, "joined": 49, "kept": 0}


async def test_who_asked_first_may_leave_and_the_others_still_get_their_answer(cache):
    read = Reader(held=True)
    first = asyncio.create_task(cache.get("key", 30, read))
    await read.begun.wait()
    second = asyncio.create_task(cache.get("key", 30, read))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    read.go.set()
    rows, _ = await second
    assert (len(rows.rows), read.count, read.stopped) == (3, 1, 0)
    assert (await cache.get("key", 30, read))[0] is rows  # and it was kept


async def test_a_read_that_nobody_waits_for_any_more_is_stopped_and_the_next_one_reads_anew(cache):
    read = Reader(held=True)
    asking = [asyncio.create_task(cache.get("key", 30, read)) for _ in range(3)]
    await read.begun.wait()
    for one in asking:
        one.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    read.go.set()
    rows, _ = await cache.get("key", 30, read)
    assert (rows.rows[0]["id"], read.count, read.stopped) == (2, 2, 1)


async def test_an_error_reaches_all_who_wait_and_is_not_kept(cache):
    read = Reader(held=True)
    read.trouble = ValueError("away")
    asking = [asyncio.create_task(cache.get("key", 30, read)) for _ in range(3)]
    await read.begun.wait()
    await asyncio.sleep(0)
    read.go.set()
    found = await asyncio.gather(*asking, return_exceptions=True)
    assert [str(one) for one in found] == ["away"] * 3
    read.trouble = None
    assert (await cache.get("key", 30, read))[1] == 0
    assert read.count == 2


async def test_a_read_during_which_records_came_or_went_is_not_kept(cache):
    read = Reader(whole=False)
    await cache.get("key", 30, read)
    await cache.get("key", 30, read)
    assert read.count == 2


async def test_who_wants_it_fresh_gets_nothing_that_was_read_before(cache):
    read = Reader()
    await cache.get("key", 30, read)
    _, age = await cache.get("key", 30, read, datetime.now(UTC))
    assert (age, read.count) == (0, 2)
    rows, _ = await cache.get("key", 30, read)
    assert rows.rows[0]["id"] == 2  # and the others get the newer one from then on


async def test_who_wants_it_fresh_does_not_join_a_read_that_began_before(cache):
    old, new = Reader(held=True), Reader()
    waiting = asyncio.create_task(cache.get("key", 30, old))
    await old.begun.wait()
    await cache.get("key", 30, new, datetime.now(UTC))
    assert new.count == 1
    old.go.set()
    await waiting


async def test_after_a_refresh_nothing_from_before_it_answers_not_even_what_was_being_read(cache):
    read, slow = Reader(), Reader(held=True)
    await cache.get("kept", 30, read)
    waiting = asyncio.create_task(cache.get("slow", 30, slow))
    await slow.begun.wait()
    cache.forget()
    await cache.get("kept", 30, read)
    other = Reader()
    await cache.get("slow", 30, other)
    slow.go.set()
    await waiting  # who waited for it still gets it
    assert (read.count, other.count) == (2, 1)
    rows, _ = await cache.get("slow", 30, Reader())
    assert rows.rows[0]["id"] == 1


async def test_what_is_kept_never_takes_more_than_its_room(clock):
    cache = Cache(1, clock)
    reads = [Reader(rows=5_000) for _ in range(10)]
    for number, read in enumerate(reads):
        await cache.get(number, 30, read)
    assert cache._kept.currsize <= 1_000_000
    await cache.get(9, 30, reads[9])
    await cache.get(0, 30, reads[0])
    assert (reads[9].count, reads[0].count) == (1, 2)  # the longest unused went first


async def test_what_is_larger_than_all_the_room_is_answered_and_not_kept(clock):
    cache = Cache(1, clock)
    small, large = Reader(), Reader(rows=200_000)
    await cache.get("small", 30, small)
    await cache.get("large", 30, large)
    await cache.get("large", 30, large)
    await cache.get("small", 30, small)
    assert (small.count, large.count) == (1, 2)


async def test_all_who_wait_hear_how_far_a_long_read_is(cache):
    heard = {"first": [], "second": [], "nobody": []}
    joined = asyncio.Event()

    async def long():
        with progress.reading(_three_thousand) as read:
            await joined.wait()
            await asyncio.sleep(0)
            await read.at(1000)
            await asyncio.sleep(0)
            await read.at(2000)
        return Rows([])

    async def ask(name):
        async def report(rows, total):
            heard[name].append((rows, total))
            if name == "second":
                raise ConnectionError("who left")

        with progress.watched(None if name == "nobody" else report, apart=0):
            await cache.get("key", 0, long)

    asking = [asyncio.create_task(ask(name)) for name in heard]
    await asyncio.sleep(0)
    joined.set()
    await asyncio.gather(*asking)
    assert heard == {"first": [(1000, None), (2000, 3000)], "second": [(1000, None), (2000, 3000)], "nobody": []}


async def _three_thousand():
    return 3000


class Records(AsyncTransport):
    """A network of one device, whose name says how often it was read."""

    def __init__(self):
        self.asked = []

    async def connect(self): ...

    async def close(self): ...

    async def execute(self, request, *_, **__):
        root = request.document.definitions[0].selection_set.selections[0].name.value
        self.asked.append(root)
        return ExecutionResult(data={root: [{"id": "1", "name": f"read {self.asked.count(root)}"}]})

    def subscribe(self, request):
        raise NotImplementedError


def source(clock, **settings):
    records = Records()
    return Nautobot(ToolSettings.load(demo_mode="true", **settings), demo=records, clock=clock), records


async def test_rows_are_read_anew_each_time_unless_a_setting_keeps_them_and_names_are_kept(clock):
    nautobot, records = source(clock)
    for _ in range(2):
        await nautobot.rows("devices_by_location", locations=["a"])
        await nautobot.rows("locations")
    assert records.asked == ["devices", "locations", "devices"]


async def test_kept_rows_say_when_they_were_read(clock):
    nautobot, records = source(clock, sextant_cache_rows_seconds=60)
    first = await nautobot.rows("devices_by_location", locations=["a"])
    clock.now += 40
    again = await nautobot.rows("devices_by_location", locations=["a"])
    other = await nautobot.rows("devices_by_location", locations=["b"])
    assert (again.rows, again.retrieved_at, again.age) == (first.rows, first.retrieved_at, 40)
    assert (other.age, records.asked) == (0, ["devices", "devices"])


async def test_a_query_file_may_have_seconds_of_its_own(clock):
    nautobot, records = source(clock, sextant_cache_queries="devices_by_location=60, locations=0")
    for _ in range(2):
        await nautobot.rows("devices_by_location", locations=["a"])
        await nautobot.rows("circuits")
        await nautobot.rows("locations")
    assert sorted(records.asked) == ["circuits", "circuits", "devices", "locations", "locations"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("device_by_location=5", r"there is no query file device_by_location.graphql \(is it devices_by_location\?\)"),
        ("locations", "locations is not like"),
        ("locations=-1", "seconds are 0 to 86400"),
    ],
)
def test_a_wrong_query_file_is_told_at_the_start(said, told):
    with pytest.raises(WrongSetting, match=f"SEXTANT_CACHE_QUERIES: .*{told}"):
        ToolSettings.load(sextant_cache_queries=said)


async def test_an_answer_of_kept_rows_says_how_old_they_are_and_fresh_reads_anew(clock):
    settings = ToolSettings.load(demo_mode="true", sextant_cache_rows_seconds=60)
    answering = Answering(Nautobot(settings, clock=clock))
    arguments = {"location": "NYC01"}
    first = (await answering.answer("get_devices_by_location", arguments)).answer
    clock.now += 40
    kept = await answering.answer("get_devices_by_location", arguments)
    assert kept.answer.rows == first.rows
    assert kept.answer.source.retrieved_at == first.source.retrieved_at
    assert kept.answer.notes == ["Kept from an earlier question: read 40 seconds before this one."]
    assert "read 40 seconds before" in kept.text
    fresh = (await answering.answer("get_devices_by_location", arguments, fresh=True)).answer
    assert fresh.source.retrieved_at > first.source.retrieved_at
    assert fresh.notes == []
    clock.now += 40
    answering.nautobot.refresh()
    assert (await answering.answer("get_devices_by_location", arguments)).answer.notes == []
