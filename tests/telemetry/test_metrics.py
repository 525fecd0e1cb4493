"""The figures of a turn, of both processes, under bounded labels."""

import asyncio
import urllib.request

import pytest

from chainlit_app import watching
from chainlit_app.conversation import Conversation
from chainlit_app.turn import Checked, Fact, ModelTrouble, Reply, ToolCall, Usage
from sextant.access.gate import Gate, GuardedToolbox
from sextant.access.policy import load
from sextant.access.principal import Principal
from sextant.telemetry import metrics, prometheus

SECRET = "canary-0123456789"


@pytest.fixture
def figures():
    """Return a function that returns the value of a figure; None where there is none."""
    metrics.use(None)
    kept = prometheus.start()
    yield lambda name, **labels: kept.registry.get_sample_value(name, labels)
    metrics.use(None)


async def asked(fakes, toolbox, llm, way="terminal"):
    with watching.turn(way) as watched:
        for event in await fakes.ask("Which devices are at NORTH01?", llm, toolbox, Conversation()):
            watched.hear(event)
    return watched.ended


async def test_a_call_is_timed_in_both_processes_and_its_requests_to_nautobot_with_it(fakes, tools, nautobot, figures):
    llm = fakes.ScriptedLLM(Reply("", [fakes.call(location="NORTH01")]), Reply("None."))
    await asked(fakes, tools(), llm)
    call = {"mcp_method_name": "tools/call", "gen_ai_tool_name": "get_devices_by_location", "error_type": ""}
    assert figures("mcp_client_operation_duration_seconds_count", **call) == 1
    assert figures("mcp_server_operation_duration_seconds_count", **call, network_transport="pipe") == 1
    within = figures("mcp_server_operation_duration_seconds_sum", **call, network_transport="pipe")
    assert 0 < within < figures("mcp_client_operation_duration_seconds_sum", **call)
    to_nautobot = {"http_request_method": "POST", "http_response_status_code": "200", "error_type": ""}
    assert figures("http_client_request_duration_seconds_count", **to_nautobot) >= 1
    assert figures("sextant_cache_reads_total", came="read") >= 1
    assert figures("sextant_tool_calls_total", tool="get_devices_by_location", outcome="empty") == 1
    assert figures("sextant_tool_server_starts_total") == 1


async def test_a_nautobot_that_is_ill_shows_in_the_figures(fakes, tools, nautobot, figures):
    toolbox = tools()
    await toolbox.call(fakes.call(location="NORTH01"), "t")  # places are known now, as they are after the start
    nautobot.status = 503
    await asked(fakes, toolbox, fakes.ScriptedLLM(Reply("", [fakes.call(location="NORTH01")]), Reply("None.")))
    ill = {"http_request_method": "POST", "http_response_status_code": "503", "error_type": "unavailable"}
    assert figures("http_client_request_duration_seconds_count", **ill) >= 1
    assert figures("sextant_tool_calls_total", tool="get_devices_by_location", outcome="unavailable") == 1
    failed = {"mcp_method_name": "tools/call", "gen_ai_tool_name": "get_devices_by_location"}
    assert figures("mcp_client_operation_duration_seconds_count", **failed, error_type="tool_error") == 1


async def test_the_tokens_and_seconds_of_a_model_are_noted_under_its_name(fakes, figures):
    metrics.learn(metrics.MODELS, {"scripted"})
    await asked(fakes, fakes.FakeToolbox(), fakes.ScriptedLLM(Reply("Hello.", usage=Usage(1200, 34))))
    tokens = {"gen_ai_request_model": "scripted"}
    assert figures("gen_ai_client_token_usage_sum", **tokens, gen_ai_token_type="input") == 1200
    assert figures("gen_ai_client_token_usage_sum", **tokens, gen_ai_token_type="output") == 34
    seconds = {"gen_ai_operation_name": "chat", "gen_ai_request_model": "scripted", "error_type": ""}
    assert figures("gen_ai_client_operation_duration_seconds_count", **seconds) == 1
    assert figures("gen_ai_client_operation_time_to_first_chunk_seconds_count", **tokens) == 1


async def test_a_model_that_fails_is_noted_as_an_error_and_as_an_outcome(fakes, figures):
    metrics.learn(metrics.MODELS, {"scripted"})
    await asked(fakes, fakes.FakeToolbox(), fakes.ScriptedLLM(ModelTrouble("Away.")), "chat")
    failed = {"gen_ai_operation_name": "chat", "gen_ai_request_model": "scripted", "error_type": "unavailable"}
    assert figures("gen_ai_client_operation_duration_seconds_count", **failed) == 1
    assert figures("sextant_turn_duration_seconds_count", way="chat", outcome="unavailable") == 1


