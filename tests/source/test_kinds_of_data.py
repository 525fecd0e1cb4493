"""Demo, live, and demo in place of live: which kind an answer gets, and that no answer mixes them."""

import asyncio
from typing import Any

import pytest
from gql import GraphQLRequest
from gql.transport import AsyncTransport
from graphql import ExecutionResult

from tools.choice import Choice
from tools.errors import NotAllowed, Unavailable, UnknownName


class SmallDemo(AsyncTransport):
    """A demo network of one record."""

    def __init__(self) -> None:
        self.asked = 0

    async def connect(self) -> None: ...

    async def close(self) -> None: ...

    async def execute(self, request: GraphQLRequest, *_: Any, **__: Any) -> ExecutionResult:
        self.asked += 1
        root = request.document.definitions[0].selection_set.selections[0].name.value  # type: ignore[attr-defined]
        return ExecutionResult(data={root: [{"id": "demo", "name": "demo"}]})

    def subscribe(self, request: GraphQLRequest) -> Any:
        raise NotImplementedError


@pytest.fixture
def demo() -> SmallDemo:
    """A demo network of one record."""
    return SmallDemo()


@pytest.fixture
def auto(nautobot: Any, stand_in: Any, clock: Any, demo: SmallDemo) -> Any:
    """A source with DEMO_MODE=auto over the stand-in."""
    return nautobot(nautobot_url=stand_in.url, demo_mode="auto", demo=demo, clock=clock)


async def devices(source: Any, turn: str | None = None) -> Any:
    """Return what one read finds."""
    return await source.rows("devices_by_location", turn=turn, locations=["NYC01"])


async def test_without_an_address_the_demo_answers(nautobot: Any, demo: SmallDemo) -> None:
    source = nautobot(demo=demo)

    found = await devices(source)

    assert (found.mode, found.url, found.note) == ("demo", None, "")
    assert source.status().mode == "demo"
    assert [check.name for check in await source.checks()] == ["Data", "Query files"]


async def test_the_demo_network_of_the_product_answers_with_the_same_query_files(nautobot: Any) -> None:
    found = await nautobot().rows("locations")

    assert len(found.rows) > 100
    assert found.rows[0].keys() >= {"id", "name", "location_type", "status", "parent", "facility", "description"}


async def test_with_an_address_only_nautobot_answers(nautobot: Any, demo: SmallDemo, unused_tcp_port: int) -> None:
    source = nautobot(nautobot_url=f"http://127.0.0.1:{unused_tcp_port}", demo=demo)

    with pytest.raises(Unavailable):
        await devices(source)

    assert demo.asked == 0


async def test_after_a_failed_read_the_status_says_that_nautobot_does_not_answer_until_it_does(
    nautobot: Any, stand_in: Any, say: Any
) -> None:
    source = nautobot(nautobot_url=stand_in.url)
    stand_in.replies = [say.reply("", 502)]
    assert source.status().answers
    with pytest.raises(Unavailable):
        await devices(source)
    asked = len(stand_in.variables())

    status = await source.looked()

    assert (status.mode, status.answers) == ("live", False)
    assert "HTTP 502" in status.detail
    assert len(stand_in.variables()) == asked  # it has just been asked
    stand_in.replies = [say.rows("devices", "real")]
    await devices(source)
    assert source.status().answers


async def test_whoever_asks_for_the_status_hears_that_a_live_nautobot_is_back(
    nautobot: Any, stand_in: Any, say: Any, clock: Any
) -> None:
    source = nautobot(nautobot_url=stand_in.url, clock=clock)
    stand_in.replies = [say.reply("", 502)]
    with pytest.raises(Unavailable):
        await devices(source)
    clock.now += 11
    assert not (await source.looked()).answers
    clock.now += 11
    stand_in.replies = [say.reply({"detail": "Invalid token"}, 403)]  # a refusal is an answer

    assert (await source.looked()).answers


