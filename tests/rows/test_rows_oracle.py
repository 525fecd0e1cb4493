"""The work on rows against a slow way of saying the same, row by row, with the standard library only."""

from decimal import ROUND_HALF_UP, Decimal
from functools import cmp_to_key
from ipaddress import ip_interface, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.rows.conditions import Condition
from tools.rows.grouping import Figure, grouped
from tools.rows.joining import compared, kept
from tools.rows.shaping import Rows, distinct, filtered, ordered, picked

COLUMNS = ["text", "number", "net", "flag"]
texts = st.sampled_from(
    [
        "Ethernet1/9",
        "Ethernet1/10",
        "ethernet1/9",
        "core",
        "Core",
        "Zürich",
        "zurich",
        "a-b",
        "A B",
        "1",
        "core1",
        "core02",
    ]
)
numbers = st.one_of(
    st.integers(-5, 5), st.sampled_from([0.1, 0.2, 0.3, 12.34, 100.0]), st.integers(2**53, 2**70).map(str)
)
addresses = st.one_of(
    st.tuples(st.integers(0, 3), st.integers(8, 32)).map(lambda x: str(ip_network((x[0] << 22 | 10 << 24, x[1]), strict=False))),
    st.tuples(st.integers(0, 3), st.integers(32, 128)).map(lambda x: str(ip_network((x[0] << 94 | 0x2001 << 112, x[1]), strict=False))),
    st.integers(0, 9).map(lambda n: f"10.0.0.{n}/24"),
)  # fmt: skip


def cell(values: Any) -> Any:
    return st.one_of(st.none(), st.just(""), values) if values is texts else st.one_of(st.none(), values)


TABLES = st.lists(st.tuples(cell(texts), cell(numbers), cell(addresses), cell(st.booleans())).map(list), max_size=12)


def made(cells: list[list[Any]], name: str = "r1") -> Rows:
    return Rows(name, COLUMNS, cells, [f"/{at}/" for at in range(len(cells))])


def exactly(value: Any) -> Decimal:
    return Decimal(str(value))


