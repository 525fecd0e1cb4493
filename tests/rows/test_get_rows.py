"""The tool for rows: what a model may ask of an earlier result, and what it is told."""

from typing import Any

import pytest

VLANS = ["vlan", "name", "prefixes"]


async def rows_of(session: Any, **asked: Any) -> Any:
    """Return the answer to a call that works."""
    found = await session("get_rows", **asked)
    assert not found.failed, found.text
    return found.answer


async def test_a_result_is_filtered_and_sorted_and_says_of_how_many(session: Any) -> None:
    await session("analyze_prefixes_dataframe", location="NYC01", group_by="prefix")
    answer = await rows_of(
        session, result="r1", where=[{"column": "used %", "is": "less", "value": 50}], sort_by="-used_percent"
    )

    used = [row[answer.columns.index("used percent")] for row in answer.rows]
    assert used == sorted(used, reverse=True) and max(used) < 50
    assert answer.summary.startswith(f"{answer.total} of 22 rows of r1 (")
    assert "where used percent is less than 50. Sorted by used percent, largest first." in answer.summary
    assert all(link.startswith("/ipam/prefixes/") for link in answer.links)


async def test_results_of_results_are_results(session: Any) -> None:
    await session("get_devices_by_location", location="NYC01")
    switches = await rows_of(session, result="r1", where=[{"column": "role", "is": "contains", "value": "switch"}])
    models = await rows_of(session, result="r2", group_by=["model", "role"])
    most = await rows_of(session, result="r3", top=1, sort_by="-count")

    assert sum(row[-1] for row in models.rows) == switches.total
    assert most.rows[0][-1] == max(row[-1] for row in models.rows)
    assert most.source.queries[0].file == "devices_by_location.graphql"


async def test_the_locations_of_rows_go_with_them(session: Any) -> None:
    await session("get_devices_by_location", location="Germany", role="WAN Router")
    site = await rows_of(session, result="r1", group_by="location", top=1)
    there = await session("get_devices_by_location", location="r2")

    assert there.answer.total >= site.rows[0][1]
    assert {row[there.answer.columns.index("location")] for row in there.answer.rows} == {site.rows[0][0]}


async def test_what_one_site_has_and_another_lacks(session: Any) -> None:
    session.given(VLANS, [100, "data", "10.0.0.0/24"], [200, "voice", None], [300, "guest", None], subject="VLANs at A")
    session.given(VLANS, [100, "data", "10.1.0.0/24"], [300, "iot", None], [400, "lab", None], subject="VLANs at B")

    only = await rows_of(session, result="r1", compare_with="r2", key="vlan", keep="only_first")
    other = await rows_of(session, result="r1", compare_with="r2", key="vlan", keep="only_second")
    both = await rows_of(session, result="r1", compare_with="r2", key="vlan", keep="both")
    everything = await rows_of(session, result="r1", compare_with="r2", key="vlan")

    assert only.rows == [[200, "voice", None]]
    assert other.rows == [[400, "lab", None]]
    assert both.columns == ["vlan", "r1 name", "r1 prefixes", "r2 name", "r2 prefixes"]
    assert [row[:2] for row in both.rows] == [[100, "data"], [300, "guest"]]
    assert everything.columns[:2] == ["found in", "vlan"]
    assert [row[:2] for row in everything.rows] == [["both", 100], ["both", 300], ["r1", 200], ["r2", 400]]
    assert everything.summary == (
        "2 of 3 rows of r1 (VLANs at A) have a vlan that is in r2, 1 has not. "
        "2 of 3 rows of r2 (VLANs at B) have a vlan that is in r1, 1 has not."
    )


async def test_a_column_that_is_not_there_is_told_with_those_that_are_the_nearest_first(session: Any) -> None:
    session.given(["prefix", "used percent", "free"], ["10.0.0.0/24", 12.5, 7])
    found = await session("get_rows", result="r1", sort_by="usd prcnt")

    assert found.answer.outcome == "invalid"
    assert found.answer.candidates[0].name == "used percent"
    assert {one.name for one in found.answer.candidates} == {"prefix", "used percent", "free"}


