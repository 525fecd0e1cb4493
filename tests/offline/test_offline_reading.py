"""What the offline reader makes of questions: over names that it has never been tuned on."""

import pytest

SITE = {"location": "OSL01"}


@pytest.mark.parametrize(
    ("question", "calls"),
    [
        ("which subnets are in Oslo?", [("get_prefixes_by_location", SITE)]),
        ("Devcies at osl1", [("get_devices_by_location", SITE)]),
        ("voice networks at the Oslo campus", [("get_prefixes_by_location", SITE | {"role": "User Voice"})]),
        ("all /31s in OSL01", [("get_prefixes_by_location", SITE | {"prefix_length": 31})]),
        ("list the data centers in Norway", [("search_locations", {"location": "Norway", "location_type": "Data Center"})]),
        ("who uses 10.1.2.3?", [("find_prefix", {"target": "10.1.2.3"})]),
        ("vlan 30 at Bergen", [("get_vlans_by_location", {"location": "BGO01", "vid": 30})]),
        ("swedish wan routers", [("get_devices_by_location", {"location": "Sweden", "role": "WAN Router"})]),
        ("circuits of Fjordline Telecom", [("get_circuits", {"provider": "Fjordline Telecom"})]),
        ("show osl01-wan001", [("get_device", {"device": "OSL01-wan001"})]),
        ("uplinks of OSL01-acc001", [("get_interfaces_by_device", {"device": "OSL01-acc001", "match": "uplink"})]),
        ("loopbacks of OSL01-wan001", [("get_interfaces_by_device", {"device": "OSL01-wan001", "match": "loopback"})]),
        ("mgmt IPs at Oslo", [("get_devices_by_location", SITE)]),
        ("welche VLANs gibt es in Oslo?", [("get_vlans_by_location", SITE)]),
        ("zeig mir die Geräte in Bergen", [("get_devices_by_location", {"location": "BGO01"})]),
        ("I'm troubleshooting a problem in Oslo and need to know the VLANs there", [("get_vlans_by_location", SITE)]),
        ("campuses with one circuit", [("count_records", {"record": "circuits", "group_by": "location", "location_type": "Campus", "fewer_than": 2, "more_than": 0})]),
        ("address use by country", [("analyze_prefixes_dataframe", {"group_by": "country"})]),
        ("export the prefixes of Norway to csv", [("export_prefixes_to_csv", {"location": "Norway"})]),
        (
            "which branches have fewer than two wan routers",
            [("count_records", {"record": "devices", "group_by": "location", "role": "WAN Router", "location_type": "Branch", "fewer_than": 2})],
        ),
    ],
)  # fmt: skip
def test_a_question_becomes_the_call_that_answers_it(chat, question, calls):
    assert chat().ask(question).calls == calls


def test_a_name_that_nothing_has_goes_to_the_tool_as_it_was_written(chat, tool_message):
    said = tool_message(
        "No location is called Atlantis.",
        rows=(),
        outcome="unknown",
        before="Candidates:\n- OSL01 | Campus in Norway, Oslo",
    )
    turn = chat(results=lambda *_: said).ask("Which prefixes are at Atlantis?")

    assert turn.calls == [("get_prefixes_by_location", {"location": "Atlantis"})]
    assert (
        turn.asked and "No location is called Atlantis." in turn.text and "- OSL01: Campus in Norway, Oslo" in turn.text
    )


def test_an_ambiguous_name_is_asked_back_and_the_choice_is_understood(chat, tool_message):
    several = tool_message(
        "Several match.",
        rows=(),
        outcome="ambiguous",
        before="Candidates:\n- HAM01 | Campus in Norway, Hamar\n- HAM02 | Campus in Sweden, Hamar By",
    )
    talk = chat(results=lambda _, a: several if a["location"] == "Hamar" else tool_message())

    first = talk.ask("prefixes at Hamar")
    assert first.asked and first.calls == [("get_prefixes_by_location", {"location": "Hamar"})]
    assert talk.ask("the one in Sweden").calls == [("get_prefixes_by_location", {"location": "HAM02"})]


def test_follow_ups_keep_the_place_and_the_devices_of_the_answer_before(chat):
    talk = chat()
    assert talk.ask("What prefixes are at Oslo?").calls == [("get_prefixes_by_location", SITE)]
    assert talk.ask("and the access switches there?").calls == [
        ("get_devices_by_location", SITE | {"role": "Access Switch"})
    ]
    assert talk.ask("only their uplinks").calls == [("get_interfaces_by_device", {"device": "r1", "match": "uplink"})]
    assert talk.ask("and the vlans at that site?").calls == [("get_vlans_by_location", SITE)]
    assert talk.ask("the same for Bergen").calls == [("get_vlans_by_location", {"location": "BGO01"})]


