"""The client for programs that wait."""

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self

import httpx

from sextant_client import wire
from sextant_client.models import Conversation, Conversations, Event, Invoked, Ready, Rows, Tool, Tools, Turn


class Sextant:
    """A Sextant over HTTP. Use it with `with`, or call `close`. Every method raises `SextantError`."""

    def __init__(
        self,
        address: str = wire.ADDRESS,
        *,
        api_key: str | None = None,
        token: str | None = None,
        login: tuple[str, str] | None = None,
        seconds: float = wire.SECONDS,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`api_key`, `token` (of an issuer) or `login` (name and password): as the service asks; `seconds` to wait."""
        self._address = address
        self._http = httpx.Client(**wire.options(address, api_key, token, login, seconds), transport=transport)

    def ready(self) -> Ready:
        """Return whether questions can be answered; a service that is not ready is an answer too."""
        answer = self._sent("GET", "/readyz", refusals=False)
        return wire.read(Ready, (answer if answer.status_code == 503 else wire.checked(answer)).content)

    def tools(self) -> list[Tool]:
        """Return the tools that you may call."""
        return wire.read(Tools, self._sent("GET", "/tools").content).tools

    def invoke(
        self,
        tool: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        results: Mapping[str, str] | None = None,
        all_rows: bool = False,
    ) -> Invoked:
        """Call a tool. `results`: ids of earlier results by the names that the arguments call them, r1, r2."""
        sent = wire.call(tool, arguments, results, all_rows)
        return wire.read(Invoked, self._sent("POST", "/tools/invoke", content=sent, headers=wire.JSON).content)

    def ask(self, question: str, *, conversation: str | None = None, model: str | None = None) -> Turn:
        """Ask a question; questions under one name of a conversation follow one another."""
        sent = wire.question(question, conversation, model)
        return wire.read(Turn, self._sent("POST", "/query", content=sent, headers=wire.JSON).content)

    def ask_stream(
        self, question: str, *, conversation: str | None = None, model: str | None = None
    ) -> Iterator[Event]:
        """Yield what happens while a question is answered; the last event is the `Turn`. Who stops reading stops it."""
        sent = wire.question(question, conversation, model)
        stream = wire.Stream()
        try:
            with self._http.stream("POST", "/query", content=sent, headers=wire.FOR_EVENTS) as answer:
                if not answer.is_success:
                    answer.read()
                wire.checked(answer)
                for text in answer.iter_text():
                    yield from stream.take(text)
            stream.end()
        except httpx.RequestError as error:
            raise wire.away(self._address, error) from error

    def result(self, id: str) -> Rows:
        """Return all rows of a result of yours."""
        return wire.read(Rows, self._sent("GET", wire.result_path(id)).content)

    def file(self, id: str, kind: str = "csv") -> bytes:
        """Return all rows of a result of yours as a file: csv, xlsx or json."""
        return self._sent("GET", wire.result_path(id, kind)).content

    def conversations(self) -> Iterator[Conversation]:
        """Yield your conversations, newest first."""
        after: str | None = None
        while True:
            answer = self._sent("GET", "/conversations", params={"after": after} if after else {})
            page = wire.read(Conversations, answer.content)
            yield from page.conversations
            after = page.next
            if after is None:
                return

    def conversation(self, name: str) -> list[Turn]:
        """Return the turns of a conversation of yours."""
        return wire.read(list[Turn], self._sent("GET", wire.conversation_path(name)).content)

    def forget(self, name: str) -> None:
        """Delete a conversation of yours."""
        self._sent("DELETE", wire.conversation_path(name))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _sent(self, method: str, path: str, *, refusals: bool = True, **given: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **given)
        except httpx.RequestError as error:
            raise wire.away(self._address, error) from error
        return wire.checked(answer) if refusals else answer
