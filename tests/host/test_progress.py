"""How far a long read is: from Nautobot's pages through the tool server to whoever waits."""

import asyncio
import json
from contextlib import aclosing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from chainlit_app.agent import answer
from chainlit_app.conversation import Conversation
from chainlit_app.toolbox import ServerToolbox
from chainlit_app.turn import Reply, ToolCall, ToolFinished, ToolProgress, ToolStarted, TurnEnded
from tools.settings import ToolSettings

PAGE = 10


class SlowNautobot:
    """A Nautobot that gives the first page at once and the others when it is let."""

    def __init__(self, rows):
        self.rows = rows
        self.asked = []
        self.gate = Event()  # what comes after the first page waits for it
        slow = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                sent = json.loads(self.rfile.read(int(self.headers["content-length"])))
                key, rows = slow.page(sent["query"], sent["variables"])
                self._send({"data": {key: rows}})

            def do_GET(self):
                self._send({"detail": "Not found."}, 404)

            def _send(self, value, status=200):
                body = json.dumps(value).encode()
                try:
                    self.send_response(status)
                    self.send_header("content-type", "application/json")
                    self.send_header("content-length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True  # whoever asked has left

            def log_message(self, *_):
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def page(self, query, variables):
        if "query locations" in query:
            return "locations", []
        if "query namespaces" in query:
            return "namespaces", [{"id": "n", "name": "Global"}]
        key = "prefixes"
        offset = variables.get("offset", 0)
        self.asked.append(offset)
        if offset:
            self.gate.wait(60)
        rows = range(offset, min(offset + variables["limit"], self.rows))
        return key, [prefix(number) for number in rows]

    def close(self):
        self.gate.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def prefix(number):
    return {
        "id": f"p{number}",
        "prefix": f"10.{number // 250}.{number % 250}.0/24",
        "prefix_length": 24,
        "ip_version": 4,
        "type": "NETWORK",
        "status": {"name": "Active"},
        "role": None,
        "vlan": None,
        "namespace": {"name": "Global"},
        "locations": [],
        "description": "",
    }


@pytest.fixture
def slow():
    nautobot = SlowNautobot(rows=3 * PAGE + 5)
    yield nautobot
    nautobot.close()


@pytest.fixture
async def toolbox(slow):
    settings = ToolSettings.load(
        nautobot_url=slow.url, nautobot_token="t", nautobot_page_size=PAGE, nautobot_timeout=60, demo_mode="false"
    )
    found = ServerToolbox(settings.env_for_child())
    yield found
    await found.aclose()


ALL = ToolCall("c", "get_prefixes_by_location", {"location": "all"}, "{}")


async def test_a_long_read_is_told_while_it_runs_and_never_after_its_end(slow, toolbox, fakes):
    llm = fakes.ScriptedLLM(Reply("", [ALL]), Reply("Done [1]."))
    told = []
    async with aclosing(answer("All prefixes?", Conversation(), llm, toolbox)) as running:
        async for event in running:
            told.append(event)
            if isinstance(event, ToolProgress):
                slow.gate.set()
    kinds = [type(event) for event in told if isinstance(event, ToolStarted | ToolProgress | ToolFinished)]
    progress = [event.done for event in told if isinstance(event, ToolProgress)]
    assert kinds[0] is ToolStarted
    assert kinds[-1] is ToolFinished
    assert kinds.count(ToolFinished) == 1
    assert progress[0] == PAGE
    assert progress == sorted(set(progress))
    assert isinstance(told[-1], TurnEnded)
    assert told[-1].sources[0].answer.total == 3 * PAGE + 5


async def test_stopping_in_the_middle_of_a_long_read_stops_the_reading(slow, toolbox, fakes):
    llm = fakes.ScriptedLLM(Reply("", [ALL]))
    conversation = Conversation()
    async with aclosing(answer("All prefixes?", conversation, llm, toolbox)) as running:
        async for event in running:
            if isinstance(event, ToolProgress):
                break
    assert conversation.turns[-1].ended.outcome == "stopped"
    await toolbox.status()  # what was said before this has been heard
    slow.gate.set()

    assert not (await toolbox.call(ALL, "another turn")).failed
    assert slow.asked == [0, PAGE, *(0, PAGE, 2 * PAGE, 3 * PAGE)]


async def test_a_read_of_one_page_tells_nothing(slow, toolbox):
    slow.rows = PAGE - 1
    told = []
    assert not (await toolbox.call(ALL, "t", lambda done, total: told.append(done))).failed
    assert told == []


async def test_nothing_is_sent_to_a_client_that_did_not_ask_for_it(slow, toolbox):
    slow.gate.set()
    result = await toolbox.call(ALL, "t")
    assert result.answer.total == 3 * PAGE + 5


async def test_calls_at_once_tell_each_their_own_rows_and_a_slow_reader_only_hears_the_newest(fakes):
    go_on = asyncio.Event()

    async def reading(report):
        for done in (1000, 2000, 3000):
            report(done, 4000)
        report(500, 4000)  # asked again from the start
        await go_on.wait()
        report(4000, 4000)
        return fakes.answer("a")

    toolbox = fakes.FakeToolbox(NYC01=reading, LON01=reading)
    calls = [fakes.call(id="one", location="NYC01"), fakes.call(id="two", location="LON01")]
    llm = fakes.ScriptedLLM(Reply("", calls), Reply("Done."))
    told = []
    async with aclosing(answer("?", Conversation(), llm, toolbox)) as running:
        async for event in running:
            if isinstance(event, ToolProgress | ToolFinished):
                told.append((type(event).__name__, event.call.id, getattr(event, "done", None)))
            if len(told) == 2:
                go_on.set()
    assert sorted(told[:2]) == [("ToolProgress", "one", 3000), ("ToolProgress", "two", 3000)]
    assert told[2:] == [("ToolFinished", "one", None), ("ToolFinished", "two", None)]
