"""What holds for every answer: a changed digit is seen, and no text brings the checker down."""

import json
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainlit_app.check import check
from chainlit_app.turn import Source, ToolCall
from tools.models import QueryRun, ResultTable, ToolAnswer
from tools.models import Source as Origin

ROWS = [
    [
        f"10.{at}.{at * 7 % 256}.0/24",
        ("User Data", "User Voice")[at % 2],
        f"OSL{at % 9:02}",
        f"OSL{at % 9:02}-sw{at:03}",
    ]
    for at in range(40)
]


def source(rows, columns=("prefix", "role", "location", "device")):
    run = QueryRun(file="a.graphql", variables={}, rows=len(rows), seconds=0.1)
    answer = ToolAnswer(
        tool="get",
        outcome="found",
        subject="prefixes",
        summary=f"{len(rows)} prefixes.",
        total=len(rows),
        columns=list(columns),
        source=Origin(mode="demo", url=None, retrieved_at=datetime(2026, 1, 1, tzinfo=UTC), queries=[run]),
    )
    table = ResultTable(subject="prefixes", columns=list(columns), rows=rows, links=[None] * len(rows))
    return Source(1, ToolCall("1", "get", {}, json.dumps({})), answer, table, 0.1)


SOURCE = source(ROWS)


def verdicts(text):
    return [fact.verdict for fact in check(text, [SOURCE]).facts]


@settings(deadline=None)
@given(st.sampled_from(ROWS))
def test_a_row_that_is_written_out_is_found(row):
    assert verdicts(f"{row[0]} is a {row[1]} prefix at {row[2]}, behind {row[3]} [1].") == ["found"] * 4
    assert verdicts(f"| {row[0]} | {row[1]} | {row[2]} | {row[3]} | [1]") == ["found"] * 4


@settings(deadline=None)
@given(st.sampled_from(ROWS), st.integers(0, 2), st.integers(1, 255))
def test_one_octet_off_is_not_found(row, octet, by):
    octets = [int(part) for part in row[0].removesuffix("/24").split(".")]
    octets[octet] = (octets[octet] + by) % 256
    other = ".".join(map(str, octets)) + "/24"
    assert verdicts(f"The prefix {other} is recorded [1].") == [
        "found" if other in {r[0] for r in ROWS} else "not_found"
    ]


@settings(deadline=None)
@given(st.sampled_from(ROWS), st.sampled_from(ROWS))
def test_the_cells_of_two_rows_do_not_make_a_fact(one, two):
    found = verdicts(f"{one[0]} belongs to {two[3]} [1].")
    assert ("not_found" in found) == (one != two)


@settings(deadline=None)
@given(st.integers(0, 400))
def test_a_count_is_found_where_it_is_right(count):
    assert verdicts(f"There are {count} prefixes [1].") == ["found" if count == len(ROWS) else "not_found"]


@settings(deadline=None)
@given(st.integers(0, 2**112 - 1))
def test_an_ipv6_prefix_is_the_same_however_it_is_written(number):
    net = ip_network((number << 16, 64), strict=False)
    made = source([[str(net), "User Data", "OSL01", "OSL01-sw001"]])
    for written in (net.compressed, net.exploded, net.compressed.upper()):
        assert [fact.verdict for fact in check(f"It is {written} [1].", [made]).facts] == ["found"]


WORDS = st.lists(
    st.sampled_from(
        ["10.0.0.0/24", "NYC01", "OSL01-sw001", "User", "Data", "VLAN", "100", "[1]", "[9]", "12", "of", "%", "|", "-", "\n",
         "- ", "# ", "```", ".", ":", ";", "all", "not", "::1", "2001:db8::/", "1,680", "\x00", "é", "**", "](", "~", "²", "٣"]
    ),
    max_size=60,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), WORDS.map(" ".join), WORDS.map("".join)))
def test_every_text_is_checked_and_facts_stand_where_they_say(text):
    found = check(text, [SOURCE])
    for fact in found.facts:
        assert found.text[fact.start : fact.end] == fact.text
    assert check(found.text, [SOURCE]).removed == []


@pytest.mark.parametrize(
    "piece",
    ["[1", "[1,", "[1]", "a [1]. ", "10.", "10.0.0.0/24 ", "9", "a-", "|", "| ", "- \n", ". ", "-", "**", "User ", "User Data ", "VLAN 1 ",
     "12 of ", "NYC01-acc001 and ", ":", "1,000,", "é", "no ", "; ", "# \n", "| a | b |\n|---|---|\n", " \n"],
)  # fmt: skip
def test_a_long_text_of_one_piece_comes_to_an_end(piece):
    found = check(piece * (100_000 // len(piece)), [SOURCE])
    assert found.text or found.removed


@pytest.mark.parametrize(
    ("text", "verdict"), [("VLAN 100 is at both [1].", "found"), ("VLAN 300 is at both [1].", "not_found")]
)
def test_a_vlan_in_a_column_of_several_kinds_is_found_by_its_number(text, verdict):
    lines = source([["vlans", "100 data", 1, 1], ["devices", "300 series", 1, 1]], ("kind", "what", "NYC01", "OSL01"))
    assert [fact.verdict for fact in check(text, [lines]).facts if "VLAN" in fact.text] == [verdict]
