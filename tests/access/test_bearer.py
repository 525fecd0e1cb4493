"""Tokens of an issuer: which count, and which are forged. The issuer is the tests' own, so that its keys can be taken."""

import asyncio
import base64
import json
import time

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sextant.access.bearer import BearerTokens, Tokens
from sextant.access.issuer import Issuer, NoIssuer, _json
from sextant.access.metadata import protected_resource
from sextant.access.policy import load
from sextant.access.refusals import Unauthenticated
from sextant.access.settings import AccessSettings

RESOURCE = "https://sextant.example.com/mcp"


@pytest.fixture
def bearer(issuer, clock, monkeypatch):
    """Return what makes an authenticator for tokens of the issuer."""
    for name in AccessSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def made(**more) -> BearerTokens:
        more = {"sextant_oidc_audience": "sextant", "sextant_oidc_roles": "groups", **more}
        settings = AccessSettings.load(auth_mode="bearer", sextant_oidc_issuer=issuer.address, **more)
        known = Tokens(Issuer(issuer.address, clock), settings.audiences, settings.algorithms)
        return BearerTokens(known, settings, more.pop("policy", None) or load())

    return made


async def ask(bearer: BearerTokens, token: str):
    return await bearer.authenticate({"authorization": f"Bearer {token}", "host": "localhost:7001"})


def segment(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def test_a_token_of_the_issuer_says_who_asks(issuer, bearer):
    who = await ask(bearer(), issuer.token(preferred_username="anna", groups=["analyst", "all-staff"]))
    assert (who.id, who.name, who.roles) == (f"oidc:{issuer.address}#u-1", "anna", {"analyst"})


async def test_the_name_is_no_part_of_who_somebody_is(issuer, bearer):
    first = await ask(bearer(), issuer.token(sub="u-1", preferred_username="anna"))
    other = await ask(bearer(), issuer.token(sub="u-2", preferred_username="anna"))
    assert first.id != other.id


@pytest.mark.parametrize(
    ("claim", "claims", "roles"),
    [
        ("groups", {"groups": ["admin"]}, {"admin"}),
        ("groups", {"groups": "viewer analyst"}, {"viewer", "analyst"}),
        ("realm_access.roles", {"realm_access": {"roles": ["analyst", "offline_access"]}}, {"analyst"}),
        ("https://example.com/roles", {"https://example.com/roles": ["admin"]}, {"admin"}),
        ("groups", {"groups": ["Admin", 7, None, {"admin": 1}]}, {"viewer"}),
        ("groups", {"groups": {"admin": True}}, {"viewer"}),
        ("groups", {"groups": None}, {"viewer"}),
        ("realm_access.roles", {"realm_access": ["admin"]}, {"viewer"}),
        (None, {"groups": ["admin"], "roles": ["admin"], "scope": "admin"}, {"viewer"}),
    ],
)
async def test_roles_are_those_of_the_claim_that_is_set_and_no_other(issuer, bearer, claim, claims, roles):
    who = await ask(bearer(sextant_oidc_roles=claim), issuer.token(**claims))
    assert who.roles == roles


async def test_without_a_default_role_a_token_that_names_none_gives_no_rights(issuer, bearer):
    who = await ask(bearer(sextant_oidc_default_role="none"), issuer.token(groups=["strangers"]))
    assert who.roles == frozenset()
    assert not load().decide(who, "get_device").allowed


FORGED = {
    "no signature, alg none": lambda i, o: f"{segment({'alg': 'none', 'typ': 'JWT'})}.{segment(i.claims())}.",
    "no signature, alg None": lambda i, o: f"{segment({'alg': 'None', 'kid': 'first'})}.{segment(i.claims())}.",
    "signature cut off": lambda i, o: i.token().rpartition(".")[0] + ".",
    "signature of another token": lambda i, o: i.token().rpartition(".")[0] + "." + i.token(sub="x").rpartition(".")[2],
    "claims of another token": lambda i, o: _with_claims(i.token(), i.claims(sub="root", groups=["admin"])),
    "its own key under a known id": lambda i, o: i.token(key=o),
    "its own key under its own id": lambda i, o: i.token(key=o, kid="mine"),
    "its own key in the header": lambda i, o: jwt.encode(i.claims(), o, "RS256", {"jwk": _public(o), "kid": "first"}),
    "an address of keys in the header": lambda i, o: jwt.encode(
        i.claims(), o, "RS256", {"jku": "http://127.0.0.1:1/keys", "kid": "mine"}
    ),
    "an id that is a path": lambda i, o: i.token(key=o, kid="../../dev/null"),
    "an id that is no text": lambda i, o: f"{segment({'alg': 'RS256', 'kid': ['first']})}.{segment(i.claims())}.AA",
    "the public key as a secret (HS256)": lambda i, o: _confused(i, "HS256"),
    "the public key as a secret (HS512)": lambda i, o: _confused(i, "HS512"),
    "a signature that is not allowed": lambda i, o: i.token(algorithm="RS512"),
    "another issuer": lambda i, o: i.token(iss="https://evil.example.com"),
    "an issuer that begins alike": lambda i, o: i.token(iss=i.address + "/"),
    "no issuer": lambda i, o: i.token(iss=None),
    "another audience": lambda i, o: i.token(aud="nautobot"),
    "an audience that begins alike": lambda i, o: i.token(aud="sextant2"),
    "audiences without ours": lambda i, o: i.token(aud=["nautobot", "grafana"]),
    "no audience": lambda i, o: i.token(aud=None),
    "expired beyond the leeway": lambda i, o: i.token(exp=int(time.time()) - 70),
    "expired long ago": lambda i, o: i.token(exp=1),
    "no expiry": lambda i, o: i.token(exp=None),
    "an expiry that is no number": lambda i, o: i.token(exp="never"),
    "not yet": lambda i, o: i.token(nbf=int(time.time()) + 120),
    "made in the future": lambda i, o: i.token(iat=int(time.time()) + 120),
    "nobody's": lambda i, o: i.token(sub=None),
    "nobody's by an empty name": lambda i, o: i.token(sub=" "),
    "an unknown critical header": lambda i, o: jwt.encode(
        i.claims(), i.keys["first"], "RS256", {"kid": "first", "crit": ["x-ours"], "x-ours": 1}
    ),
    "nothing but text": lambda i, o: "not-a-token",
    "dots": lambda i, o: "..",
    "too long": lambda i, o: i.token(padding="x" * 20_000),
    "bytes that are no text": lambda i, o: "é.ü.ñ",
}


def _with_claims(token: str, claims: object) -> str:
    head, _, signature = token.split(".")
    return f"{head}.{segment(claims)}.{signature}"


def _public(key: rsa.RSAPrivateKey) -> dict[str, object]:
    return dict(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True))


