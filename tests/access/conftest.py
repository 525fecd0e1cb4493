"""People with roles, policies as files, and an issuer of the tests' own whose tokens can be forged."""

import json
import time
from collections.abc import Callable, Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from sextant.access.policy import Policy, load
from sextant.access.principal import Principal


def person(*roles: str, name: str = "anna") -> Principal:
    """Return somebody with these roles."""
    return Principal(f"page:{name}", name, frozenset(roles), "page")


@pytest.fixture(name="person")
def _person() -> Callable[..., Principal]:
    return person


@pytest.fixture
def policy(tmp_path: Path) -> Callable[[str], Policy]:
    """Return what loads a policy from text."""

    def made(text: str) -> Policy:
        file = tmp_path / "policy.yaml"
        file.write_text(text, encoding="utf-8")
        return load(file)

    return made


@cache
def rsa_key(id: str) -> rsa.RSAPrivateKey:
    """Return the key of that name; to make one takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Issuer:
    """Speaks OpenID Connect as far as a resource server listens, with keys that a test can take and change."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.away = False
        self.forms: list[tuple[str, str]] = []  # what codes were sent with: the form, and its Authorization
        self.granted: dict[str, Any] = {}  # what a code is worth
        self.person: dict[str, Any] = {}  # what it says of somebody beside their token
        self.about: dict[str, Any] = {}  # in the place of what it would say of itself
        self.keys: dict[str, Any] = {}
        self.turn_over("first")
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked.append(self.path)
                said = issuer.said(self.path)
                self.send_response(503 if issuer.away else 200 if said is not None else 404)
                self.end_headers()
                self.wfile.write(json.dumps(said).encode())

            def do_POST(self) -> None:
                form = self.rfile.read(int(self.headers["content-length"])).decode()
                issuer.forms.append((form, self.headers.get("authorization", "")))
                self.send_response(200 if issuer.granted else 400)
                self.end_headers()
                self.wfile.write(json.dumps(issuer.granted or {"error": "invalid_grant"}).encode())

            def log_message(self, *said: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}/realms/net"
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def turn_over(self, id: str) -> None:
        """Sign with a new key from now on."""
        self.keys[id] = rsa_key(id)
        self.id = id

    def said(self, path: str) -> Any:
        """Return what is at a path; None for nothing."""
        if path == "/realms/net/.well-known/openid-configuration":
            places = {
                "jwks_uri": f"{self.address}/keys",
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "userinfo_endpoint": f"{self.address}/person",
            }
            return {"issuer": self.address, **places, **self.about}
        if path == "/realms/net/person":
            return self.person
        return {"keys": [self.public(id) for id in self.keys]} if path == "/realms/net/keys" else None

    def public(self, id: str) -> dict[str, Any]:
        """Return the public half of a key."""
        key = self.keys[id]
        algorithm = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
        return {**algorithm.to_jwk(key.public_key(), as_dict=True), "kid": id, "use": "sig"}

    def claims(self, **changed: Any) -> dict[str, Any]:
        """Return the claims of a good token, changed; None takes one out."""
        now = int(time.time())
        good = {"iss": self.address, "aud": "sextant", "sub": "u-1", "exp": now + 300, "iat": now, "groups": ["netops"]}
        return {name: value for name, value in {**good, **changed}.items() if value is not None}

    def token(self, *, key: Any = None, algorithm: str = "RS256", kid: str | None = "", **changed: Any) -> str:
        """Return a signed token; `kid` None: without one."""
        head = {} if kid is None else {"kid": kid or self.id}
        return jwt.encode(self.claims(**changed), key or self.keys[self.id], algorithm=algorithm, headers=head)

    def stop(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """Return an issuer that runs."""
    running = Issuer()
    yield running
    running.stop()


@pytest.fixture
def elliptic() -> ec.EllipticCurvePrivateKey:
    """Return a key of another kind."""
    return ec.generate_private_key(ec.SECP256R1())
