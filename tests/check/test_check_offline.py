"""What the offline reader says is what its tools say: the check finds every fact of it."""

import json
from pathlib import Path

from chainlit_app.agent import answer
from chainlit_app.conversation import Conversation
from chainlit_app.offline import Asked, Calls, Declined
from chainlit_app.offline.reader import respond
from chainlit_app.turn import Reply, ToolCall, ToolResult
from tools.catalog import CATALOG
from tools.models import ResultTable

QUESTIONS = Path(__file__).parent.parent / "offline" / "questions.jsonl"


class Reader:
    name = "offline reader"

    def __init__(self, names):
        self.names = names

    async def stream(self, messages, tools):
        pieces = respond(messages, tools, self.names)
        calls = [call for piece in pieces if isinstance(piece, Calls) for call in piece.calls]
        yield Reply(
            "".join(piece for piece in pieces if isinstance(piece, str)),
            [ToolCall("", call.name, dict(call.arguments), json.dumps(call.arguments)) for call in calls],
            declined=any(isinstance(piece, Declined) for piece in pieces),
            asks=any(isinstance(piece, Asked) for piece in pieces),
        )


class Tools:
    def __init__(self, network):
        self.network = network

    async def schemas(self):
        return [
            {"type": "function", "function": {"name": name, "parameters": entry.input_schema}}
            for name, entry in CATALOG.items()
        ]

    async def call(self, call, turn, report=None):
        got = await self.network.ask(call.name, call.arguments or {})
        uri = got.answer.result_uri
        table = ResultTable.model_validate_json(self.network.rows(uri)) if uri else None
        return ToolResult(got.text, got.failed, 0.01, got.answer, table)


async def test_no_fact_of_the_offline_reader_is_doubted(network):
    async def names():
        return network.names

    doubted, facts = [], 0
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines()[::8]:
        asked = json.loads(line)
        conversation = Conversation()
        for question in asked.get("turns") or [asked["question"]]:
            events = answer(question, conversation, Reader(network.names), Tools(network), names=names)
            ended = [event async for event in events][-1]
            facts += len(ended.check.facts) if ended.check else 0
            lost = [fact.text for fact in ended.check.facts if fact.verdict == "not_found"] if ended.check else []
            doubted += [(question, lost)] if lost else []
    assert doubted == [] and facts > 500
