"""What `sextant doctor` says about the source of truth. No check writes, and none shows a secret."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

from tools.errors import NotAllowed, SourceError, Unavailable
from tools.live import Live
from tools.live_errors import KINDS, noun, permit
from tools.models import Check
from tools.organisation import WrongOrganisation, read_organisation
from tools.queries import Queries

_OLDEST = (2, 2)  # prefixes and VLANs have had several locations since


def query_files(queries: Queries) -> Check:
    """Check that every query file can be used."""
    problems = queries.problems()
    if problems:
        return Check(name="Query files", ok=False, detail=" ".join(problems), todo="Correct or remove these files.")
    instead, beside = queries.own()
    yours = f", of them yours: {', '.join(instead)}" if instead else ""
    detail = f"{len(queries.names())} query files can be read{yours}."
    if not beside:
        return Check(name="Query files", ok=True, detail=detail)
    todo = f"Warning: {', '.join(beside)} of your folder has the name of none of ours, so no tool of ours asks it."
    return Check(name="Query files", ok=True, detail=detail, todo=todo)


def organisation_file(file: Path) -> Check:
    """Check the organisation's file as it stands now; a server that runs goes on with what it read at its start."""
    try:
        found = read_organisation(file)
    except WrongOrganisation as wrong:
        return Check(name="Organisation", ok=False, detail=f"{wrong}.", todo="Correct the file, then start again.")
    return Check(name="Organisation", ok=True, detail=f"{file.name}: {found}.")


async def live_checks(live: Live, trouble: SourceError | None) -> list[Check]:
    """Check a Nautobot whose first query ended in `trouble`, or in an answer where that is None."""
    if isinstance(trouble, Unavailable):
        return [Check(name="Nautobot", ok=False, detail=f"No answer from {live.url}.", todo=str(trouble))]
    found = [_nautobot(live)]
    if isinstance(trouble, NotAllowed):
        return [*found, Check(name="Token", ok=False, detail="Nautobot does not accept it.", todo=str(trouble))]
    return [*found, await _token(live), *await asyncio.gather(*(_right(live, root) for root in KINDS))]


def _nautobot(live: Live) -> Check:
    said = f"Nautobot {live.version} answers" if live.version else "Nautobot answers"
    parts = urlsplit(live.url)
    if live.version and _number(live.version) < _OLDEST:
        detail = f"{said} at {live.url}."
        return Check(name="Nautobot", ok=False, detail=detail, todo="Nautobot 2.2 or newer is needed.")
    if parts.scheme == "https":
        return Check(name="Nautobot", ok=True, detail=f"{said} at {live.url}, its certificate is trusted.")
    detail = f"{said} at {live.url}, without encryption."
    if parts.hostname in {"localhost", "127.0.0.1", "::1"}:
        return Check(name="Nautobot", ok=True, detail=detail)
    return Check(
        name="Nautobot",
        ok=True,
        detail=detail,
        todo="Warning: the token crosses the network readably. Use https if Nautobot offers it.",
    )


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


async def _token(live: Live) -> Check:
    if await live.may_write():
        return Check(
            name="Token",
            ok=True,
            detail="Nautobot accepts it. It may also write.",
            todo="Warning: nothing here ever writes; a token that is not write-enabled is enough, and safer.",
        )
    return Check(name="Token", ok=True, detail="Nautobot accepts it.")


async def _right(live: Live, root: str) -> Check:
    name = f"Rights: {noun(root)}"
    match await live.may_read(root):
        case True:
            return Check(name=name, ok=True, detail=f"The token may read {noun(root)}.")
        case False:
            return Check(name=name, ok=False, detail=f"The token may not read {noun(root)}.", todo=permit(root))
        case None:
            todo = "Try again; Nautobot did not answer this request."
            return Check(
                name=name, ok=False, detail=f"Whether the token may read {noun(root)} could not be seen.", todo=todo
            )