@pytest.mark.parametrize(
    "written", ["used %", "Used Percent", "used_percent", "usedPercent", "USED PERCENT", "percent"]
)
async def test_columns_are_named_as_people_write(session: Any, written: str) -> None:
    session.given(["prefix", "used percent"], ["10.0.0.0/24", 12.5], ["10.0.1.0/24", 99])
    answer = await rows_of(session, result="r1", where=[{"column": written, "is": "at_least", "value": "99 %"}])

    assert answer.rows == [["10.0.1.0/24", 99]]


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ({"column": "speed", "is": "greater", "value": "10 Mbps"}, "speed holds numbers, e.g. 10, 100; it cannot"),
        (
            {"column": "name", "is": "greater", "value": 5},
            "name holds texts, e.g. a, b; it cannot be compared with '5'",
        ),
        ({"column": "name", "is": "within", "value": "10.0.0.0/8"}, "name holds texts, e.g. a, b; within needs"),
        ({"column": "speed", "is": "equals"}, "The condition 'equals' on speed lacks its value."),
        ({"column": "speed", "is": "is_empty", "value": False}, "is_empty takes no value."),
        ({"column": "speed", "is": "less", "value": [1, 2]}, "'less' takes one value, not 2."),
        ({"column": "speed", "is": "above", "value": 1}, "Where[0].is cannot be 'above': input should be 'equals'"),
        ({"column": "speed", "op": "less"}, "Where[0].is is missing; there is no argument 'where[0].op'; allowed are"),
    ],
)
async def test_a_condition_that_cannot_be_asked_says_what_the_column_holds(
    session: Any, condition: dict[str, Any], told: str
) -> None:
    session.given(["name", "speed"], ["a", 10], ["b", 100])
    found = await session("get_rows", result="r1", where=[condition])

    assert found.answer.outcome == "invalid"
    assert told in found.answer.summary


async def test_a_value_of_a_wrong_kind_is_told_once_with_what_it_may_be(session: Any) -> None:
    session.given(["a"], [1])
    found = await session("get_rows", result="r1", where=[{"column": "a", "is": "equals", "value": [[["x"]]]}])

    assert found.answer.summary == (
        "Where[0].value cannot be [[['x']]]: input should be a valid string, integer, number or boolean."
    )


async def test_a_value_that_no_row_has_is_an_empty_answer_with_the_nearest_that_occur(session: Any) -> None:
    session.given(["name", "role"], ["a", "User Data"], ["b", "User Voice"], subject="prefixes at X")
    found = await session("get_rows", result="r1", where=[{"column": "role", "is": "equals", "value": "User Date"}])

    assert (found.answer.outcome, found.answer.total) == ("empty", 0)
    assert found.answer.summary == (
        "None of 2 rows of r1 (prefixes at X) where role is User Date. "
        "No row has User Date as its role. The nearest that occur: User Data, User Voice."
    )


async def test_a_text_that_no_row_contains_is_no_value_that_one_could_have(session: Any) -> None:
    session.given(["name", "role"], ["a", "User Data"], subject="prefixes at X")
    found = await session("get_rows", result="r1", where=[{"column": "name", "is": "contains", "value": "%"}])

    assert found.answer.summary == "None of 1 row of r1 (prefixes at X) where name contains %."


async def test_of_several_values_those_without_a_row_are_told_and_nearest_only_what_is_not_asked_for(
    session: Any,
) -> None:
    session.given(["name", "role"], ["a", "Access Switch"], ["b", "WAN Router"], subject="devices at X")
    asked = {"column": "role", "is": "equals", "value": ["Access Switch", "Leaf Switch"]}
    answer = await rows_of(session, result="r1", where=[asked])

    assert answer.rows == [["a", "Access Switch"]]
    assert answer.summary.endswith("where role is Access Switch or Leaf Switch. No row has Leaf Switch as its role.")


