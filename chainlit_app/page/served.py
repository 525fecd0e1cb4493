"""What is made for HTTP when it is asked for: a source's rows, files and picture. Knows nothing of who may ask."""

import asyncio
import gzip
from collections.abc import Callable
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from chainlit_app.files import csv_file, json_file, xlsx_file
from chainlit_app.history.chats import AWAY
from chainlit_app.page.rows import page_rows
from chainlit_app.pictures import figure_json
from chainlit_app.turn import Source
from chainlit_app.words import name_of

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


@dataclass(frozen=True)
class Made:
    """What is sent."""

    content: bytes
    media_type: str
    name: str | None = None  # under which a browser saves it; None: the page reads it itself


async def served(request: Request, source: Source | None) -> Response:
    """Return what the last part of the request's address asks for; a 404 where there is no such thing."""
    kind = KINDS.get(request.path_params["what"])
    if source is None or kind is None:
        return gone(_GONE)
    name = name_of(source, kind.extension) if kind.extension else None
    if request.method == "HEAD":  # whether it is there costs nothing
        return _answer(Made(b"", kind.media_type, name))

    def make() -> Made | None:
        content = kind.made(source)
        return None if content is None else Made(content, kind.media_type, name)

    return await made_now(request, make) or gone(_GONE)


async def made_now(request: Request, make: Callable[[], Made | None]) -> Response | None:
    """Return what `make` makes, in a thread, for its reader alone; None where it makes nothing."""
    packs = "gzip" in request.headers.get("accept-encoding", "")

    def packed() -> Made | None:
        made = make()
        # Packed here, off the event loop, where Chainlit's own packing would hold everyone up.
        return replace(made, content=gzip.compress(made.content, 3)) if packs and made else made

    async with _at_once:
        made = await asyncio.to_thread(packed)
    return _answer(made, packed=packs) if made else None


def gone(sentence: str) -> Response:
    """Return the answer to who has nothing there."""
    return PlainTextResponse(sentence, status_code=404, headers=_PRIVATE)


def refused(sentence: str) -> Response:
    """Return the answer to who may not have it now."""
    return PlainTextResponse(sentence, status_code=503, headers=_PRIVATE)


async def away(request: Request, trouble: Exception) -> Response:
    """Return the answer where a reader's conversation cannot be read now: it is not said to be gone."""
    return PlainTextResponse(f"{AWAY}\n", status_code=503, headers=_PRIVATE)


def _answer(made: Made, *, packed: bool = False) -> Response:
    headers = dict(_PRIVATE)
    if made.name:
        headers["content-disposition"] = f'attachment; filename="{made.name}"'
    if packed:
        headers["content-encoding"] = "gzip"
    return Response(made.content, media_type=made.media_type, headers=headers)
