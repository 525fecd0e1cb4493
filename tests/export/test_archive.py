"""The record of a conversation: nothing that matters is lost on the way to a file and back."""

import json
from dataclasses import replace

import pytest
from pydantic import ValidationError

from chainlit_app.archive import ConversationRecord, TurnRecord
from chainlit_app.conversation import Conversation, Feedback
from chainlit_app.turn import Checked, Fact, Reply, Usage
from tools.models import ResultTable

QUESTIONS = (
    "Which prefixes are in NYC01?",
    "and their free addresses?",
    "how many devices by role in EMEA?",
    "Which devices are in New York?",
    "access switches at XYZ99",
    "interfaces of NYC01-acc001",
    "export the prefixes of LON01 to csv",
    "tell me a joke",
    "circuits in London",
)
FOLLOW_UPS = ("Which of them are planned?", "and in LON01?", "show me the first one", "its devices")


def from_file(record):
    """Return a record that has been written and read."""
    return ConversationRecord.model_validate_json(record.model_dump_json())


def without_ids(messages):
    """Return messages without the ids of calls, which are made up anew each time."""
    names = {}
    return json.loads(
        json.dumps(messages),
        object_pairs_hook=lambda pairs: {
            key: names.setdefault(value, len(names)) if key in ("id", "tool_call_id") else value for key, value in pairs
        },
    )


async def test_a_conversation_goes_on_after_a_restart_as_if_nothing_had_happened(fakes, demo_host):
    original = Conversation()
    for question in QUESTIONS:
        await fakes.ask(question, demo_host.llm, demo_host.toolbox, original)
    record = ConversationRecord.of(original)
    restored = from_file(record).restore()

    assert len(record.turns) == len(QUESTIONS)
    assert sum(turn.mode is not None for turn in record.turns) >= 6
    assert ConversationRecord.of(restored) == record
    assert restored.messages == original.messages
    assert [source.table for source in restored.sources] == [source.table for source in original.sources]
    for question in FOLLOW_UPS:
        here, there = [
            (await fakes.ask(question, demo_host.llm, demo_host.toolbox, one))[-1] for one in (original, restored)
        ]
        assert there.text == here.text
        assert [source.number for source in there.sources] == [source.number for source in here.sources]
    assert without_ids(restored.messages) == without_ids(original.messages)


async def test_without_rows_the_next_answer_is_still_the_same(fakes, demo_host):
    original = Conversation()
    for question in QUESTIONS[:3]:
        await fakes.ask(question, demo_host.llm, demo_host.toolbox, original)
    short = ConversationRecord.of(original).without_rows()
    restored = from_file(short).restore()

    assert ConversationRecord.of(restored) == short
    assert not any(source.table.rows for source in restored.sources)
    assert restored.sources[0].table.subject == "prefixes at NYC01 (its rows are not in this export: ask again)"
    assert not restored.sources[0].whole
    here, there = [
        (await fakes.ask("and in LON01?", demo_host.llm, demo_host.toolbox, one))[-1] for one in (original, restored)
    ]
    assert there.text == here.text


async def test_what_a_check_found_what_a_reader_said_and_what_it_cost_is_kept(fakes):
    conversation = Conversation(name="Morning round")
    box = fakes.FakeToolbox(NYC01=fakes.answer("NYC01-acc001"))
    await fakes.ask(
        "Which?",
        fakes.ScriptedLLM(Reply("", [fakes.call()], Usage(7, 3, 0.01)), Reply("acc001 [1].")),
        box,
        conversation,
    )
    turn = conversation.turns[0]
    fact = Fact("acc001", 0, 6, "device", "found", 1, "row 1, name")
    turn.ended = replace(turn.ended, check=Checked(turn.ended.text, (fact,), (4,), 1, False))
    turn.feedback = Feedback("down", "which one?")

    kept = from_file(ConversationRecord.of(conversation)).restore()

    assert (kept.id, kept.name, kept.began) == (conversation.id, "Morning round", conversation.began)
    assert kept.turns[0].ended.check == turn.ended.check
    assert kept.turns[0].feedback == turn.feedback
    assert kept.turns[0].ended.usage == Usage(7, 3, 0.01)


