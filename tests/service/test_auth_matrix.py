"""Every way to log in, at every route, with every kind of credentials: the complete table."""

import base64
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import jwt
import pytest
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric import rsa

from chainlit_app import passwords
from chainlit_app.history.where import place
from chainlit_app.toolbox import ServerToolbox
from chainlit_app.turn import Reply
from sextant.access.api_keys import CHALLENGE as API_KEY
from sextant.access.basic import CHALLENGE as BASIC
from sextant.access.key_store import KeyStore
from sextant.service.who import OPEN
from tools.settings import ToolSettings

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}
ACCEPT = {"Accept": "application/json, text/event-stream"}
# What each route answers to who may use it; a conversation, a result and a session that there is not are not found.
ROUTES: dict[tuple[str, str], tuple[int, dict[str, Any]]] = {
    ("get", "/tools"): (200, {}),
    ("post", "/tools/invoke"): (200, {"json": {"tool": "get_devices_by_location", "arguments": {"location": "NYC01"}}}),
    ("post", "/query"): (200, {"json": {"question": "Which devices are at NYC01?"}}),
    ("get", "/conversations"): (200, {}),
    ("get", "/conversations/{name}"): (404, {}),
    ("delete", "/conversations/{name}"): (404, {}),
    ("get", "/results/{id}"): (404, {}),
    ("post", "/mcp"): (200, {"json": INITIALIZE, "headers": ACCEPT}),
    ("get", "/mcp"): (400, {"headers": ACCEPT}),
    ("delete", "/mcp"): (400, {"headers": ACCEPT}),
    ("get", "/metrics"): (200, {}),
    ("get", "/nothing-is-here"): (404, {}),
}
SCHEMES = {"api_key": "ApiKey", "basic": "Basic", "bearer": "Bearer"}
MODES = tuple(SCHEMES)
CREDENTIALS = ("good", "missing", "wrong", "expired", "revoked", "of another kind")

Headers = dict[str, str]
Login = Callable[[str], Any]


def basic(name: str, password: str) -> Headers:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


async def by_key(tmp_path: Path) -> dict[str, Headers]:
    """Return credentials of each kind, in a place where keys are kept."""
    store = KeyStore(place(str(tmp_path / "keys.db")))
    _, good = await store.make("good", ["admin"], days=None)
    _, expired = await store.make("expired", ["admin"], days=1e-9)
    key, revoked = await store.make("revoked", ["admin"], days=None)
    await store.revoke(key.id)
    await store.close()
    made = {"good": good, "wrong": good[:-2] + "xx", "expired": expired, "revoked": revoked}
    return {name: {"X-API-Key": text} for name, text in made.items()} | {"of another kind": basic("ada", "x" * 12)}


def by_password(tmp_path: Path) -> dict[str, Headers]:
    """Return the same for a file of passwords: one was changed, one name was taken out."""
    file = tmp_path / "passwords"
    passwords.write(file, "ada", "the one before")
    passwords.write(file, "ada", "the one of now")
    return {
        "good": basic("ada", "the one of now"),
        "wrong": basic("ada", "something else"),
        "expired": basic("ada", "the one before"),
        "revoked": basic("eve", "was here once"),
        "of another kind": {"X-API-Key": "sextant_00000000_" + "x" * 43},
    }


def by_token(real_issuer: Any) -> dict[str, Headers]:
    """Return the same for tokens: one is over, one has a key that the issuer does not list (any more)."""
    good, own = real_issuer.id_token("ada", client="sextant"), rsa.generate_private_key(65537, 2048)
    claims, kid = jwt.decode(good, options={"verify_signature": False}), jwt.get_unverified_header(good).get("kid")
    forged = jwt.encode(claims, own, "RS256", {"kid": kid} if kid else None)
    made = {"good": good, "wrong": forged, "expired": good, "revoked": jwt.encode(claims, own, "RS256", {"kid": "old"})}
    return {name: {"Authorization": f"Bearer {token}"} for name, token in made.items()} | {
        "of another kind": basic("ada", "x" * 12)
    }


