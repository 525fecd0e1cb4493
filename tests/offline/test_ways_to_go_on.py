"""Ways to go on from an answer, over names and rows that the reader has never been tuned on."""

import pytest

CIRCUITS = (
    "circuit | provider | type | location | commit rate kbps",
    ["C-1 | Fjordline Telecom | MPLS | OSL01 | 500000", "C-2 | Fjordline Telecom | Internet Access | BGO01 | 2000000"],
)
SITES = ("location | type | parent", ["OSL01 | Campus | Norway", "BGO01 | Campus | Norway"])
PORTS = (
    "device | interface | enabled | connected device | circuit",
    ["OSL01-acc001 | Gi1 | yes | OSL01-wan001 | ", "OSL01-acc001 | Gi2 | yes |  | C-1"],
)
USER = (
    "relation | record | role | used by",
    ["covers it | 10.1.2.0/24 | User Data | ", "exact | 10.1.2.3/24 |  | OSL01-acc001 Vlan10"],
)


@pytest.fixture
def talk(chat, tool_message):
    """A conversation whose results are numbered; each tool gives rows of its own."""
    tables = {
        "get_circuits": CIRCUITS, "search_locations": SITES, "count_records": SITES, "get_interfaces_by_device": PORTS, "find_prefix": USER, "get_rows": CIRCUITS,
    }  # fmt: skip
    sources = iter(range(1, 20))

    def answered(name, arguments):
        given = {"source": str(next(sources))}
        if name in tables:
            given |= {"columns": tables[name][0], "rows": tables[name][1]}
        return tool_message(**given)

    return chat(results=answered)


def where(column, test, value):
    return {"where": [{"column": column, "is": test, "value": value}]}


@pytest.mark.parametrize(
    ("question", "done"),
    [
        ("only the MPLS ones", where("type", "equals", "MPLS")),
        ("just the internet ones", where("type", "contains", "internet")),
        ("only those with at least 1 Gbps", where("commit rate kbps", "at_least", 1_000_000)),
        ("those above 600 Mbit/s", where("commit rate kbps", "greater", 600_000)),
        ("sum of their commit rates", {"figures": [{"figure": "sum", "column": "commit rate kbps"}]}),
        ("total bandwidth", {"figures": [{"figure": "sum", "column": "commit rate kbps"}]}),
    ],
)
def test_rows_are_picked_and_added_up_by_what_their_cells_say(talk, question, done):
    talk.ask("circuits in Norway")
    assert talk.ask(question).calls == [("get_rows", {"result": "r1", **done})]


def test_a_word_that_no_cell_has_is_not_understood(talk):
    talk.ask("circuits in Norway")
    assert not talk.ask("only the satellite ones").calls


def test_how_many_counts_the_rows_that_were_picked(talk):
    talk.ask("circuits in Norway")
    talk.ask("only the MPLS ones")
    assert talk.ask("how many?").calls == [("get_rows", {"result": "r2", "figures": [{"figure": "count"}]})]


def test_those_are_the_sites_that_were_listed(talk):
    talk.ask("campuses in Norway")
    assert talk.ask("circuits of those").calls == [("get_circuits", {"location": "r1"})]


def test_a_port_at_a_circuit_is_connected_too(talk):
    talk.ask("interfaces of OSL01-acc001")
    asked = talk.ask("only those connected")
    assert asked.calls == [("get_interfaces_by_device", {"device": "OSL01-acc001", "connected": True})]


def test_the_sites_of_two_questions_are_compared(talk):
    talk.ask("circuits at OSL01")
    talk.ask("circuits at BGO01")
    assert talk.ask("compare those two sites").calls == [("compare_locations", {"location": ["OSL01", "BGO01"]})]


def test_the_sites_that_were_listed_are_compared(talk):
    talk.ask("campuses in Norway")
    asked = talk.ask("compare the devices of those sites")
    assert asked.calls == [("compare_locations", {"location": "r1", "what": "devices"})]


