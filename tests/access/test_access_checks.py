"""What the doctor says of accounts and rights."""

import socket

import pytest

from chainlit_app.history.where import Place
from chainlit_app.settings import AppSettings
from sextant.access.checks import checks
from sextant.access.key_store import KeyStore
from sextant.access.policy import load
from tools.catalog import CATALOG


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    for name in ("AUTH_MODE", "SEXTANT_POLICY", "SEXTANT_RATES", "SEXTANT_OIDC_ISSUER", "SEXTANT_PASSWORDS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SEXTANT_KEYS", str(tmp_path / "keys.db"))
    monkeypatch.chdir(tmp_path)


async def found(policy=None) -> dict[str, tuple[bool, str]]:
    listed = await checks(policy or load(), CATALOG, AppSettings.load(sextant_history="off"))
    return {one.name: (one.ok, one.detail) for one in listed}


async def test_as_it_comes_all_is_well():
    assert await found() == {
        "Accounts": (True, "AUTH_MODE=none: whoever reaches `sextant serve` may ask"),
        "Rights": (True, "the built-in policy: viewer, analyst, admin"),
    }


async def test_a_pattern_that_names_no_tool_is_pointed_out(policy):
    own = policy("roles: {viewer: {tools: [get_devics, get_device]}}")
    assert (await found(own))["Rights"] == (False, "the built-in policy: no tool is called get_devics")


async def test_the_keys_that_count_are_counted_where_the_service_looks_for_them(monkeypatch, tmp_path):
    monkeypatch.setenv("AUTH_MODE", "api_key")
    place = Place("file", str(tmp_path / "keys.db"))
    assert (await found())["Accounts"] == (True, f"AUTH_MODE=api_key: 0 of the keys in {place} count")
    store = KeyStore(place)
    (ended, _), _ = await store.make("old", ["viewer"], None), await store.make("new", ["viewer"], None)
    await store.revoke(ended.id)
    await store.close()
    assert (await found())["Accounts"] == (True, f"AUTH_MODE=api_key: 1 of the keys in {place} count")


async def test_keys_that_cannot_be_read_are_pointed_out(monkeypatch, tmp_path):
    monkeypatch.setenv("AUTH_MODE", "api_key")
    (tmp_path / "broken.db").write_bytes(b"no database, but long enough to be looked at" * 50)
    monkeypatch.setenv("SEXTANT_KEYS", str(tmp_path / "broken.db"))
    assert not (await found())["Accounts"][0]


async def test_passwords_that_there_are_not_are_pointed_out(monkeypatch):
    monkeypatch.setenv("AUTH_MODE", "basic")
    ok, detail = (await found())["Accounts"]
    assert not ok and "AUTH_MODE=basic needs SEXTANT_PASSWORDS" in detail


async def test_an_issuer_that_does_not_answer_is_pointed_out(monkeypatch, issuer):
    monkeypatch.setenv("AUTH_MODE", "bearer")
    monkeypatch.setenv("SEXTANT_OIDC_ISSUER", issuer.address)
    monkeypatch.setenv("SEXTANT_OIDC_AUDIENCE", "sextant")
    assert (await found())["Accounts"] == (True, f"the issuer {issuer.address} answers")
    issuer.away = True
    assert not (await found())["Accounts"][0]


async def test_a_redis_that_does_not_answer_is_pointed_out_without_its_password(monkeypatch):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{nobody.getsockname()[1]}/0"
        monkeypatch.setenv("SEXTANT_RATES", f"redis://:hush@{address}")
        assert (await found())["Rates"] == (False, f"redis://{address} does not answer")


@pytest.mark.redis
async def test_a_redis_that_answers_is_well(monkeypatch, redis):
    monkeypatch.setenv("SEXTANT_RATES", redis)
    assert (await found())["Rates"] == (True, f"{redis} answers")
