"""What the page says: calls, rows, footers, file names, sources, Markdown."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlit_app import titles, words
from chainlit_app.page.markdown import Stream, escaped, shown
from chainlit_app.turn import OFFLINE_MODEL, Source, ToolCall, ToolResult, TurnEnded, Usage
from chainlit_app.wording import STOPPED
from tools.models import QueryRun, ResultTable, ToolAnswer
from tools.models import Source as Origin


def call(name: str, **arguments: object) -> ToolCall:
    return ToolCall("1", name, dict(arguments), "")


def found(mode: str = "demo", rows: int = 22, shown: int = 22, outcome: str = "found") -> ToolAnswer:
    origin = Origin(
        mode=mode,
        url="https://nautobot.example.com" if mode == "live" else None,
        retrieved_at=datetime(2026, 11, 21, 4, 5, 6, tzinfo=UTC),
        queries=[
            QueryRun(file="prefixes_by_location.graphql", variables={"locations": ["A"]}, rows=rows, seconds=0.07)
        ],
        note="it timed out" if mode == "fallback" else "",
    )
    return ToolAnswer(
        tool="t", outcome=outcome, subject="prefixes at A", summary="S.", total=rows, shown=shown, source=origin
    )


def source(mode: str = "demo", list_url: str | None = "/ipam/prefixes/?location=A", number: int = 1) -> Source:
    answer = found(mode).model_copy(update={"list_url": list_url, "notes": ["one | two", "three"]})
    table = ResultTable(subject=answer.subject, columns=["prefix"], rows=[["10.0.0.0/24"]] * 22, links=[None] * 22)
    return Source(number, call("get_prefixes_by_location", location="A"), answer, table, 0.07)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (call("get_prefixes_by_location", location="NYC01"), "Prefixes at NYC01"),
        (
            call("get_prefixes_by_location", location=["A", "B"], role="User Voice", prefix_length=24, ip_version=4),
            "Prefixes at A, B (role User Voice, /24, IPv4)",
        ),
        (call("get_devices_by_location", only="no_primary_ip"), "Devices (without a primary address)"),
        (call("get_devices_by_location", only="a_new_one"), "Devices (only a new one)"),
        (
            call("analyze_prefixes_dataframe", sort_by="used_percent", top=3),
            "Use of prefixes (sorted by used percent, top 3)",
        ),
        (call("get_interfaces_by_device", device="sw1", connected=False), "Interfaces of sw1 (not connected)"),
        (call("count_records", record="devices", group_by="role"), "Count of devices by role"),
        (call("a_tool_of_tomorrow", x=1), "A tool of tomorrow (x 1)"),
        (ToolCall("1", "get_device", None, "{"), "Device"),
        (call("search_locations", query="", location=None), "Locations"),
        (
            call(
                "get_rows",
                result="r1",
                where=[{"column": "used percent", "is": "at_least", "value": 80}],
                sort_by="-used",
            ),
            "Rows of r1 (where used percent at least 80, sorted by -used)",
        ),
        (
            call("get_rows", result="r3", compare_with="r4", key=["vid", "name"], keep="only_first"),
            "Rows of r3 (beside r4, matched by vid, name, keep only first)",
        ),
        (
            call(
                "get_rows",
                result="r3",
                group_by="role",
                figures=[{"figure": "sum", "column": "used"}, {"figure": "count"}],
            ),
            "Rows of r3 (by role, sum used, count)",
        ),
        (call("get_changes", location="A", since="7d"), "Changes at A (since 7d)"),
        (call("find_free_space", inside="A", of="rack_units"), "Free rack units in A"),
        (call("find_free_space", inside="A", of="location"), "Free space in A (by location)"),
    ],
)
def test_a_call_is_said_in_plain_words(asked, said):
    assert titles.call_title(asked) == said


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (ToolResult("", False, 0.124, found()), "Device x · 22 of 22 rows · 0.1 s · demo"),
        (
            ToolResult("", False, 0.0421, found("live", 1680, 60)),
            "Device x · 1,680 of 1,680 rows, the first 60 were read · 42 ms · live",
        ),
        (ToolResult("", False, 2, found("fallback", 1, 1)), "Device x · 1 of 1 row · 2.0 s · fallback"),
        (ToolResult("", True, 1, found(outcome="unknown")), "Device x · no such name · 1.0 s · demo"),
        (ToolResult("", False, 1, found(outcome="empty")), "Device x · nothing recorded · 1.0 s · demo"),
        (ToolResult("", True, 1), "Device x · no answer · 1.0 s"),
        (STOPPED, "Device x · stopped"),
    ],
)
def test_a_finished_call_says_rows_time_and_kind_of_data(result, said):
    assert words.call_done(call("get_device", device="x"), result) == said


def test_an_export_says_what_is_in_the_file():
    exported = found(rows=2143, shown=5).model_copy(update={"tool": "export_prefixes_to_csv"})
    assert words.rows_said(ToolResult("", False, 1, exported)) == "2,143 rows in the file"


def test_only_what_is_broken_alarms():
    alarming = {
        outcome
        for outcome in ("found", "empty", "ambiguous", "unknown", "invalid", "not_allowed", "unavailable", "defect")
        if words.is_trouble(ToolResult("", True, 0, found(outcome=outcome)))
    }
    assert alarming == {"not_allowed", "unavailable", "defect"}
    assert words.is_trouble(ToolResult("", True, 0))


def test_demo_live_and_fallback_are_never_said_alike():
    said = {mode: words.origin_said(mode, "https://nautobot.example.com/x") for mode in ("demo", "live", "fallback")}
    assert said["live"] == "Live from nautobot.example.com"
    assert all("Demo data" in said[mode] for mode in ("demo", "fallback"))
    assert len(set(said.values())) == 3


@pytest.mark.parametrize(
    ("usage", "said"),
    [
        (Usage(), ""),
        (Usage(1200, 34), "1,234 tokens"),
        (Usage(1200, 34, 0.0), "1,234 tokens"),
        (Usage(1200, 34, 0.00004), "1,234 tokens, under $0.0001"),
        (Usage(1200, 34, 0.0012), "1,234 tokens, $0.0012"),
        (Usage(1, 1, 0.001) + Usage(1, 1, 0.002), "4 tokens, $0.0030"),
        (Usage() + Usage(1, 1, 0.001) + Usage(1, 1), "4 tokens"),
    ],
)
def test_tokens_are_said_and_what_they_cost_only_where_all_of_it_is_known(usage, said):
    assert words.usage_said(usage) == said


def test_the_footer_says_data_sources_model_time_and_tokens():
    ended = TurnEnded("answered", "x", [source("live"), source("live")], "live", Usage(1200, 34, 0.0012), "openai/x")
    said = "Live from nautobot.example.com · 2 sources · openai/x · 1.5 s · 1,234 tokens, $0.0012"
    assert words.footer(ended, 1.5) == said
    nothing = TurnEnded("not_understood", "x", [], None, Usage(), "offline reader")
    assert words.footer(nothing, 0.02) == "No data in this answer · offline reader · 20 ms"


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("prefixes at NYC01", "prefixes-NYC01-2026-11-21.csv"),
        ("../../etc/passwd", "etc-passwd-2026-11-21.csv"),
        ("München: prefixes \n\x00", "Munchen-prefixes-2026-11-21.csv"),
        ("", "rows-2026-11-21.csv"),
        (f"{'use ' * 18}is more than 80", f"{'use-' * 18}is-more-2026-11-21.csv"),
        (f"{'use ' * 18}is or 800", f"{'use-' * 18}is-or-2026-11-21.csv"),
        (f"{'use ' * 18}is or 80", f"{'use-' * 18}is-or-80-2026-11-21.csv"),
        ("a" * 81, f"{'a' * 80}-2026-11-21.csv"),
    ],
)
def test_a_file_is_named_after_what_it_holds(subject, name):
    assert words.file_name(subject, date(2026, 11, 21)) == name


@given(st.text(max_size=300))
def test_no_subject_makes_an_unsafe_file_name(subject):
    name = words.file_name(subject, date(2026, 11, 21))
    assert len(name) < 120
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.")
    assert not name.startswith(("-", "."))


def test_data_in_text_stays_data():
    assert escaped("![x](http://e) <b> `a` *b* | #") == r"\!\[x\](`http://e`) \<b\> \`a\` \*b\* \| \#"
    assert escaped("two\nlines") == "two lines"


@pytest.mark.parametrize(
    ("answer", "on_page"),
    [
        ("2001:db8::/32 at aa:bb", r"2001\:db8\::/32 at aa\:bb"),
        ("`fe80::a` and fe80::a", r"`fe80::a` and fe80\:\:a"),
        ("```\na:b\n```\na:b", "```\na:b\n```\na\\:b"),
        ("```x``` a:b", "```x``` a\\:b"),
        ("``a ` b:c`` d:e", "``a ` b:c`` d\\:e"),
        ("an open ` a:b", "an open ` a\\:b"),
        ("Code:\n\n    a:b\n\nand a:b", "Code:\n\n    a:b\n\nand a\\:b"),
        ("at 10:30, note: this, http://x:80", "at 10:30, note: this, `http://x:80`"),
        ("*all* [1]", "*all* [1]"),
    ],
)
def test_colons_in_addresses_are_kept_from_being_directives(answer, on_page):
    assert shown(answer) == on_page


@given(st.lists(st.text(alphabet="a:`1 [].\n", max_size=4), max_size=30))
def test_a_streamed_answer_ends_as_the_whole_one(pieces):
    stream, page = Stream(), ""
    for piece in pieces:
        sent, whole = stream.add(piece)
        page = sent if whole else page + sent
    assert page == shown("".join(pieces).rstrip(":"))


@pytest.mark.parametrize(
    ("declined", "text", "kept", "offered"),
    [
        (False, "It is so. [1]\n\nNext: This? · That", "It is so. [1]", ["This?", "That"]),
        (False, "Next: is a word.\nMore.", "Next: is a word.\nMore.", []),
        (True, "I can answer:\n- This?\n- That", "I can answer:", ["This?", "That"]),
        (False, "- a\n- b", "- a\n- b", []),
    ],
)
def test_offered_questions_become_buttons(declined, text, kept, offered):
    outcome = "not_understood" if declined else "answered"
    ended = TurnEnded(outcome, text, [], None, Usage(), OFFLINE_MODEL, declined=declined)
    assert words.next_questions(ended) == (kept, offered)


def test_a_last_line_of_another_model_stays_in_its_answer():
    told = "Two links are planned.\n\nNext: order the second one"
    ended = TurnEnded("answered", told, [], None, Usage(), "openai/x")
    assert words.next_questions(ended) == (told, [])


def test_the_list_of_a_model_whose_call_was_refused_stays_in_its_answer():
    told = "That is no address:\n- four numbers\n- each up to 255"
    ended = TurnEnded("not_understood", told, [], None, Usage(), "openai/x")
    assert words.next_questions(ended) == (told, [])
