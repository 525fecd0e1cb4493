"""Where the rows before are: of every kind of table, and nothing older than that."""

import pytest

TABLES = {
    "get_devices_by_location": ("device | role | location", ["OSL01-acc001 | Access Switch | OSL01", "BGO01-wan001 | WAN Router | BGO01"]),
    "count_records": ("location | parent | count", ["OSL01 | Norway | 3", "BGO01 | Norway | 1"]),
    "compare_locations": ("kind | what | OSL01 | BGO01 | differs", ["devices | Access Switch | 2 | 0 | yes"]),
    "get_interfaces_by_device": ("interface | enabled | untagged vlan | tagged vlans", ["Gi1 | yes | 100 data | 200", "Gi2 | no |  | "]),
    "get_vlans_by_location": ("vlan | name | location", ["100 | data | OSL01"]),
}  # fmt: skip
WHERE = ["at which sites are those?", "where are these?", "where are they located", "which sites?", "their locations"]


@pytest.fixture
def talk(chat, tool_message):
    sources = iter(range(1, 20))

    def answered(name, arguments):
        source = {"source": str(next(sources))}
        if name == "get_changes":
            return tool_message(summary="No changes are recorded.", rows=(), outcome="empty", **source)
        columns, rows = TABLES.get(name, TABLES["get_devices_by_location"])
        return tool_message(columns=columns, rows=rows, **source)

    return chat(results=answered)


@pytest.mark.parametrize("question", WHERE)
def test_rows_that_name_locations_are_grouped_by_them(talk, question):
    talk.ask("devices in Norway")
    assert talk.ask(question).calls == [("get_rows", {"result": "r1", "group_by": "location"})]


@pytest.mark.parametrize("question", WHERE)
def test_rows_that_are_locations_are_told_with_what_they_lie_in(talk, question):
    talk.ask("which campuses have the most devices")
    assert talk.ask(question).calls == [
        ("get_rows", {"result": "r1", "columns": ["location", "parent"], "distinct": True})
    ]


@pytest.mark.parametrize("question", WHERE)
def test_rows_that_name_no_location_are_said_to_name_none(talk, question):
    talk.ask("compare OSL01 and BGO01")
    turn = talk.ask(question)
    assert turn.calls == []
    assert "These rows name no location; they have kind, what, OSL01, BGO01, differs." in turn.text


@pytest.mark.parametrize("question", WHERE)
def test_an_answer_without_rows_is_never_passed_over_for_an_older_one(talk, question):
    talk.ask("devices in Norway")
    talk.ask("what changed at OSL01")
    turn = talk.ask(question)
    assert (turn.calls, turn.asked) == ([], True)
    assert "The answer before has no rows" in turn.text


def test_a_level_that_rows_do_not_name_is_said(talk):
    talk.ask("vlans at OSL01")
    assert 'no column "country"' in talk.ask("in which countries are those?").text


def test_ports_of_a_vlan_are_untagged_or_tagged_in_it(talk):
    talk.ask("interfaces of OSL01-acc001")
    assert talk.ask("those in vlan 200").calls == [
        ("get_rows", {"result": "r1", "where": [{"column": "untagged vlan", "is": "starts_with", "value": "200 "}]}),
        ("get_rows", {"result": "r1", "where": [{"column": "tagged vlans", "is": "equals", "value": "200"}]}),
    ]


def test_ports_that_are_down_are_those_switched_off_and_that_is_said(talk):
    talk.ask("interfaces of OSL01-acc001")
    turn = talk.ask("only those that are down")
    assert turn.calls == [
        ("get_rows", {"result": "r1", "where": [{"column": "enabled", "is": "equals", "value": False}]})
    ]
    assert "Whether a port is up right now is not on record" in turn.text


def test_devices_that_are_down_are_not_on_record(talk):
    talk.ask("devices in Norway")
    turn = talk.ask("only those that are down")
    assert (turn.calls, turn.declined) == ([], True)
    assert "live state" in turn.text


def test_vlans_that_another_site_has_too_are_compared(talk):
    talk.ask("vlans at OSL01")
    assert talk.ask("which of those are also at BGO01").rounds == [
        [("get_vlans_by_location", {"location": "OSL01"}), ("get_vlans_by_location", {"location": "BGO01"})],
        [("get_rows", {"result": "r2", "compare_with": "r3", "key": "vlan", "keep": "both"})],
    ]
