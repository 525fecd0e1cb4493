"""`sextant` from outside: what it prints where, and how it ends."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from openpyxl import load_workbook

from chainlit_app.record import TurnRecord
from tools.catalog import CATALOG

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def asked(sextant: Run) -> "subprocess.CompletedProcess[str]":
    return sextant("ask", "Which devices are at NYC01?", "and the VLANs there?")


@pytest.fixture(scope="module")
def recorded(sextant: Run, tmp_path_factory: pytest.TempPathFactory) -> tuple["subprocess.CompletedProcess[str]", Path]:
    folder = tmp_path_factory.mktemp("asked") / "new" / "files"
    return sextant("ask", "Which prefixes are in NAM?", "--json", "--csv", str(folder)), folder


def test_the_answer_with_its_sources_is_on_standard_output(asked: "subprocess.CompletedProcess[str]") -> None:
    assert asked.returncode == 0
    assert "[1] devices at NYC01 (demo data, " in asked.stdout
    assert "devices_by_location.graphql" in asked.stdout
    assert "NYC01-wan001" in asked.stdout


def test_a_follow_up_is_understood_and_numbers_run_on(asked: "subprocess.CompletedProcess[str]") -> None:
    assert "[2] VLANs at NYC01" in asked.stdout


def test_steps_are_on_standard_error(asked: "subprocess.CompletedProcess[str]") -> None:
    begun, ended = asked.stderr.splitlines()[:2]
    assert begun == "... Devices at NYC01"
    assert ended.startswith("--> Devices at NYC01 · 8 of 8 rows · ")
    assert ended.endswith(" · demo [1]")
    assert "-->" not in asked.stdout


def test_an_object_a_question_holds_all_rows(recorded: tuple["subprocess.CompletedProcess[str]", Path]) -> None:
    turn = json.loads(recorded[0].stdout)
    (source,) = turn["sources"]
    (step,) = turn["steps"]
    assert (turn["outcome"], turn["mode"]) == ("answered", "demo")
    assert step["shown"] < step["total"] == len(source["rows"]) == len(source["links"])
    assert step["source"] == source["number"] == 1
    assert source["query"] == "prefixes_by_location.graphql"
    assert ["NAM"] in source["variables"].values() or source["variables"]["locations"]
    assert recorded[0].stdout.count("\n") == 1


def test_a_file_is_of_the_kind_that_was_asked_for(sextant: Run, tmp_path: Path) -> None:
    done = sextant(
        "ask", "Which VLANs are at NYC01?", "export that as excel", "export that as json", "--csv", str(tmp_path)
    )
    assert done.returncode == 0
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".csv", ".json", ".xlsx"]
    [book] = tmp_path.glob("*.xlsx")
    assert [row[0] for row in load_workbook(book)["Rows"].iter_rows(values_only=True)] == ["vlan", 100, 200]


def test_the_csv_file_holds_what_the_source_holds(recorded: tuple["subprocess.CompletedProcess[str]", Path]) -> None:
    turn = json.loads(recorded[0].stdout)
    (file,) = turn["files"]
    with open(file, encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    assert header == turn["sources"][0]["columns"]
    assert len(rows) == len(turn["sources"][0]["rows"])
    assert Path(file).parent == recorded[1]


def test_a_file_that_is_asked_for_and_not_saved_is_told(
    sextant: Run, asked: "subprocess.CompletedProcess[str]", tmp_path: Path
) -> None:
    told = "Not saved here: with --csv FOLDER all rows of every source are saved as files."
    question = "Export the prefixes at NYC01"

    assert told in sextant("ask", question).stdout
    assert told not in sextant("ask", question, "--csv", str(tmp_path)).stdout
    assert told not in asked.stdout


def test_the_published_schema_describes_what_is_printed(
    recorded: tuple["subprocess.CompletedProcess[str]", Path], root: Path
) -> None:
    schema = json.loads((root / "docs" / "ask.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(recorded[0].stdout), schema, cls=jsonschema.Draft202012Validator)
    assert schema == TurnRecord.model_json_schema()


def test_a_long_table_says_how_much_of_it_is_shown(sextant: Run) -> None:
    done = sextant("ask", "Which prefixes are in NAM?")
    assert "showing 20 of " in done.stdout
    assert len(done.stdout.splitlines()) < 60


def test_an_unknown_name_and_what_is_not_understood_end_with_1(sextant: Run) -> None:
    done = sextant("ask", "Which prefixes are at XQZ99?", "Who painted the Mona Lisa?", "--json")
    outcomes = [json.loads(line)["outcome"] for line in done.stdout.splitlines()]
    assert (done.returncode, outcomes) == (1, ["unknown", "not_understood"])


def test_a_nautobot_that_refuses_the_token_ends_with_1_and_shows_no_token(sextant: Run, refusing_nautobot: str) -> None:
    token = "c0ffee" * 6 + "abcd"
    done = sextant("ask", "Which VLANs are at NYC01?", NAUTOBOT_URL=refusing_nautobot, NAUTOBOT_TOKEN=token)
    assert done.returncode == 1
    assert "token" in (done.stdout + done.stderr).lower()
    assert token not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask"], "QUESTION"),
        (["ask", "  "], "A question is empty."),
        (["fly"], "invalid choice: 'fly'"),
        ([], "COMMAND"),
        (["ask", "Which VLANs are at NYC01?", "--csv", "/dev/null/folder"], "--csv: /dev/null/folder cannot be used"),
    ],
)
def test_wrong_use_ends_with_2(sextant: Run, arguments: list[str], said: str) -> None:
    done = sextant(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.parametrize("command", [["ask", "hello"], ["chat"], ["tools", "--list"], ["tools"]])
def test_a_wrong_setting_is_refused_with_its_key_and_what_is_allowed(sextant: Run, command: list[str]) -> None:
    done = sextant(*command, NAUTOBOT_TIMEOUT="soon")
    assert (done.returncode, done.stdout) == (2, "")
    assert "NAUTOBOT_TIMEOUT: " in done.stderr
    assert "seconds, 0.5 to 600" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_catalogue_names_every_tool_and_its_parameters(sextant: Run) -> None:
    done = sextant("tools", "--list")
    names = [line for line in done.stdout.splitlines() if line and not line.startswith(" ")]
    assert done.returncode == 0
    assert names == [entry.name for entry in CATALOG.values()]
    assert "location (string | list of string, required)" in done.stdout


def test_help_needs_no_heavy_import(sextant: Run) -> None:
    lists = "import sys; from chainlit_app.cli import _parser; _parser(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", lists], capture_output=True, text=True, check=True)
    assert not {"chainlit", "litellm", "mcp", "pydantic", "pandas"} & set(done.stdout.split())
    assert "ask" in sextant("--help").stdout


def test_a_reader_that_has_enough_gets_no_complaint(tmp_path: Path) -> None:
    script = Path(sys.executable).parent / "sextant"
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [script, "tools", "--list"], stdout=writing, stderr=subprocess.PIPE, cwd=tmp_path, text=True, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_control_c_ends_with_130_and_leaves_nothing_behind(tmp_path: Path) -> None:
    script = Path(sys.executable).parent / "sextant"
    with subprocess.Popen(
        [script, "ask", *["Which devices are at NYC01?"] * 5000],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        text=True,
        start_new_session=True,
    ) as asking:
        assert asking.stderr
        assert asking.stderr.readline().startswith("...")
        asking.send_signal(signal.SIGINT)
        said = asking.stderr.read()  # to the end: the tool server has closed it too
    assert asking.returncode == 130
    assert said.splitlines()[-1] == "Stopped."