def _confused(issuer, algorithm: str) -> str:
    """Return a token that is signed with what everybody can read, as if it were a secret."""
    import hashlib
    import hmac

    public = issuer.keys["first"].public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    signed = f"{segment({'alg': algorithm, 'typ': 'JWT', 'kid': 'first'})}.{segment(issuer.claims(groups=['admin']))}"
    mac = hmac.digest(pem, signed.encode(), getattr(hashlib, "sha" + algorithm[2:]))
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


@pytest.fixture(scope="module")
def own_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.mark.parametrize("how", FORGED)
async def test_a_forged_token_is_nobodys(issuer, bearer, own_key, how):
    known = bearer()
    token = FORGED[how](issuer, own_key)
    with pytest.raises(Unauthenticated) as refused:
        await ask(known, token)
    assert 'error="invalid_token"' in refused.value.challenge
    assert token not in str(refused.value) + refused.value.challenge
    assert "\n" not in refused.value.challenge and refused.value.challenge.isascii()
    assert (await ask(known, issuer.token())).id.endswith("#u-1")  # and a good one still counts


async def test_an_elliptic_key_counts_for_elliptic_signatures_only(issuer, bearer, elliptic):
    issuer.keys["curve"] = elliptic
    known = bearer()
    assert (await ask(known, issuer.token(key=elliptic, algorithm="ES256", kid="curve"))).id.endswith("#u-1")
    with pytest.raises(Unauthenticated, match="of another kind than its key"):
        await ask(known, issuer.token(kid="curve"))


async def test_a_weak_key_of_the_issuer_signs_nothing(issuer, bearer):
    issuer.keys["weak"] = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        token = issuer.token(key=issuer.keys["weak"], kid="weak")
    with pytest.raises(Unauthenticated):
        await ask(bearer(), token)


@pytest.mark.parametrize("seconds", [-50, 50])
async def test_clocks_may_differ_by_a_minute(issuer, bearer, seconds):
    now = int(time.time())
    made = {"exp": now + seconds, "nbf": now + seconds, "iat": now + seconds}
    assert (await ask(bearer(), issuer.token(**made))).id.endswith("#u-1")