async def test_whoever_asks_for_the_status_hears_that_nautobot_went_away_while_nobody_read(
    nautobot: Any, stand_in: Any, say: Any, clock: Any
) -> None:
    source = nautobot(nautobot_url=stand_in.url, clock=clock)
    stand_in.replies = [say.rows("devices", "real")]
    await devices(source)
    asked = len(stand_in.variables())
    stand_in.replies = [say.reply("", 502)]
    clock.now += 29
    assert (await source.looked()).answers
    assert len(stand_in.variables()) == asked  # what was read tells enough
    clock.now += 1

    assert not (await source.looked()).answers
    assert len(stand_in.variables()) > asked


async def test_a_status_before_the_first_read_claims_no_nautobot_that_is_away(
    nautobot: Any, unused_tcp_port: int
) -> None:
    source = nautobot(nautobot_url=f"http://127.0.0.1:{unused_tcp_port}")

    assert not (await source.looked()).answers


async def test_a_read_that_nobody_waited_for_makes_the_status_look_for_nautobot(
    nautobot: Any, stand_in: Any, say: Any
) -> None:
    source = nautobot(nautobot_url=stand_in.url)
    stand_in.replies = [say.hang]
    reading = asyncio.create_task(devices(source))
    while not stand_in.asked:
        await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    stand_in.replies = [say.reply("", 502)]

    assert not (await source.looked()).answers


async def test_auto_is_live_while_nautobot_answers(auto: Any, stand_in: Any, say: Any, demo: SmallDemo) -> None:
    stand_in.replies = [say.rows("devices", "real")]

    found = await devices(auto)

    assert (found.mode, found.url, found.rows[0]["id"]) == ("live", stand_in.url, "real")
    assert demo.asked == 0
    assert auto.status().mode == "live"


async def test_auto_falls_back_marked_as_such_while_nautobot_is_away(auto: Any, stand_in: Any, say: Any) -> None:
    stand_in.replies = [say.reply("<h1>Bad Gateway</h1>", 502)]

    found = await devices(auto)

    assert (found.mode, found.url, found.rows[0]["id"]) == ("fallback", None, "demo")
    assert "this is demo data, not your network" in found.note
    assert auto.status().mode == "fallback"
    assert "HTTP 502" in auto.status().detail


async def test_one_query_that_is_too_much_for_nautobot_is_no_reason_to_fall_back(
    auto: Any, stand_in: Any, say: Any, demo: SmallDemo
) -> None:
    stand_in.replies = [say.reply("", 504), say.rows("namespaces", "Global")]

    with pytest.raises(Unavailable, match="HTTP 504"):
        await devices(auto)

    assert demo.asked == 0
    assert auto.status().mode == "live"


async def test_a_refused_token_is_no_reason_to_fall_back(auto: Any, stand_in: Any, say: Any, demo: SmallDemo) -> None:
    stand_in.replies = [say.reply({"detail": "Invalid token"}, 403)]

    with pytest.raises(NotAllowed):
        await devices(auto)

    assert demo.asked == 0


async def test_while_nautobot_is_away_it_is_not_asked_for_every_call(auto: Any, stand_in: Any, say: Any) -> None:
    stand_in.replies = [say.reply("", 502)]
    await devices(auto)
    asked = len(stand_in.variables())

    for _ in range(3):
        assert (await devices(auto)).mode == "fallback"

    assert len(stand_in.variables()) == asked


async def test_auto_is_live_again_when_nautobot_is_back(auto: Any, stand_in: Any, say: Any, clock: Any) -> None:
    stand_in.replies = [say.reply("", 502)]
    await devices(auto)
    clock.now += 11
    assert (await devices(auto)).mode == "fallback"  # it was looked for, and is still away

    clock.now += 11
    stand_in.replies = [say.rows("namespaces", "Global"), say.rows("devices", "real")]

    assert (await devices(auto)).mode == "live"
    assert auto.status().mode == "live"


async def test_whoever_asks_for_the_status_hears_that_nautobot_is_back(
    auto: Any, stand_in: Any, say: Any, clock: Any
) -> None:
    stand_in.replies = [say.reply("", 502)]
    await devices(auto)
    stand_in.replies = [say.rows("namespaces", "Global")]
    asked = len(stand_in.variables())

    for _ in range(3):
        assert (await auto.looked()).mode == "fallback"  # it is not asked all the time
    assert len(stand_in.variables()) == asked
    clock.now += 11
    assert (await auto.looked()).mode == "live"
    assert (await auto.looked()).mode == "live"
    assert len(stand_in.variables()) == asked + 1


