"""How a turn ends: its outcome follows from its results, and every trouble is a sentence."""

import pytest

from chainlit_app.conversation import Conversation
from chainlit_app.turn import (
    ModelTrouble,
    Reply,
    ToolboxTrouble,
    ToolResult,
)


@pytest.mark.parametrize(
    ("outcomes", "ended"),
    [
        (["found"], "answered"),
        (["empty"], "empty"),
        (["ambiguous"], "ambiguous"),
        (["unknown"], "unknown"),
        (["not_allowed"], "not_allowed"),
        (["unavailable"], "unavailable"),
        (["defect"], "unavailable"),
        (["invalid"], "not_understood"),
        (["unknown", "found"], "answered"),
        (["empty", "ambiguous"], "ambiguous"),
        (["not_allowed", "unknown"], "unknown"),
        (["unavailable", "not_allowed"], "not_allowed"),
    ],
)
async def test_the_outcome_of_a_turn_follows_from_its_results(fakes, outcomes, ended):
    box = fakes.FakeToolbox(**{str(i): fakes.answer(outcome=outcome) for i, outcome in enumerate(outcomes)})
    calls = [fakes.call(location=str(i)) for i in range(len(outcomes))]
    events = await fakes.ask("Which?", fakes.ScriptedLLM(Reply("", calls), Reply("So it is.")), box)
    assert (events[-1].outcome, events[-1].failed) == (ended, False)


@pytest.mark.parametrize(
    ("reply", "ended"),
    [
        (Reply("I did not understand.", declined=True), "not_understood"),
        (Reply("Which one?", asks=True), "ambiguous"),
        (Reply("Hello."), "answered"),
    ],
)
async def test_without_calls_the_model_says_how_it_ends(fakes, reply, ended):
    events = await fakes.ask("Which?", fakes.ScriptedLLM(reply), fakes.FakeToolbox())
    assert (events[-1].outcome, events[-1].declined) == (ended, reply.declined)


async def test_facts_are_cited_also_that_there_is_nothing_but_failures_are_not(fakes):
    box = fakes.FakeToolbox(A=fakes.answer(outcome="empty"), B=fakes.answer(outcome="unknown"))
    calls = [fakes.call(location="A"), fakes.call(location="B")]
    events = await fakes.ask("Which?", fakes.ScriptedLLM(Reply("", calls), Reply("ok")), box)
    assert [event.source.number if event.source else None for event in fakes.finished(events)] == [1, None]


async def test_a_tool_server_that_never_answers_makes_the_turn_unavailable(fakes):
    box = fakes.FakeToolbox(NYC01=ToolResult("It died.", failed=True, seconds=1, error="It died."))
    events = await fakes.ask("Which?", fakes.ScriptedLLM(Reply("", [fakes.call()]), Reply("It is gone.")), box)
    assert events[-1].outcome == "unavailable"


async def test_no_tools_is_an_error_and_the_model_is_not_asked(fakes):
    llm, box = fakes.ScriptedLLM(Reply("From memory.")), fakes.FakeToolbox()
    box.tools = ()
    events = await fakes.ask("Which?", llm, box)
    assert (events[-1].outcome, events[-1].failed, llm.heard) == ("unavailable", True, [])
    assert "no tools" in events[-1].text


async def test_a_toolbox_that_cannot_start_ends_the_turn_with_its_sentence(fakes):
    class Broken(fakes.FakeToolbox):
        async def schemas(self):
            raise ToolboxTrouble("The tool server does not start.")

    events = await fakes.ask("Which?", fakes.ScriptedLLM(Reply("x")), Broken())
    assert (events[-1].text, events[-1].outcome) == ("The tool server does not start.", "unavailable")


async def test_trouble_at_the_model_ends_the_turn_with_its_sentence_and_keeps_what_was_found(fakes):
    conversation = Conversation()
    llm = fakes.ScriptedLLM(Reply("", [fakes.call()]), ModelTrouble("Wait a minute."))
    events = await fakes.ask("Which?", llm, fakes.FakeToolbox(NYC01=fakes.answer("a")), conversation)
    ended = events[-1]
    assert (ended.outcome, ended.text, ended.failed, len(ended.sources)) == ("unavailable", "Wait a minute.", True, 1)
    assert fakes.whole(conversation.messages)


async def test_a_defect_is_logged_and_told_without_its_text(fakes, caplog):
    events = await fakes.ask("Which?", fakes.ScriptedLLM(KeyError("oops")), fakes.FakeToolbox())
    assert "oops" not in events[-1].text
    assert "oops" in caplog.text


async def test_an_empty_answer_is_told_as_one(fakes):
    events = await fakes.ask("Which?", fakes.ScriptedLLM(Reply("  ")), fakes.FakeToolbox())
    assert (events[-1].failed, "empty answer" in events[-1].text) == (True, True)
