"""A history to write into: SQLite always, PostgreSQL where its programs are on this machine."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chainlit_app.history.store import Store
from chainlit_app.history.where import place


@pytest.fixture(params=["file", "memory", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Return an empty history of each kind."""
    match request.param:
        case "file":
            setting = str(tmp_path / "kept" / "history.db")
        case "memory":
            setting = "off"
        case _:
            setting = request.getfixturevalue("postgres")
    made = Store(place(setting))
    await made.open()
    yield made
    await made.forget(-1)
    await made.close()
