"""The command as whoever runs it sees it: one id in the logs of both processes and at Nautobot, and no secret anywhere."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

QUESTION = "Which devices are at NORTH01?"
CANARIES = {
    "NAUTOBOT_TOKEN": "canary-of-nautobot-0123",
    "SEXTANT_MODEL_KEY": "canary-of-the-model-0123",
    "OPENAI_API_KEY": "canary-of-openai-0123",
    "OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20canary-of-traces-0123",
}


@pytest.fixture
def ask(nautobot, tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Return a function that asks in a terminal, about that Nautobot."""

    def run(**settings: str) -> "subprocess.CompletedProcess[str]":
        kept = {name: value for name, value in os.environ.items() if name.startswith(("PATH", "HOME", "COV"))}
        ours = {
            "NAUTOBOT_URL": nautobot.url,
            "SEXTANT_AUDIT": "off",
            "SEXTANT_LOG": "json",
            "SEXTANT_LOG_LEVEL": "info",
        }
        return subprocess.run(
            [Path(sys.executable).parent / "sextant", "ask", QUESTION],
            cwd=tmp_path,
            env={**kept, **ours, **CANARIES, **settings},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def records(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_one_id_stands_in_the_logs_of_both_processes_and_at_nautobot(ask, nautobot) -> None:
    said = records(ask().stderr)
    ids = {record["logger"]: record["request_id"] for record in said if "request_id" in record}
    assert {"tools.watching", "chainlit_app.watching"} <= set(ids)
    assert len(set(ids.values())) == 1
    assert {*ids.values()} <= {seen.get("x-request-id") for seen in nautobot.asked}


def test_what_fails_names_the_id_under_which_the_log_has_it(ask, nautobot) -> None:
    nautobot.status = 503
    done = ask()
    ended = next(record for record in records(done.stderr) if record["event"] == "Question answered")
    assert ended["outcome"] == "unavailable"
    assert f"Request {ended['request_id']}: give this to whoever runs Sextant." in done.stdout + done.stderr


@pytest.mark.parametrize(("form", "status"), [("console", 503), ("json", 401)])
def test_no_secret_is_told_however_it_goes(ask, nautobot, form, status) -> None:
    nautobot.status = status
    nautobot.says = " ".join(CANARIES.values())  # as a proxy does that repeats what it was sent
    done = ask(SEXTANT_LOG=form, SEXTANT_LOG_LEVEL="debug")
    assert "Question answered" in done.stderr
    told = done.stdout + done.stderr
    for canary in (*CANARIES.values(), "canary-of-traces-0123"):
        assert canary not in told


def test_a_place_whose_name_holds_line_breaks_forges_no_line(ask, nautobot) -> None:
    nautobot.place = "NORTH01\n2026-01-01T00:00:00 info    forged all is well\x1b[2K"
    done = ask(SEXTANT_LOG="console", SEXTANT_LOG_LEVEL="debug")
    assert "Question answered" in done.stderr
    assert not [line for line in done.stderr.splitlines() if line.startswith("2026-01-01")]
    assert "\x1b" not in done.stderr
