"""What changed on the rows before, and the problems at their locations, where these were read from the whole network."""

import pytest

DEVICES = ("device | role | location", ["OSL01-acc001 | Access Switch | OSL01", "BGO01-acc002 | Access Switch | BGO01"])


@pytest.fixture
def talk(chat, tool_message):
    """A conversation about devices of the whole network; its results are numbered."""
    sources = iter(range(1, 20))
    chats = chat(
        results=lambda name, arguments: tool_message(source=str(next(sources)), columns=DEVICES[0], rows=DEVICES[1])
    )
    chats.ask("Which devices have no primary address?")
    return chats


def test_changes_are_those_of_the_devices_before(talk):
    assert talk.ask("what changed on those?").calls == [("get_changes", {"record": "r1"})]


def test_problems_are_those_at_the_locations_of_the_rows_before(talk):
    assert talk.ask("any problems at those sites?").calls == [("find_problems", {"location": "r1"})]


def test_a_place_that_was_asked_about_stays_the_place(chat):
    own = chat()
    own.ask("devices at Oslo")

    assert own.ask("what changed there?").calls == [("get_changes", {"location": "OSL01"})]
