"""Keys or an issuer that do not answer: whoever asks is told to come back, whoever runs Sextant is told why."""

import logging
from typing import Any

import pytest

from sextant.access.principal import Principal
from sextant.access.refusals import Unavailable
from sextant.audit.trail import NoTrail
from sextant.service.problems import Problem
from sextant.service.who import Who

WHY = "The keys (postgresql://db.internal/x) cannot be used: refused."


class Doorkeeper:
    """What knows who asks, while it answers."""

    away = True

    async def authenticate(self, headers: Any, address: str = "") -> Principal:
        if self.away:
            raise Unavailable(WHY)
        return Principal("key:1", "anna", frozenset({"viewer"}), "api_key")

    async def aclose(self) -> None: ...


async def test_the_reason_stands_in_the_log_once_and_in_no_answer(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None: ...

    doorkeeper = Doorkeeper()
    who = Who(app, authenticator=doorkeeper, trail=NoTrail())
    scope = {"type": "http", "path": "/tools", "headers": [], "client": ("192.0.2.1", 1)}

    async def ask() -> None:
        await who(dict(scope), None, None)  # type: ignore[arg-type]

    caplog.set_level(logging.ERROR, "sextant.service.who")
    for _ in range(2):
        with pytest.raises(Problem) as told:
            await ask()
        assert told.value.status == 503
        assert "db.internal" not in str(told.value.detail)
    assert [record.getMessage() for record in caplog.records] == [f"Nobody can be let in: {WHY}"]
    doorkeeper.away = False
    await ask()
    doorkeeper.away = True
    with pytest.raises(Problem):
        await ask()
    assert len(caplog.records) == 2
