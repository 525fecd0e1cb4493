"""What kind of values a column holds."""

import pytest

from tools.typed import column_type, column_types


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([1, 2, None, ""], "integer"),
        ([1, 2.5], "number"),
        ([1, str(2**80)], "integer"),  # numbers beyond what a browser keeps exact are text
        ([str(2**80), str(-(2**90))], "integer"),
        ([1.5, str(2**80)], "number"),
        ([True, None], "yes/no"),
        ([True, 1], "text"),
        ([None, ""], "text"),
        ([], "text"),
        (["10.0.0.0/24", "2001:db8::/32", None], "prefix"),
        (["10.0.0.0/24", "10.0.0.5/24"], "address"),
        (["10.0.0.5", "::1/128, 10.0.0.6/24"], "address"),
        (["10.0.0.5", "core"], "text"),
        (["10.0.0.500/24"], "text"),
        (["10.0.0.0/33"], "text"),
        (["2001:db8::/129", "1:2"], "text"),
        ([100, "core"], "text"),
        (["100"], "text"),  # a name of digits stays a name
        ([float("nan")], "number"),
    ],
)
def test_a_column_has_the_type_of_all_its_values(cells, kind):
    assert column_type(cells) == kind


def test_every_column_of_a_table_has_a_type_also_of_one_without_rows():
    assert column_types(["vlan", "name"], [[10, "a"], [20, None]]) == ["integer", "text"]
    assert column_types(["vlan"], []) == ["text"]