def test_one_site_before_is_not_compared_with_itself(talk):
    talk.ask("circuits at OSL01")
    assert not talk.ask("compare those two sites").calls


def test_a_role_is_of_the_place_before(talk):
    talk.ask("circuits at OSL01")
    asked = talk.ask("the WAN router's interfaces")
    assert asked.calls[0] == ("get_devices_by_location", {"location": "OSL01", "role": "WAN Router"})


@pytest.mark.parametrize(
    "question",
    ["who uses 10.1.2.3 and what else is on that device", "who owns 10.1.2.3 and its other interfaces"],
)
def test_the_device_that_uses_an_address_is_looked_into(talk, question):
    assert talk.ask(question).calls == [
        ("find_prefix", {"target": "10.1.2.3"}),
        ("get_interfaces_by_device", {"device": "OSL01-acc001"}),
    ]


@pytest.mark.parametrize(
    ("question", "grouped"),
    [
        ("the prefixes of OSL01 and how full they are", {"location": "OSL01", "group_by": "prefix"}),
        ("subnets at OSL01 with their utilization", {"location": "OSL01", "group_by": "prefix"}),
        ("which country uses more of its addresses, Norway or Sweden", {"location": ["Norway", "Sweden"], "group_by": "country", "sort_by": "used_percent"}),
    ],
)  # fmt: skip
def test_use_is_told_of_each(talk, question, grouped):
    assert talk.ask(question).calls == [("analyze_prefixes_dataframe", grouped)]


def test_what_else_is_at_the_site_of_a_device_is_all_that_is_there(talk):
    asked = talk.ask("what other devices are where OSL01-acc001 is")
    assert asked.calls[-1] == ("get_devices_by_location", {"location": "OSL01"})


def test_a_device_lives_at_its_site_in_any_status(talk):
    asked = talk.ask("which circuits end at the site where OSL01-acc001 lives?")
    assert asked.calls[-1] == ("get_circuits", {"location": "OSL01"})


def test_the_campuses_of_a_country_are_compared(talk):
    assert talk.ask("compare the three campuses in Norway").calls == [
        ("compare_locations", {"location": ["OSL01", "BGO01", "HAM01"]})
    ]


def test_a_number_that_is_not_theirs_is_asked_about(talk):
    assert talk.ask("compare the two campuses in Norway").asked


def test_rows_that_are_no_longer_kept_are_read_anew(talk):
    talk.ask("circuits in Norway")
    talk.ask("only the MPLS ones")
    given = talk.results
    talk.results = lambda name, arguments: (
        '<tool_result source="" tool="x" outcome="gone" rows="0" shown="0" data="demo">\nIt is no longer kept.\n</tool_result>'
        if arguments.get("result") == "r2"
        else given(name, arguments)
    )
    asked = talk.ask("those with at least 1 Gbps")
    faster = {"column": "commit rate kbps", "is": "at_least", "value": 1_000_000}
    assert asked.calls == [
        ("get_rows", {"result": "r2", "where": [faster]}),
        ("get_circuits", {"location": "Norway"}),
        ("get_rows", {"result": "r3", "where": [*where("type", "equals", "MPLS")["where"], faster]}),
    ]
    assert "no longer kept" not in asked.text


def test_a_file_of_rows_that_are_no_longer_kept_has_the_same_rows(talk):
    talk.ask("circuits in Norway")
    talk.ask("only the MPLS ones")
    given = talk.results
    talk.results = lambda name, arguments: (
        '<tool_result source="" tool="x" outcome="gone" rows="0" shown="0" data="demo">\nIt is no longer kept.\n</tool_result>'
        if arguments.get("result") == "r2"
        else given(name, arguments)
    )
    assert talk.ask("export that as xlsx").calls[1:] == [
        ("get_circuits", {"location": "Norway"}),
        ("get_rows", {"result": "r3", **where("type", "equals", "MPLS")}),
        ("export_prefixes_to_csv", {"result": "r4", "format": "xlsx"}),
    ]