async def test_thousands_of_conditions_and_values_are_answered_in_few_words(session: Any) -> None:
    session.given(["id", "role"], *([n, f"role {n % 7}"] for n in range(20)))
    at_least = [{"column": "id", "is": "at_least", "value": n % 300} for n in range(10_000)]
    many = await session("get_rows", result="r1", where=at_least)
    absent = await session(
        "get_rows", result="r1", where={"column": "role", "is": "equals", "value": [f"X{n}" for n in range(10_000)]}
    )

    assert "id is at least 5 and 294 other conditions hold." in many.answer.summary
    assert absent.answer.summary.endswith("9,997 other values are in no row either.")
    assert len(absent.answer.summary) < 500


async def test_a_figure_that_is_asked_for_twice_is_one_figure(session: Any) -> None:
    session.given(["id", "role"], [1, "a"], [2, "b"], [3, "b"], subject="devices at X")
    answer = await rows_of(session, result="r1", group_by="role", figures=[{"figure": "count"}, {"figure": "count"}])

    assert answer.rows == [["a", 1], ["b", 2]]
    assert answer.summary == "3 rows of r1 (devices at X) by role: 2 groups, 2 b, 1 a."


async def test_the_first_of_an_order_say_how_many_more_share_the_last_place(session: Any) -> None:
    session.given(["site", "count"], *([f"S{n}", 3 if n < 4 else 1] for n in range(6)))
    answer = await rows_of(session, result="r1", sort_by="-count", top=2)

    assert answer.rows == [["S0", 3], ["S1", 3]]
    assert answer.summary.endswith("The first 2 of them, by count, largest first; 2 more share the place of the last.")


async def test_groups_have_a_page_only_where_they_are_one_record(session: Any) -> None:
    links = ["/a/", "/b/", "/c/"]
    session.given(["site", "role"], ["X", "r"], ["X", "q"], ["Y", None], links=links, places=[("1",), ("1",), ("2",)])
    groups = await rows_of(session, result="r1", group_by="site")
    each = await rows_of(session, result="r1", columns="site", distinct=True)
    some = await rows_of(session, result="r1", sort_by="-role", where=[{"column": "role", "is": "is_not_empty"}])

    assert groups.links == [None, "/c/"] == each.links
    assert (some.rows, some.links) == ([["X", "r"], ["X", "q"]], ["/a/", "/b/"])


async def test_a_join_that_makes_more_rows_says_so_and_one_without_end_is_refused(session: Any) -> None:
    session.given(["k", "v"], *(["x", n] for n in range(1_100)))
    few = session.given(["k", "w"], ["x", 1], ["x", 2])
    joined = await rows_of(session, result="r1", compare_with=few, keep="both")
    session.given(["k", "w"], *(["x", n] for n in range(1_100)))
    refused = await session("get_rows", result="r1", compare_with="r4")

    assert joined.total == 2_200
    assert "The same k stands in several rows of both: every pair of these is a row, 2,200 in all." in joined.notes
    assert refused.answer.outcome == "invalid"
    assert "this makes 1,210,000 rows" in refused.answer.summary


async def test_keys_without_a_value_match_nothing_and_are_told(session: Any) -> None:
    session.given(["rack", "a"], [None, 1], ["", 2], ["r1", 3])
    session.given(["rack", "b"], [None, 1], ["", 2], ["r1", 3])
    answer = await rows_of(session, result="r1", compare_with="r2", key="rack", keep="both")

    assert answer.rows == [["r1", 3, 3]]
    assert "2 rows of r1 without rack match nothing." in answer.notes


async def test_key_and_keep_alone_are_refused(session: Any) -> None:
    session.given(["a"], [1])
    found = await session("get_rows", result="r1", keep="both")

    assert found.answer.outcome == "invalid"
    assert "name the other one in compare_with" in found.answer.summary


async def test_a_list_in_one_text_and_a_condition_that_is_no_list_are_understood(session: Any) -> None:
    session.given(["a", "b", "c"], [1, 2, 3], [4, 5, 6])
    answer = await rows_of(session, result="r1", columns="c, a", where={"column": "b", "is": "equals", "value": 5})

    assert (answer.columns, answer.rows) == (["c", "a"], [[6, 4]])


