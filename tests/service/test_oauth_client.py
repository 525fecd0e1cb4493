"""The OAuth client of MCP's own Python SDK against `/mcp`: from a refusal to an answer, knowing nothing but the address."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from mcp import ClientSession
from mcp.client.auth import OAuthClientProvider, TokenStorage
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken

BACK = "http://localhost:3030/callback"


@pytest.fixture
def issuer(free_port: Callable[[], int]) -> Iterator[str]:
    """Return the address of an issuer whose access tokens say for which resource they are."""
    port = free_port()
    command = [sys.executable, Path(__file__).parent / "resource_issuer.py", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        assert any("running on" in line.lower() for line in running.stderr)
        Thread(target=running.stderr.read, daemon=True).start()  # or what it says fills the pipe, and it waits
        yield f"http://127.0.0.1:{port}"
        running.terminate()


class Kept(TokenStorage):
    """What a client keeps."""

    def __init__(self) -> None:
        self.tokens: OAuthToken | None = None
        self.client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info


class Browser:
    """Who logs in at the page of an issuer, and is sent back to the client."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.asked: list[dict[str, list[str]]] = []
        self._sent_back: dict[str, list[str]] = {}

    async def open(self, url: str) -> None:
        self.asked.append(parse_qs(urlsplit(url).query))
        async with httpx.AsyncClient() as http:
            answered = await http.post(url, data={"sub": self._name})
        assert answered.headers["location"].startswith(BACK)
        self._sent_back = parse_qs(urlsplit(answered.headers["location"]).query)

    async def back(self) -> tuple[str, str | None]:
        return self._sent_back["code"][0], self._sent_back["state"][0]


@pytest.fixture
async def secured(
    listening: Any, issuer: str, free_port: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> SimpleNamespace:
    """Return a service that takes tokens of the issuer which are made for it."""
    port = free_port()
    monkeypatch.setenv("AUTH_MODE", "bearer")
    monkeypatch.setenv("SEXTANT_OIDC_ISSUER", issuer)
    monkeypatch.setenv("SEXTANT_OIDC_AUDIENCE", f"http://127.0.0.1:{port}/mcp")
    return SimpleNamespace(mcp=f"http://127.0.0.1:{port}/mcp", service=await listening(port=port))


async def test_a_client_finds_the_issuer_registers_logs_in_and_calls_a_tool(secured: Any, issuer: str) -> None:
    kept, ann, seen = Kept(), Browser("ann"), []

    async def note(answer: httpx.Response) -> None:
        seen.append((answer.request.method, str(answer.request.url), answer.status_code))

    login = OAuthClientProvider(
        secured.mcp, OAuthClientMetadata.model_validate({"redirect_uris": [BACK]}), kept, ann.open, ann.back
    )
    async with (
        httpx.AsyncClient(auth=login, event_hooks={"response": [note]}, timeout=30) as http,
        streamable_http_client(secured.mcp, http_client=http) as (reading, writing, _),
        ClientSession(reading, writing) as client,
    ):
        await client.initialize()
        found = await client.call_tool("get_devices_by_location", {"location": "NYC01"})
    assert found.structuredContent is not None
    assert found.structuredContent["outcome"] == "found"
    assert seen[:2] == [
        ("POST", secured.mcp, 401),
        ("GET", secured.mcp.replace("/mcp", "/.well-known/oauth-protected-resource/mcp"), 200),
    ]
    assert ("POST", f"{issuer}/oauth2/clients", 201) in seen
    assert {status for _, url, status in seen[2:] if url == secured.mcp} == {200, 202}  # it is refused once
    assert kept.tokens is not None
    claims = jwt.decode(kept.tokens.access_token, options={"verify_signature": False})
    assert (claims["sub"], claims["aud"]) == ("ann", secured.mcp)
    assert [asked["resource"] for asked in ann.asked] == [[secured.mcp]]
    assert [asked["code_challenge_method"] for asked in ann.asked] == [["S256"]]


async def test_a_token_for_another_resource_of_the_same_issuer_is_refused(secured: Any, issuer: str) -> None:
    asked = {"client_id": "c", "redirect_uri": BACK, "response_type": "code", "scope": "openid", "state": "s"}
    async with httpx.AsyncClient(base_url=issuer) as http:
        sent_back = await http.post("/oauth2/authorize", params=asked, data={"sub": "ann"})
        (code,) = parse_qs(urlsplit(sent_back.headers["location"]).query)["code"]
        grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "resource": "http://other/mcp"}
        given = (await http.post("/oauth2/token", data=grant, auth=("c", "x"))).raise_for_status().json()
    refused = await secured.service.post("/mcp", headers={"Authorization": f"Bearer {given['access_token']}"})
    assert refused.status_code == 401
    assert (
        'error="invalid_token", error_description="it is for somebody else (aud)"'
        in refused.headers["www-authenticate"]
    )
