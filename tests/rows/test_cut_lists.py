"""A list that was cut says so wherever its rows go: to a model, into files, into what is made of them."""

import json
from typing import Any

import pytest

from tools.models import ResultTable


@pytest.fixture
async def cut(session: Any) -> Any:
    """Return what a session has asked first: more free blocks than are listed."""
    first = await session("find_free_space", inside="10.0.0.0/16", prefix_length=28)
    assert first.answer.total == 1_000
    return first


async def test_an_answer_says_how_many_there_are_beyond_its_rows(cut: Any) -> None:
    count = int(cut.answer.summary.partition("; ")[2].split(" fit")[0].replace(",", ""))

    assert cut.answer.more == count - 1_000
    assert f"Rows: 60 of {count:,}, 1,000 of them kept. Give a prefix_length" in cut.text


async def test_the_files_of_a_cut_list_say_it_is_one(session: Any, cut: Any) -> None:
    saved = (await session("export_prefixes_to_csv", result="r1", format="json")).answer
    count = f"{1_000 + saved.more:,}"

    assert saved.more == cut.answer.more
    assert f"r1 lists 1,000 of {count} rows: what follows from it is of those alone." in saved.notes
    file = json.loads(session.read(saved.file_uri))
    assert (file["total"], file["more"], len(file["rows"])) == (1_000, saved.more, 1_000)
    assert ResultTable.model_validate_json(session.read(saved.result_uri)).more == saved.more


async def test_the_same_rows_in_another_order_are_as_many_of_as_many(session: Any, cut: Any) -> None:
    sorted_ = await session("get_rows", result="r1", sort_by=["-addresses"])

    assert sorted_.answer.more == cut.answer.more


@pytest.mark.parametrize(
    "asked",
    [
        {"where": [{"column": "addresses", "is": "greater", "value": 1}]},
        {"group_by": ["inside"]},
        {"figures": [{"figure": "count"}]},
        {"distinct": True},
        {"sort_by": ["-addresses"], "top": 5},
    ],
    ids=["filtered", "grouped", "counted", "each once", "the largest"],
)
async def test_what_is_made_of_a_part_never_passes_for_the_whole(session: Any, cut: Any, asked: Any) -> None:
    made = await session("get_rows", result="r1", **asked)

    assert made.answer.more is None
    assert f"of at least {made.answer.total:,}" in made.text
    assert any(note.startswith("r1 lists 1,000 of ") for note in made.answer.notes)
    again = await session("get_rows", result="r2")
    assert again.answer.more is None


async def test_another_tool_that_works_on_a_part_says_so_as_well(session: Any, cut: Any) -> None:
    inside = (await session("find_free_space", inside="r1", prefix_length=32, limit=1)).answer

    assert inside.more != 0
    assert any(note.startswith("r1 lists 1,000 of ") for note in inside.notes)


async def test_a_whole_list_says_nothing_of_the_kind(session: Any) -> None:
    whole = await session("search_locations", query="campus", limit=2)

    assert whole.answer.more == 0
    assert "kept" not in whole.text
    assert f"Rows: 2 of {whole.answer.total:,}" in whole.text
