"""The offline reader over a small network of made-up names, and a conversation with it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pytest

from chainlit_app.offline import Asked, Calls, Declined
from chainlit_app.offline.reader import respond
from tools.models import LocationName, Names


def _site(name: str, kind: str, path: list[str], city: str = "") -> LocationName:
    return LocationName(name=name, type=kind, path=path, city=city, description=f"{city or name} {kind.lower()}")


NAMES = Names(
    mode="demo",
    locations=[
        LocationName(name="NORD", type="Region", path=[], city="", description="Nordic Countries"),
        LocationName(name="Norway", type="Country", path=["NORD"], city="", description="NO"),
        LocationName(name="Sweden", type="Country", path=["NORD"], city="", description="SE"),
        _site("OSL01", "Campus", ["NORD", "Norway"], "Oslo"),
        _site("BGO01", "Campus", ["NORD", "Norway"], "Bergen"),
        _site("ARN01", "Campus", ["NORD", "Sweden"], "Stockholm"),
        _site("HAM01", "Campus", ["NORD", "Norway"], "Hamar"),
        _site("HAM02", "Campus", ["NORD", "Sweden"], "Hamar By"),
        _site("NOD01", "Data Center", ["NORD", "Norway"]),
        _site("NOB01", "Branch", ["NORD", "Norway"]),
    ],
    location_types=["Region", "Country", "Campus", "Data Center", "Branch"],
    device_roles=["WAN Router", "Access Switch"],
    prefix_roles=["User Data", "User Voice", "Point-to-Point Link"],
    statuses=["Active", "Planned", "Retired"],
    namespaces=["Global", "Lab"],
    providers=["Fjordline Telecom"],
    devices=["OSL01-wan001", "OSL01-acc001", "OSL01-acc002", "BGO01-wan001"],
)


@dataclass
class Chat:
    """A conversation: what was said, and the results to give for calls that come."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    results: Callable[[str, dict[str, Any]], str] = lambda name, arguments: result()
    names: Names = NAMES

    def ask(self, question: str) -> "Turn":
        """Say something, run the calls that come of it, and return what was done."""
        self.messages.append({"role": "user", "content": question})
        turn = Turn()
        for _ in range(8):
            pieces = respond(self.messages, [], self.names)
            calls = [call for piece in pieces if isinstance(piece, Calls) for call in piece.calls]
            if not calls:
                break
            turn.rounds.append([(call.name, call.arguments) for call in calls])
            self._run(calls)
        turn.text = "".join(piece for piece in pieces if isinstance(piece, str))
        turn.declined = any(isinstance(piece, Declined) for piece in pieces)
        turn.asked = any(isinstance(piece, Asked) for piece in pieces)
        self.messages.append({"role": "assistant", "content": turn.text})
        return turn

    def _run(self, calls: Sequence[Any]) -> None:
        keys = [f"call_{len(self.messages)}_{i}" for i in range(len(calls))]
        self.messages.append(
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {"id": key, "function": {"name": call.name, "arguments": json.dumps(call.arguments)}}
                    for key, call in zip(keys, calls, strict=True)
                ],
            }
        )
        for key, call in zip(keys, calls, strict=True):
            content = self.results(call.name, call.arguments)
            self.messages.append({"role": "tool", "tool_call_id": key, "content": content})


@dataclass
class Turn:
    """What the reader did with one question."""

    rounds: list[list[tuple[str, dict[str, Any]]]] = field(default_factory=list)
    text: str = ""
    declined: bool = False
    asked: bool = False

    @property
    def calls(self) -> list[tuple[str, dict[str, Any]]]:
        return [call for one in self.rounds for call in one]


def result(
    summary: str = "2 records.",
    columns: str = "device | role | location",
    rows: Sequence[str] = ("OSL01-acc001 | Access Switch | OSL01", "OSL01-acc002 | Access Switch | OSL01"),
    outcome: str = "found",
    data: str = "demo",
    before: str = "",
    source: str = "1",
) -> str:
    """Return a tool message as the loop writes it."""
    table = [f"Rows: {len(rows)} of {len(rows)}", columns, *rows] if rows else []
    text = "\n".join([summary, *([before] if before else []), *table])
    return (
        f'<tool_result source="{source}" tool="x" outcome="{outcome}" rows="{len(rows)}" shown="{len(rows)}" data="{data}">\n'
        f"{escape(text, quote=False)}\n</tool_result>"
    )


@pytest.fixture
def chat() -> type[Chat]:
    return Chat


@pytest.fixture
def tool_message() -> Callable[..., str]:
    return result


@pytest.fixture
def small_names() -> Names:
    return NAMES


@pytest.fixture
async def demo_names() -> Names:
    """The names that the tools report of the demo network."""
    from tools.about import names
    from tools.loading import Loading
    from tools.settings import ToolSettings

    loading = Loading(ToolSettings(demo_mode="true"))
    found = await names((await loading.answering()).nautobot)
    await loading.aclose()
    return found
