"""The rows of a source as the page reads them and as people save them. Pure."""

from chainlit_app.turn import Source
from chainlit_app.words import web
from tools.csv_text import csv_text
from tools.json_text import dumped, finite, json_text
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
    return _utf8(dumped({"rows": rows, "links": links(source)[:ROWS_SHOWN]}, (",", ":")))


def csv_file(source: Source) -> bytes:
    """Return all rows as CSV that no spreadsheet runs."""
    return _utf8(csv_text(source.table.columns, source.table.rows))


def json_file(source: Source) -> bytes:
    """Return all rows as JSON: one object a row (and a line) under `rows`; what they are and where from beside it."""
    answer = source.answer
    about = {
        "source": source.number,
        "tool": source.call.name,
        "arguments": source.call.arguments,
        "notes": answer.notes,
    }
    return _utf8(json_text(source.table, links(source), answer.source, about, answer.total))


def links(source: Source) -> list[str | None]:
    """Return a link into Nautobot for each row; none for demo data, which has no pages to open."""
    origin = source.answer.source
    if not origin or origin.mode != "live":
        return []
    return [web(link) for link in source.table.links]


def _for_page(cell: Cell) -> Cell:
    cell = finite(cell)
    if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) > _EXACT:
        return str(cell)
    return cell


def _utf8(text: str) -> bytes:
    # Half of a surrogate pair has no UTF-8; one in a description must not cost the file.
    return text.encode("utf-8", errors="replace")
