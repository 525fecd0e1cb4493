"""Query files: ours and a user's, read again when edited, and what is said of a broken one."""

import os
from pathlib import Path
from typing import Any

import pytest

from tools.checks import query_files
from tools.errors import BrokenQuery
from tools.queries import Queries, read_query

GOOD = """# The namespaces.
query namespaces($limit: Int, $offset: Int) {
  namespaces(limit: $limit, offset: $offset) {
    id
    name
  }
}
"""


def test_every_query_file_of_ours_can_be_used() -> None:
    queries = Queries()

    assert queries.problems() == []
    assert {"prefixes_by_location", "devices_by_location", "devices_by_location_and_role"} <= set(queries.names())
    for name in queries.names():
        query = queries.get(name)
        assert query.text.startswith("# ")
        assert {"limit", "offset"} <= query.variables
        if "locations" in query.variables:
            assert "locations" in query.lists


def test_prefixes_are_asked_for_with_their_namespace_and_all_their_locations() -> None:
    for name in ("prefixes_by_location", "prefixes_usage", "prefixes_containing", "prefixes_within"):
        text = Queries().get(name).text
        assert "namespace { name }" in text
        assert "locations { id name }" in text


def test_a_file_in_the_users_folder_replaces_ours_and_the_rest_stay(tmp_path: Path) -> None:
    (tmp_path / "namespaces.graphql").write_text(GOOD.replace("name\n", "name\n    description\n"), encoding="utf-8")

    queries = Queries(tmp_path)

    assert "description" in queries.get("namespaces").text
    assert queries.get("providers").text == Queries().get("providers").text


def test_an_edited_file_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "namespaces.graphql"
    file.write_text(GOOD, encoding="utf-8")
    queries = Queries(tmp_path)
    first = queries.get("namespaces")
    assert queries.get("namespaces") is first

    file.write_text(GOOD.replace("    name\n", "    name\n    description\n"), encoding="utf-8")
    assert "description" in queries.get("namespaces").text

    file.write_text(GOOD, encoding="utf-8")
    os.utime(file, ns=(1, 1))
    assert "description" not in queries.get("namespaces").text

    file.unlink()
    assert queries.get("namespaces").text == Queries().get("namespaces").text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (GOOD.replace("    name\n  }\n", "    name\n"), "line 7: Syntax Error: Expected Name, found <EOF>"),
        (GOOD + GOOD.replace("query namespaces", "query more"), "line 1: it holds 2 operations"),
        ("fragment F on NamespaceType { id }", "line 1: it holds 0 operations"),
        (GOOD.replace("query namespaces", "query spaces"), "line 2: the query must be named namespaces, like its file"),
        (GOOD.replace("query namespaces", "query"), "line 2: the query must be named namespaces"),
        (GOOD.replace("query", "mutation"), "line 2: only a query is allowed"),
        (GOOD.replace("    id\n", ""), "line 3: `id` must be among the fields"),
        (GOOD.replace("    id\n", "    id: name\n"), "line 3: `id` must be among the fields"),
        (GOOD.replace(", $offset: Int", ""), "line 2: the variable $offset is missing"),
        (GOOD.replace("  namespaces(", "  more: roles { id }\n  namespaces("), "line 2: it must ask for one list"),
        ("", "line 1: Syntax Error"),
    ],
)
def test_a_broken_file_is_named_with_line_and_reason(text: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "namespaces.graphql").write_text(text, encoding="utf-8")

    with pytest.raises(BrokenQuery) as trouble:
        Queries(tmp_path).get("namespaces")

    assert f"The query file namespaces.graphql is broken in {reason}" in str(trouble.value)
    assert Queries(tmp_path).problems() == [str(trouble.value)]


def test_a_filter_may_not_be_taken_out_of_a_query(tmp_path: Path) -> None:
    ours = Queries().get("vlans_by_location").text
    text = ours.replace("  $vid: [Int]\n", "").replace("vid: $vid, ", "")
    (tmp_path / "vlans_by_location.graphql").write_text(text, encoding="utf-8")

    with pytest.raises(BrokenQuery, match=r"\$vid is gone"):
        Queries(tmp_path).get("vlans_by_location")


async def test_a_variable_that_a_query_does_not_declare_is_never_dropped(nautobot: Any) -> None:
    with pytest.raises(BrokenQuery, match=r"does not declare \$colour"):
        await nautobot().rows("devices_by_location", locations=["NYC01"], colour="red")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BrokenQuery, match=r"query file nothing\.graphql is missing"):
        Queries(tmp_path).get("nothing")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "namespaces.graphql"
    file.write_bytes(b"\xff\xfe")

    with pytest.raises(BrokenQuery, match=r"namespaces.graphql cannot be read as UTF-8"):
        read_query("namespaces", file)


def test_a_query_of_the_users_own_needs_no_counterpart(tmp_path: Path) -> None:
    (tmp_path / "mine.graphql").write_text(GOOD.replace("query namespaces", "query mine"), encoding="utf-8")

    assert Queries(tmp_path).get("mine").root == "namespaces"


def test_the_doctor_names_the_users_files_and_those_that_no_tool_asks_for(tmp_path: Path) -> None:
    assert (query_files(Queries()).ok, query_files(Queries()).todo) == (True, "")
    assert "yours" not in query_files(Queries()).detail

    (tmp_path / "namespaces.graphql").write_text(GOOD, encoding="utf-8")
    replaced = query_files(Queries(tmp_path))
    assert replaced.detail.endswith("of them yours: namespaces.")
    assert (replaced.ok, replaced.todo) == (True, "")

    (tmp_path / "namespace.graphql").write_text(GOOD, encoding="utf-8")
    mistyped = query_files(Queries(tmp_path))
    assert mistyped.ok and "namespaces." in mistyped.detail
    assert mistyped.todo.startswith("Warning: namespace of your folder")