@pytest.mark.parametrize(
    "question", ["Which campuses are in Norway?", "which campuses are there in Norway", "list all campuses in Norway"]
)
def test_a_question_with_a_subject_and_a_place_of_its_own_is_not_about_the_subject_before(chat, question):
    talk = chat()
    assert talk.ask("What prefixes are at Bergen?").calls == [("get_prefixes_by_location", {"location": "BGO01"})]

    assert talk.ask(question).calls == chat().ask(question).calls
    assert chat().ask(question).calls[0][0] == "search_locations"


@pytest.mark.parametrize(
    ("question", "calls", "narrower"),
    [
        ("Which prefixes are the fullest?", [("analyze_prefixes_dataframe", {"group_by": "prefix", "sort_by": "used_percent", "top": 10})], "Which prefixes are the fullest at OSL01?"),
        ("List the circuits", [("get_circuits", {})], "List the circuits at OSL01"),
        ("Which devices are planned?", [("get_devices_by_location", {"status": "Planned"})], "Which devices are planned at OSL01?"),
        ("Compare address use across the regions", [("analyze_prefixes_dataframe", {"group_by": "region"})], "Compare address use across the regions at OSL01"),
    ],
)  # fmt: skip
def test_a_sentence_that_points_at_nothing_is_about_the_whole_network_and_the_place_is_offered(
    chat, question, calls, narrower
):
    talk = chat()
    talk.ask("Which VLANs are at Oslo?")
    turn = talk.ask(question)

    assert turn.calls == calls
    assert "whole network" in turn.text and f"Next: {narrower} ·" in turn.text
    assert talk.ask(narrower).calls == [(name, SITE | arguments) for name, arguments in calls]


@pytest.mark.parametrize(
    "question", ["and the circuits?", "circuits?", "show circuits", "which circuits are there?", "the circuits there"]
)
def test_a_fragment_or_a_pointing_word_keeps_the_place(chat, question):
    talk = chat()
    talk.ask("Which VLANs are at Oslo?")

    assert talk.ask(question).calls == [("get_circuits", SITE)]


def test_an_answer_to_a_question_back_keeps_the_place(chat):
    talk = chat()
    talk.ask("what is at Oslo?")

    assert talk.ask("show me the circuits").calls == [("get_circuits", SITE)]


def test_another_level_of_places_is_another_way_to_group(chat):
    talk = chat()
    talk.ask("Compare address use across the regions")

    assert talk.ask("and the countries?").calls == [("analyze_prefixes_dataframe", {"group_by": "country"})]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Which circuits of Zulu are at Oslo?", SITE | {"provider": "Zulu"}),
        ("which circuits do we have from Zulu", {"provider": "Zulu"}),
        ("ZLU circuits", {"provider": "ZLU"}),
        ("circuits of the provider Yodel", {"provider": "Yodel"}),
        ("how many circuits does ZLU have in Norway", {"location": "Norway", "provider": "ZLU"}),
        ("fjordline circuits at Oslo", SITE | {"provider": "Fjordline Telecom"}),
    ],
)
def test_what_stands_where_a_provider_stands_is_looked_up_as_one(chat, question, asked):
    assert chat().ask(question).calls == [("get_circuits", asked)]


@pytest.mark.parametrize(
    ("question", "unknown", "candidate", "then"),
    [
        ("circuits of Zulu at Oslo", "No provider is called 'Zulu'.", "Fjordline Telecom", ("get_circuits", SITE | {"provider": "Fjordline Telecom"})),
        ("retired devices at Oslo", "No status is called 'Retired'.", "Active", ("get_devices_by_location", SITE | {"status": "Active"})),
        ("show OSL99-wan001", "No device is called 'OSL99-wan001'.", "OSL01-wan001", ("get_device", {"device": "OSL01-wan001"})),
    ],
)  # fmt: skip
def test_a_candidate_takes_the_place_of_the_name_that_nothing_has(
    chat, tool_message, question, unknown, candidate, then
):
    said = tool_message(unknown, rows=(), outcome="unknown", before=f"Candidates:\n- {candidate}\n- Other")
    talk = chat(results=lambda *_: said)
    talk.ask(question)

    assert talk.ask(candidate).calls == [then]


