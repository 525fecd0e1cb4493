"""The tool server as a process: it dies, hangs, does not start, and outlives nobody."""

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from chainlit_app.toolbox import ServerToolbox
from chainlit_app.turn import ToolboxTrouble, ToolCall
from tools.settings import ToolSettings

ODD = (sys.executable, "-P", str(Path(__file__).parent / "odd_server.py"))


def call(name):
    return ToolCall("c", name, {}, "{}")


class Diary:
    """What the odd server wrote down."""

    def __init__(self, path):
        self.path = path

    def count(self, line):
        return self.path.read_text(encoding="utf-8").splitlines().count(line) if self.path.exists() else 0

    async def has(self, line, times=1):
        async with asyncio.timeout(10):
            while self.count(line) < times:
                await asyncio.sleep(0.01)


@pytest.fixture
def diary(tmp_path):
    return Diary(tmp_path / "diary")


@pytest.fixture
async def open_toolbox(diary):
    """Return a maker of toolboxes over the odd server; all are closed at the end."""
    made = []

    def make(call_seconds=20, **environment):
        made.append(ServerToolbox({"DIARY": str(diary.path), **environment}, call_seconds, ODD))
        return made[-1]

    yield make
    for toolbox in made:
        await toolbox.aclose()


async def pid(toolbox):
    return int((await toolbox.call(call("pid"), "t")).text)


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # a killed child of a killed parent stays as a zombie where nobody reaps it
    return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text(encoding="utf-8")


async def gone(process):
    async with asyncio.timeout(10):
        while alive(process):
            await asyncio.sleep(0.01)


async def test_the_catalogue_comes_in_the_servers_order_in_openai_form(open_toolbox):
    schemas = await open_toolbox().schemas()
    assert [schema["function"]["name"] for schema in schemas[:3]] == ["pid", "wait", "wait_once"]
    assert schemas[0] == {
        "type": "function",
        "function": {"name": "pid", "description": "pid", "parameters": {"type": "object"}},
    }


async def test_a_call_carries_the_id_of_its_turn(open_toolbox, diary):
    await open_toolbox().call(call("pid"), "turn-7")
    assert diary.count("pid turn-7") == 1


async def test_a_call_says_where_nothing_may_come_from_memory(open_toolbox, diary):
    await open_toolbox().call(replace(call("pid"), fresh=True), "turn-7")
    assert diary.count("pid turn-7 fresh") == 1


async def test_all_rows_come_although_the_model_is_shown_one(open_toolbox):
    result = await open_toolbox().call(call("many"), "t")
    assert (result.answer.shown, len(result.answer.rows), len(result.table.rows)) == (1, 1, 1000)
    assert result.table.rows[-1] == ["row 999"]


async def test_huge_text_keeps_its_head_and_tail_and_says_what_is_missing(open_toolbox):
    text = (await open_toolbox().call(call("flood"), "t")).text
    assert len(text) < 50_000
    assert text.startswith("headx")
    assert text.endswith("xtail")
    assert "characters are left out here: narrow the question or export" in text


async def test_arguments_that_the_server_refuses_come_back_in_its_words(open_toolbox):
    result = await open_toolbox().call(call("refuse"), "t")
    assert (result.failed, result.answer, result.text) == (True, None, "vid: not a number")


