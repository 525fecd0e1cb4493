"""What AUTH_MODE chooses, and where it must not start."""

import pytest

from chainlit_app.settings import AppSettings
from sextant.access.api_keys import ApiKeys
from sextant.access.authenticator import Everybody, authenticator
from sextant.access.basic import BasicLogins
from sextant.access.bearer import BearerTokens
from sextant.access.policy import load
from sextant.access.settings import AccessSettings
from tools.settings import WrongSetting


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    for name in ("AUTH_MODE", "SEXTANT_OPEN", "SEXTANT_PASSWORDS", "SEXTANT_POLICY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def made(host: str = "127.0.0.1", app: dict[str, object] | None = None, **access: str):
    return authenticator(host, load(), AccessSettings.load(**access), AppSettings.load(**(app or {})))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.5", "sextant.example.com"])
def test_without_accounts_it_does_not_listen_beyond_this_machine(host):
    with pytest.raises(WrongSetting, match=f"AUTH_MODE=none: at {host} other machines reach this") as wrong:
        made(host)
    assert "SEXTANT_OPEN=true" in str(wrong.value)


@pytest.mark.parametrize(
    ("host", "app"), [("127.0.0.1", {}), ("localhost", {}), ("::1", {}), ("0.0.0.0", {"sextant_open": True})]
)
async def test_where_it_does_each_start_warns(caplog, host, app):
    for _ in range(2):
        everybody = made(host, app)
        assert isinstance(everybody, Everybody)
    assert caplog.text.count("AUTH_MODE=none: ") == 2
    who = await everybody.authenticate({"authorization": "Bearer x", "x-api-key": "x"})
    assert (who.id, who.roles, who.method) == ("none", {"analyst"}, "none")
    assert not load().may(who, "keys").allowed
    await everybody.aclose()


async def test_each_mode_has_its_own_way_to_know_people(tmp_path):
    file = tmp_path / "passwords"
    file.write_text("ada:$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$dGhpcyBpcyBhIGhhc2g\n", encoding="utf-8")
    oidc = {"sextant_oidc_issuer": "https://login.example.com", "sextant_oidc_audience": "sextant"}
    for found, kind in [
        (made("0.0.0.0", auth_mode="api_key", sextant_keys=str(tmp_path / "keys.db")), ApiKeys),
        (made("0.0.0.0", {"sextant_passwords": file}, auth_mode="Basic"), BasicLogins),
        (made("0.0.0.0", auth_mode="BEARER", **oidc), BearerTokens),
    ]:
        assert isinstance(found, kind)
        await found.aclose()


def test_passwords_that_there_are_not_are_no_reason_to_start(tmp_path):
    with pytest.raises(WrongSetting, match="AUTH_MODE=basic needs SEXTANT_PASSWORDS"):
        made(auth_mode="basic")
    with pytest.raises(WrongSetting, match=r"SEXTANT_PASSWORDS: .*none cannot be read"):
        made(app={"sextant_passwords": tmp_path / "none"}, auth_mode="basic")
