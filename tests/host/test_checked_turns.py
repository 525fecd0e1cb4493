"""What the loop does with the check of an answer."""

import asyncio

import pytest

from chainlit_app import agent
from chainlit_app.conversation import Conversation
from chainlit_app.terminal import check_block
from chainlit_app.turn import ModelTrouble, Reply, TextReset, ToolStarted, TurnEnded, Usage
from tools.models import LocationName, Names


async def names():
    place = LocationName(name="NYC01", type="Campus", path=[], city="New York", description="")
    return Names(mode="demo", locations=[place], location_types=["Campus"], device_roles=[], prefix_roles=[], statuses=[], namespaces=[], providers=[], devices=["NYC01-acc001", "NYC01-acc002"])  # fmt: skip


async def test_an_answer_comes_with_what_its_facts_are_worth(fakes):
    llm = fakes.ScriptedLLM(Reply("", [fakes.call()]), Reply("NYC01-acc001 and NYC01-acc009 are there [1] [7]."))
    box = fakes.FakeToolbox(NYC01=fakes.answer("NYC01-acc001"))
    conversation = Conversation()
    ended = (await fakes.ask("Devices?", llm, box, conversation, names=names))[-1]
    assert ended.text == "NYC01-acc001 and NYC01-acc009 are there [1]."
    assert [(fact.text, fact.verdict) for fact in ended.check.facts] == [
        ("NYC01-acc001", "found"),
        ("NYC01-acc009", "not_found"),
    ]
    assert list(ended.check.removed) == [7]
    assert conversation.messages[-1]["content"] == ended.text


async def test_a_model_that_called_nothing_is_asked_once_to_look_it_up(fakes):
    llm = fakes.ScriptedLLM(
        Reply("NYC01-acc002 is there."), Reply("", [fakes.call()]), Reply("NYC01-acc001 is there [1].")
    )
    box = fakes.FakeToolbox(NYC01=fakes.answer("NYC01-acc001"))
    conversation = Conversation()
    events = await fakes.ask("Devices?", llm, box, conversation, names=names)
    assert any(isinstance(event, TextReset) for event in events)
    assert any(isinstance(event, ToolStarted) for event in events)
    assert "NYC01-acc002" in llm.heard[1][-1]["content"]
    assert events[-1].text == "NYC01-acc001 is there [1]."
    assert not any("NYC01-acc002" in str(message) for message in conversation.messages)


@pytest.mark.parametrize("looked_up", [(), ("NYC01",)])
async def test_an_answer_that_cannot_be_looked_up_is_kept_with_its_marks_and_says_why(fakes, looked_up):
    calls = [Reply("", [fakes.call(location=place)], Usage(1, 1)) for place in looked_up]
    gone = ModelTrouble("The model does not answer: ask again.")
    llm = fakes.ScriptedLLM(Reply("NYC01-acc002 is there.", usage=Usage(10, 2)), *calls, gone)
    conversation = Conversation()
    box = fakes.FakeToolbox(NYC01=fakes.answer("NYC01-acc001"))
    ended = (await fakes.ask("Devices?", llm, box, conversation, names=names))[-1]
    assert ended.text == (
        "NYC01-acc002 is there.\n\nThis could not be looked up: The model does not answer: ask again."
    )
    assert (ended.outcome, ended.failed) == ("answered", False)
    assert [(fact.text, fact.verdict) for fact in ended.check.facts] == [("NYC01-acc002", "not_found")]
    assert ended.check.text == ended.text == conversation.messages[-1]["content"]
    assert ended.usage == Usage(10 + len(calls), 2 + len(calls))
    assert [source.number for source in ended.sources] == list(range(1, 1 + len(looked_up)))


