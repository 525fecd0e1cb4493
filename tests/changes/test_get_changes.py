"""What changed: the demo network's change log, asked as a model asks."""

from typing import Any

import pytest

from tools.models import Earlier, ToolAnswer


async def test_a_mistake_and_its_correction_are_told_newest_first(changed: Any, cells: Any) -> None:
    found = await changed(record="FRA01-cor001", since="2026-11-01")

    assert cells(found, "time", "who", "action", "what changed") == [
        ["2026-11-03T14:19:00Z", "jkowalski", "updated", "status: Offline -> Active"],
        ["2026-11-03T14:02:00Z", "asilva", "updated", "status: Active -> Offline"],
    ]
    assert "2 changes of FRA01-cor001 since 2026-11-01: all updated; users: asilva, jkowalski" in found.summary


async def test_before_is_unknown_where_no_earlier_change_is_recorded(changed: Any, cells: Any) -> None:
    found = await changed(record="FRA01-cor001")

    assert cells(found, "what changed")[-1] == ["unknown: no earlier change of it is recorded"]
    assert "comments: Software upgrade on 14 October" in cells(found, "in full")[-1][0]


async def test_a_filter_leaves_what_was_before_known(changed: Any, cells: Any) -> None:
    found = await changed(record="FRA01-cor001", user="asilva", since="2026-11-03T14:00", until="2026-11-03T14:05")

    assert cells(found, "what changed") == [["status: Active -> Offline"]]


async def test_deleted_records_are_at_the_location_where_they_were(changed: Any, cells: Any) -> None:
    found = await changed(location="Bengaluru", action="deleted")

    assert {tuple(row) for row in cells(found, "kind", "record", "location")} == {
        ("device", "BLR01-acc006", "BLR01"),
        ("interface", "BLR01-acc006 TenGigabitEthernet1/1/1", "BLR01"),
        ("interface", "BLR01-acc006 TenGigabitEthernet1/1/2", "BLR01"),
    }


async def test_a_prefix_that_was_resized_is_found_under_both_its_names(changed: Any, cells: Any) -> None:
    found = await changed(location="GIG01", kind="prefixes")

    assert cells(found, "action", "record") == [
        ["created", "10.193.17.0/24"],
        ["created", "10.193.16.0/24"],
        ["deleted", "10.193.16.0/23"],
        ["created", "10.193.16.0/23"],
    ]


async def test_a_device_that_moved_is_a_change_of_both_places(changed: Any) -> None:
    old, new = await changed(location="MEX01"), await changed(location="MTY01")

    assert (old.total, new.total) == (2, 1)
    assert new.rows[0] in old.rows


async def test_a_record_is_followed_through_its_names(changed: Any, cells: Any) -> None:
    found = await changed(record="voice", location="LYS01")

    assert cells(found, "record") == [["voice (200)"], ["VoIP (200)"]]
    assert "name: VoIP -> voice" in cells(found, "what changed")[0][0]


async def test_changes_of_its_interfaces_are_changes_of_a_device(changed: Any, cells: Any) -> None:
    found = await changed(record="SFO01-acc003")
    one = await changed(record="SFO01-acc003 GigabitEthernet1/0/3")

    assert found.total == 48
    assert set(map(tuple, cells(found, "who", "kind"))) == {("netops-automation", "interface")}
    assert cells(one, "what changed")[0] == ["description: USR PORT -> user port"]


async def test_a_duplicate_address_came_from_a_change(changed: Any, cells: Any) -> None:
    found = await changed(record="10.73.13.1")

    assert cells(found, "what changed")[0] == [
        "interfaces: MEL01-acc003 Vlan100 -> MEL01-acc003 Vlan100, MEL01-acc005 Vlan100"
    ]


async def test_a_country_has_the_changes_of_its_sites(changed: Any, cells: Any) -> None:
    found = await changed(location="Germany")

    assert {row[0] for row in cells(found, "location")} == {"DEB10", "DED01", "FRA01"}


