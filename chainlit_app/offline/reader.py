"""The offline reader: reads a question with a lexicon and the names the tools report, and calls tools like a model."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from chainlit_app.offline.pieces import Call, Calls, Declined, Piece
from tools.models import Names


class OfflineReader:
    """A model without a model. It keeps nothing between calls: the messages hold the conversation."""

    async def respond(
        self, messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]], names: Names
    ) -> AsyncIterator[Piece]:
        """Yield text, or `Calls` and nothing after them; `Declined` follows the text of a question not understood."""
        last = messages[-1]
        if last["role"] == "tool":
            yield re.sub(r"^<tool_result[^>]*>\s*", "", str(last["content"])).split("\n")[0] + " [1]"
            return
        text = str(last["content"]).lower()
        place = next((n.name for n in names.locations if n.name.lower() in text), None)
        if place and "device" in text:
            yield Calls([Call("get_devices_by_location", {"location": place})])
        elif place and "prefix" in text:
            yield Calls([Call("get_prefixes_by_location", {"location": place})])
        else:
            yield "I did not understand that."
            yield Declined()
