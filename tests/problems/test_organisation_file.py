"""The organisation's file: read at the start, and told by file, line and key where it is wrong."""

import re
from pathlib import Path

import pytest

from tools.about import names
from tools.nautobot import Nautobot
from tools.organisation import Organisation, WrongOrganisation, read_organisation
from tools.settings import ToolSettings, WrongSetting

WHOLE = """
aliases:
  Big Apple: NYC01
  The Coast: [SFO01, LAX01]
naming:
  devices:
    Access Switch: "{location}-acc{number:3}"
    default: ["{location}-{word}", "legacy-{any}"]
standard_builds:
  Campus:
    devices: {Access Switch: 5, WAN Router: 2-3}
    vlans: [100 data, 200]
    prefixes: {"User Data /24": 5+}
    circuits: {any: 2+}
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "org.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def wrong(folder: Path, text: str) -> str:
    with pytest.raises(WrongOrganisation) as told:
        read_organisation(written(folder, text))
    return str(told.value).replace(f"{folder}/", "")


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    found = read_organisation(written(tmp_path, WHOLE))

    assert found.by_alias == {"big apple": ["NYC01"], "the coast": ["SFO01", "LAX01"]}
    build = found.build_of("campus")
    assert build is not None
    assert {what: str(number) for (_, what), number in build.parts().items()} == {
        "Access Switch": "5",
        "WAN Router": "2 to 3",
        "100 data": "1",
        "200": "1",
        "User Data /24": "5 or more",
        "any": "2 or more",
    }


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    assert read_organisation(written(tmp_path, "# nothing yet\n")) == Organisation()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "aliases: {}\nnames: {}\n",
            "org.yaml, line 2, names: there is no such key; allowed are aliases, naming, standard_builds",
        ),
        (
            "naming:\n  device: {}\n",
            "org.yaml, line 2, naming.device: there is no such key; allowed are devices, vlans, racks, circuits, locations",
        ),
        (
            "standard_builds:\n  Campus:\n    routers: 2\n",
            "org.yaml, line 3, standard_builds.Campus.routers: there is no such key; allowed are devices, prefixes, vlans",
        ),
        (
            "standard_builds:\n  Campus:\n    devices:\n      Router: many\n",
            'org.yaml, line 4, standard_builds.Campus.devices.Router: write a number such as 6, a span such as "2-4", or',
        ),
        ("aliases:\n  a: x\n  a: y\n", "org.yaml, line 3: a is written twice"),
        ("aliases: [1\n", "org.yaml, line 2: not YAML (expected ',' or ']', but got '<stream end>')"),
        ("- a\n", "org.yaml, line 1: write `key: value`; the keys are aliases, naming, standard_builds"),
        ("aliases:\n  Home: []\n", "org.yaml, line 2, aliases.Home: write the name of a location, or a list of them"),
    ],
)
def test_what_is_wrong_is_told_by_line_and_key(tmp_path: Path, text: str, told: str) -> None:
    assert wrong(tmp_path, text).startswith(told)


def test_a_wrong_pattern_is_told_by_line_and_key(tmp_path: Path) -> None:
    text = 'naming:\n  devices:\n    default: "{site}-1"\n'

    assert wrong(tmp_path, text).startswith("org.yaml, line 3, naming.devices.default: '{site}-1': {site} is not known")


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "org.yaml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(WrongOrganisation, match="cannot be read as UTF-8 text"):
        read_organisation(tmp_path / "org.yaml")


def test_an_odd_yaml_is_an_error_of_the_file_and_not_a_defect(tmp_path: Path) -> None:
    for text in (
        "? [a, b]\n: 1\n",
        "{{}: 1}\n",
        "aliases: &a\n  x: *a\n",
        "aliases:\n  5: 6\n",
        "naming:\n  devices: 7\n",
    ):
        assert wrong(tmp_path, text).startswith("org.yaml")


def test_the_file_of_the_documentation_can_be_used() -> None:
    docs = Path(__file__).parent.parent.parent / "docs"

    assert str(read_organisation(docs / "organisation.yaml")) == (
        "2 aliases; naming patterns for devices, racks; standard builds of Campus, Branch"
    )


def test_each_example_of_the_documentation_can_be_used(tmp_path: Path) -> None:
    text = (Path(__file__).parent.parent.parent / "docs" / "organisation.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)

    assert len(examples) == 3
    for example in examples:
        assert read_organisation(written(tmp_path, example)) != Organisation()


def test_a_wrong_file_ends_the_start(tmp_path: Path) -> None:
    file = written(tmp_path, "alias: {}\n")

    with pytest.raises(WrongSetting) as told:
        ToolSettings.load(sextant_organisation=file)
    assert str(told.value).startswith(f"SEXTANT_ORGANISATION: {file}, line 1, alias: there is no such key; allowed are")


async def test_doctor_says_what_was_read_and_what_is_wrong_since(tmp_path: Path) -> None:
    file = written(tmp_path, "aliases: {Home: NYC01}\n")
    nautobot = Nautobot(ToolSettings.load(demo_mode="true", nautobot_url=None, sextant_organisation=file))

    *_, check = await nautobot.checks()
    assert check.ok and check.detail == "org.yaml: 1 alias; naming patterns for nothing; standard builds of nothing."
    written(tmp_path, "aliases: 7\n")
    *_, check = await nautobot.checks()
    assert not check.ok and "org.yaml, line 1, aliases: " in check.detail


async def test_the_names_of_the_network_tell_what_the_organisation_calls_a_place(tmp_path: Path) -> None:
    file = written(tmp_path, "aliases: {Big Apple: nyc01}\n")
    nautobot = Nautobot(ToolSettings.load(demo_mode="true", nautobot_url=None))

    found = await names(nautobot, read_organisation(file))

    assert {place.name: place.also for place in found.locations if place.also} == {"NYC01": ["Big Apple"]}
