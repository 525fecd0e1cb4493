"""A call that was stopped leaves a row as well, and a result that cannot be recorded is not given out."""

import asyncio

import pytest

from sextant.access.gate import Gate, GuardedToolbox
from sextant.access.policy import load
from sextant.access.principal import Principal
from sextant.audit.trail import NotRecorded

ANNA = Principal("page:anna", "anna", frozenset({"analyst"}), "page")


class Kept:
    """A trail that a test can read; a broken one takes nothing of some kinds."""

    def __init__(self, *broken):
        self.events = []
        self.broken = broken

    async def record(self, event):
        if event.kind in self.broken:
            raise NotRecorded("The audit cannot be written.")
        self.events.append((event.kind, event.what, event.outcome))


@pytest.mark.parametrize("broken", [(), ("tool",)])
async def test_a_call_that_was_stopped_is_recorded_as_such(fakes, broken):
    begun = asyncio.Event()

    class Slow(fakes.FakeToolbox):
        async def call(self, *_, **__):
            begun.set()
            await asyncio.Event().wait()

    trail = Kept(*broken)
    mine = GuardedToolbox(Slow(), Gate(load()), ANNA, trail)
    calling = asyncio.create_task(mine.call(fakes.call("get_device", device="a"), "t"))
    await begun.wait()
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):  # also where it could not be recorded
        await calling
    stopped = [] if broken else [("tool", "get_device", "stopped")]
    assert trail.events == [("allow", "get_device", "allowed"), *stopped]


async def test_what_a_call_found_is_not_given_out_where_its_row_cannot_be_written(fakes):
    toolbox = fakes.FakeToolbox(NYC01=fakes.answer("secret-device"))
    mine = GuardedToolbox(toolbox, Gate(load()), ANNA, Kept("tool"))
    result = await mine.call(fakes.call(location="NYC01"), "t")
    assert len(toolbox.asked) == 1  # it was allowed, and that was recorded
    assert result.failed
    assert "secret-device" not in repr(result)
