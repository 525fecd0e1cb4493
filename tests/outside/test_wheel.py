"""The built wheel, installed elsewhere and used from an empty folder."""

import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from chainlit_app.record import TurnRecord

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, root]
    subprocess.run(build, check=True, capture_output=True, timeout=300)
    (built,) = folder.glob("sextant_chat-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the scripts of an environment that holds the wheel, and finds what it needs in ours."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    # The wheel's own files come first; the project, which is installed here for editing, is left out.
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site)
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder / "bin"


def _run(python: Path, *arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [python / "python", "-c", "import sys; from chainlit_app.cli import main; sys.exit(main())", *arguments]
    return subprocess.run(
        command, cwd=cwd, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_program_is_the_wheels_and_not_the_checkouts(installed: Path, root: Path, tmp_path: Path) -> None:
    where = "import chainlit_app, tools; print(chainlit_app.__file__, tools.__file__)"
    done = subprocess.run([installed / "python", "-c", where], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert str(root) not in done.stdout


def test_it_answers_from_an_empty_folder_and_leaves_it_empty(installed: Path, tmp_path: Path) -> None:
    done = _run(installed, "ask", "Which devices are at NYC01?", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    turn = TurnRecord.model_validate(json.loads(done.stdout))
    assert turn.sources[0].rows
    assert not list(tmp_path.iterdir())


def test_it_lists_its_tools(installed: Path, tmp_path: Path) -> None:
    done = _run(installed, "tools", "--list", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "get_prefixes_by_location" in done.stdout


def test_queries_fixtures_and_page_travel_in_it(wheel: Path, root: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("graphql", "demo_fixtures"):
        for file in (root / folder).rglob("*"):
            if file.suffix in {".graphql", ".json"}:
                assert f"tools/_data/{file.relative_to(root).as_posix()}" in names
    for file in (root / "chainlit_app").rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts:
            assert file.relative_to(root).as_posix() in names
    assert (
        "sextant = chainlit_app.cli:main"
        in zipfile.ZipFile(wheel).read(next(name for name in names if name.endswith("entry_points.txt"))).decode()
    )
    assert not [name for name in names if name.startswith(("tests", "conftest"))]
