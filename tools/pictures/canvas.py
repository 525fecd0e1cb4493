"""What all pictures share: colours by name, text that stays text, the frame around bars. Pure."""

from collections.abc import Sequence
from typing import Any

# Names of colours, not colours: the page's style sheet gives each the theme's own (`fill: rgb(...)` in sextant.css).
# Where no style sheet does, in another viewer of Plotly, they look like this.
USED = "rgb(9, 109, 121)"
SCARCE = "rgb(178, 55, 36)"  # nearly all is used
FREE = "rgb(214, 223, 228)"
BLOCK = "rgb(150, 166, 176)"  # a container: it holds others
SERIES = (  # dark and light in turn: neighbours differ in brightness too
    "rgb(9, 109, 122)",
    "rgb(204, 138, 32)",
    "rgb(94, 53, 147)",
    "rgb(84, 150, 206)",
    "rgb(146, 32, 77)",
)
OTHERS = "rgb(122, 134, 142)"
TEXT = "rgb(20, 32, 43)"
ON_DARK = "rgb(255, 255, 255)"  # text on the 1st, 3rd, 5th of SERIES
ON_LIGHT = "rgb(17, 27, 36)"  # text on the 2nd and 4th

MOST_BARS = 20  # more do not fit on a screen at a size that one can read
BAR = 25  # pixels a bar takes
_LABEL = 30  # characters


def ink(series: int) -> str:
    """Return the colour of text on that one of the series."""
    return ON_LIGHT if series % 2 else ON_DARK


def plain(text: object) -> str:
    """Return a value of the data as Plotly will show it: Plotly reads tags and entities, and follows links."""
    shown = "".join(char if char.isprintable() else " " for char in str(text))
    return " ".join(shown.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def label(*parts: object) -> str:
    """Return what stands beside a bar: short enough to leave room for the bar."""
    text = " · ".join(str(part) for part in parts if part not in (None, ""))
    if len(text) > _LABEL:
        text = f"{text[: _LABEL - 10]}…{text[-9:]}"
    return plain(text)


def bars(
    data: Sequence[dict[str, Any]], labels: Sequence[str], *, title: str, told: str, legend: bool, **layout: Any
) -> dict[str, Any]:
    """Return a figure of horizontal bars, the first label at the top. `told` is for those who hear the page."""
    height = BAR * len(labels) + 16 + (44 if legend else 0) + (26 if layout.get("xaxis", {}).get("ticktext") else 0)
    return {
        "data": list(data),
        "layout": {
            "meta": {"title": title, "told": told},
            "height": max(height, 120),
            "margin": {"l": 8, "r": 64, "t": 44 if legend else 8, "b": 8, "pad": 6},
            "font": {"family": "Inter, ui-sans-serif, system-ui, sans-serif", "size": 13.5, "color": TEXT},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "bargap": 0.28,
            "uniformtext": {"mode": "hide", "minsize": 11},  # text that has no room in its bar is left out
            "dragmode": False,
            "hovermode": "closest",
            "hoverlabel": {"align": "left", "font": {"size": 13.5}, "namelength": -1},
            "showlegend": legend,
            "legend": {
                "orientation": "h",
                "x": 0,
                "xref": "container",
                "y": 1,
                "yref": "container",
                "yanchor": "top",
                "traceorder": "normal",
                "itemclick": False,
                "itemdoubleclick": False,
            },
            "yaxis": {
                "automargin": True,
                "tickmode": "array",
                "tickvals": list(range(len(labels))),
                "ticktext": list(labels),
                "range": [len(labels) - 0.5, -0.5],
                "showgrid": False,
                "zeroline": False,
                "fixedrange": True,
                "ticks": "",
            },
            **layout,
        },
        "config": {"displayModeBar": False, "displaylogo": False, "responsive": True, "showTips": False},
    }


def axis(most: float, **more: Any) -> dict[str, Any]:
    """Return a horizontal axis from 0 without figures of its own: the bars say theirs."""
    return {
        "range": [0, most],
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "showticklabels": False,
        **more,
    }


def named(subject: str, bound: str = "") -> str:
    """Return the title of a picture."""
    title = f"{subject[:1].upper()}{subject[1:]}"
    return f"{title}: {bound}" if bound else title
