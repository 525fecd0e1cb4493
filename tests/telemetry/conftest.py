"""A question that travels as it does in use: this process, the tool server's, and a Nautobot over HTTP."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from chainlit_app.toolbox import ServerToolbox
from tools.settings import ToolSettings

PLACE = {
    "id": "l1",
    "name": "NORTH01",
    "location_type": {"name": "Campus"},
    "status": {"name": "Active"},
    "parent": None,
    "facility": "",
    "description": "",
}


@dataclass
class Nautobot:
    """A Nautobot with one place and nothing in it. It keeps the headers of what it is asked."""

    url: str = ""
    status: int = 200
    says: str = "not now"  # where the status is another
    place: str = "NORTH01"
    asked: list[dict[str, str]] = field(default_factory=list)

    def answer(self, query: str) -> dict[str, Any]:
        """Return the one place, and nothing of any other kind."""
        root = query.split("{", 1)[1].split("(", maxsplit=1)[0].strip()
        return {"data": {root: [PLACE | {"name": self.place}] if root == "locations" else []}}


@pytest.fixture
def nautobot() -> Iterator[Nautobot]:
    """Return a Nautobot that listens on this machine."""
    standing_in = Nautobot()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"] or 0))
            standing_in.asked.append({name.lower(): value for name, value in self.headers.items()})
            sent = json.dumps(standing_in.answer(json.loads(body)["query"])).encode()
            self.reply(standing_in.status, sent if standing_in.status == 200 else standing_in.says.encode())

        def do_GET(self) -> None:
            standing_in.asked.append({name.lower(): value for name, value in self.headers.items()})
            self.reply(404, b"{}")

        do_OPTIONS = do_GET

        def reply(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    standing_in.url = f"http://127.0.0.1:{server.server_port}"
    yield standing_in
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
async def tools(nautobot: Nautobot) -> AsyncIterator[Callable[..., ServerToolbox]]:
    """Return a maker of tool servers, each a process of its own, over that Nautobot."""
    made: list[ServerToolbox] = []

    def make(**settings: Any) -> ServerToolbox:
        given = {"nautobot_url": nautobot.url, "nautobot_token": "1" * 40, "demo_mode": "false", **settings}
        made.append(ServerToolbox(ToolSettings.load(_env_file=None, **given).env_for_child()))
        return made[-1]

    yield make
    for one in made:
        await one.aclose()