@pytest.fixture
async def login(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Any]:
    """Return what sets a mode, and returns credentials of each kind for it."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    # Who sends so many wrong ones has to wait (tests/access/test_basic.py); here each is to be looked at.
    monkeypatch.setattr("sextant.access.basic.Patience", partial(passwords.Patience, free=99, free_of_address=99))

    async def to(mode: str) -> dict[str, Headers]:
        monkeypatch.setenv("AUTH_MODE", mode)
        monkeypatch.setenv("SEXTANT_KEYS", str(tmp_path / "keys.db"))
        if mode == "api_key":
            return {"missing": {}, **await by_key(tmp_path)}
        if mode == "basic":
            monkeypatch.setenv("SEXTANT_PASSWORDS", str(tmp_path / "passwords"))
            return {"missing": {}, **by_password(tmp_path)}
        issuer = request.getfixturevalue("real_issuer")
        monkeypatch.setenv("SEXTANT_OIDC_ISSUER", issuer.address)
        monkeypatch.setenv("SEXTANT_OIDC_AUDIENCE", "sextant")
        return {"missing": {}, **by_token(issuer)}

    return to


async def answers(client: Any, headers: Headers) -> dict[tuple[str, str], Any]:
    """Return what every route answers."""
    found = {}
    for (method, path), (_, sent) in ROUTES.items():
        sent = {**sent, "headers": {**sent.get("headers", {}), **headers}}
        url = path.format(name="none-there", id="0" * 16)
        found[method, path] = await client.request(method, url, **sent)
    return found


def later(seconds: float) -> type[datetime]:
    """Return a clock for PyJWT that is so many seconds ahead."""

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.fromtimestamp(time.time() + seconds, tz)

    return Later


@pytest.mark.parametrize(("mode", "credentials"), list(product(MODES, CREDENTIALS)))
async def test_every_route_lets_in_good_credentials_and_no_others(
    service: Any, fakes: Any, tools: Any, login: Login, monkeypatch: pytest.MonkeyPatch, mode: str, credentials: str
) -> None:
    known = await login(mode)
    client = await service(Reply("Nothing to say."))
    if (mode, credentials) == ("bearer", "expired"):
        monkeypatch.setattr("jwt.api_jwt.datetime", later(7200))
    found = await answers(client, known[credentials])
    statuses = {route: answer.status_code for route, answer in found.items()}
    if credentials == "good":
        assert statuses == {route: status for route, (status, _) in ROUTES.items()}
        return
    assert statuses == dict.fromkeys(ROUTES, 401)
    challenges = {answer.headers["www-authenticate"] for answer in found.values()}
    assert {said.split()[0] for said in challenges} == {SCHEMES[mode]}
    assert {answer.headers["content-type"] for answer in found.values()} == {"application/problem+json"}
    assert (tools.asked, client.model.heard) == ([], [])  # nothing was begun for them
    sent = "".join(known[credentials].values())
    assert not sent or not [answer for answer in found.values() if sent in answer.text + str(answer.headers)]


async def test_no_route_is_missing_from_the_table(service: Any) -> None:
    client = await service()
    documented = {(method, path) for path, methods in client.app.openapi()["paths"].items() for method in methods}
    assert {route for route in documented if route[1] not in OPEN} <= set(ROUTES)
    others = {str(route.path) for route in client.app.routes if hasattr(route, "path")}
    assert others - OPEN <= {path for _, path in ROUTES}


@pytest.mark.parametrize("mode", MODES)
async def test_what_is_open_says_nothing_of_anybody_and_needs_no_credentials(
    service: Any, login: Login, mode: str
) -> None:
    await login(mode)
    client = await service()
    found = {path: await client.get(path) for path in OPEN}
    assert {answer.status_code for answer in found.values()} == {200}
    assert not [path for path, answer in found.items() if "NYC01" in answer.text]


@pytest.mark.parametrize("mode", ["api_key", "basic"])
async def test_where_no_issuer_gives_tokens_a_client_that_looks_for_one_is_told_that_there_is_none(
    service: Any, login: Login, mode: str
) -> None:
    await login(mode)
    client = await service()
    document = "/.well-known/oauth-protected-resource"
    for path in (document, f"{document}/mcp", "/.well-known/oauth-authorization-server", "/.well-known/../tools"):
        found = await client.get(f"http://localhost:7001{path}")
        assert found.status_code == (401 if path.endswith("tools") else 404), path


async def test_without_accounts_everybody_is_the_same_one_and_no_admin(service: Any) -> None:
    client = await service(Reply("Nothing to say."))
    found = await answers(client, {})
    assert {route: answer.status_code for route, answer in found.items()} == {
        route: status for route, (status, _) in ROUTES.items()
    }


@pytest.mark.parametrize(("mode", "challenge"), [("api_key", API_KEY), ("basic", BASIC)])
async def test_a_refusal_says_how_to_be_let_in(service: Any, login: Login, mode: str, challenge: str) -> None:
    await login(mode)
    assert (await (await service()).get("/tools")).headers["www-authenticate"] == challenge


async def test_an_oauth_client_finds_its_issuer_from_the_refusal(service: Any, login: Login, real_issuer: Any) -> None:
    await login("bearer")
    client = await service()
    told = (await client.post("/mcp", json=INITIALIZE, headers=ACCEPT)).headers["www-authenticate"]
    document = (await client.get(told.partition('resource_metadata="')[2].partition('"')[0])).json()
    assert document["authorization_servers"] == [real_issuer.address]
    assert document["resource"] == "http://localhost:7001"


async def test_a_token_of_the_caller_reaches_no_tool_and_no_model(service: Any, login: Login, tools: Any) -> None:
    known = await login("bearer")
    client = await service(Reply("Nothing to say."))
    token = known["good"]["Authorization"].partition(" ")[2]
    await answers(client, known["good"])
    assert tools.asked  # the tools were called
    assert token not in repr(tools.asked) + repr(client.model.heard)


async def test_nautobot_is_read_with_its_own_token_and_never_sees_the_callers(
    service: Any, login: Login, listener: Any
) -> None:

    known = await login("bearer")
    settings = ToolSettings.load(nautobot_url=listener.url, nautobot_token="n" * 40, demo_mode="false")
    toolbox = ServerToolbox(settings.env_for_child())
    client = await service(Reply("Nothing to say."), toolbox=toolbox)
    token = known["good"]["Authorization"].partition(" ")[2]
    await answers(client, known["good"])
    await toolbox.aclose()
    assert any("n" * 40 in headers for headers in listener.headers)
    assert not [headers for headers in listener.headers if token in headers or "ada" in headers]
