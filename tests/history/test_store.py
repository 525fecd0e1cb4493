"""What is kept, on every kind of database alike."""

import asyncio
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chainlit_app.archive import FeedbackRecord, TurnRecord
from chainlit_app.conversation import Conversation, Turn
from chainlit_app.history import store as kept
from chainlit_app.history.packing import UNFINISHED
from chainlit_app.history.schema import VERSION
from chainlit_app.history.store import Store
from chainlit_app.history.trouble import HistoryTrouble, NewerHistory, WrongFile
from chainlit_app.history.where import WrongPlace, place
from chainlit_app.turn import TurnEnded, Usage

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@pytest.fixture
def turn_of(fakes):
    """Return a function that adds a turn with one source to a conversation."""

    def made(conversation: Conversation, question: str, text: str = "Two [1].", rows: int = 2) -> Turn:
        turn = conversation.begin(question)
        found = fakes.result(fakes.answer(*(f"device-{i}" for i in range(rows))))
        asked = fakes.call(id=f"call-{question}")
        turn.note(asked, found, conversation.cite(turn, asked, found))
        conversation.end(turn, TurnEnded("answered", text, tuple(turn.sources), "demo", Usage(1, 2), "a model"))
        return turn

    return made


async def write(store: Store, conversation: Conversation, owner: str = "ada") -> None:
    records = [TurnRecord.of(turn) for turn in conversation.turns if turn.ended]
    await store.answered(owner, conversation.id, records)


async def test_a_conversation_is_read_as_it_was_written(store: Store, turn_of):
    conversation = Conversation()
    turn_of(conversation, "Which devices are in NYC01?")
    turn_of(conversation, "And in LON01?", "None [2].")
    await write(store, conversation)

    record = await store.find("ada", conversation.id)

    assert record is not None
    assert record.turns == [TurnRecord.of(turn) for turn in conversation.turns]
    again = record.restore()
    assert [source.table for source in again.sources] == [source.table for source in conversation.sources]
    assert again.messages == conversation.messages


async def test_nobody_finds_what_is_not_theirs(store: Store, turn_of):
    conversation = Conversation()
    turn = turn_of(conversation, "Which devices?")
    await write(store, conversation)

    assert await store.find("eve", conversation.id) is None
    assert (await store.list("eve")).listed == []
    assert not await store.rename("eve", conversation.id, "mine")
    assert not await store.set_feedback("eve", turn.id, FeedbackRecord(value="up", comment=""))
    assert not await store.delete("eve", conversation.id)
    assert await store.find("ada", conversation.id) is not None


async def test_the_same_id_of_two_readers_is_two_conversations(store: Store, turn_of):
    hers, his = Conversation(id="same"), Conversation(id="same")
    turn_of(hers, "hers")
    turn_of(his, "his")
    await write(store, hers, "ada")
    await write(store, his, "bob")

    assert [one.name for one in (await store.list("ada")).listed] == ["hers"]
    assert await store.delete("bob", "same")
    assert await store.find("ada", "same") is not None


async def test_a_question_without_an_end_is_kept_as_not_finished(store: Store):
    await store.asked("ada", "c", "t", "Which devices?", NOW)

    record = await store.find("ada", "c")

    assert record is not None
    (turn,) = record.turns
    assert (turn.question, turn.answer, turn.outcome, turn.failed) == ("Which devices?", UNFINISHED, "stopped", True)
    assert record.restore().messages[0] == {"role": "user", "content": "Which devices?"}


async def test_the_end_of_a_turn_is_written_over_its_question(store: Store, turn_of):
    conversation = Conversation()
    turn = turn_of(conversation, "Which devices?")
    await store.asked("ada", conversation.id, turn.id, "Which devices?", NOW)

    await write(store, conversation)
    await write(store, conversation)

    record = await store.find("ada", conversation.id)
    assert record is not None
    assert [one.answer for one in record.turns] == ["Two [1]."]


