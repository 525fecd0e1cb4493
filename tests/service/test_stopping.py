"""Stopping: what was begun ends, what is new is refused, and then the process is gone."""

import asyncio
import signal
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from chainlit_app.turn import Reply

INVOKE = {"tool": "get_devices_by_location", "arguments": {"location": "NYC01"}}


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
async def test_an_answer_that_was_begun_ends_while_new_ones_are_refused(listening: Any, soon: Any, accept: str) -> None:
    go = asyncio.Event()

    async def slowly() -> Reply:
        await go.wait()
        return Reply("Done at last.")

    service = await listening(slowly)
    asking = asyncio.create_task(service.post("/query", json={"question": "x"}, headers={"Accept": accept}))
    await soon(lambda: bool(service.model.heard))
    service.server.handle_exit(signal.SIGTERM, None)
    refused = await service.post("/tools/invoke", json=INVOKE)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert (await service.get("/readyz")).status_code == 503
    assert (await service.get("/readyz")).json()["stopping"] is True
    assert (await service.get("/healthz")).status_code == 200
    assert not service.serving.done()
    go.set()
    assert "Done at last." in (await asking).text
    await service.serving


async def test_an_answer_that_does_not_end_is_given_up(listening: Any, soon: Any) -> None:
    async def for_ever() -> Reply:
        await asyncio.Event().wait()
        raise AssertionError

    service = await listening(for_ever, sextant_serve_stop_seconds=0.2)
    asking = asyncio.create_task(service.post("/query", json={"question": "x"}))
    await soon(lambda: bool(service.model.heard))
    service.server.handle_exit(signal.SIGTERM, None)
    await service.serving
    refused = await asking
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert "stopped before this was answered" in refused.json()["detail"]


async def test_a_session_that_only_waits_holds_nothing_up(listening: Any) -> None:
    service = await listening(sextant_serve_stop_seconds=600)
    start = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    }
    headers = {"Accept": "application/json, text/event-stream"}
    opened = await service.post("/mcp", json=start, headers=headers)
    ids = {**headers, "Mcp-Session-Id": opened.headers["mcp-session-id"]}
    async with service.stream("GET", "/mcp", headers=ids) as waiting:
        assert waiting.status_code == 200
        service.server.handle_exit(signal.SIGTERM, None)
        await service.serving


def test_a_process_that_is_told_to_stop_leaves_nothing_behind(serve: Callable[..., Any]) -> None:
    process = serve()
    assert process.stop() == 0
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{process.url}/healthz")


def test_a_port_that_is_taken_is_told_with_what_to_do(serve: Callable[..., Any], running: Any) -> None:
    with pytest.raises(AssertionError, match="choose another port, for example SEXTANT_SERVE_PORT"):
        serve(SEXTANT_SERVE_PORT=str(running.port))


def test_without_accounts_it_serves_this_machine_only(serve: Callable[..., Any]) -> None:
    with pytest.raises(AssertionError, match="AUTH_MODE=none"):
        serve(SEXTANT_SERVE_HOST="0.0.0.0")
