"""oidc-provider-mock with what it lacks and its library has: access tokens that are JWTs, for the resource asked for."""

import sys
from types import SimpleNamespace
from typing import Any

import flask
import oidc_provider_mock
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from oidc_provider_mock._storage import storage

PORT = int(sys.argv[1])


class Tokens(JWTBearerTokenGenerator):  # type: ignore[misc]
    """Access tokens after RFC 9068."""

    def get_jwks(self) -> Any:
        return storage.jwk.as_dict(is_private=True)

    def get_audiences(self, client: Any, user: Any, scope: Any) -> str:
        return str(flask.request.form["resource"])  # RFC 8707

    def access_token_generator(self, client: Any, grant_type: Any, user: Any, scope: Any) -> Any:
        named = SimpleNamespace(get_user_id=lambda: user.sub)
        return super().access_token_generator(client, grant_type, named, scope)


app = oidc_provider_mock.app()


@app.before_request
def say_whom_tokens_are_for() -> None:
    server: Any = flask.g._authlib_authorization_server
    server.register_token_generator("default", Tokens(f"http://127.0.0.1:{PORT}"))


app.run("127.0.0.1", PORT, debug=False, threaded=True)
