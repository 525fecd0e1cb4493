"""What is recorded of who uses the service: logins, questions, calls, files, and what was refused."""

import pytest

from chainlit_app.limits import Limits
from chainlit_app.turn import Reply, ToolCall
from sextant.access.principal import Principal
from sextant.audit.logins import Logins
from sextant.audit.trail import NotRecorded, digest

ANNA = {"X-Who": "anna"}
pytestmark = pytest.mark.usefixtures("by_name")


class Kept:
    """A trail that a test can read; a broken one takes nothing of some kinds."""

    def __init__(self, *broken):
        self.events = []
        self.broken = broken

    async def record(self, event):
        if event.kind in self.broken:
            raise NotRecorded("The audit cannot be written.")
        self.events.append(event)

    async def aclose(self): ...

    def told(self, *kinds):
        return [(event.kind, event.who.id, event.what, event.outcome) for event in self.events if event.kind in kinds]


def calls(**arguments):
    return Reply("", [ToolCall("1", "get_devices_by_location", arguments, "")])


async def test_a_question_over_http_leaves_who_asked_what_and_how_it_ended(service):
    trail = Kept()
    client = await service(calls(location="NYC01"), Reply("Two: sw1 and sw2 [1]."), trail=trail)
    answered = await client.post("/query", json={"question": "Devices at NYC01?"}, headers=ANNA)
    assert answered.status_code == 200
    assert [(event.kind, event.what, event.outcome, event.rows) for event in trail.events] == [
        ("login", "HTTP from 127.0.0.1", "logged in", None),
        ("question", "Devices at NYC01?", "asked", None),
        ("allow", "get_devices_by_location", "allowed", None),
        ("tool", "get_devices_by_location", "found", 2),
        ("question", "Devices at NYC01?", "answered", 2),
    ]
    assert {event.who.id for event in trail.events} == {"key:anna"}
    assert {event.request_id for event in trail.events} == {answered.headers["X-Request-ID"]}
    assert trail.events[3].arguments_digest == digest({"location": "NYC01"})
    assert trail.events[4].seconds > 0


async def test_a_question_that_is_refused_is_denied_in_the_audit(service):
    trail = Kept()
    client = await service(Reply("no"), trail=trail, limits=Limits(question=5))
    answered = await client.post("/query", json={"question": "A long one"}, headers=ANNA)
    assert answered.status_code == 413
    assert [(event.kind, event.outcome) for event in trail.events[1:]] == [("question", "asked"), ("deny", "refused")]


async def test_a_question_that_must_be_recorded_and_cannot_be_is_not_answered(service):
    client = await service(Reply("no"), trail=Kept("question"))
    answered = await client.post("/query", json={"question": "Devices?"}, headers=ANNA)
    assert (answered.status_code, answered.json()["detail"]) == (503, "The audit cannot be written.")
    assert client.model.heard == []


async def test_nobody_comes_in_whose_login_must_be_recorded_and_cannot_be(service):
    client = await service(trail=Kept("login"))
    assert (await client.get("/tools", headers=ANNA)).status_code == 503
    assert (await client.get("/tools")).status_code == 401


async def test_logins_are_recorded_once_an_hour_and_refused_ones_once_a_minute(service):
    trail = Kept()
    client = await service(trail=trail)
    for _ in range(3):
        await client.get("/tools", headers=ANNA)
        await client.get("/tools")
    await client.get("/healthz")
    assert trail.told("login") == [
        ("login", "key:anna", "HTTP from 127.0.0.1", "logged in"),
        ("login", "unknown", "HTTP from 127.0.0.1", "refused"),
    ]


async def test_what_was_tried_beside_the_row_is_told_by_the_next_one():
    trail = Kept()
    logins = Logins(trail)
    for _ in range(5):
        await logins.refused("10.0.0.1")
    await logins.refused("10.0.0.2", "too many")
    logins._refused.clear()  # as after a minute
    await logins.refused("10.0.0.1")
    assert [(event.what, event.outcome) for event in trail.events] == [
        ("HTTP from 10.0.0.1", "refused"),
        ("HTTP from 10.0.0.2", "too many"),
        ("HTTP from 10.0.0.1, 4 more since the last row", "refused"),
    ]


async def test_where_nobody_logs_in_no_login_is_recorded():
    trail = Kept()
    await Logins(trail).came(Principal("none", "everybody", frozenset(), "none"), "127.0.0.1")
    assert trail.events == []


async def test_files_that_are_taken_away_are_recorded(service, tools, fakes):
    trail = Kept()
    address = "sextant://results/abcdefgh12345678"
    tools.answers["NYC01"] = fakes.answer("sw1").model_copy(update={"result_uri": address})
    tools.files[f"{address}.csv"] = b"name\r\nsw1\r\n"
    client = await service(trail=trail)
    called = await client.post(
        "/tools/invoke", json={"tool": "get_devices_by_location", "arguments": {"location": "NYC01"}}, headers=ANNA
    )
    result = called.json()["result"]
    assert (await client.get(f"/results/{result}.csv", headers=ANNA)).status_code == 200
    assert trail.told("export") == [("export", "key:anna", "get_devices_by_location as csv", "sent")]
    assert (await client.get(f"/results/{result}.csv", headers={"X-Who": "bert"})).status_code == 404
    assert len(trail.told("export")) == 1
    client.served.host.trail.broken = ("export",)
    assert (await client.get(f"/results/{result}.csv", headers=ANNA)).status_code == 503
