"""Rows of earlier results in a conversation: a result's name is the number of its source."""

from typing import Any

from chainlit_app.conversation import Conversation
from chainlit_app.toolbox import ServerToolbox
from chainlit_app.turn import Reply


async def test_a_chain_of_results_over_two_questions_is_found_by_the_numbers_of_their_sources(fakes: Any) -> None:
    over = {"column": "used percent", "is": "greater", "value": 20}
    steps = [
        Reply("", [fakes.call("analyze_prefixes_dataframe", location="NYC01", group_by="prefix")]),
        Reply("", [fakes.call("get_rows", result="r1", where=[over])]),
        Reply("13 of 22 prefixes at NYC01 are more than 20 % used [2]."),
        Reply("", [fakes.call("get_rows", result="r2", figures=[{"figure": "sum", "column": "free"}])]),
        Reply("Their free addresses are 202 [3]."),
    ]
    llm, conversation = fakes.ScriptedLLM(*steps), Conversation()
    toolbox = ServerToolbox({"DEMO_MODE": "true"})
    try:
        await fakes.ask("Which prefixes at NYC01 are over 20 % used?", llm, toolbox, conversation)
        await fakes.ask("How many of their addresses are free?", llm, toolbox, conversation)
    finally:
        await toolbox.aclose()

    chosen, free = conversation.sources[1:]
    assert chosen.answer.summary.startswith("13 of 22 rows of r1 (")
    assert free.answer.rows == [[sum(row[chosen.table.columns.index("free")] for row in chosen.table.rows)]]
    assert free.answer.summary.startswith("13 rows of r2 (")
    assert [source.answer.source.mode for source in conversation.sources] == ["demo"] * 3
