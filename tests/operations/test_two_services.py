"""Two services that share a PostgreSQL and a Redis, behind nginx: to who asks they are one."""

import asyncio
import signal
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from chainlit_app.history.where import place
from sextant.audit.store import AuditStore, Wanted

pytestmark = [pytest.mark.postgres, pytest.mark.redis, pytest.mark.nginx, pytest.mark.slow]

CALL = {"tool": "search_locations", "arguments": {"query": "campus"}}
FIRST, FOLLOW_UP = "Which devices are at Frankfurt?", "and at NYC01?"
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}


def ask(url: str, key: dict[str, str], question: str, conversation: str) -> httpx.Response:
    body = {"question": question, "conversation": conversation}
    return httpx.post(f"{url}/query", json=body, headers=key, timeout=60)


def numbers(answered: httpx.Response) -> list[int]:
    assert answered.status_code == 200, answered.text
    return [source["number"] for source in answered.json()["sources"]]


def test_a_conversation_goes_on_over_whichever_service_is_asked(pair: Any, shared: Any) -> None:
    key = shared.key("talker", "viewer")
    seen = [numbers(ask(pair[0].url, key, FIRST, "c"))]
    for service in (pair[1], pair[0], pair[1]):
        seen.append(numbers(ask(service.url, key, FOLLOW_UP, "c")))
    assert [number for turn in seen for number in turn] == list(range(1, sum(map(len, seen)) + 1))
    told = [httpx.get(f"{service.url}/conversations/c", headers=key).json() for service in pair]
    assert told[0] == told[1]
    assert [turn["question"] for turn in told[0]] == [FIRST, FOLLOW_UP, FOLLOW_UP, FOLLOW_UP]
    deleted = httpx.delete(f"{pair[0].url}/conversations/c", headers=key)
    assert deleted.status_code == 204
    assert httpx.get(f"{pair[1].url}/conversations/c", headers=key).status_code == 404


def test_questions_at_the_same_moment_over_both_leave_one_conversation_that_goes_on(pair: Any, shared: Any) -> None:
    key = shared.key("hasty", "viewer")
    numbers(ask(pair[0].url, key, FIRST, "c"))
    with ThreadPoolExecutor() as threads:
        asking = [threads.submit(ask, service.url, key, FOLLOW_UP, "c") for service in pair for _ in range(3)]
        statuses = {one.result().status_code for one in asking}
    assert 200 in statuses <= {200, 409}
    for service in pair:
        numbers(ask(service.url, key, FOLLOW_UP, "c"))
    told = [httpx.get(f"{service.url}/conversations/c", headers=key, timeout=60).json() for service in pair]
    assert told[0] == told[1]
    seen = [source["number"] for turn in told[0] for source in turn["sources"]]
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) >= 4


def test_a_rate_counts_the_calls_of_both(pair: Any, shared: Any) -> None:
    key = shared.key("slow", "slow")
    for service in (pair[0], pair[1], pair[0], pair[1]):
        assert httpx.post(f"{service.url}/tools/invoke", json=CALL, headers=key, timeout=60).status_code == 200
    for service in pair:
        refused = httpx.post(f"{service.url}/tools/invoke", json=CALL, headers=key, timeout=60)
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0


def test_a_key_that_is_revoked_counts_at_neither(pair: Any, shared: Any, until: Callable[..., None]) -> None:
    key = shared.key("leaver", "viewer")
    for service in pair:
        assert httpx.get(f"{service.url}/tools", headers=key, timeout=60).status_code == 200
    (id,) = [line.split()[0] for line in shared.sextant("keys", "list").stdout.splitlines() if "leaver" in line]
    assert shared.sextant("keys", "revoke", id).returncode == 0
    for service in pair:
        until(lambda: httpx.get(f"{service.url}/tools", headers=key, timeout=60).status_code == 401, "it still counts")  # noqa: B023 - called at once


