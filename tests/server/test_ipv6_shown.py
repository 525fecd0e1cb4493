"""IPv6 in tables: addresses in their short form (RFC 5952) and in order, numbers of them so that they can be read."""

from ipaddress import ip_interface
from typing import Any

import pytest

from tools.amounts import amount_said

CALLS: list[tuple[str, dict[str, Any]]] = [
    ("find_prefix", {"target": "2001:0DB8:0000::/32"}),
    ("find_prefix", {"target": "2001:DB8:1:1001:0:0:0:1"}),
    ("find_free_space", {"inside": "2001:0DB8:0001::/48", "prefix_length": 64}),
    ("find_free_space", {"inside": "2001:DB8:0:0::/36", "take": "2001:DB8:0:0::/64"}),
    ("analyze_prefixes_dataframe", {"group_by": "prefix", "ip_version": 6}),
]


def is_ipv6(cell: Any) -> bool:
    return isinstance(cell, str) and cell.count(":") > 1 and " " not in cell and "-" not in cell


@pytest.mark.parametrize(("tool", "arguments"), CALLS)
async def test_every_ipv6_address_is_in_its_short_form(ask_demo: Any, tool: str, arguments: dict[str, Any]) -> None:
    answer = (await ask_demo(tool, **arguments)).answer

    found = [cell for row in answer.rows for cell in row if is_ipv6(cell)]
    assert found
    for cell in found:
        interface = ip_interface(cell)
        assert cell in (str(interface), str(interface.ip))
    assert "0DB8" not in answer.summary + answer.subject


async def test_ipv6_is_in_the_order_of_its_numbers(ask_demo: Any) -> None:
    free = (await ask_demo("find_free_space", inside="2001:db8:1::/48", prefix_length=64)).answer
    within = (await ask_demo("find_prefix", target="2001:db8::/32")).answer

    numbers = [int(ip_interface(row[0]).ip) for row in free.rows]
    assert numbers == sorted(numbers)
    blocks = [ip_interface(row[1]).network for row in within.rows if row[2] != "address"]
    assert blocks == sorted(blocks, key=lambda net: (net.prefixlen, int(net.network_address)))


async def test_numbers_of_ipv6_addresses_are_shown_readably_and_kept_whole(ask_demo: Any) -> None:
    used = await ask_demo("analyze_prefixes_dataframe", location="NAM", group_by="region", ip_version=6)
    free = await ask_demo("find_free_space", inside="2001:db8:1::/48", prefix_length=128, limit=1)

    at = used.answer.columns.index("addresses")
    digits = used.answer.rows[0][at]
    assert digits.isdecimal() and len(digits) > 17
    assert digits not in used.text and f"{int(digits):.2e}".replace("e+", "e") in used.text
    assert "Rows: 1 of 2^" in free.text or "Rows: 1 of 1.2" in free.text


@pytest.mark.parametrize(
    ("column", "cell", "shown"),
    [
        ("addresses", "18446744073709551616", "2^64"),
        ("free", "737869762948382064600", "7.38e20"),
        ("used", 40, 40),
        ("used", "8 of 254 (3.15 %)", "8 of 254 (3.15 %)"),
        ("serial", "18446744073709551616", "18446744073709551616"),
        ("free", None, None),
    ],
)
def test_only_numbers_of_addresses_are_shortened(column: str, cell: Any, shown: Any) -> None:
    assert amount_said(column, cell) == shown
