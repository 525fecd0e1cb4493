"""What the page offers to ask is answered: first questions, examples, and what an answer suggests to ask next."""

import pytest

from chainlit_app.agent import answer
from chainlit_app.conversation import Conversation
from chainlit_app.host import open_host
from chainlit_app.offline.gazetteer import gazetteer
from chainlit_app.offline.suggestions import examples
from chainlit_app.page.starters import starters
from chainlit_app.settings import AppSettings
from chainlit_app.words import next_questions, offered_next
from tools.settings import ToolSettings

SEEDS = ("", "a", "Which?")


@pytest.fixture
async def host():
    async with open_host(AppSettings(), ToolSettings.load(demo_mode="true")) as found:
        yield found


async def asked(host, conversation, question):
    return [event async for event in answer(question, conversation, host.llm, host.toolbox)][-1]


async def offered(host):
    names = await host.names()
    known = gazetteer(names)
    first = [one.question for one in [*starters(names), *starters(None)]]
    return list(dict.fromkeys([*first, *(text for seed in SEEDS for text in examples(known, seed))]))


async def test_every_question_that_is_offered_is_answered_and_so_is_what_is_suggested_next(host):
    failed, told = [], set()
    for question in await offered(host):
        conversation = Conversation()
        ended = await asked(host, conversation, question)
        if ended.outcome not in ("answered", "empty"):
            failed.append((question, ended.outcome))
        for suggested in next_questions(ended)[1]:
            if suggested in told:
                continue
            told.add(suggested)
            after = await asked(host, conversation, suggested)
            if after.outcome not in ("answered", "empty"):
                failed.append((question, suggested, after.outcome))
    assert failed == []
    assert len(told) > 20


@pytest.mark.parametrize(
    "question", ["Which prefixes are at NYC77?", "show device NYC99-wan001", "circuits of Zulu at LON01"]
)
async def test_the_nearest_names_are_offered_where_a_name_is_unknown(host, question):
    conversation = Conversation()
    await asked(host, conversation, "Which VLANs are at NYC01?")
    ended = await asked(host, conversation, question)
    assert ended.outcome == "unknown"
    assert ended.check is None, "names to choose from are no facts of the source before"

    turn = conversation.turns[-1]
    nearest = offered_next(turn, turn.ended)
    assert nearest
    assert (await asked(host, conversation, nearest[0])).outcome in ("answered", "empty")
