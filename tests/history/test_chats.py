"""The conversations in memory: whose they are, when they are kept, and when they make room."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chainlit_app.conversation import Conversation
from chainlit_app.history import chats as module
from chainlit_app.history.chats import Chats
from chainlit_app.history.store import Store
from chainlit_app.history.trouble import HistoryTrouble
from chainlit_app.history.where import place
from chainlit_app.turn import TurnEnded, Usage


class Broken(Store):
    """A history that can be broken, or held up while it writes."""

    broken = False
    away = False  # nothing can be read

    def __init__(self, file: Path) -> None:
        super().__init__(place(str(file)))
        self.writing = asyncio.Event()
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def find(self, owner, id):
        if self.away:
            raise HistoryTrouble("The history is away.")
        return await super().find(owner, id)

    async def asked(self, *said):
        if self.broken:
            raise HistoryTrouble("The history is away.")
        await super().asked(*said)

    async def answered(self, owner, id, ended):
        if self.broken:
            raise HistoryTrouble("The history is away.")
        self.writing.set()
        await self.go_on.wait()
        await super().answered(owner, id, ended)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Broken]:
    made = Broken(tmp_path / "history.db")
    yield made
    await made.close()


@pytest.fixture
def warned() -> list[str]:
    return []


@pytest.fixture
def chats(store: Broken, warned: list[str]) -> Chats:
    async def warn(sentence: str) -> None:
        warned.append(sentence)

    made = Chats(warn)
    made.use(store)
    return made


@pytest.fixture
def ask(chats: Chats, fakes):
    """Return a function that holds one turn with one source of two rows."""

    async def asked(conversation: Conversation, question: str = "Which devices?", owner: str = "ada") -> None:
        turn_id = f"{conversation.id}/{len(conversation.turns)}"
        async with chats.keeping(conversation, owner, turn_id, question):
            turn = conversation.begin(question, turn_id)
            found, call = fakes.result(fakes.answer("a", "b")), fakes.call(id=turn_id)
            turn.note(call, found, conversation.cite(turn, call, found))
            conversation.end(turn, TurnEnded("answered", "Two [1].", tuple(turn.sources), "demo", Usage(1, 2), "m"))

    return asked


async def questions(chats: Chats, id: str, owner: str = "ada") -> list[str]:
    found = await chats.find(id, owner)
    return [turn.question for turn in found.turns] if found else []


async def test_only_its_reader_finds_a_conversation(chats: Chats, ask):
    await ask(chats.begin("c", "ada"))
    assert await questions(chats, "c") == ["Which devices?"]
    assert await chats.find("c", "bob") is None


@pytest.fixture
def another(store: Broken, fakes) -> Chats:
    """Return the conversations of another process over the same history."""

    async def warn(sentence: str) -> None:
        raise AssertionError(sentence)

    made = Chats(warn)
    made.use(store)
    return made


async def say(chats: Chats, conversation: Conversation, question: str) -> None:
    async with chats.keeping(conversation, "ada", question, question):
        turn = conversation.begin(question, question)
        conversation.end(turn, TurnEnded("answered", "Two.", (), "demo", Usage(1, 2), "m"))


async def test_what_another_process_said_in_a_conversation_is_read_before_it_goes_on(chats: Chats, another: Chats):
    await say(chats, chats.begin("c", "ada"), "one")
    for turn, process in (("two", another), ("three", chats), ("four", another)):
        conversation = await process.find("c", "ada")
        assert conversation is not None
        await say(process, conversation, turn)
    assert await questions(chats, "c") == await questions(another, "c") == ["one", "two", "three", "four"]


async def test_an_answer_that_another_process_finishes_takes_the_place_of_its_question(chats: Chats, another: Chats):
    conversation = chats.begin("c", "ada")
    async with chats.keeping(conversation, "ada", "one", "one"):
        turn = conversation.begin("one", "one")
        while not await another.find("c", "ada"):
            await asyncio.sleep(0)
        conversation.end(turn, TurnEnded("answered", "Two.", (), "demo", Usage(1, 2), "m"))
    seen = await another.find("c", "ada")
    assert seen is not None and seen.turns[0].ended is not None
    assert seen.turns[0].ended.text == "Two."


async def test_of_answers_at_the_same_moment_in_two_processes_one_is_kept_and_both_go_on_from_it(
    chats: Chats, another: Chats, warned: list[str], fakes
):
    async def answer(process: Chats, conversation: Conversation, question: str) -> None:
        async with process.keeping(conversation, "ada", question, question):
            turn = conversation.begin(question, question)
            found, call = fakes.result(fakes.answer("a", "b")), fakes.call(id=question)
            turn.note(call, found, conversation.cite(turn, call, found))
            conversation.end(turn, TurnEnded("answered", "Two [1].", tuple(turn.sources), "demo", Usage(1, 2), "m"))

    await answer(chats, chats.begin("c", "ada"), "one")
    mine, theirs = await chats.find("c", "ada"), await another.find("c", "ada")
    assert mine is not None
    assert theirs is not None
    async with chats.keeping(mine, "ada", "two", "two"):
        await answer(another, theirs, "three")
        turn = mine.begin("two", "two")
        found, call = fakes.result(fakes.answer("a", "b")), fakes.call(id="two")
        turn.note(call, found, mine.cite(turn, call, found))
        mine.end(turn, TurnEnded("answered", "Two [2].", tuple(turn.sources), "demo", Usage(1, 2), "m"))
    assert [sentence.partition(":")[0] for sentence in warned] == ["This answer is not kept"]
    for process, question in ((chats, "four"), (another, "five")):
        found_again = await process.find("c", "ada")
        assert found_again is not None
        await answer(process, found_again, question)
    for process in (chats, another):
        kept = await process.find("c", "ada")
        assert kept is not None
        assert [(turn.question, [source.number for source in turn.sources]) for turn in kept.turns] == [
            *(("one", [1]), ("two", []), ("three", [2]), ("four", [3]), ("five", [4]))
        ]
    assert len(warned) == 1


async def test_what_another_process_deleted_is_gone_here_as_well(chats: Chats, another: Chats):
    await say(chats, chats.begin("c", "ada"), "one")
    await another.delete("c", "ada")
    assert await chats.find("c", "ada") is None


async def test_a_conversation_goes_on_where_the_history_cannot_say_whether_it_is_old(
    chats: Chats, store: Broken, monkeypatch
):
    conversation = chats.begin("c", "ada")
    await say(chats, conversation, "one")

    async def away(owner: str, id: str) -> dict[str, bool]:
        raise HistoryTrouble("The history is away.")

    monkeypatch.setattr(store, "turns", away)
    assert await chats.find("c", "ada") is conversation


async def test_what_nobody_used_for_longest_makes_room_and_comes_back_from_the_history(chats: Chats, ask):
    chats.rows_open = 3
    for id in ("first", "second"):
        await ask(chats.begin(id, "ada"))
    first, second = [chats._open.get(("ada", id)) for id in ("first", "second")]
    assert first is None
    assert second is not None
    assert await questions(chats, "first") == ["Which devices?"]


async def test_what_the_history_does_not_have_makes_room_last(chats: Chats, store: Broken, ask, monkeypatch):
    monkeypatch.setattr(module, "OPEN", 2)
    store.broken = True
    await ask(chats.begin("only here", "ada"))
    store.broken = False
    for id in ("second", "third"):
        await ask(chats.begin(id, "ada"))
    assert [id for _, id in chats._open] == ["only here", "third"]


async def test_what_is_lost_where_even_that_has_no_room_is_logged(
    chats: Chats, store: Broken, ask, monkeypatch, caplog
):
    monkeypatch.setattr(module, "OPEN", 1)
    store.broken = True
    for id in ("first", "second"):
        await ask(chats.begin(id, "ada"))
    assert [id for _, id in chats._open] == ["second"]
    assert "turns lost: 1" in caplog.text


async def test_a_turn_that_could_not_be_kept_is_kept_with_the_next_and_its_reader_is_warned_once(
    chats: Chats, store: Broken, warned: list[str], ask
):
    conversation = chats.begin("c", "ada")
    store.broken = True
    await ask(conversation, "one")
    await ask(conversation, "two")
    store.broken = False
    await ask(conversation, "three")
    record = await store.find("ada", "c")
    assert [turn.question for turn in record.turns] == ["one", "two", "three"]
    assert [source.number for source in record.sources()] == [1, 2, 3]
    assert len(warned) == 1


async def test_a_conversation_that_made_room_before_its_turn_began_is_held_again(chats: Chats, ask):
    conversation = chats.begin("c", "ada")
    chats._open.clear()
    await ask(conversation)
    assert await chats.find("c", "ada") is conversation


async def test_what_is_deleted_while_it_is_written_does_not_come_back(chats: Chats, store: Broken, ask):
    conversation = chats.begin("c", "ada")
    await ask(conversation, "one")
    store.writing.clear()
    store.go_on.clear()
    turn = asyncio.create_task(ask(conversation, "two"))
    await store.writing.wait()
    await chats.delete("c", "ada")
    store.go_on.set()
    await turn
    assert await store.find("ada", "c") is None
    assert await chats.find("c", "ada") is None


async def test_many_who_want_one_at_once_get_the_same(chats: Chats, ask):
    await ask(chats.begin("c", "ada"))
    chats._open.clear()
    found = await asyncio.gather(*(chats.find("c", "ada") for _ in range(5)))
    assert found[0] is not None
    assert all(one is found[0] for one in found)
    assert chats._loading == {}


async def test_what_is_too_old_is_gone_from_memory_as_well(chats: Chats, ask):
    await ask(chats.begin("c", "ada"))
    await chats.forget(1)
    assert await questions(chats, "c") == ["Which devices?"]
    await chats.forget(-1)
    assert await chats.find("c", "ada") is None


async def test_a_conversation_that_cannot_be_read_now_is_not_begun_a_second_time_and_goes_on_later(
    chats: Chats, store: Broken, warned: list[str], ask
):
    await ask(await chats.current("c", "ada", new=True), "one")
    chats._open.clear()
    store.away = True
    for _ in range(2):
        with pytest.raises(HistoryTrouble):
            await chats.current("c", "ada", new=False)
    assert not chats._open

    store.away = False
    await ask(await chats.current("c", "ada", new=False), "two")
    record = await store.find("ada", "c")
    assert [turn.question for turn in record.turns] == ["one", "two"]
    assert [source.number for source in record.sources()] == [1, 2]
    assert warned == []


async def test_a_new_chat_begins_while_the_history_cannot_be_read_and_is_kept_later(chats: Chats, store: Broken, ask):
    store.away = store.broken = True
    await ask(await chats.current("c", "ada", new=True), "one")
    store.away = store.broken = False
    await ask(await chats.current("c", "ada", new=False), "two")
    assert [turn.question for turn in (await store.find("ada", "c")).turns] == ["one", "two"]
