"""A source that is asked again: what has changed, or why that cannot be said."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chainlit_app.again import ask_again
from chainlit_app.compare import CellChange
from chainlit_app.page.changes import SHOWN, again_props
from chainlit_app.turn import Source, ToolCall, ToolResult
from tools.models import Cell, Mode, Outcome, ResultTable, ToolAnswer
from tools.models import Source as Origin

NAUTOBOT = "https://nautobot.example.com"


def result(
    *rows: tuple[Cell, ...], mode: Mode = "live", url: str | None = NAUTOBOT, outcome: Outcome = "found", hour: int = 10
) -> ToolResult:
    at = datetime(2026, 11, 21, hour, 42, tzinfo=UTC)
    origin = Origin(mode=mode, url=url if mode == "live" else None, retrieved_at=at, queries=[])
    answer = ToolAnswer(
        tool="get_device", outcome=outcome, subject="d", summary="Said so.", total=len(rows), source=origin
    )
    links = [f"{NAUTOBOT}/d/{row[0]}/" for row in rows]
    table = ResultTable(subject="d", columns=["device", "role"], rows=[list(row) for row in rows], links=links)
    return ToolResult("", False, 0.2, answer, table)


def source(*rows: tuple[Cell, ...], **given: object) -> Source:
    read = result(*rows, **given)
    return Source(1, ToolCall("c", "get_device", {"device": "a"}, "{}"), read.answer, read.table, 0.1)


class Tools:
    """Tools that answer once."""

    def __init__(self, answer: ToolResult) -> None:
        self.answer = answer
        self.asked: list[tuple[ToolCall, str]] = []

    async def call(self, call: ToolCall, turn: str, report: object = None, earlier: object = None) -> ToolResult:
        self.asked.append((call, turn))
        return self.answer


async def test_the_same_tool_is_called_with_the_same_arguments_in_a_turn_of_its_own():
    tools = Tools(result(("a", "Edge"), hour=11))
    read = source(("a", "Edge"))
    found = await ask_again(read, tools)
    await ask_again(read, tools)
    [(call, turn), (other, another)] = tools.asked
    assert (call.name, call.arguments) == ("get_device", {"device": "a"})
    assert call.id not in ("c", other.id)
    assert turn != another
    assert call.fresh  # or names that were kept a while would hide what has changed
    assert not read.call.fresh
    assert found.difference.none
    said = again_props(read, found)
    assert (said["same"], said["since"], said["at"]) == (True, "2026-11-21 10:42:00 UTC", "2026-11-21 11:42:00 UTC")


async def test_what_has_changed_is_told_and_the_source_stays_as_it_was():
    read = source(("a", "Edge"), ("b", "Edge"))
    found = await ask_again(read, Tools(result(("a", "Core"), ("c", "Edge"), hour=11)))
    assert [one.cells for one in found.difference.changed] == [(CellChange("role", "Edge", "Core"),)]
    said = again_props(read, found)
    assert said["counts"] == {"added": 1, "removed": 1, "changed": 1}
    assert said["added"] == [{"cells": ["c", "Edge"], "link": f"{NAUTOBOT}/d/c/"}]
    assert read.table.rows == [["a", "Edge"], ["b", "Edge"]]


async def test_a_panel_shows_the_first_of_many_changes_and_counts_all():
    read = source()
    found = await ask_again(read, Tools(result(*[(f"d{n}", "Edge") for n in range(SHOWN + 7)])))
    said = again_props(read, found)
    assert (len(said["added"]), said["counts"]["added"]) == (SHOWN, SHOWN + 7)


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        ("live", "fallback", "live data, what was read now is demo data, as Nautobot does not answer"),
        ("live", "demo", "live data, what was read now is demo data"),
        ("demo", "live", "demo data, what was read now is live data"),
    ],
)
async def test_live_and_demo_data_are_never_compared(before, now, words):
    found = await ask_again(source(("a", "Edge"), mode=before), Tools(result(("a", "Edge"), mode=now)))
    assert words in found.refused
    assert found.difference is None


async def test_demo_data_are_the_same_whyever_they_are_shown():
    found = await ask_again(source(("a", "Edge"), mode="demo"), Tools(result(("a", "Edge"), mode="fallback")))
    assert found.difference.none


async def test_another_nautobot_is_not_compared():
    found = await ask_again(source(("a", "Edge")), Tools(result(("a", "Edge"), url="https://other.example.com")))
    assert "https://other.example.com" in found.refused


@pytest.mark.parametrize("outcome", ["unavailable", "not_allowed", "unknown", "defect"])
async def test_a_failure_says_what_failed(outcome):
    found = await ask_again(source(("a", "Edge")), Tools(result(outcome=outcome)))
    assert found.refused == "Said so."


async def test_a_tool_that_never_answered_is_told_as_it_is():
    late = ToolResult("", True, 60, error="The tool did not answer within 60 s.")
    found = await ask_again(source(("a", "Edge")), Tools(late))
    assert again_props(source(("a", "Edge")), found)["refused"] == "The tool did not answer within 60 s."
    assert (await ask_again(source(), Tools(ToolResult("", True, 1)))).refused == "The tool did not answer."


async def test_records_that_are_gone_are_removed_not_a_failure():
    found = await ask_again(source(("a", "Edge")), Tools(result(outcome="empty")))
    assert len(found.difference.removed) == 1


async def test_rows_that_are_not_all_kept_are_not_compared():
    read = source(("a", "Edge"), ("b", "Edge"))
    cut = replace(read, table=read.table.model_copy(update={"rows": read.table.rows[:1]}))
    found = await ask_again(cut, Tools(result(("a", "Edge"), ("b", "Edge"))))
    assert "Only 1 of 2 rows" in found.refused


async def test_a_new_reading_without_all_its_rows_is_not_compared():
    short = replace(result(("a", "Edge"), ("b", "Edge")), table=None)
    found = await ask_again(source(("a", "Edge")), Tools(short))
    assert "did not give all rows" in found.refused


async def test_rows_that_were_made_from_another_source_are_asked_again_there():
    made = replace(source(("a", "Edge")), call=ToolCall("c", "get_rows", {"result": "r3"}, "{}"))
    tools = Tools(result(("a", "Edge")))
    found = await ask_again(made, tools)
    assert found.refused == "These rows were made from r3, nothing was read for them: ask [3] again."
    assert not tools.asked
