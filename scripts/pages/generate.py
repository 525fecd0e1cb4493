#!/usr/bin/env python3
"""Write the pages of docs/ that follow from the code, or say which are not current.

python scripts/pages/generate.py [--check]     (with --check nothing is written; it ends with 1 where a page is not current)
"""

import sys
from collections.abc import Callable
from pathlib import Path

from of_commands import commands_page
from of_routes import openapi_document, routes_page
from of_settings import settings_page
from of_tools import tools_page

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES: dict[str, Callable[[], str]] = {
    "configuration.md": settings_page,
    "tools.md": tools_page,
    "commands.md": commands_page,
    "http-reference.md": routes_page,
    "openapi.json": openapi_document,
}


def main(check: bool) -> int:
    """Write what is not current, or with `check` only name it. Return how the process ends."""
    stale = []
    for name, page in PAGES.items():
        text, file = page(), DOCS / name
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check:
                file.write_text(text, encoding="utf-8")
    if stale:
        print(
            f"{'Not current, run `make docs`' if check else 'Written'}: {', '.join(f'docs/{name}' for name in stale)}"
        )
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
