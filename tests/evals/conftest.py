"""Answers made by hand: what a chat would show, right or with one thing wrong in it."""

from datetime import UTC, datetime

import pytest

from chainlit_app.check import check
from chainlit_app.digest import digest
from chainlit_app.turn import Source, ToolCall, TurnEnded, Usage
from evals.questions import Question, Truth
from evals.score import Answer, Call
from evals.truth import fact
from tools.models import QueryRun, ResultTable, ToolAnswer
from tools.models import Source as Origin

RIGHT_CALLS = (Call("get_devices_by_location", {"location": "GTB09"}),)
COLUMNS = ["device", "role", "location"]


@pytest.fixture
def routers():
    """The devices of a small branch, as they are recorded."""
    return [[row[name] for name in COLUMNS] for row in fact(["devices", {"at": "GTB09"}])]


@pytest.fixture
def question():
    """A question for the devices of that branch."""
    return Question(
        "devices at GTB09",
        Truth(tables=[fact(["devices", {"at": "GTB09"}])], says=[2]),
        [[("get_devices_by_location", {"location": "GTB09"})]],
    )


@pytest.fixture
def source():
    """Return a function that makes a source of rows."""

    def made(rows, number=1, columns=COLUMNS, total=None, **given):
        query = QueryRun(file="devices_by_location.graphql", variables={}, rows=len(rows), seconds=0.0)
        origin = Origin(mode="demo", url=None, retrieved_at=datetime(2026, 11, 1, tzinfo=UTC), queries=[query])
        answer = ToolAnswer(
            tool="get_devices_by_location",
            outcome="found",
            subject="devices at GTB09",
            summary=f"{len(rows)} devices at GTB09.",
            total=len(rows) if total is None else total,
            shown=len(rows),
            columns=list(columns),
            rows=rows,
            source=origin,
            **given,
        )
        table = ResultTable(subject=answer.subject, columns=list(columns), rows=rows, links=[None] * len(rows))
        call = ToolCall("c1", answer.tool, {"location": "GTB09"}, "")
        return Source(number, call, answer, table, 0.0, digest(table.columns, table.rows))

    return made


@pytest.fixture
def answered(question):
    """Return a function that makes an answer of a text and sources, checked as the chat checks it."""

    def made(text, sources, calls=RIGHT_CALLS, outcome="answered"):
        checked = check(text, tuple(sources), None, [])
        ended = TurnEnded(outcome, checked.text, tuple(sources), "demo", Usage(), "a model", check=checked)
        return Answer(ended, calls, tuple(sources), [question.asked])

    return made