async def test_a_token_without_the_id_of_its_key_counts_where_there_is_one_key(issuer, bearer):
    known = bearer()
    assert (await ask(known, issuer.token(kid=None))).id.endswith("#u-1")
    issuer.turn_over("second")
    with pytest.raises(Unauthenticated):
        await ask(bearer(), issuer.token(kid=None))


async def test_keys_are_read_once_for_many_tokens_and_again_for_a_new_one(issuer, bearer, clock):
    known = bearer()
    for _ in range(20):
        await ask(known, issuer.token())
    assert issuer.asked.count("/realms/net/keys") == 1
    issuer.turn_over("second")
    clock.now += 11
    await ask(known, issuer.token())
    assert issuer.asked.count("/realms/net/keys") == 2


async def test_strangers_cannot_make_it_ask_the_issuer_again_and_again(issuer, bearer, own_key, clock):
    known = bearer()
    await ask(known, issuer.token())
    for number in range(50):
        with pytest.raises(Unauthenticated, match="not one of the issuer's"):
            await ask(known, issuer.token(key=own_key, kid=f"mine-{number}"))
    assert issuer.asked.count("/realms/net/keys") == 1
    clock.now += 11
    for number in range(50):
        with pytest.raises(Unauthenticated):
            await ask(known, issuer.token(key=own_key, kid=f"mine-{number}"))
    assert issuer.asked.count("/realms/net/keys") == 2


async def test_a_key_that_the_issuer_took_back_counts_no_more_after_an_hour(issuer, bearer, clock):
    known, old = bearer(), issuer.token()
    await ask(known, old)
    issuer.turn_over("second")
    del issuer.keys["first"]
    clock.now += 3601
    with pytest.raises(Unauthenticated):
        await ask(known, old)


async def test_while_the_issuer_is_away_known_keys_count_for_a_day(issuer, bearer, clock):
    known = bearer()
    await ask(known, issuer.token())
    issuer.away = True
    clock.now += 3601
    assert (await ask(known, issuer.token())).id.endswith("#u-1")
    clock.now += 24 * 3600
    with pytest.raises(NoIssuer, match="answers with 503"):
        await ask(known, issuer.token())


async def test_a_known_key_does_not_wait_for_an_issuer_that_hangs(issuer, bearer, clock, monkeypatch):
    known, token, begun = bearer(), issuer.token(), asyncio.Event()
    await ask(known, token)

    async def hang(*_):
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr("sextant.access.issuer._json", hang)
    clock.now += 3601
    first = asyncio.create_task(ask(known, token))
    await begun.wait()
    async with asyncio.timeout(20):
        assert (await ask(known, token)).id.endswith("#u-1")
    first.cancel()


async def _drop_by_drop():
    yield b"{"
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[" * 200_000, "does not answer with JSON"),
        (b" " * 1_000_001, "answers with more than 1,000,000 bytes"),
        (b"[]", "does not answer with a JSON object"),
        (_drop_by_drop, "does not answer .TimeoutError"),
    ],
)
async def test_an_answer_of_an_issuer_that_is_none_ends_soon(monkeypatch, content, told):
    monkeypatch.setattr("sextant.access.issuer._PATIENCE", 0.2)
    sent = content if isinstance(content, bytes) else content()
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=sent))
    async with httpx.AsyncClient(transport=transport) as client:
        with pytest.raises(NoIssuer, match=told):
            await _json(client, "https://login.example.com/keys")


async def test_an_issuer_that_never_answered_is_no_reason_to_call_a_token_wrong(issuer, bearer, clock):
    issuer.away, known = True, bearer()
    for _ in range(5):
        with pytest.raises(NoIssuer):
            await ask(known, issuer.token())
    assert len(issuer.asked) == 1
    issuer.away = False
    clock.now += 11
    assert (await ask(known, issuer.token())).id.endswith("#u-1")


@pytest.mark.parametrize(
    ("about", "told"),
    [
        ({"issuer": "https://evil.example.com"}, "calls itself 'https://evil.example.com'"),
        ({"jwks_uri": "file:///etc/passwd"}, "names no jwks_uri that begins with https"),
        ({"jwks_uri": None}, "names no jwks_uri that begins with https"),
        ({"jwks_uri": "http://127.0.0.1:1/keys"}, "does not answer"),
    ],
)
async def test_an_issuer_that_is_not_what_it_should_be_gives_no_keys(issuer, bearer, about, told):
    issuer.about = about
    with pytest.raises(NoIssuer, match=told):
        await ask(bearer(), issuer.token())


