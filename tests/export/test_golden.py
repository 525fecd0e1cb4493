"""Both formats of an export, as they stand in tests/export/golden.

They are written anew by

    SEXTANT_WRITE_GOLDEN=1 pytest tests/export/test_golden.py

and then read: `git diff tests/export/golden` is what somebody finds in a ticket tomorrow.
"""

import asyncio
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

from chainlit_app.archive import ConversationRecord
from chainlit_app.conversation import Conversation, Feedback
from chainlit_app.export import as_json, files, from_json, markdown, schema_text
from chainlit_app.turn import Checked, Fact, ModelTrouble, Reply, Usage
from tools.models import Candidate, QueryRun, Source, ToolAnswer

GOLDEN = Path(__file__).parent / "golden"
DOCS = Path(__file__).parents[2] / "docs"
BEGAN = datetime(2026, 11, 21, 14, 3, 10, tzinfo=UTC)
LIVE = "https://nautobot.example.com"
HOSTILE = "\n# Urgent\n<script>alert(1)</script> ![x](https://evil.example/x.png) [1]: https://evil.example | `code` --- & &lt;"


def origin(mode, file, second, **variables):
    """Return where rows come from."""
    query = QueryRun(file=file, variables=variables, rows=2, seconds=0.04)
    note = "Nautobot did not answer within 10 s." if mode == "fallback" else ""
    url = LIVE if mode == "live" else None
    return Source(mode=mode, url=url, retrieved_at=BEGAN + timedelta(seconds=second), queries=[query], note=note)


def prefixes(mode, rows, second, **more):
    """Return prefixes at a place."""
    table = [[f"10.0.{n}.0/24", "User Data", n + 0.5, n % 2 == 0, None] for n in range(rows)]
    return ToolAnswer(
        tool="get_devices_by_location",
        outcome="found",
        subject="prefixes at NYC01",
        summary=f"{rows} prefixes at NYC01.",
        total=rows,
        shown=rows,
        columns=["prefix", "role", "used %", "planned", "description"],
        rows=table,
        links=[f"{LIVE if mode == 'live' else ''}/ipam/prefixes/{n}/" for n in range(rows)],
        list_url=f"{LIVE if mode == 'live' else ''}/ipam/prefixes/?location=NYC01",
        source=origin(mode, "prefixes_by_location.graphql", second, locations=["NYC01"]),
        **more,
    )


def hostile():
    """Return a device whose description would like to be more than that."""
    return ToolAnswer(
        tool="get_device",
        outcome="found",
        subject=f"device {HOSTILE}",
        summary=f"One device: {HOSTILE}",
        total=1,
        shown=1,
        columns=["name", "description"],
        rows=[["NYC01_acc_001", HOSTILE]],
        links=["https://evil.example/devices/1/"],
        list_url="https://evil.example/",
        notes=[HOSTILE],
        source=origin("live", "device.graphql", 3, name=HOSTILE),
    )


def nothing():
    """Return the answer of a place where nothing is recorded."""
    return ToolAnswer(
        tool="get_devices_by_location",
        outcome="empty",
        subject="devices at LON09",
        summary="Nothing is recorded at LON09.",
        columns=["device"],
        source=origin("live", "devices_by_location.graphql", 2, locations=["LON09"]),
    )


def which_one():
    """Return a question back."""
    return ToolAnswer(
        tool="get_devices_by_location",
        outcome="ambiguous",
        subject="get devices by location",
        summary="'Santiago' may mean 2 locations. Name the one that is meant.",
        candidates=[
            Candidate(name="SCL01", detail="Campus in Chile, Santiago"),
            Candidate(name="STI01", detail="Campus in Dominican Republic"),
        ],
        source=origin("live", "locations.graphql", 2),
    )


def fact(text, answer, kind, verdict, source=None, where="", after=0):
    """Return a fact where it stands in an answer."""
    at = answer.index(text, after)
    return Fact(text, at, at + len(text), kind, verdict, source, where)


async def converse(fakes):
    """Return a conversation in which everything has happened once."""
    chat = Conversation(id="0d1c8c1e-conversation", name="Morning round", began=BEGAN)

    async def turn(question, answers, *script, **box):
        llm = fakes.ScriptedLLM(*script)
        llm.name = "anthropic/claude-sonnet-4-5"
        await fakes.ask(question, llm, fakes.FakeToolbox(**box), chat)
        return chat.turns[-1]

    def call(id, name="get_devices_by_location", **arguments):
        return fakes.call(name, id=id, **arguments)

    spent = Usage(1200, 80, 0.0123)
    said = "NYC01 has **2** prefixes [1]; 10.0.1.0/24 is planned [1], 10.0.7.0/24 is not.\n\n# Summary\n\n- 10.0.0.0/24 [1]"
    first = await turn(
        "Which prefixes are at NYC01?",
        said,
        Reply("", [call("call_1", location="NYC01"), call("call_2", location="NYC01")], spent),
        Reply(said, usage=spent),
        NYC01=prefixes("live", 2, 1),
    )
    first.feedback = Feedback("up", "just what I needed | thanks")
    await turn(
        "Devices at LON09?",
        "",
        Reply("", [call("call_3", location="LON09")]),
        Reply("Nothing there [2]."),
        LON09=nothing(),
    )
    await turn(
        "Devices at Santiago?",
        "",
        Reply("", [call("call_4", location="Santiago")]),
        Reply("Which one do you mean?"),
        Santiago=which_one(),
    )
    await turn("Tell me more", "", ModelTrouble("The model (x) does not answer: ask again."))
    await turn(
        f"What is NYC01_acc_001? {HOSTILE}",
        "",
        Reply("", [call("call_5", "get_device", device="NYC01_acc_001")]),
        Reply(f"It says: {HOSTILE.replace('[1]', '[3]')}\n\n```\nshow <b>version</b>\n"),
        NYC01_acc_001=hostile(),
    )
    await turn(
        "And now?",
        "",
        Reply("", [call("call_6", location="NYC01")]),
        Reply("40 prefixes [4]."),
        NYC01=prefixes("fallback", 40, 5, notes=["Nautobot did not answer within 10 s."]),
    )
    wrong = replace(call("call_7"), arguments=None, raw='{"location": ')
    refused = fakes.result(
        which_one().model_copy(
            update={"outcome": "not_allowed", "summary": "The token may not read devices.", "candidates": []}
        )
    )
    await turn(
        "Devices at OSL01?",
        "",
        Reply("", [wrong, call("call_8", location="OSL01")]),
        Reply("I could not read that."),
        OSL01=refused,
    )
    await stopped(fakes, chat, call("call_9", location="NYC01"))
    return settled(chat)


