"""A list that a tool cut: whoever shows its rows says how many there are in all."""

import json
from datetime import UTC, datetime

import pytest

from chainlit_app import terminal, wording
from chainlit_app.archive import ConversationRecord
from chainlit_app.check.checking import check
from chainlit_app.conversation import Conversation
from chainlit_app.export import files
from chainlit_app.files import json_file, xlsx_file
from chainlit_app.page.sources import source_props
from chainlit_app.page.tables import table_element
from chainlit_app.pictures import figure
from chainlit_app.record import record
from chainlit_app.turn import ToolCall, ToolResult, TurnEnded, Usage
from chainlit_app.words import call_done, name_of
from tools.models import ResultTable, Source, ToolAnswer

KNOWN = pytest.mark.parametrize(("more", "said"), [(1_143, "2,143"), (None, "at least 1,000")])


def asked(more, rows=1_000):
    """Return a conversation with one source of free blocks, of which there are more than rows."""
    conversation = Conversation()
    turn = conversation.begin("Free /24?")
    origin = Source(mode="demo", url=None, retrieved_at=datetime(2026, 11, 21, tzinfo=UTC), queries=[])
    blocks = [[f"10.{n // 256}.{n % 256}.0/24"] for n in range(rows)]
    table = ResultTable(subject="free /24", columns=["free block"], rows=blocks, links=[None] * rows, more=more)
    answer = ToolAnswer(
        tool="find_free_space",
        outcome="found" if rows else "empty",
        subject="free /24",
        summary="They fit.",
        total=rows,
        more=more,
        shown=min(rows, 60),
        columns=table.columns,
        rows=blocks[:60],
        source=origin,
    )
    result = ToolResult("", False, 0.1, answer, table)
    call = ToolCall("1", "find_free_space", {"inside": "10.0.0.0/8"}, "")
    source = conversation.cite(turn, call, result)
    turn.note(call, result, source)
    turn.lines.append(wording.told(call, result, source))
    conversation.end(turn, TurnEnded("answered", "Some [1].", tuple(turn.sources), "demo", Usage(), "m"))
    return conversation


@KNOWN
def test_step_panel_table_and_terminal_say_how_many_there_are(more, said):
    conversation = asked(more)
    turn, source = conversation.turns[0], conversation.sources[0]
    rows = f"1,000 of {said} rows"

    assert rows in call_done(turn.steps[0].call, turn.steps[0].result)
    assert source_props(conversation, source)["rows"] == rows
    assert table_element("c", source)["props"]["rows"] == rows
    assert f"showing 20 of {said} rows; --csv FOLDER saves the first 1,000" in terminal.source_block(source)


@KNOWN
def test_a_model_is_told_how_many_there_are(more, said):
    message = asked(more).turns[0].lines[1].message["content"]

    assert f'rows="1000" of="{said}" shown="60"' in message


@KNOWN
def test_files_say_how_many_there_are(more, said):
    conversation = asked(more)
    source = conversation.sources[0]
    told = json.loads(json_file(source))
    markdown = files(conversation, ())[0].content

    assert (told["total"], told["more"]) == (1_000, more)
    assert ("first" in name_of(source, "csv")) == bool(more) and ("part" in name_of(source, "csv")) == (more is None)
    assert f"60 of {said} rows for the model" in markdown
    assert f"30 of {said} rows shown below" in markdown
    assert xlsx_file(source)


@KNOWN
def test_a_record_keeps_it_and_history_gives_it_back(more, said):
    conversation = asked(more)
    kept = ConversationRecord.of(conversation)
    again = ConversationRecord.model_validate_json(kept.model_dump_json()).restore()

    assert (again.sources[0].answer.more, again.sources[0].table.more) == (more, more)
    told = record(conversation.turns[0])
    assert (told.steps[0].more, told.sources[0].more) == (more, more)


def test_a_conversation_that_was_kept_before_lists_were_known_to_be_cut_is_read():
    kept = ConversationRecord.of(asked(0)).model_dump(mode="json")
    del kept["turns"][0]["sources"][0]["answer"]["more"], kept["turns"][0]["calls"][0]["more"]

    assert ConversationRecord.model_validate_json(json.dumps(kept)).restore().sources[0].answer.more == 0


@KNOWN
def test_nothing_is_drawn_of_a_part_and_its_rows_are_not_the_count(more, said):
    cut, whole = asked(more), asked(0)
    claim = "There are 1,000 free blocks [1]."

    assert figure(cut.sources[0]) is None
    assert check(claim, whole.sources).found == 1
    assert check(claim, cut.sources).found == 0


def test_a_terminal_shows_numbers_of_ipv6_addresses_so_that_they_can_be_read():
    table = ResultTable(subject="use", columns=["free"], rows=[["18446744073709551616"]], links=[None])

    assert terminal.table(table) == ["free", "2^64"]


def test_none_among_those_that_were_looked_at_is_not_none_recorded():
    step = asked(None, rows=0).turns[0].steps[0]

    assert "none among those that were looked at" in call_done(step.call, step.result)
