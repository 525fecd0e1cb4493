"""Where API keys are kept: in a file of their own, or in a PostgreSQL. Times are seconds since 1970, in UTC."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, Double, MetaData, Row, Table, Text, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chainlit_app.history.database import engine, prepared
from chainlit_app.history.trouble import reason
from chainlit_app.history.where import Place
from sextant.access.key_words import Key, hash_of, new_id, new_secret, text_of

_PATIENCE = 10.0  # seconds for one use of the database

_metadata = MetaData()
_keys = Table(
    "sextant_keys",
    _metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("roles", Text, nullable=False),  # with commas between
    Column("hashed", Text, nullable=False),
    Column("made", Double, nullable=False),
    Column("changed", Double, nullable=False),
    Column("expires", Double),
    Column("revoked", Double),
)


class KeysTrouble(Exception):
    """The keys cannot be read or written now; the message is one sentence for people."""


class KeyStore:
    """The keys of a Sextant. Every method but `close` raises `KeysTrouble`."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._engine: AsyncEngine | None = None
        self._opening = asyncio.Lock()

    async def close(self) -> None:
        """Let go of the database."""
        if self._engine is not None:
            await self._engine.dispose()
            self._engine = None

    async def make(
        self, name: str, roles: Collection[str], days: float | None, id: str | None = None
    ) -> tuple[Key, str]:
        """Return a new key, and its text: nobody can ever read that again. `id`: one of `new_id`."""
        secret, now = new_secret(), datetime.now(UTC)
        expires = now + timedelta(days=days) if days is not None else None
        key = Key(id or new_id(), name, frozenset(roles), hash_of(secret), now, now, expires, None)
        async with self._using() as db:
            await db.execute(
                insert(_keys).values(
                    id=key.id,
                    name=key.name,
                    roles=",".join(sorted(key.roles)),
                    hashed=key.hashed,
                    made=now.timestamp(),
                    changed=now.timestamp(),
                    expires=expires.timestamp() if expires else None,
                )
            )
        return key, text_of(key.id, secret)

    async def all(self) -> Sequence[Key]:
        """Return all keys, the newest first; also those that count no more."""
        async with self._using(writes=False) as db:
            return [_key(row) for row in (await db.execute(select(_keys).order_by(_keys.c.made.desc()))).all()]

    async def find(self, id: str) -> Key | None:
        """Return a key; None where there is none."""
        async with self._using(writes=False) as db:
            row = (await db.execute(select(_keys).where(_keys.c.id == id))).one_or_none()
        return _key(row) if row else None

    async def rotate(self, id: str) -> str | None:
        """Give a key another secret, and return its text; None where there is no such key, or it is revoked."""
        secret = new_secret()
        changed = {"hashed": hash_of(secret), "changed": datetime.now(UTC).timestamp()}
        return text_of(id, secret) if await self._change(id, changed) else None

    async def revoke(self, id: str) -> bool:
        """End a key; say whether there was one that had not ended so."""
        return await self._change(id, {"revoked": datetime.now(UTC).timestamp()})

    async def _change(self, id: str, values: dict[str, object]) -> bool:
        async with self._using() as db:
            done = await db.execute(update(_keys).where(_keys.c.id == id, _keys.c.revoked.is_(None)).values(values))
            return bool(done.rowcount)

    @asynccontextmanager
    async def _using(self, *, writes: bool = True) -> AsyncIterator[AsyncConnection]:
        try:
            async with asyncio.timeout(_PATIENCE):
                opened = await self._opened()
                async with opened.execution_options(sextant_writes=writes).begin() as db:
                    yield db
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            raise KeysTrouble(f"The keys ({self._place}) {reason(error, _PATIENCE)}") from error

    async def _opened(self) -> AsyncEngine:
        async with self._opening:
            if self._engine is None:
                self._engine = await prepared(engine(self._place), lambda db: db.run_sync(_metadata.create_all))
        return self._engine


def _key(row: Row[tuple[object, ...]]) -> Key:
    roles = frozenset(row.roles.split(",")) - {""}
    made, changed = _when(row.made), _when(row.changed)
    expires = _when(row.expires) if row.expires is not None else None
    revoked = _when(row.revoked) if row.revoked is not None else None
    return Key(row.id, row.name, roles, row.hashed, made, changed, expires, revoked)


def _when(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
