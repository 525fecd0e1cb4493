"""Where the loop ends before the model does: budgets, Stop, a conversation that grew too long, rows of two kinds."""

import asyncio
from contextlib import aclosing

import pytest

from chainlit_app.agent import Budget, answer
from chainlit_app.conversation import Conversation
from chainlit_app.turn import (
    ContextOverflow,
    Reply,
    ToolFinished,
    ToolStarted,
)


async def test_rounds_are_limited_and_what_was_found_is_kept(fakes):
    async def more():
        return Reply("", [fakes.call(location=f"L{len(llm.heard)}")])

    llm = fakes.ScriptedLLM(more)
    conversation = Conversation()
    box = fakes.FakeToolbox(**{f"L{i}": fakes.answer("a") for i in range(20)})
    events = await fakes.ask("All?", llm, box, conversation, budget=Budget(rounds=3))
    ended = events[-1]
    assert (ended.outcome, ended.failed, len(ended.sources), len(llm.heard)) == ("limit", True, 3, 3)
    assert "3 rounds" in ended.text
    assert fakes.whole(conversation.messages)


async def test_calls_are_limited_within_a_round_too(fakes):
    box = fakes.FakeToolbox(**{f"L{i}": fakes.answer("a") for i in range(9)})
    llm = fakes.ScriptedLLM(Reply("", [fakes.call(location=f"L{i}") for i in range(9)]))
    conversation = Conversation()
    events = await fakes.ask("All?", llm, box, conversation, budget=Budget(calls=4))
    assert (events[-1].outcome, len(box.asked)) == ("limit", 4)
    assert "4 tool calls" in events[-1].text
    assert fakes.whole(conversation.messages)


async def test_a_slow_model_is_stopped_when_the_time_is_over(fakes):
    async def never():
        await asyncio.Event().wait()

    llm = fakes.ScriptedLLM(never)
    events = await fakes.ask("Which?", llm, fakes.FakeToolbox(), budget=Budget(turn_seconds=0.05))
    assert (events[-1].outcome, llm.closed) == ("limit", 1)
    assert "0.05 s" in events[-1].text


async def test_a_slow_tool_is_cancelled_when_the_time_is_over_and_the_quick_one_is_kept(fakes):
    async def never():
        await asyncio.Event().wait()

    box = fakes.FakeToolbox(A=fakes.answer("a"), B=never, C=fakes.answer("c"))
    llm = fakes.ScriptedLLM(Reply("", [fakes.call(location=name) for name in "ABC"]))
    conversation = Conversation()
    events = await fakes.ask("All?", llm, box, conversation, budget=Budget(turn_seconds=0.05))
    assert [event.result.failed for event in fakes.finished(events)] == [False, True, False]
    assert (events[-1].outcome, len(events[-1].sources), len(box.cancelled)) == ("limit", 2, 1)
    assert fakes.whole(conversation.messages)


async def stopped_in_a_tool(fakes, conversation):
    """Stop a turn when the first of its two calls has an answer."""
    first_is_there = asyncio.Event()

    async def never():
        await asyncio.Event().wait()

    box = fakes.FakeToolbox(A=fakes.answer("a"), B=never)
    llm = fakes.ScriptedLLM(Reply("", [fakes.call(location="A"), fakes.call(location="B")]))

    async def listen():
        async for event in answer("Both?", conversation, llm, box):
            if isinstance(event, ToolFinished):
                first_is_there.set()

    task = asyncio.create_task(listen())
    await first_is_there.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return box


async def test_stop_cancels_the_calls_and_the_conversation_holds_the_turn_as_stopped(fakes):
    conversation = Conversation()
    box = await stopped_in_a_tool(fakes, conversation)
    assert len(box.cancelled) == 1
    assert conversation.turns[-1].ended.outcome == "stopped"
    assert fakes.whole(conversation.messages)


async def test_after_a_stop_the_next_question_works_and_numbers_go_on(fakes):
    conversation = Conversation()
    await stopped_in_a_tool(fakes, conversation)
    llm = fakes.ScriptedLLM(Reply("", [fakes.call()]), Reply("One [2]."))
    events = await fakes.ask("Again?", llm, fakes.FakeToolbox(NYC01=fakes.answer("n")), conversation)
    assert (events[-1].outcome, [source.number for source in events[-1].sources]) == ("answered", [2])
    assert fakes.whole(llm.heard[0][1:-1])


async def test_stop_while_the_model_speaks_closes_its_stream(fakes):
    speaking = asyncio.Event()

    async def never():
        speaking.set()
        await asyncio.Event().wait()

    llm, conversation = fakes.ScriptedLLM(never), Conversation()
    task = asyncio.create_task(fakes.ask("Which?", llm, fakes.FakeToolbox(), conversation))
    await speaking.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (llm.closed, conversation.turns[-1].ended.outcome) == (1, "stopped")


async def test_a_reader_who_stops_listening_between_two_events_leaves_a_whole_history(fakes):
    conversation = Conversation()
    llm = fakes.ScriptedLLM(Reply("", [fakes.call()]), Reply("ok"))
    events = answer("Which?", conversation, llm, fakes.FakeToolbox(NYC01=fakes.answer("a")))
    async with aclosing(events):
        assert isinstance(await anext(events), ToolStarted)
    assert conversation.turns[-1].ended.outcome == "stopped"
    assert fakes.whole(conversation.messages)


