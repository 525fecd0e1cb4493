"""`sextant keys`, as it is typed."""

import asyncio
import json
import re

import pytest

from chainlit_app.cli import main
from chainlit_app.history.where import place
from sextant.access.api_keys import ApiKeys
from sextant.access.key_store import KeyStore
from sextant.access.refusals import Unauthenticated


@pytest.fixture(autouse=True)
def _own_place(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    for name in ("AUTH_MODE", "SEXTANT_POLICY", "SEXTANT_KEYS", "SEXTANT_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SEXTANT_HISTORY", str(tmp_path / "kept" / "history.db"))
    monkeypatch.setenv("SEXTANT_AUDIT", str(tmp_path / "kept" / "audit.db"))
    monkeypatch.setenv("DEMO_MODE", "true")
    monkeypatch.chdir(tmp_path)


def who(tmp_path, text: str):
    """Return whose key that is."""

    async def asked():
        store = KeyStore(place(str(tmp_path / "kept" / "keys.db")))
        try:
            return await ApiKeys(store).authenticate({"x-api-key": text})
        finally:
            await store.close()

    return asyncio.run(asked())


def keys(capsys, *words: str) -> tuple[int, str, str]:
    """Return exit code, standard output and standard error."""
    code = main(["keys", *words])
    said = capsys.readouterr()
    return code, said.out.rstrip("\n"), said.err


def test_a_key_is_made_used_given_another_secret_and_ended(capsys, tmp_path):
    code, first, said = keys(capsys, "make", "Grafana", "--role", "analyst", "--role", "viewer", "--days", "30")
    assert code == 0
    assert re.fullmatch(r"sextant_[0-9a-f]{8}_[A-Za-z0-9_-]{43}", first)  # alone, so that a script can take it
    assert "It is not shown again" in said
    assert (who(tmp_path, first).name, who(tmp_path, first).roles) == ("Grafana", {"analyst", "viewer"})

    id = first.split("_")[1]
    code, second, said = keys(capsys, "rotate", id)
    assert code == 0 and who(tmp_path, second).id == f"key:{id}"
    with pytest.raises(Unauthenticated):
        who(tmp_path, first)

    assert keys(capsys, "revoke", id)[0] == 0
    with pytest.raises(Unauthenticated, match="revoked"):
        who(tmp_path, second)
    code, out, said = keys(capsys, "revoke", id)
    assert (code, out) == (1, "") and "was revoked" in said
    assert keys(capsys, "rotate", id)[:2] == (1, "")


def test_the_list_holds_everything_but_the_secrets(capsys):
    assert keys(capsys, "list")[1:] == ("", "There is no key yet: `sextant keys make NAME` makes one.\n")
    _, text, _ = keys(capsys, "make", "Grafana")
    _, out, _ = keys(capsys, "list")
    assert [line.split()[:3] for line in out.splitlines()] == [
        ["ID", "NAME", "ROLES"],
        [text.split("_")[1], "Grafana", "viewer"],
    ]
    listed = json.loads(keys(capsys, "list", "--json")[1])
    assert (listed["state"], listed["roles"], listed["expires"]) == ("counts", ["viewer"], None)
    assert text.split("_", 2)[2] not in out + json.dumps(listed)


def test_what_is_done_with_keys_is_recorded_without_them(capsys):
    _, text, _ = keys(capsys, "make", "Grafana", "--role", "admin")
    id = text.split("_")[1]
    keys(capsys, "rotate", id)
    keys(capsys, "revoke", id)
    assert main(["audit", "show", "--kind", "key", "--json"]) == 0
    out = capsys.readouterr().out
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["outcome"] for row in rows] == ["made with admin", "rotated", "revoked"]
    assert {row["what"] for row in rows} == {f"key {id} of Grafana"}
    assert text.split("_", 2)[2] not in out


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["make", "x", "--role", "root"], 2, "There is no role root. There are viewer, analyst, admin."),
        (["make", " "], 2, "A key's name has 1 to 100 characters that can be printed."),
        (["make", "a\x1b[2Jb"], 2, "that can be printed"),
        (["rotate", "0badcafe"], 1, "There is no key 0badcafe: `sextant keys list` prints those that there are."),
        (["revoke", "0badcafe"], 1, "There is no key 0badcafe"),
    ],
)
def test_what_cannot_be_done_is_said_and_makes_no_key(capsys, words, code, told):
    got, out, said = keys(capsys, *words)
    assert (got, out) == (code, "") and told in said
    assert keys(capsys, "list")[1] == ""


@pytest.mark.parametrize("days", ["0", "-1", "soon", "nan", "inf", "40000"])
def test_a_key_ends_after_a_number_of_days(capsys, days):
    with pytest.raises(SystemExit) as left:
        main(["keys", "make", "x", "--days", days])
    assert left.value.code == 2
    assert "is no number of days, above 0 and up to 36,500" in capsys.readouterr().err


def test_a_key_of_an_own_role_needs_the_policy_that_has_it(capsys, tmp_path, monkeypatch):
    (tmp_path / "policy.yaml").write_text("roles: {planner: {tools: [find_*]}}\n", encoding="utf-8")
    monkeypatch.setenv("SEXTANT_POLICY", "policy.yaml")
    assert keys(capsys, "make", "x", "--role", "planner")[0] == 0


def test_the_policy_decides_at_the_terminal_too(capsys, tmp_path, monkeypatch):
    (tmp_path / "policy.yaml").write_text("roles: {admin: {tools: ['*']}}\n", encoding="utf-8")
    monkeypatch.setenv("SEXTANT_POLICY", "policy.yaml")
    assert keys(capsys, "make", "x") == (2, "", "No role may use keys.\n")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SEXTANT_KEYS", "off", "keys that are kept nowhere are no keys"),
        ("SEXTANT_KEYS", "mysql://host/db", "SEXTANT_KEYS: not a path"),
        ("SEXTANT_POLICY", "none.yaml", "none.yaml cannot be read"),
        ("SEXTANT_RATES", "memcached://host", "SEXTANT_RATES: not an address that begins with redis://"),
        ("AUTH_MODE", "kerberos", "AUTH_MODE: this value cannot be used. Allowed: none"),
        ("AUTH_MODE", "bearer", "AUTH_MODE=bearer needs SEXTANT_OIDC_ISSUER and SEXTANT_OIDC_AUDIENCE"),
        ("SEXTANT_OIDC_ISSUER", "http://login.example.com", "anyone on the way could put in keys of their own"),
        ("SEXTANT_OIDC_ALGORITHMS", "RS256,HS256", "HS256 cannot be used"),
        ("SEXTANT_OIDC_ALGORITHMS", "none", "none cannot be used"),
        ("SEXTANT_OIDC_DEFAULT_ROLE", "root", "there is no role 'root'. There are viewer, analyst, admin, or none"),
        ("SEXTANT_OIDC_CLIENT_ID", "sextant", "needs SEXTANT_OIDC_ISSUER, SEXTANT_OIDC_CLIENT_ID and"),
    ],
)
def test_a_wrong_setting_is_said_with_what_is_allowed(capsys, monkeypatch, name, value, told):
    monkeypatch.setenv(name, value)
    code, _, said = keys(capsys, "list")
    assert code == 2 and told in said