async def stopped(fakes, chat, call):
    """Ask a question that its reader stops while a tool runs."""
    asked = asyncio.Event()

    async def forever():
        asked.set()
        await asyncio.Event().wait()

    asking = asyncio.create_task(
        fakes.ask("Everything, please", fakes.ScriptedLLM(Reply("", [call])), fakes.FakeToolbox(NYC01=forever), chat)
    )
    await asked.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


def settled(chat):
    """Put times, ids and checks where a clock, chance and the checker put others."""
    for number, turn in enumerate(chat.turns):
        turn.id, turn.began, turn.seconds = f"turn-{number + 1}", BEGAN + timedelta(minutes=number), 1.25
        turn.ended = replace(turn.ended, check=None)
    first = chat.turns[0].ended
    facts = (
        fact("2", first.text, "count", "derived", 1, "count of rows"),
        fact("10.0.1.0/24", first.text, "prefix", "elsewhere", 1, "row 2, prefix"),
        fact("10.0.7.0/24", first.text, "prefix", "not_found"),
        fact("10.0.0.0/24", first.text, "prefix", "found", 1, "row 1, prefix"),
    )
    chat.turns[0].ended = replace(first, check=Checked(first.text, facts, (9,), 1, False))
    chat.turns[5].ended = replace(chat.turns[5].ended, check=Checked(chat.turns[5].ended.text, (), (), 0, False))
    return chat


@pytest.fixture
async def chat(fakes):
    """Return the conversation of the golden files."""
    return await converse(fakes)


def golden(name, text):
    """Return what stands in a golden file; write it first where that is asked for."""
    path = GOLDEN / name
    if os.environ.get("SEXTANT_WRITE_GOLDEN"):
        path.write_text(text, encoding="utf-8", newline="\n")
    return path.read_text(encoding="utf-8")


async def test_the_markdown_reads_as_the_golden_file(chat):
    file = files(chat, [])[0]
    assert file.name == "sextant-Morning-round-2026-11-21.md"
    assert file.content == golden("conversation.md", file.content)


async def test_the_json_reads_as_the_golden_file(chat):
    file = files(chat, [])[1]
    assert file.name == "sextant-Morning-round-2026-11-21.json"
    assert file.content == golden("conversation.json", file.content)


async def test_the_json_with_rows_reads_as_the_golden_file(chat):
    file = files(chat, [], rows=True)[1]
    assert file.content == golden("conversation-with-rows.json", file.content)


@pytest.mark.parametrize("name", ["conversation.json", "conversation-with-rows.json"])
def test_an_export_is_read_and_written_again_as_the_same_bytes(name):
    text = (GOLDEN / name).read_text(encoding="utf-8")
    record = from_json(text)
    assert as_json(record, rows=True) == text
    assert as_json(ConversationRecord.of(record.restore()), rows=True) == text


def test_what_is_read_from_the_json_with_rows_makes_the_same_markdown():
    record = from_json((GOLDEN / "conversation-with-rows.json").read_text(encoding="utf-8"))
    assert markdown(record) == (GOLDEN / "conversation.md").read_text(encoding="utf-8")


def test_without_rows_the_markdown_says_that_they_are_not_there():
    record = from_json((GOLDEN / "conversation.json").read_text(encoding="utf-8"))
    assert "2 rows, not in this export: ask again" in markdown(record)


@pytest.mark.parametrize("name", ["conversation.json", "conversation-with-rows.json"])
def test_the_published_schema_describes_the_exports(name):
    schema = json.loads((DOCS / "conversation.schema.json").read_text(encoding="utf-8"))
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    checker.check_schema(schema)
    assert list(checker.iter_errors(json.loads((GOLDEN / name).read_text(encoding="utf-8")))) == []


def test_the_published_schema_is_that_of_the_program():
    assert (DOCS / "conversation.schema.json").read_text(encoding="utf-8") == golden_schema()


def golden_schema():
    """Return the schema of the program; write it first where that is asked for."""
    if os.environ.get("SEXTANT_WRITE_GOLDEN"):
        (DOCS / "conversation.schema.json").write_text(schema_text(), encoding="utf-8", newline="\n")
    return schema_text()
