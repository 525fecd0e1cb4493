"""A history in memory: it holds so much, and what was used longest ago is deleted."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from chainlit_app.archive import TurnRecord
from chainlit_app.conversation import Conversation
from chainlit_app.history import room
from chainlit_app.history.chats import Chats
from chainlit_app.history.store import Store
from chainlit_app.history.where import place
from chainlit_app.turn import TurnEnded, Usage


@pytest.fixture
async def memory() -> AsyncIterator[Store]:
    made = Store(place("off"))
    yield made
    await made.close()


@pytest.fixture
def chats(memory: Store) -> Chats:
    async def warn(sentence: str) -> None:
        raise AssertionError(sentence)

    made = Chats(warn)
    made.use(memory)
    return made


@pytest.fixture
def say(fakes) -> Callable[..., None]:
    """Return a function that adds a turn with one source to a conversation."""

    def said(conversation: Conversation, rows: int = 2, turn_id: str | None = None) -> None:
        turn = conversation.begin("Which devices?", turn_id or f"{conversation.id}/{len(conversation.turns)}")
        answer = fakes.answer(*(f"device-{number}" for number in range(rows))).model_copy(update={"shown": 1})
        found, call = fakes.result(answer), fakes.call(id=turn.id)
        turn.note(call, found, conversation.cite(turn, call, found))
        conversation.end(turn, TurnEnded("answered", "Some [1].", tuple(turn.sources), "demo", Usage(1, 2), "m"))

    return said


@pytest.fixture
def ask(chats: Chats, say):
    """Return a function that holds a whole turn."""

    async def asked(id: str, rows: int = 2) -> None:
        conversation = await chats.current(id, "ada", new=False)
        turn_id = f"{id}/{len(conversation.turns)}"
        async with chats.keeping(conversation, "ada", turn_id, "Which devices?"):
            say(conversation, rows, turn_id)

    return asked


async def ids(store: Store) -> list[str]:
    return [one.id for one in (await store.list("ada")).listed]


async def test_beyond_so_many_rows_what_was_used_longest_ago_is_deleted(chats: Chats, memory: Store, ask):
    chats.rows_open = 6
    for id in ("first", "second", "third", "first", "fourth"):
        await ask(id)
    assert await ids(memory) == ["fourth", "first"]
    assert await chats.find("second", "ada") is None


async def test_beyond_so_many_conversations_the_oldest_is_deleted_whether_anything_was_asked_or_not(
    chats: Chats, memory: Store, ask, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(room, "CONVERSATIONS", 2)
    await ask("first")
    for id in ("second", "third"):
        await chats.note(id, "ada", id)
    assert await ids(memory) == ["third", "second"]


async def test_one_conversation_that_is_too_large_keeps_what_a_model_was_shown_of_older_sources(
    chats: Chats, memory: Store, ask
):
    chats.rows_open = 5
    for _ in range(3):
        await ask("only", rows=4)
    record = await memory.find("ada", "only")
    assert record is not None
    assert [len(source.table.rows) for source in record.sources() if source.table] == [1, 1, 4]


async def test_a_conversation_deleted_while_it_is_answered_is_kept_anew_as_a_whole(
    chats: Chats, memory: Store, ask, say
):
    chats.rows_open = 5
    await ask("slow")
    slow = await chats.current("slow", "ada", new=False)
    async with chats.keeping(slow, "ada", "slow/1", "Which devices?"):
        await ask("other", rows=4)
        assert await ids(memory) == ["other"]
        say(slow, turn_id="slow/1")
    record = await memory.find("ada", "slow")
    assert record is not None
    assert [source.number for source in record.sources()] == [1, 2]


async def test_one_that_was_deleted_begins_anew_when_its_page_asks_on(chats: Chats, memory: Store, ask):
    chats.rows_open = 3
    for id in ("first", "second", "first"):
        await ask(id)
    record = await memory.find("ada", "first")
    assert record is not None
    assert [source.number for source in record.sources()] == [1]


async def test_a_history_on_disk_keeps_all(tmp_path: Path, say):
    store = Store(place(str(tmp_path / "history.db")))
    for id in ("first", "second"):
        say(conversation := Conversation(id=id))
        await store.answered("ada", id, [TurnRecord.of(turn) for turn in conversation.turns])
    assert await store.make_room(1) == []
    assert await ids(store) == ["second", "first"]
    await store.close()
