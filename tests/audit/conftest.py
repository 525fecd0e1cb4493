"""An audit to write into: SQLite always, PostgreSQL where its programs are on this machine."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from chainlit_app.history.database import engine
from chainlit_app.history.where import Place, place
from sextant.access.principal import Principal
from sextant.audit.store import AuditStore
from sextant.audit.trail import Event

ANNA = Principal("page:anna", "anna", frozenset({"viewer", "analyst"}), "page")
_TRIGGERS = {"sqlite": ("stays", "grows"), "postgresql": ("stays", "whole")}


def event(what: str = "get_devices_by_location", **given: Any) -> Event:
    return Event(**{"kind": "tool", "who": ANNA, "what": what, "outcome": "found", **given})


@pytest.fixture
def happened() -> Callable[..., Event]:
    return event


@pytest.fixture(params=["file", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def there(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    """Return an empty place of each kind."""
    if request.param == "file":
        yield place(str(tmp_path / "kept" / "audit.db"))
        return
    found = place(request.getfixturevalue("postgres"))
    yield found
    await _lines(found, ["DROP TABLE IF EXISTS sextant_audit, sextant_audit_head"])


@pytest.fixture
async def trail(there: Place) -> AsyncIterator[AuditStore]:
    """Return an empty audit of each kind."""
    made = AuditStore(there)
    yield made
    await made.close()


async def _lines(there: Place, lines: Sequence[str], *, attacks: bool = False) -> None:
    opened = engine(there)
    try:
        async with opened.execution_options(sextant_writes=True).begin() as db:
            for name in _TRIGGERS[db.dialect.name] if attacks else ():
                table = " ON sextant_audit" if db.dialect.name == "postgresql" else ""
                await db.execute(text(f"DROP TRIGGER IF EXISTS sextant_audit_{name}{table}"))
            for line in lines:
                await db.execute(text(line))
    finally:
        await opened.dispose()


@pytest.fixture
def tamper(there: Place) -> Callable[..., Awaitable[None]]:
    """Return what does to the database what only its owner can: the triggers are taken away first."""

    async def done(*lines: str) -> None:
        await _lines(there, lines, attacks=True)

    return done


@pytest.fixture
def use(there: Place) -> Callable[..., Awaitable[None]]:
    """Return what sends lines to the database as anybody may."""

    async def done(*lines: str) -> None:
        await _lines(there, lines)

    return done
