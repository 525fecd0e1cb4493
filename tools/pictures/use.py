"""How full address space is, group by group or prefix by prefix. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tools.models import Cell, ResultTable
from tools.pictures.canvas import FREE, MOST_BARS, SCARCE, TEXT, USED, axis, bars, label, named, plain

FIGURES = ("addresses", "used", "free", "used percent")
_FEWEST = 4
_SCARCE = 80.0  # percent from which one looks for new space
_LINK = 2  # addresses
_COUNT = "prefixes"  # how many records a group has: no part of its name


@dataclass(frozen=True)
class _Group:
    name: str
    addresses: int
    used: int
    free: int
    percent: float

    @property
    def told(self) -> str:
        return f"{self.used:,} of {self.addresses:,} addresses used, {self.free:,} free"


def use_of_space(table: ResultTable) -> dict[str, Any] | None:
    """Return bars of used and free space, the fullest first; None where these are not the rows for it."""
    if not set(FIGURES) <= set(table.columns):
        return None
    keys = _keys(table)
    figures = [table.columns.index(name) for name in FIGURES]
    every = [group for row in table.rows if (group := _group(row, keys, figures))]
    groups = sorted(_telling(every), key=lambda group: -group.percent)
    if len(groups) < _FEWEST or groups[0].percent == groups[-1].percent:
        return None
    shown = groups[:MOST_BARS]
    used = [group.percent for group in shown]
    hover = [f"{plain(group.name)}<br>{group.percent:g} % · {group.told}" for group in shown]
    common = {"type": "bar", "orientation": "h", "y": list(range(len(shown))), "hovertext": hover, "hoverinfo": "text"}
    # Two series, so that a legend can name them: nearly full is told apart by more than its colour.
    scarce = [percent >= _SCARCE for percent in used]
    data: list[dict[str, Any]] = [
        {
            **common,
            "name": "used",
            "x": [None if full else percent for percent, full in zip(used, scarce, strict=True)],
            "marker": {"color": USED},
        },
        {
            **common,
            "name": f"used, {_SCARCE:g} % or more",
            "x": [percent if full else None for percent, full in zip(used, scarce, strict=True)],
            "marker": {"color": SCARCE},
        },
        {**common, "name": "free", "x": [100 - percent for percent in used], "marker": {"color": FREE}},
        {
            "type": "scatter",
            "mode": "text",
            "x": [100] * len(shown),
            "y": list(range(len(shown))),
            "text": [
                f" <b>{percent:g} %</b>" if full else f" {percent:g} %"
                for percent, full in zip(used, scarce, strict=True)
            ],
            "textposition": "middle right",
            "textfont": {"color": TEXT, "size": 13.5},
            "cliponaxis": False,
            "hoverinfo": "skip",
            "showlegend": False,
        },
    ]
    if not any(scarce):
        del data[1]
    return bars(
        data,
        [label(group.name) for group in shown],
        title=named(table.subject, _bound(len(table.rows), len(every), len(groups), len(shown))),
        told=f"Bars of used space, the fullest first: {'; '.join(f'{g.name} {g.percent:g} %' for g in shown[:5])}.",
        legend=True,
        barmode="stack",
        xaxis=axis(100),
    )


def _keys(table: ResultTable) -> list[int]:
    """Return the columns that name a group: those that say the same of every one are left out."""
    names = [at for at, name in enumerate(table.columns) if name not in (*FIGURES, _COUNT)]
    telling = [at for at in names if len({row[at] for row in table.rows}) > 1]
    return telling or names


def _group(row: Sequence[Cell], keys: Sequence[int], figures: Sequence[int]) -> _Group | None:
    addresses, used, free, percent = (row[at] for at in figures)
    if not isinstance(percent, int | float):
        return None  # no space to use
    name = " · ".join("none" if row[at] in (None, "") else str(row[at]) for at in keys)
    # Figures beyond what a browser counts exactly come as text.
    return _Group(name, int(str(addresses)), int(str(used)), int(str(free)), float(percent))


def _telling(groups: Sequence[_Group]) -> Sequence[_Group]:
    """Leave out links of one or two addresses, which are full by nature, where there is anything else."""
    larger = [group for group in groups if group.addresses > _LINK]
    return larger or groups


def _bound(rows: int, every: int, groups: int, shown: int) -> str:
    told = []
    if shown < groups:
        told.append(f"the {shown} fullest of {groups:,} shown")
    if groups < every:
        told.append(f"{every - groups:,} of one or two addresses left out")
    if every < rows:
        told.append(f"{rows - every:,} without address space left out")
    return ", ".join(told)
