"""The real page: `sextant chat` in a process of its own, and headless Chromium in front of it."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

CHROMIUM = os.environ.get("SEXTANT_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), None
)
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
# What a developer's or a CI machine may have set, for other programs.
ELSEWHERE = {
    "DATABASE_URL": "postgres://nobody@localhost/none",
    "CI": "true",
    "DEBUG": "node:*",
    "SLACK_BOT_TOKEN": "x",
    "SLACK_SIGNING_SECRET": "x",
    "DISCORD_BOT_TOKEN": "x",
    "LITERAL_API_KEY": "x",
}
START = "import sys; from chainlit_app.cli import main; sys.exit(main(['chat']))"
expect.set_options(timeout=20_000)


@dataclass
class Served:
    """A running `sextant chat`."""

    url: str
    folder: Path  # where it was started
    process: subprocess.Popen[str]
    log: Path

    def said(self) -> str:
        """Return what it has printed."""
        return self.log.read_text(encoding="utf-8")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Served]]:
    """Return a function that starts the app, with settings of its own, in an empty folder."""
    running: list[Served] = []

    def start(**settings: str) -> Served:
        folder = tmp_path_factory.mktemp("started-here")
        log = tmp_path_factory.mktemp("log") / "log.txt"
        port = int(settings.get("SEXTANT_PORT") or free_port())
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SEXTANT_", "NAUTOBOT_"))}
        env = {
            **kept,
            **ELSEWHERE,
            "SEXTANT_PORT": str(port),
            "SEXTANT_HISTORY": str(tmp_path_factory.mktemp("history") / "history.db"),
            "SEXTANT_AUDIT": str(tmp_path_factory.mktemp("audit") / "audit.db"),
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "",
            **settings,
        }
        with log.open("w", encoding="utf-8") as out:
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", START], cwd=folder, env=env, stdout=out, stderr=out, text=True
            )
        served = Served(f"http://localhost:{port}", folder, process, log)
        running.append(served)
        _wait_until_said(served, f"Sextant is at http://localhost:{port}")
        return served

    yield start
    for served in running:
        served.process.terminate()
    for served in running:
        served.process.wait(timeout=20)


def _wait_until_said(served: Served, line: str) -> None:
    for _ in range(600):
        if line in served.said():
            return
        assert served.process.poll() is None, served.said()
        threading.Event().wait(0.1)
    raise AssertionError(f"it never said {line!r}: {served.said()}")


@pytest.fixture(scope="session")
def demo(serve: Callable[..., Served]) -> Served:
    """Return the app as it comes: demo network, offline reader."""
    return serve()


@pytest.fixture(scope="session")
def model() -> Iterator["StandIn"]:
    """Return a model server that speaks the OpenAI wire format and does as it is told."""
    stand_in = StandIn()
    yield stand_in
    stand_in.close()


@pytest.fixture(scope="session")
def modelled(serve: Callable[..., Served], model: "StandIn") -> Served:
    """Return the app over the demo network with the stand-in as its model."""
    return serve(**model.settings)


class StandIn:
    """An OpenAI-like server; the question says what it does.

    `call TOOL {json}` calls a tool and then says `answer`; `slowly` begins an answer and waits; anything else is echoed.
    """

    def __init__(self) -> None:
        self.answer = "Here it is [1]."
        self.go_on = threading.Event()
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.end_headers()
                try:
                    stand_in._respond(asked["messages"], self._event)
                    self.wfile.write(b"data: [DONE]\n\n")
                except (BrokenPipeError, ConnectionResetError):
                    return  # the reader has stopped

            def _event(self, delta: dict[str, Any], finish: str | None = None) -> None:
                chunk = {
                    "id": "c",
                    "object": "chat.completion.chunk",
                    "created": 0,
                    "model": "stand-in",
                    "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
                }
                self.wfile.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
                self.wfile.flush()

            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.settings = {
            "SEXTANT_MODEL": "openai/stand-in",
            "SEXTANT_MODEL_URL": f"http://127.0.0.1:{self._server.server_port}/v1",
            "SEXTANT_MODEL_KEY": "a key",
        }

    def close(self) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _respond(self, messages: list[dict[str, Any]], event: Callable[..., None]) -> None:
        last = messages[-1]
        asked = last["content"] or ""
        if last["role"] == "tool":
            self._say(self.answer, event)
        elif asked.startswith("call "):
            _, name, arguments = asked.split(" ", 2)
            event({"role": "assistant", "content": "Let me look that up. "})
            call = {"index": 0, "id": "call-1", "type": "function", "function": {"name": name, "arguments": arguments}}
            event({"tool_calls": [call]})
            event({}, "tool_calls")
        elif asked == "slowly":
            event({"role": "assistant", "content": "The first half of an answer"})
            self.go_on.wait(60)
            self._say(" and the second half", event)
        else:
            self._say(f"You said: {asked}", event)

    def _say(self, text: str, event: Callable[..., None]) -> None:
        event({"role": "assistant", "content": ""})
        for word in text.split(" "):
            event({"content": word + " "})
        event({}, "stop")


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="module")
def launch(playwright: Playwright) -> Callable[..., Browser]:
    """Return a function that starts Chromium."""
    return lambda *flags: playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])


@pytest.fixture(scope="module")
def browser(launch: Callable[..., Browser]) -> Iterator[Browser]:
    found = launch()
    yield found
    found.close()


@dataclass
class Chat:
    """A page, as its reader uses it."""

    page: Page
    base: str
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self) -> "Chat":
        """Open the start page and wait until one can ask."""
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(self.base)
        return self.ready()

    def ready(self) -> "Chat":
        """Wait until one can ask: before the page is connected, Enter does nothing."""
        expect(self.page.locator("#chat-input")).to_be_visible()
        expect(self.page.locator("#starters button").first).to_be_enabled()
        return self

    def ask(self, question: str) -> "Chat":
        self.page.locator("#chat-input").click()
        self.page.keyboard.insert_text(question)
        expect(self.page.locator("#chat-submit")).to_be_enabled()
        self.page.keyboard.press("Enter")
        return self

    def answered(self) -> "Chat":
        """Wait for the end of the turn that runs."""
        expect(self.answers.last.locator(FOOTER)).to_be_visible()
        expect(self.page.locator("#stop-button")).to_have_count(0)
        return self

    def thread(self) -> str:
        """Return the id of the conversation, once it is in the address: only from there on a reload finds it."""
        expect(self.page).to_have_url(re.compile(r"/thread/[0-9a-f-]{36}$"))
        return str(self.page.url.rsplit("/", 1)[1])

    def reload(self) -> None:
        """Load the conversation again."""
        self.thread()
        self.page.reload()

    @property
    def answers(self) -> Any:
        return self.page.locator("[data-step-type=assistant_message]")

    @property
    def answer(self) -> str:
        """The text of the last answer."""
        return str(self.answers.last.inner_text())

    @property
    def steps(self) -> Any:
        return self.page.locator("[data-step-type=tool]")

    @property
    def table(self) -> Any:
        return self.page.locator(".sx-table").last

    def shot(self, name: str) -> None:
        """Keep a picture where SEXTANT_SHOTS says."""
        if folder := os.environ.get("SEXTANT_SHOTS"):
            self.page.screenshot(path=str(Path(folder) / f"{name}.png"))


FOOTER = ".sx-footer"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    found = browser.new_context(viewport={"width": 1280, "height": 860}, locale="en-US")
    yield found
    found.close()


@pytest.fixture
def chat(context: BrowserContext, demo: Served) -> Chat:
    """Return the start page over the demo network."""
    return Chat(context.new_page(), demo.url).open()


@pytest.fixture
def open_chat(context: BrowserContext) -> Callable[[Served], Chat]:
    return lambda served: Chat(context.new_page(), served.url).open()


@pytest.fixture
def chat_of() -> type[Chat]:
    return Chat


@pytest.fixture(scope="session")
def deaf_nautobot() -> Iterator[str]:
    """Return the address of something that takes connections and never answers."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(64)
        yield f"http://127.0.0.1:{deaf.getsockname()[1]}"


@pytest.fixture
def unused_address() -> str:
    return f"http://127.0.0.1:{free_port()}"
