"""More classes of wording, over names that the reader has never been tuned on."""

import pytest

FRAME = {"location": "OSL01"}


@pytest.mark.parametrize(
    ("question", "calls"),
    [
        ("does Oslo have more VLANs than Bergen", [("get_vlans_by_location", FRAME), ("get_vlans_by_location", {"location": "BGO01"})]),
        ("are there fewer circuits at Oslo than at Bergen?", [("get_circuits", FRAME), ("get_circuits", {"location": "BGO01"})]),
        ("who has more VLANs: Oslo or Bergen?", [("get_vlans_by_location", FRAME), ("get_vlans_by_location", {"location": "BGO01"})]),
        ("devices per country in NORD, biggest first", [("count_records", {"record": "devices", "group_by": "country", "location": "NORD"})]),
        ("devices per country in NORD, smallest first", [("count_records", {"record": "devices", "group_by": "country", "location": "NORD", "first": "fewest"})]),
        ("top 5 sites by number of VLANs", [("count_records", {"record": "vlans", "group_by": "location"})]),
        ("which region uses the smallest share of its address space", [("analyze_prefixes_dataframe", {"group_by": "region", "sort_by": "used_percent", "bottom": 10})]),
        ("which of our offices have been shut down", [("search_locations", {"status": "Retired"})]),
        ("where in Norway are we present", [("search_locations", {"location": "Norway"})]),
        ("what do we use as wan router in Oslo", [("get_devices_by_location", {"location": "OSL01", "role": "WAN Router"})]),
        ("how many C9300s are deployed in Oslo", [("get_devices_by_location", {"location": "OSL01", "model": "C9300"})]),
        ("is OSL01-wan001 a Cisco or an Arista box", [("get_device", {"device": "OSL01-wan001"})]),
        ("how many /24s can still be carved out of 10.1.0.0/16", [("find_free_space", {"inside": "10.1.0.0/16", "prefix_length": 24})]),
        ("biggest hole in 10.1.0.0/16?", [("find_free_space", {"inside": "10.1.0.0/16"})]),
        ("which IP can I hand out next in 10.1.2.0/24", [("find_free_space", {"inside": "10.1.2.0/24", "prefix_length": 32})]),
        ("how many networks are free in 10.1.0.0/16?", [("find_free_space", {"inside": "10.1.0.0/16"})]),
        ("draw the address map of 10.1.0.0/16", [("find_free_space", {"inside": "10.1.0.0/16"})]),
        ("how many U are left in NOD01-R03", [("find_free_space", {"inside": "NOD01-R03", "of": "rack_units"})]),
        ("is there room for 10 units at NOD01?", [("find_free_space", {"inside": "NOD01", "of": "rack_units"}), ("get_rows", {"result": "r1", "where": [{"column": "largest run", "is": "at_least", "value": 10}]})]),
        ("cabinets in NOD01", [("find_free_space", {"inside": "NOD01", "of": "rack_units"})]),
        ("which subnets in Oslo does nobody use", [("find_problems", {"location": "OSL01", "problems": "unused_prefixes"})]),
        ("any address outside any prefix?", [("find_problems", {"problems": "addresses_outside_prefixes"})]),
        ("what has mrossi been up to since 10 November 2026", [("get_changes", {"user": "mrossi", "since": "2026-11-10"})]),
        ("what changed between 1 and 5 November 2026?", [("get_changes", {"since": "2026-11-01", "until": "2026-11-05"})]),
        ("which ports of OSL01-acc001 are in use", [("get_interfaces_by_device", {"device": "OSL01-acc001", "connected": True})]),
        ("which active boxes have no primary IP set", [("get_devices_by_location", {"status": "Active", "only": "no_primary_ip"})]),
        ("who uses VLAN 200 at Oslo?", [("get_vlans_by_location", {"location": "OSL01", "vid": 200})]),
    ],
)  # fmt: skip
def test_a_way_to_say_it_is_read(chat, question, calls):
    assert chat().ask(question).calls == calls


