"""Whether questions can be answered: the tool server, Nautobot, the model, the store."""

import asyncio
import logging

from chainlit_app.history.trouble import HistoryTrouble
from chainlit_app.turn import ToolboxTrouble
from sextant.service.served import Served
from sextant.service.shapes import Part, Ready

_SECONDS = 5.0

logger = logging.getLogger(__name__)


async def ready(served: Served) -> Ready:
    """Return what is there. It names no address and no account: who watches needs no rights.

    Whoever asks while it is looked shares what is seen then: as many as like may ask, and one look is taken at a time.
    """
    if served.looking is None or served.looking.done():
        served.looking = asyncio.create_task(_looked(served))
    return await asyncio.shield(served.looking)


async def _looked(served: Served) -> Ready:
    tools, store = await asyncio.gather(_tools(served), _store(served))
    model = Part(name="model", ok=True, detail=served.host.llm.name)
    parts = [*tools, model, store]
    stopping = served.running.stopping
    return Ready(
        ready=all(part.ok for part in parts) and not stopping,
        stopping=stopping,
        parts=parts,
        models=list(served.host.models),
    )


async def _tools(served: Served) -> list[Part]:
    try:
        async with asyncio.timeout(_SECONDS):
            status = await served.host.status()
    except (ToolboxTrouble, TimeoutError) as trouble:
        logger.warning("Not ready: %s", str(trouble) or f"the tool server did not answer within {_SECONDS:g} s")
        return [Part(name="tools", ok=False, detail="the tool server does not answer; the log says why")]
    detail = f"{status.mode} data" if status.answers else "does not answer"
    return [
        Part(name="tools", ok=True, detail="answer"),
        Part(name="nautobot", ok=status.answers, detail=detail),
    ]


async def _store(served: Served) -> Part:
    try:
        async with asyncio.timeout(_SECONDS):
            await served.store.list("", first=1)
    except (HistoryTrouble, TimeoutError):
        return Part(name="store", ok=False, detail="conversations cannot be kept now; the log says why")
    return Part(name="store", ok=True, detail="keeps conversations")
