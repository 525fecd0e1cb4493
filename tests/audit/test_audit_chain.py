"""Rows are added and never touched; what is touched is found, and said which."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from sextant.audit.store import AuditStore, AuditTrouble, Wanted
from sextant.audit.trail import UNREADABLE, digest

COLUMNS = "at, kind, who, name, roles, method, what, digest, rows, seconds, mode, outcome, request, previous, hash"


async def said(trail):
    return list((await trail.verify()).lines)


@pytest.fixture
async def ten(trail, happened):
    await trail.append([happened(f"tool {number}", rows=number, seconds=number / 7) for number in range(1, 10)])
    return trail


async def test_the_first_row_says_that_the_trail_begins_and_each_row_holds_the_hash_of_the_one_before(ten):
    rows = [row async for row in ten.records()]
    assert (rows[0].kind, rows[0].outcome, rows[0].previous) == ("trail", "begun", "0" * 64)
    assert [row.number for row in rows] == list(range(10))
    assert [row.previous for row in rows[1:]] == [row.hash for row in rows[:-1]]
    assert len({row.hash for row in rows}) == 10
    found = await ten.verify()
    assert (found.count, found.breaks, found.head.number, found.head.hash) == (10, 0, 9, rows[-1].hash)


async def test_a_row_comes_back_as_it_was_written(trail, happened):
    odd = "x\x00\ud800 Zürich\n\x1b[2J"
    await trail.append([happened(odd, rows=2**40, seconds=1 / 3, mode="live", request_id="r1", arguments_digest="d")])
    row = [row async for row in trail.records()][-1]
    assert row.what == "x\N{REPLACEMENT CHARACTER}? Zürich\n\x1b[2J"
    assert (row.rows, row.seconds, row.mode, row.request, row.digest) == (2**40, 0.3333, "live", "r1", "d")
    assert (row.who, row.name, row.roles, row.method) == ("page:anna", "anna", "analyst,viewer", "page")
    assert await said(trail) == []


async def test_what_happened_is_not_kept_endlessly_long(trail, happened):
    await trail.append([happened("x" * 100_000)])
    row = [row async for row in trail.records()][-1]
    assert row.what == "x" * 497 + "..."


@pytest.mark.parametrize(
    ("column", "value"),
    [("what", "'other'"), ("rows", "7"), ("seconds", "NULL"), ("who", "'page:bert'"), ("at", "'2020-01-01'")],
)
async def test_a_row_that_was_changed_is_found(ten, tamper, column, value):
    await tamper(f"UPDATE sextant_audit SET {column} = {value} WHERE number = 4")
    assert await said(ten) == ["Row 4 was changed: its hash is not that of what it holds."]


async def test_a_row_that_was_changed_and_hashed_anew_is_found_by_the_next_one(ten, tamper):
    row = [row async for row in ten.records()][4]
    from dataclasses import replace

    forged = replace(row, what="nothing").own_hash()
    await tamper(f"UPDATE sextant_audit SET what = 'nothing', hash = '{forged}' WHERE number = 4")
    assert await said(ten) == ["Row 5 does not follow row 4: one of them was exchanged or inserted."]


async def test_rows_that_were_deleted_are_found(ten, tamper):
    await tamper("DELETE FROM sextant_audit WHERE number = 4", "DELETE FROM sextant_audit WHERE number IN (6, 7)")
    assert await said(ten) == ["Row 4 is missing: deleted.", "Rows 6 to 7 are missing: deleted."]


async def test_the_first_rows_cannot_be_deleted_unseen(ten, tamper):
    await tamper("DELETE FROM sextant_audit WHERE number < 3")
    assert await said(ten) == ["Rows 0 to 2 are missing: deleted."]


async def test_a_beginning_that_is_passed_off_as_removed_by_the_retention_is_found(ten, tamper):
    row = [row async for row in ten.records()][2]
    await tamper(
        "DELETE FROM sextant_audit WHERE number < 3",
        f"UPDATE sextant_audit_head SET removed = 2, removed_hash = '{row.hash}'",
    )
    assert await said(ten) == ["Rows 0 to 2 are missing, and no row says that the retention removed them."]


async def test_rows_that_were_cut_off_the_end_are_found(ten, tamper):
    await tamper("DELETE FROM sextant_audit WHERE number > 7")
    assert await said(ten) == ["Rows 8 to 9 are missing at the end: cut off."]


async def test_an_inserted_row_is_found(ten, tamper):
    moved = (
        f"INSERT INTO sextant_audit (number, {COLUMNS}) SELECT number + 1, {COLUMNS} FROM sextant_audit WHERE number = "
    )
    shift = [line for at in (9, 8, 7) for line in (f"{moved}{at}", f"DELETE FROM sextant_audit WHERE number = {at}")]
    await tamper(*shift, f"{moved}6")
    found = await said(ten)
    assert "Row 7 was changed: its hash is not that of what it holds." in found
    assert "Row 8 was written as row 7: rows were moved, exchanged or inserted." in found
    assert "Row 10 stands behind the end of the trail: it was inserted." in found


async def test_rows_in_each_others_places_are_found(ten, tamper):
    await tamper(
        "UPDATE sextant_audit SET number = 99 WHERE number = 3",
        "UPDATE sextant_audit SET number = 3 WHERE number = 6",
        "UPDATE sextant_audit SET number = 6 WHERE number = 99",
    )
    assert await said(ten) == [
        "Row 3 was changed: its hash is not that of what it holds.",
        "Row 6 was changed: its hash is not that of what it holds.",
        "Row 3 was written as row 6: rows were moved, exchanged or inserted.",
        "Row 6 was written as row 3: rows were moved, exchanged or inserted.",
    ]


async def test_a_trail_without_its_end_is_not_whole(ten, tamper):
    await tamper("DELETE FROM sextant_audit_head")
    assert await said(ten) == ["Where the trail ends is kept nowhere: its head was deleted."]


async def test_hundreds_of_breaks_are_counted_and_the_first_told(trail, happened, tamper):
    await trail.append([happened() for _ in range(200)])
    await tamper("UPDATE sextant_audit SET what = 'x' WHERE number > 0")
    found = await trail.verify()
    assert found.breaks == 200
    assert list(found.lines)[-1] == "150 more are not told one by one."


async def test_rows_are_neither_changed_nor_deleted_by_mistake(ten, use):
    for line in (
        "UPDATE sextant_audit SET what = 'x' WHERE number = 1",
        "DELETE FROM sextant_audit WHERE number = 1",
    ):
        with pytest.raises(DBAPIError, match="rows of the audit are never"):
            await use(line)
    assert await said(ten) == []


async def test_who_has_only_the_database_cannot_write_a_sealed_trail_anew(there, trail, happened):
    sealed = AuditStore(there, "a secret of some length")
    await sealed.append([happened("one"), happened("two")])
    assert (await sealed.verify()).breaks == 0
    await trail.append([happened("by something without the key")])
    found = await sealed.verify()
    assert list(found.lines) == [
        "The end of the trail has no seal: something without SEXTANT_AUDIT_KEY has written it."
    ]
    await sealed.append([happened("three")])
    assert (await sealed.verify()).breaks == 0
    assert "SEXTANT_AUDIT_KEY is not set" in (await said(trail))[0]
    other = AuditStore(there, "another secret of some length")
    assert "a seal that SEXTANT_AUDIT_KEY does not give" in next(iter((await other.verify()).lines))
    for store in (sealed, other):
        await store.close()


async def test_an_anchor_that_was_kept_elsewhere_finds_a_trail_that_was_written_anew(trail, happened, tamper):
    await trail.append([happened("as it was")])
    kept = await trail.head()
    await trail.append([happened("later")])
    assert (await trail.verify((kept.number, kept.hash))).breaks == 0
    await tamper("DELETE FROM sextant_audit", "DELETE FROM sextant_audit_head")
    assert list((await trail.verify((kept.number, kept.hash))).lines) == [
        "Row 1 of the anchor is not in the trail: it was cut off."
    ]
    await trail.append([happened("as it should have been"), happened("later")])
    assert await said(trail) == []
    assert list((await trail.verify((kept.number, kept.hash))).lines) == [
        "Row 1 is not that of the anchor: the trail was written anew."
    ]


async def test_writers_of_one_database_take_turns(there, happened):
    stores = [AuditStore(there) for _ in range(4)]

    async def write(store, name):
        for number in range(15):
            await store.append([happened(f"{name} {number}")])

    await asyncio.gather(*(write(store, name) for name, store in enumerate(stores)))
    found = await stores[0].verify()
    assert (found.count, found.breaks) == (61, 0)
    rows = [row.what async for row in stores[1].records()]
    assert sorted(rows[1:]) == sorted(f"{name} {number}" for name in range(4) for number in range(15))
    for store in stores:
        await store.close()


async def test_what_is_too_old_is_removed_and_the_rest_still_verifies(trail, happened):
    old = datetime.now(UTC) - timedelta(days=40)
    await trail.append([happened(f"old {number}", at=old) for number in range(5)])
    await trail.append([happened("new")])
    kept = await trail.head()
    assert await trail.forget(30) == 6  # with the row that began the trail
    rows = [row async for row in trail.records()]
    assert [(row.number, row.what) for row in rows] == [(6, "new"), (7, "rows up to 5")]
    assert rows[1].outcome == "removed"
    assert await said(trail) == []
    assert (await trail.verify((kept.number, kept.hash))).breaks == 0
    assert await trail.forget(30) == 0
    await trail.append([happened("newer")])
    assert await trail.forget(-1) == 3  # all: only the row that says so stays
    assert [row.what async for row in trail.records()] == ["rows up to 8"]
    assert await said(trail) == []
    assert list((await trail.verify((kept.number, kept.hash))).lines) == [
        "Row 6 of the anchor was removed by the retention: take a newer anchor."
    ]


async def test_a_trail_of_which_the_retention_removed_a_part_is_not_cut_further_unseen(trail, happened, tamper):
    await trail.append([happened("old", at=datetime.now(UTC) - timedelta(days=40)), happened("a"), happened("b")])
    await trail.forget(30)
    await tamper("DELETE FROM sextant_audit WHERE number = 2")
    assert await said(trail) == ["Row 2 is missing: deleted."]


async def test_rows_are_picked_by_time_person_and_kind(trail, happened):
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    await trail.append([happened("a", at=noon), happened("b", at=noon + timedelta(hours=1), kind="export")])

    async def found(**wanted):
        return [row.what async for row in trail.records(Wanted(**wanted)) if row.kind != "trail"]

    assert await found(since=noon + timedelta(minutes=1)) == ["b"]
    assert await found(who="anna") == await found(who="page:anna") == ["a", "b"]
    assert await found(who="bert") == []
    assert await found(kind="export") == ["b"]
    assert await found(newest=1) == ["b"]


async def test_a_trail_of_a_newer_sextant_is_left_alone(ten, there, use):
    await use("UPDATE sextant_audit_head SET version = 99")
    newer = AuditStore(there)
    with pytest.raises(AuditTrouble, match="newer Sextant"):
        await newer.verify()


async def test_a_file_in_no_folder_is_a_sentence(tmp_path, happened):
    from chainlit_app.history.where import place

    (tmp_path / "file").touch()
    store = AuditStore(place(str(tmp_path / "file" / "audit.db")))
    with pytest.raises(AuditTrouble, match=r"The audit \(.*audit.db\) cannot be used: .*Not a directory"):
        await store.append([happened()])


def test_a_digest_does_not_depend_on_the_order_of_keys_and_never_fails():
    assert digest({"a": 1, "b": [1, "ü"]}) == digest({"b": [1, "ü"], "a": 1})
    assert digest({"a": 1}) != digest({"a": "1"})
    deep = []
    for _ in range(100_000):
        deep = [deep]
    assert digest(deep) == UNREADABLE
    assert len(digest(None)) == len(digest({"half": "\ud800"})) == 64
