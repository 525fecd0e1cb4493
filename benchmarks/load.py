"""Ask a service for more than one person would: python benchmarks/load.py [PART ...] [--rate N] [--seconds N].

Parts: `cost` (processor time of a call), `http` and `mcp` (tool calls at a rate, over the demo network), `nautobot` (the same over NAUTOBOT_URL, in turns with the
bare request), `idle` (MCP sessions and streams that only wait), `overload` (more than is answered at once). Each starts a
service of its own. locust sends the calls: at the rate whether or not answers come, so a slow service is not asked less.
"""

import argparse
import json
import os
import random
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import gevent.monkey

gevent.monkey.patch_all()

import gevent
import httpx
from locust import FastHttpUser, task
from locust.env import Environment

ROOT = Path(__file__).parent.parent
QUERY = (ROOT / "graphql" / "devices_by_location.graphql").read_text(encoding="utf-8")
CALLS: Sequence[tuple[str, dict[str, Any]]] = (
    ("search_locations", {"query": "campus"}),
    ("get_devices_by_location", {"location": "NYC01"}),
    ("get_device", {"device": "NYC01-cor001"}),
    ("get_prefixes_by_location", {"location": "LON01"}),
)
USERS = 50  # each asks every USERS/rate seconds
ACCEPT = {"Accept": "application/json, text/event-stream"}
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 0,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "load", "version": "1"}},
}


