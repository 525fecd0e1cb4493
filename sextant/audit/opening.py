"""The trail of this installation, as the settings want it. Nothing of a database is loaded before the first event."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from chainlit_app.history.where import Place
from sextant.audit.recorder import Recorder, Store
from sextant.audit.trail import Event, NoTrail


class AuditSettings(Protocol):
    """The settings of the audit, as `chainlit_app.settings` has them."""

    @property
    def audit(self) -> Place | None: ...
    @property
    def audit_key(self) -> str | None: ...
    @property
    def sextant_audit_days(self) -> float | None: ...
    @property
    def sextant_audit_required(self) -> bool: ...


def open_trail(settings: AuditSettings) -> Recorder | NoTrail:
    """Return what takes the events of this process."""
    place, key = settings.audit, settings.audit_key
    if place is None:
        return NoTrail()

    async def opened() -> tuple[Store, Callable[[str], str]]:
        return await asyncio.to_thread(_opened, place, key)

    return Recorder(opened, days=settings.sextant_audit_days, required=settings.sextant_audit_required)


async def record_now(settings: AuditSettings, event: Event) -> None:
    """Record one event and return when it is written. Raise `NotRecorded` where it must be and cannot."""
    trail = open_trail(settings)
    try:
        await trail.record(event)
    finally:
        await trail.aclose()


def _opened(place: Place, key: str | None) -> tuple[Store, Callable[[str], str]]:
    from chainlit_app.own_secrets import known_secrets
    from sextant.audit.store import AuditStore
    from sextant.telemetry.secrets import masking

    return AuditStore(place, key), masking(known_secrets())
