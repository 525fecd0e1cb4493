"""The offline reader: reads a question with a lexicon and the names the tools report, and calls tools like a model."""

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from chainlit_app.detail import detail_of
from chainlit_app.offline.compose import DEMO_NOTICE, answer, intro, spoken
from chainlit_app.offline.conversation import Turn, turns
from chainlit_app.offline.gazetteer import Gazetteer, gazetteer
from chainlit_app.offline.history import readings
from chainlit_app.offline.pieces import Asked, Call, Calls, Declined, Piece
from chainlit_app.offline.plan import next_calls
from chainlit_app.offline.reading import Reading, declined
from tools.models import Names

logger = logging.getLogger(__name__)


_DEFECT = "I could not answer that: the reader has a defect there, and its log has the details. Put it another way."


class OfflineReader:
    """A model without a model. It keeps nothing of a conversation between calls: the messages hold it."""

    async def respond(
        self, messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]], names: Names
    ) -> AsyncIterator[Piece]:
        """Yield text, or `Calls` and nothing after them; `Declined` or `Asked` follows the text that says so."""
        for piece in respond(messages, tools, names):
            yield piece


def respond(messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]], names: Names) -> list[Piece]:
    """Return the pieces of the answer to the last question of a conversation."""
    conversation = turns(messages)
    if not conversation:
        return [spoken(declined("nothing"), _known(names), "", first=True), Declined()]
    try:
        return _respond(messages, tools, conversation, _known(names))
    except Exception:  # a defect of the reader, which is told in words like all that it cannot do
        logger.exception("The offline reader has a defect: it could not answer a question")
        return [_DEFECT, Declined()]


def _respond(
    messages: Sequence[Mapping[str, Any]],
    tools: Sequence[Mapping[str, Any]],
    conversation: Sequence[Turn],
    known: Gazetteer,
) -> list[Piece]:
    reading, turn = readings(conversation, known)[-1], conversation[-1]
    first = not any(intro() in earlier.answer for earlier in conversation[:-1])
    if reading.job in ("talk", "ask", "declined"):
        return _spoken(reading, turn, known, first)
    calls = next_calls(reading, turn.rounds, known)
    if not calls:
        told = any(DEMO_NOTICE in earlier.answer.splitlines() for earlier in conversation[:-1])
        text = answer(reading, turn.rounds, known, question=turn.question, told=told, detail=detail_of(messages))
        return _answered(reading, turn, text)
    missing = _missing(calls, tools)
    if missing:
        return _spoken(declined("no_tool", *missing), turn, known, first)
    return [Calls(calls)]


def _spoken(reading: Reading, turn: Turn, names: Gazetteer, first: bool) -> list[Piece]:
    text = spoken(reading, names, turn.question, first=first)
    ending: dict[str, list[Piece]] = {"declined": [Declined()], "ask": [Asked()]}
    return [*_lines(text), *ending.get(reading.job, [])]


def _answered(reading: Reading, turn: Turn, text: str) -> list[Piece]:
    outcomes = {result.outcome for result in turn.results}
    asks = reading.job == "overview" or "ambiguous" in outcomes or outcomes == {"unknown"}
    return [*_lines(text), *([Asked()] if asks else [])]


def _lines(text: str) -> list[Piece]:
    """Return a text in lines, so that it streams like any other."""
    return list(text.splitlines(keepends=True))


def _missing(calls: Sequence[Call], tools: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the names of called tools that the server does not have; an empty catalogue says nothing."""
    offered = {str(tool.get("function", tool).get("name")) for tool in tools}
    return [] if not offered else sorted({call.name for call in calls if call.name not in offered})


def _known(names: Names) -> Gazetteer:
    return _gazetteer(_Same(names))


class _Same:
    """Names as a key: the same object, or one that says the same."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def __hash__(self) -> int:
        return hash((self.names.mode, len(self.names.locations), len(self.names.devices)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and (self.names is other.names or self.names == other.names)


@lru_cache(maxsize=4)
def _gazetteer(key: _Same) -> Gazetteer:
    return gazetteer(key.names)
