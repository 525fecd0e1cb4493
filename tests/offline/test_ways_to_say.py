"""Classes of wording, each over names that the reader has never been tuned on."""

import pytest

SITE = {"location": "OSL01"}
OTHER = {"location": "BGO01"}


@pytest.mark.parametrize(
    ("question", "calls"),
    [
        ("VLANs in Oslo, sorry, Bergen", [("get_vlans_by_location", OTHER)]),
        ("VLANs in Atlantis, sorry, Bergen", [("get_vlans_by_location", OTHER)]),
        ("circuits at OSL01 or rather at BGO01", [("get_circuits", OTHER)]),
        ("show OSL01-acc001, I mean OSL01-acc002", [("get_device", {"device": "OSL01-acc002"})]),
        ("sorry, the VLANs at Bergen", [("get_vlans_by_location", OTHER)]),
    ],
)
def test_a_name_that_is_taken_back_is_not_looked_up(chat, question, calls):
    assert chat().ask(question).calls == calls


def test_the_answer_says_which_name_was_taken_back(chat):
    assert '"Oslo" as Bergen' in chat().ask("VLANs in Oslo, sorry, Bergen").text


@pytest.mark.parametrize(
    ("question", "calls"),
    [
        ("how many addresses are used in Norway overall", [("analyze_prefixes_dataframe", {"location": "Norway"})]),
        ("how many IPs are free at Oslo", [("analyze_prefixes_dataframe", SITE)]),
        ("what's free in 10.1.0.0/16", [("find_free_space", {"inside": "10.1.0.0/16"})]),
        ("which blocks are still free in 10.1.0.0/16", [("find_free_space", {"inside": "10.1.0.0/16"})]),
        ("is 10.1.2.0/24 free in namespace Lab", [("find_prefix", {"target": "10.1.2.0/24", "namespace": "Lab"})]),
        ("is there room for another /24 at Oslo", [("find_free_space", {"inside": "OSL01", "prefix_length": 24})]),
        ("next free v6 /64 at OSL01", [("find_free_space", {"inside": "OSL01", "prefix_length": 64})]),
        ("suppose we give out 10.1.32.0/20 at OSL01, what is left of 10.1.0.0/16", [("find_free_space", {"inside": "10.1.0.0/16", "take": "10.1.32.0/20"})]),
        ("how many /24 are still free in 10.1.0.0/16", [("find_free_space", {"inside": "10.1.0.0/16", "prefix_length": 24})]),
        ("next 3 free /26 at Oslo", [("find_free_space", {"inside": "OSL01", "prefix_length": 26, "limit": 3})]),
        ("five free addresses in 10.1.2.0/24", [("find_free_space", {"inside": "10.1.2.0/24", "prefix_length": 32, "limit": 5})]),
        ("how much address space is left in NORD by site", [("find_free_space", {"inside": "NORD", "of": "location"})]),
        ("unallocated space per country", [("find_free_space", {"inside": "all locations", "of": "country"})]),
        ("how many free addresses are left by site in NORD", [("analyze_prefixes_dataframe", {"location": "NORD", "group_by": "location"})]),
        ("which /31s do we burn at OSL01", [("get_prefixes_by_location", SITE | {"prefix_length": 31})]),
    ],
)  # fmt: skip
def test_space_is_asked_for_in_many_words(chat, question, calls):
    assert chat().ask(question).calls == calls


@pytest.mark.parametrize(
    ("question", "calls"),
    [
        ("everything below Norway", [("search_locations", {"location": "Norway"})]),
        ("sites under NORD", [("search_locations", {"location": "NORD"})]),
        ("inventory of Oslo", [("get_devices_by_location", SITE)]),
        ("inventory of prefixes at Oslo", [("get_prefixes_by_location", SITE)]),
        ("I'm auditing Oslo and need the subnets there, whatever their role or status", [("get_prefixes_by_location", SITE)]),
        ("CE routers of Oslo", [("get_devices_by_location", SITE | {"role": "WAN Router"})]),
        ("which devices carry another site's name", [("get_devices_by_location", {"only": "name_not_of_location"})]),
        ("how many ios-xe and junos boxes in Norway", [("count_records", {"record": "devices", "group_by": "platform", "location": "Norway"})]),
        ("does OSL01-acc001 have a primary address", [("get_device", {"device": "OSL01-acc001"})]),
        ("in which rack is OSL01-acc001 and at what position", [("get_device", {"device": "OSL01-acc001"})]),
        ("is 10.1.2.3 assigned to more than one device", [("find_prefix", {"target": "10.1.2.3"})]),
        ("what is around 10.1.2.3, i.e. which container", [("find_prefix", {"target": "10.1.2.3"})]),
        ("which prefixes are behind vlan 30 at Oslo", [("get_prefixes_by_location", SITE | {"vlan": 30})]),
        ("which ports are shut on OSL01-acc001", [("get_interfaces_by_device", {"device": "OSL01-acc001", "enabled": False})]),
        ("what uplink does Oslo have to the outside, i.e. its circuits", [("get_circuits", SITE)]),
        ("how many units are free in NOD01-R02", [("find_free_space", {"inside": "NOD01-R02", "of": "rack_units"})]),
        ("which racks are at NOD01", [("find_free_space", {"inside": "NOD01", "of": "rack_units"})]),
        ("what is OSL01-wan001 port 1/0/4 connected to", [("get_interfaces_by_device", {"device": "OSL01-wan001", "match": "1/0/4"})]),
        ("which interfaces on OSL01-acc001 are enabled but not connected", [("get_interfaces_by_device", {"device": "OSL01-acc001", "enabled": True, "connected": False})]),
        ("free U in all racks in Norway", [("find_free_space", {"inside": "Norway", "of": "rack_units"})]),
    ],
)  # fmt: skip
def test_records_are_asked_for_in_many_words(chat, question, calls):
    assert chat().ask(question).calls == calls


@pytest.mark.parametrize(
    ("question", "arguments"),
    [
        ("how many changes did net-robot make", {"user": "net-robot"}),
        ("location changes by kmork", {"user": "kmork", "kind": "locations"}),
        ("everything that happened at Oslo", SITE),
        ("everything that happened to OSL01, the location itself", {"record": "OSL01"}),
        ("changes of the campus OSL01 itself", {"record": "OSL01"}),
        ("who created NOB01", {"record": "NOB01", "action": "created"}),
        ("what was created at NOB01", {"location": "NOB01", "action": "created"}),
        ("last 5 changes at Oslo", SITE | {"limit": 5}),
    ],
)
def test_changes_of_a_location_itself_are_not_those_of_what_is_there(chat, question, arguments):
    assert chat().ask(question).calls == [("get_changes", arguments)]


@pytest.mark.parametrize("question", ["changes at this site", "problems at that location"])
def test_a_place_that_was_never_named_is_asked_for(chat, question):
    turn = chat().ask(question)

    assert (turn.calls, turn.asked) == ([], True)


@pytest.mark.parametrize("question", ["shut ports on OSL01-acc001", "please shut Gi1/0/1 on OSL01-acc001"])
def test_to_shut_a_port_is_refused(chat, question):
    turn = chat().ask(question)

    assert (turn.calls, turn.declined) == ([], True)
