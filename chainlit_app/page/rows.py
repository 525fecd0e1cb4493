"""The rows of a source as the page reads them. Pure."""

from chainlit_app.files import links, utf8
from chainlit_app.turn import Source
from tools.json_text import dumped, finite
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
    return utf8(dumped({"rows": rows, "links": links(source)[:ROWS_SHOWN]}, (",", ":")))


def _for_page(cell: Cell) -> Cell:
    cell = finite(cell)
    if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) > _EXACT:
        return str(cell)
    return cell
