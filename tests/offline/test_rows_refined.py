"""What words do with the rows before: conditions, order, groups and columns."""

import pytest

from chainlit_app.offline.facts import facts
from chainlit_app.offline.gazetteer import gazetteer
from chainlit_app.offline.refine import named, own_nouns, refined

DEVICES = ("device", "role", "model", "status", "location", "primary address")
USE = ("prefix", "role", "addresses", "used", "free", "used percent")
CIRCUITS = ("circuit", "provider", "status", "commit rate kbps")


@pytest.mark.parametrize(
    ("text", "columns", "spec"),
    [
        ("sort them by name", DEVICES, {"sort_by": "device"}),
        ("sort those by free addresses", USE, {"sort_by": "-free"}),
        ("order by used percent ascending", USE, {"sort_by": "used percent"}),
        ("sort by model, descending", DEVICES, {"sort_by": "-model"}),
        ("the top three by used", USE, {"top": 3, "sort_by": "-used"}),
        ("count them by role and status", DEVICES, {"group_by": ["role", "status"]}),
        ("total commit rate per provider", CIRCUITS, {"group_by": "provider", "figures": [{"figure": "sum", "column": "commit rate kbps"}]}),
        ("just the names and models", DEVICES, {"columns": ["device", "model"]}),
        ("distinct models", DEVICES, {"columns": "model", "distinct": True}),
    ],
)  # fmt: skip
def test_order_groups_and_columns_are_read(small_names, text, columns, spec):
    done = refined(text, columns, gazetteer(small_names))

    assert {key: value for key, value in done.spec.items() if key != "not"} == spec


@pytest.mark.parametrize(
    ("text", "columns", "where"),
    [
        ("more than 80% used", USE, ("used percent", "greater", 80)),
        ("with at most 1,000 free addresses", USE, ("free", "at_most", 1000)),
        ("with fewer than 2.5 % used", USE, ("used percent", "less", 2.5)),
        ("inside 10.1.0.0/16", USE, ("prefix", "within", "10.1.0.0/16")),
        ("whose name starts with OSL", DEVICES, ("device", "starts_with", "OSL")),
        ("without a model", DEVICES, ("model", "is_empty", None)),
        ("that have a primary address", DEVICES, ("primary address", "is_not_empty", None)),
    ],
)
def test_conditions_are_read(small_names, text, columns, where):
    done = refined(text, columns, gazetteer(small_names))

    assert [(one["column"], one["is"], one.get("value")) for one in done.spec["where"]] == [where]


def test_a_column_that_the_rows_do_not_have_is_named(small_names):
    assert refined("sort them by colour", DEVICES, gazetteer(small_names)).strange == "colour"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("the planned ones", {"column": "status", "is": "equals", "value": "Planned"}),
        ("those that are not active", {"column": "status", "is": "not_equals", "value": "Active"}),
        ("only those in Oslo", {"column": "location", "is": "equals", "value": "OSL01"}),
    ],
)
def test_names_of_the_network_become_conditions(small_names, text, where):
    names = gazetteer(small_names)
    done = refined(text, DEVICES, names)
    named(done, facts(done.rest, names), names)

    assert done.spec["where"] == [where]


def test_rows_are_called_what_their_first_column_holds():
    assert own_nouns(DEVICES) == {"topics:devices"}
    assert own_nouns(("count",)) == set()
