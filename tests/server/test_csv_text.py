"""CSV that a spreadsheet opens without running it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.csv_text import csv_text, safe_cell

CELLS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+1 555 0100", "'+1 555 0100"),
        ("-rf", "'-rf"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("  =cmd|' /C calc'!A0", "'  =cmd|' /C calc'!A0"),
        ("＝1+1", "'＝1+1"),
        ("＋1", "'＋1"),
        ("－x", "'－x"),
        ("＠x", "'＠x"),
        ("\ufeff=1", "'\ufeff=1"),
        ("-12.5", "-12.5"),
        ("+3", "+3"),
        ("-1e5", "-1e5"),
        (-12.5, "-12.5"),
        (-7, "-7"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("a=b", "a=b"),
        (None, ""),
        (True, "true"),
        (False, "false"),
        ("a\x00b", "ab"),
    ],
)
def test_formulas_are_neutralised_and_numbers_stay_numbers(cell: str | float | None, safe: str) -> None:
    assert safe_cell(cell) == safe


def test_the_header_is_there_without_any_row() -> None:
    assert csv_text(["prefix", "used percent"], []) == "prefix,used percent\r\n"


def test_quotes_commas_and_line_breaks_survive() -> None:
    assert csv_text(["a", "b"], [['say "hi"', "x,y"], ["two\r\nlines", None]]) == (
        'a,b\r\n"say ""hi""","x,y"\r\n"two\r\nlines",\r\n'
    )


def test_there_is_no_byte_order_mark() -> None:
    assert csv_text(["Zürich"], [["東京"]]).encode() == "Zürich\r\n東京\r\n".encode()


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=8))
def test_every_table_is_read_back_as_it_was_written(rows: list[list[str | int | float | bool | None]]) -> None:
    read = list(csv.reader(io.StringIO(csv_text(["a", "b"], rows), newline="")))

    assert read == [["a", "b"], *([safe_cell(cell) for cell in row] for row in rows)]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_begins_like_a_formula(text: str) -> None:
    safe = safe_cell(text)

    begins = safe.lstrip()[:1]
    is_number = begins in {"+", "-"} and safe == text and float(safe) is not None
    assert is_number or (begins not in set("=+-@＝＋－＠") and safe[:1] not in {"\t", "\r"})
