"""A provider that speaks the OpenAI wire format over a real socket, as well or as badly as it is told."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

Delta = dict[str, Any]


class Provider:
    """Answers one request after the other from a script; the last answer stays."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[str] = []
        self.url = ""
        self._script: list[tuple[int, str, list[bytes], bool]] = []
        self.hung_up = asyncio.Event()  # a client left before its answer was over
        self._server: asyncio.Server | None = None

    def says(self, *deltas: Delta, finish: str = "stop", usage: bool = True, broken: bool = False) -> None:
        """Stream these deltas; `broken`: and drop the line in the middle."""
        chunks = [_chunk([{"index": 0, "delta": delta, "finish_reason": None}]) for delta in deltas]
        if not broken:
            chunks.append(_chunk([{"index": 0, "delta": {}, "finish_reason": finish}]))
            if usage:
                tokens = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
                chunks.append(_chunk([], usage=tokens))
            chunks.append(b"data: [DONE]\n\n")
        self._script.append((200, "text/event-stream", chunks, broken))

    def refuses(self, status: int, message: str, code: str | None = None) -> None:
        """Answer with an error as OpenAI words it."""
        body = {"error": {"message": message, "type": "error", "param": None, "code": code}}
        self._script.append((status, "application/json", [json.dumps(body).encode()], False))

    def hangs(self, *deltas: Delta) -> None:
        """Stream these deltas and then nothing more, with the line held open."""
        chunks = [_chunk([{"index": 0, "delta": delta, "finish_reason": None}]) for delta in deltas]
        self._script.append((0, "text/event-stream", chunks, False))

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    async def stop(self) -> None:
        """Refuse connections from now on."""
        assert self._server is not None
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            size = next(int(line.split(":")[1]) for line in head.split("\r\n") if line.lower().startswith("content-l"))
            self.headers.append(head)
            self.requests.append(json.loads(await reader.readexactly(size)))
            status, kind, chunks, broken = self._script.pop(0) if len(self._script) > 1 else self._script[0]
            writer.write(f"HTTP/1.1 {status or 200} X\r\nContent-Type: {kind}\r\n".encode())
            writer.write(b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n")
            for chunk in chunks:
                writer.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
                await writer.drain()
            if status == 0:
                await reader.read()
                self.hung_up.set()
            elif not broken:
                writer.write(b"0\r\n\r\n")
        except (ConnectionError, asyncio.IncompleteReadError):
            self.hung_up.set()
        finally:
            writer.close()


def _chunk(choices: Sequence[dict[str, Any]], **more: Any) -> bytes:
    body = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices, **more}
    return f"data: {json.dumps(body)}\n\n".encode()


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    """Return a running stand-in for a model's provider."""
    standing_in = Provider()
    await standing_in.start()
    yield standing_in
    await standing_in.stop()
