"""What stands behind the address of a kept result: its rows as JSON, as files that people save, as a picture."""

from tools.files import MEDIA_TYPES, file_of
from tools.models import result_name
from tools.pictures import figure_json
from tools.results import SCHEME, Missing, Results

FIGURE = "figure.json"
FIGURE_TYPE = "application/vnd.plotly.v1+json"
_JSON = "application/json"


def kept(results: Results, address: str) -> tuple[str | bytes, str]:
    """Return what an address leads to, and its media type. Of many rows it takes seconds: not for an event loop.

    Raises:
        Missing: it leads to nothing; the message says why, and what to do.
    """
    key, _, kind = address.removeprefix(SCHEME).partition(".")
    if name := result_name(key):
        raise Missing(
            f"{name} is a name for arguments of tools, and this session has no such result. A result is read at the "
            f"address in its answer, result_uri: {SCHEME} and 16 letters and digits."
        )
    if kind == FIGURE:
        drawn = figure_json(results.table(address))
        if drawn is None:
            raise Missing(f"No picture says more of these rows than a table. Read {SCHEME}{key}.csv, or .xlsx.")
        return drawn.decode(), FIGURE_TYPE
    for format_, media in MEDIA_TYPES.items():
        if kind == format_:
            return file_of(results, address, format_), media
    if kind:
        kinds = ", ".join(f".{one}" for one in (*MEDIA_TYPES, FIGURE))
        raise Missing(f"There is no .{kind} of a result. There are {kinds}, and its rows without an ending.")
    return results.json(address).decode(), _JSON
