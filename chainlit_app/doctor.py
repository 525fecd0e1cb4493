"""`sextant doctor`: what is set up and reachable, and what to do where it is not. Never prints a secret."""

import asyncio
import logging
import os
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from chainlit_app import terminal
from chainlit_app.history.store import Store
from chainlit_app.history.trouble import HistoryTrouble
from chainlit_app.history.where import Place
from chainlit_app.host import Host, open_host
from chainlit_app.llm import OfflineModel
from chainlit_app.page.launch import PortTaken, address_said, claim
from chainlit_app.setting_names import names_of, strangers
from chainlit_app.settings import AppSettings, load_settings
from chainlit_app.turn import LLM, ModelTrouble, ToolboxTrouble
from sextant.access import checks as access
from sextant.access.settings import AccessSettings
from sextant.audit.store import AuditStore, AuditTrouble
from tools.models import Check
from tools.settings import LayeredSettings, ToolSettings, WrongSetting

_MODEL_SECONDS = 30.0


def run(others: Sequence[type[LayeredSettings]] = ()) -> int:
    """Print a line for each thing looked at; return 0 where all is well, 1 where something is not, 2 for settings.

    `others` are kinds of settings beside those of the page and the tools.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.CRITICAL)
    print(terminal.check(_versions()))
    known = names_of([AppSettings, ToolSettings, AccessSettings, *others])
    try:
        settings, strange = load_settings(others), strangers(known)
        sources = _sources(known, strange)
        print(terminal.check(sources))
        host = open_host(settings)
    except WrongSetting as wrong:
        print(terminal.check(Check(name="Settings", ok=False, detail="cannot be used", todo=_joined(str(wrong)))))
        return 2
    found = [sources, _port(settings)]
    print(terminal.check(found[1]), flush=True)
    return asyncio.run(_run(host, settings, found))


async def _run(host: Host, settings: AppSettings, found: list[Check]) -> int:
    async with host:
        for check in [
            await _history(settings.history),
            await _audit(settings),
            *await _tools(host),
            *await _access(host, settings),
            *await _models(host),
        ]:
            print(terminal.check(check), flush=True)
            found.append(check)
    wrong = sum(not check.ok for check in found)
    print("Everything that is needed works." if not wrong else f"{wrong} of {len(found)} checks need something done.")
    return 1 if wrong else 0


def _versions() -> Check:
    detail = f"{version('sextant-chat')} on Python {sys.version.split()[0]}"
    return Check(name="Sextant", ok=True, detail=detail)


def _sources(known: set[str], strange: list[str]) -> Check:
    """Which keys are set, and by what; never their values."""
    layers: list[str] = []
    in_environment = sorted(name for name in known if os.environ.get(name))
    if in_environment:
        layers.append(f"environment ({', '.join(in_environment)})")
    in_file = {name.upper() for name, value in dotenv_values(".env", encoding="utf-8").items() if value}
    if Path(".env").is_file():
        layers.append(f".env ({', '.join(sorted(in_file & known)) or 'none of our keys'})")
    yaml = Path(os.environ.get("SEXTANT_CONFIG") or "sextant.yaml")
    if yaml.is_file():
        layers.append(str(yaml))
    detail = ", over ".join(layers) if layers else "none: all defaults"
    return Check(name="Settings", ok=not strange, detail=detail, todo="; ".join(strange))


def _port(settings: AppSettings) -> Check:
    where = address_said(settings.host, settings.port)
    try:
        claim(settings.host, settings.port)
    except PortTaken:
        detail = f"{where} is in use: by Sextant, if its chat runs already"
        todo = (
            "" if settings.port == 65_535 else f"if it does not: another port, such as SEXTANT_PORT={settings.port + 1}"
        )
        return Check(name="Page", ok=True, detail=f"{detail}; {todo}" if todo else detail)
    return Check(name="Page", ok=True, detail=f"`sextant chat` would serve it at {where}")


async def _history(place: Place) -> Check:
    """Write there as the chat would; a file that is not there yet is not made."""
    if place.kind == "memory":
        return Check(name="History", ok=True, detail="off: conversations are forgotten when the chat ends")
    try:
        if place.kind == "file" and _would_be_new(Path(place.address)):
            return Check(name="History", ok=True, detail=f"{place} can be written; nothing is kept yet")
        store = Store(place)
        try:
            await store.open()
        finally:
            await store.close()
    except (HistoryTrouble, OSError) as trouble:
        detail = f"{place} cannot be written: {trouble.strerror}" if isinstance(trouble, OSError) else str(trouble)
        todo = "name another file or postgresql://user:password@host/database in SEXTANT_HISTORY, or off"
        return Check(name="History", ok=False, detail=detail, todo=todo)
    return Check(name="History", ok=True, detail=f"{place} can be read and written")


async def _audit(settings: AppSettings) -> Check:
    """Open it as whatever records would; a file that is not there yet is not made."""
    place = settings.audit
    if place is None:
        return Check(name="Audit", ok=True, detail="off: nothing is recorded")
    store = AuditStore(place)
    try:
        if place.kind == "file" and _would_be_new(Path(place.address)):
            return Check(name="Audit", ok=True, detail=f"{place} can be written; nothing is recorded yet")
        await store.head()
    except (AuditTrouble, OSError) as trouble:
        detail = f"{place} cannot be written: {trouble.strerror}" if isinstance(trouble, OSError) else str(trouble)
        todo = "name another file or postgresql://user:password@host/database in SEXTANT_AUDIT, or off"
        return Check(name="Audit", ok=False, detail=detail, todo=todo)
    finally:
        await store.close()
    sealed = "its end is sealed" if settings.audit_key else "without SEXTANT_AUDIT_KEY its end is not sealed"
    return Check(name="Audit", ok=True, detail=f"{place} can be read and written; {sealed}")


def _would_be_new(file: Path) -> bool:
    """Say whether a file is not there yet and could be; raise `OSError` where it could not."""
    if file.exists():
        return False
    with tempfile.TemporaryFile(dir=next(folder for folder in file.parents if folder.exists())):
        return True


async def _access(host: Host, settings: AppSettings) -> list[Check]:
    try:
        names = [str(one["function"]["name"]) for one in await host.toolbox.schemas()]
    except ToolboxTrouble:
        names = []  # the tool server's own line says so
    return await access.checks(host.gate.policy, names, settings)


async def _tools(host: Host) -> list[Check]:
    try:
        schemas = await host.toolbox.schemas()
        return [Check(name="Tool server", ok=True, detail=f"starts, {len(schemas)} tools"), *await host.checks()]
    except ToolboxTrouble as trouble:
        todo = "look at what the lines above say of it; if nothing, report it with this output"
        return [Check(name="Tool server", ok=False, detail=str(trouble), todo=todo)]


async def _models(host: Host) -> list[Check]:
    return [await _model(host, model) for model in host.models.values()]


async def _model(host: Host, model: LLM) -> Check:
    """Ask a model for a word, with tools, as a chat would: names, keys and addresses are only right if that works."""
    if isinstance(model, OfflineModel):
        return Check(name="Model", ok=True, detail=model.name)
    # A refused port answers at once; a firewall that swallows packets never does.
    try:
        tools = await host.toolbox.schemas()
        async with asyncio.timeout(_MODEL_SECONDS):
            await _one_word(model, tools)
    except ToolboxTrouble:
        return Check(name="Model", ok=False, detail=f"{model.name}: not asked", todo="mend the tool server first")
    except TimeoutError:
        detail = f"{model.name} did not answer within {_MODEL_SECONDS:g} s"
        return Check(name="Model", ok=False, detail=detail, todo="look at SEXTANT_MODEL_URL and at the way to it")
    except ModelTrouble as trouble:
        todo = "see SEXTANT_MODEL, SEXTANT_MODELS, SEXTANT_MODEL_KEY and SEXTANT_MODEL_URL in .env.example"
        return Check(name="Model", ok=False, detail=f"{model.name}: {trouble}", todo=todo)
    return Check(name="Model", ok=True, detail=f"{model.name} answers")


async def _one_word(model: LLM, tools: Any) -> None:
    messages = [{"role": "user", "content": "Answer with the word: ready"}]
    async for _ in model.stream(messages, tools):
        pass


def _joined(lines: str) -> str:
    return "; ".join(line for line in lines.splitlines() if line)