class Service:
    """`sextant serve` over the demo network, or over what the settings say."""

    def __init__(self, folder: Path, **settings: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SEXTANT_", "NAUTOBOT_"))}
        ours = {
            "DEMO_MODE": "true",
            "SEXTANT_SERVE_PORT": str(port),
            "SEXTANT_HISTORY": "off",
            "SEXTANT_LOG_LEVEL": "warning",
        }
        ours |= {"SEXTANT_AUDIT": str(folder / "audit.db")}
        self._process = subprocess.Popen(
            [Path(sys.executable).parent / "sextant", "serve"], cwd=folder, env={**kept, **ours, **settings}
        )
        while True:
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/readyz", timeout=30).status_code == 200:
                    break
            time.sleep(0.1)

    def memory(self) -> dict[str, float]:
        """Return the megabytes of the service and of its tool server."""
        (tools,) = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text("utf-8").split()
        return {"service": _memory(self._process.pid), "tool server": _memory(int(tools))}

    def seconds(self) -> dict[str, float]:
        """Return the processor time that the service and its tool server have taken so far."""
        (tools,) = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text("utf-8").split()
        return {"service": _processor(self._process.pid), "tool server": _processor(int(tools))}

    def settle(self) -> None:
        """Return when all that is loaded at the start is loaded."""
        for tool, arguments in CALLS:
            body = {"tool": tool, "arguments": arguments}
            httpx.post(f"{self.url}/tools/invoke", json=body, timeout=60).raise_for_status()
        last = -1.0
        while (now := sum(self.seconds().values())) > last + 0.02:
            last = now
            time.sleep(1)

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(30)


def _memory(process: int) -> float:
    return int(Path(f"/proc/{process}/statm").read_text("utf-8").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _processor(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def service(**settings: str) -> Iterator[Service]:
    """Give a service that answers."""
    with tempfile.TemporaryDirectory() as name:
        made = Service(Path(name), **settings)
        try:
            made.settle()
            yield made
        finally:
            made.close()


class Asking(FastHttpUser):
    """Somebody who asks once in a period, whether or not others do at the same moment."""

    abstract = True
    period = 0.0  # seconds
    calls = CALLS

    def on_start(self) -> None:
        """Begin at any moment of the first period: together all would ask at once for ever."""
        gevent.sleep(random.uniform(0, self.period))
        self._next = time.perf_counter()

    def wait_time(self) -> float:
        """Return the seconds until the next question; locust's own pacing forgets when each began."""
        self._next = max(self._next + self.period, time.perf_counter())
        return self._next - time.perf_counter()


class OverHttp(Asking):
    """Calls tools by POST /tools/invoke."""

    abstract = True

    @task
    def invoke(self) -> None:
        """Call one."""
        tool, arguments = random.choice(self.calls)
        body = {"tool": tool, "arguments": arguments}
        with self.client.post("/tools/invoke", json=body, name="tool call", catch_response=True) as answer:
            if answer.status_code in (429, 503) and answer.headers.get("Retry-After"):
                answer.failure(f"{answer.status_code}, come back")
            elif answer.status_code != 200 or answer.json()["outcome"] != "found":
                answer.failure(f"{answer.status_code}: {answer.text[:80] if answer.text else ''}")


class OverMcp(Asking):
    """Calls tools over MCP, in a session of its own."""

    abstract = True

    def on_start(self) -> None:
        """Begin the session."""
        with self.client.post(
            "/mcp", json=INITIALIZE, headers=ACCEPT, name="a session begins", catch_response=True
        ) as opened:
            session = opened.headers["Mcp-Session-Id"]
        self._headers = {**ACCEPT, "Mcp-Session-Id": session, "MCP-Protocol-Version": "2025-11-25"}
        begun = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        self.client.post("/mcp", json=begun, headers=self._headers, name="a session begins")
        super().on_start()

    @task
    def call(self) -> None:
        """Call a tool."""
        tool, arguments = random.choice(self.calls)
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
        with self.client.post(
            "/mcp", json=body, headers=self._headers, name="tool call", catch_response=True
        ) as answer:
            if answer.status_code != 200 or '"isError":false' not in (answer.text or ""):
                answer.failure(f"{answer.status_code}: {answer.text[:80] if answer.text else ''}")


class Bare(Asking):
    """Sends Nautobot one of the queries that the calls send, and nothing else."""

    abstract = True

    @task
    def ask(self) -> None:
        """Send it."""
        variables = {"limit": 200, "offset": 0, "locations": ["NYC01"]}
        token = {"Authorization": f"Token {os.environ['NAUTOBOT_TOKEN']}"}
        body = {"query": QUERY, "variables": variables}
        with self.client.post(
            "/api/graphql/", json=body, headers=token, name="tool call", catch_response=True
        ) as answer:
            if answer.status_code != 200 or "errors" in answer.json():
                answer.failure(f"{answer.status_code}: {answer.text[:80] if answer.text else ''}")


def loaded(kind: type[FastHttpUser], url: str, rate: float, seconds: float, users: int = USERS) -> str:
    """Ask at a rate for so long; return a row of the table."""
    period = users / rate
    about = {"period": period, "host": url, "network_timeout": 60.0}
    user = type(kind.__name__, (kind,), about)
    environment = Environment(user_classes=[user])
    runner = environment.create_local_runner()
    runner.start(users, spawn_rate=users)
    gevent.sleep(2 + period)  # all have begun, and names are read
    environment.stats.reset_all()
    load = os.getloadavg()[0]
    began = time.monotonic()
    gevent.sleep(seconds)
    taken = time.monotonic() - began
    told = environment.stats.get("tool call", "POST")
    row = (
        f"{told.num_requests / taken:.0f} a second | {told.get_response_time_percentile(0.5) or 0:.0f} ms |"
        f" {told.get_response_time_percentile(0.95) or 0:.0f} ms | {told.num_failures} of {told.num_requests:,} | {load:.0f} |"
    )
    runner.quit()
    said = Counter({str(error.error): error.occurrences for error in environment.stats.errors.values()})
    return row + (f" {dict(said.most_common(3))}" if said else "")


HEAD = "| | answered | P50 | P95 | errors | load |\n| --- | --- | --- | --- | --- | --- |"


def demo(rate: float, seconds: float, kind: type[FastHttpUser], way: str) -> None:
    """Print what calls over the demo network take."""
    with service() as made:
        print(f"| {way}, asked {rate:g} a second | {loaded(kind, made.url, rate, seconds)}", flush=True)
        print(f"Memory, in MB: {made.memory()}")


def cost(count: int) -> None:
    """Print the processor time of a call, one after another: what a busy machine changes least."""
    with service() as made, httpx.Client(base_url=made.url, timeout=60) as client:
        before = made.seconds()
        for number in range(count):
            tool, arguments = CALLS[number % len(CALLS)]
            client.post("/tools/invoke", json={"tool": tool, "arguments": arguments}).raise_for_status()
        after = made.seconds()
        print(
            {name: f"{(after[name] - before[name]) / count * 1000:.1f} ms of processor time a call" for name in after}
        )


class AsBare(OverHttp):
    """Calls the tool that sends Nautobot what the bare request sends."""

    abstract = True
    calls = CALLS[1:2]


def nautobot(rate: float, seconds: float) -> None:
    """Print what a call takes over a Nautobot, and in turns with it what the bare request takes."""
    url, token = os.environ["NAUTOBOT_URL"], os.environ["NAUTOBOT_TOKEN"]
    with service(DEMO_MODE="false", NAUTOBOT_URL=url, NAUTOBOT_TOKEN=token) as made:
        for _ in range(2):
            print(f"| bare request, asked {rate:g} a second | {loaded(Bare, url, rate, seconds)}", flush=True)
            print(f"| tool call, asked {rate:g} a second | {loaded(AsBare, made.url, rate, seconds)}", flush=True)


def idle(count: int, seconds: float) -> None:
    """Print the memory before, with and after so many sessions whose streams wait for news, and with as many once more."""
    with service() as made, httpx.Client(base_url=made.url, timeout=60) as client:
        print(f"before: {made.memory()}")
        for again in ("", ", once more"):
            waiting = [_waiting(client, made.url) for _ in range(count)]
            print(f"{count} sessions, each with its stream{again}: {made.memory()}", flush=True)
            gevent.sleep(seconds)
            print(f"{seconds:g} s later: {made.memory()}", flush=True)
            began = time.perf_counter()
            client.post("/tools/invoke", json={"tool": CALLS[0][0], "arguments": CALLS[0][1]}).raise_for_status()
            print(f"a call among them: {(time.perf_counter() - began) * 1000:.0f} ms")
            for session, stream in waiting:
                stream.close()
                client.delete("/mcp", headers={**ACCEPT, "Mcp-Session-Id": session}).raise_for_status()
            gevent.sleep(2)
            print(f"all ended: {made.memory()}", flush=True)


def _waiting(client: httpx.Client, url: str) -> tuple[str, socket.socket]:
    """Begin a session whose stream waits for news; return its id and the stream."""
    session = client.post("/mcp", json=INITIALIZE, headers=ACCEPT).headers["mcp-session-id"]
    port = int(url.rpartition(":")[2])
    stream = socket.create_connection(("127.0.0.1", port))
    lines = [
        f"GET /mcp HTTP/1.1\r\nHost: 127.0.0.1:{port}",
        "Accept: text/event-stream",
        f"Mcp-Session-Id: {session}",
    ]
    stream.sendall("\r\n".join([*lines, "", ""]).encode())
    if b"200 OK" not in stream.recv(200):
        raise SystemExit("A stream does not begin.")
    return session, stream


def overload(seconds: float) -> None:
    """Print what a service tells far more clients than it answers at once, and how it answers afterwards."""
    with service(SEXTANT_SERVE_PARALLEL="8") as made:
        print(
            f"| 8 at once allowed, 300 clients without a pause | {loaded(OverHttp, made.url, 100_000, seconds, users=300)}",
            flush=True,
        )
        print(f"{made.memory()}")
        print(f"| right after, asked 20 a second | {loaded(OverHttp, made.url, 20, seconds)}", flush=True)


def main() -> None:
    """Run the parts that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("parts", nargs="*", default=["cost", "http", "mcp", "idle", "overload"])
    parser.add_argument("--rate", type=float, default=100, help="calls a second")
    parser.add_argument("--seconds", type=float, default=20, help="of each measurement")
    parser.add_argument("--sessions", type=int, default=1000, help="that only wait")
    given = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    print(json.dumps({"processors": os.cpu_count(), "load": os.getloadavg()}))
    print(HEAD)
    for part in given.parts:
        match part:
            case "cost":
                cost(400)
            case "http":
                demo(given.rate, given.seconds, OverHttp, "POST /tools/invoke")
            case "mcp":
                demo(given.rate, given.seconds, OverMcp, "/mcp")
            case "nautobot":
                nautobot(given.rate, given.seconds)
            case "idle":
                idle(given.sessions, given.seconds)
            case "overload":
                overload(given.seconds)
            case _:
                parser.error(f"There is no part {part}: cost, http, mcp, nautobot, idle, overload.")


if __name__ == "__main__":
    main()
