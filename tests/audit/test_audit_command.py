"""`sextant audit`: what it prints, what it saves, and what its exit codes say."""

import asyncio
import csv
import json
from typing import get_args

import pytest

from chainlit_app.cli import main
from chainlit_app.history.where import place
from sextant.access.principal import Principal
from sextant.audit.arguments import KINDS
from sextant.audit.printing import visible
from sextant.audit.store import AuditStore
from sextant.audit.trail import Event, Kind

HOSTILE = [
    'x\n7 2026-01-01T00:00:00Z login logged_in who="admin"',
    "x\r\x1b[2K7 forged",
    "\x1b]0;title\x07\x1b[1A\x1b[2K",
    'quoted" who="page:admin',
    "back\\slash\\",
    "right\u202eto left\u2066",
    "line\u2028paragraph\u2029next\x85",
    "zero\u200bwidth\ufeff\u00ad",
    "\x00\x07\x08\x7f\x9b31m",
    "tag\U000e0041",
    "",
]


@pytest.fixture
def audit(tmp_path, monkeypatch):
    """Return what writes events into the audit of this test's settings."""
    file = tmp_path / "audit.db"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEXTANT_AUDIT", str(file))

    def write(*events):
        async def now():
            store = AuditStore(place(str(file)))
            await store.append(events)
            await store.close()

        asyncio.run(now())

    return write


def event(what="get_device", **given):
    who = Principal("page:anna", "anna", frozenset({"viewer"}), "page")
    return Event(**{"kind": "tool", "who": who, "what": what, "outcome": "found", **given})


def test_the_command_knows_every_kind_of_row():
    assert get_args(Kind) == KINDS


def test_rows_are_printed_one_a_line(audit, capsys):
    audit(event(rows=3, seconds=0.25, mode="live", request_id="r1", arguments_digest="ab" * 32))
    assert main(["audit", "show"]) == 0
    begun, row = capsys.readouterr().out.splitlines()
    assert begun.startswith("0 ")
    number, at, rest = row.split(" ", 2)
    assert (number, len(at)) == ("1", 20)
    assert rest == (
        'tool found who="page:anna" name="anna" what="get_device" mode=live rows=3 seconds=0.25 request=r1'
        " digest=abababababab"
    )