def test_a_question_about_something_else_is_no_choice_among_candidates(chat, tool_message):
    said = tool_message(
        "No location is called 'OSX01'.", rows=(), outcome="unknown", before="Candidates:\n- OSL01\n- BGO01"
    )
    talk = chat(results=lambda *_: said)
    talk.ask("devices at OSX01")

    assert talk.ask("which prefixes at OSL01 have role Quux?").calls == []  # asked back: a word is not understood


def test_a_bound_in_percent_takes_the_use_of_all_prefixes_and_then_those_that_fit(chat):
    assert chat().ask("prefixes at Oslo above 90% used").rounds == [
        [("analyze_prefixes_dataframe", SITE | {"group_by": "prefix", "sort_by": "used_percent"})],
        [("get_rows", {"result": "r1", "where": [{"column": "used percent", "is": "greater", "value": 90}]})],
    ]


def test_free_ports_of_a_site_are_those_of_its_devices(chat):
    assert [name for name, _ in chat().ask("unused ports at Oslo").calls] == [
        "get_devices_by_location",
        "get_interfaces_by_device",
    ]


def test_a_follow_up_about_places_keeps_the_subject_before(chat):
    talk = chat()
    talk.ask("What prefixes are at Oslo?")

    assert talk.ask("and the campuses in Sweden?").calls == [
        ("get_prefixes_by_location", {"location": "ARN01"}),
        ("get_prefixes_by_location", {"location": "HAM02"}),
    ]


def test_the_site_of_a_device_is_looked_up_and_not_taken_from_its_name(chat, tool_message):
    moved = tool_message("One device.", rows=("OSL01-wan001 | WAN Router | BGO01",))
    turn = chat(results=lambda *_: moved).ask("which vlans exist at the site where OSL01-wan001 is installed?")

    assert turn.rounds == [
        [("get_device", {"device": "OSL01-wan001"})],
        [("get_vlans_by_location", {"location": "BGO01"})],
    ]


def test_interfaces_of_a_sites_devices_take_two_rounds(chat):
    turn = chat().ask("show prefixes and devices at OSL01 and what interfaces are on those devices")

    assert [name for name, _ in turn.rounds[0]] == ["get_prefixes_by_location", "get_devices_by_location"]
    assert turn.rounds[1] == [("get_interfaces_by_device", {"device": ["OSL01-acc001", "OSL01-acc002"]})]


def test_ports_that_nobody_described_as_uplinks_are_found_by_their_cables(chat, tool_message):
    nothing = tool_message("No interface matches.", rows=(), outcome="empty")
    turn = chat(results=lambda _, a: nothing if "match" in a else tool_message()).ask("uplinks of OSL01-acc001")

    assert turn.rounds[1] == [("get_interfaces_by_device", {"device": "OSL01-acc001", "connected": True})]


def test_one_word_not_understood_is_asked_back_and_a_yes_does_it(chat):
    talk = chat()
    first = talk.ask("show the bogus prefixes at Oslo")

    assert first.asked and not first.calls and '"bogus"' in first.text
    assert talk.ask("yes").calls == [("get_prefixes_by_location", SITE)]


def test_whats_there_says_what_can_be_shown(chat):
    turn = chat().ask("What's at OSL01?")

    assert turn.calls == [("search_locations", {"query": "OSL01"})]
    assert turn.asked and "What would you like to see at OSL01" in turn.text


def test_export_that_puts_the_result_itself_into_a_file(chat):
    talk = chat()
    talk.ask("devices at Bergen")
    assert talk.ask("export that").calls == [("export_prefixes_to_csv", {"result": "r1"})]
    assert talk.ask("export that as excel").calls == [("export_prefixes_to_csv", {"result": "r1", "format": "xlsx"})]


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("reboot OSL01-wan001", "change nothing"),
        ("show the devices at Oslo and delete them", "change nothing"),
        ("what is the CPU load of OSL01-wan001", "not on record"),
        ("which prefixes will be added next week in Oslo", "on record now"),
        ("tell me a joke", "not a question about the network"),
        ("qwertz uiop", "did not understand"),
        ("all devices except the green ones at Oslo", "what to leave out"),
    ],
)
def test_what_it_cannot_do_it_says_with_three_questions_that_it_can_answer(chat, question, why):
    turn = chat().ask(question)

    assert turn.declined and not turn.calls and why in turn.text
    offered = [line.removeprefix("- ") for line in turn.text.splitlines() if line.startswith("- ")]
    assert len(offered) == 3
    assert all(chat().ask(one).calls for one in offered)
