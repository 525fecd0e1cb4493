"""A kept result as the files that people save: CSV, JSON, XLSX. Pure."""

import json
from collections.abc import Callable, Iterator
from typing import Literal

from tools.amounts import of_all
from tools.csv_text import csv_text
from tools.json_text import json_text
from tools.models import ResultTable
from tools.results import About, Results

Format = Literal["csv", "json", "xlsx"]
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def file_of(results: Results, address: str, format: Format) -> str | bytes:
    """Return all rows of a result as a file. Raise `Expired`. Of many rows it takes seconds: not for an event loop."""
    return _MADE[format](results.table(address), results.about(address))


def _csv(table: ResultTable, about: About) -> str:
    return csv_text(table.columns, table.rows)


def _json(table: ResultTable, about: About) -> str:
    said = {"tool": about.tool, "arguments": about.arguments, "notes": list(about.notes)}
    return json_text(table, _links(table, about), about.source, said, len(table.rows))


def _xlsx(table: ResultTable, about: About) -> bytes:
    from tools.workbook import workbook  # few calls want one, and it takes a while to import

    return workbook(table, _links(table, about), _facts(table, about))


_MADE: dict[Format, Callable[[ResultTable, About], str | bytes]] = {"csv": _csv, "json": _json, "xlsx": _xlsx}


def _links(table: ResultTable, about: About) -> list[str | None]:
    return table.links if about.source and about.source.mode == "live" else []


def _facts(table: ResultTable, about: About) -> Iterator[tuple[str, str, bool]]:
    """Yield what the last sheet says: name, value, whether it is said loudly."""
    yield "Rows of", table.subject, False
    if source := about.source:
        live = source.mode == "live"
        yield "Data", f"Live from {source.url}" if live else "DEMO DATA, not your network.", not live
        yield "Read at", f"{source.retrieved_at:%Y-%m-%d %H:%M:%S} UTC", False
    yield "Rows", f"{len(table.rows):,} of {of_all(len(table.rows), table.more)}", table.more != 0
    yield "Tool", about.tool, False
    yield "Arguments", _text(about.arguments), False
    for query in source.queries if source else []:
        yield "Query", f"{query.file} {_text(query.variables)}", False
    for note in about.notes:
        yield "Note", note, False


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
