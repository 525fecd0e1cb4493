"""Ways to ask that new users had, over names that the reader was never tuned on."""

import pytest

DEVICES = ("device | role | status | location", ["OSL01-acc001 | Access Switch | Planned | OSL01", "BGO01-wan001 | WAN Router | Active | BGO01"])  # fmt: skip
TABLES = {
    "find_prefix": ("relation | record | used by | location", ["exact | 10.1.2.3/24 | OSL01-acc001 Vlan10 | OSL01"]),
    "get_interfaces_by_device": ("interface | enabled", ["Gi1/0/1 | yes", "Gi1/0/10 | yes"]),
    "count_records": ("provider | count", ["Fjordline Telecom | 3", "Nordic | 2"]),
}


@pytest.fixture
def talk(chat, tool_message):
    sources = iter(range(1, 20))

    def answered(name, arguments):
        columns, rows = TABLES.get(name, DEVICES)
        return tool_message(columns=columns, rows=rows, source=str(next(sources)))

    return chat(results=answered)


@pytest.mark.parametrize(
    ("question", "first", "where"),
    [
        ("MPLS links at Oslo", ("get_circuits", {"location": "OSL01"}), ("type", "contains", "MPLS")),
        ("internet lines in Norway", ("get_circuits", {"location": "Norway"}), ("type", "contains", "internet")),
        ("do we run any Juniper boxes in Norway?", ("get_devices_by_location", {"location": "Norway"}), ("manufacturer", "contains", "Juniper")),
        ("which devices in Norway are not active", ("get_devices_by_location", {"location": "Norway"}), ("status", "not_equals", "Active")),
        ("non-active circuits in Norway", ("get_circuits", {"location": "Norway"}), ("status", "not_equals", "Active")),
    ],
)  # fmt: skip
def test_what_no_call_can_ask_for_is_read_and_then_picked(talk, question, first, where):
    column, test, value = where
    picked = {"result": "r1", "where": [{"column": column, "is": test, "value": value}]}
    assert talk.ask(question).rounds == [[first], [("get_rows", picked)]]


@pytest.mark.parametrize(
    ("question", "call"),
    [
        ("need two /27s out of 10.1.0.0/24", ("find_free_space", {"inside": "10.1.0.0/24", "prefix_length": 27, "limit": 2})),
        ("first three unused /26 within 10.1.0.0/21", ("find_free_space", {"inside": "10.1.0.0/21", "prefix_length": 26, "limit": 3})),
        ("lowest unused ip in 10.1.2.0/24", ("find_free_space", {"inside": "10.1.2.0/24", "prefix_length": 32})),
        ("pick an unused address for a printer in 10.1.2.0/24", ("find_free_space", {"inside": "10.1.2.0/24", "prefix_length": 32})),
        ("any dup ips in the network?", ("find_problems", {"problems": "duplicate_addresses"})),
        ("is any address assigned to more than one device?", ("find_problems", {"problems": "duplicate_addresses"})),
        ("who's been messing with OSL01-wan001?", ("get_changes", {"record": "OSL01-wan001"})),
        ("everything jdoe77 touched since 10 Nov 2025", ("get_changes", {"user": "jdoe77", "since": "2025-11-10"})),
        ("anything deleted since 10.11.2025?", ("get_changes", {"action": "deleted", "since": "2025-11-10"})),
        ("the last three modifications on OSL01-wan001", ("get_changes", {"record": "OSL01-wan001", "limit": 3, "action": "updated"})),
        ("Oslo vs Bergen, devices per role", ("compare_locations", {"location": ["OSL01", "BGO01"], "what": "devices"})),
        ("how do i find the wan routers of Oslo", ("get_devices_by_location", {"location": "OSL01", "role": "WAN Router"})),
        ("how much bandwidth do we have into Oslo", ("get_circuits", {"location": "OSL01"})),
        ("every network we assigned to the Oslo office", ("get_prefixes_by_location", {"location": "OSL01"})),
        ("list every port on OSL01-acc001 that has no cable", ("get_interfaces_by_device", {"device": "OSL01-acc001", "connected": False})),
    ],
)  # fmt: skip
def test_a_question_comes_to_a_call(talk, question, call):
    assert talk.ask(question).calls == [call]


def test_a_port_is_told_by_its_whole_name_whether_or_not_something_is_plugged_in(talk):
    picked = {"column": "interface", "is": "equals", "value": "GigabitEthernet1/0/1"}
    assert talk.ask("anything plugged into Gi1/0/1 of OSL01-acc001?").rounds == [
        [("get_interfaces_by_device", {"device": "OSL01-acc001", "match": "GigabitEthernet1/0/1"})],
        [("get_rows", {"result": "r1", "where": [picked]})],
    ]


@pytest.mark.parametrize(
    "question", ["which box has 10.1.2.3 and what model is it", "serial of the device with 10.1.2.3"]
)
def test_what_a_device_is_follows_on_who_has_an_address(talk, question):
    assert talk.ask(question).rounds == [
        [("find_prefix", {"target": "10.1.2.3"})],
        [("get_device", {"device": "OSL01-acc001"})],
    ]


