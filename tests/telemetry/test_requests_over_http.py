"""The id of a request over HTTP: taken over where it is one, else made; it runs inside and stands in the answer."""

import httpx
import pytest

from sextant.telemetry import request
from sextant.telemetry.asgi import RequestIds


async def app(scope, receive, send):
    """Answer with the id that runs."""
    assert scope["type"] == "http"
    headers = [(b"X-Request-ID", b"from-inside"), (b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": (request.request_id.get() or "").encode()})


async def answered(*said):
    """Return the id inside and the ids of the answer."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(RequestIds(app)), base_url="http://test") as client:
        answer = await client.get("/", headers=[("X-Request-ID", one) for one in said])
    return answer.text, answer.headers.get_list("x-request-id")


async def test_the_callers_id_runs_inside_and_stands_in_the_answer():
    assert await answered("ticket-4711") == ("ticket-4711", ["ticket-4711"])


@pytest.mark.parametrize("said", [(), ("two words",), ("x" * 65,), ("one", "two"), ("\x1b[31mred",)])
async def test_without_a_usable_id_there_is_a_new_one(said):
    inside, outside = await answered(*said)
    assert outside == [inside]
    assert inside not in said
    assert request.accepted(inside)


async def test_nothing_of_an_id_is_left_behind():
    await answered("ticket-4711")
    assert request.request_id.get() is None


async def test_what_is_no_request_is_passed_on_as_it_is():
    seen = []

    async def lifespan(scope, receive, send):
        seen.append((scope["type"], request.request_id.get()))

    await RequestIds(lifespan)({"type": "lifespan"}, None, None)
    assert seen == [("lifespan", None)]
