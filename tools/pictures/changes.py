"""When records were changed: bars of days, weeks or months, by what was done. Pure."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from tools.models import Cell, ResultTable
from tools.pictures.canvas import MOST_BARS
from tools.pictures.counts import Counts, drawn

_FEWEST = 5  # changes
_NEXT: dict[str, Callable[[date], date]] = {
    "day": lambda at: at + timedelta(days=1),
    "week": lambda at: at + timedelta(days=7),
    "month": lambda at: (at.replace(day=28) + timedelta(days=4)).replace(day=1),
}


def changes(table: ResultTable) -> dict[str, Any] | None:
    """Return how many changes there were in each day, or week or month; None where these are no changes, or few."""
    if not {"time", "action"} <= set(table.columns):
        return None
    at, of = table.columns.index("time"), table.columns.index("action")
    days = [(day, str(row[of])) for row in table.rows if (day := _day(row[at])) is not None]
    if len(days) < max(_FEWEST, len(table.rows)):
        return None  # of a part it would show wrong figures
    unit, starts = _units([day for day, _ in days])
    counted: Counts = {_named(start, unit): {} for start in starts}
    for day, action in days:
        kinds = counted[_named(_start(day, unit), unit)]
        kinds[action] = kinds.get(action, 0) + 1
    return drawn(f"{table.subject} by {unit} and action", counted, few_first=True)


def _day(cell: Cell) -> date | None:
    try:
        return datetime.fromisoformat(str(cell)).date()
    except ValueError:
        return None


def _units(days: Sequence[date]) -> tuple[str, list[date]]:
    """Return the smallest unit of which all fit, and the first day of each, also of those without a change."""
    for unit in ("day", "week"):
        starts = _starts(days, unit)
        if len(starts) <= MOST_BARS:
            return unit, starts
    return "month", _starts(days, "month")


def _starts(days: Sequence[date], unit: str) -> list[date]:
    at, last = _start(min(days), unit), max(days)
    out = []
    while at <= last:
        out.append(at)
        at = _NEXT[unit](at)
    return out


def _start(day: date, unit: str) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day


def _named(start: date, unit: str) -> str:
    if unit == "month":
        return f"{start:%Y-%m}"
    return f"week of {start}" if unit == "week" else str(start)
