"""Rows as an Excel workbook: values as they are, nothing a spreadsheet would run. Pure."""

import io
import math
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]  # it carries no types

from tools.models import Cell, ResultTable

_CELL = 32_767  # characters that Excel takes in a cell
_SHEET = 1_048_575  # rows that Excel takes below the head of a sheet
_CUT = " ... (cut: longer than a cell; CSV and JSON have all of it)"
_WIDEST = 60
_EXACT = 2**53  # Excel rounds larger numbers
_LOOKED_AT = 500  # rows that say how wide a column is
_OPTIONS = {
    # Never in memory as a whole: a workbook of 100,000 rows would take hundreds of megabytes.
    "constant_memory": True,
    # Text stays text: no cell is a formula, a link or a number because it looks like one.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

Fact = tuple[str, str, bool]  # what the last sheet says: name, value, whether it is said loudly


def workbook(
    table: ResultTable, links: Sequence[str | None], facts: Iterable[Fact], sheet_rows: int | None = None
) -> bytes:
    """Return all rows as a workbook: sheets of so many rows, mostly one, and one that says where they are from.

    `links` are those that a browser opens, one a row; none for rows that have none.
    """
    most = sheet_rows or _SHEET
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        book.set_properties({"title": table.subject, "comments": "Made by Sextant"})
        for number, first in enumerate(range(0, max(len(table.rows), 1), most), 1):
            name = "Rows" if number == 1 else f"Rows {number}"
            _rows(book, name, table.columns, table.rows[first : first + most], links[first : first + most])
        _origin(book, facts)
    return out.getvalue()


def _rows(
    book: Any, name: str, named: Sequence[str], rows: Sequence[Sequence[Cell]], links: Sequence[str | None]
) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1})
    columns = [*named, *(["Nautobot page"] if links else [])]
    for at, column in enumerate(columns):
        width = max([len(column) + 3, *(len(_text(row[at])) for row in rows[:_LOOKED_AT] if at < len(row))])
        sheet.set_column(at, at, min(width + 1, _WIDEST))
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column, bold)
    for number, row in enumerate(rows, 1):
        for at, cell in enumerate(row):
            _write(sheet, number, at, cell)
        if links and (link := links[number - 1]):
            sheet.write_string(number, len(row), link)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), max(len(columns) - 1, 0))


def _origin(book: Any, facts: Iterable[Fact]) -> None:
    sheet = book.add_worksheet("Source")
    bold, loud = book.add_format({"bold": True}), book.add_format({"bold": True, "font_color": "#9C2A10"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 90)
    for number, (name, value, shout) in enumerate(facts):
        sheet.write_string(number, 0, name, bold)
        sheet.write_string(number, 1, _cut(value), loud if shout else wrapped)


def _write(sheet: Any, row: int, at: int, cell: Cell) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, at, cell)
    elif isinstance(cell, int | float) and abs(cell) <= _EXACT and math.isfinite(cell):
        sheet.write_number(row, at, cell)
    else:
        sheet.write_string(row, at, _cut(_text(cell)))


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell).encode("utf-8", errors="replace").decode("utf-8")


def _cut(text: str) -> str:
    return text if len(text) <= _CELL else text[: _CELL - len(_CUT)] + _CUT
