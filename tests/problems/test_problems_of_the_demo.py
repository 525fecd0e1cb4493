"""The two tools over the demo network: every planted irregularity is found, and nothing else is called one."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tools.answering import Answered, Answering
from tools.errors import NotAllowed
from tools.live_errors import hidden
from tools.nautobot import Nautobot
from tools.organisation import read_organisation
from tools.settings import ToolSettings


@pytest.fixture(scope="module")
def demo() -> Answering:
    return Answering(Nautobot(ToolSettings.load(demo_mode="true", nautobot_url=None)), rows_shown=1000)


@pytest.fixture
def written(demo: Answering, tmp_path: Path) -> Callable[[str], Answering]:
    """The demo network with an organisation's file."""

    def answering(text: str) -> Answering:
        (tmp_path / "organisation.yaml").write_text(text, encoding="utf-8")
        return Answering(demo.nautobot, rows_shown=1000, organisation=read_organisation(tmp_path / "organisation.yaml"))

    return answering


async def records(answering: Answering, *kinds: str, location: str | None = None) -> list[Any]:
    found = await answering.answer("find_problems", {"problems": list(kinds), "location": location})
    return [row[1] for row in found.answer.rows]


async def test_a_look_at_everything_finds_the_stories_and_no_more(demo: Answering) -> None:
    found = (await demo.answer("find_problems", {})).answer

    assert Counter(row[0] for row in found.rows) == {
        "overlaps": 4,
        "duplicate addresses": 4,
        "unused prefixes": 4,
        "no primary address": 5,
        "naming": 3,
        "standard build": 10,
        "single circuit": 3,
    }
    assert found.summary.startswith("33 problems at all locations of 10 kinds looked for: 4 overlaps, 4 duplicate")
    assert found.summary.endswith("None: prefixes without location, addresses outside prefixes, VLANs without prefix.")
    assert all(found.links)


async def test_each_story_is_found_by_its_kind(demo: Answering) -> None:
    lab = ["10.2.0.0/16 (Lab)", "10.2.11.0/24 (Lab)", "10.2.12.0/24 (Lab)", "10.2.111.0/24 (Lab)"]
    assert await records(demo, "overlaps") == lab
    assert set(await records(demo, "duplicate_addresses")) == {"10.2.11.1", "10.2.12.1", "10.2.111.1", "10.73.13.1/24"}
    assert {"10.193.16.0/24", "10.193.17.0/24", "10.197.16.0/24"} < set(await records(demo, "unused_prefixes"))
    assert await records(demo, "no_primary_address") == [
        "CAB04-wan001",
        "CND01-lea1013",
        "LYS01-cor001",
        "OSA01-acc004",
        "YVR01-wan002",
    ]
    assert await records(demo, "naming") == ["AUB70-wan002", "EZE01-acc006", "MEX01-acc006"]
    assert await records(demo, "standard_build") == [
        *["AQP01"] * 4,
        "GIG01",
        "MDE01",
        "YVR01",
        "YVR01",
        "INB08",
        "ITB06",
    ]
    assert await records(demo, "single_circuit") == ["PUS01", "INB08", "ITB06"]


async def test_at_a_location_are_the_problems_of_what_is_there(demo: Answering) -> None:
    assert await records(demo, "overlaps", "no_primary_address", "single_circuit", location="Korea") == ["PUS01"]

    nothing = (await demo.answer("find_problems", {"location": "NYC01"})).answer
    assert nothing.outcome == "empty"
    assert nothing.summary.startswith(
        "No problems at NYC01 of 9 kinds looked for. None: overlaps, duplicate addresses,"
    )


async def test_a_kind_may_be_written_without_a_list(demo: Answering) -> None:
    found = await demo.answer("find_problems", {"problems": "naming"})

    assert found.answer.summary == "3 problems at all locations of 1 kind looked for: 3 names that break the rule."
    assert found.answer.notes[0].startswith("No naming patterns are written down")


