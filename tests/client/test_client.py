"""The client, over a service that runs: what it returns, what it raises."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import sextant_client
from sextant_client import (
    AsyncSextant,
    Invalid,
    NotFound,
    ProblemError,
    Sextant,
    Text,
    ToolFinished,
    ToolStarted,
    TryLater,
    Turn,
    Unreachable,
)

DEVICES = "get_devices_by_location"
ANSWERED = (
    'event: answer\ndata: {"question": "x", "answer": "y", "outcome": "answered", "mode": null, "steps": [], "sources": [],'
    ' "model": "m"}\n\n'
)


@pytest.fixture
def sextant(address: str) -> Iterator[Sextant]:
    with Sextant(address) as client:
        yield client


def test_it_says_whether_questions_can_be_answered(sextant: Sextant) -> None:
    ready = sextant.ready()
    assert ready.ready
    assert ready.models == ["offline"]


def test_it_lists_the_tools(sextant: Sextant) -> None:
    tools = {tool.name: tool for tool in sextant.tools()}
    assert tools[DEVICES].title == "Devices at a location"
    assert "location" in tools[DEVICES].input_schema["properties"]


def test_a_call_returns_rows_by_the_names_of_their_columns(sextant: Sextant) -> None:
    found = sextant.invoke(DEVICES, {"location": "NYC01"})
    assert found.found
    assert found.total == len(found.rows)
    assert {row["location"] for row in found.records()} == {"NYC01"}


def test_all_rows_come_at_once_where_they_are_asked_for(sextant: Sextant) -> None:
    some = sextant.invoke("count_records", {"record": "device", "group_by": "location"})
    every = sextant.invoke("count_records", {"record": "device", "group_by": "location"}, all_rows=True)
    assert len(every.rows) == every.total == some.total >= len(some.rows)


def test_a_result_is_kept_for_later_calls_and_as_a_file(sextant: Sextant) -> None:
    first = sextant.invoke(DEVICES, {"location": "NYC01"})
    assert first.result is not None
    rows = sextant.result(first.result)
    assert len(list(rows.records())) == first.total
    assert sextant.file(first.result).decode().splitlines()[0].split(",")[0] == rows.columns[0]
    some = sextant.invoke("get_rows", {"result": "r1", "limit": 1}, results={"r1": first.result})
    assert some.outcome == "found"


def test_a_question_is_answered_with_sources(sextant: Sextant) -> None:
    turn = sextant.ask("Which devices are at NYC01?")
    assert turn.answered
    assert turn.sources[0].tool == DEVICES
    assert turn.check is not None
    assert turn.check.not_found == []
    assert turn.mode == "demo"


def test_questions_of_one_conversation_follow_one_another(sextant: Sextant) -> None:
    sextant.ask("Which devices are at NYC01?", conversation="test-1")
    second = sextant.ask("and at FRA01?", conversation="test-1")
    assert "FRA01" in second.answer
    assert [turn.question for turn in sextant.conversation("test-1")] == [
        "Which devices are at NYC01?",
        "and at FRA01?",
    ]
    assert "test-1" in [one.conversation for one in sextant.conversations()]
    sextant.forget("test-1")
    with pytest.raises(NotFound):
        sextant.conversation("test-1")


def test_a_turn_can_be_watched(sextant: Sextant) -> None:
    events = list(sextant.ask_stream("Which devices are at NYC01?"))
    assert [type(event) for event in events[:2]] == [ToolStarted, ToolFinished]
    assert isinstance(turn := events[-1], Turn)
    assert "".join(event.text for event in events if isinstance(event, Text)).strip() == turn.answer


def test_what_the_service_refuses_is_raised_with_its_problem(sextant: Sextant) -> None:
    with pytest.raises(NotFound, match="Is it get_device") as missing:
        sextant.invoke("get_devicee")
    assert missing.value.problem.type == "urn:sextant:problem:not-found"
    assert missing.value.request_id
    with pytest.raises(Invalid) as wrong:
        sextant.ask("  ")
    assert wrong.value.problem.errors[0]["where"] == "body.question"
    with pytest.raises(Invalid):
        list(sextant.ask_stream("  "))


async def test_all_of_it_can_be_awaited(address: str) -> None:
    async with AsyncSextant(address) as sextant:
        assert (await sextant.ready()).ready
        assert DEVICES in [tool.name for tool in await sextant.tools()]
        first = await sextant.invoke(DEVICES, {"location": "NYC01"})
        assert first.result is not None
        assert len((await sextant.result(first.result)).rows) == first.total
        assert (await sextant.file(first.result, "json")).startswith(b"{")
        turn = await sextant.ask("Which devices are at NYC01?", conversation="test-2")
        assert [one.answer for one in await sextant.conversation("test-2")] == [turn.answer]
        assert "test-2" in [one.conversation async for one in sextant.conversations()]
        await sextant.forget("test-2")
        events = [event async for event in sextant.ask_stream("Which devices are at NYC01?")]
        assert isinstance(events[-1], Turn)
        with pytest.raises(Invalid):
            await sextant.ask("  ")
        with pytest.raises(Invalid):
            [event async for event in sextant.ask_stream("  ")]


def test_both_clients_have_the_same_methods() -> None:
    def methods(kind: type) -> set[str]:
        return {name for name in vars(kind) if not name.startswith("_")}

    assert methods(AsyncSextant) - {"aclose"} == methods(Sextant) - {"close"}


async def test_where_nothing_answers_it_says_so() -> None:
    with Sextant("http://127.0.0.1:9") as client, pytest.raises(Unreachable, match="does not answer at http://127"):
        client.tools()
    with Sextant("http://127.0.0.1:9") as client, pytest.raises(Unreachable):
        list(client.ask_stream("x"))
    async with AsyncSextant("http://127.0.0.1:9") as other:
        with pytest.raises(Unreachable):
            await other.tools()
        with pytest.raises(Unreachable):
            [event async for event in other.ask_stream("x")]


Answer = Callable[[httpx.Request], httpx.Response]


def served(answer: Answer, **given: Any) -> Sextant:
    return Sextant(transport=httpx.MockTransport(answer), **given)


@pytest.mark.parametrize(
    ("given", "header", "value"),
    [
        ({"api_key": "k"}, "x-api-key", "k"),
        ({"token": "t"}, "authorization", "Bearer t"),
        ({"login": ("ann", "secret")}, "authorization", "Basic YW5uOnNlY3JldA=="),
    ],
)
def test_who_asks_is_sent_as_the_service_wants_it(given: Any, header: str, value: str) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"tools": []})

    served(answer, **given).tools()
    assert seen[0].headers[header] == value


def test_who_is_told_to_wait_knows_how_long() -> None:
    client = served(lambda _: httpx.Response(429, headers={"Retry-After": "7"}, json={"detail": "Too many."}))
    with pytest.raises(TryLater, match="Too many") as refused:
        client.tools()
    assert (refused.value.status, refused.value.retry_after) == (429, 7)


@pytest.mark.parametrize("content", [b"<html>Bad Gateway</html>", b"[1]", b""])
def test_what_something_in_front_of_the_service_answers_is_a_problem_too(content: bytes) -> None:
    with pytest.raises(ProblemError) as error:
        served(lambda _: httpx.Response(502, content=content)).tools()
    assert error.value.status == 502


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.ask("x"),
        lambda client: client.tools(),
        lambda client: client.ready(),
        lambda client: client.result("x"),
        lambda client: client.invoke("x"),
        lambda client: list(client.conversations()),
        lambda client: client.conversation("x"),
    ],
)
@pytest.mark.parametrize("content", [b'{"hello": "world"}', b"<html>Log in</html>", b'[{"a": 1}]', b""])
async def test_an_answer_of_something_else_is_no_answer(ask: Callable[[Any], Any], content: bytes) -> None:
    with pytest.raises(sextant_client.SextantError, match="no answer of Sextant"):
        ask(served(lambda _: httpx.Response(200, content=content)))


def test_an_answer_that_cannot_be_unpacked_is_none() -> None:
    packed = {"Content-Encoding": "gzip"}
    with pytest.raises(Unreachable, match="decompressing"):
        served(lambda _: httpx.Response(200, content=b"not packed", headers=packed)).tools()


def test_what_is_no_address_is_said_before_anything_is_asked() -> None:
    for kind in (Sextant, AsyncSextant):
        with pytest.raises(sextant_client.SextantError, match=r"is no address .*: one is like http"):
            kind("http://[::1")


@pytest.mark.parametrize("sent", ['event: text\ndata: {"text": "a"}\n\n', "<html>Log in</html>", ""])
async def test_a_stream_that_ends_before_the_answer_is_an_error(sent: str) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, text=sent))
    with pytest.raises(sextant_client.SextantError, match="ended before the answer"):
        list(Sextant(transport=transport).ask_stream("x"))
    with pytest.raises(sextant_client.SextantError, match="ended before the answer"):
        [event async for event in AsyncSextant(transport=transport).ask_stream("x")]


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["as we write lines", "as others do"])
def test_a_newer_service_may_say_more_than_is_known_here(ending: str) -> None:
    said = 'event: unheard_of\ndata: {}\n\n: still there\n\nevent: text\ndata: {"text": "a\u2028b", "more": 1}\n\n'
    sent = (said + ANSWERED).replace("\n", ending)
    events = list(served(lambda _: httpx.Response(200, text=sent)).ask_stream("x"))
    assert [events[0], type(events[1]), len(events)] == [Text(text="a\u2028b"), Turn, 2]


def test_a_turn_that_breaks_in_its_midst_is_raised() -> None:
    said = 'event: text\ndata: {"text": "a"}\n\nevent: problem\ndata: {"status": 500, "detail": "Broken."}\n\n'
    events = served(lambda _: httpx.Response(200, text=said)).ask_stream("x")
    assert next(iter(events)) == Text(text="a")
    with pytest.raises(ProblemError, match="Broken"):
        next(iter(events))


def test_its_types_are_told_to_those_who_check() -> None:
    assert (Path(sextant_client.__file__).parent / "py.typed").is_file()


@pytest.mark.parametrize("given", [{"api_key": "é"}, {"api_key": "k\n"}, {"token": "a b"}, {"token": ""}])
def test_a_secret_that_is_none_is_told_without_being_shown(given: Any) -> None:
    with pytest.raises(sextant_client.SextantError, match=r"This is no (API key|token): it has letters") as error:
        Sextant(**given)
    assert not any(value and value in str(error.value).partition(":")[0] for value in given.values())


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), object(), "\ud800"])
def test_an_argument_that_cannot_be_sent_is_told_and_not_sent(value: Any) -> None:
    with pytest.raises(sextant_client.SextantError, match="This cannot be sent as JSON"):
        served(lambda _: pytest.fail("it was sent")).invoke(DEVICES, {"location": value})
    with pytest.raises(NotFound):
        served(lambda _: httpx.Response(404)).conversation(f"c{value}")


def test_a_question_that_cannot_be_sent_is_told(sextant: Sextant) -> None:
    with pytest.raises(sextant_client.SextantError, match="This cannot be sent as JSON"):
        sextant.ask("Devices at \ud800?")
    assert sextant.ask("Which devices are at Zürich?").question == "Which devices are at Zürich?"
