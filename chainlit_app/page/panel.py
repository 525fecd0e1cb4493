"""The panel at the side: one source, the list of all of a conversation, or what a command opens."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import chainlit as cl

from chainlit_app.conversation import Conversation
from chainlit_app.page.chats import number_of
from chainlit_app.page.rows import address
from chainlit_app.page.sources import list_props, source_props
from chainlit_app.page.tables import table_element


async def open_source(conversation: Conversation, said: Mapping[str, Any]) -> None:
    """Show the source that a page speaks of; one that there is not is left alone."""
    number = number_of(said)
    source = next((source for source in conversation.sources if source.number == number), None)
    if source is None:
        return
    props = source_props(conversation, source) | {"again": address(conversation.id, source.number, "again")}
    table = table_element(conversation.id, source, display="side")
    await show(f"Source [{source.number}]", [element("SourcePanel", props), *([table] if table else [])])


async def open_list(conversation: Conversation, said: object = None) -> None:
    """Show every source of a conversation."""
    await show("Sources", [element("SourceList", list_props(conversation))])


def element(name: str, props: Mapping[str, Any]) -> dict[str, Any]:
    """Return one of our elements as it stands at the side."""
    id = str(uuid4())  # each opening is its own: what was unfolded or asked in an earlier one is not shown again
    return {"id": id, "type": "custom", "name": name, "display": "side", "forId": "", "props": {**props, "opened": id}}


async def show(title: str, elements: Sequence[Mapping[str, Any]]) -> None:
    """Show elements at the side, in the place of what was there."""
    # Sent past `cl.ElementSidebar`: elements that enter the conversation close whatever stands at the side.
    await cl.context.emitter.emit("set_sidebar_title", title)
    await cl.context.emitter.emit("set_sidebar_elements", {"elements": list(elements), "key": str(uuid4())})
