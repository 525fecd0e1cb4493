"""Beside the questions: commands and settings on the page. A command opens a panel at the side and is no turn."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any
from uuid import uuid4

import chainlit as cl

from chainlit_app.conversation import Conversation
from chainlit_app.detail import Detailed
from chainlit_app.host import Host
from chainlit_app.page import kept
from chainlit_app.page.catalogue import catalogue_props, example_location
from chainlit_app.page.commands import COMMANDS, Typed, typed
from chainlit_app.page.exports import export_props
from chainlit_app.page.help import help_props
from chainlit_app.page.panel import element, open_list, show
from chainlit_app.page.who import People
from chainlit_app.trying import ByHand, hand_call, tried
from chainlit_app.turn import LLM, ToolboxTrouble
from tools.models import Names

_AWAITED = 1.5  # seconds that a panel waits for names


class Around:
    """What a page offers beside questions."""

    def __init__(self, host: Host, people: People) -> None:
        self._host = host
        self._people = people
        self._address: str | None = None
        self._anywhere: Mapping[str, Callable[[str], Awaitable[None]]] = {
            "help": self._help,
            "tools": self._tools,
            "refresh": self._refresh,
            "clear": self._clear,
        }
        self._of_conversation: Mapping[str, Callable[[Conversation, str], Awaitable[None]]] = {
            "sources": open_list,
            "export": self._export,
        }

    async def offer(self) -> None:
        """Put commands and settings into the page."""
        commands: list[Any] = [
            {"id": one.name, "description": one.does, "icon": one.icon, "button": True, "persistent": False}
            for one in COMMANDS
        ]
        await cl.context.emitter.set_commands(commands)
        await kept.offer(self._host)

    async def anywhere(self, said: Mapping[str, Any]) -> bool:
        """Do what a page asks for if that needs no conversation; say whether it was done."""
        if said.get("sextant") == "theme":
            await kept.offer(self._host, {"theme": said.get("theme")})
            return True
        command = _command(said)
        if command is None or command.name in self._of_conversation:
            return False
        await self._run_anywhere(command)
        return True

    async def requested(self, conversation: Conversation, said: Mapping[str, Any]) -> None:
        """Run the command that a page speaks of."""
        command = _command(said)
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
        """Do what a command says; of one that there is not, say which there are."""
        known = self._of_conversation.get(command.name)
        if known:
            await known(conversation, command.rest)
        else:
            await self._run_anywhere(command)

    def model(self, conversation: Conversation, message: cl.Message) -> tuple[str, LLM]:
        """Return the question of a message, and what answers it: the reader's model, or one tool called by hand."""
        by_hand = (message.metadata or {}).get("try")
        if isinstance(by_hand, dict) and isinstance(by_hand.get("arguments"), dict):
            call = hand_call(str(by_hand.get("tool")), by_hand["arguments"])
            return tried(call), ByHand(call, conversation)
        now = kept.chosen(self._host)
        return message.content, Detailed(self._host.models[now.model], now.detail)

    async def _run_anywhere(self, command: Typed) -> None:
        known = self._anywhere.get(command.name)
        if known:
            await known(command.rest)
        else:
            await self._help(unknown=command.name)

    async def _help(self, rest: str = "", unknown: str | None = None) -> None:
        await _panel("Help", "HelpPanel", help_props(await self._names(), unknown))

    async def _tools(self, wanted: str) -> None:
        try:
            tools = self._host.tools_of(self._people.here())
            schemas, titles = await tools.schemas(), await tools.titles()
        except ToolboxTrouble as trouble:
            await _panel("Tools", "ToolCatalogue", {**catalogue_props([], {}, None, None), "trouble": str(trouble)})
            return
        names = await self._names()
        address = await self._an_address(names)
        props = catalogue_props(schemas, titles, names, address, wanted)
        await _panel("Tools", "ToolCatalogue", {**props, "key": str(uuid4())})

    async def _export(self, conversation: Conversation, rest: str) -> None:
        await _panel("Export", "ExportPanel", export_props(conversation))

    async def _refresh(self, rest: str) -> None:
        try:
            said = await self._host.refresh()
        except ToolboxTrouble as trouble:
            await cl.context.emitter.send_toast(str(trouble), "warning")
        else:
            await cl.context.emitter.send_toast(said, "success")

    async def _clear(self, rest: str) -> None:
        # Only the page can leave a conversation: it has its own session.
        await cl.send_window_message({"sextant": "clear"})

    async def _names(self) -> Names | None:
        with suppress(ToolboxTrouble, TimeoutError):
            return await asyncio.wait_for(asyncio.shield(self._host.names_for(self._people.here())), _AWAITED)
        return None

    async def _an_address(self, names: Names | None) -> str | None:
        """Return a prefix that is recorded, for an example; None where none can be read at once."""
        place = example_location(names)
        if self._address is None and place:
            call = hand_call("get_prefixes_by_location", {"location": place, "limit": 1})
            with suppress(TimeoutError):
                tools = self._host.tools_of(self._people.here())
                read = await asyncio.wait_for(tools.call(call, call.id), _AWAITED)
                rows = read.answer.rows if read.answer and "prefix" in read.answer.columns else []
                if read.answer and rows:
                    self._address = str(rows[0][read.answer.columns.index("prefix")])
        return self._address


def _command(said: Mapping[str, Any]) -> Typed | None:
    return typed(str(said.get("text", ""))) if said.get("sextant") == "command" else None


async def _panel(title: str, name: str, props: Mapping[str, Any]) -> None:
    await show(title, [element(name, props)])
