"""Ask a source again: the same call anew, and what has changed since. It alters no answer. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from chainlit_app.compare import Difference, compare
from chainlit_app.conversation import kind_of
from chainlit_app.turn import Source, Toolbox, ToolResult
from tools.models import Earlier, Mode, result_name
from tools.models import Source as Origin

_KINDS = {"live": "live data", "demo": "demo data", "fallback": "demo data, as Nautobot does not answer"}


@dataclass(frozen=True)
class Again:
    """What came of it."""

    seconds: float
    refused: str = ""  # one sentence: why there is nothing to compare
    difference: Difference | None = None  # None: refused
    at: datetime | None = None  # of the new reading
    mode: Mode | None = None
    rows: int = 0
    columns: tuple[str, ...] = ()  # of the new reading


async def ask_again(source: Source, toolbox: Toolbox, earlier: Mapping[str, Earlier] | None = None) -> Again:
    """Return what has changed since a source was read, or why that cannot be said.

    `earlier` are the results that its call names, with their rows.
    """
    if worked_on := (source.call.arguments or {}).get("result"):
        name = result_name(str(worked_on)) or str(worked_on)
        return Again(
            0.0, refused=f"These rows were made from {name}, nothing was read for them: ask [{name[1:]}] again."
        )
    call = replace(source.call, id=f"again-{uuid4().hex[:12]}", fresh=True)
    result = await toolbox.call(
        call, uuid4().hex, None, earlier
    )  # a turn of its own: nothing binds it to the kind of data of then
    answer, origin = result.answer, result.answer.source if result.answer else None
    known = Again(result.seconds, at=origin.retrieved_at if origin else None, mode=origin.mode if origin else None)
    if refused := _refused(source, result, origin):
        return replace(known, refused=refused)
    assert answer is not None
    table = result.table
    if table is None or len(table.rows) < answer.total:
        return replace(known, refused="The tools did not give all rows of the new reading: it cannot be compared.")
    found = compare(source.table, table)
    return replace(known, difference=found, rows=len(table.rows), columns=tuple(table.columns))


def _refused(source: Source, result: ToolResult, origin: Origin | None) -> str:
    """Return why two readings cannot be compared; nothing where they can."""
    answer, before = result.answer, source.answer.source
    if answer is None or answer.outcome not in ("found", "empty"):
        said = (result.error or (answer.summary if answer else result.text)).strip()
        return said or "The tool did not answer."
    if origin is None or before is None:
        return "It is not known where these rows come from: they cannot be compared."
    if kind_of(origin.mode) != kind_of(before.mode):
        return f"This source is {_KINDS[before.mode]}, what was read now is {_KINDS[origin.mode]}: not compared."
    if kind_of(before.mode) == "live" and origin.url != before.url:
        return f"This source was read from {before.url}, and now {origin.url} answers: not compared."
    if len(source.table.rows) < source.answer.total:
        kept = f"{len(source.table.rows):,} of {source.answer.total:,}"
        return (
            f"Only {kept} rows of this source are still kept: what has changed cannot be told. Ask the question again."
        )
    return ""
