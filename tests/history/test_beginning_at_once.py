"""Several Sextants that begin over one empty database: none of them trips over what another one makes there."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chainlit_app.history import schema
from chainlit_app.history.database import engine
from chainlit_app.history.store import Store
from chainlit_app.history.where import Place, place
from sextant.access import key_store
from sextant.access.key_store import KeyStore
from sextant.audit import schema as audit_schema
from sextant.audit.store import AuditStore

KINDS: dict[str, tuple[Callable[[Place], Any], Any, Callable[[Any], Any]]] = {
    "history": (Store, schema.metadata, lambda store: store.list("anna", first=1)),
    "keys": (KeyStore, key_store._metadata, lambda store: store.all()),
    "audit": (AuditStore, audit_schema.metadata, lambda store: store.head()),
}


@pytest.fixture(params=["file", pytest.param("postgresql", marks=pytest.mark.postgres)])
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Return a place of each kind."""
    setting = str(tmp_path / "kept" / "all.db") if request.param == "file" else request.getfixturevalue("postgres")
    return place(setting)


@pytest.mark.parametrize("kind", KINDS)
async def test_those_that_begin_at_once_take_turns(there: Place, kind: str) -> None:
    store, metadata, read = KINDS[kind]
    opened = engine(there)
    async with opened.execution_options(sextant_writes=True).begin() as db:
        await db.run_sync(metadata.drop_all)
    await opened.dispose()
    stores = [store(there) for _ in range(6)]
    await asyncio.gather(*(read(one) for one in stores))
    for one in stores:
        await one.close()
