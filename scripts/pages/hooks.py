"""What `mkdocs build` needs beside mkdocs.yml: pages that live at the root of the repository, and links out of docs/.

Files such as CHANGELOG.md stand where forges and people look for them; the site shows the same text. A link to a file of
the repository that is no page is shown as its path: the site works wherever it is served, without the repository.
"""

import re
from pathlib import Path
from posixpath import normpath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent.parent
PAGES = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "CODE_OF_CONDUCT.md": "conduct.md",
    "SECURITY.md": "vulnerabilities.md",
    "NOTICE": "third-parties.md",
}
MARK = ROOT / "chainlit_app" / "page" / "root" / "public" / "favicon.svg"
_LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]+)\)")
_FENCE = re.compile(r"(^```.*?^```)", re.MULTILINE | re.DOTALL)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of the root, and the mark of the chat's page."""
    files.append(File.generated(config, "mark.svg", content=MARK.read_text(encoding="utf-8")))
    for name, page in PAGES.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=_relinked(text, "")))
    return files


def on_page_markdown(markdown: str, page: Any, **_: object) -> str:
    """Return a page of docs/ with links that hold on the site."""
    return markdown if page.file.src_uri in PAGES.values() else _relinked(markdown, "docs")


def _relinked(text: str, folder: str) -> str:
    """Return Markdown of a file in a folder of the repository, as a page of the site."""
    parts = _FENCE.split(text)
    return "".join(part if part.startswith("```") else _LINK.sub(lambda m: _link(m, folder), part) for part in parts)


def _link(match: re.Match[str], folder: str) -> str:
    text, target = match[1], match[2]
    if "://" in target or target.startswith(("#", "mailto:")):
        return match[0]
    path, _, anchor = target.partition("#")
    path = normpath(f"{folder}/{path}" if folder else path)
    anchor = f"#{anchor}" if anchor else ""
    if path in PAGES:
        return f"[{text}]({PAGES[path]}{anchor})"
    if path.startswith("docs/"):
        return f"[{text}]({path.removeprefix('docs/')}{anchor})"
    if not (ROOT / path).exists():
        raise PluginError(f"There is no file {path}, to which a page links as [{text}].")
    return f"`{path}`" if text.strip("`") == path else f"{text} (`{path}`)"
