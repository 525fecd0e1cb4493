"""Pictures of rows, where a picture says it better than a table: Plotly figures as plain values.

Which picture is drawn is decided by the columns and the number of rows of a source, whatever tool or query file gave
them. Colours are names (see `canvas.py`): the page's style sheet says what they look like.
"""

import json
from typing import Any

from chainlit_app.pictures.changes import changes
from chainlit_app.pictures.counts import counted_records, counts
from chainlit_app.pictures.maps import address_map, free_map
from chainlit_app.pictures.racks import rack_units
from chainlit_app.pictures.use import use_of_space
from chainlit_app.turn import Source

Figure = dict[str, Any]  # a Plotly figure: data, layout, config

_PICTURES = (use_of_space, rack_units, changes, counts, free_map, address_map, counted_records)


def figure(source: Source) -> Figure | None:
    """Return the picture of a source's rows; None where a table says it as well, or where rows are missing."""
    if len(source.table.rows) < source.answer.total:
        return None  # of a part it would show wrong figures
    return next((drawn for picture in _PICTURES if (drawn := picture(source.table)) is not None), None)


def figure_json(source: Source) -> bytes | None:
    """Return the picture as Plotly reads it; None where there is none."""
    drawn = figure(source)
    return None if drawn is None else json.dumps(drawn, ensure_ascii=False, separators=(",", ":")).encode()