async def test_a_stopped_call_a_wrong_call_and_a_repeated_one_are_told_apart(fakes):
    conversation = Conversation()
    box = fakes.FakeToolbox(NYC01=fakes.answer("NYC01-acc001"))
    wrong = replace(fakes.call(), arguments=None, raw="{location")
    calls = [fakes.call(), fakes.call(), wrong]
    await fakes.ask("Which?", fakes.ScriptedLLM(Reply("", calls), Reply("So.")), box, conversation)

    first, again, refused = ConversationRecord.of(conversation).turns[0].calls

    assert (first.source, first.repeated, first.outcome) == (1, False, "found")
    assert (again.source, again.repeated) == (1, True)
    assert (refused.outcome, refused.sent, refused.source) == ("failed", "{location", None)
    assert ConversationRecord.of(from_file(ConversationRecord.of(conversation)).restore()) == ConversationRecord.of(
        conversation
    )


async def test_live_and_demo_data_stay_apart(fakes):
    conversation = Conversation()
    box = fakes.FakeToolbox(NYC01=fakes.answer("NYC01-acc001", mode="live"), LON01=fakes.answer("LON01-acc001"))
    llm = fakes.ScriptedLLM(
        Reply("", [fakes.call()]), Reply("One [1]."), Reply("", [fakes.call(location="LON01")]), Reply(".")
    )
    await fakes.ask("New York?", llm, box, conversation)
    restored = from_file(ConversationRecord.of(conversation)).restore()
    await fakes.ask("London?", llm, box, restored)

    assert "NYC01-acc001" not in json.dumps(llm.heard[-1])
    assert restored.sources[1].number == 2


async def test_rows_that_were_let_go_keep_their_digest(fakes):
    rows = [[f"A{n}"] for n in range(6)]
    found = replace(
        fakes.result(fakes.answer("A0", total=6)),
        table=ResultTable(subject="devices", columns=["name"], rows=rows, links=[]),
    )
    conversation = Conversation(rows_kept=5)
    for _ in range(2):
        await fakes.ask(
            "?",
            fakes.ScriptedLLM(Reply("", [fakes.call()]), Reply("So.")),
            fakes.FakeToolbox(NYC01=found),
            conversation,
        )
    first, second = ConversationRecord.of(conversation).sources()

    assert (len(first.table.rows), len(second.table.rows)) == (1, 6)
    assert first.digest == second.digest
    assert from_file(ConversationRecord.of(conversation)).restore().sources[0].table == conversation.sources[0].table


async def test_a_running_turn_is_not_in_the_record(fakes):
    conversation = Conversation()
    await fakes.ask("Hello?", fakes.ScriptedLLM(Reply("Hello.")), fakes.FakeToolbox(), conversation)
    running = conversation.begin("And?")

    assert [turn.question for turn in ConversationRecord.of(conversation).turns] == ["Hello?"]
    with pytest.raises(ValueError, match="still runs"):
        TurnRecord.of(running)


async def test_a_record_whose_numbers_do_not_fit_is_refused(fakes):
    conversation = Conversation()
    box = fakes.FakeToolbox(NYC01=fakes.answer("NYC01-acc001"))
    await fakes.ask("Which?", fakes.ScriptedLLM(Reply("", [fakes.call()]), Reply("So.")), box, conversation)
    told = json.loads(ConversationRecord.of(conversation).model_dump_json())

    told["turns"][0]["sources"][0]["number"] = 2
    with pytest.raises(ValidationError, match="source that this turn does not have"):
        ConversationRecord.model_validate(told)
    told["turns"][0]["calls"][0]["source"] = 2
    with pytest.raises(ValidationError, match="not numbered 1, 2, 3"):
        ConversationRecord.model_validate(told)


async def test_half_a_character_of_a_browser_or_a_model_does_not_cost_the_record(fakes):
    conversation = Conversation(name="half \ud83d")
    half = fakes.call(location="NYC01", only="\udc00")
    llm = fakes.ScriptedLLM(Reply("hm \ud83d", [fakes.call(), half]), Reply("So \ud83d."))
    await fakes.ask("What \ud83d?", llm, fakes.FakeToolbox(NYC01=fakes.answer("NYC01-acc001")), conversation)
    record = ConversationRecord.of(conversation)

    assert from_file(record) == record
    assert (record.name, record.turns[0].question, record.turns[0].answer) == ("half ?", "What ??", "So ?.")
