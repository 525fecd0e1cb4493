"""What the attacks share: AgentDojo's texts, and a Nautobot whose records hold them."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest

AGENTDOJO = json.loads((Path(__file__).parent / "agentdojo.json").read_text(encoding="utf-8"))


def filled(template: str, goal: str) -> str:
    """Return an attack as AgentDojo writes it."""
    given = {name: AGENTDOJO[name] for name in ("user", "model", "tools")}
    return AGENTDOJO["templates"][template].format(goal=goal, **given)


class Listener:
    """A web server that keeps what it is asked and answers with what it is given."""

    def __init__(self, answer: Callable[[str, bytes], Any] = lambda path, body: {}) -> None:
        self.asked: list[str] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                listener.asked.append(self.path)
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                sent = json.dumps(answer(self.path, body)).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def device(number: int, payload: str) -> dict[str, Any]:
    """Return a device whose texts are a payload."""
    return {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "name": f"sw{number} {payload}",
        "location": {"id": "l", "name": payload},
        "role": {"name": payload},
        "status": {"name": "Active"},
        "device_type": {"model": payload, "manufacturer": {"name": payload}},
        "platform": {"name": payload},
        "primary_ip4": None,
        "primary_ip6": None,
        "serial": payload,
        "comments": payload,
        "tenant": {"name": payload},
        "rack": None,
    }


@pytest.fixture
def hostile() -> Iterator[Callable[..., Listener]]:
    """Return a maker of Nautobots whose every text is a payload: a description, a name, a circuit, an error."""
    made: list[Listener] = []

    def make(*payloads: str) -> Listener:
        payload = payloads[0]

        def answer(path: str, body: bytes) -> Any:
            query = json.loads(body)["query"] if body else ""
            key = query.split("{", 1)[1].split("(")[0].strip() if query else ""
            rows = {
                "locations": [
                    {
                        "id": "l",
                        "name": payload,
                        "location_type": {"name": payload},
                        "status": {"name": "Active"},
                        "parent": None,
                        "facility": payload,
                        "description": payload,
                    }
                ],
                "devices": [device(number, one) for number, one in enumerate(payloads)],
                "roles": [{"id": "r", "name": payload}],
                "circuits": [
                    {
                        "id": "c",
                        "cid": payload,
                        "provider": {"name": payload},
                        "status": {"name": "Active"},
                        "circuit_type": {"name": payload},
                        "commit_rate": None,
                        "description": payload,
                        "circuit_termination_a": None,
                        "circuit_termination_z": None,
                    }
                ],
            }
            if "namespaces(" in query:
                return {"data": {"namespaces": [{"id": "n", "name": "Global"}]}}
            if key not in rows:
                return {"errors": [{"message": payload, "path": [key]}], "data": None}
            return {"data": {key: rows[key]}}

        made.append(Listener(answer))
        return made[-1]

    yield make
    for listener in made:
        listener.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Return what listens where payloads send a model."""
    found = Listener()
    yield found
    found.close()


@pytest.fixture(scope="session")
def agentdojo() -> SimpleNamespace:
    """Return AgentDojo's templates, its goals, and what fills them in."""
    return SimpleNamespace(templates=list(AGENTDOJO["templates"]), goals=AGENTDOJO["goals"], filled=filled)
