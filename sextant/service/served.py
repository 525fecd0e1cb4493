"""What the routes and MCP share: the host, the conversations, who owns which result, what is running."""

import asyncio
from dataclasses import dataclass, field

from chainlit_app.history.chats import Chats
from chainlit_app.history.store import Store
from chainlit_app.host import Host
from sextant.access.authenticator import Authenticator
from sextant.access.gate import GuardedToolbox
from sextant.access.principal import Principal
from sextant.service.bounds import Running
from sextant.service.owners import Owners
from sextant.service.settings import ServiceSettings
from sextant.service.shapes import Ready
from sextant.service.turns import Turns


@dataclass
class Served:
    """One for a process."""

    settings: ServiceSettings
    host: Host
    store: Store
    running: Running
    authenticator: Authenticator
    owners: Owners = field(default_factory=Owners)
    looking: asyncio.Task[Ready] | None = None  # whether it is ready, see sextant/service/ready.py
    chats: Chats = field(init=False)
    turns: Turns = field(init=False)

    def __post_init__(self) -> None:
        self.chats = Chats(_said_in_the_log)
        self.chats.use(self.store)
        self.turns = Turns(self.host, self.chats, self.owners)

    def toolbox(self, who: Principal) -> GuardedToolbox:
        """Return the tools as a principal may use them."""
        return self.host.tools_of(who)


async def _said_in_the_log(sentence: str) -> None:
    """Say nothing here: `Chats` has logged what went wrong, and no page waits for a word."""
