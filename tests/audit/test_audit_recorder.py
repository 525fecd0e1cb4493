"""What happens goes on while it is written down, and where it cannot be written that is decided by a setting."""

import asyncio
import logging
from collections import Counter

import pytest

from chainlit_app.history.where import place
from sextant.audit import recorder as module
from sextant.audit.recorder import Recorder
from sextant.audit.store import AuditStore, AuditTrouble
from sextant.audit.trail import NoTrail, NotRecorded
from sextant.telemetry import metrics


class Database:
    """A store that is there or away, as a test says."""

    def __init__(self):
        self.batches = []
        self.trouble = None
        self.written = asyncio.Event()
        self.tried = asyncio.Event()
        self.closed = False
        self.forgot = []

    async def append(self, events):
        self.tried.set()
        if self.trouble:
            raise self.trouble
        self.batches.append([event.what for event in events])
        self.written.set()

    async def forget(self, days):
        self.forgot.append(days)
        return 0

    async def close(self):
        self.closed = True

    @property
    def all(self):
        return [what for batch in self.batches for what in batch]


@pytest.fixture
def database():
    return Database()


@pytest.fixture
def open_to(database, monkeypatch):
    monkeypatch.setattr(module, "_PAUSE", 0.001)
    made = []

    def one(clean=str, **given):
        async def opened():
            return database, clean

        made.append(Recorder(opened, **given))
        return made[-1]

    return one


async def test_events_are_written_in_their_order_and_those_that_wait_together(open_to, database, happened):
    trail = open_to()
    for number in range(1200):
        await trail.record(happened(str(number)))
    assert database.batches == []  # nobody has waited for the database
    await trail.aclose()
    assert database.all == [str(number) for number in range(1200)]
    assert len(database.batches) == 12
    assert (database.closed, trail.lost) == (True, 0)


async def test_events_wait_while_the_database_is_away_and_the_log_says_so_once(open_to, database, happened, caplog):
    trail = open_to()
    database.trouble = AuditTrouble("The audit (there) does not answer.")
    await trail.record(happened("one"))
    await database.tried.wait()
    database.tried.clear()
    await database.tried.wait()  # again, after a pause
    await trail.record(happened("two"))
    database.trouble = None
    await trail.aclose()
    assert database.all == ["one", "two"]
    assert trail.lost == 0
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.WARNING]
    assert "Nothing is written to the audit: The audit (there) does not answer." in caplog.text


async def test_what_can_no_longer_be_written_is_counted(open_to, database, happened, caplog):
    trail = open_to()
    database.trouble = AuditTrouble("away")
    await trail.record(happened())
    await trail.record(happened())
    await trail.aclose()
    await trail.record(happened())
    assert trail.lost == 3
    assert "The audit lost events: Sextant ended (2 so far)." in caplog.text


async def test_no_more_than_so_many_wait(open_to, database, happened, monkeypatch):
    monkeypatch.setattr(module, "_WAITING", 5)
    trail = open_to()
    database.trouble = AuditTrouble("away")
    for number in range(9):
        await trail.record(happened(str(number)))
    database.trouble = None
    await trail.aclose()
    assert (database.all, trail.lost) == (["0", "1", "2", "3", "4"], 4)


async def test_what_must_be_recorded_is_written_before_it_goes_on(open_to, database, happened):
    trail = open_to(required=True)
    await trail.record(happened("one"))
    assert database.all == ["one"]
    await asyncio.gather(*(trail.record(happened(str(number))) for number in range(3)))
    assert database.all[1:] == ["0", "1", "2"]
    await trail.aclose()


async def test_what_must_be_recorded_and_cannot_be_is_refused_at_once(open_to, database, happened):
    trail = open_to(required=True)
    database.trouble = AuditTrouble("away")
    with pytest.raises(NotRecorded, match="SEXTANT_AUDIT_REQUIRED"):
        await trail.record(happened("one"))
    database.trouble = None
    await trail.record(happened("two"))
    assert (database.all, trail.lost) == (["two"], 1)
    await trail.aclose()
    with pytest.raises(NotRecorded):
        await trail.record(happened("three"))


