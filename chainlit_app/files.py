"""The rows of a source as people save them: CSV, JSON, XLSX. Pure."""

import json
from collections.abc import Iterator
from typing import Any

from chainlit_app.titles import call_title
from chainlit_app.turn import Source
from chainlit_app.words import origin_said, web
from tools.amounts import of_all
from tools.csv_text import csv_text
from tools.json_text import json_text
from tools.workbook import Fact, workbook


def csv_file(source: Source) -> bytes:
    """Return all rows as CSV that no spreadsheet runs."""
    return utf8(csv_text(source.table.columns, source.table.rows))


def json_file(source: Source) -> bytes:
    """Return all rows as JSON: one object a row (and a line) under `rows`; what they are and where from beside it."""
    answer = source.answer
    about = {
        "source": source.number,
        "tool": source.call.name,
        "arguments": source.call.arguments,
        "notes": answer.notes,
    }
    return utf8(json_text(source.table, links(source), answer.source, about, answer.total))


def xlsx_file(source: Source, sheet_rows: int | None = None) -> bytes:
    """Return all rows as a workbook: sheets of so many rows, mostly one, and one that says where they are from."""
    return workbook(source.table, links(source), _facts(source), sheet_rows)


def links(source: Source) -> list[str | None]:
    """Return a link into Nautobot for each row; none for demo data, which has no pages to open."""
    origin = source.answer.source
    if not origin or origin.mode != "live":
        return []
    return [web(link) for link in source.table.links]


def utf8(text: str) -> bytes:
    """Return a text as UTF-8. Half of a surrogate pair has none; one in a description must not cost the file."""
    return text.encode("utf-8", errors="replace")


def _facts(source: Source) -> Iterator[Fact]:
    """Yield what the second sheet says: name, value, whether it is said loudly."""
    answer, origin = source.answer, source.answer.source
    yield "Rows of", source.table.subject, False
    if origin:
        said = origin_said(origin.mode, origin.url)
        demo = origin.mode != "live"
        yield "Data", f"DEMO DATA, not your network. {said}" if demo else said, demo
        yield "Read at", f"{origin.retrieved_at:%Y-%m-%d %H:%M:%S} UTC", False
    yield "Rows", f"{len(source.table.rows):,} of {of_all(answer.total, answer.more)}", not source.complete
    yield "Source", f"[{source.number}] {call_title(source.call)}", False
    yield "Tool", source.call.name, False
    yield "Arguments", _json(source.call.arguments), False
    for query in origin.queries if origin else []:
        yield "Query", f"{query.file} {_json(query.variables)}", False
    for note in answer.notes:
        yield "Note", note, False
    if answer.list_url and origin and origin.mode == "live":
        yield "In Nautobot", answer.list_url, False


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