async def test_the_newest_is_listed_first_page_by_page(store: Store):
    for number in range(7):
        await store.asked("ada", f"c{number}", f"t{number}", f"question {number}", NOW)
    await store.asked("ada", "c2", "t9", "once more", NOW)

    pages, after = [], None
    while True:
        page = await store.list("ada", first=3, after=after)
        pages.append([one.id for one in page.listed])
        if (after := page.next) is None:
            break

    assert pages == [["c2", "c6", "c5"], ["c4", "c3", "c1"], ["c0"]]


async def test_a_search_finds_words_of_names_questions_and_answers(store: Store, turn_of):
    one, two = Conversation(id="one"), Conversation(id="two")
    turn_of(one, "Which devices are in NYC01?", "The core is nyc01-core001 [1].")
    turn_of(two, "What is 100 % full?", "Nothing_at all [1].")
    await write(store, one)
    await write(store, two)
    await store.rename("ada", "two", "Audit of Lisbon")

    async def found(words: str) -> set[str]:
        return {each.id for each in (await store.list("ada", search=words)).listed}

    assert await found("CORE001 nyc01") == {"one"}
    assert await found("lisbon") == {"two"}
    assert await found("100 %") == {"two"}
    assert await found("g_a") == {"two"}
    assert await found("core001 lisbon") == set()


async def test_a_name_stays_and_is_the_first_question_before(store: Store, turn_of):
    conversation = Conversation()
    turn_of(conversation, "The first")
    turn_of(conversation, "The second")
    await write(store, conversation)
    assert [one.name for one in (await store.list("ada")).listed] == ["The first"]

    assert await store.rename("ada", conversation.id, "Mine")
    turn_of(conversation, "The third")
    await write(store, conversation)

    assert [one.name for one in (await store.list("ada")).listed] == ["Mine"]


async def test_what_is_said_of_an_answer_survives_and_is_taken_back(store: Store, turn_of):
    conversation = Conversation()
    turn = turn_of(conversation, "Which devices?")
    await write(store, conversation)

    said = FeedbackRecord(value="down", comment="The role is missing.")
    assert await store.set_feedback("ada", turn.id, said)
    record = await store.find("ada", conversation.id)
    assert record is not None
    assert record.turns[0].feedback == said

    assert await store.set_feedback("ada", turn.id, None)
    record = await store.find("ada", conversation.id)
    assert record is not None
    assert record.turns[0].feedback is None


async def test_old_conversations_are_forgotten_and_new_ones_stay(store: Store, turn_of):
    conversation = Conversation()
    turn_of(conversation, "Which devices?")
    await write(store, conversation)

    assert await store.forget(1) == 0
    assert await store.forget(-1) == 1
    assert await store.find("ada", conversation.id) is None


async def test_many_at_once_lose_nothing(store: Store, turn_of):
    conversations = [Conversation(id=f"c{number}") for number in range(12)]
    for conversation in conversations:
        turn_of(conversation, "Which devices?")

    await asyncio.gather(*(write(store, one) for one in conversations), *(store.begin("ada", "c3") for _ in range(5)))

    assert len((await store.list("ada", first=50)).listed) == 12


async def test_of_too_many_rows_the_newest_come_whole(store: Store, turn_of, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kept, "ROWS_READ", 25)
    conversation = Conversation()
    for question in ("one", "two", "three"):
        turn_of(conversation, question, rows=20)
    first = TurnRecord.of(conversation.turns[0])
    shown = first.sources[0].answer.model_copy(update={"shown": 5})
    cut = first.model_copy(update={"sources": [first.sources[0].model_copy(update={"answer": shown})]})
    await store.answered("ada", conversation.id, [cut, *(TurnRecord.of(turn) for turn in conversation.turns[1:])])

    record = await store.find("ada", conversation.id)

    assert record is not None
    assert [len(source.table.rows) for source in record.sources() if source.table] == [5, 20, 20]