def test_an_earlier_list_is_named_by_its_number_or_its_place(talk):
    talk.ask("devices in Norway")
    talk.ask("circuits in Norway")
    talk.ask("now only those at OSL01")
    assert talk.ask("export the first list as json").calls == [
        ("export_prefixes_to_csv", {"result": "r1", "format": "json"})
    ]
    assert talk.ask("r1 by role").calls == [("get_rows", {"result": "r1", "group_by": "role"})]


def test_a_list_that_there_is_not_is_not_understood(talk):
    talk.ask("devices in Norway")
    assert not talk.ask("r9 by role").calls


def test_two_answers_are_counted_together(talk):
    talk.ask("wan routers in Norway")
    talk.ask("and in Sweden")
    assert talk.ask("so how many is that altogether, both countries?").calls == [
        ("count_records", {"record": "devices", "location": ["Norway", "Sweden"], "role": "WAN Router"})
    ]


def test_the_two_with_the_most_are_the_first_two(talk):
    talk.ask("circuits by provider")
    assert talk.ask("just the two with the most").calls == [
        ("get_rows", {"result": "r1", "top": 2, "sort_by": "-count"})
    ]


def test_one_of_many_is_asked_for_by_name(talk):
    turn = talk.ask("check the circuits at the campus for me")
    assert (turn.calls, turn.asked) == ([], True)
    assert "Which campus?" in turn.text


@pytest.mark.parametrize("question", ["when do we run out of space at Oslo?", "how soon is Oslo full"])
def test_what_is_not_on_record_is_said_with_what_is(talk, question):
    turn = talk.ask(question)
    assert (turn.calls, turn.asked) == ([], True)
    assert "not on record" in turn.text
    assert talk.ask("yes").calls == [("analyze_prefixes_dataframe", {"location": "OSL01"})]


def test_the_name_of_a_status_may_be_a_word_for_records(chat, small_names):
    names = small_names.model_copy(update={"statuses": [*small_names.statuses, "Inventory"]})
    assert chat(names=names).ask("gear inventory OSL01").calls == [("get_devices_by_location", {"location": "OSL01"})]
    assert chat(names=names).ask("devices in inventory at OSL01").calls == [
        ("get_devices_by_location", {"location": "OSL01", "status": "Inventory"})
    ]


def test_locations_of_rows_are_said_in_words(talk):
    talk.ask("which devices have no primary address")
    turn = talk.ask("circuits at those sites")
    assert turn.calls == [("get_circuits", {"location": "r1"})]
    assert "the locations of the rows before" in turn.text


def test_sites_of_rows_that_name_none_are_never_the_whole_network(talk):
    talk.ask("circuits by provider")
    turn = talk.ask("devices at those sites")
    assert (turn.calls, turn.asked) == ([], True)
    assert "These rows name no location" in turn.text


def test_what_could_have_been_meant_is_listed(chat, tool_message):
    said = tool_message("r1 has no column 'colour'. Its columns are listed.", before="Candidates:\n- status\n- role", rows=(), outcome="invalid")  # fmt: skip
    assert "- status\n- role" in chat(results=lambda *_: said).ask("devices at Oslo").text


def test_prefixes_that_were_listed_are_those_of_a_share_of_use(chat, tool_message):
    sources = iter(range(1, 20))
    talk = chat(
        results=lambda *_: tool_message(
            columns="prefix | role", rows=["10.1.2.0/24 | User Voice"], source=str(next(sources))
        )
    )
    talk.ask("voice subnets at OSL01")
    assert talk.ask("which of those are over 90 % full").rounds == [
        [("analyze_prefixes_dataframe", {"location": "OSL01", "group_by": "prefix", "role": "User Voice", "sort_by": "used_percent"})],
        [("get_rows", {"result": "r2", "where": [{"column": "used percent", "is": "greater", "value": 90}]})],
    ]  # fmt: skip


def test_rows_are_picked_by_a_country_as_by_the_sites_in_it(talk):
    talk.ask("devices in NORD")
    (name, arguments), *_ = talk.ask("which of them are in Norway").calls
    assert (name, arguments["result"]) == ("get_rows", "r1")
    assert set(arguments["where"][0]["value"]) == {"Norway", "OSL01", "BGO01", "HAM01", "NOD01", "NOB01"}


def test_who_did_that_is_asked_of_changes(chat, tool_message):
    said = tool_message(columns="time | who | action | record", rows=["2026-11-01T10:00 | jdoe | updated | OSL01"])
    talk = chat(results=lambda *_: said)
    talk.ask("what changed at OSL01")
    assert talk.ask("who did that?").calls == [("get_rows", {"result": "r1", "group_by": "who"})]


def test_a_group_of_nothing_is_told_as_one(chat, tool_message):
    talk = chat(results=lambda *_: tool_message(columns="role | count", rows=["User Data | 5", " | 1"]))
    talk.ask("prefixes at OSL01")
    assert "- without role: count 1" in talk.ask("how many in each role").text
