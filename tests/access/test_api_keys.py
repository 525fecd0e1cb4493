"""API keys: made, known, given another secret, ended."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chainlit_app.history.where import place
from sextant.access.api_keys import ApiKeys
from sextant.access.key_store import KeyStore, KeysTrouble
from sextant.access.refusals import Unauthenticated, Unavailable


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)
        self.seconds = 1000.0  # which nobody can set

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.set(**time)
        self.seconds += timedelta(**time).total_seconds()

    def set(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["file", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def store(request, tmp_path):
    """Return an empty place for keys of each kind."""
    setting = str(tmp_path / "kept" / "keys.db") if request.param == "file" else request.getfixturevalue("postgres")
    made = KeyStore(place(setting))
    yield made
    await made.close()


async def ask(keys: ApiKeys, key: str):
    return await keys.authenticate({"x-api-key": key})


async def test_a_key_says_who_asks_and_with_which_roles(store):
    key, text = await store.make("grafana", ["viewer", "analyst"], days=None)
    who = await ask(ApiKeys(store), text)
    assert (who.id, who.name, who.roles, who.method) == (f"key:{key.id}", "grafana", {"viewer", "analyst"}, "api_key")


async def test_blanks_around_a_key_are_none_of_it(store):
    _, text = await store.make("grafana", ["viewer"], days=None)
    assert (await ask(ApiKeys(store), f" {text} ")).name == "grafana"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda text: text[:-1],
        lambda text: text + "A",
        lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"),
        lambda text: text.upper(),
        lambda text: text.removeprefix("sextant_"),
        lambda text: text.replace("sextant_", "sextant__"),
        lambda text: "sextant_00000000_" + text[17:],
        lambda text: text[:17],
        lambda text: text[17:],
        lambda text: f"{text}' OR 1=1 --",
        lambda text: text + "\0",
        lambda text: "é" * 60,
        lambda text: "x" * 100_000,
    ],
)
async def test_what_is_not_the_whole_key_is_nobodys(store, wrong):
    _, text = await store.make("grafana", ["viewer"], days=None)
    with pytest.raises(Unauthenticated, match="not known") as refused:
        await ask(ApiKeys(store), wrong(text))
    assert refused.value.challenge.startswith("ApiKey ")


@pytest.mark.parametrize("headers", [{}, {"x-api-key": ""}, {"authorization": "Bearer x"}])
async def test_without_a_key_it_is_said_where_it_goes(store, headers):
    with pytest.raises(Unauthenticated, match="header X-API-Key: `sextant keys make`"):
        await ApiKeys(store).authenticate(headers)


async def test_a_revoked_key_counts_no_more_within_a_second(store, clock):
    keys = ApiKeys(store, clock, lambda: clock.seconds)
    key, text = await store.make("grafana", ["viewer"], days=None)
    await ask(keys, text)
    assert await store.revoke(key.id)
    clock.pass_by(seconds=0.9)
    with pytest.raises(Unauthenticated, match="is revoked"):
        await ask(keys, text)
    assert not await store.revoke(key.id)
    assert await store.rotate(key.id) is None


async def test_a_clock_that_is_set_back_makes_no_revoked_key_count_longer(store, clock):
    keys = ApiKeys(store, clock, lambda: clock.seconds)
    key, text = await store.make("grafana", ["viewer"], days=None)
    await ask(keys, text)
    await store.revoke(key.id)
    clock.set(hours=-1)
    clock.pass_by(seconds=0.9)
    with pytest.raises(Unauthenticated, match="is revoked"):
        await ask(keys, text)


async def test_a_key_with_another_secret_is_the_same_one_and_its_old_secret_is_nobodys(store, clock):
    keys = ApiKeys(store, clock, lambda: clock.seconds)
    key, old = await store.make("grafana", ["viewer"], days=None)
    before = await ask(keys, old)
    new = await store.rotate(key.id)
    clock.pass_by(seconds=0.9)
    assert await ask(keys, new) == before
    with pytest.raises(Unauthenticated, match="not known"):
        await ask(keys, old)


async def test_a_key_ends_when_it_was_said_to(store, clock):
    keys = ApiKeys(store, clock, lambda: clock.seconds)
    _, text = await store.make("visitor", ["viewer"], days=1)
    clock.pass_by(hours=23, minutes=59)
    await ask(keys, text)
    clock.pass_by(minutes=1, seconds=5)
    with pytest.raises(Unauthenticated, match="is expired"):
        await ask(keys, text)


async def test_who_has_only_the_id_is_not_told_that_a_key_is_revoked(store):
    key, text = await store.make("grafana", ["viewer"], days=None)
    await store.revoke(key.id)
    with pytest.raises(Unauthenticated, match="not known"):
        await ask(ApiKeys(store), text[:-1] + ("A" if text[-1] != "A" else "B"))


async def test_many_requests_read_a_key_once(store, clock, monkeypatch):
    asked = []
    find = store.find

    async def counted(id: str):
        asked.append(id)
        return await find(id)

    monkeypatch.setattr(store, "find", counted)
    keys = ApiKeys(store, clock, lambda: clock.seconds)
    _, text = await store.make("grafana", ["viewer"], days=None)
    for _ in range(20):
        await ask(keys, text)
    assert len(asked) == 1


async def test_all_keys_are_listed_the_newest_first_without_their_secrets(store):
    first, text = await store.make("first", ["viewer"], days=None)
    second, _ = await store.make("second", ["viewer"], days=None)
    listed = [key for key in await store.all() if key.id in (first.id, second.id)]
    assert [key.name for key in listed] == ["second", "first"]
    assert text.rpartition("_")[2] not in repr(listed)


async def test_no_file_holds_a_secret_and_only_its_owner_reads_it(tmp_path):
    file = tmp_path / "keys.db"
    store = KeyStore(place(str(file)))
    _, text = await store.make("grafana", ["viewer"], days=None)
    other = await store.rotate((await store.all())[0].id)
    await store.close()
    written = b"".join(one.read_bytes() for one in tmp_path.iterdir())
    assert [secret for secret in (text, other) if secret.split("_", 2)[2].encode() in written] == []
    assert file.stat().st_mode & 0o777 == 0o600


async def test_keys_that_cannot_be_read_are_not_called_wrong(tmp_path: Path):
    file = tmp_path / "keys.db"
    file.write_bytes(b"no database at all, but some text that is long enough to be looked at" * 20)
    with pytest.raises(Unavailable, match=r"The keys \(.*keys.db\) cannot be used"):
        await ask(ApiKeys(KeyStore(place(str(file)))), "sextant_00000000_" + "x" * 43)


async def test_an_id_is_given_once(store, monkeypatch):
    monkeypatch.setattr("sextant.access.key_store.new_id", lambda: "0badcafe")
    if await store.find("0badcafe") is None:
        await store.make("first", ["viewer"], days=None)
    with pytest.raises(KeysTrouble):
        await store.make("second", ["viewer"], days=None)


async def test_two_processes_may_make_the_first_keys_at_once(tmp_path):
    import asyncio

    stores = [KeyStore(place(str(tmp_path / "keys.db"))) for _ in range(4)]
    await asyncio.gather(*(store.make("x", ["viewer"], days=None) for store in stores))
    assert len(await stores[0].all()) == 4
    for store in stores:
        await store.close()
    with sqlite3.connect(tmp_path / "keys.db") as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()