async def test_one_audit_holds_what_both_write_at_once(pair: Any, shared: Any) -> None:
    key = shared.key("writer", "viewer")
    async with httpx.AsyncClient(headers=key, timeout=60) as client:
        calls = [client.post(f"{pair[number % 2].url}/tools/invoke", json=CALL) for number in range(40)]
        assert {one.status_code for one in await asyncio.gather(*calls)} == {200}
    store = AuditStore(place(shared.database))
    wanted = Wanted(who="writer", kind="tool")
    async with asyncio.timeout(60):
        while len([row async for row in store.records(wanted)]) < 40:
            await asyncio.sleep(0.1)
    found = await store.verify()
    await store.close()
    assert (found.breaks, found.told) == (0, [])
    assert found.count >= 40


def test_over_nginx_a_session_and_its_results_stay_where_they_are_kept(nginx: Any, shared: Any) -> None:
    headers = {**shared.key("agent", "viewer"), "Accept": "application/json, text/event-stream"}
    with httpx.Client(base_url=nginx.url, headers=headers, timeout=60) as client:
        opened = client.post("/mcp", json=INITIALIZE)
        client.headers["Mcp-Session-Id"] = opened.headers["mcp-session-id"]
        client.post("/mcp", json={"jsonrpc": "2.0", "method": "notifications/initialized"})
        for number in range(4):
            asked = {"jsonrpc": "2.0", "id": number, "method": "tools/list"}
            assert client.post("/mcp", json=asked).status_code == 200
            result = client.post("/tools/invoke", json=CALL).json()["result"]
            assert client.get(f"/results/{result}.csv").status_code == 200


def waits_unread(port: int) -> bool:
    """Say whether something was sent to a port that nobody has read."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return any(line[1].endswith(f":{port:04X}") and not line[4].endswith(":00000000") for line in lines)


def test_a_killed_service_costs_no_conversation_and_no_answer(
    nginx: Any, pair: Any, shared: Any, until: Callable[..., None]
) -> None:
    key = shared.key("survivor", "viewer")
    seen = numbers(ask(nginx.url, key, FIRST, "c"))
    dying = nginx.asked_last(pair)
    # Frozen, it has the next question and does not answer: as one that dies in the middle of it.
    dying.process.send_signal(signal.SIGSTOP)
    with ThreadPoolExecutor() as threads:
        asking = threads.submit(ask, nginx.url, key, FOLLOW_UP, "c")
        until(lambda: waits_unread(dying.port), "the question does not come")
        dying.process.kill()
        seen += numbers(asking.result())
    assert nginx.asked_last(pair) is not dying
    seen += numbers(ask(nginx.url, key, "and at Tokyo?", "c"))
    assert seen == list(range(1, len(seen) + 1))
    told = httpx.get(f"{nginx.url}/conversations/c", headers=key, timeout=60).json()
    assert [turn["question"] for turn in told] == [FIRST, FOLLOW_UP, "and at Tokyo?"]
    verified = shared.sextant("audit", "verify")
    assert verified.returncode == 0, verified.stdout


def test_a_service_that_is_told_to_stop_costs_who_asks_over_nginx_nothing(nginx: Any, pair: Any, shared: Any) -> None:
    keys = [shared.key(f"worker{number}", "viewer") for number in range(2)]
    assert httpx.post(f"{nginx.url}/tools/invoke", json=CALL, headers=keys[0], timeout=60).status_code == 200
    stopped = nginx.asked_last(pair)

    def work(key: dict[str, str]) -> list[int]:
        statuses = []
        with httpx.Client(base_url=nginx.url, headers=key, timeout=60) as client:
            while stopped.process.poll() is None:
                statuses.append(client.post("/tools/invoke", json=CALL).status_code)
            statuses.append(client.post("/tools/invoke", json=CALL).status_code)
        return statuses

    with ThreadPoolExecutor() as threads:
        working = [threads.submit(work, key) for key in keys]
        stopped.process.terminate()
        said = Counter(status for one in working for status in one.result())
    assert set(said) == {200}
    assert stopped.process.returncode == 0
    assert set(nginx.ports()) == {one.port for one in pair}


def test_services_whose_nautobot_is_away_are_reached_over_nginx_for_all_else(nginx_without_nautobot: Any) -> None:
    for _ in range(3):
        told = httpx.get(f"{nginx_without_nautobot.url}/readyz", timeout=60)
        assert (told.status_code, told.json()["ready"]) == (503, False)
        assert httpx.get(f"{nginx_without_nautobot.url}/healthz", timeout=60).status_code == 200
