"""Plain words for people, on the page, in a terminal and in files: of calls, rows, times, checks. Pure."""

import re
import unicodedata
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from chainlit_app.conversation import Turn
from chainlit_app.titles import call_title
from chainlit_app.turn import OFFLINE_MODEL, Checked, Source, ToolCall, ToolProgress, ToolResult, TurnEnded, Usage
from chainlit_app.wording import STOPPED
from tools import amounts
from tools.models import Mode, Outcome

_NOT_FOUND: dict[Outcome, str] = {
    "empty": "nothing recorded",
    "ambiguous": "several match",
    "unknown": "no such name",
    "gone": "an earlier result that is no longer kept",
    "invalid": "not a valid question to it",
    "not_allowed": "the token may not read this",
    "unavailable": "Nautobot does not answer",
    "defect": "a defect of Sextant",
}

# Not "read": of a call that was stopped, or that failed half-way, rows may have been.
NO_DATA = "No data in this answer"
QUESTIONS_OFFERED = 8
_NAME_LONGEST = 80  # characters of a file name before its day

MODES: dict[Mode, str] = {"demo": "demo data", "live": "live", "fallback": "demo data, Nautobot does not answer"}


def call_done(call: ToolCall, result: ToolResult, *, repeated: bool = False) -> str:
    """Return a finished call on one line: title, rows or why there are none, seconds, kind of data."""
    answer = result.answer
    if result == STOPPED:
        return f"{call_title(call)} · stopped"
    parts = [call_title(call), rows_said(result)]
    parts.append("as before" if repeated else seconds_said(result.seconds))
    if answer and answer.source:
        parts.append({"demo": "demo", "live": "live", "fallback": "fallback"}[answer.source.mode])
    return " · ".join(parts)


def call_running(progress: ToolProgress) -> str:
    """Return a running call on one line: "Prefixes in EMEA · 7,000 of 20,420 rows"."""
    of = f" of {progress.total:,}" if progress.total is not None else ""
    return f"{call_title(progress.call)} · {progress.done:,}{of} rows"


def rows_said(result: ToolResult) -> str:
    """Return "22 of 22 rows", with how many of them were read where that is less, or in a few words why there are none."""
    answer = result.answer
    if answer is None:
        return "no answer" if result.failed else "done"
    if answer.outcome == "empty" and answer.more != 0:
        return "none among those that were looked at"
    if answer.tool == "find_free_space" and answer.outcome == "empty":
        return "no rows"  # all is taken, or there is nothing to look in: its summary says which
    if answer.outcome != "found":
        return _NOT_FOUND[answer.outcome]
    if answer.tool.startswith("export_") and answer.more == 0:
        return f"{answer.total:,} {'row' if answer.total == 1 else 'rows'} in the file"
    rows = amounts.rows_said(answer.total, answer.total, answer.more)
    if answer.tool.startswith("export_"):
        return f"{rows} in the file"
    part = f", the first {answer.shown:,} were read" if answer.shown < answer.total else ""
    return f"{rows}{part}"


def is_trouble(result: ToolResult) -> bool:
    """Say whether something is broken; a name that nothing has is no trouble."""
    if result.answer is None:
        return result.failed
    return result.answer.outcome in ("not_allowed", "unavailable", "defect")


def seconds_said(seconds: float) -> str:
    """Return a duration as people read it."""
    return f"{seconds * 1000:.0f} ms" if seconds < 0.1 else f"{seconds:.1f} s"


def origin_said(mode: Mode, url: str | None) -> str:
    """Return where data come from, so that demo and live are never mistaken."""
    if mode == "live":
        return f"Live from {urlsplit(url or '').netloc or 'Nautobot'}"
    return "Demo data" if mode == "demo" else "Demo data (Nautobot does not answer)"


def web(url: str | None) -> str | None:
    """Return an address that a browser opens; the paths of demo data open nothing."""
    return url if url and url.startswith(("http://", "https://")) else None


def footer(ended: TurnEnded, seconds: float) -> str:
    """Return the line under an answer: kind of data, sources, model, time, tokens."""
    parts = [NO_DATA]
    if ended.mode:
        url = next((s.answer.source.url for s in ended.sources if s.answer.source), None)
        count = len(ended.sources)
        parts = [origin_said(ended.mode, url), *([f"{count} source{'s' if count != 1 else ''}"] if count else [])]
    parts += [ended.model, seconds_said(seconds)]
    return " · ".join([*parts, *([used] if (used := usage_said(ended.usage)) else [])])


