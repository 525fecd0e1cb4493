"""What the panel of a source says, and the list of all."""

import json
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest

from chainlit_app.conversation import Conversation
from chainlit_app.page.sources import graphiql, list_props, source_props
from chainlit_app.turn import Source, ToolCall, ToolResult, TurnEnded, Usage
from tools.models import QueryRun, ResultTable, ToolAnswer
from tools.models import Source as Origin

QUERY = "query devices($role: [String]) {\n  devices(role: $role) { id name }\n}\n"
LIST = "https://nautobot.example.com/dcim/devices/?role=Edge"


def read(conversation: Conversation, question: str, answered: str, mode: str = "demo", rows: int = 2) -> Source | None:
    """Ask one question that brings one source."""
    turn = conversation.begin(question)
    url = "https://nautobot.example.com" if mode == "live" else None
    run = QueryRun(file="devices.graphql", variables={"role": ["Edge & Co"]}, rows=rows, seconds=0.07, text=QUERY)
    origin = Origin(
        mode=mode,
        url=url,
        retrieved_at=datetime(2026, 11, 21, 10, 42, 7, tzinfo=UTC),
        queries=[run],
        note="it timed out" if mode == "fallback" else "",
    )
    answer = ToolAnswer(
        tool="get_devices_by_location",
        outcome="found",
        subject="devices at A",
        summary="2 devices at A.",
        total=rows,
        notes=["One of them is planned."],
        list_url=LIST,
        source=origin,
    )
    table = ResultTable(subject=answer.subject, columns=["device"], rows=[["d"]] * rows, links=[None] * rows)
    call = ToolCall("1", "get_devices_by_location", {"location": "A", "role": "Edge"}, "")
    source = conversation.cite(turn, call, ToolResult("", False, 0.12, answer, table))
    ended = TurnEnded("answered", answered, tuple(turn.sources), origin.mode, Usage(), "m")
    conversation.end(turn, ended)
    return source


@pytest.fixture
def conversation() -> Conversation:
    return Conversation()


def test_the_panel_says_what_was_asked_of_whom_when_and_for_which_question(conversation):
    source = read(conversation, "Which devices are at A?", "Two [1].")
    said = source_props(conversation, source)
    assert said["title"] == "Devices at A (role Edge)"
    assert said["summary"] == "2 devices at A."
    assert said["notes"] == ["One of them is planned."]
    assert said["question"] == "Which devices are at A?"
    assert (said["mode"], said["origin"], said["at"]) == ("demo", "Demo data", "2026-11-21 10:42:07 UTC")
    assert (said["rows"], said["took"]) == ("2 of 2 rows", "0.1 s")
    assert json.loads(said["arguments"]) == {"location": "A", "role": "Edge"}


def test_the_panel_has_the_text_of_each_query_and_its_variables(conversation):
    [query] = source_props(conversation, read(conversation, "?", "[1]"))["queries"]
    assert (query["file"], query["text"], query["rows"], query["took"]) == ("devices.graphql", QUERY, "2 rows", "70 ms")
    assert json.loads(query["variables"]) == {"role": ["Edge & Co"]}


@pytest.mark.parametrize("mode", ["demo", "fallback"])
def test_demo_data_open_nothing_in_nautobot(conversation, mode):
    said = source_props(conversation, read(conversation, "?", "[1]", mode))
    assert said["list"] is None
    assert said["queries"][0]["graphiql"] is None


def test_data_in_place_of_nautobots_say_why(conversation):
    source = read(conversation, "?", "[1]", "fallback")
    source.answer.notes.append("it timed out")  # as the tools tell a model
    said = source_props(conversation, source)
    assert (said["why"], said["notes"]) == ("it timed out", ["One of them is planned."])


def test_live_data_open_their_list_and_their_query_in_nautobot(conversation):
    said = source_props(conversation, read(conversation, "?", "[1]", "live"))
    assert said["list"] == LIST
    address, _, filled = said["queries"][0]["graphiql"].partition("/graphql/#")
    assert address == "https://nautobot.example.com"
    assert filled.count("&") == 1
    query, variables = (unquote(part.partition("=")[2]) for part in filled.split("&"))
    assert query == QUERY
    assert json.loads(variables) == {"role": ["Edge & Co"]}


def test_a_nautobot_below_a_path_is_opened_there():
    assert graphiql("https://example.com/nautobot/", "{a}", {}).startswith(
        "https://example.com/nautobot/graphql/#query="
    )


def test_an_address_that_is_none_is_no_link(conversation):
    source = read(conversation, "?", "[1]", "live")
    answer = source.answer.model_copy(update={"list_url": "javascript:alert(1)"})
    odd = Source(1, source.call, answer, source.table, 0.1)
    assert source_props(conversation, odd)["list"] is None


def test_the_list_has_every_source_with_its_question_and_the_answers_that_cite_it(conversation):
    read(conversation, "First?", "One [1].")
    read(conversation, "Second?", "Another [2], and as said [1].", "live", rows=1)
    read(conversation, "Third?", "Nothing of it.")
    said = [(one["number"], one["question"], one["cited"]) for one in list_props(conversation)["sources"]]
    assert said == [(1, "First?", [1, 2]), (2, "Second?", [2]), (3, "Third?", [])]
    second = list_props(conversation)["sources"][1]
    assert (second["title"], second["rows"], second["mode"]) == ("Devices at A (role Edge)", "1 of 1 row", "live")


def test_an_empty_conversation_has_an_empty_list(conversation):
    assert list_props(conversation) == {"sources": []}
