"""The way into the database of a history."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import AsyncAdaptedQueuePool, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from chainlit_app.history.where import Place

_BUSY_SECONDS = 5  # that another program may write for
_LOCK = 0x5E87A4D17  # of all Sextants in a PostgreSQL: any number that is ours alone


def engine(place: Place) -> AsyncEngine:
    """Return a way into the database there; a file and its folder are only their owner's. Raise `OSError`."""
    if place.kind == "postgresql":
        # A server that was started anew has closed what we hold.
        return create_async_engine(
            place.address, pool_pre_ping=True, connect_args={"timeout": 5, "command_timeout": 20}
        )
    if place.kind == "memory":  # which is one connection's own
        found = create_async_engine(
            "sqlite+aiosqlite:///:memory:", poolclass=AsyncAdaptedQueuePool, pool_size=1, max_overflow=0
        )
    else:
        path = Path(place.address)
        _private(path)
        found = create_async_engine(f"sqlite+aiosqlite:///{path}", connect_args={"timeout": _BUSY_SECONDS})
    event.listen(found.sync_engine, "connect", _on_connect)
    event.listen(found.sync_engine, "begin", _on_begin)
    return found


async def prepared(found: AsyncEngine, prepare: Callable[[AsyncConnection], Awaitable[None]]) -> AsyncEngine:
    """Return a way into a database once `prepare` has made there what is needed; Sextants that begin at once take turns."""
    try:
        async with found.execution_options(sextant_writes=True).begin() as db:
            await take_turns(db)
            await prepare(db)
    except BaseException:
        await found.dispose()
        raise
    return found


async def take_turns(db: AsyncConnection) -> None:
    """Return when no other Sextant writes to this database so; it is let in when the transaction ends."""
    # In SQLite a transaction that writes is alone from its beginning.
    if db.dialect.name == "postgresql":
        await db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _private(path: Path) -> None:
    if not path.parent.exists():
        path.parent.mkdir(parents=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # its -wal and -shm files get the same rights


def _on_connect(connection: object, record: object) -> None:
    # The driver's own transactions begin too late to wait for another writer.
    connection.isolation_level = None  # type: ignore[attr-defined]  # a connection of any driver
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for line in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {line}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("sextant_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