@pytest.mark.parametrize(
    ("question", "done"),
    [
        ("which sites are they at", {"group_by": "location"}),
        ("where are those?", {"group_by": "location"}),
        ("which providers are those", {"group_by": "provider"}),
        ("exclude the MPLS ones", where("type", "not_equals", "MPLS")),
        ("how many have a commit rate above 1 Gbps", where("commit rate kbps", "greater", 1_000_000)),
    ],
)
def test_rows_are_told_by_what_they_have(talk, question, done):
    talk.ask("circuits in Norway")
    assert talk.ask(question).calls == [("get_rows", {"result": "r1", **done})]


def test_a_comparison_takes_one_more_site(talk):
    talk.ask("compare OSL01 and BGO01")
    assert talk.ask("and with HAM01").calls == [("compare_locations", {"location": ["OSL01", "BGO01", "HAM01"]})]


def test_the_file_of_picked_rows_is_not_that_of_all(talk):
    talk.ask("which prefixes in Norway are more than 80% used")
    assert talk.ask("export them as json").calls == [("export_prefixes_to_csv", {"result": "r2", "format": "json"})]


def test_what_is_left_out_by_one_of_two_conditions_is_asked(talk):
    talk.ask("circuits in Norway")
    asked = talk.ask("the MPLS ones at OSL01 that are not above 1 Gbps")
    assert asked.asked and "one condition at a time" in asked.text


@pytest.mark.parametrize(
    "question",
    ["what does OSL01 have that BGO01 does not", "is OSL01 built like BGO01", "diff OSL01 and BGO01"],
)
def test_sites_are_compared_in_other_words(talk, question):
    assert talk.ask(question).calls == [("compare_locations", {"location": ["OSL01", "BGO01"]})]


@pytest.mark.parametrize(
    "question",
    ["device OSL01-acc001 and the VLANs at its site", "where is OSL01-acc001 and what VLANs are there"],
)
def test_its_site_is_where_the_device_is(talk, question):
    assert talk.ask(question).calls == [
        ("get_device", {"device": "OSL01-acc001"}),
        ("get_vlans_by_location", {"location": "OSL01"}),
    ]


@pytest.mark.parametrize(
    "earlier", ["circuits in Norway", "Which prefixes are the fullest?", "campuses in Norway", "who uses 10.1.2.3"]
)
@pytest.mark.parametrize(
    ("question", "target"),
    [
        ("What is in 10.201.200.0/21?", "10.201.200.0/21"),
        ("what's in 10.201.200.0/21", "10.201.200.0/21"),
        ("Where is 10.20.30.40?", "10.20.30.40"),
        ("Who uses 10.20.30.40?", "10.20.30.40"),
        ("What is 10.20.30.40?", "10.20.30.40"),
        ("What uses 10.20.30.40?", "10.20.30.40"),
        ("Which prefixes are in 10.201.200.0/21?", "10.201.200.0/21"),
        ("what has 10.20.30.40", "10.20.30.40"),
    ],
)
def test_a_whole_question_about_an_address_is_looked_up_anew(talk, earlier, question, target):
    talk.ask(earlier)
    assert talk.ask(question).calls[0] == ("find_prefix", {"target": target})


@pytest.mark.parametrize("question", ["What is at OSL01?", "what is in Oslo"])
def test_a_whole_question_about_a_place_is_no_condition(talk, question):
    talk.ask("circuits in Norway")
    assert talk.ask(question).calls[0][0] == "search_locations"


