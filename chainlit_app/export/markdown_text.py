"""A conversation as Markdown that reads well in a ticket, or on paper. Pure."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote, urlsplit

from chainlit_app.archive import ConversationRecord, SourceRecord, TurnRecord
from chainlit_app.export.safe_text import code, phrase, prose
from chainlit_app.record_parts import AnswerRecord, CallRecord, CheckRecord
from chainlit_app.turn import OFFLINE_MODEL
from chainlit_app.words import NO_DATA, check_said, seconds_said, usage_said
from tools.amounts import amount_said, of_all, rows_said
from tools.models import Candidate, Cell, Mode

ROWS = 30
"""Of a source, that are shown: a ticket is read, the rows are in the JSON."""

_CELL = 80  # characters
_TITLE = 120

_NEXT = re.compile(r"\n+Next: [^\n]*\Z")  # questions that the offline reader offers

_DATA: dict[Mode, str] = {
    "live": "LIVE data",
    "demo": "DEMO data, a made-up network",
    "fallback": "DEMO data, a made-up network, because Nautobot did not answer",
}
_OUTCOMES = {
    "answered": "answered",
    "empty": "nothing is recorded there",
    "ambiguous": "asked back",
    "unknown": "no such name",
    "not_understood": "not understood",
    "not_allowed": "not allowed",
    "unavailable": "no answer",
    "limit": "stopped at a limit",
    "stopped": "stopped by the reader",
}


def markdown(record: ConversationRecord) -> str:
    """Return a conversation as Markdown. It shows the first rows of sources that hold some."""
    blocks = [f"# {_shortened(phrase(record.title), _TITLE)}", _summary(record)]
    for number, turn in enumerate(record.turns, 1):
        blocks += _turn(number, turn)
    return "\n\n".join(block for block in blocks if block) + "\n"


def _summary(record: ConversationRecord) -> str:
    count = len(record.turns)
    modes = dict.fromkeys(turn.mode for turn in record.turns if turn.mode)
    data = [_DATA[mode] for mode in modes] or ["no data"]
    return "\n".join(
        [
            f"- A conversation with Sextant: {count} question{'' if count == 1 else 's'}, from {_time(record.began)}",
            f"- Data: **{'; '.join(data)}**",
            f"- Id: {code(record.id)}",
        ]
    )


def _turn(number: int, turn: TurnRecord) -> Iterator[str]:
    yield f"## {number}. {phrase(turn.question) or 'An empty question'}"
    yield f"{_data(turn)} · {_circumstances(turn)}"
    if turn.failed:
        yield f"{prose(turn.said)} …" if turn.said else ""
        yield f"**{phrase(turn.answer)}**"
    else:
        yield prose(_NEXT.sub("", turn.answer) if turn.model == OFFLINE_MODEL else turn.answer)
    if turn.check:
        yield _check(turn.check, turn.answer)
    if turn.feedback:
        comment = f": {phrase(turn.feedback.comment)}" if turn.feedback.comment else ""
        yield f"Reader: thumbs {turn.feedback.value}{comment}"
    if turn.calls:
        yield f"### Calls of question {number}"
        yield "\n".join(_call(call, turn.answer) for call in turn.calls)
    if turn.sources:
        yield f"### Sources of question {number}"
    for source in turn.sources:
        yield from _source(source)


def _data(turn: TurnRecord) -> str:
    if turn.mode is None:
        return f"**{NO_DATA}**"
    answers = [call.answer for call in turn.calls] + [source.answer for source in turn.sources]
    origin = next((answer.origin for answer in answers if answer and answer.origin), None)
    where = f" from {phrase(urlsplit(origin.url).netloc)}" if turn.mode == "live" and origin and origin.url else ""
    return f"**{_DATA[turn.mode]}{where}**"


def _circumstances(turn: TurnRecord) -> str:
    used = usage_said(turn.usage.restore())
    parts = [_time(turn.began), seconds_said(turn.seconds), phrase(turn.model), _OUTCOMES[turn.outcome]]
    return " · ".join(parts + ([used] if used else []))


def _check(check: CheckRecord, answer: str) -> str:
    said = check_said(check.restore(answer)) or "no fact to look up"
    lines = [f"Checked by code: **{said}**"]
    lines += [
        f"- not found in any source: {code(fact.text)} ({phrase(fact.kind)})"
        for fact in check.facts
        if fact.verdict == "not_found"
    ]
    lines += [
        f"- found in [{fact.source}], not where it was cited: {code(fact.text)} ({phrase(fact.kind)})"
        for fact in check.facts
        if fact.verdict == "elsewhere"
    ]
    return "\n".join(lines)


def _call(call: CallRecord, answer: str) -> str:
    given = code(_json(call.arguments)) if call.arguments is not None else f"no JSON: {code(call.sent or '')}"
    parts = [f"{code(call.tool)} {given}"]
    parts.append("the same as before" if call.repeated else seconds_said(call.seconds))
    parts.append(f"gave [{call.source}]" if call.source else call.outcome.replace("_", " "))
    if call.outcome == "found":
        parts.append(f"{rows_said(call.shown, call.total, call.more)} for the model")
    lines = ["- " + " · ".join(parts)]
    if call.error or (call.answer and call.answer.outcome not in ("found", "empty")):
        lines.append(f"  - {phrase(call.error or (call.answer.summary if call.answer else ''))}")
    for candidate in _candidates(call, answer):
        lines.append(f"  - {phrase(candidate.name)}" + (f": {phrase(candidate.detail)}" if candidate.detail else ""))
    return "\n".join(lines)


def _candidates(call: CallRecord, answer: str) -> list[Candidate]:
    """Return the records that a name may have meant, where the answer does not list them already."""
    found = call.answer.candidates if call.answer else []
    return [] if all(candidate.name in answer for candidate in found) else found


def _source(source: SourceRecord) -> Iterator[str]:
    answer, origin = source.answer, source.answer.origin
    data = f" · {_DATA[origin.mode]}" if origin else ""
    lines = [
        f"**[{source.number}] {phrase(answer.subject)}** · {_kept(source)}{data}",
        "",
        f"- {phrase(answer.summary)}",
    ]
    if origin:
        where = f" from {_link(origin.url, origin.url)}" if origin.url and origin.mode == "live" else ""
        lines.append(f"- Read {_time(origin.retrieved_at)}{where}, in {seconds_said(source.seconds)}")
        asked = [f"- Query file {code(query.file)} with {code(_json(query.variables))}" for query in origin.queries]
        lines += dict.fromkeys(asked)
    if answer.list_url and origin and origin.mode == "live":
        lines.append(f"- In Nautobot: {_link(answer.list_url, origin.url)}")
    lines += [f"- Note: {phrase(note)}" for note in answer.notes]
    if answer.total:
        lines.append(
            f"- SHA-256 of its rows: {code(source.digest)}" + (" (before redaction)" if source.redacted else "")
        )
    yield "\n".join(lines)
    if source.table and source.table.rows:
        yield "\n".join(_table(source))


def _kept(source: SourceRecord) -> str:
    total = source.answer.total
    if source.answer.outcome == "empty" and source.answer.more == 0:
        return "nothing is recorded there"
    if source.table is None:
        return f"{of_all(total, source.answer.more)} row{'' if total == 1 else 's'}, not in this export: ask again"
    return f"{rows_said(min(len(source.table.rows), ROWS), total, source.answer.more)} shown below"


def _table(source: SourceRecord) -> Iterator[str]:
    table = source.table
    assert table is not None
    links = table.links or [None] * len(table.rows)
    yield "| " + " | ".join(_cell(name) for name in table.columns) + " |"
    yield "|" + " --- |" * len(table.columns)
    for row, link in zip(table.rows[:ROWS], links, strict=False):
        first, *rest = [_cell(amount_said(*one)) for one in zip(table.columns, row, strict=True)] or [""]
        yield "| " + " | ".join([_linked(first, link, source.answer), *rest]) + " |"


def _cell(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case float():
            return f"{cell:g}"
        case _:
            return phrase(_shortened(str(cell), _CELL))


def _linked(text: str, link: str | None, answer: AnswerRecord) -> str:
    """Return the first cell of a row as a link to its page in the Nautobot that it was read from."""
    base = answer.origin.url if answer.origin and answer.origin.mode == "live" else None
    if not (link and base and link.startswith(base.rstrip("/") + "/")):
        return text
    return f"[{text or 'open'}](<{_quoted(link)}>)"


def _link(url: str, base: str | None) -> str:
    """Return an address: to open where it is of the Nautobot that was read, else as text."""
    if base and url.startswith(base) and urlsplit(base).scheme in ("http", "https"):
        return f"<{_quoted(url)}>"
    return code(url)


def _quoted(url: str) -> str:
    return quote(url, safe=":/?#@!$&*+,;=%~-._")


def _time(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S} UTC"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
