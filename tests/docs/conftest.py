"""The documentation: its files, its blocks of code, and the site that is built of them once."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
FRONT = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "CODE_OF_CONDUCT.md")
_FENCE = re.compile(
    r"^(?P<indent> *)```(?P<kind>[\w-]*)[^\n]*\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Block:
    """A block of code of a page."""

    page: str
    line: int
    kind: str  # what stands behind the fence: bash, python, ...; empty for none
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> dict[str, str]:
    """Return the text of every page that people read, by its path."""
    files = [*(ROOT / name for name in FRONT), *sorted((ROOT / "docs").rglob("*.md"))]
    return {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files}


def blocks() -> Iterator[Block]:
    """Yield every block of code."""
    for page, text in pages().items():
        for match in _FENCE.finditer(text):
            yield Block(page, text.count("\n", 0, match.start()) + 1, match["kind"], match["text"])


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def documentation() -> dict[str, str]:
    """Return the text of every page, by its path."""
    return pages()


@pytest.fixture(scope="session")
def all_blocks() -> list[Block]:
    """Return every block of code of the documentation."""
    return list(blocks())


@pytest.fixture(scope="session")
def config(root: Path) -> dict[str, object]:
    """Return mkdocs.yml."""
    found: dict[str, object] = yaml.safe_load((root / "mkdocs.yml").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def site(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site, built strictly: a dead link or anchor, or a page that is not in the menu, ends it."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=root,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return folder
