"""Numbers of addresses in IPv6: readable in sentences, exact in rows, and checked as facts."""

from typing import Any

import pytest

from chainlit_app.check.numbers import number_at
from chainlit_app.check.words import words
from tools.amounts import readable


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (1_680, "1,680"), (2**32, "4,294,967,296"), (2**53, "2^53"), (2**53 - 1, "9,007,199,254,740,991"),
     (2**53 + 1, "9.01e15"), (2**96, "2^96"), (2**96 - 2**64, "7.92e28"), (160 * 2**64, "2.95e21")],
)  # fmt: skip
def test_a_number_with_too_many_digits_is_written_short(number: int, text: str) -> None:
    assert readable(number) == text


@pytest.mark.parametrize("number", [1_680, 2**64, 2**96, 160 * 2**64, 2**96 - 2**64])
def test_a_short_number_is_checked_against_the_exact_one(number: int) -> None:
    found = number_at(list(words(readable(number))), 0)

    assert found is not None
    assert found.fits(number)
    assert not found.fits(number * 2)


async def test_sentences_are_readable_and_rows_exact(ask_demo: Any) -> None:
    found = (await ask_demo("analyze_prefixes_dataframe", ip_version=6, group_by=["ip_version"])).answer

    [row] = found.rows
    addresses, used, free = (int(str(cell)) for cell in row[2:5])
    assert addresses == used + free
    assert f"{used:,} of {readable(addresses)} addresses of IPv6 used" in found.summary
    assert not any(len(word.strip("(),.")) > 12 for word in found.summary.replace(",", "").split() if word[0].isdigit())
