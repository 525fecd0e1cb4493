"""The image and the composition, as far as they can be judged without a container engine."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from sextant.service.settings import ServiceSettings

BIN = Path(sys.executable).parent
IMAGES = ("Dockerfile", "Dockerfile.chainlit")
ROOT = Path(__file__).parent.parent.parent
# A test holds them against the classes that read them (tests/docs).
KNOWN = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
# What Python itself reads, and the folder of the programs.
OF_THE_IMAGE = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}


@pytest.fixture
def compose(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((root / "docker-compose.yml").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("image", IMAGES)
def test_the_linter_of_docker_files_has_no_complaint(root: Path, image: str) -> None:
    done = subprocess.run([BIN / "hadolint", root / image], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_composition_fits_the_schema_of_compose_files(root: Path) -> None:
    checker = [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*checker, root / "docker-compose.yml"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("image", IMAGES)
def test_every_file_the_image_copies_is_there_and_not_ignored(root: Path, image: str) -> None:
    text = (root / image).read_text(encoding="utf-8")
    let_in = {line[1:] for line in (root / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [name for names in re.findall(r"^COPY (?!--)(.+) \S+$", text, re.MULTILINE) for name in names.split()]
    packed = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"][
        "wheel"
    ]
    assert {*packed["packages"], *packed["force-include"]} <= set(copied)
    for name in copied:
        assert (root / name).exists(), name
        assert name in let_in


@pytest.mark.parametrize("image", IMAGES)
def test_the_image_sets_only_settings_that_exist(root: Path, image: str) -> None:
    text = (root / image).read_text(encoding="utf-8").replace("\\\n", " ")
    last = text[text.rindex("FROM ") :]
    named = [name for line in re.findall(r"^ENV (.+)$", last, re.MULTILINE) for name in re.findall(r"(\w+)=", line)]
    assert named
    assert set(named) <= KNOWN | OF_THE_IMAGE


def test_the_image_of_the_service_looks_whether_it_is_well_at_the_open_route(root: Path) -> None:
    text = (root / "Dockerfile").read_text(encoding="utf-8")
    assert "['SEXTANT_SERVE_PORT'] + '/healthz'" in text
    assert 'CMD ["serve"]' in text
    assert int(re.findall(r"SEXTANT_SERVE_PORT=(\d+)", text)[0]) == ServiceSettings().sextant_serve_port


@pytest.mark.parametrize("image", IMAGES)
def test_the_image_installs_by_hash_runs_as_nobody_and_watches_itself(root: Path, image: str) -> None:
    text = (root / image).read_text(encoding="utf-8")
    last = text[text.rindex("FROM ") :]
    assert "--require-hashes -r requirements.txt" in text
    assert re.search(r"^USER \d{4,}$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert "curl" not in text


def test_each_image_of_ours_is_built_by_one_service(compose: dict[str, Any], root: Path) -> None:
    built = [(one["image"], one["build"]["dockerfile"]) for one in compose["services"].values() if "build" in one]
    assert sorted(built) == [("sextant", "Dockerfile.chainlit"), ("sextant-server", "Dockerfile")]
    live = compose["services"]["sextant-live"]
    assert (live["image"], live["pull_policy"]) == ("sextant", "never")  # no registry has it
    assert "profiles" not in compose["services"]["sextant"]  # so that whoever starts the other one builds it too


def test_a_home_in_memory_belongs_to_the_user_of_the_image(compose: dict[str, Any], root: Path) -> None:
    texts = {image: (root / image).read_text(encoding="utf-8") for image in IMAGES}
    (user,) = {found for text in texts.values() for found in re.findall(r"^USER (\d+)$", text, re.MULTILINE)}
    (home,) = {found for text in texts.values() for found in re.findall(r"^WORKDIR (/home/\S+)$", text, re.MULTILINE)}
    mounts = [one for name in ("sextant", "sextant-live", "sextant-api") for one in compose["services"][name]["tmpfs"]]
    mounts += re.findall(r"--tmpfs (\S+)", (root / ".github" / "workflows" / "images.yml").read_text(encoding="utf-8"))
    mounts += [found for text in texts.values() for found in re.findall(r"--tmpfs (\S+)", text)]
    said = [set(re.split("[:,]", one)[1:]) for one in mounts if one.startswith(home)]
    assert len(said) == 5
    assert all(f"uid={user}" in one for one in said)


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
    for name in ("sextant", "sextant-live", "sextant-api"):
        assert set(compose["services"][name]["environment"]) <= KNOWN
    for volume in compose["services"]["seed"]["volumes"]:
        assert (root / volume.split(":")[0]).exists()
    assert (root / compose["services"]["seed"]["entrypoint"][1].removeprefix("/seed/")).is_file()


def test_every_setting_may_stand_in_env_but_for_where_a_container_listens(compose: dict[str, Any]) -> None:
    for name in ("sextant", "sextant-live", "sextant-api"):
        service = compose["services"][name]
        assert service["env_file"] == [{"path": ".env", "required": False}]
        listens = "SEXTANT_SERVE_" if name == "sextant-api" else "SEXTANT_"
        inside = service["ports"][0].rpartition(":")[2]
        assert service["environment"][f"{listens}PORT"] == inside
        assert service["environment"][f"{listens}HOST"] == "0.0.0.0"


def test_what_is_watched_gives_figures_where_prometheus_looks_for_them(compose: dict[str, Any], root: Path) -> None:
    services = compose["services"]
    said = yaml.safe_load((root / "deploy" / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    targets = [target for job in said["scrape_configs"] for one in job["static_configs"] for target in one["targets"]]
    assert targets
    for target in targets:
        name, _, port = target.partition(":")
        service = services[name]
        assert service["environment"]["SEXTANT_METRICS_PORT"] == port
        assert service["environment"]["SEXTANT_METRICS_HOST"] == "0.0.0.0"
        assert "profiles" not in service or "watch" in service["profiles"]
        assert not any(published.endswith(f":{port}") for published in service["ports"])


def test_prometheus_and_grafana_are_given_the_files_that_are_there(compose: dict[str, Any], root: Path) -> None:
    services = compose["services"]
    for name in ("prometheus", "grafana"):
        assert services[name]["profiles"] == ["watch"]
        files = [volume.split(":")[0] for volume in services[name]["volumes"] if volume.startswith("./")]
        assert files
        assert [file for file in files if not (root / file).exists()] == []
        assert all(volume.endswith(":ro") for volume in services[name]["volumes"] if volume.startswith("./"))
    provisioned = root / "deploy" / "grafana" / "provisioning"
    (source,) = yaml.safe_load((provisioned / "datasources" / "prometheus.yml").read_text())["datasources"]
    assert source["url"] == "http://prometheus:9090"
    (found,) = yaml.safe_load((provisioned / "dashboards" / "sextant.yml").read_text())["providers"]
    mounted = [volume.split(":")[1] for volume in services["grafana"]["volumes"]]
    assert f"{found['options']['path']}/dashboard.json" in mounted


def test_what_is_ours_can_write_nowhere_and_has_no_rights(compose: dict[str, Any]) -> None:
    for name in ("sextant", "sextant-live", "sextant-api"):
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert all(volume.split(":")[1] == "/data" for volume in service["volumes"])


def test_a_stop_leaves_running_answers_their_time(compose: dict[str, Any]) -> None:
    for name in ("sextant", "sextant-live", "sextant-api"):
        grace = float(compose["services"][name]["stop_grace_period"].removesuffix("s"))
        assert grace > ServiceSettings().sextant_serve_stop_seconds + 2  # connections close within two seconds more


def test_nothing_is_open_to_other_machines(compose: dict[str, Any]) -> None:
    declared = {volume.split(":")[0] for one in compose["services"].values() for volume in one.get("volumes", ())}
    assert {name for name in declared if not name.startswith(".")} == set(compose["volumes"])
    ports = [port for service in compose["services"].values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
