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

    async def call(self, call, turn, report=None, earlier=None):
        got = await self.network.ask(call.name, call.arguments or {}, earlier=earlier)
        uri = got.answer.result_uri
        table = ResultTable.model_validate_json(self.network.rows(uri)) if uri else None
        return ToolResult(got.text, got.failed, 0.01, got.answer, table)


async def doubted(network, conversations):
    """Return what is doubted in the answers to lists of questions, and how many facts were looked up."""

    async def names():
        return network.names

    lost, facts = [], 0
    for questions in conversations:
        conversation = Conversation()
        for question in questions:
            events = answer(question, conversation, Reader(network.names), Tools(network), names=names)
            ended = [event async for event in events][-1]
            own = ended.check.facts if ended.check else ()
            facts += len(own)
            lost += [(question, fact.text) for fact in own if fact.verdict == "not_found"]
    return lost, facts


def questions():
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return [asked.get("turns") or [asked["question"]] for asked in map(json.loads, lines)]


async def test_no_fact_of_the_offline_reader_is_doubted(network):
    lost, facts = await doubted(network, questions()[::8])
    assert lost == [] and facts > 500


async def test_no_fact_is_doubted_where_questions_follow_others(network):
    asked = [question for turns in questions()[3::8] for question in turns]
    lost, facts = await doubted(network, [asked[at : at + 4] for at in range(0, len(asked), 4)])
    assert lost == [] and facts > 500


async def test_a_note_of_a_tool_is_never_doubted(network):
    places = ("NYC01", "MTY01", "Chile", "Japan")
    asked = [[f"Which VLANs are at {place}?", "Which prefixes are the fullest?"] for place in places]
    lost, facts = await doubted(network, asked)
    assert lost == [] and facts > 100


async def test_no_fact_is_doubted_in_problems_comparisons_changes_and_what_a_taken_block_leaves(network):
    asked = [
        ["What problems are there?", "How many per problem?", "Which of those are at YVR01?"],
        ["What problems are there at YVR01?", "What changed at KRB10?", "Who changed it?"],
        ["Which addresses are recorded twice?", "Which prefixes overlap?"],
        ["Which sites have only one circuit?", "Which names break the rule?"],
        ["Does INB08 match the standard build?", "Does GIG01 match the standard build?"],
        [
            "Compare the VLANs of FRA01, MUC01 and LON01",
            "Compare FRA01 with MUC01",
            "Which VLANs does FRA01 have that MUC01 lacks?",
        ],
        ["How does LYS01 differ from YVR01?", "Compare KRB10 with KRB09"],
        ["What changed at BLR01?", "How many per user?"],
        ["What did mrossi change?", "What was deleted?", "Which prefixes changed?"],
        ["Which racks at GBD01 have free units?", "Which of those have more than 39 free?"],
        ["Suppose we take a /24 in 10.0.0.0/16, what is left?", "What is left of 10.160.0.0/16 after a /20?"],
        ["Which prefixes are at NYC01?", "Which of those are longer than /30?", "How many per role?"],
        ["Which circuits are in Germany?", "Which of those have more than 100 Mbit/s?", "How many per provider?"],
    ]
    lost, facts = await doubted(network, asked)
    assert lost == [] and facts > 500
