"""The site: whole, and whole without a network."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

LOADS = {
    "script": "src",
    "link": "href",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "object": "data",
}
NOT_LOADED = {"canonical", "next", "prev", "alternate", "edit"}


class Page(HTMLParser):
    """What a page loads, links to, and can be linked at."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what a tag says."""
        given = {name: value or "" for name, value in attrs}
        self.ids.update(given[name] for name in ("id", "name") if given.get(name))
        if (where := LOADS.get(tag)) and given.get(where) and given.get("rel") not in NOT_LOADED:
            self.loads.append(given[where])
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])


@pytest.fixture(scope="module")
def html(site: Path) -> dict[Path, Page]:
    return {file: Page(file.read_text(encoding="utf-8")) for file in sorted(site.rglob("*.html"))}


def target(site: Path, page: Path, link: str) -> Path:
    """Return the file of the site that a link of a page leads to."""
    path = unquote(urlsplit(link).path)
    found = (site / path.lstrip("/")) if path.startswith("/") else (page.parent / path) if path else page
    return (found / "index.html" if found.is_dir() else found).resolve()


def test_no_page_loads_anything_from_another_machine(html: dict[Path, Page]) -> None:
    outside = {str(page): [one for one in found.loads if urlsplit(one).netloc] for page, found in html.items()}
    assert {page: urls for page, urls in outside.items() if urls} == {}
    assert all(found.loads for found in html.values())


def test_no_style_loads_anything_from_another_machine(site: Path) -> None:
    styles = sorted(site.rglob("*.css"))
    assert styles
    for file in styles:
        assert re.findall(r"""url\(["']?(?:https?:)?//[^)]*|@import[^;]*""", file.read_text(encoding="utf-8")) == []


def test_no_page_has_what_the_theme_fetches_a_program_for(site: Path, html: dict[Path, Page]) -> None:
    # The theme's script would load a program for diagrams, a frame for files, and figures of a repository.
    for page in html:
        text = page.read_text(encoding="utf-8")
        assert 'class="mermaid"' not in text
        assert 'data-md-component="source"' not in text
        assert not page.read_text(encoding="utf-8").count("fonts.g")


def test_everything_a_page_loads_or_links_to_is_there(site: Path, html: dict[Path, Page]) -> None:
    ids = {page.resolve(): found.ids for page, found in html.items()}
    dead = []
    for page, found in html.items():
        if page.name == "404.html":  # its links are absolute: it is shown at any address
            continue
        for link in [*found.loads, *found.links]:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            file = target(site, page, link)
            anchor = unquote(parts.fragment)
            if not file.is_file() or (anchor and anchor not in ids.get(file, set()) and not anchor.startswith("__")):
                dead.append(f"{page.relative_to(site)}: {link}")
    assert dead == []


def test_the_changelog_and_its_like_are_pages_with_links_that_hold(html: dict[Path, Page], site: Path) -> None:
    (changelog,) = (found for page, found in html.items() if page.parent.name == "changelog")
    assert any(target(site, site / "changelog" / "index.html", link).parent.name == "rows" for link in changelog.links)
    for name in ("contributing", "conduct", "vulnerabilities", "third-parties"):
        assert (site / name / "index.html").is_file()


def test_a_page_that_is_not_in_the_menu_ends_the_build(root: Path, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for folder in (root, root / "docs"):
        for file in folder.iterdir():
            if file.name not in ("docs", "mkdocs.yml"):
                (tmp_path / file.relative_to(root)).symlink_to(file)
    (tmp_path / "docs" / "stray.md").write_text("# Stray\n\n[nowhere](nowhere.md)\n", encoding="utf-8")
    (tmp_path / "mkdocs.yml").write_text((root / "mkdocs.yml").read_text(encoding="utf-8"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "stray.md" in done.stderr
    assert "nowhere.md" in done.stderr
