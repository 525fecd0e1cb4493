"""The one place that lets calls in."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from chainlit_app.turn import Reply, ToolboxTrouble
from sextant.access.gate import Gate, GuardedToolbox
from sextant.access.policy import load
from sextant.access.rates import Rates
from sextant.access.refusals import Denied, TooMany
from sextant.audit.trail import Event, NotRecorded

ONE_TOOL = "roles: {narrow: {tools: [get_device]}}"
SLOW = "roles: {slow: {tools: ['*'], rates: {'*': 3/hour, get_device: 2/hour}}}"
DAILY = "roles: {slow: {tools: ['*'], rates: {'*': 2/day}}}"


class Kept:
    """A trail that a test can read; a broken one takes nothing."""

    def __init__(self, *, broken: bool = False) -> None:
        self.events: list[Event] = []
        self.broken = broken

    async def record(self, event: Event) -> None:
        if self.broken:
            raise NotRecorded("The audit cannot be written.")
        self.events.append(event)


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the clock of the counting at a time in the middle of its windows."""
    now = 1_800_000_000.0 // 86_400 * 86_400 + 43_200 + 600
    monkeypatch.setattr("time.time", lambda: now)


@pytest.fixture
def toolbox(fakes):
    made = fakes.FakeToolbox(NYC01=fakes.answer("a", "b"), **{"NYC01-cor001": fakes.answer("c")})

    async def titles() -> dict[str, str]:
        return {"get_devices_by_location": "Devices at a location", "get_device": "One device"}

    made.titles = titles
    return made


async def test_the_catalogue_holds_only_what_somebody_may_call(toolbox, policy, person):
    mine = GuardedToolbox(toolbox, Gate(policy(ONE_TOOL)), person("narrow"))
    assert [one["function"]["name"] for one in await mine.schemas()] == ["get_device"]
    assert await mine.titles() == {"get_device": "One device"}


async def test_who_may_call_nothing_is_told_so(toolbox, person):
    with pytest.raises(ToolboxTrouble, match="anna may use no tool here") as trouble:
        await GuardedToolbox(toolbox, Gate(load()), person()).schemas()
    assert trouble.value.outcome == "not_allowed"


async def test_a_call_that_is_not_allowed_never_reaches_a_tool_and_says_why(toolbox, policy, person, fakes):
    mine = GuardedToolbox(toolbox, Gate(policy(ONE_TOOL)), person("narrow"))
    result = await mine.call(fakes.call("get_devices_by_location"), "t")
    assert toolbox.asked == []
    assert result.failed and result.answer.outcome == "not_allowed"
    assert "anna may not use get_devices_by_location" in result.text == result.error
    assert not (await mine.call(fakes.call("get_device", device="NYC01-cor001"), "t")).failed


async def test_a_model_is_shown_only_what_its_reader_may_call_and_a_guess_does_not_help_it(
    toolbox, policy, person, fakes
):
    seen = []

    class Guessing(fakes.ScriptedLLM):
        async def stream(self, messages, tools):
            seen.append([tool["function"]["name"] for tool in tools])
            async for piece in super().stream(messages, tools):
                yield piece

    model = Guessing(Reply("", [fakes.call("get_devices_by_location", id="1")]), Reply("I may not look that up."))
    mine = GuardedToolbox(toolbox, Gate(policy(ONE_TOOL)), person("narrow"))
    await fakes.ask("devices at NYC01", model, mine)
    assert seen == [["get_device"], ["get_device"]]
    assert toolbox.asked == []


@pytest.mark.usefixtures("noon")
async def test_a_rate_ends_calls_until_its_time_is_over(policy, person):
    gate = Gate(policy(SLOW))
    for _ in range(2):
        await gate.enter(person("slow"), "get_device")
    with pytest.raises(TooMany) as many:
        await gate.enter(person("slow"), "get_device")
    assert str(many.value).startswith("anna may call get_device 2 an hour, and has: call again in ")
    assert many.value.retry_after_seconds == 3000  # at one o'clock
    await gate.enter(person("slow"), "find_prefix")  # the third of the three of all tools
    with pytest.raises(TooMany, match="may call find_prefix 3 an hour"):
        await gate.enter(person("slow"), "find_prefix")


