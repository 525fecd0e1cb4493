"""The table of a source as an element of the page, made of its rows and never of a model's words. Pure."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from chainlit_app.page.rows import ROWS_SHOWN, address
from chainlit_app.turn import Source, ToolCall
from chainlit_app.words import name_of
from tools.amounts import rows_said

PAGE_SIZE = 10


def table_element(
    conversation: str, source: Source, *, for_id: str = "", display: str = "inline", page_size: int = PAGE_SIZE
) -> dict[str, Any] | None:
    """Return the table of a source's rows as Chainlit's page takes it; None where there are no rows.

    It holds addresses, not rows: it reads the same after a reload, for as long as the conversation is kept.
    """
    if not source.table.rows:
        return None
    id = str(uuid5(NAMESPACE_URL, f"{conversation}/{source.number}/{for_id}/{display}"))
    return {
        "id": id,
        "type": "custom",
        "name": "ResultTable",
        "display": display,
        "forId": for_id,
        "props": {**_props(conversation, source, page_size), "view": id},
    }


def _props(conversation: str, source: Source, page_size: int) -> dict[str, Any]:
    rows = len(source.table.rows)
    return {
        "title": source.table.subject,
        "source": source.number,
        "columns": source.table.columns,
        "total": rows,
        "rows": rows_said(rows, source.answer.total, source.answer.more),
        "shown": min(rows, ROWS_SHOWN),
        "base": address(conversation, source.number),
        "files": {extension: name_of(source, extension) for extension in ("csv", "json", "xlsx")},
        "exported": _exported(source.call),
        "page_size": page_size,
    }


def _exported(call: ToolCall) -> str:
    """Return the extension of the file that was asked for; empty where none was."""
    return str((call.arguments or {}).get("format") or "csv") if call.name.startswith("export_") else ""
