"""A login by an issuer: where a browser is sent, and who comes back. In a browser it is in tests/browser."""

import asyncio
import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sextant.access.bearer import WrongToken
from sextant.access.issuer import NoIssuer
from sextant.access.login import IssuerLogin
from sextant.access.policy import load
from sextant.access.settings import AccessSettings

BACK = "https://sextant.example.com/auth/oauth/sso/callback"


def login(address: str, **more: str) -> IssuerLogin:
    settings = AccessSettings.load(
        sextant_oidc_issuer=address,
        sextant_oidc_client_id="the page",
        sextant_oidc_client_secret="hush: hush",
        sextant_oidc_roles="groups",
        **more,
    )
    return IssuerLogin(settings, load())


async def begun(known: IssuerLogin) -> dict[str, str]:
    """Return what a browser is sent with."""
    there, state = await known.begin(BACK)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
    assert asked["state"] == state
    return asked


def granted(issuer, asked: dict[str, str], **claims) -> None:
    """Let a code be worth a token with these claims."""
    token = issuer.token(**{"aud": "the page", "nonce": asked["nonce"], **claims})
    issuer.granted = {"id_token": token, "access_token": "more"}


async def test_who_comes_back_from_a_real_issuer_is_known_once(real_issuer):
    real_issuer.knows("dora", groups=["analyst"], name="Dora")
    known = login(real_issuer.address)
    there, state = await known.begin(BACK)
    sent = await asyncio.to_thread(httpx.post, there, data={"sub": "dora"})
    code = parse_qs(urlsplit(sent.headers["location"]).query)["code"][0]
    who = await known.end(code, BACK, state)
    assert (who.id, who.name, who.roles) == (f"oidc:{real_issuer.address}#dora", "Dora", {"analyst"})
    with pytest.raises(WrongToken, match="the issuer refuses it"):
        await known.end(code, BACK, state)


async def test_a_code_is_sent_with_the_verifier_of_its_login_and_the_clients_secret(issuer):
    known = login(issuer.address)
    asked = await begun(known)
    granted(issuer, asked)
    await known.end("a code", BACK, asked["state"])
    ((form, secret),) = issuer.forms
    sent = {name: values[0] for name, values in parse_qs(form).items()}
    challenge = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest()).rstrip(b"=").decode()
    assert (sent["code"], sent["redirect_uri"], challenge) == ("a code", BACK, asked["code_challenge"])
    assert base64.b64decode(secret.removeprefix("Basic ")) == b"the%20page:hush%3A%20hush"
    assert "hush" not in form


async def test_an_issuer_that_wants_the_secret_in_the_form_gets_it_there(issuer):
    issuer.about = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    known = login(issuer.address)
    asked = await begun(known)
    granted(issuer, asked)
    await known.end("a code", BACK, asked["state"])
    ((form, secret),) = issuer.forms
    assert (parse_qs(form)["client_secret"], secret) == (["hush: hush"], "")


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"nonce": "another"}, "of another login"),
        ({"nonce": None}, "of another login"),
        ({"aud": "another page"}, "for somebody else"),
        ({"aud": ["the page", "another"], "azp": "another"}, "for another client"),
        ({"iss": "https://evil.example.com"}, "of another issuer"),
        ({"exp": 1}, "has expired"),
    ],
)
async def test_a_token_that_is_not_of_this_login_lets_nobody_in(issuer, claims, told):
    known = login(issuer.address)
    asked = await begun(known)
    granted(issuer, asked, **claims)
    with pytest.raises(WrongToken, match=told):
        await known.end("a code", BACK, asked["state"])


async def test_a_login_that_another_process_began_is_not_ended_here(issuer):
    asked = await begun(login(issuer.address))
    granted(issuer, asked)
    with pytest.raises(WrongToken, match="of another login"):
        await login(issuer.address).end("a code", BACK, asked["state"])


@pytest.mark.parametrize(
    ("said", "roles"),
    [
        ({"sub": "u-1", "groups": ["admin"]}, {"admin"}),
        ({"sub": "u-2", "groups": ["admin"]}, {"viewer"}),
        ({}, {"viewer"}),
    ],
)
async def test_groups_that_are_not_in_the_token_are_asked_for_and_count_for_the_same_one_only(issuer, said, roles):
    issuer.person = said
    known = login(issuer.address)
    asked = await begun(known)
    granted(issuer, asked, groups=None)
    assert (await known.end("a code", BACK, asked["state"])).roles == roles


async def test_an_issuer_that_is_away_is_said_to_be(issuer):
    issuer.away = True
    with pytest.raises(NoIssuer, match="answers with 503"):
        await login(issuer.address).begin(BACK)


@pytest.mark.parametrize("place", ["http://127.0.0.1:1/token", "https://127.0.0.1:1/token"])
async def test_codes_that_cannot_be_sent_let_nobody_in(issuer, place):
    issuer.about = {"token_endpoint": place}
    known = login(issuer.address)
    asked = await begun(known)
    with pytest.raises(NoIssuer, match="does not answer"):
        await known.end("a code", BACK, asked["state"])