async def test_the_whole_log_has_its_figures_and_its_page(changed: Any) -> None:
    found = await changed(since="2026-10-01", until="2026-11-20")

    assert found.total == 139
    assert "107 updated, 25 created, 7 deleted" in found.summary
    assert "the last on 2026-11-19 14:25 UTC, the first on 2026-10-05" in found.summary
    assert found.list_url is not None
    assert found.list_url.startswith("/extras/object-changes/?time__gte=2026-10-01")
    assert all(str(link).startswith("/extras/object-changes/") for link in found.links)


async def test_times_are_utc_and_in_order(changed: Any, cells: Any) -> None:
    times = [row[0] for row in cells(await changed(), "time")]

    assert times == sorted(times, reverse=True)
    assert all(time.endswith("Z") for time in times)


async def test_no_change_in_a_time_tells_the_last_one(changed: Any) -> None:
    found = await changed(location="NYC01", since="2026-11-15", until="2026-11-20")

    assert found.outcome == "empty"
    assert found.summary.endswith("The last of the 2 changes at NYC01 was on 2026-11-10 06:24 UTC.")


async def test_what_never_changed_is_empty_and_what_nothing_is_called_is_unknown(changed: Any) -> None:
    quiet, never = await changed(record="NYC01-acc001"), await changed(location="SYD01", since="2026-11-01")
    unknown, address = await changed(record="NYC77-acc001"), await changed(record="10.250.0.0/24")

    assert (quiet.outcome, quiet.summary) == ("empty", "No changes of NYC01-acc001 are recorded.")
    assert (never.outcome, never.summary) == ("empty", "No changes at SYD01 are recorded, at any time.")
    assert (unknown.outcome, address.outcome) == ("unknown", "unknown")
    assert "NYC01-acc001" in [candidate.name for candidate in unknown.candidates]
    assert all("/" in candidate.name for candidate in address.candidates)


@pytest.mark.parametrize("record", ["10.0.11.0/24", "10.0.11.1", "NYC01", "NWC-100003", "data"])
async def test_records_of_every_kind_are_known_without_a_change(changed: Any, record: str) -> None:
    assert (await changed(record=record)).outcome == "empty"


async def test_a_user_is_found_by_part_of_the_name(changed: Any) -> None:
    found, unknown = await changed(user="Kowalski"), await changed(user="nobody")

    assert (found.total, found.notes) == (25, ["Read 'Kowalski' as jkowalski."])
    assert unknown.outcome == "unknown"
    assert [candidate.name for candidate in unknown.candidates][:2] == ["asilva", "contractor7"]


async def test_a_wrong_time_is_invalid_with_the_way_out(changed: Any) -> None:
    future, odd = await changed(since="2999-01-01"), await changed(since="last week")

    assert (future.outcome, odd.outcome) == ("invalid", "invalid")
    assert "7d" in odd.summary


async def test_how_long_nautobot_keeps_changes_is_said_where_older_ones_are_asked_for(changed: Any) -> None:
    old, young = await changed(since="2026-01-01"), await changed(since="2026-10-05")

    assert "CHANGELOG_RETENTION days, 90 unless set otherwise" in old.notes[0]
    assert young.notes == []


async def test_the_rows_of_a_result_are_records_that_may_have_changed(answering: Any) -> None:
    devices: ToolAnswer = (await answering.answer("get_devices_by_location", {"location": "FRA01"})).answer
    named = {"r1": Earlier(uri=devices.result_uri, tool=devices.tool, arguments={})}
    found = (await answering.answer("get_changes", {"record": "r1"}, earlier=named)).answer

    assert found.total == 4
    assert {row[found.columns.index("record")] for row in found.rows} == {"FRA01-cor001"}
    assert found.notes[0] == "r1 stands for the 8 records of its rows."


async def test_rows_that_are_no_records_with_changes_are_refused(answering: Any) -> None:
    counted: ToolAnswer = (
        await answering.answer("count_records", {"record": "devices", "group_by": "role", "location": "FRA01"})
    ).answer
    named = {"r1": Earlier(uri=counted.result_uri, tool=counted.tool, arguments={})}
    found = (await answering.answer("get_changes", {"record": "r1"}, earlier=named)).answer

    assert (found.outcome, found.summary) == (
        "invalid",
        "The rows of r1 are no records that changes are kept of: name the records.",
    )
