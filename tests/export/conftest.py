"""Conversations to keep: real ones over the demo network."""

from collections.abc import AsyncIterator

import pytest

from chainlit_app.host import Host, open_host
from chainlit_app.settings import AppSettings
from tools.settings import ToolSettings


@pytest.fixture
async def demo_host() -> AsyncIterator[Host]:
    """Return the offline reader with the demo network behind it."""
    async with open_host(AppSettings.load(sextant_model=None), ToolSettings(demo_mode="true")) as host:
        yield host
