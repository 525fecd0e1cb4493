"""What one request may take, who may send it, and how it is told what was wrong."""

import asyncio
import json
from typing import Any

import pytest

from chainlit_app.turn import Reply
from sextant.service.bounds import deeper, infinite, unreadable

PROBLEM = "application/problem+json"
INVOKE = {"tool": "get_devices_by_location", "arguments": {"location": "NYC01"}}


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "kind"),
    [
        ("GET", "/nothing", {}, 404, "not-found"),
        ("DELETE", "/tools", {}, 405, "method-not-allowed"),
        ("POST", "/query", {"json": {}}, 422, "invalid"),
        ("POST", "/query", {"json": {"question": "x", "more": 1}}, 422, "invalid"),
        ("POST", "/query", {"json": {"question": "  "}}, 422, "invalid"),
        ("POST", "/query", {"content": "{", "headers": {"Content-Type": "application/json"}}, 400, "bad-request"),
        ("POST", "/tools/invoke", {"json": {"tool": "nothing"}}, 404, "not-found"),
        ("GET", "/results/none", {}, 422, "invalid"),
        ("GET", "/results/0000000000000000", {}, 404, "not-found"),
        ("GET", "/conversations/none", {}, 404, "not-found"),
        ("GET", "/healthz", {"headers": {"Host": "elsewhere.example"}}, 403, "not-allowed"),
        ("GET", "/healthz", {"headers": {"Origin": "https://elsewhere.example"}}, 403, "not-allowed"),
        ("POST", "/tools/invoke", {"content": b"x" * 2_000_000}, 413, "too-large"),
    ],
)
async def test_what_is_wrong_is_a_problem_document_under_the_id_of_its_request(
    service: Any, method: str, path: str, sent: Any, status: int, kind: str
) -> None:
    client = await service()
    headers = {**sent.pop("headers", {}), "X-Request-ID": "mine-1"}
    answer = await client.request(method, path, headers=headers, **sent)
    told = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert (told["type"], told["status"]) == (f"urn:sextant:problem:{kind}", status)
    assert (told["request_id"], answer.headers["x-request-id"]) == ("mine-1", "mine-1")
    assert told["detail"]


async def test_a_wrong_part_of_a_request_is_named(service: Any) -> None:
    told = (await (await service()).post("/query", json={"question": "x", "conversation": "a b"})).json()
    assert [error["where"] for error in told["errors"]] == ["body.conversation"]


async def test_thousands_of_wrong_parts_are_counted_and_the_first_named(service: Any) -> None:
    long, many = "k" * 10_000, {f"key {number}": 1 for number in range(2_000)}
    told = (await (await service()).post("/query", json={"question": "x", long: 1, **many})).json()
    assert told["detail"].endswith("; and 1998 more.")
    assert [len(error["where"]) for error in told["errors"][:2]] == [200, len("body.key 0")]
    assert len(told["errors"]) == 20


@pytest.mark.parametrize("padded", ["NYC01" + " " * 40_000, ["NYC01"] * 10_000])
async def test_arguments_that_are_no_names_but_a_load_are_not_sent(service: Any, tools: Any, padded: Any) -> None:
    sent = {"tool": "get_devices_by_location", "arguments": {"location": padded}}
    answer = await (await service()).post("/tools/invoke", json=sent)
    assert (answer.status_code, "no more than 32,768 bytes" in answer.json()["detail"]) == (422, True)
    assert not tools.asked


async def test_a_name_that_no_tool_has_is_told_by_its_beginning(service: Any) -> None:
    told = (await (await service()).post("/tools/invoke", json={"tool": "get_devic" + "e" * 100_000})).json()
    assert told["detail"].startswith("There is no tool 'get_devicee")
    assert len(told["detail"]) < 300


async def test_a_bug_tells_nothing_of_itself(service: Any, tools: Any, caplog: Any) -> None:
    async def broken() -> None:
        raise KeyError("secret-of-the-inside")

    tools.schemas = broken
    answer = await (await service()).get("/tools")
    assert (answer.status_code, answer.headers["content-type"]) == (500, PROBLEM)
    assert "secret" not in answer.text
    assert "secret-of-the-inside" in caplog.text


@pytest.mark.parametrize(
    ("text", "is_deeper"),
    [
        (b"[" * 33 + b"]" * 33, True),
        (b"[" * 32 + b"]" * 32, False),
        (b"[" + b"[]," * 100 + b"1]", False),
        (json.dumps({"a": "[" * 100}).encode(), False),
        (b'{"a": "\\"' + b"[" * 100 + b'"}', False),
        (b'{"a": "' + b"[" * 100, False),
        (b'{"a":' * 40, True),
    ],
)
def test_depth_counts_lists_and_objects_that_are_no_text(text: bytes, is_deeper: bool) -> None:
    assert deeper(text, 32) is is_deeper