async def test_the_server_sees_its_own_settings_and_no_key_of_a_model(open_toolbox, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("SEXTANT_MODEL_KEY", "sk-secret")
    names = (await open_toolbox(NAUTOBOT_URL="http://x").call(call("environment"), "t")).text.split()
    assert "NAUTOBOT_URL" in names
    assert not {"OPENAI_API_KEY", "SEXTANT_MODEL_KEY"} & set(names)


async def test_twenty_first_calls_at_once_start_one_process(open_toolbox, diary):
    toolbox = open_toolbox()
    found = await asyncio.gather(*(pid(toolbox) for _ in range(20)))
    assert (len(set(found)), diary.count("start")) == (1, 1)


async def test_a_caller_who_leaves_during_the_start_does_not_stop_it(open_toolbox, diary):
    toolbox = open_toolbox()
    first = asyncio.create_task(toolbox.call(call("pid"), "t"))
    await asyncio.wait({first}, timeout=0.01)
    first.cancel()
    assert await pid(toolbox)
    assert diary.count("start") == 1


async def test_after_the_process_was_killed_the_next_call_works(open_toolbox):
    toolbox = open_toolbox()
    first = await pid(toolbox)
    os.kill(first, signal.SIGKILL)
    assert await pid(toolbox) != first


async def test_calls_in_flight_are_asked_again_when_the_process_is_killed(open_toolbox, diary):
    toolbox = open_toolbox()
    first = await pid(toolbox)
    calls = [asyncio.create_task(toolbox.call(call("wait_once"), "t")) for _ in range(10)]
    await diary.has("wait_once t", 10)
    os.kill(first, signal.SIGKILL)
    results = await asyncio.gather(*calls)
    assert {result.failed for result in results} == {False}
    assert len({result.text for result in results} - {str(first)}) == 1
    assert diary.count("start") == 2


async def test_a_call_that_kills_the_server_each_time_is_given_up_after_the_second(open_toolbox, diary):
    toolbox = open_toolbox()
    result = await toolbox.call(call("die"), "t")
    assert (result.failed, diary.count("start")) == (True, 2)
    assert "died twice on this (I was told to die)" in result.error
    assert await pid(toolbox)  # and the next one works


async def test_a_stopped_call_is_cancelled_in_the_server_too(open_toolbox, diary):
    toolbox = open_toolbox()
    waiting = asyncio.create_task(toolbox.call(call("wait"), "t"))
    await diary.has("wait t")
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await diary.has("cancelled")


async def test_only_the_stopped_call_is_cancelled(open_toolbox, diary):
    toolbox = open_toolbox()
    waiting = [asyncio.create_task(toolbox.call(call("wait"), f"t{i}")) for i in range(3)]
    for i in range(3):
        await diary.has(f"wait t{i}")
    waiting[1].cancel()
    await diary.has("cancelled")
    assert await pid(toolbox)
    assert diary.count("cancelled") == 1
    for task in waiting:
        task.cancel()
    await diary.has("cancelled", 3)


async def test_a_call_that_takes_too_long_is_cancelled_in_the_server_and_says_so(open_toolbox, diary):
    toolbox = open_toolbox(call_seconds=20)
    await pid(toolbox)
    toolbox.call_seconds = 0.2
    result = await toolbox.call(call("wait"), "t")
    assert (result.failed, result.answer) == (True, None)
    assert "did not answer within 0.2 s and was stopped" in result.error
    await diary.has("cancelled")


async def test_fifty_stopped_calls_leave_the_server_healthy(open_toolbox, diary):
    toolbox = open_toolbox()
    first = await pid(toolbox)
    waiting = [asyncio.create_task(toolbox.call(call("wait"), "t")) for _ in range(50)]
    await diary.has("wait t", 50)
    for task in waiting:
        task.cancel()
    await diary.has("cancelled", 50)
    assert await pid(toolbox) == first


async def test_a_server_that_cannot_start_says_why_and_is_not_tried_at_once_again(open_toolbox, diary):
    toolbox = open_toolbox(REFUSE_TO_START="1")
    sentence = r"does not start \(DEMO_MODE: not a mode. Allowed: true, false, auto.\): `sextant doctor`"
    with pytest.raises(ToolboxTrouble, match=sentence):
        await toolbox.schemas()
    for _ in range(5):
        with pytest.raises(ToolboxTrouble, match=sentence):
            await toolbox.schemas()
    assert diary.count("start") == 1


def nested(depth):
    value = "x"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    ["\ud800", float("inf"), float("nan"), nested(400)],
    ids=["half a character", "infinite", "no number", "deep"],
)
async def test_arguments_that_cannot_be_written_down_are_told_and_cost_no_server(value, open_toolbox):
    toolbox = open_toolbox()
    before = await pid(toolbox)
    for arguments in ({"location": value}, {"location": {"inside": [value]}}):
        result = await toolbox.call(ToolCall("c", "pid", arguments, ""), "t")
        assert result.failed
        assert "cannot be sent" in result.text
    assert await pid(toolbox) == before


