"""The rows of a source as an Excel workbook. Pure."""

import json
from collections.abc import Iterator
from typing import Any

from chainlit_app.page.rows import links
from chainlit_app.titles import call_title
from chainlit_app.turn import Source
from chainlit_app.words import origin_said
from tools.workbook import Fact, workbook


def xlsx_file(source: Source, sheet_rows: int | None = None) -> bytes:
    """Return all rows as a workbook: sheets of so many rows, mostly one, and one that says where they are from."""
    return workbook(source.table, links(source), _facts(source), sheet_rows)


def _facts(source: Source) -> Iterator[Fact]:
    """Yield what the second sheet says: name, value, whether it is said loudly."""
    answer, origin = source.answer, source.answer.source
    yield "Rows of", source.table.subject, False
    if origin:
        said = origin_said(origin.mode, origin.url)
        demo = origin.mode != "live"
        yield "Data", f"DEMO DATA, not your network. {said}" if demo else said, demo
        yield "Read at", f"{origin.retrieved_at:%Y-%m-%d %H:%M:%S} UTC", False
    yield "Rows", f"{len(source.table.rows):,} of {answer.total:,}", len(source.table.rows) < answer.total
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