@pytest.mark.parametrize(
    ("text", "is_unreadable"),
    [
        (rb'{"a": "\ud83d\ude00 \uD83D\uDE00 \u00e9"}', False),
        (rb'{"a": "\\ud800 is how a half is written"}', False),
        ('{"a": "é 😀"}'.encode(), False),
        (rb'{"a": "\ud800"}', True),
        (rb'{"a": "\uDC00"}', True),
        (rb'{"a": "\ud800\ud800\udc00"}', True),
        (rb'{"\\\ud800": 1}', True),
        (b'{"a": "\xed\xa0\x80"}', True),
        ('{"a": "\\"[["}'.encode("utf-16"), True),
    ],
)
def test_a_body_is_json_in_utf_8_whose_text_is_whole_characters(text: bytes, is_unreadable: bool) -> None:
    assert unreadable(text) is is_unreadable


@pytest.mark.parametrize(
    ("text", "is_infinite"),
    [
        (b'{"a": [1.5e3, -2E-400, 1e308], "b": "1e400 NaN Infinity"}', False),
        (b'{"a": 1e400}', True),
        (b'{"a": -1E+0400}', True),
        (b"1" * 400 + b".0", True),
        (b"1" * 400, False),
        (b'{"a": NaN}', True),
        (b'{"a": -Infinity}', True),
        (b'{"a": NaN', False),
    ],
)
def test_a_number_that_is_not_finite_is_found(text: bytes, is_infinite: bool) -> None:
    assert infinite(text) is is_infinite


