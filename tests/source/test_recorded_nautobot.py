"""What a real Nautobot 3.2.7 answered, recorded, read as the product reads it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tools.errors import BrokenQuery, InvalidRequest, NotAllowed, UnknownName
from tools.nautobot import Nautobot
from tools.queries import Queries

pytestmark = [pytest.mark.vcr]
Recorded = Callable[..., Nautobot]

READS: dict[str, dict[str, Any]] = {
    "prefixes_by_location": {"locations": ["USB01"]},
    "prefixes_usage": {"locations": ["USB01"]},
    "prefixes_containing": {"targets": ["10.0.11.77"]},
    "prefixes_within": {"targets": ["10.0.11.0/24"]},
    "addresses_by_address": {"addresses": ["10.0.11.1"]},
    "addresses_within": {"prefixes": ["10.0.255.0/31"]},
    "addresses_in_use": {"prefixes": ["10.0.255.0/31"]},
    "devices_by_location": {"locations": ["USB01"]},
    "devices_by_location_and_role": {"locations": ["NYC01"], "role": ["WAN Router"], "has_primary_ip": True},
    "device": {"names": ["NYC01-wan001"]},
    "interfaces_by_device": {"devices": ["NYC01-wan001"], "enabled": True},
    "vlans_by_location": {"locations": ["NYC01"], "vid": [100]},
    "circuits_by_location": {"locations": ["NYC01"]},
    "racks_by_location": {"locations": ["GBD01"], "status": ["Active"]},
    "rack_units": {"locations": ["GBD01"], "names": ["GBD01-R02"]},
    "rack_names": {},
    "changes": {"kind": "dcim.device", "action": ["delete"], "since": ["2026-11-01T00:00:00+00:00"]},
    "changes_in_full": {"changes": ["279a4c50-3fa5-55e5-9cbf-241639391c76"]},
    "roles": {"content_types": ["ipam.prefix"]},
    "statuses": {"content_types": ["dcim.device"]},
    "providers": {},
    "namespaces": {},
    "locations": {},
    "device_names": {},
}


@pytest.mark.parametrize("query", READS)
async def test_a_query_file_reads_rows_with_ids(query: str, recorded: Recorded) -> None:
    found = await recorded("reader").rows(query, **READS[query])

    assert found.rows
    assert found.mode == "live"
    assert found.run.file == f"{query}.graphql"
    assert found.run.variables == READS[query]
    assert found.run.rows == len({row["id"] for row in found.rows}) == len(found.rows)


def test_every_query_file_is_recorded_but_those_of_a_whole_network() -> None:
    others = set(Queries().names()) - READS.keys()
    # The first two are like another, without a filter; the recorded network has no ranges.
    assert others == {"circuits", "addresses", "ip_address_ranges"}


async def test_a_read_says_the_version_of_nautobot(recorded: Recorded) -> None:
    source = recorded("reader")

    await source.rows("namespaces")

    assert source.live is not None
    assert source.live.version == "3.2"


async def test_all_pages_are_read_in_order(recorded: Recorded) -> None:
    whole = await recorded("reader").rows("prefixes_by_location", locations=["NYC01"], role=["User Data"])
    paged = await recorded("reader", nautobot_page_size=2).rows(
        "prefixes_by_location", locations=["NYC01"], role=["User Data"]
    )

    assert len(whole.rows) > 4
    assert paged.rows == whole.rows


async def test_filters_narrow_at_nautobot(recorded: Recorded) -> None:
    found = await recorded("reader").rows(
        "prefixes_by_location", locations=["NYC01"], type=["network"], prefix_length=[24], ip_version=4, vlan=[100]
    )

    assert {row["vlan"]["vid"] for row in found.rows} == {100}
    assert {row["prefix_length"] for row in found.rows} == {24}


async def test_a_place_without_records_is_empty_and_not_an_error(recorded: Recorded) -> None:
    found = await recorded("reader").rows("prefixes_by_location", locations=["NYC01"], prefix_length=[9])

    assert found.rows == []
    assert found.note == ""


async def test_a_name_that_nothing_has_is_named(recorded: Recorded) -> None:
    with pytest.raises(UnknownName) as trouble:
        await recorded("reader").rows("prefixes_by_location", locations=["NYC01", "NOPE1"])

    assert str(trouble.value) == "Nautobot has no location 'NOPE1'."
    assert (trouble.value.argument, trouble.value.value) == ("locations", "NOPE1")


@pytest.mark.parametrize(
    ("account", "words"),
    [
        (None, "none is set"),
        ("wrong", "does not know this token"),
        ("expired", "has expired"),
        ("inactive", "is inactive"),
    ],
)
async def test_a_refused_token_says_what_to_do_about_it(account: str | None, words: str, recorded: Recorded) -> None:
    with pytest.raises(NotAllowed, match=words) as trouble:
        await recorded(account).rows("prefixes_by_location", locations=["NYC01"])

    assert "NAUTOBOT_TOKEN" in str(trouble.value)


async def test_what_a_token_may_not_see_is_told_from_what_is_not_there(recorded: Recorded) -> None:
    with pytest.raises(NotAllowed, match=r"may not read prefixes.*ipam\.view_prefix"):
        await recorded("nothing").rows("prefixes_containing", targets=["10.0.11.77"])


async def test_a_token_that_may_see_a_part_finds_the_rest_empty(recorded: Recorded) -> None:
    source = recorded("limited")

    assert (await source.rows("prefixes_containing", targets=["10.0.11.77"])).rows
    assert (await source.rows("prefixes_containing", targets=["10.64.11.77"])).rows == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("id\n    colour", "line 4: Nautobot 3.2 has no field colour on NamespaceType"),
        ("id\n    prefixes(limit: 2) { prefix }", "line 4: the filter limit works at the top of a query only"),
        ('id\n    prefixes(site: "x") { prefix }', "line 4: Nautobot 3.2 has no filter site on prefixes"),
        ("id\n    prefixes", "line 4: say which fields of prefixes are wanted"),
    ],
)
async def test_a_query_that_nautobot_refuses_names_file_line_and_reason(
    text: str, reason: str, tmp_path: Path, recorded: Recorded
) -> None:
    written = f"query namespaces($limit: Int, $offset: Int) {{\n  namespaces(limit: $limit, offset: $offset) {{\n    name {text}\n  }}\n}}\n"
    (tmp_path / "namespaces.graphql").write_text(written, encoding="utf-8")
    source = recorded("reader", sextant_queries=tmp_path)
    assert source.live is not None
    source.live.version = "3.2"

    with pytest.raises(BrokenQuery) as trouble:
        await source.rows("namespaces")

    assert f"The query file namespaces.graphql is broken in {reason}" in str(trouble.value)


async def test_a_field_that_a_reader_adds_to_a_query_is_read(tmp_path: Path, recorded: Recorded) -> None:
    own = Queries().get("racks_by_location").text.replace("    u_height\n", "    u_height\n    desc_units\n")
    (tmp_path / "racks_by_location.graphql").write_text(own, encoding="utf-8")

    found = await recorded("reader", sextant_queries=tmp_path).rows("racks_by_location", locations=["GBD01"])

    assert {row["desc_units"] for row in found.rows} == {False}


async def test_a_value_that_is_no_id_is_invalid(recorded: Recorded, tmp_path: Path) -> None:
    text = Queries().get("namespaces").text.replace("offset: $offset)", 'offset: $offset, id: ["nonsense"])')
    (tmp_path / "namespaces.graphql").write_text(text, encoding="utf-8")

    with pytest.raises(InvalidRequest, match="Correct it"):
        await recorded("reader", sextant_queries=tmp_path).rows("namespaces")


async def test_the_doctor_sees_the_rights_of_a_reader(recorded: Recorded) -> None:
    checks = {check.name: check for check in await recorded("reader").checks()}

    assert all(check.ok for check in checks.values())
    assert {"Nautobot", "Token", "Rights: prefixes", "Rights: IP addresses", "Query files"} <= checks.keys()
    assert checks["Token"].todo == ""


async def test_the_doctor_names_each_right_that_is_missing(recorded: Recorded) -> None:
    checks = {check.name: check for check in await recorded("limited").checks()}

    assert checks["Rights: prefixes"].ok
    assert not checks["Rights: devices"].ok
    assert "dcim.view_device" in checks["Rights: devices"].todo


async def test_the_doctor_says_that_a_token_has_expired(recorded: Recorded) -> None:
    checks = {check.name: check for check in await recorded("expired").checks()}

    assert not checks["Token"].ok
    assert "has expired" in checks["Token"].todo
    assert "Rights: prefixes" not in checks
