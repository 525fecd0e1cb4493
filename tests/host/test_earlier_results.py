"""Results that stay, over the whole path: a model names what it had, and nobody names what another had."""

import asyncio
import json

import pytest

from chainlit_app.agent import Budget
from chainlit_app.conversation import Conversation
from chainlit_app.toolbox import ServerToolbox
from chainlit_app.turn import Reply, ToolCall
from tools.settings import ToolSettings


@pytest.fixture
async def toolbox():
    """Return the real tools on the demo network, in a process of their own."""
    made = ServerToolbox(ToolSettings.load(_env_file=None, demo_mode="true").env_for_child())
    yield made
    await made.aclose()


def asks(name, **arguments):
    return Reply("", [ToolCall("", name, arguments, json.dumps(arguments))])


async def follow(fakes, toolbox, conversation, *replies):
    """Ask one question; return the results of its turn."""
    await fakes.ask("And?", fakes.ScriptedLLM(*replies, Reply("So.")), toolbox, conversation)
    return [step.result for step in conversation.turns[-1].steps]


async def test_a_later_question_goes_on_with_a_result_by_its_number(fakes, toolbox):
    conversation = Conversation()
    [devices] = await follow(fakes, toolbox, conversation, asks("get_devices_by_location", location="NYC01"))
    [vlans] = await follow(fakes, toolbox, conversation, asks("get_vlans_by_location", location="r1"))

    assert vlans.answer.subject == "VLANs at NYC01"
    assert vlans.answer.notes == ["r1 stands for the 1 location of its rows."]
    assert [source.number for source in conversation.sources] == [1, 2]
    assert devices.answer.result is None  # the number of its source is its name


async def test_the_model_is_told_the_name_of_each_result(fakes):
    llm = fakes.ScriptedLLM(Reply("", [fakes.call()]), Reply("ok"))
    await fakes.ask("Which?", llm, fakes.FakeToolbox(NYC01=fakes.answer("a")))

    [told] = [message["content"] for message in llm.heard[1] if message["role"] == "tool"]
    assert told.startswith('<tool_result source="1" result="r1" ')


async def test_rows_that_had_no_room_are_still_kept_under_their_name(fakes):
    conversation, box = Conversation(), fakes.FakeToolbox(NYC01=fakes.answer("row " * 250), LON01=fakes.answer("b"))
    await fakes.ask("A?", fakes.ScriptedLLM(Reply("", [fakes.call()]), Reply("A.")), box, conversation)
    llm = fakes.ScriptedLLM(Reply("ok"))
    await fakes.ask("B?", llm, box, conversation, budget=Budget(history_tokens=100))

    told = [message["content"] for message in llm.heard[0] if message["role"] == "tool"]
    assert "devices. Its rows are left out here for room; they are still kept as r1." in told[0]


async def test_two_conversations_at_once_each_have_their_own_results(fakes, toolbox):
    mine, theirs = Conversation(), Conversation()
    await asyncio.gather(
        follow(fakes, toolbox, mine, asks("get_devices_by_location", location="NYC01")),
        follow(fakes, toolbox, theirs, asks("get_devices_by_location", location="LON01")),
    )
    of_mine, of_theirs = await asyncio.gather(
        *(follow(fakes, toolbox, one, asks("get_vlans_by_location", location="r1")) for one in (mine, theirs))
    )

    assert of_mine[0].answer.subject == "VLANs at NYC01"
    assert of_theirs[0].answer.subject == "VLANs at LON01"


@pytest.mark.parametrize("guess", ["r2", "r1"])
async def test_a_name_that_this_conversation_did_not_give_leads_nowhere(fakes, toolbox, guess):
    mine, theirs = Conversation(), Conversation()
    await follow(fakes, toolbox, mine, asks("get_devices_by_location", location="NYC01"))
    await follow(fakes, toolbox, mine, asks("get_devices_by_location", location="LON01"))
    [guessed] = await follow(fakes, toolbox, theirs, asks("get_vlans_by_location", location=guess))

    assert (guessed.answer.outcome, guessed.answer.candidates) == ("unknown", [])


async def test_the_address_of_a_result_is_not_a_name(fakes, toolbox):
    mine, theirs = Conversation(), Conversation()
    await follow(fakes, toolbox, mine, asks("get_devices_by_location", location="NYC01"))
    address = mine.sources[0].answer.result_uri
    [guessed] = await follow(fakes, toolbox, theirs, asks("get_vlans_by_location", location=address))

    assert address and guessed.answer.outcome == "unknown"


async def ended(toolbox, reply):
    """End the server; the next call starts another, which has kept nothing."""
    await toolbox.aclose()
    return reply


async def test_a_result_that_went_with_its_server_is_gone_on_with_from_the_rows_of_the_conversation(fakes, toolbox):
    conversation = Conversation()
    read, found = await follow(
        fakes,
        toolbox,
        conversation,
        asks("get_devices_by_location", location="NYC01"),
        lambda: ended(toolbox, asks("get_rows", result="r1", group_by="role")),
    )

    assert found.answer.outcome == "found"
    assert sum(row[1] for row in found.answer.rows) == read.answer.total
    assert found.answer.source.retrieved_at == read.answer.source.retrieved_at  # nothing was read again
    assert [run.file for run in found.answer.source.queries] == [run.file for run in read.answer.source.queries]


async def test_locations_of_rows_that_were_handed_back_are_told_by_their_names(fakes, toolbox):
    conversation = Conversation()
    _, found = await follow(
        fakes,
        toolbox,
        conversation,
        asks("get_devices_by_location", location="NYC01"),
        lambda: ended(toolbox, asks("get_vlans_by_location", location="r1")),
    )

    assert found.answer.subject == "VLANs at NYC01"


async def test_a_result_whose_rows_nobody_keeps_any_more_can_be_had_again_in_the_same_turn(fakes, toolbox):
    conversation = Conversation(rows_kept=100)
    everything, devices = asks("get_devices_by_location"), asks("get_devices_by_location", location="NYC01")
    await follow(fakes, toolbox, conversation, everything)
    await follow(fakes, toolbox, conversation, devices)
    wan = [{"column": "role", "is": "equals", "value": "WAN Router"}]
    gone, anew, found = await follow(
        fakes,
        toolbox,
        conversation,
        lambda: ended(toolbox, asks("get_rows", result="r1", where=wan)),
        everything,
        asks("get_rows", result="r3", where=wan),
    )

    assert gone.answer.outcome == "gone"
    assert "Call get_devices_by_location with {} again" in gone.error
    assert anew.answer.total == conversation.sources[0].answer.total
    assert 0 < found.answer.total < anew.answer.total