async def test_a_hundred_thousand_rows_are_worked_on_while_others_are_answered(session: Any) -> None:
    session.given(["id", "role"], *([n, f"role {n % 7}"] for n in range(100_000)))
    answer = await rows_of(session, result="r1", group_by="role", figures=[{"figure": "sum", "column": "id"}])

    assert sum(row[1] for row in answer.rows) == 100_000 * 99_999 // 2


async def test_a_result_without_rows_is_a_side_of_a_comparison_and_else_an_empty_answer(session: Any) -> None:
    session.given(VLANS, [100, "data", None], subject="VLANs at A")
    session.given([], subject="VLANs at B")
    only = await rows_of(session, result="r1", compare_with="r2", keep="only_first")
    nothing = await rows_of(session, result="r2", where=[{"column": "vlan", "is": "equals", "value": 100}])
    other = await rows_of(session, result="r1", compare_with="r2", keep="only_second", sort_by="name")

    assert only.rows == [[100, "data", None]]
    assert other.summary.endswith("No row is only in r2.")
    assert (nothing.outcome, nothing.summary) == ("empty", "No rows are in r2 (VLANs at B).")
    assert (other.outcome, other.columns) == ("empty", VLANS)


async def test_a_condition_in_words_is_told_what_one_is_made_of(session: Any) -> None:
    session.given(["id"], [1])
    refused = await session("get_rows", result="r1", where="id=1")

    assert refused.answer.summary == "Where[0] cannot be 'id=1': should be an object of column, is, value."


async def test_the_first_of_some_rows_is_not_counted(session: Any) -> None:
    session.given(["id"], [1], [2])
    first = await rows_of(session, result="r1", top=1)

    assert first.summary.endswith("The first of them.")


@pytest.mark.parametrize("figures", ["count", ["count"], [{"figure": "count"}], {"figure": "count"}])
async def test_a_figure_without_a_column_may_be_only_named(session: Any, figures: object) -> None:
    session.given(["id", "role"], [1, "Edge"], [2, "Edge"], [3, "Core"])
    counted = await rows_of(session, result="r1", group_by="role", figures=figures)

    assert (counted.columns, sorted(counted.rows)) == (["role", "count"], [["Core", 1], ["Edge", 2]])


async def test_a_comparison_can_be_compared_again_but_no_result_with_itself(session: Any) -> None:
    for _ in range(2):
        session.given(["vlan", "name"], [100, "data"], [200, "voice"])
    await rows_of(session, result="r1", compare_with="r2", key="vlan")
    again = await rows_of(session, result="r3", compare_with="r1", key="vlan")
    refused = await session("get_rows", result="r1", compare_with="[1]")

    assert again.columns == ["found in", "r3 found in", "vlan", "r1 name", "r2 name", "name"]
    assert refused.answer.outcome == "invalid"
    assert refused.answer.summary == "r1 cannot be compared with itself: name another result in compare_with."


async def test_columns_that_a_model_was_not_shown_are_shown_where_it_names_them(session: Any) -> None:
    first = await session("get_prefixes_by_location", location="NYC01")
    assert "prefix length" in first.answer.columns and "prefix length" not in first.text

    again = await session("get_rows", result="r1", top=3)
    saved = await session("export_prefixes_to_csv", result="r1")
    named = await session("get_rows", result="r1", columns=["prefix", "prefix length"], top=3)
    meant = await session("get_rows", result="r1", where=[{"column": "prefix length", "is": "at_least", "value": 20}])
    joined = await session("get_rows", result="r1", compare_with="r2", key=["prefix"])

    assert "prefix length" in again.answer.columns and "prefix length" not in again.text
    assert "prefix length" not in saved.text
    assert "prefix | prefix length" in named.text
    assert " | prefix length" in meant.text and "ip version" not in meant.text
    assert "r1 prefix length" in joined.answer.columns and "r1 prefix length" not in joined.text
