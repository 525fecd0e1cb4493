"""Blocks of addresses as maps: what is where, and what is free."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.models import Cell, ResultTable
from tools.pictures.blocks import CELLS, block_of, largest, pieces, strips
from tools.pictures.maps import address_map

FOUND = ["relation", "record", "type", "role", "namespace"]
LISTED = ["prefix", "type", "role", "namespace"]


def table(columns: list[str], rows: list[list[Cell]]) -> ResultTable:
    return ResultTable(subject="a block", columns=columns, rows=rows, links=[None] * len(rows))


def found(block: str, *prefixes: str, kind: str = "network") -> ResultTable:
    return table(
        FOUND,
        [
            ["covers it", "10.0.0.0/8", "container", None, "Global"],
            ["exact", block, "container", None, "Global"],
            *(["inside", prefix, kind, "Users" if kind == "network" else None, "Global"] for prefix in prefixes),
        ],
    )


# Ten small networks in a block of 2,048 addresses, none of which leaves room for a /23
FRAGMENTED = [
    *("10.9.200.64/26", "10.9.201.128/27", "10.9.202.0/27", "10.9.202.192/28", "10.9.203.96/27"),
    *("10.9.204.128/26", "10.9.205.32/28", "10.9.206.0/26", "10.9.206.240/28", "10.9.207.64/27"),
]


def test_a_map_says_how_much_is_taken_and_what_would_still_fit():
    drawn = address_map(found("10.9.200.0/21", *FRAGMENTED))

    assert drawn is not None
    assert drawn["layout"]["meta"]["title"] == (
        "Map of 10.9.200.0/21: 17.97 % of its addresses are in prefixes; the largest free block is 10.9.200.128/25"
    )
    assert drawn["layout"]["yaxis"]["ticktext"][:3] == ["10.9.200.0", "10.9.200.128", "10.9.201.0"]
    free, users = drawn["data"]
    assert (free["name"], users["name"]) == ("free", "Users")
    assert users["text"][0] == "200.64/26"
    # To scale: 368 of 2,048 addresses are 2.875 of 16 strips, and the rest is free.
    assert sum(users["x"]) == pytest.approx(16 * 368 / 2048)
    assert sum(free["x"]) == pytest.approx(16 - 16 * 368 / 2048)


def test_of_a_list_at_a_site_nobody_says_that_the_rest_is_free():
    rows: list[list[Cell]] = [["10.0.0.0/20", "container", None, "Global"]]
    rows += [[f"10.0.{n}.0/24", "network", "Users", "Global"] for n in range(9)]

    drawn = address_map(table(LISTED, rows))

    assert drawn is not None
    assert drawn["layout"]["meta"]["title"] == "Map of 10.0.0.0/20: 56.25 % of its addresses are in these prefixes"
    assert drawn["data"][0]["name"] == "in none of these"


def test_a_list_that_takes_next_to_nothing_of_its_block_has_no_map():
    rows: list[list[Cell]] = [["10.0.0.0/12", "container", None, "Global"]]
    rows += [[f"10.0.{n}.0/24", "network", "Users", "Global"] for n in range(9)]

    assert address_map(table(LISTED, rows)) is None


def test_other_namespaces_and_families_are_counted_and_not_drawn():
    rows: list[list[Cell]] = [["10.0.0.0/20", "container", None, "Global"]]
    rows += [[f"10.0.{n}.0/24", "network", "Users", "Global"] for n in range(9)]
    rows += [["10.0.1.0/24", "network", "Users", "Lab"], ["2001:db8::/64", "network", "Users", "Global"]]

    drawn = address_map(table(LISTED, rows))

    assert drawn is not None
    assert "(2 of other namespaces or IP versions left out)" in drawn["layout"]["meta"]["title"]


def test_prefixes_of_no_one_block_make_no_map():
    rows: list[list[Cell]] = [[f"10.{n}.0.0/16", "network", "Users", "Global"] for n in range(20)]

    assert address_map(table(LISTED, rows)) is None
    assert address_map(found("10.9.200.0/21", *FRAGMENTED[:3])) is None, "few"


def test_a_network_is_drawn_address_by_address():
    drawn = address_map(found("10.9.200.0/24", *(f"10.9.200.{n}/24" for n in range(1, 21)), kind="host"))

    assert drawn is not None
    assert drawn["layout"]["meta"]["title"] == "Map of 10.9.200.0/24: 20 addresses are recorded"
    assert [trace["name"] for trace in drawn["data"]] == ["not recorded", "host address"]
    assert set(drawn["data"][1]["x"]) == {1 / 16}


def test_containers_inside_are_drawn_under_what_is_in_them():
    rows = found("10.9.0.0/16", *(f"10.9.{n}.0/24" for n in range(9))).rows
    rows.append(["inside", "10.9.0.0/20", "container", None, "Global"])

    drawn = address_map(table(FOUND, rows))

    assert drawn is not None
    assert [trace["name"] for trace in drawn["data"]] == ["free", "container", "Users"]
    assert "the largest free block is 10.9.128.0/17" in drawn["layout"]["meta"]["title"]


def test_what_is_too_small_to_see_shares_a_cell_and_says_so():
    drawn = address_map(found("10.9.0.0/16", *(f"10.9.255.{2 * n}/31" for n in range(12))))

    assert drawn is not None
    (links,) = drawn["data"][1:]
    assert links["x"] == [1 / CELLS]
    assert links["hovertext"][0].startswith("12 side by side: 12 Users<br>10.9.255.0/31<br>")
    assert links["hovertext"][0].endswith("<br>and 6 more")


def test_ipv6_blocks_are_exact():
    block = block_of(found("2001:db8::/48", *(f"2001:db8:0:{n:x}::/64" for n in range(16))))

    assert block is not None
    assert strips(block) == 16
    assert block.largest_free() == "2001:db8:0:8000::/49"
    assert address_map(found("2001:db8::/48", *(f"2001:db8:0:{n:x}::/64" for n in range(16)))) is not None


def test_what_is_no_address_is_left_alone():
    assert (
        block_of(
            table(
                LISTED, [["a name", "network", None, "Global"], [None, None, None, None], ["10.0.0.0", "pool", "", ""]]
            )
        )
        is None
    )
    assert block_of(table(["prefix"], [["10.0.0.0/8"]])) is None


SUBNETS = st.lists(st.tuples(st.integers(0, 2**12 - 1), st.integers(20, 32)), min_size=1, max_size=30)


@given(SUBNETS)
def test_taken_and_free_space_make_the_block(drawn):
    nets = {ip_network((0x0A000000 + (at << 8), length), strict=False) for at, length in drawn}
    block = block_of(found("10.0.0.0/12", *map(str, nets)))

    assert block is not None
    covered = {(int(n.network_address), int(n.broadcast_address)) for n in nets}
    free = sum(last - first + 1 for first, last in block.free)
    union, at = 0, -1
    for first, last in sorted(covered):
        union += max(0, last - max(first, at + 1) + 1)
        at = max(at, last)
    assert free + union == 2**20
    for piece in pieces(block, block.taken):
        assert 0 <= piece.left < 1
        assert piece.left + piece.width <= 1 + 1e-9
    assert sum(len(piece.items) for piece in pieces(block, block.taken)) >= len(nets)


@given(st.integers(0, 2**64), st.integers(0, 2**40))
def test_the_largest_fitting_block_lies_within_and_nothing_larger_does(first, size):
    bits, start = largest((first, first + size))

    assert first <= start
    assert start % (1 << bits) == 0
    assert start + (1 << bits) - 1 <= first + size
    larger = 1 << (bits + 1)
    assert -(-first // larger) * larger + larger - 1 > first + size