async def test_who_leaves_while_a_row_is_written_stops_nobody_elses(open_to, database, happened):
    trail = open_to(required=True)
    leaving = asyncio.create_task(trail.record(happened("one")))
    staying = asyncio.create_task(trail.record(happened("two")))
    await asyncio.sleep(0)
    leaving.cancel()
    await staying
    assert database.all == ["one", "two"]
    await trail.aclose()


async def test_a_defect_of_the_database_breaks_no_answer(open_to, database, happened, caplog):
    trail = open_to()
    database.trouble = ZeroDivisionError("oops")
    await trail.record(happened("one"))
    await database.tried.wait()
    database.trouble = None
    await trail.aclose()
    assert database.all == ["one"]


async def test_no_secret_is_written(open_to, database, happened):
    trail = open_to(clean=lambda text: text.replace("hunter2", "[redacted]"))
    await trail.record(happened("my password is hunter2"))
    await trail.aclose()
    assert database.all == ["my password is [redacted]"]


async def test_a_text_without_end_is_cut_before_it_waits_and_no_piece_of_a_secret_is_left(open_to, database, happened):
    looked_at = []

    def clean(text):
        looked_at.append(text)
        return text.replace("hunter2", "[redacted]")

    trail = open_to(clean=clean)
    await trail.record(happened("hunter2 " * 100_000))
    await trail.record(happened("x" * 1_000_000))
    await trail.aclose()
    assert database.all[0] == " ".join(["[redacted]"] * 500)
    assert [len(text) for text in looked_at] == [3_999, 4_000]


async def test_who_waits_for_a_row_while_the_audit_is_closed_is_told_that_it_is_not_written(
    open_to, database, happened, monkeypatch
):
    monkeypatch.setattr(module, "_GOODBYE", 0.01)
    begun = asyncio.Event()

    async def never(events):
        begun.set()
        await asyncio.Event().wait()

    database.append = never
    trail = open_to(required=True)
    waiting = asyncio.create_task(trail.record(happened("one")))
    await begun.wait()
    await trail.aclose()
    with pytest.raises(NotRecorded):
        await waiting
    assert trail.lost == 1


async def test_old_rows_are_removed_now_and_then(open_to, database, happened):
    trail = open_to(days=30)
    for _ in range(3):
        database.written.clear()
        await trail.record(happened())
        await database.written.wait()
    await trail.aclose()
    assert database.forgot == [30]


async def test_rows_are_counted_by_what_came_of_them(open_to, database, happened):
    counted = Counter()

    class Figures:
        def note(self, metric, amount, labels):
            assert metric is metrics.AUDIT
            counted[labels] += amount

    metrics.use(Figures())
    try:
        trail = open_to(required=True)
        await trail.record(happened())
        database.trouble = AuditTrouble("away")
        with pytest.raises(NotRecorded):
            await trail.record(happened())
        await trail.aclose()
    finally:
        metrics.use(None)
    assert counted == {("written",): 1, ("failed",): 1, ("lost",): 1}


async def test_where_nothing_is_recorded_nothing_is_opened(happened):
    trail = NoTrail()
    await trail.record(happened())
    await trail.aclose()


async def test_two_recorders_of_one_file_write_one_trail(tmp_path, happened):
    there = place(str(tmp_path / "audit.db"))

    async def opened():
        return AuditStore(there), str

    trails = [Recorder(opened) for _ in range(2)]
    for number in range(100):
        await trails[number % 2].record(happened(str(number)))
    await asyncio.gather(*(trail.aclose() for trail in trails))
    store = AuditStore(there)
    found = await store.verify()
    await store.close()
    assert (found.count, found.breaks) == (101, 0)