async def test_a_command_that_is_not_there_is_told_as_trouble():
    toolbox = ServerToolbox({}, 5, ("/nowhere/python",))
    with pytest.raises(ToolboxTrouble, match="does not start"):
        await toolbox.schemas()
    await toolbox.aclose()


async def test_closing_leaves_no_process(open_toolbox):
    toolbox = open_toolbox()
    process = await pid(toolbox)
    await toolbox.aclose()
    assert not alive(process)


@pytest.mark.parametrize("busy", [False, True])
async def test_no_process_outlives_a_killed_host(busy, diary):
    code = f"""
import asyncio
from chainlit_app.toolbox import ServerToolbox
from chainlit_app.turn import ToolCall
async def main():
    box = ServerToolbox({{"DIARY": {str(diary.path)!r}}}, 60, {ODD!r})
    print((await box.call(ToolCall("c", "pid", {{}}, ""), "t")).text, flush=True)
    await box.call(ToolCall("c", "wait", {{}}, ""), "t") if {busy} else await asyncio.Event().wait()
asyncio.run(main())
"""
    host = await asyncio.create_subprocess_exec(sys.executable, "-P", "-c", code, stdout=subprocess.PIPE)
    child = int(await host.stdout.readline())
    if busy:
        await diary.has("wait t")
    assert alive(child)
    host.kill()
    await host.wait()
    await gone(child)


async def test_no_real_tool_server_outlives_a_killed_host():
    code = """
import asyncio, os, subprocess
from chainlit_app.toolbox import ServerToolbox
from tools.settings import ToolSettings
def children():
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True).stdout
    lines = [line.split(None, 2) for line in listed.splitlines()]
    return [pid for pid, parent, command in lines if parent == str(os.getpid()) and command.endswith("-m tools")]
async def main():
    box = ServerToolbox(ToolSettings.load(demo_mode="true").env_for_child())
    await box.schemas()
    print(children()[0], flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""
    host = await asyncio.create_subprocess_exec(sys.executable, "-P", "-c", code, stdout=subprocess.PIPE)
    child = int(await host.stdout.readline())
    assert alive(child)
    host.kill()
    await host.wait()
    await gone(child)


async def test_the_real_server_answers_with_all_its_rows_and_reports_what_it_reads():
    toolbox = ServerToolbox(ToolSettings.load(demo_mode="true", sextant_rows_shown=5).env_for_child())
    result = await toolbox.call(ToolCall("c", "search_locations", {}, "{}"), "t")
    assert (result.failed, result.answer.outcome, result.answer.shown) == (False, "found", 5)
    assert len(result.table.rows) == len(result.table.links) == result.answer.total > 5
    assert (await toolbox.read(result.answer.csv_uri)).count("\r\n") == result.answer.total + 1
    assert (await toolbox.status()).mode == "demo"
    names = await toolbox.names()
    assert len(names.locations) == result.answer.total
    assert all(check.ok or check.todo for check in await toolbox.checks())
    with pytest.raises(ToolboxTrouble):
        await toolbox.read("sextant://nothing")
    await toolbox.aclose()


async def test_one_that_hangs_is_gone_when_it_is_closed(open_toolbox):
    toolbox = open_toolbox()
    hanging = await pid(toolbox)
    os.kill(hanging, signal.SIGSTOP)
    asking = asyncio.create_task(toolbox.call(call("pid"), "t"))
    await asyncio.sleep(0)
    await toolbox.aclose()
    assert not alive(hanging)
    asking.cancel()
