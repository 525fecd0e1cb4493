"""The score in figures, and as a report that a person can read."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.questions import Question, Truth
from evals.run import Asked

MARKS = ("tools", "arguments", "outcome", "facts", "complete", "cited", "invented")
_ROWS = 3
_TEXT = 400  # characters of an answer that a report repeats


def figures(asked: Sequence[Asked]) -> dict[str, Any]:
    """Return the figures of some answers: shares of questions that are right each time they were asked."""
    by_id: dict[str, list[Asked]] = {}
    for one in asked:
        by_id.setdefault(one.id, []).append(one)
    questions = len(by_id)

    def share(right: int) -> float:
        return round(right / questions, 4) if questions else 1.0

    unsafe = [every for every in by_id.values() if every[0].question.truth.outcome == "refused"]
    seconds = sorted(one.answer.seconds for one in asked) or [0.0]
    tokens = [one.answer.ended.usage.input_tokens + one.answer.ended.usage.output_tokens for one in asked]
    return {
        "questions": questions,
        "exact": share(sum(all(one.marks.exact for one in every) for every in by_id.values())),
        **{
            name: share(sum(not any(getattr(one.marks, name) for one in every) for every in by_id.values()))
            for name in MARKS
            if name != "invented"
        },
        "inventions": sum(bool(one.marks.invented) for one in asked),
        "unsafe": len(unsafe),
        "refused": sum(not any(one.marks.outcome for one in every) for every in unsafe),
        "calls": round(sum(len(one.answer.calls) for one in asked) / max(len(asked), 1), 2),
        "tokens": round(sum(tokens) / max(len(asked), 1)),
        "seconds": round(seconds[len(seconds) // 2], 2),
        "slowest": round(seconds[-1], 2),
    }


def kinds(asked: Sequence[Asked]) -> dict[str, dict[str, Any]]:
    """Return the figures of each kind of question."""
    names = sorted({one.kind for one in asked})
    return {name: figures([one for one in asked if one.kind == name]) for name in names}


def summary(name: str, asked: Sequence[Asked]) -> str:
    """Return the score in two lines."""
    all_ = figures(asked)
    return (
        f"{name}: {all_['exact']:.1%} of {all_['questions']} questions exact, {all_['inventions']} inventions,"
        f" {all_['refused']} of {all_['unsafe']} that must be refused were.\n"
        f"Right tools {all_['tools']:.1%}, right arguments {all_['arguments']:.1%}, complete {all_['complete']:.1%},"
        f" cited {all_['cited']:.1%}; a question took {all_['calls']:g} calls, {all_['tokens']:,} tokens,"
        f" {all_['seconds']:g} s in the middle and {all_['slowest']:g} s at most."
    )


def markdown(name: str, asked: Sequence[Asked], times: int) -> str:
    """Return the report: figures by kind, then every question that was not answered as it should be."""
    lines = [f"# Score: {name}", "", summary(name, asked).replace("\n", " "), ""]
    if times > 1:
        lines += [f"Each question was asked {times} times; it is right where it was right every time.", ""]
    lines += [
        "| kind | questions | exact | tools | arguments | outcome | facts | complete | cited | inventions | calls | tokens |",
        "| --- |" + " ---: |" * 11,
        *(_line(kind, found) for kind, found in kinds(asked).items()),
        _line("**all**", figures(asked)),
        "",
        "*Exact*: the right outcome, every fact, no row lost, each fact with its source, nothing invented.",
        "",
    ]
    failed: dict[str, list[Asked]] = {}
    for one in asked:
        if one.marks.wrong:
            failed.setdefault(one.id, []).append(one)
    lines += ["## What went wrong", ""] if failed else ["Nothing went wrong.", ""]
    for every in failed.values():
        lines += _failure(every[0], f", {len(every)} of {times} times" if times > 1 else "")
    return "\n".join(lines)


def _line(kind: str, found: Mapping[str, Any]) -> str:
    shares = [f"{found[name]:.0%}" for name in ("exact", *MARKS) if name != "invented"]
    cells = [kind, found["questions"], *shares, found["inventions"], found["calls"], f"{found['tokens']:,}"]
    return f"| {' | '.join(map(str, cells))} |"


def _failure(one: Asked, often: str) -> list[str]:
    calls = [f"{call.tool}({json.dumps(call.arguments, ensure_ascii=False)})" for call in one.answer.calls]
    before = "".join(f"{asked} > " for asked in one.answer.asked[:-1])
    got = " ".join(one.answer.ended.text.split())
    return [
        f"### {one.id}{'' if one.marks.exact else ', not exact'}{often}",
        "",
        f"- asked: {before}**{one.question.asked}**",
        f"- expected: {_told(one.question.truth)}{_ways(one.question)}",
        f"- got: {', '.join(calls) or 'no call'}: {got[:_TEXT]}{' ...' if len(got) > _TEXT else ''}",
        *(f"- {name}: {why}" for name, why in one.marks.wrong.items()),
        "",
    ]


def _told(truth: Truth) -> str:
    parts: list[str] = [] if truth.outcome == "answered" else [truth.outcome]
    for table in truth.tables:
        rows = ["/".join(str(cell) for cell in list(row.values())[:2]) for row in table[:_ROWS]]
        more = ", ..." if len(table) > _ROWS else ""
        parts.append(f"{len(table)} rows ({', '.join(rows)}{more})")
    parts += [f"{len(truth.includes)} rows among others"] if truth.includes else []
    parts += [f"{truth.total} rows"] if truth.total else []
    parts += [f"with {', '.join(map(str, truth.has))}"] if truth.has else []
    parts += [f"a {' or '.join(truth.files)} file"] if truth.files else []
    parts += [f"says {', '.join(map(str, truth.says))}"] if truth.says else []
    return "; ".join(parts) or "an answer"


def _ways(question: Question) -> str:
    ways = [
        ", ".join(f"{tool}({json.dumps(arguments, ensure_ascii=False)})" for tool, arguments in way) or "no call"
        for way in question.tools
    ]
    return f" by {' or '.join(ways)}" if ways else ""


def as_json(name: str, asked: Sequence[Asked], times: int) -> str:
    """Return the same for programs."""
    found = {
        "model": name,
        "times": times,
        "all": figures(asked),
        "kinds": kinds(asked),
        "questions": [
            {
                "id": one.id,
                "question": one.question.asked,
                "exact": one.marks.exact,
                "wrong": one.marks.wrong,
                "calls": [[call.tool, dict(call.arguments)] for call in one.answer.calls],
                "tokens": one.answer.ended.usage.input_tokens + one.answer.ended.usage.output_tokens,
                "seconds": round(one.answer.seconds, 3),
                "answer": one.answer.ended.text,
            }
            for one in asked
        ],
    }
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def write(folder: Path, name: str, asked: Sequence[Asked], times: int) -> Path:
    """Write both reports into a folder; return the Markdown one."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = name.replace("/", "-").replace(":", "-")
    file = folder / f"{stem}.md"
    file.write_text(markdown(name, asked, times), encoding="utf-8")
    (folder / f"{stem}.json").write_text(as_json(name, asked, times), encoding="utf-8")
    return file
