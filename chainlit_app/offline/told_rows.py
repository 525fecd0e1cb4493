"""Rows that are told in words of their own: what is wrong with which record, and where locations differ."""

from collections.abc import Callable, Iterator

from chainlit_app.offline.conversation import Result
from chainlit_app.offline.read_as import plain

_MOST = 8
_CHANGES = 5  # the newest
_OF_ALL = ("kind", "what", "differs")  # columns of a comparison that are no location


def told_rows(result: Result) -> list[str] | None:
    """Return the lines of a few rows, without their source; None where the tool's rows have no words of their own."""
    tell = _TELLERS.get(result.call.name)
    return list(tell(result))[:_MOST] if tell else None


def _problems(result: Result) -> Iterator[str]:
    for row in result.rows:
        cells = dict(zip(result.columns, row, strict=False))
        record, place = plain(cells.get("record", "")), plain(cells.get("location", ""))
        at = f" at {place}" if place and place != record else ""
        yield f"- {record}{at}, {plain(cells.get('problem', ''))}: {plain(cells.get('detail', ''))}"


def _comparison(result: Result) -> Iterator[str]:
    every = [dict(zip(result.columns, row, strict=False)) for row in result.rows]
    differ = [cells for cells in every if cells.get("differs") == "yes"]
    # Where nothing differs, a few figures are said all the same.
    for cells in differ or (every if len(every) <= _MOST else ()):
        own = [f"{plain(name)} {plain(cell)}" for name, cell in cells.items() if name not in _OF_ALL and cell]
        yield f"- {plain(cells.get('kind', ''))}, {plain(cells.get('what', ''))}: {', '.join(own)}"


def _changes(result: Result) -> Iterator[str]:
    for row in result.rows[:_CHANGES]:
        cells = {name: plain(cell.replace(" -> ", " → ")) for name, cell in zip(result.columns, row, strict=False)}
        when = f"{cells.get('time', '')[:16].replace('T', ' ')} UTC"
        record, place = cells.get("record", ""), cells.get("location", "")
        at = f" at {place}" if place and place != record else ""
        what = f": {cells['what changed']}" if cells.get("what changed") else ""
        yield f"- {when}, {cells.get('who', '')} {cells.get('action', '')} {cells.get('kind', '')} {record}{at}{what}"


_TELLERS: dict[str, Callable[[Result], Iterator[str]]] = {
    "find_problems": _problems,
    "compare_locations": _comparison,
    "get_changes": _changes,
}

__all__ = ["told_rows"]


_NAMED = 12  # of those that share a place


def as_many(result: Result, told: int) -> list[str]:
    """Return a line for the groups that have as many as the last one told: "the same count: ..."."""
    if "count" not in result.columns or not 0 < told < len(result.rows):
        return []
    at = result.columns.index("count")
    same = [row[0] for row in result.rows[told:] if row[at] == result.rows[told - 1][at]]
    more = " and more" if len(same) > _NAMED else ""
    return [f"- the same count: {', '.join(map(plain, same[:_NAMED]))}{more}"] if same else []
