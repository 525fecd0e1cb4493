"""Connections that never come to the point, or speak no HTTP."""

import asyncio
import json
from typing import Any


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


async def test_more_connections_than_there_may_be_are_told_to_come_back(listening: Any) -> None:
    service = await listening(sextant_serve_connections=1)
    assert (await service.get("/tools")).status_code == 200
    _, writer = await asyncio.open_connection("127.0.0.1", service.server.config.port)
    refused = await service.get("/tools")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert (await service.get("/healthz")).status_code == 200
    writer.close()
