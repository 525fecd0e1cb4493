"""A client of Sextant over HTTP, for programs: `Sextant`, or `AsyncSextant`.

with Sextant("http://127.0.0.1:7001", api_key="...") as sextant:
    turn = sextant.ask("How many devices are there?")
    print(turn.answer, [source.tool for source in turn.sources])
"""

from sextant_client.asynchronous import AsyncSextant
from sextant_client.errors import (
    Broken,
    Invalid,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    ProblemError,
    SextantError,
    TryLater,
    Unreachable,
)
from sextant_client.models import (
    Check,
    Conversation,
    Event,
    Fact,
    Invoked,
    Problem,
    Ready,
    Rows,
    Source,
    Step,
    Text,
    TextReset,
    Tool,
    ToolFinished,
    ToolProgress,
    ToolStarted,
    Turn,
)
from sextant_client.synchronous import Sextant

__all__ = [
    "AsyncSextant",
    "Broken",
    "Check",
    "Conversation",
    "Event",
    "Fact",
    "Invalid",
    "Invoked",
    "NotAllowed",
    "NotAuthenticated",
    "NotFound",
    "Problem",
    "ProblemError",
    "Ready",
    "Rows",
    "Sextant",
    "SextantError",
    "Source",
    "Step",
    "Text",
    "TextReset",
    "Tool",
    "ToolFinished",
    "ToolProgress",
    "ToolStarted",
    "TryLater",
    "Turn",
    "Unreachable",
]
