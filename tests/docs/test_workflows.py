"""What runs where the project is hosted, judged without running it."""

import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

BIN = Path(sys.executable).parent
ROOT = Path(__file__).parent.parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = sorted(file for file in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if file.name != "config.yml")


def fits(schema: str, *files: Path) -> str:
    """Return what does not fit a schema; empty where all does."""
    command = [BIN / "check-jsonschema", "--builtin-schema", schema, *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout


def steps() -> list[tuple[str, dict[str, Any]]]:
    """Return every step of every workflow, with the name of its file."""
    found = [(file.name, yaml.safe_load(file.read_text(encoding="utf-8"))) for file in WORKFLOWS]
    return [(name, step) for name, said in found for job in said["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("custom.github-workflows-require-timeout", WORKFLOWS),
        ("vendor.dependabot", [ROOT / ".github" / "dependabot.yml"]),
        ("vendor.github-issue-forms", FORMS),
        ("vendor.github-issue-config", [ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml"]),
    ],
)
def test_what_the_host_reads_fits_its_schema(schema: str, files: list[Path]) -> None:
    assert files
    assert fits(schema, *files) == ""


def test_the_linter_of_workflows_has_no_complaint(root: Path) -> None:
    command = [BIN / "zizmor", "--offline", "--no-progress", "--persona=pedantic", ".github"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_action_is_pinned_by_its_commit_and_says_which_version_that_is(root: Path) -> None:
    lines = [line for file in WORKFLOWS for line in file.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert lines
    assert [line for line in lines if not re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)] == []
    pins: dict[str, set[str]] = {}
    for line in lines:
        action, _, pin = line.partition("uses: ")[2].partition("@")
        pins.setdefault("/".join(action.split("/")[:2]), set()).add(pin)
    assert {action: found for action, found in pins.items() if len(found) > 1} == {}


def test_checks_run_on_each_python_that_the_project_supports(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    low, high = re.findall(r"3\.(\d+)", project["requires-python"])
    checks = yaml.safe_load((root / ".github" / "workflows" / "checks.yml").read_text(encoding="utf-8"))
    tested = checks["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert tested == [f"3.{minor}" for minor in range(int(low), int(high))]


def test_what_a_job_installs_a_server_for_is_what_it_tests() -> None:
    checks = yaml.safe_load((ROOT / ".github" / "workflows" / "checks.yml").read_text(encoding="utf-8"))
    said = "\n".join(step.get("run", "") for step in checks["jobs"]["postgres"]["steps"])
    installed = {"postgresql": "postgres", "redis-server": "redis"}
    assert set(re.findall(r"install .*recommends (.+)", said)[0].split()) == set(installed)
    assert set(re.findall(r"-m '(.+)'", said)[0].split(" or ")) == set(installed.values())


def test_an_image_for_another_processor_is_built_by_what_can_run_its_programs() -> None:
    release = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))
    made = release["jobs"]["images"]["steps"]
    used = [step.get("uses", "").partition("@")[0] for step in made]
    (build,) = [step for step in made if "platforms" in step.get("with", {}) and "build-push" in step["uses"]]
    others = set(build["with"]["platforms"].split(",")) - {"linux/amd64"}
    assert others
    assert used.index("docker/setup-qemu-action") < used.index("docker/setup-buildx-action")
    can_run = made[used.index("docker/setup-qemu-action")]["with"]["platforms"].split(",")
    assert {f"linux/{one}" for one in can_run} == others


def test_every_make_command_and_script_of_a_workflow_exists(root: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    runs = [step["run"] for _, step in steps() if "run" in step]
    assert {name for run in runs for name in re.findall(r"\bmake ([a-z]+)", run)} <= targets
    scripts = {name for run in runs for name in re.findall(r"scripts/[\w/]+\.py", run)}
    assert scripts
    assert [name for name in scripts if not (root / name).is_file()] == []


def test_every_image_of_a_workflow_has_its_file(root: Path) -> None:
    for name in ("images.yml", "release.yml"):
        said = yaml.safe_load((root / ".github" / "workflows" / name).read_text(encoding="utf-8"))
        files = [
            one["file"]
            for job in said["jobs"].values()
            for one in job.get("strategy", {}).get("matrix", {}).get("include", ())
        ]
        assert sorted(files) == ["Dockerfile", "Dockerfile.chainlit"]
        assert all((root / file).is_file() for file in files)


def test_the_hooks_before_a_commit_are_valid_and_run_what_is_installed(root: Path) -> None:
    done = subprocess.run([BIN / "pre-commit", "validate-config", root / ".pre-commit-config.yaml"], check=False)
    assert done.returncode == 0
    said = yaml.safe_load((root / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (local,) = said["repos"]
    assert local["repo"] == "local"
    for hook in local["hooks"]:
        program, *arguments = hook["entry"].split()
        assert (BIN / Path(program).name).exists()
        assert [one for one in arguments if one.endswith(".py") and not (root / one).is_file()] == []


def test_owners_are_named_for_paths_that_exist(root: Path) -> None:
    lines = [line.split() for line in (root / ".github" / "CODEOWNERS").read_text(encoding="utf-8").splitlines()]
    rules = [line for line in lines if line and not line[0].startswith("#")]
    assert rules[0][0] == "*"
    for path, *owners in rules:
        assert owners
        assert all(owner.startswith("@") for owner in owners)
        assert path == "*" or (root / path.strip("/")).exists()


def test_a_tag_becomes_a_release_only_with_its_version_and_its_day_in_the_changelog(root: Path) -> None:
    notes = runpy.run_path(str(root / "scripts" / "release.py"))["notes"]
    changelog = "# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-12-01\n\n### Added\n\n- A thing.\n\n## [1.2.2] - 2026-11-01\n"
    assert notes("v1.2.3", "1.2.3", changelog) == "### Added\n\n- A thing."
    for tag, version in (("v1.2.4", "1.2.3"), ("v1.2.4", "1.2.4"), ("v1.2.2", "1.2.2")):
        with pytest.raises(SystemExit, match=r"must be the same|has no heading|says nothing"):
            notes(tag, version, changelog)


def test_the_notice_has_every_locked_package_and_its_licence(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, root / "scripts" / "notices.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_scan_of_the_code_finds_nothing_without_a_reason(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, root / "scripts" / "audit.py", "--code"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "code: " in done.stdout
    assert " 0 high" in done.stdout


def test_the_packages_of_which_nothing_is_known_are_not_said_to_be_well(root: Path, capsys: Any) -> None:
    audit = runpy.run_path(str(root / "scripts" / "audit.py"))
    unknown: dict[str, Any] = {"dependencies": [{"name": "a", "skip_reason": "not found"}]}
    audit["packages"].__globals__["_run"] = lambda *arguments: unknown
    assert audit["packages"]({}) == 2
    assert "nothing is known" in capsys.readouterr().out
    found = {"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "X-1", "fix_versions": ["2"]}]}]}
    audit["packages"].__globals__["_run"] = lambda *arguments: found
    assert audit["packages"]({}) == 1
    assert audit["packages"]({"X-1": "not reached"}) == 0
    assert audit["packages"]({"X-1": "not reached", "X-0": "mended long ago"}) == 1
