"""One question for records and for what is done with their rows: read first, then worked on."""

import pytest

CIRCUITS = ("get_circuits", {"location": "OSL01"})
DEVICES = ("get_devices_by_location", {"location": "OSL01"})
PREFIXES = ("get_prefixes_by_location", {"location": "OSL01"})
RACKS = ("find_free_space", {"inside": "NOD01", "of": "rack_units"})


def where(column, test, *value):
    return {"where": [{"column": column, "is": test, **({"value": value[0]} if value else {})}]}


def worked(read, **spec):
    return [read, ("get_rows", {"result": "r1", **spec})]


@pytest.mark.parametrize(
    ("question", "spec"),
    [
        ("what's our fastest carrier link in Oslo", {"sort_by": "-commit rate kbps", "top": 1}),
        ("which circuit in Oslo has the most bandwidth", {"sort_by": "-commit rate kbps", "top": 1}),
        ("the three slowest circuits at Oslo", {"sort_by": "commit rate kbps", "top": 3}),
        ("oldest circuits at Oslo", {"sort_by": "installed"}),
        ("circuits slower than 50 Mbit/s at Oslo", where("commit rate kbps", "less", 50000)),
        ("total bandwidth of the circuits at Oslo", {"figures": [{"figure": "sum", "column": "commit rate kbps"}]}),
        ("how much bandwidth do we have at Oslo in total", {"figures": [{"figure": "sum", "column": "commit rate kbps"}]}),
        ("circuits at Oslo by type", {"group_by": "type"}),
        ("list every MPLS line at Oslo along with its speed", where("type", "contains", "MPLS")),
        ("who provides the internet access at Oslo", where("type", "contains", "internet")),
        ("circuits at Oslo that are not from Fjordline Telecom", where("provider", "not_equals", "Fjordline Telecom")),
    ],
)  # fmt: skip
def test_circuits_are_read_and_then_ranked_summed_or_picked(chat, question, spec):
    assert chat().ask(question).calls == worked(CIRCUITS, **spec)


@pytest.mark.parametrize(
    ("question", "spec"),
    [
        ("all devices except access switches at Oslo", where("role", "not_equals", "Access Switch")),
        ("everything but the routers in Oslo", where("role", "not_equals", "WAN Router")),
        ("everything from Arista in Oslo", where("manufacturer", "contains", "Arista")),
        ("devices at Oslo per manufacturer", {"group_by": "manufacturer"}),
        ("which devices in Oslo run IOS-XE", where("platform", "contains", "IOS-XE")),
        ("what share of the devices at Oslo are made by Arista", {"group_by": "manufacturer"}),
        ("what percentage of the devices at Oslo are access switches", {"group_by": "role"}),
    ],
)
def test_devices_are_read_and_then_picked_or_counted(chat, question, spec):
    assert chat().ask(question).calls == worked(DEVICES, **spec)


@pytest.mark.parametrize(
    "question", ["subnets in Oslo that are not voice", "prefixes at Oslo without the voice networks"]
)
def test_what_is_left_out_of_prefixes_is_left_out_of_their_rows(chat, question):
    assert chat().ask(question).calls == worked(PREFIXES, **where("role", "not_equals", "User Voice"))


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("which cabinets in the Norwegian data center have the least room left", "free"),
        ("Which racks at NOD01 have the most free units?", "-free"),
        ("which racks at NOD01 are full", "free"),
    ],
)
def test_racks_are_ranked_by_their_free_units(chat, question, order):
    assert chat().ask(question).calls == worked(RACKS, sort_by=order)


def test_devices_that_are_not_in_a_country_are_at_none_of_its_sites(chat):
    condition = chat().ask("which devices are not in Sweden").calls[1][1]["where"][0]

    assert condition == {"column": "location", "is": "not_equals", "value": ["Sweden", "ARN01", "HAM02"]}


@pytest.mark.parametrize(
    "question",
    [
        "delete everything but the routers in Oslo",
        "does Cisco make good routers?",
        "the fastest circuit at Oslo by weight",
        "all devices except the green ones at Oslo",
        "which circuits at Oslo have the most packet loss",
    ],
)
def test_nothing_is_read_where_the_words_say_more(chat, question):
    turn = chat().ask(question)

    assert not turn.calls and (turn.asked or turn.declined)


def test_a_superlative_alone_is_no_question_of_its_own_after_an_answer(chat):
    talk = chat()
    talk.ask("prefixes at Oslo")

    assert talk.ask("the fastest").calls == []


def test_a_sum_is_named_where_it_is_told_how_the_question_was_read(chat):
    assert "sum of commit rate kbps" in chat().ask("total bandwidth of the circuits at Oslo").text
