"""Connections that never come to the point, or speak no HTTP."""

import asyncio
import json
import socket
from typing import Any

import pytest


async def said(port: int, *pieces: bytes) -> tuple[int, dict[str, Any]]:
    """Return what a service answers to bytes; the connection is its to close."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return int(head.split()[1]), json.loads(body)


async def test_a_client_that_sends_no_headers_is_told_and_let_go(listening: Any) -> None:
    service = await listening(sextant_serve_read_seconds=0.2)
    for pieces in ((), (b"GET /healthz HTTP/1.1\r\n", b"X-Slow: ")):
        status, told = await said(service.server.config.port, *pieces)
        assert (status, told["type"]) == (408, "urn:sextant:problem:too-slow")
        assert told["request_id"]


async def test_a_second_request_on_a_connection_may_not_take_longer_either(listening: Any) -> None:
    service = await listening(sextant_serve_read_seconds=0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", service.server.config.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert b'{"status":"ok"}' in await reader.readuntil(b"}")
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: ")
    assert b"408 Request Timeout" in await reader.read()
    writer.close()


async def test_what_is_no_http_is_told_as_a_problem_too(listening: Any) -> None:
    service = await listening()
    status, told = await said(service.server.config.port, b"\x16\x03\x01\x02\x00\x01\r\n\r\n")
    assert (status, told["type"]) == (400, "urn:sextant:problem:bad-request")


async def test_a_client_that_does_not_take_its_answer_is_let_go(
    listening: Any, tools: Any, fakes: Any, soon: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sextant.service.connections._DEAF", 0.2)
    tools.answers["NYC01"] = fakes.answer("x" * 20_000_000)
    service = await listening()
    sent = json.dumps({"tool": "get_devices_by_location", "arguments": {"location": "NYC01"}}).encode()
    head = b"POST /tools/invoke HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", service.server.config.port)) as deaf:
        deaf.sendall(head + b"Content-Length: %d\r\n\r\n" % len(sent) + sent)
        await soon(lambda: bool(tools.asked))
        await soon(lambda: service.served.running.count == 0)
        await soon(lambda: not service.server.server_state.connections)


async def test_more_connections_than_there_may_be_are_told_to_come_back(listening: Any) -> None:
    service = await listening(sextant_serve_connections=1)
    assert (await service.get("/tools")).status_code == 200
    _, writer = await asyncio.open_connection("127.0.0.1", service.server.config.port)
    refused = await service.get("/tools")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert (await service.get("/healthz")).status_code == 200
    writer.close()


BODY = b'{"tool":"x"}'


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 6\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nContent-Length: 12",
        b"Content-Length: 12\r\nContent-Length: 6",
        b"Transfer-Encoding: gzip, chunked",
        b"Transfer-Encoding: chunked, identity",
    ],
)
@pytest.mark.parametrize("path", [b"/tools/invoke", b"/healthz", b"/mcp"])
async def test_a_request_that_two_servers_may_end_at_different_places_is_refused_with_all_that_follows(
    listening: Any, path: bytes, framing: bytes
) -> None:
    service = await listening()
    head = b"POST " + path + b" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + framing
    hidden = b"GET /tools HTTP/1.1\r\nHost: localhost\r\n\r\n"
    chunk = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
    status, told = await said(service.server.config.port, head + b"\r\n\r\n" + chunk + hidden)
    assert (status, told["type"]) == (400, "urn:sextant:problem:bad-request")


async def test_what_can_be_got_can_be_looked_at_by_its_headers(listening: Any) -> None:
    service = await listening()
    for path in ("/healthz", "/readyz", "/metrics", "/tools", "/openapi.json", "/docs"):
        whole, head = await service.get(path), await service.head(path)
        assert (head.status_code, head.headers["content-type"]) == (200, whole.headers["content-type"]), path
        assert head.content == b""
    assert (await service.head("/nothing-is-here")).status_code == 404
    # A stream of MCP has no end: who asks for its headers only is not kept waiting.
    assert (await service.head("/mcp", headers={"Accept": "text/event-stream"})).status_code in (400, 405)
