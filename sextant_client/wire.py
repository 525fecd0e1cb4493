"""Requests and answers as both clients write and read them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from sextant_client.errors import SextantError, Unreachable, error_of
from sextant_client.models import (
    Event,
    Problem,
    Text,
    TextReset,
    ToolFinished,
    ToolProgress,
    ToolStarted,
    Turn,
)

T = TypeVar("T")

ADDRESS = "http://127.0.0.1:7001"
SECONDS = 150.0  # a question may take two minutes
JSON: Mapping[str, str] = {"Content-Type": "application/json"}
FOR_EVENTS: Mapping[str, str] = {**JSON, "Accept": "text/event-stream"}
_SECRET = re.compile(r"[!-~]+")
_EVENTS: Mapping[str, type[Event]] = {
    "text": Text,
    "text_reset": TextReset,
    "tool_started": ToolStarted,
    "tool_progress": ToolProgress,
    "tool_finished": ToolFinished,
    "answer": Turn,
}


def options(
    address: str, api_key: str | None, token: str | None, login: tuple[str, str] | None, seconds: float
) -> dict[str, Any]:
    """Return what an httpx client is made with. Raise `SextantError` for a secret that no header can hold, or a wrong address."""
    for what, said in (("API key", api_key), ("token", token)):
        if said is not None and not _SECRET.fullmatch(said):
            raise SextantError(
                f"This is no {what}: it has letters, digits and signs of ASCII, without spaces and line ends."
            )
    headers = {"User-Agent": f"sextant-client/{_version()}"}
    if api_key is not None:
        headers["X-API-Key"] = api_key
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    try:
        base = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise SextantError(f"{address} is no address ({error}): one is like {ADDRESS}.") from error
    return {"base_url": base, "headers": headers, "auth": login, "timeout": seconds}


def question(text: str, conversation: str | None, model: str | None) -> bytes:
    """Return the body of a question. Raise `SextantError` where it cannot be written."""
    given = {"question": text, "conversation": conversation, "model": model}
    return _body({key: value for key, value in given.items() if value is not None})


def call(tool: str, arguments: Mapping[str, Any] | None, results: Mapping[str, str] | None, all_rows: bool) -> bytes:
    """Return the body of a call. Raise `SextantError` where it cannot be written."""
    given = {"tool": tool, "arguments": dict(arguments or {}), "results": dict(results or {}), "all_rows": all_rows}
    return _body(given)


def result_path(id: str, ending: str | None = None) -> str:
    """Return the path of a result; `ending`: of a file of it."""
    return f"/results/{quote(id, safe='', errors='replace')}" + (f".{ending}" if ending else "")


def conversation_path(name: str) -> str:
    """Return the path of a conversation."""
    return f"/conversations/{quote(name, safe='', errors='replace')}"


def checked(answer: httpx.Response) -> httpx.Response:
    """Return an answer that is none of a problem. Raise `ProblemError`. Its body has been read."""
    if answer.is_success:
        return answer
    after = answer.headers.get("retry-after", "")
    raise error_of(_problem(answer), float(after) if after.isdigit() else None)


def read(kind: type[T], content: bytes) -> T:
    """Return an answer as a value. Raise `SextantError` where it is none."""
    try:
        return TypeAdapter(kind).validate_json(content)
    except ValidationError as error:
        raise SextantError(f"This is no answer of Sextant: {error.errors()[0]['msg']}.") from error


def away(address: str, error: httpx.RequestError) -> Unreachable:
    """Return what is raised where there is no answer."""
    return Unreachable(f"Sextant does not answer at {address} ({error or type(error).__name__}).")


@dataclass
class Stream:
    """The text of a stream on its way to events."""

    name: str = ""
    data: list[str] = field(default_factory=list)
    rest: str = ""
    answered: bool = False

    def take(self, text: str) -> Iterator[Event]:
        """Yield the events that end in a piece of text. Raise `ProblemError` for one that tells of a problem."""
        # Not by splitlines: there are signs in names that it takes for the end of a line, and JSON does not.
        *lines, self.rest = (self.rest + text).split("\n")
        for line in lines:
            yield from self._line(line.removesuffix("\r"))

    def end(self) -> None:
        """Return where the answer has come. Raise `SextantError` where the stream broke off before."""
        if not self.answered:
            raise SextantError("The stream ended before the answer: ask again.")

    def _line(self, line: str) -> Iterator[Event]:
        if line:
            key, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if key == "event":
                self.name = value
            elif key == "data":
                self.data.append(value)
            return
        name, content = self.name, "\n".join(self.data)
        self.name, self.data = "", []
        if name == "problem":
            raise error_of(read(Problem, content.encode()))
        if kind := _EVENTS.get(name):  # a newer service may tell of more
            self.answered = kind is Turn
            yield read(kind, content.encode())


def _body(given: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(given, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        allowed = "texts, finite numbers, true, false, None, and lists and dicts of them"
        raise SextantError(f"This cannot be sent as JSON ({error}). Send {allowed}.") from error


def _problem(answer: httpx.Response) -> Problem:
    try:
        return Problem.model_validate({"status": answer.status_code, **from_json(answer.content)})
    except (ValueError, TypeError):  # something in front of the service answered
        return Problem(status=answer.status_code, title=answer.reason_phrase)


def _version() -> str:
    try:
        return version("sextant-chat")
    except PackageNotFoundError:
        return "0"
