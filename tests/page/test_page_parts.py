"""First questions, the badge, the guard and the start."""

import socket
from typing import ClassVar

import pytest

from chainlit_app.page.guard import Guard, own_names
from chainlit_app.page.launch import PortTaken, address_said, claim
from chainlit_app.page.starters import starters
from chainlit_app.page.status import badge
from chainlit_app.turn import ToolboxTrouble
from tools.models import LocationName, Names, Status


def place(name: str, kind: str, *path: str, city: str = "") -> LocationName:
    return LocationName(name=name, type=kind, path=list(path), city=city, description="")


def names(**given: object) -> Names:
    nothing = {
        field: []
        for field in (
            [
                "locations",
                "location_types",
                "device_roles",
                "prefix_roles",
                "statuses",
                "namespaces",
                "providers",
                "devices",
            ]
        )
    }
    return Names.model_validate({"mode": "live", **nothing, **given})


def test_first_questions_use_names_of_the_running_source():
    found = starters(
        names(
            locations=[
                place("Land", "Country"),
                place("AAA1", "Hall", "Land", city="Aa"),
                place("BBB1", "Office", "Land"),
                place("CCC1", "Hall", "Land"),
            ],
            device_roles=["Router"],
            devices=["bbb1-r1", "AAA1-r1", "AAA1-r2", "CCC1-x"],
        )
    )
    assert [starter.question for starter in found] == [
        "What prefixes exist at BBB1?",
        "Show the devices in Aa",
        "What is bbb1-r1 connected to?",
        "Which prefixes are the fullest?",
        "How many devices are there per role?",
        "Export all prefixes in Land as CSV",
    ]


@pytest.mark.parametrize("known", [None, names()])
def test_without_names_there_are_still_first_questions(known):
    assert starters(known)


class Asked:
    models: ClassVar = {}

    def __init__(self, status: Status | Exception) -> None:
        self._status = status

    async def status(self) -> Status:
        if isinstance(self._status, Exception):
            raise self._status
        return self._status


async def test_the_badge_says_what_the_tools_read():
    live = Status(mode="live", setting="live", url="https://n.example", detail="d")
    assert await badge(Asked(live), "m") == {"mode": "live", "data": "Live from n.example", "model": "m", "detail": "d"}


async def test_the_badge_claims_no_live_data_while_nautobot_does_not_answer():
    away = Status(mode="live", setting="live", url="https://n.example", detail="Nothing answers.", answers=False)
    said = await badge(Asked(away), "m")
    assert said == {"mode": "away", "data": "Nautobot does not answer", "model": "m", "detail": "Nothing answers."}


async def test_without_tools_the_badge_claims_no_data():
    said = await badge(Asked(ToolboxTrouble("They do not start.")), "m")
    assert (said["mode"], said["detail"]) == ("unknown", "They do not start.")
    assert "ive" not in said["data"]
    assert "emo" not in said["data"]


async def _through(guard: Guard, kind: str = "http", **headers: str) -> list[dict]:
    sent: list[dict] = []

    async def send(event: dict) -> None:
        sent.append(event)

    async def receive() -> dict:
        return {"type": "websocket.connect"}

    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await guard({"type": kind, "headers": pairs}, receive, send)
    return sent


async def _app(scope, receive, send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    elif scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
    else:
        await send({"type": "lifespan.startup.complete"})


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"host": "localhost:8000"}, True),
        ({"host": "localhost:8000", "origin": "http://localhost:8000"}, True),
        ({"host": "[::1]:8000", "origin": "http://[::1]:8000"}, True),
        ({"host": "localhost:8000", "origin": "http://localhost:9000"}, False),
        ({"host": "localhost:8000", "origin": "http://evil.example"}, False),
        ({"host": "localhost:8000", "origin": "null"}, False),
        ({"host": "evil.example", "origin": "http://evil.example"}, False),
        ({"host": "localhost:8000; script-src *"}, False),
        ({}, False),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
async def test_only_the_own_origin_under_a_known_name_gets_through(kind, headers, allowed):
    guard = Guard(_app, known_hosts=lambda: {"localhost", "::1"})
    first = (await _through(guard, kind, **headers))[0]
    if kind == "http":
        assert first["status"] == (200 if allowed else 403)
    else:
        assert first["type"] == ("websocket.accept" if allowed else "websocket.close")


@pytest.mark.parametrize(
    ("listens_at", "hostnames", "known", "unknown"),
    [
        ("127.0.0.1", None, "localhost", "chat.example"),
        ("127.0.0.1", {"chat.example"}, "chat.example", "evil.example"),
        ("0.0.0.0", {"localhost"}, "127.0.0.1", "evil.example"),
        ("0.0.0.0", {"chat.example"}, "localhost", "evil.example"),
    ],
)
def test_a_name_that_was_made_to_lead_here_is_not_ours(listens_at, hostnames, known, unknown):
    found = own_names(listens_at, frozenset(hostnames) if hostnames else None)
    assert known in found
    assert unknown not in found
    assert own_names("0.0.0.0", None) is None


async def test_behind_a_public_address_any_own_name_gets_through():
    assert (await _through(Guard(_app), host="chat.example", origin="https://chat.example"))[0]["status"] == 200
    assert (await _through(Guard(_app), "lifespan"))[0]["type"] == "lifespan.startup.complete"


def test_a_taken_port_is_told_with_a_way_on():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"127.0.0.1:{port} .* SEXTANT_PORT="):
            claim("127.0.0.1", port)
    claim("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "url"), [("127.0.0.1", "http://localhost:1"), ("0.0.0.0", "http://localhost:1"), ("h", "http://h:1")]
)
def test_the_address_to_open_is_one_a_browser_knows(host, url):
    assert address_said(host, 1) == url
