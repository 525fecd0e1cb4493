"""One tool called by hand: a turn of the conversation, with every outcome that a tool can have."""

import pytest

from chainlit_app.agent import answer
from chainlit_app.conversation import Conversation
from chainlit_app.host import open_host
from chainlit_app.settings import AppSettings
from chainlit_app.trying import BY_HAND, ByHand, hand_call, tried
from chainlit_app.turn import TurnEnded
from tools.settings import ToolSettings


@pytest.fixture
async def host():
    async with open_host(AppSettings(), ToolSettings.load(demo_mode="true")) as found:
        yield found


async def by_hand(host, conversation, tool, **arguments):
    call = hand_call(tool, arguments)
    events = [e async for e in answer(tried(call), conversation, ByHand(call, conversation), host.toolbox)]
    assert isinstance(events[-1], TurnEnded)
    return events[-1]


async def test_what_was_tried_becomes_a_source_that_an_answer_can_cite(host):
    place = (await host.names()).locations[-1].name
    conversation = Conversation()
    ended = await by_hand(host, conversation, "search_locations", query=place, status="", limit=None)

    assert ended.outcome == "answered"
    assert ended.model == BY_HAND
    assert "[1]" in ended.text
    assert conversation.turns[0].lines[0].message["content"] == f"Tried search_locations (query: {place})"
    assert conversation.sources[0].call.arguments == {"query": place}


async def test_every_other_outcome_is_told_with_what_it_offers(host):
    conversation = Conversation()
    unknown = await by_hand(host, conversation, "get_device", device="no-such-device-9")
    invalid = await by_hand(host, conversation, "find_prefix", target="10.0.0.300")
    missing = await by_hand(host, conversation, "get_device")
    nothing = await by_hand(host, conversation, "no_such_tool", a=1)

    assert unknown.outcome == "unknown"
    assert "\n- " in unknown.text
    assert invalid.outcome == "not_understood"
    assert "10.0.0.300" in invalid.text
    assert "'device' is missing" in missing.text
    assert "There is no tool" in nothing.text
    assert conversation.sources == []


def test_what_was_left_empty_is_not_sent_and_not_said():
    call = hand_call("t", {"a": "", "b": [], "c": None, "d": False, "e": ["x", "y"], "f": 0})

    assert call.arguments == {"d": False, "e": ["x", "y"], "f": 0}
    assert tried(call) == "Tried t (d: no, e: x, y, f: 0)"
    assert tried(hand_call("t", {})) == "Tried t"
