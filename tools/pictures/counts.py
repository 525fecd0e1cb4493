"""How many there are: counts as they come, or records counted by site and role. Pure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tools.models import Cell, ResultTable
from tools.pictures.canvas import MOST_BARS, OTHERS, SERIES, TEXT, USED, axis, bars, ink, label, named, plain

_COUNTED = re.compile(r"count|(count|sum|distinct) .+")  # figures that may stand on each other
_FEWEST_BARS = 5
_FEWEST_RECORDS = 10
_PARENT = "parent"  # says where a group lies, and does not make it another
_PLACE = "location"
_KINDS = ("role", "provider")  # what records at a place are told apart by

Counts = dict[str, dict[str, int]]  # by group, then by kind; the groups in the order in which they are shown


def counts(table: ResultTable) -> dict[str, Any] | None:
    """Return bars of counts, stacked where they are grouped by two things; None where these are no counts."""
    if not table.columns or not _COUNTED.fullmatch(table.columns[-1]):
        return None
    keys = [at for at, name in enumerate(table.columns[:-1]) if name != _PARENT]
    numbers = [row[-1] for row in table.rows]
    if len(keys) not in (1, 2) or not all(isinstance(number, int) and number >= 0 for number in numbers):
        return None
    counted: Counts = {}
    for row, name in zip(table.rows, _names(table, keys[0]), strict=True):
        kinds = counted.setdefault(name, {})
        kind = _text(row[keys[1]]) if len(keys) == 2 else ""
        kinds[kind] = kinds.get(kind, 0) + int(str(row[-1]))
    totals = [sum(kinds.values()) for kinds in counted.values()]
    return drawn(table.subject, counted, few_first=totals == sorted(totals))


def counted_records(table: ResultTable) -> dict[str, Any] | None:
    """Return how many of the records are at each site, by role; None where that says nothing."""
    kind = next((name for name in _KINDS if name in table.columns), None)
    if _PLACE not in table.columns or kind is None or len(table.rows) < _FEWEST_RECORDS:
        return None
    at, of = table.columns.index(_PLACE), table.columns.index(kind)
    counted: Counts = {}
    for row in table.rows:
        kinds = counted.setdefault(_text(row[at]), {})
        kinds[_text(row[of])] = kinds.get(_text(row[of]), 0) + 1
    if len(counted) == 1:
        return None  # one bar; the answer says as much
    return drawn(f"{table.subject} by location and {kind}", counted, few_first=False)


def _names(table: ResultTable, key: int) -> list[str]:
    """Return the names of groups, with the place around one where several places have its name."""
    names = [_text(row[key]) for row in table.rows]
    if _PARENT not in table.columns:
        return names
    parents = [_text(row[table.columns.index(_PARENT)]) for row in table.rows]
    places: dict[str, set[str]] = {}
    for name, parent in zip(names, parents, strict=True):
        places.setdefault(name, set()).add(parent)
    return [
        f"{name} · {parent}" if len(places[name]) > 1 else name for name, parent in zip(names, parents, strict=True)
    ]


def _text(cell: Cell) -> str:
    return "none" if cell in (None, "") else str(cell)


def drawn(subject: str, counted: Counts, *, few_first: bool) -> dict[str, Any] | None:
    """Return bars of counts, as they come or the largest first; None where a sentence says it."""
    order = list(counted) if few_first else sorted(counted, key=lambda group: -sum(counted[group].values()))
    shown = {group: counted[group] for group in order[:MOST_BARS]}
    totals = [sum(kinds.values()) for kinds in shown.values()]
    if len(counted) < _FEWEST_BARS or len({tuple(sorted(kinds.items())) for kinds in shown.values()}) == 1:
        return None  # a sentence says it, or every bar is the same
    kinds = _kinds(shown)
    stacked = len(kinds) > 1
    data = [_series(shown, kind, at, kinds) for at, kind in enumerate(kinds)]
    data.append(_totals(totals))
    bound = (
        f"{'the first' if few_first else 'top'} {len(shown)} of {len(counted):,} shown"
        if len(shown) < len(counted)
        else ""
    )
    heard = "; ".join(f"{group} {total:,}" for group, total in zip(list(shown)[:5], totals, strict=False))
    return bars(
        data,
        [label(group) for group in shown],
        title=named(subject, bound),
        told=f"Bars of counts: {heard}{' and so on' if len(shown) > 5 else ''}.",
        legend=stacked,
        barmode="stack",
        xaxis=axis(max(max(totals), 1)),
    )


def _kinds(shown: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Return what the bars are made of, the most frequent first; what has no colour of its own comes last, as one."""
    total: Counter[str] = Counter()
    for kinds in shown.values():
        total.update(kinds)
    ranked = [kind for kind, _ in sorted(total.items(), key=lambda item: (-item[1], item[0]))]
    return ranked if len(ranked) <= len(SERIES) else [*ranked[: len(SERIES)], ""]


def _series(shown: Mapping[str, Mapping[str, int]], kind: str, at: int, kinds: Sequence[str]) -> dict[str, Any]:
    rest = at == len(SERIES)
    values = [
        sum(number for name, number in parts.items() if name not in kinds) if rest else parts.get(kind, 0)
        for parts in shown.values()
    ]
    stacked = len(kinds) > 1
    said = "others" if rest else kind
    return {
        "type": "bar",
        "orientation": "h",
        "name": plain(said),
        "y": list(range(len(shown))),
        "x": values,
        "marker": {"color": (OTHERS if rest else SERIES[at]) if stacked else USED},
        # A figure in each part that has room for it, so that nobody needs the colours to read them.
        "text": [f"{value:,}" if stacked and value else "" for value in values],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"color": ink(at), "size": 12.5},
        "hoverinfo": "text",
        "hovertext": [
            f"{plain(group)}<br>{plain(said)}{': ' if said else ''}{value:,}"
            for group, value in zip(shown, values, strict=True)
        ],
    }


def _totals(totals: Sequence[int]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "x": list(totals),
        "y": list(range(len(totals))),
        "text": [f" {total:,}" for total in totals],
        "textposition": "middle right",
        "textfont": {"color": TEXT, "size": 13.5},
        "cliponaxis": False,
        "hoverinfo": "skip",
        "showlegend": False,
    }
