"""Room in a history that is in memory: what was used longest ago goes first."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chainlit_app.history.schema import conversations, sources

CONVERSATIONS = 1_000  # in memory; other histories keep all
Key = TypeVar("Key")


async def make_room(db: AsyncConnection, rows: int) -> list[tuple[str, str]]:
    """Delete the conversations beyond `CONVERSATIONS` or so many rows; return whose they were and their ids.

    The newest stays. Where it alone has more rows, its older sources keep those that a model was shown.
    """
    count = func.coalesce(func.sum(sources.c.count), 0).label("rows")
    newest_first = (
        select(conversations.c.key, conversations.c.owner, conversations.c.id, count)
        .outerjoin(sources, sources.c.conversation == conversations.c.key)
        .group_by(conversations.c.key)
        .order_by(conversations.c.changed.desc(), conversations.c.key.desc())
    )
    found = (await db.execute(newest_first)).all()
    old = set(_beyond(((one.key, one.rows) for one in found), CONVERSATIONS, rows))
    for key in old:
        await db.execute(delete(conversations).where(conversations.c.key == key))
    if found and found[0].rows > rows:
        await _cut(db, found[0].key, rows)
    return [(one.owner, one.id) for one in found if one.key in old]


async def _cut(db: AsyncConnection, key: int, rows: int) -> None:
    this = sources.c.conversation == key
    counts = select(sources.c.number, sources.c.count).where(this, sources.c.count > 0)
    found = (await db.execute(counts.order_by(sources.c.number.desc()))).all()
    old = list(_beyond(((number, count) for number, count in found), len(found), rows))
    cut = update(sources).where(this, sources.c.number.in_(old))
    await db.execute(cut.values(rows=sources.c.first, count=0))  # or the next look would cut it once more


def _beyond(newest_first: Iterable[tuple[Key, int]], most: int, rows: int) -> Iterator[Key]:
    """Yield what is beyond so many, or so many rows; the first never is."""
    left = rows
    for at, (key, count) in enumerate(newest_first):
        left -= count
        if at and (at >= most or left < 0):
            yield key