async def test_a_turn_that_goes_on_with_demo_data_gives_no_reason_that_is_over(
    auto: Any, stand_in: Any, say: Any, clock: Any
) -> None:
    stand_in.replies = [say.reply("", 502)]
    assert (await devices(auto, "turn 1")).note.endswith(")")
    stand_in.replies = [say.rows("namespaces", "Global")]
    clock.now += 11
    await auto.looked()

    assert (await devices(auto, "turn 1")).note == "Nautobot does not answer: this is demo data, not your network."


async def test_back_with_a_refused_token_is_told_as_that(auto: Any, stand_in: Any, say: Any, clock: Any) -> None:
    stand_in.replies = [say.reply("", 502)]
    await devices(auto)
    clock.now += 11
    stand_in.replies = [say.reply({"detail": "Token expired"}, 403)]

    with pytest.raises(NotAllowed, match="expired"):
        await devices(auto)


async def test_a_turn_that_began_live_is_not_mixed_with_demo_data(auto: Any, stand_in: Any, say: Any) -> None:
    stand_in.replies = [say.rows("devices", "real")]
    await devices(auto, "turn 1")
    stand_in.replies = [say.reply("", 502)]

    with pytest.raises(Unavailable, match="ask again"):
        await devices(auto, "turn 1")

    assert (await devices(auto, "turn 2")).mode == "fallback"


async def test_a_turn_that_began_with_demo_data_stays_with_it(auto: Any, stand_in: Any, say: Any, clock: Any) -> None:
    stand_in.replies = [say.reply("", 502)]
    await devices(auto, "turn 1")
    clock.now += 11
    stand_in.replies = [say.rows("devices", "real"), say.rows("devices", "real")]

    assert (await devices(auto, "turn 1")).mode == "fallback"


async def test_a_call_in_which_nautobot_goes_away_is_run_again_as_a_whole(auto: Any, stand_in: Any, say: Any) -> None:
    stand_in.replies = [say.rows("locations", "NYC01"), say.reply("", 502)]

    async def call() -> list[str]:
        places = await auto.rows("locations")
        found = await auto.rows("devices_by_location", locations=[places.rows[0]["id"]])
        return [places.mode, found.mode]

    assert await auto.answering("turn 1", call) == ["fallback", "fallback"]
    assert (await devices(auto, "turn 1")).mode == "fallback"


async def test_calls_of_a_turn_that_run_at_once_end_with_one_kind(auto: Any, stand_in: Any, say: Any) -> None:
    stand_in.replies = [say.rows("devices", "real")]
    tried, fell_back = asyncio.Event(), asyncio.Event()

    async def slow() -> str:
        mode = (await devices(auto)).mode
        await fell_back.wait()
        return str(mode)

    async def unlucky() -> str:
        if not tried.is_set():
            tried.set()
            raise Unavailable("gone")
        fell_back.set()
        return str((await devices(auto)).mode)

    assert await asyncio.gather(auto.answering("t", slow), auto.answering("t", unlucky)) == ["fallback", "fallback"]


async def test_a_question_that_was_wrong_pins_what_it_read(auto: Any, stand_in: Any, say: Any) -> None:
    stand_in.replies = [say.rows("locations", "NYC01")]

    async def call() -> None:
        await auto.rows("locations")
        raise LookupError("no such place")

    with pytest.raises(LookupError):
        await auto.answering("turn 1", call)
    stand_in.replies = [say.reply("", 502)]

    with pytest.raises(Unavailable, match="ask again"):
        await devices(auto, "turn 1")


def test_only_so_many_turns_are_remembered() -> None:
    choice = Choice()

    for number in range(2_000):
        choice.keep(str(number), "live")

    assert choice.of("0") is None
    assert choice.of("1999") == "live"