@pytest.mark.parametrize("said", HOSTILE)
def test_nothing_in_the_data_forges_or_hides_a_line(audit, capsys, said):
    liar = Principal(said, said, frozenset({said}), "page")
    audit(event(said, who=liar, outcome=said, request_id=said), event("after"))
    assert main(["audit", "show"]) == 0
    out = capsys.readouterr().out
    lines = out.splitlines()  # at every line end that any program knows
    assert [line.split(" ")[0] for line in lines] == ["0", "1", "2"]
    assert all(character.isprintable() for line in lines for character in line)
    assert lines[2].count('who="page:anna"') == 1
    assert lines[1].count(' who="') == 1

    assert main(["audit", "show", "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert all(line.isascii() and line.isprintable() for line in lines)
    assert json.loads(lines[1])["what"] == said.replace("\x00", "\N{REPLACEMENT CHARACTER}")


def test_what_is_escaped_can_be_read_back():
    for said in HOSTILE:
        assert json.loads(visible(said)) == said


def test_rows_are_picked_by_their_words(audit, capsys):
    audit(event("a"), event("b", kind="export"), event("c"))
    assert main(["audit", "show", "--kind", "export"]) == 0
    assert 'what="b"' in capsys.readouterr().out
    assert main(["audit", "show", "--newest", "1", "--who", "anna", "--since", "1h"]) == 0
    assert [line.split(" ")[0] for line in capsys.readouterr().out.splitlines()] == ["3"]
    assert main(["audit", "show", "--since", "2999-01-01"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("words", [["--since", "noon"], ["--newest", "-1"], ["--kind", "other"]])
def test_what_cannot_be_meant_is_wrong_use(audit, capsys, words):
    with pytest.raises(SystemExit) as left:
        main(["audit", "show", *words])
    assert left.value.code == 2


def test_a_csv_holds_every_row_and_no_formula_and_says_who_took_it(audit, capsys, tmp_path):
    audit(*(event(f"=cmd|{number}") for number in range(1_200)))
    assert main(["audit", "export", "--csv", "all.csv"]) == 0
    assert "1,202 rows in all.csv." in capsys.readouterr().err
    with (tmp_path / "all.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["number"]) for row in rows] == list(range(1_202))
    assert rows[1]["what"] == "'=cmd|0"
    assert (rows[-1]["kind"], rows[-1]["who"], rows[-1]["what"]) == ("export", "local", "the audit as all.csv")
    assert main(["audit", "export", "--csv", "all.csv"]) == 2  # a file that is there is left alone
    assert "all.csv cannot be written (File exists)." in capsys.readouterr().err


def test_json_is_printed_where_no_file_is_named(audit, capsys):
    audit(event("a"))
    assert main(["audit", "export", "--json", "-", "--kind", "tool"]) == 0
    (row,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (row["what"], len(row["hash"])) == ("a", 64)


def test_a_whole_trail_is_told_from_a_touched_one_by_the_exit_code(audit, capsys, tmp_path):
    import sqlite3

    audit(event("a"), event("b"))
    assert main(["audit", "verify"]) == 0
    whole, end = capsys.readouterr().out.splitlines()
    assert whole.startswith(f"Whole: 3 rows of {tmp_path / 'audit.db'}, each as it was written")
    anchor = end.removeprefix("End: ")
    assert main(["audit", "verify", "--anchor", anchor]) == 0
    assert main(["audit", "verify", "--anchor", f"2:{'0' * 64}"]) == 1
    assert "Row 2 is not that of the anchor" in capsys.readouterr().out
    with sqlite3.connect(tmp_path / "audit.db") as db:
        db.execute("DROP TRIGGER sextant_audit_stays")
        db.execute("UPDATE sextant_audit SET who = 'page:bert' WHERE number = 1")
    db.close()
    assert main(["audit", "verify"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "Row 1 was changed: its hash is not that of what it holds.",
        f"NOT WHOLE: 1 break in 3 rows of {tmp_path / 'audit.db'}.",
    ]


def test_a_trail_that_cannot_be_read_is_told_from_one_that_is_not_whole(audit, capsys, tmp_path):
    assert main(["audit", "verify"]) == 3
    assert "Nothing has been recorded yet" in capsys.readouterr().err
    (tmp_path / "audit.db").write_text("this is no database, and long enough to be taken for one" * 20)
    assert main(["audit", "verify"]) == 3
    assert "file is not a database" in capsys.readouterr().err


def test_where_nothing_is_recorded_that_is_said(monkeypatch, capsys):
    monkeypatch.setenv("SEXTANT_AUDIT", "off")
    assert main(["audit", "show"]) == 2
    assert capsys.readouterr().err == "Nothing is recorded: SEXTANT_AUDIT is off.\n"


def test_the_settings_of_the_audit_are_checked_at_the_start(monkeypatch, capsys):
    monkeypatch.setenv("SEXTANT_AUDIT", "mysql://somewhere/db")
    monkeypatch.setenv("SEXTANT_AUDIT_KEY", "short")
    assert main(["audit", "verify"]) == 2
    said = capsys.readouterr().err
    assert "SEXTANT_AUDIT: not a path" in said
    assert "SEXTANT_AUDIT_KEY: too short to be a secret" in said
    monkeypatch.setenv("SEXTANT_AUDIT", "off")
    monkeypatch.delenv("SEXTANT_AUDIT_KEY")
    monkeypatch.setenv("SEXTANT_AUDIT_REQUIRED", "true")
    assert main(["audit", "verify"]) == 2
    assert "nothing would be done at all" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["show"], ["export", "--csv", "-"], ["verify"]])
def test_the_policy_decides_at_the_terminal_too(audit, capsys, monkeypatch, tmp_path, words):
    audit(event())
    (tmp_path / "policy.yaml").write_text("roles: {admin: {tools: ['*']}, auditor: {may: [audit]}}\n", encoding="utf-8")
    monkeypatch.setenv("SEXTANT_POLICY", "policy.yaml")
    assert main(["audit", *words]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.partition(", and")[0]) == ("", "local may not use audit: that takes the role auditor")
