"""Addresses and prefixes as they are written."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.space import target


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("10.0.11.77", "10.0.11.77/32"),
        (" 10.0.11.77. ", "10.0.11.77/32"),
        ("10.0.11.77/24", "10.0.11.77/32"),
        ("10.0.11.0/24", "10.0.11.0/24"),
        ("10.0.11.0/255.255.255.0", "10.0.11.0/24"),
        ("2001:DB8::1", "2001:db8::1/128"),
        ("2001:db8::/32", "2001:db8::/32"),
        ("0.0.0.0/0", "0.0.0.0/0"),
    ],
)
def test_addresses_and_prefixes_are_told_apart(written: str, meant: str) -> None:
    assert target(written) == ip_network(meant)


@pytest.mark.parametrize(
    "written", ["10.0.0.300", "10.0.11", "10.0.0.0/33", "NYC01", "", "10.0.0.0/-1", "1.2.3.4 or 5"]
)
def test_what_is_neither_is_said_to_be_neither(written: str) -> None:
    assert target(written) is None


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    assert target(text) is None or target(text) is not None
