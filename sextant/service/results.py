"""All rows of an earlier result, as a file."""

from starlette.responses import Response

from chainlit_app.turn import Gone, ToolboxTrouble
from sextant.access.principal import Principal
from sextant.audit.trail import Event, digest
from sextant.service.calls import GONE
from sextant.service.problems import Problem
from sextant.service.served import Served


async def file_of(served: Served, who: Principal, name: str) -> Response:
    """Return a principal's own result; as JSON, or as the ending of its name says. Raise `Problem`."""
    ending = name.partition(".")[2]
    try:
        content, media_type, tool = await read_own(served, who, name)
    except Gone as gone:
        raise Problem(404, GONE) from gone
    except ToolboxTrouble as trouble:
        raise Problem(503, str(trouble), retry_after=5) from trouble
    headers = {"Content-Disposition": f'attachment; filename="{tool}.{ending}"'} if ending else {}
    return Response(content, 200, headers, media_type)


async def read_own(served: Served, who: Principal, name: str) -> tuple[bytes, str, str]:
    """Return a principal's own result as a file, its media type, and the tool that gave it. Raise `Problem` or `ToolboxTrouble`."""
    id, dot, ending = name.partition(".")
    earlier = served.owners.find(who.id, id)
    if earlier is None or earlier.uri is None:
        raise Problem(404, GONE)
    decision = served.host.gate.policy.decide(who, earlier.tool)
    if not decision.allowed:  # any more: a right that was taken back takes its results with it
        raise Problem(403, decision.reason)
    content, media_type = await served.host.toolbox.file(f"{earlier.uri}{dot}{ending}")
    await served.host.trail.record(
        Event("export", who, f"{earlier.tool} as {ending or 'json'}", "sent", digest(earlier.arguments))
    )
    return content, media_type, earlier.tool
