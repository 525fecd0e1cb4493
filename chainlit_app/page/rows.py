"""The rows of a source as the page reads them and as people save them. Pure."""

import json
import math
from typing import Any

from chainlit_app.turn import Source
from chainlit_app.words import web
from tools.csv_text import csv_text
from tools.models import Cell

# A browser sorts and filters these in a blink; the files always have all rows.
ROWS_SHOWN = 20_000
_EXACT = 2**53  # JavaScript and spreadsheets round larger numbers


def address(conversation: str, number: int, what: str = "") -> str:
    """Return where a source is served, below the root of the app."""
    return f"/sextant/chats/{conversation}/sources/{number}/{what}"


def page_rows(source: Source) -> bytes:
    """Return what a table on the page reads: the first `ROWS_SHOWN` rows, and a link each where Nautobot is live."""
    rows = [[_for_page(cell) for cell in row] for row in source.table.rows[:ROWS_SHOWN]]
    return _utf8(_json({"rows": rows, "links": links(source)[:ROWS_SHOWN]}, (",", ":")))


def csv_file(source: Source) -> bytes:
    """Return all rows as CSV that no spreadsheet runs."""
    return _utf8(csv_text(source.table.columns, source.table.rows))


def json_file(source: Source) -> bytes:
    """Return all rows as JSON: one object a row (and a line) under `rows`; what they are and where from beside it."""
    table, answer, origin = source.table, source.answer, source.answer.source
    rows = [dict(zip(table.columns, map(_finite, row), strict=True)) for row in table.rows]
    return _lines(
        {
            "subject": table.subject,
            "source": source.number,
            "tool": source.call.name,
            "arguments": source.call.arguments,
            "mode": origin.mode if origin else None,
            "url": origin.url if origin else None,
            "retrieved_at": f"{origin.retrieved_at:%Y-%m-%dT%H:%M:%SZ}" if origin else None,
            "queries": [{"file": query.file, "variables": query.variables} for query in origin.queries]
            if origin
            else [],
            "notes": answer.notes,
            "total": answer.total,
            "columns": table.columns,
            "rows": rows,
            "links": links(source),
        }
    )


def links(source: Source) -> list[str | None]:
    """Return a link into Nautobot for each row; none for demo data, which has no pages to open."""
    origin = source.answer.source
    if not origin or origin.mode != "live":
        return []
    return [web(link) for link in source.table.links]


def _for_page(cell: Cell) -> Cell:
    cell = _finite(cell)
    if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) > _EXACT:
        return str(cell)
    return cell


def _finite(cell: Cell) -> Cell:
    """Return a cell that JSON can hold."""
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


def _lines(values: dict[str, Any]) -> bytes:
    """Return an object as JSON with a line for each of its values, and for each item of its long lists."""
    lines = []
    for key, value in values.items():
        text = _json(value)
        if isinstance(value, list) and len(text) > 100:
            text = "[\n  " + ",\n  ".join(_json(item) for item in value) + "\n ]"
        lines.append(f" {_json(key)}: {text}")
    return _utf8("{\n" + ",\n".join(lines) + "\n}\n")


def _json(value: Any, separators: tuple[str, str] | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, separators=separators, allow_nan=False)


def _utf8(text: str) -> bytes:
    # Half of a surrogate pair has no UTF-8; one in a description must not cost the file.
    return text.encode("utf-8", errors="replace")