@pytest.mark.parametrize(
    "question", ["only those in 10.0.0.0/8", "which of those are in 10.0.0.0/8", "which are in 10.0.0.0/8?"]
)
def test_half_a_question_about_a_prefix_is_a_condition(chat, tool_message, question):
    table = tool_message(columns="prefix | used percent", rows=["10.1.0.0/24 | 90"])
    talk = chat(results=lambda name, arguments: table)
    talk.ask("which prefixes are the fullest")
    assert talk.ask(question).calls == [("get_rows", {"result": "r1", **where("prefix", "within", "10.0.0.0/8")})]


@pytest.mark.parametrize("question", ["What is in 10.201.200.0/21?", "what has 10.20.30.40/32"])
def test_what_is_in_a_prefix_is_no_condition_on_prefixes(chat, tool_message, question):
    table = tool_message(columns="prefix | used percent", rows=["10.1.0.0/24 | 90"])
    talk = chat(results=lambda name, arguments: table)
    talk.ask("which prefixes are the fullest")
    assert [name for name, _ in talk.ask(question).calls] == ["find_prefix"]


RANKED = ("prefix | location | used percent", ["10.1.0.0/24 | OSL01 | 90", "10.2.0.0/24 | BGO01 | 80"])


@pytest.fixture
def ranked(chat, tool_message):
    """A conversation after a ranking of the whole network."""
    sources = iter(range(1, 20))
    talk = chat(
        results=lambda name, arguments: tool_message(columns=RANKED[0], rows=RANKED[1], source=str(next(sources)))
    )
    talk.ask("which prefixes are the fullest")
    return talk


@pytest.mark.parametrize("question", ["at which sites are those?", "which sites are they at", "where are those"])
def test_the_sites_of_ranked_rows_are_those_of_the_rows(ranked, question):
    assert ranked.ask(question).calls == [("get_rows", {"result": "r1", "group_by": "location"})]


@pytest.mark.parametrize(
    ("question", "call"),
    [
        ("which devices are there?", ("get_devices_by_location", {"location": "r2"})),
        ("and the VLANs there", ("get_vlans_by_location", {"location": "r2"})),
        ("show the circuits there", ("get_circuits", {"location": "r2"})),
        ("which switches are there", ("get_devices_by_location", {"location": "r2", "role": "Access Switch"})),
    ],
)
def test_what_is_there_is_at_the_sites_of_the_rows(ranked, question, call):
    ranked.ask("at which sites are those?")
    assert ranked.ask(question).calls == [call]


@pytest.mark.parametrize("question", ["how many devices are there?", "are there any circuits?"])
def test_what_exists_is_of_the_whole_network(ranked, question):
    assert "location" not in ranked.ask(question).calls[0][1]


def test_only_those_of_a_provider_that_no_row_has_are_looked_for_in_the_rows(talk):
    talk.ask("circuits in Norway")
    asked = talk.ask("of those, only the ones from provider Orange")
    assert asked.calls == [("get_rows", {"result": "r1", **where("provider", "equals", "Orange")})]


def test_a_filter_that_was_not_applied_is_not_carried_on(chat, tool_message):
    unknown = tool_message("No provider is called 'Orange'.", rows=[], outcome="unknown", source="")
    talk = chat(results=lambda name, arguments: unknown if arguments.get("provider") else tool_message())
    talk.ask("circuits in Norway from provider Orange")
    asked = talk.ask("by status")
    assert asked.calls == [("count_records", {"record": "circuits", "group_by": "status", "location": "Norway"})]
    assert "Orange" not in asked.text


def test_a_filter_that_no_count_can_carry_is_not_dropped(chat, tool_message):
    talk = chat(results=lambda name, arguments: tool_message("None.", rows=[], outcome="empty"))
    talk.ask("circuits in Norway from Fjordline Telecom")
    asked = talk.ask("by status")
    assert asked.asked and not asked.calls and "Fjordline Telecom" in asked.text


@pytest.mark.parametrize("outcome", ["not_allowed", "unavailable", "invalid"])
def test_a_file_that_is_not_there_is_not_spoken_of(chat, tool_message, outcome):
    talk = chat(results=lambda name, arguments: tool_message("It failed.", rows=[], outcome=outcome, source=""))
    assert "CSV" not in talk.ask("export the devices in Norway as csv").text