def usage_said(usage: Usage) -> str:
    """Return tokens and what they cost, "1,234 tokens, $0.0031"; without the cost where it is not known."""
    tokens = usage.input_tokens + usage.output_tokens
    if not tokens:
        return ""
    if not usage.cost:  # a price of nothing is a price that nobody entered
        return f"{tokens:,} tokens"
    return f"{tokens:,} tokens, " + (f"${usage.cost:.4f}" if usage.cost >= 0.0001 else "under $0.0001")


def check_said(check: Checked) -> str:
    """Return a check in one line: "14 of 14 facts found in the sources"."""
    total, missing = len(check.facts), len(check.facts) - check.found
    said: list[str] = []
    if check.sourceless:
        said.append("Not checked against data: nothing was looked up for this.")
    elif total:
        facts = f"{check.found:,} of {total:,} {'fact' if total == 1 else 'facts'} found"
        said.append(f"{facts}, {missing:,} not" if missing else f"{facts} in the sources")
    if check.corrected:
        said.append(f"{_counted(check.corrected, 'citation')} corrected")
    if check.removed:
        said.append(f"{_counted(len(check.removed), 'citation')} of no source removed")
    return " · ".join(said)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def file_name(subject: str, day: date | None = None, extension: str = "csv") -> str:
    """Return a file name that says what it holds and is safe anywhere: "prefixes-NYC01-2026-11-21.csv".

    It is ASCII (accents are dropped), never longer than a disk or an archive takes, and the day in it keeps it from
    being the name of a Windows device ("con", "nul").
    """
    plain = unicodedata.normalize("NFKD", subject).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Za-z0-9]+", "-", re.sub(r"\b(at|of|in|by|for|the|and)\b|'", " ", plain)).strip("-")
    day = day or datetime.now(UTC).date()
    return f"{_cut(words) or 'rows'}-{day.isoformat()}.{extension}"


def _cut(words: str) -> str:
    """Return words with hyphens between, no longer than a file name may be; half a number would be another number."""
    whole = words[:_NAME_LONGEST].rpartition("-")[0] if words[_NAME_LONGEST : _NAME_LONGEST + 1].strip("-") else ""
    return (whole or words[:_NAME_LONGEST]).rstrip("-")


def name_of(source: Source, extension: str) -> str:
    """Return the name of a source's file: what it holds, and the day on which that was read.

    Demo data that stand in for a live Nautobot are named as such: a CSV file has no other place to say so.
    """
    answer, kept = source.answer, len(source.table.rows)
    stand_in = "demo data " if answer.source and answer.source.mode == "fallback" else ""
    part = f" first {kept}" if kept < answer.total or answer.more else " part" if answer.more is None else ""
    day = answer.source.retrieved_at.date() if answer.source else None
    return file_name(stand_in + answer.subject + part, day, extension)


def source_numbers(text: str) -> list[int]:
    """Return the numbers of the sources a text cites, in order, each once."""
    return list(dict.fromkeys(int(found) for found in re.findall(r"\[(\d{1,4})\]", text)))


def next_questions(ended: TurnEnded) -> tuple[str, list[str]]:
    """Return an answer without the questions it offers, and these.

    The offline reader, and only it, offers them in a last line, "Next: this? · that?", or as a list where it understood
    nothing.
    """
    lines = ended.text.rstrip().split("\n")
    if ended.declined:
        offered = [line[2:].strip() for line in lines if line.startswith("- ")]
        return "\n".join(line for line in lines if not line.startswith("- ")).rstrip(), offered
    if ended.model != OFFLINE_MODEL or not lines[-1].startswith("Next: "):
        return ended.text, []
    return "\n".join(lines[:-1]).rstrip(), lines[-1].removeprefix("Next: ").split(" · ")


def offered_next(turn: Turn, ended: TurnEnded) -> list[str]:
    """Return what is offered below an answer: its questions, or the names that one which was not clear may mean."""
    _, questions = next_questions(ended)
    if not questions:
        answers = [step.result.answer for step in turn.steps]
        candidates = [c.name for a in answers if a and a.outcome in ("ambiguous", "unknown") for c in a.candidates]
        questions = list(dict.fromkeys(candidates))
    return questions[:QUESTIONS_OFFERED]