async def test_a_shared_secret_in_the_issuers_list_is_no_key(issuer, bearer, monkeypatch):
    monkeypatch.setattr(issuer, "public", lambda id: {"kty": "oct", "kid": id, "k": "c2VjcmV0"})
    with pytest.raises(Unauthenticated, match="not one of the issuer's"):
        await ask(bearer(), issuer.token())


@pytest.mark.parametrize(
    "headers", [{}, {"authorization": ""}, {"authorization": "Basic YTpi"}, {"authorization": "Bearer "}]
)
async def test_without_a_token_a_client_is_told_where_to_get_one(bearer, headers):
    with pytest.raises(Unauthenticated) as refused:
        await bearer(sextant_oidc_audience=f"other,{RESOURCE}").authenticate(headers)
    assert refused.value.challenge == (
        'Bearer realm="Sextant",'
        ' resource_metadata="https://sextant.example.com/.well-known/oauth-protected-resource/mcp"'
    )


@pytest.mark.parametrize(
    ("headers", "document"),
    [
        ({"host": "localhost:7001"}, "http://localhost:7001"),
        ({"host": "sextant.example.com"}, "https://sextant.example.com"),
        ({"host": "10.0.0.1:7001", "x-forwarded-proto": "http"}, "http://10.0.0.1:7001"),
    ],
)
async def test_an_audience_that_is_no_address_leaves_the_one_that_was_asked(bearer, headers, document):
    with pytest.raises(Unauthenticated) as refused:
        await bearer().authenticate(headers)
    assert f'resource_metadata="{document}/.well-known/oauth-protected-resource"' in refused.value.challenge


def test_the_document_names_the_resource_and_its_issuer():
    settings = AccessSettings.load(sextant_oidc_issuer="https://login.example.com", sextant_oidc_audience=RESOURCE)
    assert protected_resource(settings, "http://localhost:7001") == {
        "resource": RESOURCE,
        "authorization_servers": ["https://login.example.com"],
        "bearer_methods_supported": ["header"],
        "resource_name": "Sextant",
    }


async def test_a_token_of_a_real_issuer_counts_until_it_is_for_somebody_else(real_issuer, monkeypatch):
    token = real_issuer.id_token("anna", client="sextant", groups=["analyst"])

    def known(audience: str) -> BearerTokens:
        settings = AccessSettings.load(
            auth_mode="bearer",
            sextant_oidc_issuer=real_issuer.address,
            sextant_oidc_audience=audience,
            sextant_oidc_roles="groups",
        )
        return BearerTokens(Tokens(Issuer(real_issuer.address), [audience], settings.algorithms), settings, load())

    who = await ask(known("sextant"), token)
    assert (who.id, who.roles) == (f"oidc:{real_issuer.address}#anna", {"analyst"})
    with pytest.raises(Unauthenticated, match="for somebody else"):
        await ask(known("grafana"), token)
    with pytest.raises(Unauthenticated, match="signature is not the issuer's"):
        await ask(
            known("sextant"),
            _with_claims(token, {**jwt.decode(token, options={"verify_signature": False}), "sub": "root"}),
        )


async def test_a_real_issuer_that_has_ended_its_tokens_is_believed(real_issuer, monkeypatch):
    old = real_issuer.id_token("anna", client="sextant")
    later = time.time() + 3600 + 120
    settings = AccessSettings.load(
        auth_mode="bearer", sextant_oidc_issuer=real_issuer.address, sextant_oidc_audience="sextant"
    )
    known = BearerTokens(Tokens(Issuer(real_issuer.address), ["sextant"], ["RS256"]), settings, load())
    assert (await ask(known, old)).name == "anna"
    monkeypatch.setattr("jwt.api_jwt.datetime", _at(later))
    with pytest.raises(Unauthenticated, match="it has expired"):
        await ask(known, old)


def _at(seconds: float):
    from datetime import datetime

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.fromtimestamp(seconds, tz)

    return Later


def test_the_real_issuer_is_not_ours(real_issuer):
    said = httpx.get(f"{real_issuer.address}/.well-known/openid-configuration").json()
    assert said["issuer"] == real_issuer.address
