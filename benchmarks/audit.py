"""Measure the audit: python benchmarks/audit.py [--rows N] [--postgres URL]. What a record costs an answer, and what it costs in all."""

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from chainlit_app.history.where import Place, place
from chainlit_app.own_secrets import known_secrets
from sextant.access.principal import LOCAL
from sextant.audit.recorder import Recorder
from sextant.audit.store import AuditStore
from sextant.audit.trail import Event, digest
from sextant.telemetry.secrets import masking

ARGUMENTS = {"location": "NYC01", "role": "User Data", "status": "Active"}


def event(number: int) -> Event:
    """Return what a tool call leaves."""
    return Event("tool", LOCAL, "get_prefixes_by_location", "found", digest(ARGUMENTS), rows=number, seconds=0.1)


async def measured(there: Place, rows: int) -> None:
    """Print what records cost in one place: those nobody waits for, those that must be written first, and verify."""
    clean = masking(known_secrets())

    async def opened() -> tuple[AuditStore, object]:
        return AuditStore(there, "a secret of a benchmark"), clean

    for name, required, count in (("nobody waits", False, rows), ("SEXTANT_AUDIT_REQUIRED", True, min(rows, 500))):
        trail = Recorder(opened, required=required)  # type: ignore[arg-type]
        await trail.record(event(0))  # opens the database
        took = []
        began, used = time.perf_counter(), time.process_time()
        for number in range(count):
            before = time.perf_counter()
            await trail.record(event(number))
            took.append(1000 * (time.perf_counter() - before))
            if not required and not number % 50:
                await asyncio.sleep(0)  # as an answer does that waits for Nautobot
        await trail.aclose()
        took.sort()
        print(
            f"| {there.kind}, {name} | {statistics.median(took):.3f} ms | {took[int(0.95 * len(took))]:.3f} ms |"
            f" {1000 * (time.perf_counter() - began) / count:.2f} ms | {1000 * (time.process_time() - used) / count:.2f} ms |",
            flush=True,
        )
    store = AuditStore(there, "a secret of a benchmark")
    began = time.perf_counter()
    found = await store.verify()
    seconds = time.perf_counter() - began
    await store.close()
    assert not found.breaks
    print(
        f"| {there.kind}, verify | {found.count:,} rows in {seconds:.2f} s, {found.count / seconds:,.0f} a second | | | |"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--postgres", metavar="URL")
    given = parser.parse_args()
    print("| | until it returns | 95 % within | written, each | processor, each |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measured(place(str(Path(folder) / "audit.db")), given.rows))
    if given.postgres:
        asyncio.run(measured(place(given.postgres), given.rows))


if __name__ == "__main__":
    main()
