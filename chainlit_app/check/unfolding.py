"""Comparisons as they are looked up: a row for each point and location, for its columns are locations. Pure."""

from collections.abc import Sequence

from tools.models import Cell

_HEAD = ["kind", "what"]
_TAIL = ("standard", "have it", "differs")


def unfolded(
    columns: Sequence[str], rows: list[list[Cell]]
) -> tuple[Sequence[str], list[list[Cell]], list[tuple[int, str]]]:
    """Return the columns and rows of a table, and of each row from where it is where that is another one."""
    tail = next((at for at, name in enumerate(columns) if name in _TAIL), 0)
    if list(columns[:2]) != _HEAD or tail < len(_HEAD) + 1:
        return columns, rows, []
    places = range(len(_HEAD), tail)
    made = [[row[1], columns[at], row[at], row[0], *row[tail:]] for row in rows for at in places]
    origins = [(number, columns[at]) for number in range(len(rows)) for at in places]
    return ["what", "location", "count", "kind", *columns[tail:]], made, origins