async def test_over_mcp_a_number_that_is_not_finite_is_not_taken_for_the_whole_network(
    service: Any, tools: Any
) -> None:
    client = await service()
    call = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_device","arguments":{"device":1e400}}}'
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    assert (
        (await client.post("/mcp", content=call, headers=headers)).json()["detail"].startswith("The body holds a num")
    )
    assert not tools.asked


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (rb'{"tool": "get_devices_by_location", "arguments": {"location": "\ud800"}}', 400),
        (rb'{"tool": "get_device", "arguments": {}, "results": {"\ud800": "x"}}', 400),
        (b'{"tool": "get_devices_by_location", "arguments": {"location": 1e400}}', 400),
        (b'{"tool": "get_devices_by_location", "arguments": {"location": NaN}}', 400),
    ],
)
async def test_what_cannot_be_sent_to_a_tool_is_refused_before_any_is_called(
    service: Any, tools: Any, sent: bytes, status: int
) -> None:
    client = await service()
    answer = await client.post("/tools/invoke", content=sent, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert not tools.asked


async def test_arguments_that_no_reader_of_json_takes_are_named_whatever_depth_is_allowed(
    service: Any, tools: Any
) -> None:
    client = await service(sextant_serve_depth=500)
    deep = b'{"tool": "get_device", "arguments": {"device": ' + b"[" * 300 + b"]" * 300 + b"}}"
    answer = await client.post("/tools/invoke", content=deep, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert [(one["where"], one["message"].split(":")[0]) for one in answer.json()["errors"]] == [
        ("body.arguments", "These arguments cannot be sent")
    ]
    assert not tools.asked


async def test_a_body_that_nests_too_deep_is_not_read(service: Any) -> None:
    client = await service()
    sent = json.dumps({"tool": "get_device", "arguments": {"device": 0}}).replace("0", "[" * 40 + "]" * 40)
    answer = await client.post("/tools/invoke", content=sent, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert "SEXTANT_SERVE_DEPTH" in answer.json()["detail"]


async def test_a_body_that_grows_beyond_what_is_allowed_is_refused_while_it_comes(service: Any) -> None:
    client = await service(sextant_serve_body_kb=1)

    async def pieces() -> Any:
        for _ in range(10):
            yield b"x" * 500

    assert (await client.post("/query", content=pieces())).status_code == 413


async def test_a_client_that_is_too_slow_is_told_so(service: Any) -> None:
    client = await service(sextant_serve_read_seconds=0.1)
    never = asyncio.Event()

    async def pieces() -> Any:
        yield b"{"
        await never.wait()

    answer = await client.post("/query", content=pieces())
    assert (answer.status_code, answer.json()["type"]) == (408, "urn:sextant:problem:too-slow")


async def test_more_than_are_answered_at_once_are_told_to_come_back(service: Any, soon: Any) -> None:
    go = asyncio.Event()

    async def slowly() -> Reply:
        await go.wait()
        return Reply("Done.")

    client = await service(slowly, sextant_serve_parallel=1)
    first = asyncio.create_task(client.post("/query", json={"question": "x"}))
    await soon(lambda: bool(client.model.heard))
    refused = await client.post("/tools/invoke", json=INVOKE)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert (await client.get("/healthz")).status_code == 200
    go.set()
    assert (await first).status_code == 200
    assert (await client.post("/tools/invoke", json=INVOKE)).status_code == 200


async def test_a_file_that_is_made_takes_a_place_like_an_answer(
    service: Any, tools: Any, fakes: Any, soon: Any
) -> None:
    go, asked = asyncio.Event(), asyncio.Event()

    async def slowly(uri: str) -> tuple[bytes, str]:
        asked.set()
        await go.wait()
        return b"name\r\nsw1\r\n", "text/csv"

    address = "sextant://results/abcdefgh12345678"
    tools.answers["NYC01"], tools.file = fakes.answer("sw1").model_copy(update={"result_uri": address}), slowly
    client = await service(sextant_serve_parallel=1)
    id = (await client.post("/tools/invoke", json=INVOKE)).json()["result"]
    first = asyncio.create_task(client.get(f"/results/{id}.csv"))
    await asked.wait()
    assert (await client.get(f"/results/{id}.csv")).status_code == 429
    assert (await client.get("/metrics")).status_code == 200
    go.set()
    assert (await first).status_code == 200


async def test_a_client_that_leaves_stops_its_question(listening: Any, soon: Any) -> None:
    async def for_ever() -> Reply:
        await asyncio.Event().wait()
        raise AssertionError

    service = await listening(for_ever)
    for headers in ({}, {"Accept": "text/event-stream"}):
        asking = asyncio.create_task(service.post("/query", json={"question": "x"}, headers=headers))
        await soon(lambda: service.served.running.count == 1)
        asking.cancel()
        await soon(lambda: service.served.running.count == 0)
    await soon(lambda: service.model.closed == 2)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_pages_of_a_listed_origin_may_use_the_service(service: Any, method: str) -> None:
    client = await service(sextant_serve_origins="https://portal.example.com")
    theirs = {"Origin": "https://portal.example.com"}
    asks = {**theirs, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": "x-api-key"}
    assert (await client.options("/tools", headers=asks)).headers["access-control-allow-origin"] == theirs["Origin"]
    answer = await client.get("/tools", headers=theirs)
    assert answer.headers["access-control-allow-origin"] == theirs["Origin"]
    assert (await client.get("/tools", headers={"Origin": "https://portal.example.com.evil"})).status_code == 403


async def test_pages_of_a_listed_origin_can_read_why_they_are_refused(service: Any, by_name: None) -> None:
    client = await service(sextant_serve_origins="https://portal.example.com", sextant_serve_depth=2)
    theirs, deep = {"Origin": "https://portal.example.com"}, b"[[[]]]"
    unknown = await client.get("/tools", headers=theirs)
    too_deep = await client.post("/query", headers={**theirs, "X-Who": "ann"}, content=deep)
    for refused, status in ((unknown, 401), (too_deep, 413)):
        assert (refused.status_code, refused.headers["content-type"]) == (status, PROBLEM)
        assert refused.headers["access-control-allow-origin"] == theirs["Origin"]
        assert "WWW-Authenticate" in refused.headers["access-control-expose-headers"]
        assert refused.headers["x-frame-options"] == "DENY"


async def test_nobody_is_let_in_who_does_not_say_who_they_are(service: Any, by_name: None) -> None:
    client = await service()
    for method, path in [
        ("GET", "/tools"),
        ("POST", "/query"),
        ("POST", "/mcp"),
        ("GET", "/nothing"),
        ("GET", "/metrics"),
    ]:
        refused = await client.request(method, path)
        assert (refused.status_code, refused.headers["content-type"]) == (401, PROBLEM), path
        assert refused.headers["www-authenticate"]
    for path in ("/healthz", "/readyz", "/docs", "/openapi.json"):
        assert (await client.get(path)).status_code == 200


async def test_what_a_role_may_not_call_is_refused_and_not_in_the_catalogue(service: Any, by_name: None) -> None:
    client = await service()
    nobody = {"X-Who": "ann", "X-Roles": "nothing"}
    assert (await client.get("/tools", headers=nobody)).status_code == 403
    assert (await client.post("/tools/invoke", json=INVOKE, headers=nobody)).status_code == 403
    assert (await client.post("/query", json={"question": "x"}, headers=nobody)).status_code == 403
    assert (await client.get("/tools", headers={"X-Who": "ann"})).status_code == 200


async def test_the_service_says_where_tokens_come_from(monkeypatch: Any, service: Any) -> None:
    monkeypatch.setenv("AUTH_MODE", "bearer")
    monkeypatch.setenv("SEXTANT_OIDC_ISSUER", "https://login.example.com")
    monkeypatch.setenv("SEXTANT_OIDC_AUDIENCE", "sextant")
    client = await service()
    refused = await client.post("/mcp")
    assert refused.status_code == 401
    where = refused.headers["www-authenticate"].split('resource_metadata="')[1].split('"')[0]
    told = (await client.get(where)).json()
    assert told["authorization_servers"] == ["https://login.example.com"]
    mcp = await client.get("/.well-known/oauth-protected-resource/mcp")
    assert mcp.json()["resource"] == "http://localhost:7001/mcp"
    behind_tls = await client.get("/.well-known/oauth-protected-resource", headers={"X-Forwarded-Proto": "https"})
    assert behind_tls.json()["resource"] == "https://localhost:7001"


async def test_a_body_that_is_not_sent_as_json_is_told_how(service: Any) -> None:
    client = await service()
    answer = await client.post("/query", content='{"question": "x"}', headers={"Content-Type": "text/plain"})
    assert (answer.status_code, "Content-Type: application/json" in answer.json()["detail"]) == (422, True)
