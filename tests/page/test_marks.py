"""Chips and marks in an answer, and what is said of its check."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainlit_app.page.checked import check_props
from chainlit_app.page.marks import key_of, marked
from chainlit_app.turn import Checked, Fact, Source, ToolCall
from chainlit_app.words import check_said
from tools.models import ResultTable, ToolAnswer
from tools.models import Source as Origin

MARK = '(#sx-k-f0 "Not found in the sources")'
WRONG = "10.9.9.0/24"


def wrong(answer: str, *facts: str) -> str:
    """Return the answer with these facts marked, each at its first place."""
    found = [Fact(fact, at := answer.index(fact), at + len(fact), "prefix", "not_found") for fact in facts or [WRONG]]
    return marked(answer, "k", {}, found)


def source(number: int, subject: str = "prefixes at A") -> Source:
    origin = Origin(mode="demo", url=None, retrieved_at=datetime(2026, 11, 21, tzinfo=UTC), queries=[])
    answer = ToolAnswer(tool="t", outcome="found", subject=subject, summary="S.", source=origin)
    table = ResultTable(subject=subject, columns=[], rows=[], links=[])
    return Source(number, ToolCall("1", "t", {}, ""), answer, table, 0.1)


@pytest.mark.parametrize(
    ("answer", "on_page"),
    [
        (f"It is {WRONG}.", f"It is [{WRONG}]{MARK}."),
        (f"It is **{WRONG}**.", f"It is **[{WRONG}]{MARK}**."),
        (f"| a | {WRONG} |", f"| a | [{WRONG}]{MARK} |"),
        (f"It is `{WRONG}`.", f"It is [`{WRONG}`]{MARK}."),
        (f"Run `ip route {WRONG}`.", f"Run `ip route {WRONG}` [{WRONG}]{MARK}."),
        (f"```\n{WRONG}\n```\nEnd", f"```\n{WRONG}\n```\n\n[{WRONG}]{MARK}\n\n\nEnd"),
        (f"~~~ text\n{WRONG} `a`\n~~~", f"~~~ text\n{WRONG} `a`\n~~~\n\n[{WRONG}]{MARK}\n\n"),
        (f"```\nopen {WRONG}", f"```\nopen {WRONG}\n```\n\n[{WRONG}]{MARK}\n\n"),
        (f"So:\n\n    {WRONG}\n\nEnd", f"So:\n\n    {WRONG}\n\n\n[{WRONG}]{MARK}\n\n\nEnd"),
        (f"- a\n\n    {WRONG}", f"- a\n\n    [{WRONG}]{MARK}"),
        (f"See [{WRONG}](http://e).", f"See {WRONG} (`http://e`) [{WRONG}]{MARK}."),
        (f"![{WRONG}](http://e)", f"{WRONG} (`http://e`) [{WRONG}]{MARK}"),
        ("See https://10.9.9.0/24/x.", f"See `https://10.9.9.0/24/x` [{WRONG}]{MARK}."),
        (f"<!-- {WRONG} -->", f"\\<!-- {WRONG} --> [{WRONG}]{MARK}"),
        (f"<div\n>{WRONG}</div>", f"\\<div\n>[{WRONG}]{MARK}\\</div>"),
        (f"No!{WRONG}", f"No\\![{WRONG}]{MARK}"),
        (f"\\{WRONG}", f"\\{WRONG} [{WRONG}]{MARK}"),
        (f"[{WRONG}]: http://e", f"[[{WRONG}]{MARK}]\\: `http://e`"),
    ],
)
def test_a_fact_that_was_not_found_is_marked_wherever_it_stands(answer, on_page):
    assert wrong(answer) == on_page


def test_an_address_with_colons_is_marked_and_kept_whole():
    assert wrong("At 2001:db8::a.", "2001:db8::a") == f"At [2001\\:db8\\:\\:a]{MARK}."


def test_each_mark_has_the_number_of_its_fact():
    text = "10.0.0.0/24 and 10.0.1.0/24 and 10.0.2.0/24"
    facts = [
        Fact("10.0.0.0/24", 0, 11, "prefix", "not_found"),
        Fact("10.0.1.0/24", 16, 27, "prefix", "found", 1),
        Fact("10.0.2.0/24", 32, 43, "prefix", "not_found"),
    ]
    said = marked(text, "k", {}, facts)
    assert said.count("#sx-") == 2
    assert "[10.0.0.0/24](#sx-k-f0 " in said
    assert "[10.0.2.0/24](#sx-k-f2 " in said


def test_what_stands_beyond_the_shown_text_is_left_alone():
    assert marked("Short.", "k", {}, [Fact("10.0.0.0/24", 20, 31, "prefix", "not_found")]) == "Short."


def test_facts_in_one_another_do_not_break_the_text():
    text = "VLAN 100 (data)"
    facts = [Fact("VLAN 100", 0, 8, "vlan", "not_found"), Fact("100", 5, 8, "count", "not_found")]
    assert marked(text, "k", {}, facts) == f"[VLAN 100]{MARK} (data)"


@pytest.mark.parametrize("before", ["!", "\\!", "\\\\!", "a !"])
def test_a_mark_behind_an_exclamation_mark_is_never_an_image(before):
    text = f"{before}10.0.0.0/8"
    said = marked(text, "k", {}, [Fact("10.0.0.0/8", len(before), len(text), "prefix", "not_found")])
    ahead = said.removesuffix(f"![10.0.0.0/8]{MARK}")
    assert (len(ahead) - len(ahead.rstrip("\\"))) % 2 == 1


def test_a_number_of_a_source_opens_it_and_names_it():
    assert marked("So it is [1].", "k", {1: source(1)}) == 'So it is [\\[1\\]](#sx-k-s1 "Source 1\\: prefixes at A").'


@pytest.mark.parametrize("text", ["`arr[1]`", "```\narr[1]\n```", "\\[1]", "[7]", "[1](#there)"])
def test_what_is_no_citation_stays_as_it_is(text):
    assert marked(text, "k", {1: source(1)}) == text


@pytest.mark.parametrize("text", ["[1](http://e)", "[x [1]](http://e)"])
def test_a_link_of_a_model_is_no_citation(text):
    assert "#sx-" not in marked(text, "k", {1: source(1)})


def test_an_answer_links_to_the_nautobot_that_it_was_read_from_and_nowhere_else():
    live = source(1)
    origin = live.answer.source.model_copy(update={"mode": "live", "url": "https://n.example/nb"})
    live = replace(live, answer=live.answer.model_copy(update={"source": origin}))
    said = marked("[a](https://n.example/nb/dcim/) [b](https://other.example/)", "k", {1: live})
    assert said == "[a](https://n.example/nb/dcim/) b (`https://other.example/`)"


def test_a_subject_cannot_leave_the_name_of_its_chip():
    said = marked("[1]", "k", {1: source(1, 'a" onclick="x) [y](http://e)\n`b`')})
    assert said == '[\\[1\\]](#sx-k-s1 "Source 1\\: a\\" onclick\\=\\"x\\) \\[y\\]\\(http\\:\\/\\/e\\) \\`b\\`")'


@given(st.text(alphabet="a1.[]()`~!\\\n <>:*|", max_size=60), st.data())
def test_marking_never_loses_a_sign_of_the_answer(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    said = marked(text, "k", {}, [Fact(text[start:end], start, end, "prefix", "not_found")])
    rest = iter(said)
    assert all(sign in rest for sign in text if sign not in "![]()<> \n")  # a link becomes words and an address
    assert MARK in said


def test_the_key_of_a_turn_is_the_same_after_a_reload_and_another_for_each_turn():
    assert (
        key_of("0f6ee0b2-41ee-4f4b-9e26-f2c0ef2b8f4a")
        == key_of("0f6ee0b241ee4f4b9e26f2c0ef2b8f4a")
        == "0f6ee0b241ee4f4b"
    )


def fact(verdict: str, text: str = "a", **given: object) -> Fact:
    return Fact(text, 0, 1, "prefix", verdict, **given)


@pytest.mark.parametrize(
    ("check", "said", "tone"),
    [
        (Checked("", [fact("found")] * 14), "14 of 14 facts found in the sources", "quiet"),
        (Checked("", [fact("derived")]), "1 of 1 fact found in the sources", "quiet"),
        (Checked("", [*[fact("found")] * 13, fact("not_found")]), "13 of 14 facts found, 1 not", "warning"),
        (
            Checked("", [fact("elsewhere")], corrected=1),
            "1 of 1 fact found in the sources · 1 citation corrected",
            "quiet",
        ),
        (
            Checked("", [fact("found")], removed=[7, 9]),
            "1 of 1 fact found in the sources · 2 citations of no source removed",
            "warning",
        ),
        (Checked("", [], removed=[7]), "1 citation of no source removed", "warning"),
        (
            Checked("", [fact("not_found")], sourceless=True),
            "Not checked against data: nothing was looked up for this.",
            "warning",
        ),
    ],
)
def test_the_check_is_said_in_one_line(check, said, tone):
    assert check_said(check) == said
    assert check_props(check)["tone"] == tone


@pytest.mark.parametrize("check", [None, Checked("Hello.")])
def test_without_a_fact_there_is_no_line(check):
    assert check_props(check) is None


def test_the_list_begins_with_what_was_not_found_and_says_each_fact_once():
    facts = [fact("found", "x", source=1, where="row 3, prefix")] * 2 + [fact("not_found", "y")]
    said = check_props(Checked("", facts))["facts"]
    assert [(one["text"], one["places"]) for one in said] == [("y", [2]), ("x", [0, 1])]
    assert (said[1]["where"], said[1]["source"]) == ("row 3, prefix", 1)


def test_an_address_in_code_that_no_source_has_keeps_its_colons():
    text = "At `2001:db8::f`."
    fact = Fact("2001:db8::f", 4, 15, "address", "not_found")
    assert "[`2001:db8::f`](#sx-" in marked(text, "key", {}, [fact])