def test_the_whole_name_of_a_column_that_is_not_there_is_said(chat, tool_message):
    talk = chat(results=lambda name, arguments: tool_message(columns="status | count", rows=["Active | 24"]))
    talk.ask("count the circuits in Norway by status")
    asked = talk.ask("sort by commit rate")
    assert asked.text.startswith('These rows have no column "commit rate"; they have status, count.')


@pytest.mark.parametrize(
    ("summary", "helped"),
    [
        ("'10.1.2' is neither an IP address nor a prefix.", True),
        ("'10.1.2' is no prefix. Write it as 10.0.0.0/16.", True),
        ("Inside 10.0.0.0/24 a prefix_length is 24 to 32.", False),
        ("since is after until. Exchange them.", False),
    ],
)
def test_a_full_address_is_asked_for_where_an_address_was_wrong(chat, tool_message, summary, helped):
    talk = chat(results=lambda name, arguments: tool_message(summary, rows=[], outcome="invalid", source=""))
    assert ("full address" in talk.ask("circuits in Norway").text) is helped


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("what did bob change?", {"user": "bob"}),
        ("what did Mark change last week?", {"user": "Mark", "since": "7d"}),
        ("what did bill delete at OSL01", {"user": "bill", "action": "deleted", "location": "OSL01"}),
        ("which devices did will change", {"user": "will", "kind": "devices"}),
        ("changes made by bill since 2026-10-01", {"user": "bill", "since": "2026-10-01"}),
        ("bob's changes", {"user": "bob"}),
    ],
)
def test_a_person_whose_name_is_a_word_is_a_person(talk, question, asked):
    assert talk.ask(question).calls == [("get_changes", asked)]


@pytest.mark.parametrize("question", ["what did we change", "what did the router change", "what did OSL01 change"])
def test_whoever_is_no_person_is_no_user(talk, question):
    assert not talk.ask(question).calls


LINES = ("kind | what | OSL01 | BGO01 | differs", ["circuits | MPLS | 1 | 0 | yes"])


@pytest.mark.parametrize(
    ("question", "where"),
    [
        ("only the differences", [("differs", "equals", True)]),
        ("which are the same?", [("differs", "equals", False)]),
        ("which are only in the first?", [("OSL01", "greater", 0), ("BGO01", "equals", 0)]),
        ("only at the second site", [("OSL01", "equals", 0), ("BGO01", "greater", 0)]),
        ("which are in both", [("OSL01", "greater", 0), ("BGO01", "greater", 0)]),
    ],
)
def test_lines_of_a_comparison_are_picked(chat, tool_message, question, where):
    talk = chat(results=lambda name, arguments: tool_message(columns=LINES[0], rows=LINES[1]))
    talk.ask("compare OSL01 and BGO01")
    conditions = [{"column": column, "is": test, "value": value} for column, test, value in where]
    assert talk.ask(question).calls == [("get_rows", {"result": "r1", "where": conditions})]


def test_only_in_the_first_is_of_the_first_of_two_tables(talk):
    talk.ask("circuits at OSL01 and BGO01")
    kept = {"compare_with": "r2", "key": "provider", "keep": "only_first"}
    assert talk.ask("which are only in the first?").calls == [("get_rows", {"result": "r1", **kept})]


def test_the_first_of_one_table_is_asked_about_where_there_is_no_second(talk):
    talk.ask("circuits at OSL01")
    assert "Which two tables?" in talk.ask("which are only in the first?").text


@pytest.mark.parametrize("question", ["how many devices per maker are at OSL01", "devices by vendor at OSL01"])
def test_devices_are_counted_by_their_makers_from_their_rows(talk, question):
    assert talk.ask(question).calls[1:] == [("get_rows", {"result": "r1", "group_by": "manufacturer"})]
