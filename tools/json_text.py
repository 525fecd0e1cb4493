"""Rows as JSON that programs and people read: one object a row, one line an object. Pure."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from tools.models import Cell, ResultTable, Source


def json_text(
    table: ResultTable, links: Sequence[str | None], source: Source | None, about: Mapping[str, Any], total: int
) -> str:
    """Return all rows under `rows`; what they are and where from beside it. `about` comes behind the subject."""
    rows = [dict(zip(table.columns, map(finite, row), strict=True)) for row in table.rows]
    notes = about.get("notes", [])
    return _lines(
        {
            "subject": table.subject,
            **{name: value for name, value in about.items() if name != "notes"},
            "mode": source.mode if source else None,
            "url": source.url if source else None,
            "retrieved_at": f"{source.retrieved_at:%Y-%m-%dT%H:%M:%SZ}" if source else None,
            "queries": [{"file": query.file, "variables": query.variables} for query in source.queries]
            if source
            else [],
            "notes": notes,
            "total": total,
            "more": table.more,
            "columns": table.columns,
            "rows": rows,
            "links": links,
        }
    )


def finite(cell: Cell) -> Cell:
    """Return a cell that JSON can hold."""
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


def dumped(value: Any, separators: tuple[str, str] | None = None) -> str:
    """Return a value as JSON."""
    return json.dumps(value, ensure_ascii=False, separators=separators, allow_nan=False)


def _lines(values: dict[str, Any]) -> str:
    """Return an object as JSON with a line for each of its values, and for each item of its long lists."""
    lines = []
    for key, value in values.items():
        text = dumped(value)
        if isinstance(value, list) and len(text) > 100:
            text = "[\n  " + ",\n  ".join(dumped(item) for item in value) + "\n ]"
        lines.append(f" {dumped(key)}: {text}")
    return "{\n" + ",\n".join(lines) + "\n}\n"
