"""How many rows a long conversation keeps: not all of a large network, for each question anew."""

from chainlit_app.conversation import Conversation
from chainlit_app.turn import Reply, ToolResult
from tools.models import ResultTable


def result(fakes, name, rows):
    """Return a result of many rows of which a model was shown one."""
    shown = fakes.answer(f"{name}0", total=rows)
    table = ResultTable(subject="devices", columns=["name"], rows=[[f"{name}{n}"] for n in range(rows)], links=[])
    return ToolResult("text", False, 0.01, shown, table)


async def test_the_oldest_sources_keep_what_a_model_saw_where_all_rows_are_too_many(fakes):
    conversation = Conversation(rows_kept=10)
    box = fakes.FakeToolbox(**{name: result(fakes, name, 6) for name in "ABC"})
    for name in "ABC":
        asked = Reply("", [fakes.call(location=name)])
        await fakes.ask(f"{name}?", fakes.ScriptedLLM(asked, Reply("So.")), box, conversation)

    assert [len(source.table.rows) for source in conversation.sources] == [1, 1, 6]
    assert conversation.sources[0].table.subject == "devices (the first 1 of 6: ask again for all)"
    assert [turn.sources for turn in conversation.turns] == [[source] for source in conversation.sources]
    assert all(tuple(turn.sources) == turn.ended.sources for turn in conversation.turns)


async def test_the_rows_of_the_running_turn_are_all_kept(fakes):
    box = fakes.FakeToolbox(A=result(fakes, "A", 6), B=result(fakes, "B", 6))
    calls = [fakes.call(location="A"), fakes.call(location="B")]
    conversation = Conversation(rows_kept=10)
    await fakes.ask("Both?", fakes.ScriptedLLM(Reply("", calls), Reply("So.")), box, conversation)

    assert [len(source.table.rows) for source in conversation.sources] == [6, 6]
