"""Names and passwords over HTTP: those of the page's file."""

import base64

import pytest

from chainlit_app import passwords
from chainlit_app.passwords import Passwords
from sextant.access.basic import BasicLogins
from sextant.access.policy import load
from sextant.access.refusals import TooMany, Unauthenticated


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash as weakly as Argon2 can: the strength of a hash is not what is tested here."""
    from argon2 import PasswordHasher

    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def file(tmp_path):
    there = tmp_path / "passwords"
    passwords.write(there, "anna", "correct horse: battery")
    passwords.write(there, "bert", "bert's own ünïcode")
    return there


@pytest.fixture
def basic(file, clock) -> BasicLogins:
    return BasicLogins(Passwords(file), load(), clock)


def header(name: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


async def test_a_name_and_its_password_say_who_asks_the_same_as_on_the_page(basic):
    who = await basic.authenticate(header("anna", "correct horse: battery"))
    assert (who.id, who.name, who.roles) == ("page:anna", "anna", {"analyst"})
    assert (await basic.authenticate(header("bert", "bert's own ünïcode"))).id == "page:bert"


@pytest.mark.parametrize(
    "headers",
    [
        header("anna", "wrong"),
        header("anna", ""),
        header("anna", "correct horse"),
        header("bert", "correct horse: battery"),
        header("carl", "correct horse: battery"),
        header("", "correct horse: battery"),
        {"authorization": "Basic anna:correct"},
        {"authorization": "Basic " + base64.b64encode(b"anna").decode()},
        {"authorization": "Basic " + base64.b64encode(b"\xff\xfe:x").decode()},
        {"authorization": "Basic"},
        {"authorization": "Basic " + "QQ" * 5000},
        {"authorization": "Bearer eyJ"},
        {},
    ],
)
async def test_anything_else_is_nobodys(basic, headers):
    with pytest.raises(Unauthenticated) as refused:
        await basic.authenticate(headers)
    assert refused.value.challenge == 'Basic realm="Sextant", charset="UTF-8"'


async def test_a_password_is_looked_at_once_a_minute_and_a_wrong_one_every_time(basic, clock, monkeypatch):
    looked = []
    match = Passwords.match

    async def counted(self, name, password):
        looked.append(password)
        return await match(self, name, password)

    monkeypatch.setattr(Passwords, "match", counted)
    for _ in range(10):
        await basic.authenticate(header("anna", "correct horse: battery"))
    assert len(looked) == 1
    clock.now += 61
    await basic.authenticate(header("anna", "correct horse: battery"))
    assert len(looked) == 2
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            await basic.authenticate(header("anna", "wrong"))
    assert len(looked) == 4


async def test_a_password_that_was_changed_counts_no_more_at_once(basic, file):
    await basic.authenticate(header("anna", "correct horse: battery"))
    passwords.write(file, "anna", "another one altogether")
    with pytest.raises(Unauthenticated):
        await basic.authenticate(header("anna", "correct horse: battery"))
    await basic.authenticate(header("anna", "another one altogether"))


async def test_a_name_that_is_gone_is_nobodys_at_once(basic, file):
    await basic.authenticate(header("anna", "correct horse: battery"))
    file.write_text("".join(line for line in file.read_text("utf-8").splitlines(True) if "bert" in line), "utf-8")
    with pytest.raises(Unauthenticated):
        await basic.authenticate(header("anna", "correct horse: battery"))


async def test_who_guesses_has_to_wait_and_others_do_not(basic, clock):
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            await basic.authenticate(header("anna", "wrong"), "10.0.0.1")
    with pytest.raises(TooMany, match="Too many wrong passwords: try again in 1 second") as many:
        await basic.authenticate(header("anna", "wrong"), "10.0.0.1")
    assert many.value.retry_after_seconds == 1
    assert (await basic.authenticate(header("anna", "correct horse: battery"), "10.0.0.2")).name == "anna"
    clock.now += 61
    assert (await basic.authenticate(header("anna", "correct horse: battery"), "10.0.0.1")).name == "anna"
