"""`sextant audit`: look at what is recorded, take it away, and see whether it is as it was written."""

import argparse
import asyncio
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import AbstractContextManager, aclosing, nullcontext
from pathlib import Path
from typing import TextIO

from chainlit_app.history.where import Place
from sextant.access.principal import LOCAL
from sextant.audit import chain, printing
from sextant.audit.trail import Event, digest

WHOLE, BROKEN, WRONG_USE, NOT_READ = 0, 1, 2, 3

_AT_ONCE = 1_000  # rows of a file

Job = Callable[[argparse.Namespace, Place, str | None], Coroutine[None, None, int]]


def show(given: argparse.Namespace) -> int:
    """Print rows; return the exit code."""
    return _run(_show, given)


def export(given: argparse.Namespace) -> int:
    """Save rows as a file; return the exit code."""
    return _run(_export, given)


def verify(given: argparse.Namespace) -> int:
    """Look at every row; return the exit code."""
    return _run(_verify, given)


def _run(job: Job, given: argparse.Namespace) -> int:
    from chainlit_app.settings import load_settings
    from sextant.access.policy import load
    from sextant.access.settings import AccessSettings
    from sextant.audit.store import AuditTrouble
    from tools.settings import WrongSetting

    try:
        settings, policy = load_settings(), load(AccessSettings.load().sextant_policy)
    except WrongSetting as wrong:
        return _say(str(wrong), WRONG_USE)
    if not (decision := policy.may(LOCAL, "audit")).allowed:
        return _say(decision.reason, WRONG_USE)
    if settings.audit is None:
        return _say("Nothing is recorded: SEXTANT_AUDIT is off.", WRONG_USE)
    if settings.audit.kind == "file" and not Path(settings.audit.address).exists():
        return _say(f"Nothing has been recorded yet: there is no {settings.audit} (SEXTANT_AUDIT).", NOT_READ)
    try:
        return asyncio.run(job(given, settings.audit, settings.audit_key))
    except AuditTrouble as trouble:
        return _say(str(trouble), NOT_READ)


async def _show(given: argparse.Namespace, place: Place, key: str | None) -> int:
    async with aclosing(_rows(given, place, given.newest or None)) as rows:
        async for row in rows:
            print(printing.as_json(row) if given.json else printing.line(row))
    return WHOLE


async def _export(given: argparse.Namespace, place: Place, key: str | None) -> int:
    from sextant.audit.store import AuditStore

    name = str(given.csv or given.json)
    store, count = AuditStore(place, key), 0
    try:
        # Written before a row is out: who takes the trail away stands in it.
        asked = {"since": str(given.since), "who": given.who, "kind": given.kind}
        await store.append([Event("export", LOCAL, f"the audit as {name}", "begun", digest(asked))])
        with _file(name) as out:
            batch: list[chain.Record] = []
            async with aclosing(_rows(given, place, None)) as rows:
                async for row in rows:
                    batch.append(row)
                    if len(batch) == _AT_ONCE:
                        out.write(_text(batch, given, first=not count))
                        count, batch = count + len(batch), []
            out.write(_text(batch, given, first=not count))
            count += len(batch)
    except OSError as error:
        return _say(f"{name} cannot be written ({error.strerror}).", WRONG_USE)
    finally:
        await store.close()
    print(f"{count:,} rows in {'standard output' if name == '-' else name}.", file=sys.stderr)
    return WHOLE


async def _verify(given: argparse.Namespace, place: Place, key: str | None) -> int:
    from sextant.audit.store import AuditStore

    store = AuditStore(place, key)
    try:
        found = await store.verify(chain.anchor(given.anchor) if given.anchor else None)
    finally:
        await store.close()
    for line in found.lines:
        print(line)
    if found.head is None:
        print(f"There is no trail in {place}: nothing was recorded, or all of it was deleted.")
        return BROKEN if found.breaks else WHOLE
    if found.breaks:
        print(f"NOT WHOLE: {found.breaks:,} break{'s' * (found.breaks != 1)} in {found.count:,} rows of {place}.")
        return BROKEN
    removed = f" Rows 0 to {found.head.removed} were removed by the retention." if found.head.removed >= 0 else ""
    sealed = "sealed" if found.head.seal else "not sealed (SEXTANT_AUDIT_KEY is not set)"
    print(
        f"Whole: {found.count:,} row{'s' * (found.count != 1)} of {place}, each as it was written; the end is {sealed}.{removed}"
    )
    print(f"End: {found.head.anchor}")
    return WHOLE


async def _rows(given: argparse.Namespace, place: Place, newest: int | None) -> AsyncGenerator[chain.Record, None]:
    from sextant.audit.store import AuditStore, Wanted

    store = AuditStore(place)
    try:
        async with aclosing(store.records(Wanted(given.since, given.who, given.kind, newest))) as records:
            async for record in records:
                yield record
    finally:
        await store.close()


def _text(rows: list[chain.Record], given: argparse.Namespace, *, first: bool) -> str:
    if given.csv:
        return printing.as_csv(rows, heading=first)
    return "".join(f"{printing.as_json(row)}\n" for row in rows)


def _file(name: str) -> AbstractContextManager[TextIO]:
    if name == "-":
        return nullcontext(sys.stdout)
    return Path(name).open("x", encoding="utf-8", newline="")


def _say(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code
