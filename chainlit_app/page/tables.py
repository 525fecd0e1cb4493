"""Tables and source panels as elements of the page, made of all rows and never of a model's words."""

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

import chainlit as cl

from chainlit_app.conversation import Conversation
from chainlit_app.page.chats import number_of
from chainlit_app.page.files import address
from chainlit_app.page.rows import ROWS_SHOWN, name_of
from chainlit_app.page.sources import source_text
from chainlit_app.turn import Source

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


async def open_source(conversation: Conversation, said: Mapping[str, Any]) -> None:
    """Show a source at the side."""
    number = number_of(said)
    source = next((source for source in conversation.sources if source.number == number), None)
    if source is None:
        return
    key = str(uuid4())
    text = {"id": key, "type": "text", "name": f"Source {source.number}", "display": "side", "forId": ""}
    stored = await cl.context.session.persist_file(
        name=f"source-{number}.md", mime="text/markdown", content=source_text(source)
    )
    panel: list[dict[str, Any]] = [{**text, "chainlitKey": str(stored["id"]), "mime": "text/markdown"}]
    if table := table_element(conversation.id, source, display="side"):
        panel.append(table)
    # Sent past `cl.ElementSidebar`: elements that enter the conversation close whatever stands at the side.
    await cl.context.emitter.emit("set_sidebar_title", f"Source [{source.number}]")
    await cl.context.emitter.emit("set_sidebar_elements", {"elements": panel, "key": key})


def _props(conversation: str, source: Source, page_size: int) -> dict[str, Any]:
    rows = len(source.table.rows)
    return {
        "title": source.table.subject,
        "source": source.number,
        "columns": source.table.columns,
        "total": rows,
        "recorded": source.answer.total,
        "shown": min(rows, ROWS_SHOWN),
        "base": address(conversation, source.number),
        "files": {extension: name_of(source, extension) for extension in ("csv", "json", "xlsx")},
        "exported": source.call.name.startswith("export_"),
        "page_size": page_size,
    }