@pytest.mark.parametrize(
    "question",
    ["circuits that are down at Oslo", "top 5 circuits at Oslo", "top -5 prefixes", "cabinets in NOD01 with 48 slots"],
)
def test_what_no_call_carries_is_never_dropped(chat, question):
    turn = chat().ask(question)

    assert not turn.calls and (turn.asked or turn.declined)


def test_to_take_a_block_is_no_order_but_what_would_be_left_is_offered(chat):
    talk = chat()

    assert not talk.ask("take a /22 at OSL01").calls
    assert talk.ask("yes").calls == [("find_free_space", {"inside": "OSL01", "prefix_length": 22, "take": True})]


def test_prefixes_of_the_vlans_before_are_those_in_them_and_not_all_of_the_site(chat, tool_message):
    vlans = tool_message(columns="vlan | name | location", rows=["100 | data | OSL01", "200 | voice | OSL01"])
    talk = chat(results=lambda name, arguments: vlans if "vlans" in name else tool_message(source="2"))
    talk.ask("VLANs at OSL01")

    assert talk.ask("prefixes of those").calls == [
        ("get_prefixes_by_location", FRAME),
        ("get_rows", {"result": "r2", "where": [{"column": "vlan", "is": "starts_with", "value": ["100 ", "200 "]}]}),
    ]


def test_after_groups_of_rows_the_rows_behind_them_are_meant(chat, tool_message):
    models = tool_message(columns="model | count", rows=["C9300-48P | 2"], source="2")
    talk = chat(results=lambda name, arguments: models if "group_by" in arguments else tool_message())
    talk.ask("devices at OSL01")
    talk.ask("what models are those")
    condition = {"column": "status", "is": "not_equals", "value": "Active"}

    assert talk.ask("any of them not active?").calls == [("get_rows", {"result": "r1", "where": [condition]})]


def test_which_of_them_after_sites_picks_from_them_also_behind_an_and(chat, tool_message):
    sites = tool_message(
        columns="location | type | parent", rows=["OSL01 | Campus | Norway", "NOB01 | Branch | Norway"]
    )
    talk = chat(results=lambda name, arguments: sites)
    talk.ask("how many sites are in Norway?")
    condition = {"column": "type", "is": "equals", "value": "Campus"}

    assert talk.ask("and which of them are campus?").calls == [("get_rows", {"result": "r1", "where": [condition]})]


def test_the_top_of_one_figure_are_the_fullest_prefixes_behind_it(chat, tool_message):
    figures = tool_message(columns="role | used percent", rows=["User Data | 5"])
    talk = chat(results=lambda name, arguments: figures)
    talk.ask("How full are the user data prefixes at OSL01?")

    assert talk.ask("the top 5").calls == [
        ("analyze_prefixes_dataframe", {"location": "OSL01", "group_by": "prefix", "role": "User Data", "sort_by": "used_percent", "top": 5})
    ]  # fmt: skip


def test_groups_that_share_the_last_place_told_are_named(chat, tool_message):
    rows = [f"{name} | {number}" for name, number in (("A", 9), ("B", 5), ("C", 4), ("D", 4), ("E", 4), ("F", 1))]
    counts = tool_message(columns="country | count", rows=rows)
    text = chat(results=lambda name, arguments: counts).ask("which country has the most devices").text

    assert "- the same count: D, E [1]" in text and "F" not in text


def test_a_few_rows_that_were_picked_are_told_all(chat, tool_message):
    rows = tool_message(columns="device | status", rows=[f"OSL01-acc00{i} | Planned" for i in range(6)])
    text = chat(results=lambda name, arguments: rows).ask("Which devices at OSL01 are not active?").text

    assert "OSL01-acc005" in text


def test_per_type_after_circuits_is_of_the_type_of_circuits(chat):
    talk = chat()
    talk.ask("how many circuits per provider?")

    assert talk.ask("and per type?").calls == [("get_circuits", {}), ("get_rows", {"result": "r1", "group_by": "type"})]
