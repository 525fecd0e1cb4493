"""Answers as text for a model: figures first, then a compact table. Pure."""

from collections.abc import Sequence

from tools.amounts import amount_said, of_all
from tools.models import Cell, ToolAnswer
from tools.tables import Table

MOST_CHARACTERS = 15_000  # of one answer: addresses take a token for about two characters
_CELL = 160  # characters of a cell; a comment may be a novel
_QUIET_FROM = 4  # rows, before a column that never changes is left out
_TOLD_FROM = 10  # rows, before a column that another determines becomes a note
_TOLD_UP_TO = 8  # values in such a note


def text(answer: ToolAnswer, table: Table, narrow: str = "", lines_shown: Sequence[str] = ()) -> str:
    """Return what a model reads of an answer. `narrow` says how to get at rows that are not shown.

    `lines_shown` are those of `fitting`, where it has been asked already.
    """
    notes = [*answer.notes, *_told(table).values()]
    lines = [_one_line(said) for said in (answer.summary, *(f"Note: {note}" for note in notes))]
    if answer.candidates:
        lines.append("Candidates:")
        lines += [
            f"- {_plain(c.name)} | {_plain(c.detail)}" if c.detail else f"- {_plain(c.name)}" for c in answer.candidates
        ]
    if answer.shown:
        cut = answer.more != 0
        rest = f" {narrow}" if narrow and (answer.shown < answer.total or cut) else ""
        kept = f", {answer.total:,} of them kept" if cut else ""
        rows = f"Rows: {answer.shown:,} of {of_all(answer.total, answer.more)}{kept}"
        lines.append(f"{rows}{'.' if rest else ''}{rest}")
        lines += lines_shown or _lines(table, answer.shown)
    return "\n".join(lines)


def fitting(table: Table, limit: int) -> list[str]:
    """Return the head of the table and the lines of those rows that fit into a text for a model, at most `limit`."""
    room = MOST_CHARACTERS
    lines = _lines(table, limit)
    for number, line in enumerate(lines[1:]):
        room -= len(line.encode()) + 1
        if room < 0:
            return lines[: 1 + max(number, 1)]
    return lines


def _lines(table: Table, most: int) -> list[str]:
    told = _told(table)
    kept = [at for at, name in enumerate(table.columns) if name not in told and _worth_showing(table, at, name)]
    lines = [" | ".join(table.columns[at] for at in kept)]
    return lines + [
        " | ".join(cell_text(amount_said(table.columns[at], row[at])) for at in kept) for row in table.rows[:most]
    ]


def _told(table: Table) -> dict[str, str]:
    """Return the columns that a note says shorter: all access switches are of one model."""
    notes: dict[str, str] = {}
    for name, key in table.told_by.items():
        pairs = set(zip(table.column(key), table.column(name), strict=True))
        keys = {pair[0] for pair in pairs}
        if len(table.rows) >= _TOLD_FROM and len(pairs) == len(keys) <= _TOLD_UP_TO:
            each = "; ".join(
                sorted(f"{cell_text(one) or 'no ' + key} {cell_text(other) or '-'}" for one, other in pairs)
            )
            notes[name] = f"{name} by {key}: {each}."
    return notes


def _worth_showing(table: Table, at: int, name: str) -> bool:
    shown = table.shown.get(name, "always")
    if shown == "never":
        return False
    values = {row[at] for row in table.rows}
    if values <= {None, ""}:
        return False
    return shown == "always" or len(values) > 1 or len(table.rows) < _QUIET_FROM


def cell_text(cell: Cell) -> str:
    """Return a cell for the table: one line without the column mark, and not endless."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:g}"
    plain = _plain(str(cell))
    return plain if len(plain) <= _CELL else plain[: _CELL - 1] + "…"


def _plain(words: str) -> str:
    return _one_line(words).replace("|", "/")


def _one_line(words: str) -> str:
    return " ".join(words.split())