async def test_what_the_token_may_not_see_is_not_said_to_be_none(demo: Answering) -> None:
    class WithoutAddresses(Nautobot):
        async def rows(self, query: str, **options: Any) -> Any:
            if query == "addresses":
                raise hidden("ip_addresses")
            return await super().rows(query, **options)

    blind = Answering(WithoutAddresses(ToolSettings.load(demo_mode="true", nautobot_url=None)))

    alone = await blind.answer("find_problems", {"problems": ["duplicate_addresses"]})
    assert alone.answer.outcome == NotAllowed.outcome
    beside = await blind.answer("find_problems", {"problems": ["duplicate_addresses", "naming"]})
    assert beside.answer.total == 3
    assert "Not allowed to look for: duplicate addresses." in beside.answer.summary
    nothing = await blind.answer("find_problems", {"problems": ["duplicate_addresses", "vlans_without_prefix"]})
    assert nothing.answer.outcome == NotAllowed.outcome
    assert "None: VLANs without prefix. Not allowed to look for: duplicate addresses." in nothing.answer.summary


async def test_a_written_standard_and_patterns_are_what_sites_are_judged_by(written: Any) -> None:
    answering = written(
        "naming:\n  devices: {WAN Router: '{location}-wan{number:3}'}\n  vlans: {default: '{letters}'}\n"
        "standard_builds:\n  Data Center:\n    vlans: [1001, 2001]\n    racks: {rack of 42 units: 12+}\n"
    )

    misnamed = {"AUB70-wan002", *(f"compute-{vid}" for vid in range(1001, 1021))}
    assert {name.split(" ")[-1] for name in await records(answering, "naming")} == misnamed
    found = await answering.answer("find_problems", {"problems": ["standard_build"], "location": "ARD01"})
    assert [row[3] for row in found.answer.rows] == [
        "vlans: no 2001; 1 by the organisation's standard build.",
        "racks: 10 rack of 42 units; 12 or more by the organisation's standard build.",
    ]


async def test_an_alias_of_the_file_is_a_name_of_a_location(written: Any) -> None:
    answering = written("aliases: {Big Apple: NYC01, Fuji and Ramen: [TYO01, OSA01], Atlantis: XYZ99}\n")

    found: Answered = await answering.answer("search_locations", {"location": "the big apple"})
    assert found.answer.notes[0] == "Read 'the big apple' as NYC01."
    both = await answering.answer("compare_locations", {"location": "Fuji and Ramen"})
    assert both.answer.subject == "comparison of TYO01 and OSA01"
    gone = await answering.answer("search_locations", {"location": "Atlantis"})
    assert gone.answer.outcome == "unknown"
    assert "No location is called 'XYZ99'." in gone.text and "The organisation file reads 'Atlantis' so." in gone.text


async def test_two_sites_stand_side_by_side_with_what_differs_first(demo: Answering) -> None:
    found = (await demo.answer("compare_locations", {"location": ["YVR01", "NYC01"], "what": "prefixes"})).answer

    assert found.columns == ["kind", "what", "YVR01", "NYC01", "differs"]
    assert found.rows[:3] == [
        ["prefixes", "container /16", 2, 1, True],
        ["prefixes", "network /24", 4, 0, True],
        ["prefixes", "Point-to-Point Link /31", 12, 12, False],
    ]
    assert found.summary == (
        "YVR01 and NYC01 differ in 2 of 5 points; 3 are the same. "
        "Prefixes: container /16 2 at YVR01, 1 at NYC01; only YVR01 has 4 network /24."
    )


async def test_one_site_stands_beside_what_is_usual_for_its_type(demo: Answering) -> None:
    found = (await demo.answer("compare_locations", {"location": "ITB06", "what": ["devices"]})).answer

    assert found.rows == [["devices", "WAN Router", 1, "2", "196 of 198", True]]
    assert found.summary.endswith("differs in 1 of 1 points. Devices: 1 WAN Router, usually 2.")


async def test_the_whole_network_is_not_compared_with_itself(demo: Answering) -> None:
    for location in ("everywhere", ["NAM campuses", "Europe campuses"]):
        found = await demo.answer("compare_locations", {"location": location})
        assert found.answer.outcome in ("invalid", "unknown")


async def test_what_has_no_standard_is_said_to_be_shown_only(demo: Answering) -> None:
    found = (await demo.answer("compare_locations", {"location": "PUS01"})).answer
    alone = (await demo.answer("compare_locations", {"location": "PUS01", "what": "circuits"})).answer

    assert found.notes[-1] == "Not compared with it, only shown: circuits."
    assert (alone.outcome, alone.summary) == (
        "invalid",
        "No standard is known for campuses in circuits: name a second location to compare PUS01 with.",
    )