async def test_names_are_read_once_for_a_while(nautobot: Any, stand_in: Any, say: Any, clock: Any) -> None:
    stand_in.replies = [say.rows("locations", "NYC01")]
    source = nautobot(nautobot_url=stand_in.url, clock=clock, sextant_cache_seconds=60)

    first, second = await asyncio.gather(source.rows("locations"), source.rows("locations"))
    assert first.rows is second.rows
    assert len(stand_in.asked) == 1

    clock.now += 61
    await source.rows("locations")
    assert len(stand_in.asked) == 2


async def test_names_are_read_anew_each_time_where_nothing_is_to_be_kept(
    nautobot: Any, stand_in: Any, say: Any
) -> None:
    stand_in.replies = [say.rows("locations", "NYC01")]
    source = nautobot(nautobot_url=stand_in.url, sextant_cache_seconds=0)

    await source.rows("locations")
    await source.rows("locations")

    assert len(stand_in.asked) == 2


async def test_records_whose_status_is_hidden_are_not_taken_for_records_without(
    nautobot: Any, stand_in: Any, say: Any
) -> None:
    source = nautobot(nautobot_url=stand_in.url)
    hidden, seen = {"id": "1", "status": None}, {"id": "2", "status": {"name": "Active"}}
    stand_in.replies = [say.records("devices", hidden), say.records("devices", hidden, seen)]

    assert (await devices(source)).hidden == {"statuses"}
    assert (await devices(source)).hidden == frozenset()


async def test_a_name_that_was_added_since_is_found(nautobot: Any, stand_in: Any, say: Any, clock: Any) -> None:
    source = nautobot(nautobot_url=stand_in.url, clock=clock, sextant_cache_seconds=300)
    stand_in.replies = [say.rows("locations", "NYC01")]
    await source.rows("locations")
    stand_in.replies = [say.rows("locations", "NYC01", "NYC02")]

    async def place() -> str:
        names = [row["name"] for row in (await source.rows("locations")).rows]
        if "NYC02" not in names:
            raise UnknownName("There is no location 'NYC02'.")
        return "NYC02"

    with pytest.raises(UnknownName):  # they were read this moment
        await source.answering(None, place)
    clock.now += 30
    assert await source.answering(None, place) == "NYC02"


async def test_a_fresh_call_reads_the_names_anew_and_once(nautobot: Any, stand_in: Any, say: Any) -> None:
    source = nautobot(nautobot_url=stand_in.url, sextant_cache_seconds=300)
    stand_in.replies = [say.rows("locations", "NYC01")]
    before = await source.rows("locations")
    stand_in.replies = [say.rows("locations", "NYC02")]

    async def names() -> list[str]:
        first, second = await source.rows("locations"), await source.rows("locations")
        assert first is second
        assert first.retrieved_at > before.retrieved_at
        return [row["name"] for row in first.rows]

    assert await source.answering(None, lambda: source.rows("locations")) is before
    assert await source.answering(None, names, fresh=True) == ["NYC02"]
    assert [row["name"] for row in (await source.rows("locations")).rows] == ["NYC02"]


async def test_a_name_that_is_gone_makes_the_names_be_read_anew(nautobot: Any, stand_in: Any, say: Any) -> None:
    source = nautobot(nautobot_url=stand_in.url)
    stand_in.replies = [say.rows("locations", "NYC01")]
    await source.rows("locations")
    gone = "{'location': ['Select a valid choice. NYC01 is not one of the available choices.']}"
    stand_in.replies = [say.errors({"message": gone, "path": ["devices"]}), say.rows("locations", "NYC02")]

    with pytest.raises(UnknownName, match="no location 'NYC01'"):
        await devices(source)

    assert (await source.rows("locations")).rows[0]["id"] == "NYC02"


async def test_demo_and_live_names_are_kept_apart(auto: Any, stand_in: Any, say: Any) -> None:
    stand_in.replies = [say.rows("locations", "real")]
    assert (await auto.rows("locations")).rows[0]["id"] == "real"
    stand_in.replies = [say.reply("", 502)]
    await devices(auto)

    assert (await auto.rows("locations")).rows[0]["id"] == "demo"
