"""The picture of a source's rows: what the tool server draws of them as well, of all rows or of none. Pure."""

from chainlit_app.turn import Source
from tools import pictures


def figure(source: Source) -> pictures.Figure | None:
    """Return the picture of a source's rows; None where a table says it as well, or where rows are missing."""
    return pictures.figure(source.table) if _whole(source) else None


def figure_json(source: Source) -> bytes | None:
    """Return the picture as Plotly reads it; None where there is none."""
    return pictures.figure_json(source.table) if _whole(source) else None


def _whole(source: Source) -> bool:
    return source.complete  # of a part it would show wrong figures
