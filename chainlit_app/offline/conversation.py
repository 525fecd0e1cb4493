"""The conversation as the messages have it: turns, their calls, and what came of them. All that the reader remembers."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from chainlit_app.offline.pieces import Call

_RESULT = re.compile(r"\s*<tool_result\b([^>]*)>\n?(.*?)(?:\n?</tool_result>\s*)?$", re.DOTALL)
_TRIED = re.compile(r"Tried (\w+)(?: \((.*)\))?", re.DOTALL)  # a tool called by hand: its values are what it was about
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


_NOUNS = ("prefixes", "prefix", "devices", "device", "interfaces", "vlans", "circuits", "locations")


@dataclass(frozen=True)
class Result:
    """What came of one call, as its text says."""

    call: Call
    source: str  # the number to cite; empty where there is nothing to cite
    outcome: str
    total: int
    shown: int
    data: str  # demo, live, fallback
    summary: str
    notes: tuple[str, ...] = ()
    candidates: tuple[tuple[str, str], ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def name(self) -> str:
        """What a later call may name it by; empty where it is no source."""
        return f"r{self.source}" if self.source else ""

    def column(self, *names: str) -> list[str]:
        """Return the cells of the first of these columns that there is."""
        at = next((self.columns.index(name) for name in names if name in self.columns), None)
        return [] if at is None else [row[at] for row in self.rows if at < len(row) and row[at]]


@dataclass
class Turn:
    """One question, and the rounds of calls made for it."""

    question: str
    rounds: list[list[Result]] = field(default_factory=list)
    answer: str = ""

    @property
    def results(self) -> list[Result]:
        """Return every result of the turn in its order."""
        return [result for one in self.rounds for result in one]


def turns(messages: Sequence[Mapping[str, Any]]) -> list[Turn]:
    """Return the turns of a conversation; what is no question, call or result is passed over."""
    found: list[Turn] = []
    waiting: dict[str, tuple[int, Call]] = {}
    for message in messages:
        role = message.get("role")
        if role == "user":
            found.append(Turn(_question(_text(message.get("content")))))
        elif found and role == "assistant":
            _assistant(message, found[-1], waiting)
        elif found and role == "tool":
            _tool(message, found[-1], waiting)
    return found


def _assistant(message: Mapping[str, Any], turn: Turn, waiting: dict[str, tuple[int, Call]]) -> None:
    calls = message.get("tool_calls") or ()
    for call in calls:
        function = call.get("function", {})
        waiting[str(call.get("id"))] = (
            len(turn.rounds),
            Call(str(function.get("name")), _arguments(function.get("arguments"))),
        )
    if calls:
        turn.rounds.append([])
    else:
        turn.answer = _text(message.get("content"))


def _tool(message: Mapping[str, Any], turn: Turn, waiting: dict[str, tuple[int, Call]]) -> None:
    known = waiting.pop(str(message.get("tool_call_id")), None)
    if known and known[0] < len(turn.rounds):
        turn.rounds[known[0]].append(result(known[1], _text(message.get("content"))))


def _question(text: str) -> str:
    """Return a question; of a tool that was called by hand what it looked for, in words that read as one."""
    tried = _TRIED.fullmatch(text)
    if not tried:
        return text
    noun = next((noun for noun in _NOUNS if noun in tried[1]), "")
    named = re.findall(r"(?:location|device|target): (.*?)(?=, \w+: |$)", tried[2] or "")
    return f"{noun} {' '.join(named)}".strip()


def _text(content: object) -> str:
    if isinstance(content, list):
        return " ".join(str(part.get("text", "")) for part in content if isinstance(part, Mapping))
    return "" if content is None else str(content)


def _arguments(raw: object) -> dict[str, Any]:
    if isinstance(raw, Mapping):
        return dict(raw)
    try:
        read = json.loads(str(raw))
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def result(call: Call, content: str) -> Result:
    """Return what a tool message says. A text of another form is a failure with that text."""
    match = _RESULT.match(content)
    if not match:
        return Result(call, "", "failed", 0, 0, "", content.strip())
    said = dict(_ATTRIBUTE.findall(match[1]))
    lines = unescape(match[2]).split("\n")
    summary, notes, candidates, at = [], [], [], len(lines)
    listing = False
    for i, line in enumerate(lines):
        if re.match(r"Rows: [\d,]+ of (?:at least )?[\d,]+", line):
            at = i + 1
            break
        if line.startswith("Note: "):
            notes.append(line.removeprefix("Note: "))
        elif line.startswith("Candidates:"):
            listing = True
        elif listing and line.startswith("- "):
            name, _, detail = line.removeprefix("- ").partition(" | ")
            candidates.append((name, detail))
        else:
            summary.append(line)
    table = [tuple(cell.strip() for cell in line.split(" | ")) for line in lines[at:] if line.strip()]
    return Result(
        call=call,
        source=said.get("source", ""),
        outcome=said.get("outcome", "failed"),
        total=_number(said.get("rows")),
        shown=_number(said.get("shown")),
        data=said.get("data", ""),
        summary=" ".join(summary).strip(),
        notes=tuple(notes),
        candidates=tuple(candidates),
        columns=table[0] if table else (),
        rows=tuple(table[1:]),
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0
