"""Pictures of rows, where a picture says it better than a table: Plotly figures as plain values. Pure.

Which picture is drawn is decided by the columns and the number of rows of a table, whatever tool or query file gave
them. Colours are names (see `canvas.py`): the style sheet of whoever shows a picture says what they look like.
"""

import json
from typing import Any

from tools.models import ResultTable
from tools.pictures.changes import changes
from tools.pictures.counts import counted_records, counts
from tools.pictures.maps import address_map, free_map
from tools.pictures.racks import rack_units
from tools.pictures.use import use_of_space

Figure = dict[str, Any]  # a Plotly figure: data, layout, config

_PICTURES = (use_of_space, rack_units, changes, counts, free_map, address_map, counted_records)


def figure(table: ResultTable) -> Figure | None:
    """Return the picture of a table that holds all its rows; None where the table says it as well."""
    if table.more != 0:
        return None  # of a part it would show wrong figures
    return next((drawn for picture in _PICTURES if (drawn := picture(table)) is not None), None)


def figure_json(table: ResultTable) -> bytes | None:
    """Return the picture as Plotly reads it; None where there is none."""
    drawn = figure(table)
    return None if drawn is None else json.dumps(drawn, ensure_ascii=False, separators=(",", ":")).encode()
