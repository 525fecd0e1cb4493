"""The guard of the offline reader: a condition that no call carries is asked about and never dropped."""

import pytest


@pytest.mark.parametrize(
    "question",
    [
        "prefixes at Oslo with 17 addresses",
        "devices at Oslo with more than 3 ports",
        "the largest devices at Oslo",
        "the oldest prefixes at Oslo",
        "the next free VLAN at Oslo",
        "global prefixes in Oslo",
        "prefixes at \U0001f5fd",
        "which prefixes are at",
        "which interfaces on OSL01-acc001 have an IP",
        "are all active devices given a primary ip?",
        "active prefixes and VLANs at Oslo",
        "prefixes at Oslo and VLANs at Bergen",
        "managed devices at Oslo",
        "what devices at Oslo are owned",
        "circuits with the number XYZ-100002",
        "wan switches at Oslo",
        "wifi vlans at Oslo",
        "routers at Oslo above 90% used",
        "duplicate prefixes",
    ],
)
def test_a_condition_that_no_call_carries_is_asked_about(chat, question):
    turn = chat().ask(question)

    assert not turn.calls and (turn.asked or turn.declined)


@pytest.mark.parametrize(
    ("question", "calls"),
    [
        ("show the Global namespace prefixes in Oslo", [("get_prefixes_by_location", {"location": "OSL01", "namespace": "Global"})]),
        ("name the sites in Norway", [("search_locations", {"location": "Norway"})]),
        ("what are the top three countries by number of devices?", [("count_records", {"record": "devices", "group_by": "country"})]),
        ("osl01 pfx", [("get_prefixes_by_location", {"location": "OSL01"})]),
        ("what platform does OSL01-acc001 run", [("get_device", {"device": "OSL01-acc001"})]),
        ("devices at OSL01 and devices at BGO01", [("get_devices_by_location", {"location": "OSL01"}), ("get_devices_by_location", {"location": "BGO01"})]),
    ],
)  # fmt: skip
def test_a_condition_that_a_call_can_carry_is_carried(chat, question, calls):
    assert chat().ask(question).calls == calls


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("how many switches does Atlantis have", "and routers?"),
        ("what is in 10.0.0.0/8", "and at OSL01?"),
    ],
)
def test_a_follow_up_never_widens_or_drops_the_place(chat, first, second):
    talk = chat()
    talk.ask(first)
    turn = talk.ask(second)

    assert turn.asked and not turn.calls


def test_a_status_said_before_the_records_were_named_is_kept(chat):
    talk = chat()
    assert talk.ask("anything active in Oslo?").asked
    assert talk.ask("prefixes").calls == [("get_prefixes_by_location", {"location": "OSL01", "status": "Active"})]


def test_words_are_repeated_as_they_were_written(chat):
    assert '"Präfixe"' in chat().ask("Präfixe in Atlantis").text
    assert '"shut"' in chat().ask("shut port 3 of OSL01-acc001").text
    assert "x" * 41 not in chat().ask("x" * 90).text


def test_the_demo_notice_is_said_once_and_that_of_the_fallback_each_time(chat, tool_message):
    talk = chat()
    assert "These are demo data." in talk.ask("devices at Oslo").text
    assert "demo data" not in talk.ask("and in Bergen?").text
    fallback = chat(results=lambda *_: tool_message(data="fallback"))
    for question in ("devices at Oslo", "and in Bergen?"):
        assert "these are demo data" in fallback.ask(question).text


def test_a_list_is_set_apart_from_what_follows(chat, tool_message):
    several = tool_message(
        "Several match.", rows=(), outcome="ambiguous", before="Candidates:\n- HAM01 | a\n- HAM02 | b"
    )
    assert "- HAM02: b\n\nWhich one" in chat(results=lambda *_: several).ask("prefixes at Hamar").text
