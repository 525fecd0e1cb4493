"""A source as HTTP answers: its rows for the page, its files, its picture. Knows nothing of who may ask."""

import asyncio
import gzip
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from chainlit_app.page.rows import csv_file, json_file, name_of, page_rows
from chainlit_app.page.workbook import xlsx_file
from chainlit_app.pictures import figure_json
from chainlit_app.turn import Source

_GONE = "These rows are not kept here: ask again in Sextant. Only the browser that asked may read them.\n"
_PRIVATE = {"cache-control": "private, no-store", "x-content-type-options": "nosniff", "vary": "Accept-Encoding"}


@dataclass(frozen=True)
class Kind:
    """A way to serve the rows of a source."""

    made: Callable[[Source], bytes | None]  # runs in a thread; None: this source has no such thing
    media_type: str
    extension: str | None = None  # of the file that a browser saves; None: the page reads it itself


# By the last part of the address. What else the page shows of a source is added here.
KINDS: dict[str, Kind] = {
    "rows.json": Kind(page_rows, "application/json"),
    "csv": Kind(csv_file, "text/csv; charset=utf-8", "csv"),
    "json": Kind(json_file, "application/json", "json"),
    "xlsx": Kind(xlsx_file, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "figure.json": Kind(figure_json, "application/json"),
}
_at_once = asyncio.Semaphore(2)  # a workbook of all rows takes a core for seconds


async def served(request: Request, source: Source | None) -> Response:
    """Return what the last part of the request's address asks for; a 404 where there is no such thing."""
    kind = KINDS.get(request.path_params["what"])
    if source is None or kind is None:
        return _gone()
    headers = dict(_PRIVATE)
    if kind.extension:
        headers["content-disposition"] = f'attachment; filename="{name_of(source, kind.extension)}"'
    if request.method == "HEAD":  # whether it is there costs nothing
        return Response(media_type=kind.media_type, headers=headers)
    packed = "gzip" in request.headers.get("accept-encoding", "")
    async with _at_once:
        body = await asyncio.to_thread(_body, kind, source, packed)
    if body is None:
        return _gone()
    if packed:
        headers["content-encoding"] = "gzip"
    return Response(body, media_type=kind.media_type, headers=headers)


def _body(kind: Kind, source: Source, packed: bool) -> bytes | None:
    made = kind.made(source)
    # Packed here, off the event loop, where Chainlit's own packing would hold everyone up.
    return gzip.compress(made, 3) if packed and made is not None else made


def _gone() -> Response:
    return PlainTextResponse(_GONE, status_code=404, headers=_PRIVATE)
