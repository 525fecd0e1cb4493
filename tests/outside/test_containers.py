"""The image and the composition, as far as they can be judged without a container engine."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from chainlit_app.settings import AppSettings
from tools.settings import ToolSettings

BIN = Path(sys.executable).parent


@pytest.fixture
def compose(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((root / "docker-compose.yml").read_text(encoding="utf-8"))
    return found


def test_the_linter_of_docker_files_has_no_complaint(root: Path) -> None:
    done = subprocess.run([BIN / "hadolint", root / "Dockerfile.chainlit"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_composition_fits_the_schema_of_compose_files(root: Path) -> None:
    checker = [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*checker, root / "docker-compose.yml"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_file_the_image_copies_is_there_and_not_ignored(root: Path) -> None:
    text = (root / "Dockerfile.chainlit").read_text(encoding="utf-8")
    let_in = {line[1:] for line in (root / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [name for names in re.findall(r"^COPY (?!--)(.+) \S+$", text, re.MULTILINE) for name in names.split()]
    assert copied
    for name in copied:
        assert (root / name).exists(), name
        assert name in let_in


def test_the_image_installs_by_hash_runs_as_nobody_and_watches_itself(root: Path) -> None:
    text = (root / "Dockerfile.chainlit").read_text(encoding="utf-8")
    last = text[text.rindex("FROM ") :]
    assert "--require-hashes -r requirements.txt" in text
    assert re.search(r"^USER \d{4,}$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert "curl" not in text


def test_without_a_profile_only_the_demo_runs(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "profiles" not in service] == ["sextant"]


def test_the_profile_brings_a_seeded_nautobot_before_the_live_chat(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["sextant-live"]["depends_on"] == {"seed": {"condition": "service_completed_successfully"}}
    assert services["seed"]["depends_on"] == {"nautobot": {"condition": "service_healthy"}}
    assert set(services["nautobot"]["depends_on"]) == {"postgres", "redis"}
    for name in ("nautobot", "postgres", "redis"):
        assert services[name]["healthcheck"]["test"]


def test_the_live_chat_is_given_a_token_that_cannot_write(compose: dict[str, Any]) -> None:
    nautobot = compose["services"]["seed"]["environment"]
    given = compose["services"]["sextant-live"]["environment"]["NAUTOBOT_TOKEN"]
    assert given == nautobot["SEXTANT_READER_TOKEN"] != nautobot["NAUTOBOT_SUPERUSER_API_TOKEN"]


def test_the_composition_sets_only_settings_that_exist(compose: dict[str, Any], root: Path) -> None:
    known = {name.upper() for kind in (AppSettings, ToolSettings) for name in kind.model_fields}
    for name in ("sextant", "sextant-live"):
        assert set(compose["services"][name]["environment"]) <= known
    for volume in compose["services"]["seed"]["volumes"]:
        assert (root / volume.split(":")[0]).exists()
    assert (root / compose["services"]["seed"]["entrypoint"][1].removeprefix("/seed/")).is_file()


def test_nothing_is_open_to_other_machines(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