@pytest.mark.usefixtures("noon")
async def test_what_one_has_spent_nobody_else_has(policy, person):
    gate = Gate(policy(SLOW))
    for name in ("anna", "bert"):
        for _ in range(2):
            await gate.enter(person("slow", name=name), "get_device")


@pytest.mark.usefixtures("noon")
async def test_of_calls_made_at_once_no_more_go_in_than_one_after_the_other(policy, person):
    gate = Gate(policy(SLOW))

    async def let_in() -> bool:
        try:
            await gate.enter(person("slow"), "get_device")
        except TooMany:
            return False
        return True

    assert sum(await asyncio.gather(*(let_in() for _ in range(50)))) == 2


@pytest.mark.usefixtures("noon")
async def test_a_call_too_many_comes_back_as_a_failure(toolbox, policy, person, fakes):
    mine = GuardedToolbox(toolbox, Gate(policy(SLOW)), person("slow"))
    calls = [await mine.call(fakes.call("get_device", device="NYC01-cor001"), "t") for _ in range(3)]
    assert [call.failed for call in calls] == [False, False, True]
    assert calls[2].answer.outcome == "unavailable"
    assert len(toolbox.asked) == 2


async def test_every_call_leaves_what_was_decided_and_what_came_of_it(toolbox, policy, person, fakes):
    trail = Kept()
    mine = GuardedToolbox(toolbox, Gate(policy(ONE_TOOL)), person("narrow"), trail)
    await mine.call(fakes.call("get_devices_by_location"), "t")
    await mine.call(fakes.call("get_device", device="NYC01-cor001"), "t")
    assert [(event.kind, event.what, event.outcome, event.rows) for event in trail.events] == [
        ("deny", "get_devices_by_location", "denied", None),
        ("allow", "get_device", "allowed", None),
        ("tool", "get_device", "found", 1),
    ]
    assert {event.who.id for event in trail.events} == {"page:anna"}
    assert "NYC01" not in repr(trail.events)  # arguments leave their digest


async def test_what_cannot_be_recorded_where_it_must_be_is_not_done(toolbox, person, fakes):
    mine = GuardedToolbox(toolbox, Gate(load()), person("analyst"), Kept(broken=True))
    result = await mine.call(fakes.call("get_device", device="NYC01-cor001"), "t")
    assert result.failed and result.error == "The audit cannot be written."
    assert toolbox.asked == []


async def test_an_unknown_role_is_denied(person):
    with pytest.raises(Denied):
        await Gate(load()).enter(person("root"), "get_device")


@pytest.fixture
async def shared(redis: str) -> AsyncIterator[list[Rates]]:
    """Return the counting of two processes over one Redis."""
    both = [Rates(redis), Rates(redis)]
    yield both
    for one in both:
        await one.aclose()


@pytest.mark.redis
async def test_two_processes_with_one_redis_count_together(shared, policy, person):
    first, second = (Gate(policy(DAILY), rates) for rates in shared)
    await first.enter(person("slow"), "get_device")
    await second.enter(person("slow"), "get_device")
    with pytest.raises(TooMany):
        await first.enter(person("slow"), "get_device")


@pytest.mark.usefixtures("noon")
async def test_where_redis_is_away_each_process_counts_its_own_and_says_so_once(policy, person, caplog):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        gate = Gate(policy(SLOW), Rates(f"redis://:hush-canary@127.0.0.1:{nobody.getsockname()[1]}/0"))
        for _ in range(2):
            await gate.enter(person("slow"), "get_device")
        with pytest.raises(TooMany):
            await gate.enter(person("slow"), "get_device")
    assert caplog.text.count("does not answer") == 1
    assert "canary" not in caplog.text