async def test_an_answer_that_its_reader_does_not_let_look_up_is_kept(fakes):
    waiting = asyncio.Event()

    async def never() -> Reply:
        waiting.set()
        return await asyncio.Future()

    llm, conversation = fakes.ScriptedLLM(Reply("NYC01-acc002 is there."), never), Conversation()
    asking = asyncio.create_task(fakes.ask("Devices?", llm, fakes.FakeToolbox(), conversation, names=names))
    await waiting.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert conversation.turns[-1].ended.text.startswith(
        "NYC01-acc002 is there.\n\nThis could not be looked up: Stopped."
    )


async def test_a_model_that_insists_is_taken_at_its_word_and_marked(fakes):
    llm = fakes.ScriptedLLM(Reply("NYC01-acc002 is there."))
    ended = (await fakes.ask("Devices?", llm, fakes.FakeToolbox(), names=names))[-1]
    assert len(llm.heard) == 2
    assert isinstance(ended, TurnEnded) and ended.check.sourceless
    assert check_block(ended.check) == (
        "Not checked against data: nothing was looked up for this.\n  not found: NYC01-acc002"
    )


@pytest.mark.parametrize(
    "reply", [Reply("Which site do you mean, NYC01?"), Reply("I did not understand NYC01.", declined=True)]
)
async def test_a_question_back_is_not_asked_to_be_looked_up(fakes, reply):
    llm = fakes.ScriptedLLM(reply)
    await fakes.ask("Devices?", llm, fakes.FakeToolbox(), names=names)
    assert len(llm.heard) == 1


async def test_what_an_earlier_turn_brought_needs_no_second_look(fakes):
    conversation = Conversation()
    llm = fakes.ScriptedLLM(
        Reply("", [fakes.call()]), Reply("NYC01-acc001 [1]."), Reply("It is NYC01-acc001, as I said.")
    )
    box = fakes.FakeToolbox(NYC01=fakes.answer("NYC01-acc001"))
    await fakes.ask("Devices?", llm, box, conversation, names=names)
    ended = (await fakes.ask("Which one again?", llm, box, conversation, names=names))[-1]
    assert len(llm.heard) == 3 and ended.check.found == 1


async def test_a_budget_of_one_round_is_kept(fakes):
    llm = fakes.ScriptedLLM(Reply("NYC01-acc002 is there."))
    await fakes.ask("Devices?", llm, fakes.FakeToolbox(), names=names, budget=agent.Budget(rounds=1))
    assert len(llm.heard) == 1


async def test_a_bug_in_the_check_costs_no_answer(fakes, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError("a bug")

    monkeypatch.setattr(agent, "check", broken)
    llm = fakes.ScriptedLLM(Reply("NYC01-acc002 is there [1]."))
    ended = (await fakes.ask("Devices?", llm, fakes.FakeToolbox(), names=names))[-1]
    assert (ended.text, ended.check, ended.outcome) == ("NYC01-acc002 is there [1].", None, "answered")
    assert "a bug" in caplog.text


async def test_names_that_cannot_be_read_leave_the_check_with_those_of_its_sources(fakes):
    from chainlit_app.turn import ToolboxTrouble

    async def unreadable():
        raise ToolboxTrouble("No tools.")

    llm = fakes.ScriptedLLM(Reply("", [fakes.call()]), Reply("NYC01-acc001 is there [1]."))
    box = fakes.FakeToolbox(NYC01=fakes.answer("NYC01-acc001"))
    ended = (await fakes.ask("Devices?", llm, box, names=unreadable))[-1]
    assert ended.check.found == 1


async def test_to_name_what_could_not_be_read_is_no_claim(fakes):
    refused = fakes.answer(outcome="not_allowed")
    llm = fakes.ScriptedLLM(
        Reply("", [fakes.call()]),
        Reply("It may not be read.\n\nNext: Which are at NYC01 now? · Export the prefixes at NYC01"),
    )
    ended = (await fakes.ask("Devices?", llm, fakes.FakeToolbox(NYC01=refused), names=names))[-1]
    assert not ended.check.facts
    assert not ended.check.sourceless
