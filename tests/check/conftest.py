"""Sources that the tools give of the demo network, and labelled answers over them."""

import json
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from chainlit_app.check import check
from chainlit_app.turn import Checked, Source, ToolCall
from tools.about import names as names_of
from tools.loading import Loading
from tools.models import Earlier, Names, ResultTable
from tools.settings import ToolSettings

FOLDER = Path(__file__).parent
_MARK = re.compile(r"\{\{(.+?)\}\}|\[(\d+)>(\d*)\]")


@dataclass(frozen=True)
class Labelled:
    """An answer, what in it is false, and how its numbers in brackets should come out."""

    line: str
    text: str
    planted: tuple[tuple[int, int], ...]
    wanted: str | None  # the text after the check, where it has to change


@dataclass(frozen=True)
class Score:
    """What the checker made of labelled answers."""

    planted: int = 0
    caught: int = 0
    facts: int = 0
    false_alarms: int = 0
    failed: tuple[str, ...] = field(default=())

    def and_of(self, labelled: Labelled, checked: Checked) -> "Score":
        """Return the score with one more answer in it."""
        flags = [fact for fact in checked.facts if fact.verdict == "not_found"]
        hit = [fact for fact in flags if any(fact.start < end and start < fact.end for start, end in labelled.planted)]
        alarms = [fact.text for fact in flags if fact not in hit]
        changed = labelled.wanted is not None
        moved = checked.text != (labelled.wanted or labelled.text)
        missed = bool(labelled.planted and not hit) + bool(changed and moved)
        wrong = len(alarms) + bool(moved and not changed)
        said = [f"missed: {labelled.line}"] * missed
        said += [f"false alarm {alarms or checked.text!r}: {labelled.line}"] * bool(wrong)
        return Score(
            self.planted + bool(labelled.planted) + changed,
            self.caught + bool(labelled.planted) + changed - missed,
            self.facts + len(checked.facts),
            self.false_alarms + wrong,
            (*self.failed, *said),
        )

    @property
    def recall(self) -> float:
        return self.caught / self.planted

    @property
    def alarm_rate(self) -> float:
        return self.false_alarms / self.facts


def labelled(line: str) -> Labelled:
    """Return a line of a labelled set without its marks."""
    text, wanted, planted, at = "", "", [], 0
    changes = False
    for mark in _MARK.finditer(line := line.replace("⏎", "\n")):
        text += line[at : mark.start()]
        wanted += line[at : mark.start()]
        at = mark.end()
        if mark[1]:
            planted.append((len(text), len(text) + len(mark[1])))
            text, wanted = text + mark[1], wanted + mark[1]
        else:
            changes = True
            text += f"[{mark[2]}]"
            wanted = wanted + f"[{mark[3]}]" if mark[3] else wanted.removesuffix(" ")
    text, wanted = text + line[at:], wanted + line[at:]
    return Labelled(line, text, tuple(planted), wanted if changes else None)


def sets(name: str) -> Iterator[tuple[list[tuple[str, dict[str, Any]]], list[Labelled]]]:
    """Yield the calls and the answers of each part of a labelled set."""
    for part in re.split(r"\n\n(?=@)", (FOLDER / name).read_text(encoding="utf-8")):
        lines = [line for line in part.splitlines() if line.strip() and not line.startswith("#")]
        asked = [line[2:].split(" ", 1) for line in lines if line.startswith("@ ")]
        answers = [labelled(line) for line in lines if not line.startswith("@")]
        if answers:
            yield [(tool, json.loads(arguments)) for tool, arguments in asked], answers


@dataclass
class Network:
    """The demo network, asked by its tools."""

    names: Names
    ask: Callable[..., Awaitable[Any]]
    rows: Callable[[str], str]

    async def source(self, number: int, tool: str, arguments: dict[str, Any], before: Sequence[Source] = ()) -> Source:
        """Return what a tool answers, as the source of that number. Those before may be named: r1 is source 1."""
        earlier = {
            f"r{one.number}": Earlier(uri=one.answer.result_uri, tool=one.call.name, arguments=one.call.arguments)
            for one in before
        }
        answer = (await self.ask(tool, arguments, earlier=earlier)).answer
        table = ResultTable(subject=answer.subject, columns=answer.columns, rows=answer.rows, links=answer.links)
        if answer.result_uri:
            table = ResultTable.model_validate_json(self.rows(answer.result_uri))
        return Source(number, ToolCall("", tool, arguments, json.dumps(arguments)), answer, table, 0.01)

    async def score(self, name: str) -> Score:
        """Return what the checker makes of a labelled set."""
        score = Score()
        for calls, answers in sets(name):
            sources: list[Source] = []
            for tool, arguments in calls:
                sources.append(await self.source(len(sources) + 1, tool, arguments, sources))
            for one in answers:
                score = score.and_of(one, check(one.text, sources, self.names))
        return score


@pytest.fixture
async def network() -> Any:
    """Return the demo network."""
    loading = Loading(ToolSettings(demo_mode="true"))
    answering = await loading.answering()
    yield Network(await names_of(answering.nautobot), answering.answer, answering.results.json)
    await loading.aclose()
