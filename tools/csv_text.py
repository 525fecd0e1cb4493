"""Tables as CSV that a spreadsheet opens without running it. Pure.

RFC 4180: commas, CRLF, quotes only where needed and doubled inside. UTF-8 without a byte order mark: every program
that reads CSV understands that, while a mark becomes part of the first column's name in many of them
(`csv`, `awk`, `jq`, pandas with `encoding="utf-8"`).
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from tools.models import Cell

# What spreadsheets take for a formula, in full width as well (they fold it), also behind blanks.
_FORMULA = re.compile(r"[\s\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return a table as CSV: always with a header, and with no cell that a spreadsheet would run."""
    out = io.StringIO(newline="")
    # QUOTE_MINIMAL leaves a lone "\r" or a row of one empty cell to the reader's mercy; both are seen to below.
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_cell(name) for name in columns])
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
    return out.getvalue()


def safe_cell(cell: Cell) -> str:
    """Return a cell as text. What would be a formula gets an apostrophe in front; numbers stay numbers."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return str(cell)
    text = cell.replace("\x00", "")
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text
