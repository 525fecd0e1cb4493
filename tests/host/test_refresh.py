"""`/refresh`: what was kept of Nautobot is forgotten on both sides of the border between the processes."""

from chainlit_app.agent import Budget
from chainlit_app.host import Host, open_host
from chainlit_app.settings import AppSettings
from chainlit_app.turn import ToolCall
from tools.settings import ToolSettings


class Toolbox:
    def __init__(self):
        self.asked = []

    async def read(self, uri):
        self.asked.append(uri)
        return "{}"

    async def names(self):
        self.asked.append("names")
        return object()


async def test_after_a_refresh_names_are_asked_for_anew():
    toolbox = Toolbox()
    host = Host(toolbox, Budget())
    first = await host.names()
    assert await host.names() is first
    assert await host.refresh() == "What was kept is forgotten: the next answers are read anew."
    assert await host.names() is not first
    assert toolbox.asked == ["names", "sextant://refresh", "names"]


async def test_rows_that_the_tool_server_keeps_are_read_anew_after_a_refresh():
    tools = ToolSettings.load(demo_mode="true", sextant_cache_rows_seconds=3600)
    async with open_host(AppSettings.load(sextant_model=None), tools) as host:

        async def read():
            call = ToolCall("1", "get_devices_by_location", {"location": "NYC01"}, "")
            return (await host.toolbox.call(call, "turn")).answer.source.retrieved_at

        first = await read()
        assert await read() == first
        await host.refresh()
        assert await read() > first