async def test_too_long_a_conversation_is_tried_once_more_with_less_of_it(fakes):
    conversation = Conversation()
    box = fakes.FakeToolbox(NYC01=fakes.answer("row " * 500))
    await fakes.ask("One?", fakes.ScriptedLLM(Reply("", [fakes.call()]), Reply("ok")), box, conversation)
    llm = fakes.ScriptedLLM(ContextOverflow("Too long."), Reply("Now it fits."))
    events = await fakes.ask("Two?", llm, box, conversation, budget=Budget(history_tokens=1000))
    assert events[-1].text == "Now it fits."
    first, second = (sum(len(str(message)) for message in heard) for heard in llm.heard)
    assert second < first


async def test_a_conversation_that_stays_too_long_ends_with_the_sentence(fakes):
    llm = fakes.ScriptedLLM(ContextOverflow("Begin a new chat."))
    events = await fakes.ask("Two?", llm, fakes.FakeToolbox())
    assert (events[-1].text, len(llm.heard)) == ("Begin a new chat.", 2)


async def long_chat(fakes, turns, **budget):
    """Return what the model is sent with the last question, each turn before it with one long result."""
    conversation = Conversation()
    box = fakes.FakeToolbox(**{f"L{i}": fakes.answer("row " * 250) for i in range(turns)})
    for i in range(turns):
        llm = fakes.ScriptedLLM(Reply("", [fakes.call(location=f"L{i}")]), Reply(f"Answer {i}."))
        await fakes.ask(f"Question {i}?", llm, box, conversation)
    llm = fakes.ScriptedLLM(Reply("ok"))
    await fakes.ask("Last?", llm, box, conversation, budget=Budget(**budget))
    return llm.heard[0]


async def test_a_history_that_fits_is_sent_whole(fakes):
    heard = await long_chat(fakes, 3, history_tokens=10_000)
    assert [("row row" in text) for text in fakes.tool_messages(heard)] == [True, True, True]


async def test_the_oldest_rows_go_first_and_leave_their_number_and_count(fakes):
    heard = await long_chat(fakes, 3, history_tokens=1000)
    texts = fakes.tool_messages(heard)
    assert ["row row" in text for text in texts] == [False, True, True]
    assert texts[0].startswith(
        '<tool_result source="1" result="r1" tool="get_devices_by_location" outcome="found" rows="1" shown="0"'
    )
    assert fakes.whole(heard[1:-1])


async def test_then_the_oldest_turns_go_whole(fakes):
    heard = await long_chat(fakes, 6, history_tokens=300)
    questions = [message["content"] for message in heard if message["role"] == "user"]
    assert questions[-1] == "Last?"
    assert 1 < len(questions) < 7
    assert questions == [f"Question {i}?" for i in range(7 - len(questions), 6)] + ["Last?"]
    assert heard[0]["role"] == "system"
    assert fakes.whole(heard[1:-1])


@pytest.mark.parametrize(
    ("before", "now"), [("live", "fallback"), ("live", "demo"), ("demo", "live"), ("fallback", "live")]
)
async def test_rows_of_two_kinds_never_meet_in_one_answer(fakes, before, now):
    conversation = Conversation()
    box = fakes.FakeToolbox(A=fakes.answer("old-row", mode=before), B=fakes.answer("new-row", mode=now))
    first = fakes.ScriptedLLM(Reply("", [fakes.call(location="A")]), Reply("It is old-row [1]."))
    await fakes.ask("One?", first, box, conversation)
    llm = fakes.ScriptedLLM(Reply("", [fakes.call(location="B")]), Reply("It is new-row [2]."), Reply("And so on."))
    await fakes.ask("Two?", llm, box, conversation)
    assert "old-row" in str(llm.heard[0])
    assert "new-row" in str(llm.heard[1])
    assert "old-row" not in str(llm.heard[1])
    await fakes.ask("Three?", llm, box, conversation)  # nor afterwards, when no new data says of which kind it is
    assert "old-row" not in str(llm.heard[2])


async def test_demo_and_fallback_are_one_kind(fakes):
    conversation = Conversation()
    box = fakes.FakeToolbox(A=fakes.answer("old-row", mode="demo"), B=fakes.answer("new-row", mode="fallback"))
    await fakes.ask("One?", fakes.ScriptedLLM(Reply("", [fakes.call(location="A")]), Reply("[1]")), box, conversation)
    llm = fakes.ScriptedLLM(Reply("", [fakes.call(location="B")]), Reply("[2]"))
    await fakes.ask("Two?", llm, box, conversation)
    assert "old-row" in str(llm.heard[1])


async def test_a_turn_that_was_live_refuses_what_comes_from_the_demo_afterwards(fakes):
    box = fakes.FakeToolbox(A=fakes.answer("live-row", mode="live"), B=fakes.answer("demo-row", mode="fallback"))
    calls = [fakes.call(location="A"), fakes.call(location="B")]
    llm = fakes.ScriptedLLM(Reply("", calls), Reply("Half of it."))
    events = await fakes.ask("Both?", llm, box)
    assert "demo-row" not in str(llm.heard[1])
    assert fakes.finished(events)[1].result.error == "Nautobot came or went while this was being answered: ask again."
    assert (events[-1].mode, len(events[-1].sources)) == ("live", 1)
