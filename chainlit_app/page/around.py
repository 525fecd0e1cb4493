"""The commands on the page: each opens a panel at the side, and none is a turn of the conversation."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import uuid4

import chainlit as cl

from chainlit_app.conversation import Conversation
from chainlit_app.host import Host
from chainlit_app.page.commands import COMMANDS, Typed, typed
from chainlit_app.page.help import help_props
from chainlit_app.turn import ToolboxTrouble
from tools.models import Names

_NAMES_AWAITED = 1.5  # seconds that a panel waits for names


class Around:
    """What a page offers beside questions."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def offer(self) -> None:
        """Put the commands into the page's composer and its popup."""
        await cl.context.emitter.set_commands(
            [
                {
                    "id": one.name,
                    "description": one.does,
                    "icon": one.icon,
                    "button": True,
                    "persistent": False,
                    "selected": False,
                }
                for one in COMMANDS
            ]
        )

    async def requested(self, conversation: Conversation, said: Mapping[str, Any]) -> None:
        """Run the command that a page speaks of."""
        command = typed(str(said.get("text", "")))
        if command:
            await self.run(conversation, command)

    async def instead(self, conversation: Conversation, message: cl.Message) -> bool:
        """Run a message that is a command and take it off the page; say whether it was one."""
        command = typed(message.content, message.command)
        if command is None:
            return False
        await message.remove()
        await self.run(conversation, command)
        return True

    async def run(self, conversation: Conversation, command: Typed) -> None:
        """Do what a command says; for one that there is not, say which there are."""
        match command.name:
            case "help":
                await self._help()
            case "clear":
                # Only the page can leave a conversation: it has its own session.
                await cl.send_window_message({"sextant": "clear"})
            case _:
                await self._help(command.name)

    async def _help(self, unknown: str | None = None) -> None:
        await show_panel("Help", "HelpPanel", help_props(await self._names(), unknown))

    async def _names(self) -> Names | None:
        with suppress(ToolboxTrouble, TimeoutError):
            return await asyncio.wait_for(asyncio.shield(self._host.names()), _NAMES_AWAITED)
        return None


async def show_panel(title: str, element: str, props: Mapping[str, Any]) -> None:
    """Show one of our elements at the side, in the place of what was there."""
    shown = {
        "id": str(uuid4()),
        "type": "custom",
        "name": element,
        "display": "side",
        "forId": "",
        "props": dict(props),
    }
    # Sent past `cl.ElementSidebar`: elements that enter the conversation close whatever stands at the side.
    await cl.context.emitter.emit("set_sidebar_title", title)
    await cl.context.emitter.emit("set_sidebar_elements", {"elements": [shown], "key": str(uuid4())})