async def test_characters_that_a_database_refuses_are_no_reason_to_lose_a_turn(store: Store, turn_of):
    conversation = Conversation()
    turn_of(conversation, "What is \x00 \N{PILE OF POO} ' ; DROP TABLE?")
    await write(store, conversation)

    assert await store.find("ada", conversation.id) is not None


async def test_a_history_of_a_newer_sextant_is_left_alone(tmp_path: Path):
    path = tmp_path / "history.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE sextant_version (version INTEGER PRIMARY KEY)")
        db.execute("INSERT INTO sextant_version VALUES (?)", (VERSION + 1,))
    store = Store(place(str(path)))

    with pytest.raises(NewerHistory, match="SEXTANT_HISTORY"):
        await store.asked("ada", "c", "t", "Which devices?", NOW)

    with sqlite3.connect(path) as db:
        assert [name for (name,) in db.execute("SELECT name FROM sqlite_master")] == ["sextant_version"]


async def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path):
    (tmp_path / "history.db").write_text("not a database, but long enough to be looked into" * 99, encoding="utf-8")
    store = Store(place(str(tmp_path / "history.db")))

    with pytest.raises(HistoryTrouble, match="cannot be used: file is not a database"):
        await store.open()


async def test_a_history_that_goes_away_is_said_once_until_it_is_back(tmp_path: Path, caplog):
    folder = tmp_path / "not there yet"
    folder.write_text("in the way", encoding="utf-8")
    store = Store(place(str(folder / "history.db")))

    for _ in range(3):
        with pytest.raises(WrongFile, match="cannot be written"):
            await store.list("ada")
    folder.unlink()
    await store.list("ada")
    await store.list("ada")

    said = [record.getMessage() for record in caplog.records if record.name.startswith("chainlit_app")]
    assert [("cannot be written" in one, "can be used again" in one) for one in said] == [(True, False), (False, True)]
    await store.close()


async def test_a_server_that_is_not_there_is_said_without_its_password():
    store = Store(place("postgresql://sextant:secret@127.0.0.1:1/sextant"))

    with pytest.raises(HistoryTrouble, match=r"127\.0\.0\.1:1/sextant") as trouble:
        await store.open()

    assert "secret" not in str(trouble.value)


async def test_a_damaged_turn_does_not_pass_for_an_empty_one(tmp_path: Path, turn_of):
    store = Store(place(str(tmp_path / "history.db")))
    conversation = Conversation()
    turn_of(conversation, "Which devices?")
    await write(store, conversation)
    with sqlite3.connect(tmp_path / "history.db") as db:
        db.execute("UPDATE sextant_sources SET rows = x'00'")

    with pytest.raises(HistoryTrouble, match="damaged"):
        await store.find("ada", conversation.id)
    await store.close()


async def test_only_its_owner_may_read_the_file(tmp_path: Path):
    store = Store(place(str(tmp_path / "new" / "history.db")))
    await store.open()

    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "new").iterdir()}
    await store.close()

    assert set(modes.values()) == {0o600}
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("setting", "kind", "said"),
    [
        ("off", "memory", "in memory"),
        (" OFF ", "memory", "in memory"),
        ("/tmp/x.db", "file", "/tmp/x.db"),
        ("postgresql://u:p@h:5432/d", "postgresql", "postgresql://h:5432/d"),
        ("postgres://u:p@h/d?sslmode=require", "postgresql", "postgresql://h/d"),
    ],
)
def test_a_setting_says_where_the_history_is(setting: str, kind: str, said: str):
    found = place(setting)
    assert (found.kind, str(found)) == (kind, said)
    assert "p@" not in repr(found)


@pytest.mark.parametrize(
    "setting",
    [
        *("mysql://u@h/d", "postgresql://", "postgresql://h", "postgresql://h:x/d", "/tmp"),
        *("postgresql://h/d?connect_timeout=5", "postgresql://h/d?sslmode=please"),  # the driver knows no such thing
    ],
)
def test_a_setting_that_names_no_place_is_refused(setting: str):
    with pytest.raises(WrongPlace):
        place(setting)
