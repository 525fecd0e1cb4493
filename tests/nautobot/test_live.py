"""The whole path against a running Nautobot: the same answers as the demo, and what each account may see."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.nautobot
Ask = Callable[..., tuple[int, dict[str, Any]]]
QUESTION = "Which prefixes are at NYC01?"


def token(digit: int) -> str:
    """Return the token of a test account: forty equal digits."""
    return str(digit) * 40


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Return a function that asks in a terminal, as its users do: the exit code and the object of `--json`."""

    def run(question: str, **settings: str) -> tuple[int, dict[str, Any]]:
        kept = {name: value for name, value in os.environ.items() if name.startswith(("PATH", "HOME", "LANG", "COV"))}
        done = subprocess.run(
            [Path(sys.executable).parent / "sextant", "ask", "--json", question],
            cwd=tmp_path,
            env={**kept, **settings},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert settings.get("NAUTOBOT_TOKEN", "no token") not in done.stdout + done.stderr
        return done.returncode, json.loads(done.stdout)

    return run


@pytest.fixture
def live() -> Callable[[str], dict[str, str]]:
    """Return the two variables that make it live."""
    return lambda key: {"NAUTOBOT_URL": os.environ["NAUTOBOT_TEST_URL"], "NAUTOBOT_TOKEN": key}


def test_two_variables_give_the_rows_of_the_demo_with_links_into_nautobot(ask: Ask, live: Any) -> None:
    code, real = ask(QUESTION, **live(token(1)))
    _, demo = ask(QUESTION)

    assert (code, real["mode"], demo["mode"]) == (0, "live", "demo")
    (mine,), (theirs,) = real["sources"], demo["sources"]
    assert mine["rows"] == theirs["rows"] != []
    assert mine["columns"] == theirs["columns"]
    base = os.environ["NAUTOBOT_TEST_URL"].rstrip("/")
    assert mine["links"] == [base + path for path in theirs["links"]]


def test_an_unknown_name_and_an_empty_place_are_two_answers(ask: Ask, live: Any) -> None:
    unknown = ask("Which prefixes are at ATL99?", **live(token(1)))
    empty = ask("which /26 prefixes are there in SFO01", **live(token(1)))

    assert (unknown[0], unknown[1]["outcome"]) == (1, "unknown")
    assert (empty[0], empty[1]["outcome"]) == (0, "empty")


@pytest.mark.parametrize("account", [3, 4, 5])
def test_a_token_that_may_not_is_refused_and_never_a_reason_for_demo_data(ask: Ask, live: Any, account: int) -> None:
    code, told = ask(QUESTION, DEMO_MODE="auto", **live(token(account)))

    assert (code, told["outcome"], told["sources"]) == (1, "not_allowed", [])


def test_what_a_token_sees_in_part_is_said_to_be_in_part(ask: Ask, live: Any) -> None:
    _, devices = ask("Which devices are at NYC01?", **live(token(2)))
    code, prefixes = ask(QUESTION, **live(token(2)))

    assert devices["outcome"] == "not_allowed"
    assert (code, prefixes["mode"]) == (0, "live")
    assert "may not read VLANs, namespaces, roles and statuses: they are not shown" in prefixes["answer"]
    assert "without role" not in prefixes["answer"]
