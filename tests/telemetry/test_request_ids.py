"""One id for a question, the same at every station of its way."""

import pytest

from chainlit_app import watching
from chainlit_app.conversation import Conversation
from chainlit_app.turn import ModelTrouble, Reply, TurnEnded
from sextant.telemetry import request


async def asked(fakes, toolbox, llm):
    """Return the id of a question and the end of its turn."""
    with watching.turn("terminal") as watched:
        for event in await fakes.ask("Which devices are at NORTH01?", llm, toolbox, Conversation()):
            watched.hear(event)
    assert isinstance(watched.ended, TurnEnded)
    return watched.request_id, watched.ended


async def test_the_id_of_a_question_reaches_nautobot_over_the_process_border(fakes, nautobot, tools):
    llm = fakes.ScriptedLLM(Reply("", [fakes.call(location="NORTH01")]), Reply("None."))
    id, _ = await asked(fakes, tools(), llm)
    of_the_call = [seen for seen in nautobot.asked if seen.get("x-request-id") == id]
    assert of_the_call
    # What was read to be ready for the first question belongs to no question.
    assert {seen.get("x-request-id") for seen in nautobot.asked} <= {id, None}


async def test_each_question_has_an_id_of_its_own(fakes, nautobot, tools):
    toolbox = tools(sextant_cache_seconds=0)
    ids = []
    for _ in range(2):
        llm = fakes.ScriptedLLM(Reply("", [fakes.call(location="NORTH01")]), Reply("None."))
        ids.append((await asked(fakes, toolbox, llm))[0])
    assert ids[0] != ids[1]
    assert set(ids) <= {seen.get("x-request-id") for seen in nautobot.asked}
    assert request.request_id.get() is None


async def test_an_answer_that_failed_names_the_id(fakes):
    llm = fakes.ScriptedLLM(ModelTrouble("The model does not answer."))
    id, ended = await asked(fakes, fakes.FakeToolbox(), llm)
    assert ended.text == f"The model does not answer. Request {id}: give this to whoever runs Sextant."


async def test_an_answer_that_did_not_fail_names_none(fakes):
    id, ended = await asked(fakes, fakes.FakeToolbox(), fakes.ScriptedLLM(Reply("Good morning.")))
    assert id not in ended.text


@pytest.mark.parametrize("said", ["", "a b", "a\nb", "x" * 65, "ä", "a;b", None, 7])
def test_an_id_from_outside_that_could_forge_something_is_not_taken_over(said):
    assert request.accepted(said) is None


def test_an_id_from_outside_that_is_one_is_taken_over():
    assert request.accepted("0af7651916cd43dd-8448.eb_1") == "0af7651916cd43dd-8448.eb_1"


async def test_a_tool_whose_nautobot_fails_names_the_id_in_its_answer(fakes, nautobot, tools):
    toolbox = tools()
    await toolbox.call(fakes.call(location="NORTH01"), "t")  # places are known now, as they are after the start
    nautobot.status = 503
    with request.within("abc-1"):
        result = await toolbox.call(fakes.call(location="NORTH01"), "t")
    assert result.failed
    assert result.error.endswith("Request abc-1: give this to whoever runs Sextant.")