async def test_questions_that_are_being_answered_are_counted_while_they_are(fakes, figures):
    seen = []

    async def look():
        seen.append(figures("sextant_turns_in_flight", way="chat"))
        return Reply("Hello.")

    await asked(fakes, fakes.FakeToolbox(), fakes.ScriptedLLM(look), "chat")
    assert [*seen, figures("sextant_turns_in_flight", way="chat")] == [1, 0]


async def test_a_question_that_its_reader_leaves_is_noted_as_stopped(fakes, figures):
    never = asyncio.Event().wait
    asking = asyncio.ensure_future(asked(fakes, fakes.FakeToolbox(), fakes.ScriptedLLM(never), "chat"))
    while figures("sextant_turns_in_flight", way="chat") != 1:
        await asyncio.sleep(0)
    asking.cancel()
    await asyncio.wait({asking})
    assert figures("sextant_turn_duration_seconds_count", way="chat", outcome="stopped") == 1
    assert figures("sextant_turns_in_flight", way="chat") == 0


def test_what_the_check_found_is_counted_by_its_verdict(fakes, figures):
    facts = [Fact("a", 0, 1, "device", "found"), Fact("b", 2, 3, "device", "not_found")]
    with watching.turn("chat") as watched:
        watched.ended = ended(Checked("a b", facts))
    assert figures("sextant_facts_total", verdict="found") == 1
    assert figures("sextant_facts_total", verdict="not_found") == 1


def ended(check):
    from chainlit_app.turn import TurnEnded

    return TurnEnded("answered", check.text, (), None, Usage(), "scripted", check=check)


async def test_who_is_not_let_in_is_counted_by_why(fakes, figures):
    metrics.learn(metrics.TOOLS, {"get_device"})
    nobody = Principal("page:eve", "eve", frozenset(), "page")
    guarded = GuardedToolbox(fakes.FakeToolbox(), Gate(load()), nobody)
    await guarded.call(fakes.call("get_device", device="x"), "t")
    assert figures("sextant_denials_total", tool="get_device", reason="policy") == 1


async def test_a_name_that_a_model_made_up_is_no_label(fakes, tools, figures):
    toolbox = tools()
    for number in range(3):
        await toolbox.call(ToolCall("c", f"made_up_{number}", {}, "{}"), "t")
    assert figures("sextant_tool_calls_total", tool="other", outcome="invalid") == 3
    assert b"made_up" not in metrics.exposition()[0]


async def test_nothing_of_a_question_its_reader_or_its_arguments_is_exported(fakes, tools, figures):
    call = fakes.call(location=SECRET)
    await asked(fakes, tools(nautobot_token=SECRET), fakes.ScriptedLLM(Reply("", [call]), Reply(SECRET)))
    exported = metrics.exposition()[0].decode()
    assert "get_devices_by_location" in exported
    for said in (SECRET, "NORTH01", "Which devices"):
        assert said not in exported


async def test_a_tool_server_that_dies_is_counted(tools, figures):
    toolbox = tools()
    await toolbox.schemas()
    toolbox._server.bury()  # as when its pipe breaks
    await asyncio.wait({toolbox._server.task})
    await toolbox.schemas()
    assert figures("sextant_tool_server_deaths_total") == 1
    assert figures("sextant_tool_server_starts_total") == 2
    await toolbox.aclose()
    assert figures("sextant_tool_server_deaths_total") == 1


def test_figures_are_read_at_a_port_of_their_own(figures):
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    end = prometheus.serve("127.0.0.1", port)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            assert b"sextant_build" in answer.read()
    finally:
        end()


@pytest.mark.parametrize("accept", ["application/openmetrics-text; version=abc", "*/*", "", ";;=,"])
def test_a_reader_that_asks_for_no_form_that_there_is_gets_the_plain_one(figures, accept):
    content, media_type = metrics.exposition(accept)
    assert b"sextant_build" in content
    assert media_type.startswith("text/plain; version=0.0.4")


def test_without_a_reader_of_figures_nothing_is_kept_and_no_library_loaded():
    metrics.use(None)
    metrics.note(metrics.STARTS)
    assert metrics.exposition()[0] == b""


def test_every_figure_has_a_name_of_its_own_and_says_what_it_is():
    names = [metric.name for metric in metrics.METRICS]
    assert len(set(names)) == len(names)
    assert all(metric.help.endswith(".") for metric in metrics.METRICS)
