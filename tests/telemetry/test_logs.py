"""One record is one line, whatever is in it, and no secret stands there."""

import io
import json
import logging
import subprocess
import sys

import pytest

from sextant.telemetry import logs, relay, request

TOKEN = "canary-0123456789"
FORGED = "\n2026-01-01T00:00:00 info    tools all is well\r\x1b[2K\x1b[31m\u2028\u202e"


@pytest.fixture
def written(monkeypatch):
    """Return a function that starts logs of a form and returns what they have written by then."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()

    def start(form, level="info", secrets=lambda: [TOKEN]):
        monkeypatch.setattr(sys, "stderr", stream)
        logs.configure(form, level, secrets)
        return stream

    yield start
    root.handlers[:], root.level = before, level


def objects(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("form", ["console", "json"])
def test_data_cannot_forge_a_line(written, form):
    stream = written(form)
    logging.getLogger("a" + FORGED).info("found %s", FORGED, extra={"place": FORGED, "nested": {FORGED: [FORGED]}})
    assert len(stream.getvalue().splitlines()) == 1
    assert stream.getvalue()[:-1].isprintable()


def test_the_lines_of_a_traceback_stand_behind_a_margin(written):
    stream = written("console")
    try:
        raise ValueError(FORGED)
    except ValueError:
        logging.getLogger("tools").exception("A tool failed")
    first, *others = stream.getvalue().rstrip("\n").split("\n")
    assert "A tool failed" in first
    assert others
    assert all(line.startswith("    | ") and line.isprintable() for line in others)


def test_as_json_a_traceback_is_one_text_of_its_record(written):
    stream = written("json")
    try:
        raise ValueError("no such place")
    except ValueError:
        logging.getLogger("tools").exception("A tool failed")
    (record,) = objects(stream)
    assert (record["level"], record["logger"], record["event"]) == ("error", "tools", "A tool failed")
    assert record["exception"].endswith("ValueError: no such place")


def test_a_record_carries_the_id_of_the_request_that_it_belongs_to(written):
    stream = written("json")
    with request.within("abc-1"):
        logging.getLogger("tools").warning("slow")
    logging.getLogger("tools").warning("idle")
    assert [record.get("request_id") for record in objects(stream)] == ["abc-1", None]


@pytest.mark.parametrize("form", ["console", "json"])
@pytest.mark.parametrize(
    ("say", "secret"),
    [
        (lambda log: log.info("connecting with %s", TOKEN), TOKEN),
        (lambda log: log.info("connecting", extra={"headers": {"Authorization": "Token 99887766aa"}}), "99887766aa"),
        (lambda log: log.info("connecting", extra={"given": ["x", {"api_key": "hunter2"}]}), "hunter2"),
        (lambda log: log.info("X-API-Key: zaphod-beeblebrox-42"), "zaphod"),
        (lambda log: log.info("postgresql://joe:hunter2@db/sextant"), "hunter2"),
        (lambda log: log.info("Bearer eyJhbGciOiJIUzI1.eyJzdWIiOiIx.abc"), "eyJ"),
        (lambda log: log.info("odd", extra={"given": Exception(TOKEN)}), TOKEN),
    ],
)
def test_no_secret_is_written(written, form, say, secret):
    stream = written(form)
    say(logging.getLogger("any"))
    assert "[redacted]" in stream.getvalue()
    assert secret not in stream.getvalue()


@pytest.mark.parametrize("form", ["console", "json"])
def test_no_secret_of_an_exception_is_written(written, form):
    stream = written(form)
    try:
        raise ConnectionError(f"refused: {TOKEN}")
    except ConnectionError:
        logging.getLogger("any").exception("failed")
    assert "[redacted]" in stream.getvalue()
    assert TOKEN not in stream.getvalue()


def test_a_long_text_is_cut_and_says_so(written):
    stream = written("json")
    logging.getLogger("any").info("x" * 1_000_000)
    (record,) = objects(stream)
    assert len(record["event"]) < 10_000
    assert record["event"].endswith("... (1,000,000 characters)")


def test_what_another_handler_notes_on_a_record_is_no_part_of_it(written):
    stream = written("json")
    logging.getLogger("any").info("found", extra={"litellm_redacted": object(), "place": "NYC01"})
    (record,) = objects(stream)
    assert record.keys() == {"time", "level", "logger", "event", "place"}


def test_no_library_reads_the_records_of_the_web_server_before_us():
    # LiteLLM is loaded beside the first requests. Half loaded, it once read their records first and ended the process.
    code = """
import logging
from chainlit_app.llm import warm
warm()
for name in ("uvicorn.error", "asyncio", "httpx"):
    record = logging.makeLogRecord({"msg": "found %s", "args": ("no HTTP",)})
    before = dict(vars(record))
    logging.getLogger(name).filter(record)
    print(vars(record) == before)
"""
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["True"] * 3


def test_below_its_level_nothing_is_written(written):
    stream = written("json", "warning")
    logging.getLogger("any").info("idle")
    assert stream.getvalue() == ""


def test_a_logger_with_a_handler_of_its_own_writes_like_the_others(written):
    web_server = logging.getLogger("uvicorn.error")
    web_server.handlers, web_server.propagate = [logging.StreamHandler()], False
    stream = written("json")
    web_server.warning("shutting down")
    assert [record["event"] for record in objects(stream)] == ["shutting down"]


def test_the_log_of_another_process_becomes_part_of_ours(written):
    stream = written("json")
    said = {"level": "warning", "logger": "tools.live", "event": "slow", "request_id": "abc-1", "seconds": 3, "msg": 1}
    assert relay.relay(json.dumps(said)) == "slow"
    (record,) = objects(stream)
    assert {name: record[name] for name in said if name != "msg"} == {k: v for k, v in said.items() if k != "msg"}


def test_of_its_exception_the_last_line_is_what_it_comes_to():
    said = {"level": "error", "event": "A tool failed", "exception": "Traceback ...\nKeyError: 'x'"}
    assert relay.relay(json.dumps(said)) == "A tool failed: KeyError: 'x'"


def test_what_it_says_of_its_daily_work_is_written_and_is_no_word_about_its_end(written):
    stream = written("json", "info")
    assert relay.relay(json.dumps({"level": "info", "event": "Tool answered"})) == ""
    assert [record["event"] for record in objects(stream)] == ["Tool answered"]


@pytest.mark.parametrize("line", ["killed", "{", '{"a": 1}', '["event"]', "{\x1b[31m}"])
def test_what_is_no_record_of_its_log_is_written_as_it_is(written, line):
    stream = written("json")
    assert relay.relay(line) == line
    assert [record["event"] for record in objects(stream)] == [f"tools: {line}"]


def test_an_empty_line_of_its_log_says_nothing(written):
    stream = written("json")
    assert relay.relay("  ") == ""
    assert stream.getvalue() == ""
