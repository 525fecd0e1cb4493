"""The way into the database of a history."""

import os
from pathlib import Path

from sqlalchemy import AsyncAdaptedQueuePool, event
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from chainlit_app.history.where import Place

_BUSY_SECONDS = 5  # that another program may write for


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
