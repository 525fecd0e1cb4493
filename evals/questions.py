"""The questions: one conversation a line, one question a turn."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from evals.truth import fact
from evals.truth.network import Row

FOLDER = Path(__file__).parent / "questions"
UNSEEN = (
    Path(__file__).parent / "unseen"
)  # a folder a round: questions that no reader was tuned on before they were asked

Outcome = Literal["answered", "empty", "ambiguous", "unknown", "refused", "asked", "help"]
Expected = tuple[str, dict[str, Any]]  # a tool and its arguments; "*" for any value, and as a name for any others


@dataclass(frozen=True)
class Truth:
    """What a right answer holds."""

    outcome: Outcome = "answered"
    tables: Sequence[Sequence[Row]] = ()  # all rows, no others; the first column and those in `key` tell rows apart
    key: tuple[str, ...] = ()
    includes: Sequence[Row] = ()  # rows that one source has, each with all these cells, beside others
    has: Sequence[Any] = ()  # names that stand in the text or in a row of its sources
    total: int | None = None  # how many rows one source has
    says: Sequence[Any] = ()  # figures and names that stand in the text
    never: Sequence[str] = ()  # what may not stand in it
    files: Sequence[str] = ()  # kinds of file, one of which comes with it


@dataclass(frozen=True)
class Question:
    """One question, what is true, and the ways to it."""

    asked: str
    truth: Truth
    tools: Sequence[Sequence[Expected]] = ()  # ways to the answer: each is the calls of one; empty: any way is right


@dataclass(frozen=True)
class Talk:
    """A conversation of one question or more."""

    id: str
    kind: str
    questions: Sequence[Question] = field(default_factory=list)


def talks(folder: Path = FOLDER) -> Iterator[Talk]:
    """Yield the conversations of every file, also of folders inside. Raise `ValueError` that names a line that cannot be read."""
    for file in sorted(folder.rglob("*.jsonl")):
        of_round = "" if file.parent == folder else f"{file.parent.name}-"
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip():
                try:
                    given = json.loads(line)
                    turns = [_question(turn) for turn in given.get("turns", [given])]
                except (KeyError, TypeError, ValueError, IndexError) as error:
                    raise ValueError(f"{file.name}, line {number}: {error!r}") from error
                yield Talk(f"{of_round}{file.stem}-{number:02}", file.stem, turns)


def _question(turn: Row) -> Question:
    ways = turn.get("tools", [])
    known = {"ask", "rows", "includes", "says", "has", "total", "count", "outcome", "never", "files", "key", "tools"}
    if strange := turn.keys() - known:
        raise ValueError(f"nobody reads {', '.join(sorted(strange))}")
    return Question(turn["ask"], _truth(turn), [[(name, arguments) for name, arguments in way] for way in ways])


def _truth(turn: Row) -> Truth:
    calls = turn.get("rows", [])
    if calls and isinstance(calls[0], str):
        calls = [calls]
    tables = [fact(call) for call in calls]
    says = _values(turn.get("says", []))
    if "count" in turn:
        says.append(len(fact(turn["count"])))
    total = fact(turn["total"]) if "total" in turn else None
    return Truth(
        turn.get("outcome") or ("empty" if tables and not any(tables) else "answered"),
        tables,
        tuple(turn.get("key", ())),
        fact(turn["includes"]) if "includes" in turn else (),
        _values(turn.get("has", [])),
        len(total) if isinstance(total, list) else total,
        says,
        turn.get("never", []),
        turn.get("files", []),
    )


def _values(given: Sequence[Any]) -> list[Any]:
    """Return what is written out, and what is called for in its place."""
    values: list[Any] = []
    for one in given:
        found = fact(one) if isinstance(one, list) else one
        values += found if isinstance(found, list) else [found]
    return values
