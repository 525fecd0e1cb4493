"""Units of racks, used and free. Pure."""

from typing import Any

from tools.models import ResultTable
from tools.pictures.canvas import FREE, MOST_BARS, ON_DARK, TEXT, USED, axis, bars, label, named, plain

COLUMNS = ("rack", "units", "used", "free", "free units")
_FEWEST = 2


def rack_units(table: ResultTable) -> dict[str, Any] | None:
    """Return a bar for each rack, those with the most free units first; None where these are no racks, or one."""
    if not set(COLUMNS) <= set(table.columns) or len(table.rows) < _FEWEST:
        return None
    at = {name: table.columns.index(name) for name in COLUMNS}
    racks = [
        (
            str(row[at["rack"]]),
            int(str(row[at["used"]])),
            int(str(row[at["free"]])),
            str(row[at["free units"]] or "none"),
        )
        for row in table.rows
    ]
    racks.sort(key=lambda rack: -rack[2])
    shown = racks[:MOST_BARS]
    hover = [f"{plain(name)}<br>{used:,} used, {free:,} free: {plain(at)}" for name, used, free, at in shown]
    series = [("used", USED, ON_DARK, [rack[1] for rack in shown]), ("free", FREE, TEXT, [rack[2] for rack in shown])]
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "y": list(range(len(shown))),
            "x": units,
            "marker": {"color": color},
            "text": [f"{value:,}" if value else "" for value in units],
            "textposition": "inside",
            "insidetextanchor": "middle",
            "textangle": 0,
            "textfont": {"color": ink, "size": 12.5},
            "hoverinfo": "text",
            "hovertext": hover,
        }
        for name, color, ink, units in series
    ]
    bound = f"the {len(shown)} with the most free units of {len(racks):,} shown" if len(shown) < len(racks) else ""
    heard = "; ".join(f"{name} {free:,} free of {used + free:,}" for name, used, free, _ in shown[:5])
    return bars(
        data,
        [label(name) for name, *_ in shown],
        title=named(table.subject, bound),
        told=f"Bars of rack units, those with the most free first: {heard}.",
        legend=True,
        barmode="stack",
        xaxis=axis(max(used + free for _, used, free, _ in shown)),
    )
