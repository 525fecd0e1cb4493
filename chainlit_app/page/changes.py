"""What the panel of a source says once it was asked again. Pure."""

from collections.abc import Sequence
from typing import Any

from chainlit_app.again import Again
from chainlit_app.compare import Changed, Row
from chainlit_app.page.sources import moment_said
from chainlit_app.turn import Source
from chainlit_app.words import seconds_said, web

SHOWN = 100  # of each kind of change; a panel is no place for more


def again_props(source: Source, found: Again) -> dict[str, Any]:
    """Return what the panel says of a second reading."""
    origin, now = source.answer.source, found.difference
    said: dict[str, Any] = {
        "refused": found.refused,
        "since": moment_said(origin.retrieved_at) if origin else "",
        "at": moment_said(found.at) if found.at else "",
        "mode": found.mode or "unknown",
        "took": seconds_said(found.seconds),
        "rows": found.rows,
    }
    if now is None:
        return said
    return said | {
        "same": now.none,
        "counts": {"added": len(now.added), "removed": len(now.removed), "changed": len(now.changed)},
        "columns": list(found.columns),
        "added": _rows(now.added),
        "columns_before": source.table.columns,
        "removed": _rows(now.removed),
        "changed": _changes(now.changed),
        "new_columns": list(now.new_columns),
        "lost_columns": list(now.lost_columns),
    }


def _rows(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [{"cells": list(row.cells), "link": web(row.link)} for row in rows[:SHOWN]]


def _changes(changes: Sequence[Changed]) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "link": web(one.link),
            "cells": [{"column": cell.column, "before": cell.before, "now": cell.now} for cell in one.cells],
        }
        for one in changes[:SHOWN]
    ]
