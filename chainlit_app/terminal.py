"""How a turn looks in a terminal. Pure."""

import unicodedata
from collections.abc import Sequence

from chainlit_app.titles import call_title
from chainlit_app.turn import Checked, Source, ToolFinished, ToolProgress, ToolStarted, TurnEnded
from chainlit_app.words import MODES, call_done, call_running, check_said, source_numbers
from tools.amounts import amount_said, rows_said
from tools.models import Cell, Check, ResultTable

_ROWS = 20
_CELL = 44


def plain(text: str) -> str:
    """Return text without what a terminal would obey: names in a network are written by many hands."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cs"})


def started(event: ToolStarted) -> str:
    """Return the line for a call that begins."""
    return plain(f"... {call_title(event.call)}").replace("\n", " ")


def running(event: ToolProgress) -> str:
    """Return the line for a call that is still reading."""
    return plain(f"... {call_running(event)}").replace("\n", " ")


def finished(event: ToolFinished) -> str:
    """Return the line for a call that ended, with the reason where it failed."""
    line = call_done(event.call, event.result, repeated=event.repeated)
    trouble = event.result.error
    number = f" [{event.source.number}]" if event.source else ""
    mark = "-->" if not event.result.failed else "!!!"
    return plain(f"{mark} {line}{number}" + (f": {trouble}" if trouble else "")).replace("\n", " ")


def answer(ended: TurnEnded, all_sources: Sequence[Source]) -> str:
    """Return the answer and, under it, the sources of this turn and those it cites from earlier ones."""
    new = {source.number for source in ended.sources}
    cited = set(source_numbers(ended.text)) | new
    blocks = [plain(ended.text.strip())]
    if ended.check:
        blocks += [check_block(ended.check)] if check_said(ended.check) else []
    blocks += [source_block(source, rows=source.number in new) for source in all_sources if source.number in cited]
    return "\n\n".join(blocks)


def check_block(checked: Checked) -> str:
    """Return what the check of an answer found: one line, and what no source has."""
    lost = dict.fromkeys((fact.text, fact.where) for fact in checked.facts if fact.verdict == "not_found")
    lines = [check_said(checked)]
    lines += [f"  not found: {text}" + (f" ({where})" if where else "") for text, where in lost]
    return plain("\n".join(line.replace("\n", " ") for line in lines))


def source_block(source: Source, *, rows: bool = True) -> str:
    """Return a source: its number, where and when it was read, and its first rows."""
    origin = source.answer.source
    lines = [f"[{source.number}] {source.table.subject}"]
    if origin:
        where = f"live from {origin.url}" if origin.mode == "live" else MODES[origin.mode]
        lines[0] += f" ({where}, {origin.retrieved_at:%Y-%m-%d %H:%M:%S} UTC)"
        lines += [f"    {call_title(source.call)}: {', '.join(dict.fromkeys(q.file for q in origin.queries))}"]
    if source.answer.list_url:
        lines.append(f"    {source.answer.list_url}")
    lines += [f"    Note: {note}" for note in source.answer.notes]
    if rows:
        lines += [f"    {line}" for line in table(source.table)]
    return "\n".join(plain(line).replace("\n", " ") for line in lines)


def table(found: ResultTable) -> list[str]:
    """Return the first rows as aligned columns, and how many there are in all."""
    if not found.rows:
        return []
    cells = [found.columns, *(list(map(_cell, found.columns, row)) for row in found.rows[:_ROWS])]
    widths = [max(len(row[i]) for row in cells) for i in range(len(found.columns))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    if len(found.rows) > _ROWS:
        kept = len(found.rows)
        saved = "all" if found.more == 0 else f"the first {kept:,}"
        lines.append(f"showing {rows_said(_ROWS, kept, found.more)}; --csv FOLDER saves {saved}")
    return lines


def _cell(column: str, cell: Cell) -> str:
    cell = amount_said(column, cell)
    match cell:
        case None:
            text = ""
        case bool():
            text = "yes" if cell else "no"
        case float():
            text = f"{cell:g}"
        case _:
            text = plain(str(cell)).replace("\n", " ")
    return text if len(text) <= _CELL else text[: _CELL - 3] + "..."


def check(found: Check) -> str:
    """Return a line of `sextant doctor`, with what to do where something is wrong, or could be better."""
    line = f"{'ok' if found.ok else 'NO':3} {found.name}: {found.detail}"
    return plain(f"{line}\n    -> {found.todo}" if found.todo else line)