def same(one: Any, other: Any) -> bool:
    """Say whether cells are equal: True is not 1, None is not an empty text."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other


TESTS = {
    "greater": lambda a, b: a > b,
    "less": lambda a, b: a < b,
    "at_least": lambda a, b: a >= b,
    "at_most": lambda a, b: a <= b,
}  # fmt: skip


@given(TABLES, st.sampled_from(sorted(TESTS)), numbers)
def test_numbers_are_compared_as_numbers_however_large(cells: Any, test: Any, value: Any) -> None:
    found = filtered(made(cells), [Condition("number", test, (value,))]).rows.rows

    assert found == [row for row in cells if row[1] is not None and TESTS[test](exactly(row[1]), exactly(value))]


@given(TABLES, st.lists(addresses, min_size=1, max_size=2))
def test_within_is_what_ipaddress_calls_a_subnet(cells: Any, blocks: Any) -> None:
    def inside(written: str) -> bool:
        one = ip_interface(written)
        around = [ip_network(block, strict=False) for block in blocks]
        return any(b.version == one.version and one.network.subnet_of(b) for b in around)  # type: ignore[arg-type]

    found = filtered(made(cells), [Condition("net", "within", tuple(blocks))]).rows.rows

    assert found == [row for row in cells if row[2] is not None and inside(row[2])]


@given(TABLES, st.sampled_from(COLUMNS), st.data())
def test_a_condition_and_its_opposite_share_the_rows_among_them(cells: Any, name: str, data: Any) -> None:
    values = [row[COLUMNS.index(name)] for row in cells if row[COLUMNS.index(name)] not in (None, "")]
    value = data.draw(st.sampled_from(values)) if values else None
    pairs = [("is_empty", "is_not_empty", ())]
    pairs += [(one, f"not_{one}", (value,)) for one in ("equals", "contains")] if value is not None else []
    for test, opposite, given_ in pairs:
        split = [filtered(made(cells), [Condition(name, one, given_)]).rows.links for one in (test, opposite)]  # type: ignore[arg-type]
        assert sorted(split[0] + split[1], key=str) == sorted(made(cells).links, key=str)
        assert not set(split[0]) & set(split[1])


@given(TABLES, st.sampled_from(["number", "net", "flag"]), st.data())
def test_equals_finds_every_row_that_holds_the_value(cells: Any, name: str, data: Any) -> None:
    at = COLUMNS.index(name)
    values = [row[at] for row in cells if row[at] is not None]
    if not values:
        return
    value = data.draw(st.sampled_from(values))
    found = filtered(made(cells), [Condition(name, "equals", (value,))]).rows.rows

    assert found == [row for row in cells if row[at] is not None and same(row[at], value)]


@given(TABLES, st.sampled_from(COLUMNS))
def test_sorting_is_stable_natural_and_numeric_with_empty_cells_last(cells: Any, name: str) -> None:
    at = COLUMNS.index(name)

    def compare(one: Any, other: Any) -> int:
        keys = [key(name, row[at]) for row in (one, other)]
        return (keys[0] > keys[1]) - (keys[0] < keys[1])

    filled = [row for row in cells if row[at] not in (None, "")]
    empty = [row for row in cells if row[at] in (None, "")]
    rising = sorted(filled, key=cmp_to_key(compare))
    falling = sorted(filled, key=cmp_to_key(lambda one, other: compare(other, one)))

    assert ordered(made(cells), [name]).rows.rows == rising + empty
    assert ordered(made(cells), [f"-{name}"]).rows.rows == falling + empty


TEXT_ORDER = {
    "1": 0, "A B": 1, "a-b": 2, "Core": 3, "core": 4, "core1": 4.1, "core02": 4.2, "Ethernet1/9": 5, "ethernet1/9": 6,
    "Ethernet1/10": 7, "Zürich": 8, "zurich": 9,
}  # fmt: skip


def key(name: str, value: Any) -> Any:
    if name == "text":
        return TEXT_ORDER[value]
    if name == "number":
        return exactly(value)
    if name == "flag":
        return value
    one = ip_interface(value)
    return one.version, int(one.ip), one.network.prefixlen


@given(TABLES, st.lists(st.sampled_from(COLUMNS), unique=True, max_size=2))
def test_groups_hold_every_row_once_and_their_figures_are_exact(cells: Any, by: Any) -> None:
    figures = [Figure("count"), *(Figure(f, "number") for f in ("count", "sum", "min", "max", "mean", "distinct"))]  # type: ignore[arg-type]
    found = grouped(made(cells), by, figures)
    places = [COLUMNS.index(name) for name in by]
    groups: list[tuple[list[Any], list[list[Any]]]] = []
    for row in cells:
        own = [row[at] for at in places]
        for known, members in groups:
            if all(map(same, known, own)):
                members.append(row)
                break
        else:
            groups.append((own, [row]))
    if not by:
        groups = [([], cells)]

    assert len(found.rows) == len(groups)
    for row in found.rows:
        members = next(m for k, m in groups if all(map(same, k, row[: len(by)])))
        assert [None if one is None else exactly(one) for one in row[len(by) :]] == figures_of(members)


def figures_of(members: list[list[Any]]) -> list[Any]:
    values = [exactly(row[1]) for row in members if row[1] is not None]
    if not values:
        return [len(members), 0, None, None, None, None, 0]
    mean = (sum(values) / len(values)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return [len(members), len(values), sum(values), min(values), max(values), mean, len(set(values))]


@given(TABLES, TABLES, st.sampled_from(["number", "net", "flag"]))
def test_a_join_is_every_pair_of_rows_with_the_same_key_and_the_rest_stands_alone(
    one: Any, other: Any, name: str
) -> None:
    at = COLUMNS.index(name)
    found = compared(made(one), made(other, "r2"), [name], ("r1", "r2"))
    pairs = [(a, b) for a in one for b in other if a[at] is not None and same(a[at], b[at])]
    alone = [a for a in one if not any(a is pair[0] for pair in pairs)]
    others = [b for b in other if not any(b is pair[1] for pair in pairs)]

    assert [row[at] for row in kept(found, "both").rows] == [a[at] for a, _ in pairs]
    assert kept(found, "only_first").rows == alone
    assert kept(found, "only_second").rows == others
    assert len(kept(found, "all")) == len(pairs) + len(alone) + len(others)


@given(TABLES, st.lists(st.sampled_from(COLUMNS), unique=True, min_size=1))
def test_distinct_keeps_the_first_of_equal_rows(cells: Any, names: Any) -> None:
    some = picked(made(cells), names)
    expected: list[list[Any]] = []
    for row in some.rows:
        if not any(all(map(same, row, known)) for known in expected):
            expected.append(row)

    assert distinct(some).rows == expected


@pytest.mark.parametrize("work", [lambda r: ordered(r, ["number"]), lambda r: grouped(r, ["text"], []), distinct])
@given(cells=TABLES)
def test_rows_that_were_given_are_left_as_they_were(work: Any, cells: Any) -> None:
    before = [list(row) for row in cells]
    work(made(cells))

    assert cells == before
