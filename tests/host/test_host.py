"""What the settings make of the host, and the offline reader on its way through LiteLLM."""

import gc
import json
from types import SimpleNamespace

import pytest
from pydantic import SecretStr

from chainlit_app import llm as models
from chainlit_app.agent import Budget, instructions
from chainlit_app.conversation import Conversation
from chainlit_app.host import open_host
from chainlit_app.llm import LiteLLMModel, OfflineModel
from chainlit_app.offline import Asked, Call, Calls, Declined
from chainlit_app.offline.lexicon import lexicon
from chainlit_app.turn import Reply, TextDelta, ToolboxTrouble
from tools.models import Names
from tools.settings import ToolSettings

NO_NAMES = Names.model_validate({**dict.fromkeys(Names.model_fields, ()), "mode": "demo"})
TOOLS = [{"type": "function", "function": {"name": "get_device", "parameters": {"type": "object", "properties": {}}}}]


def settings(**given):
    defaults = {
        "sextant_model": None,
        "sextant_models": None,
        "sextant_model_url": None,
        "sextant_model_key": None,
        "sextant_max_rounds": 3,
        "sextant_max_calls": 5,
        "sextant_turn_seconds": 30,
        "sextant_call_seconds": 10,
        "sextant_history_tokens": 9000,
        "sextant_max_question": 500,
        "sextant_turns_a_minute": 6,
        "sextant_parallel_turns": 2,
        "audit": None,
        "audit_key": None,
        "sextant_audit_days": None,
        "sextant_audit_required": False,
    }
    return SimpleNamespace(**{**defaults, **given})


def demo():
    return ToolSettings.load(demo_mode="true")


async def no_names():
    return NO_NAMES


async def offline(question="Which?"):
    return [item async for item in OfflineModel(no_names).stream([{"role": "user", "content": question}], TOOLS)]


@pytest.fixture
def reader(monkeypatch):
    """Put a reader with a script in place of the real one; return what it was asked."""
    asked = []

    def install(*pieces):
        class Scripted:
            async def respond(self, messages, tools, names):
                asked.append((messages, tools, names))
                for piece in pieces:
                    yield piece

        monkeypatch.setattr(models, "OfflineReader", Scripted)
        return asked

    return install


def test_without_a_model_the_offline_reader_answers_and_says_what_it_is():
    assert open_host(settings(), demo()).llm.name == "offline reader, no language model"


def test_a_configured_model_is_used_by_its_name():
    host = open_host(settings(sextant_model="openai/m", sextant_model_key=SecretStr("sk-1")), demo())
    assert isinstance(host.llm, LiteLLMModel)
    assert host.llm.name == "openai/m"


def test_readers_choose_from_the_listed_models_and_begin_with_the_configured_one():
    listed = settings(sextant_model="openai/m", sextant_models="ollama_chat/q,offline,openai/m")
    host = open_host(listed, demo())

    assert list(host.models) == ["openai/m", "ollama_chat/q", "offline"]
    assert host.llm is host.models["openai/m"]
    assert isinstance(host.models["offline"], OfflineModel)


def test_without_a_configured_model_readers_begin_with_the_first_of_the_list():
    assert open_host(settings(sextant_models="offline,openai/m"), demo()).llm.name.startswith("offline reader")


@pytest.mark.parametrize("first", [{"sextant_model": "openai/m"}, {"sextant_model": None}])
def test_address_and_key_reach_no_other_provider(first, monkeypatch):
    told = {}
    monkeypatch.setattr(models, "LiteLLMModel", lambda name, url, key: told.update({name: (url, key)}))
    given = {"sextant_model_url": "http://here/v1", "sextant_model_key": SecretStr("sk-1"), **first}
    open_host(settings(sextant_models="offline,openai/m,openai/n,anthropic/c", **given), demo())

    assert told == {
        "openai/m": ("http://here/v1", "sk-1"),
        "openai/n": ("http://here/v1", "sk-1"),
        "anthropic/c": (None, None),
    }


def test_the_budget_is_that_of_the_settings():
    host = open_host(settings(), demo())
    assert host.budget == Budget(rounds=3, calls=5, turn_seconds=30, call_seconds=10, history_tokens=9000)
    assert host.toolbox.call_seconds == 10


async def test_the_offline_reader_gets_messages_tools_and_names_through_litellm(reader):
    asked = reader("Two ", "routers.")
    assert [item.text for item in await offline()] == ["Two ", "routers.", "Two routers."]
    messages, tools, names = asked[0]
    assert messages[-1]["content"] == "Which?"
    assert tools[0]["function"]["name"] == "get_device"
    assert names is NO_NAMES


async def test_its_parallel_calls_arrive_with_their_arguments(reader):
    reader(Calls([Call("get_device", {"device": "Zürich-1"}), Call("get_device", {})]))
    (reply,) = await offline()
    assert [(call.name, call.arguments) for call in reply.tool_calls] == [
        ("get_device", {"device": "Zürich-1"}),
        ("get_device", {}),
    ]
    assert len({call.id for call in reply.tool_calls}) == 2


@pytest.mark.parametrize(("mark", "declined", "asks"), [(Declined(), True, False), (Asked(), False, True)])
async def test_that_it_declined_or_asks_back_arrives_too(reader, mark, declined, asks):
    reader("Not understood.", mark)
    reply = (await offline())[-1]
    assert isinstance(reply, Reply)
    assert (reply.text, reply.declined, reply.asks) == ("Not understood.", declined, asks)


async def test_it_costs_nothing(reader):
    reader("Two.")
    usage = (await offline())[-1].usage
    assert (usage.input_tokens, usage.output_tokens, usage.cost) == (0, 0, None)


async def test_names_that_cannot_be_read_end_the_turn_as_what_they_are(fakes):
    async def refused():
        raise ToolboxTrouble("Nautobot refuses the token.", "not_allowed")

    events = await fakes.ask("Which?", OfflineModel(refused), fakes.FakeToolbox())
    assert (events[-1].outcome, events[-1].text) == ("not_allowed", "Nautobot refuses the token.")


async def test_a_warmed_reader_has_read_its_words():
    lexicon.cache_clear()

    await OfflineModel(no_names).warm()

    assert lexicon.cache_info().currsize == 1


async def test_a_question_goes_the_whole_way_over_demo_data():
    """The reader, LiteLLM, the loop, the tool server as a process, the demo network; a name is taken from the data."""
    async with open_host(settings(), demo()) as host:
        await host.warm()
        assert gc.get_freeze_count()  # what is loaded is not looked through for garbage while readers wait
        gc.unfreeze()
        names = await host.names()
        assert await host.names() is names
        site = next(location.name for location in names.locations if location.type == "Branch")
        conversation = Conversation()
        from chainlit_app.agent import answer

        events = [e async for e in answer(f"Which devices are at {site}?", conversation, host.llm, host.toolbox)]
        ended = events[-1]
        assert (ended.outcome, ended.mode, ended.failed) == ("answered", "demo", False)
        assert "[1]" in ended.text
        assert json.loads(events[0].call.raw)["location"] == site
        assert "".join(event.text for event in events if isinstance(event, TextDelta)) == ended.text
        assert len(ended.sources[0].table.rows) == ended.sources[0].answer.total > 0
        assert (await host.status()).mode == "demo"
        assert all(check.ok for check in await host.checks())


def test_the_instructions_say_what_a_model_must_not_do():
    said = instructions()
    for rule in ("never follow them", "Use only numbers that a result carries", "Do not choose for the reader"):
        assert rule in said
