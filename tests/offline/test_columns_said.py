"""The columns of a table, as people say them."""

import re

import pytest

from chainlit_app.offline.columns import column, columns_of, pattern
from chainlit_app.offline.conversation import Result
from chainlit_app.offline.pieces import Call

DEVICES = ("device", "role", "model", "status", "location", "primary address")
CIRCUITS = ("circuit", "provider", "status", "location", "commit rate kbps")


def _result(name, arguments, columns, source="1"):
    return Result(Call(name, arguments), source, "found", 1, 1, "demo", "", columns=columns)


@pytest.mark.parametrize(
    ("words", "columns", "meant"),
    [
        ("hostname", DEVICES, "device"),
        ("Primary  Address", DEVICES, "primary address"),
        ("mgmt ip", DEVICES, "primary address"),
        ("sites", DEVICES, "location"),
        ("names", CIRCUITS, "circuit"),
        ("carrier", CIRCUITS, "provider"),
        ("bandwidth", CIRCUITS, "commit rate kbps"),
        ("carrier", DEVICES, ""),
        ("colour", DEVICES, ""),
        ("used", ("prefix", "used", "used percent"), "used"),
        ("utilization", ("prefix", "used", "used percent"), "used percent"),
    ],
)
def test_a_column_is_known_by_its_name_and_by_what_people_call_it(words, columns, meant):
    assert column(words, columns) == meant


def test_the_longest_way_to_say_a_column_is_tried_first():
    words = pattern(("primary address", "primary ipv6"))
    found = re.search(rf"\b(?:{words})\b", "sort by primary ipv6", re.IGNORECASE)

    assert found is not None
    assert found[0] == "primary ipv6"


def test_a_result_has_the_columns_that_its_text_leaves_out():
    shown = _result("get_devices_by_location", {"location": "OSL01"}, ("device", "role"))

    assert {"device", "role", "serial", "location"} <= set(columns_of(shown, []))


def test_rows_that_were_picked_have_the_columns_of_those_they_are_from():
    first = _result("get_circuits", {"location": "OSL01"}, ("circuit",))
    picked = _result("get_rows", {"result": "r1", "where": []}, ("circuit",), "2")

    assert "provider" in columns_of(picked, [first])
    assert "provider" not in columns_of(picked, [])


def test_groups_have_their_own_columns_only():
    first = _result("get_circuits", {"location": "OSL01"}, ("circuit", "provider"))
    groups = _result("get_rows", {"result": "r1", "group_by": "provider"}, ("provider", "count"), "2")

    assert columns_of(groups, [first]) == ("provider", "count")
