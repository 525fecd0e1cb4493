"""Tables, files and source panels as elements of the page, made of all rows and never of a model's words."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import chainlit as cl

from chainlit_app.conversation import Conversation
from chainlit_app.page.chats import number_of
from chainlit_app.page.sources import source_text
from chainlit_app.page.words import file_name
from chainlit_app.turn import Source
from tools.csv_text import csv_text
from tools.models import ResultTable

# A browser holds more, but nobody pages through it; the file always has all rows.
ROWS_SHOWN = 5_000


async def table_elements(source: Source) -> list[cl.CustomElement]:
    """Return the table of a source's rows, none where there are no rows."""
    if not source.table.rows:
        return []
    return [cl.CustomElement(name="ResultTable", props=await _table_props(source), display="inline")]


async def open_source(conversation: Conversation, said: Mapping[str, Any]) -> None:
    """Show a source at the side."""
    number = number_of(said)
    source = next((source for source in conversation.sources if source.number == number), None)
    if source is None:
        return
    text = await _element("text", f"Source {source.number}", source_text(source), "text/markdown")
    panel = [text]
    if source.table.rows:
        panel.append({**_bare("custom", "ResultTable"), "props": await _table_props(source)})
    # Sent past `cl.ElementSidebar`: elements that enter the conversation close whatever stands at the side.
    await cl.context.emitter.emit("set_sidebar_title", f"Source [{source.number}]")
    await cl.context.emitter.emit("set_sidebar_elements", {"elements": panel, "key": str(uuid4())})


async def _table_props(source: Source) -> dict[str, Any]:
    table, origin = source.table, source.answer.source
    name = file_name(table.subject)
    rows = await _stored(
        "rows.json", _rows_json(table, linked=bool(origin and origin.mode == "live")), "application/json"
    )
    file = await _stored(name, csv_text(table.columns, table.rows), "text/csv")
    return {
        "title": table.subject,
        "source": source.number,
        "columns": table.columns,
        "total": len(table.rows),
        "recorded": source.answer.total,
        "shown": min(len(table.rows), ROWS_SHOWN),
        "rows": rows,
        "csv": file,
        "file": name,
        "exported": source.call.name.startswith("export_"),
    }


def _rows_json(table: ResultTable, *, linked: bool) -> str:
    rows = table.rows[:ROWS_SHOWN]
    links = table.links[:ROWS_SHOWN] if linked else []
    return json.dumps({"rows": rows, "links": links}, ensure_ascii=False, separators=(",", ":"))


async def _element(kind: str, name: str, content: str, mime: str) -> dict[str, Any]:
    return {**_bare(kind, name), "chainlitKey": await _stored(name, content, mime), "mime": mime}


def _bare(kind: str, name: str) -> dict[str, Any]:
    return {"id": str(uuid4()), "type": kind, "name": name, "display": "side", "forId": ""}


async def _stored(name: str, content: str, mime: str) -> str:
    """Keep a file for this session, and return its key; it is gone with the session."""
    stored = await cl.context.session.persist_file(name=name, mime=mime, content=content)
    return str(stored["id"])
